"""Filling content up, so that its length does not show (docs/spec.md, "Padding").

The length in four bytes, the content, and zeros. A reader refuses every other
form, so that one content has one padded form of a given size.
"""

from typing import Final

from cosign.errors import MalformedError

LENGTH_BYTES: Final = 4

BLOCK_BYTES: Final = 4096
"""What has no size of its own is filled up to a multiple of this."""


def pad(content: bytes, size: int) -> bytes:
    """Fill up to ``size`` bytes, the four of the length included.

    Raises:
        ValueError: the content is longer.
    """
    framed = len(content).to_bytes(LENGTH_BYTES, "big") + content
    if len(framed) > size:
        raise ValueError(f"{len(content)} bytes do not fit in {size}")
    return framed.ljust(size, b"\0")


def pad_to_blocks(content: bytes, grown: int | None = None) -> bytes:
    """Fill up to a multiple of ``BLOCK_BYTES``.

    Args:
        content: any bytes.
        grown: how many of them are there only because of what somebody did; they have
            blocks of their own, at least one. None where nothing can grow.

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
    """Give the content; the inverse of :func:`pad`.

    Raises:
        MalformedError: a length that does not fit, or a fill that is not zeros.
    """
    length = int.from_bytes(padded[:LENGTH_BYTES], "big")
    content, fill = padded[LENGTH_BYTES:][:length], padded[LENGTH_BYTES + length :]
    if len(padded) < LENGTH_BYTES or len(content) != length or fill.strip(b"\0"):
        raise damaged()
    return content


def unpad_blocks(padded: bytes) -> bytes:
    """Give the content; the inverse of :func:`pad_to_blocks`.

    Raises:
        MalformedError: as in :func:`unpad`, or more or fewer blocks than the content needs.
    """
    content = unpad(padded)
    if pad_to_blocks(content) != padded:
        raise damaged()
    return content


def damaged() -> MalformedError:
    """Give the error of a padding that is not the one form."""
    return MalformedError("the padding is damaged", hint="take a fresh copy of the file")
