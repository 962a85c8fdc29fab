"""Padding, which hides the length of what is encrypted (docs/spec.md, "Padding").

The padded form is the length of the content in four bytes, the content, and zeros.
Readers refuse every other form, so each content has one padded form of a given size.
"""

from typing import Final

from cosign.errors import MalformedError

LENGTH_BYTES: Final = 4

BLOCK_BYTES: Final = 4096
"""Content without a fixed size is padded to a multiple of this."""


def pad(content: bytes, size: int) -> bytes:
    """Return the content padded to ``size`` bytes, including the four bytes of its length.

    Raises:
        ValueError: the content does not fit.
    """
    framed = len(content).to_bytes(LENGTH_BYTES, "big") + content
    if len(framed) > size:
        raise ValueError(f"{len(content)} bytes do not fit in {size}")
    return framed.ljust(size, b"\0")


def pad_to_blocks(content: bytes, grown: int | None = None) -> bytes:
    """Return the content padded to a multiple of ``BLOCK_BYTES``.

    Args:
        content: any bytes.
        grown: how many of them are there only because their owner did something that must
            not show, such as signing. These bytes are padded separately, to at least one
            block, so that the first of them adds no block. None if no bytes are of this kind.

    >>> len(pad_to_blocks(bytes(4092))), len(pad_to_blocks(bytes(4093)))
    (4096, 8192)
    >>> len(pad_to_blocks(bytes(4092), grown=0)), len(pad_to_blocks(bytes(4093), grown=1))
    (8192, 8192)
    """
    size = _whole(LENGTH_BYTES + len(content) - (grown or 0))
    if grown is not None:
        size += max(BLOCK_BYTES, _whole(grown))
    return pad(content, size)


def _whole(length: int) -> int:
    return length + -length % BLOCK_BYTES


def unpad(padded: bytes) -> bytes:
    """Return the content; the inverse of :func:`pad`.

    Raises:
        MalformedError: the length does not fit, or the padding is not all zeros.
    """
    length = int.from_bytes(padded[:LENGTH_BYTES], "big")
    content, fill = padded[LENGTH_BYTES:][:length], padded[LENGTH_BYTES + length :]
    if len(padded) < LENGTH_BYTES or len(content) != length or fill.strip(b"\0"):
        raise damaged()
    return content


def unpad_blocks(padded: bytes) -> bytes:
    """Return the content; the inverse of :func:`pad_to_blocks`.

    Raises:
        MalformedError: as for :func:`unpad`, or there are more or fewer blocks than the
            content needs.
    """
    content = unpad(padded)
    if pad_to_blocks(content) != padded:
        raise damaged()
    return content


def damaged() -> MalformedError:
    """Return the error for padding that is not in its one form."""
    return MalformedError("the padding is damaged", hint="take a fresh copy of the file")
