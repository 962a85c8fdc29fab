"""SSH strings (docs/spec.md, "OpenSSH keys"; RFC 4251, section 5).

A length in 4 bytes, big-endian, and as many bytes.
"""

from typing import Final

_LENGTH_BYTES: Final = 4


def pack(*parts: bytes) -> bytes:
    r"""Return strings one after another.

    >>> pack(b"ab", b"")
    b'\x00\x00\x00\x02ab\x00\x00\x00\x00'
    """
    return b"".join(len(part).to_bytes(_LENGTH_BYTES, "big") + part for part in parts)


def unpack(raw: bytes) -> tuple[bytes, bytes]:
    r"""Return the first string, and what follows it.

    Raises:
        ValueError: the string is cut off.

    >>> unpack(b"\x00\x00\x00\x02abc")
    (b'ab', b'c')
    """
    end = _LENGTH_BYTES + int.from_bytes(raw[:_LENGTH_BYTES], "big")
    if len(raw) < end:
        msg = "an ssh string is cut off"
        raise ValueError(msg)
    return raw[_LENGTH_BYTES:end], raw[end:]
