"""Hashing with labels and lengths, identifiers, fingerprints (docs/spec.md, "Hashing").

The input of every hash starts with a label from :mod:`cosign.labels`, and every part is
preceded by its length. So different labels or different sequences of parts never give
the same input.
"""

import functools
import hashlib
from collections.abc import Callable
from typing import Final

from cosign.text.typed import compact

HASH_BYTES: Final = 64
"""Output length of :func:`H`, which is SHA-512 (FIPS 180-4)."""

IDENTIFIER_BYTES: Final = 32
"""Length of an identifier, the first half of :func:`H`."""

_JOINED_BYTES: Final = 2**16
"""Below this, joining the parts of a hash is faster than hashing one after the other."""

FINGERPRINT_GROUPS: Final = 12
FINGERPRINT_GROUP_DIGITS: Final = 5
_GROUPS_IN_A_LINE: Final = 4
_FINGERPRINT_DIGITS: Final = FINGERPRINT_GROUPS * FINGERPRINT_GROUP_DIGITS


def H(label: str, *parts: bytes) -> bytes:  # noqa: N802  # its name in the spec
    """Return the 64-byte hash of ``parts`` under ``label``.

    SHA-512 of ``len(label) || label || len(p1) || p1 || ...``, with lengths as 8-byte
    big-endian integers (docs/spec.md, "Hashing").

    Args:
        label: ASCII, from :mod:`cosign.labels`.
        parts: any number of byte strings of any length.
    """
    frames = [_framed(label)]
    for part in parts:
        frames += (len(part).to_bytes(8, "big"), part)
    if sum(map(len, parts)) < _JOINED_BYTES:
        return hashlib.sha512(b"".join(frames)).digest()
    running = hashlib.sha512()
    for each in frames:  # without a copy of a large part
        running.update(each)
    return running.digest()


def hash_of_last(label: str, *parts: bytes, last_bytes: int) -> Callable[[bytes], bytes]:
    """Return a function of the last part of :func:`H`, for many last parts after the same others.

    Args:
        label: ASCII, from :mod:`cosign.labels`.
        parts: all but the last.
        last_bytes: length of the last part.

    >>> hash_of_last("label", b"first", last_bytes=4)(b"last") == H("label", b"first", b"last")
    True
    """
    begun = hashlib.sha512(_framed(label))
    for part in parts:
        begun.update(len(part).to_bytes(8, "big") + part)
    begun.update(last_bytes.to_bytes(8, "big"))

    def finish(last: bytes) -> bytes:
        running = begun.copy()
        running.update(last)
        return running.digest()

    return finish


@functools.cache
def _framed(label: str) -> bytes:
    name = label.encode("ascii")
    return len(name).to_bytes(8, "big") + name


def sha256(raw: bytes) -> bytes:
    """Return the 32-byte SHA-256 (FIPS 180-4), which people compare with ``sha256sum``."""
    return hashlib.sha256(raw).digest()


class RunningHash:
    """SHA-512 of a label with its length, and then a stream (docs/spec.md, "Hashing")."""

    def __init__(self, label: str) -> None:
        self._sha512 = hashlib.sha512(_framed(label))

    def update(self, chunk: bytes) -> None:
        """Absorb the next bytes of the stream."""
        self._sha512.update(chunk)

    def digest(self) -> bytes:
        """Return the 64-byte hash of everything absorbed so far."""
        return self._sha512.digest()


def identifier(label: str, raw: bytes) -> bytes:
    """Return the 32-byte identifier of a record, which commits to its exact bytes."""
    return H(label, raw)[:IDENTIFIER_BYTES]


def fingerprint(identifier: bytes) -> str:
    """Return a 32-byte identifier as twelve groups of five decimal digits.

    The digits are the identifier as a big-endian integer modulo 10^60. That is 199 bits,
    so making two groups or rounds with the same fingerprint takes about 2^99 hashes.

    Raises:
        ValueError: the identifier has another length.

    >>> fingerprint(bytes(31) + b"*")
    '00000 00000 00000 00000 00000 00000 00000 00000 00000 00000 00000 00042'
    """
    if len(identifier) != IDENTIFIER_BYTES:
        msg = f"an identifier has {IDENTIFIER_BYTES} bytes, not {len(identifier)}"
        raise ValueError(msg)
    number = int.from_bytes(identifier, "big") % 10**_FINGERPRINT_DIGITS
    digits = f"{number:0{_FINGERPRINT_DIGITS}d}"
    step = FINGERPRINT_GROUP_DIGITS
    return " ".join(digits[i : i + step] for i in range(0, len(digits), step))


def fingerprint_beside(label: str, shown: str) -> str:
    """Return a fingerprint as a terminal shows it: three lines of four groups beside a label.

    A line of all twelve would break within a number at 80 columns.

    Args:
        label: stands before the first line; the others are indented by as much.
        shown: twelve groups, as :func:`fingerprint` returns them.

    >>> print(fingerprint_beside("round  ", fingerprint(bytes(32))))
    round  00000 00000 00000 00000
           00000 00000 00000 00000
           00000 00000 00000 00000
    """
    groups = shown.split(" ")
    step = _GROUPS_IN_A_LINE
    lines = [" ".join(groups[i : i + step]) for i in range(0, len(groups), step)]
    return label + f"\n{' ' * len(label)}".join(lines)


def normalize_fingerprint(text: str) -> str | None:
    """Return a typed fingerprint in the form of :func:`fingerprint`, or None if it is none.

    Blanks, dashes and line breaks between the 60 digits, and quotation marks around them,
    are ignored (:mod:`cosign.text.typed`).

    >>> normalize_fingerprint("0" * 58 + "4-2")
    '00000 00000 00000 00000 00000 00000 00000 00000 00000 00000 00000 00042'
    >>> normalize_fingerprint("12345") is None
    True
    """
    digits = compact(text)
    if len(digits) != _FINGERPRINT_DIGITS or not (digits.isascii() and digits.isdigit()):
        return None
    step = FINGERPRINT_GROUP_DIGITS
    return " ".join(digits[i : i + step] for i in range(0, len(digits), step))
