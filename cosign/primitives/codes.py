"""Secrets that people copy by hand (docs/spec.md, "Codes").

Crockford's base32 (https://www.crockford.com/base32.html) in groups of four. The last
characters are check characters, so a mistyped code is distinguished from an unknown
one. Case, blanks, dashes and quotation marks around it are ignored
(:mod:`cosign.text.typed`); O is read as 0, I and L as 1.

Not protected: check characters do not authenticate. A typing mistake passes them by
chance, with probability 2^-10 for codes of 16 bytes and 2^-20 for 32 bytes.
"""

from string import ascii_lowercase, ascii_uppercase
from typing import Final

from cosign import labels
from cosign.errors import UsageError
from cosign.primitives.hashing import H
from cosign.text.typed import compact

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
GROUP_CHARACTERS: Final = 4

_BITS: Final = 5
_LEAST_CHECK: Final = 2
_VALUES: Final = {c: i for i, c in enumerate(ALPHABET)} | {"O": 0, "I": 1, "L": 1}
# Only ASCII letters are capitalized: some other letters become ASCII letters in capitals.
_CAPITALS: Final = str.maketrans(ascii_lowercase, ascii_uppercase)


def encode_code(value: bytes, prefix: str = "") -> str:
    """Return bytes as a code.

    Args:
        value: at least one byte.
        prefix: text before the code that says what it is, such as ``cosign-invite-``.

    Returns:
        ``prefix`` and groups of four characters; at least the last two characters are
        check characters.

    Raises:
        ValueError: ``value`` is empty.

    >>> encode_code(bytes(16))
    '0000-0000-0000-0000-0000-0000-00MT'
    """
    if not value:
        raise ValueError("a code has at least one byte")
    data, check = _lengths(len(value))
    number = int.from_bytes(value, "big") << (data * _BITS - len(value) * 8)
    text = _base32(number, data) + _base32(_check(value, prefix, check), check)
    step = GROUP_CHARACTERS
    return prefix + "-".join(text[i : i + step] for i in range(0, len(text), step))


def decode_code(text: str, size: int, prefix: str = "") -> bytes:
    """Return the bytes that a typed code encodes.

    Args:
        text: the code, in any case, with or without dashes, blanks and quotation marks.
        size: the number of bytes that it encodes.
        prefix: as given to :func:`encode_code`.

    Returns:
        ``size`` bytes.

    Raises:
        UsageError: the code is mistyped: it has another prefix or length, a character
            that codes do not have, or check characters that do not fit.
    """
    plain, start = (compact(part).translate(_CAPITALS) for part in (text, prefix))
    if not plain.startswith(start):
        raise UsageError(
            f"this is not the right kind of code: it does not start with {prefix!r}",
            hint="copy the whole line, from its first character",
        )
    body = plain[len(start) :]
    data, check = _lengths(size)
    if len(body) != data + check:
        raise _mistyped(f"it has {len(body)} characters instead of {data + check}")
    if not all(c in _VALUES for c in body):
        raise _mistyped("it has a character that codes do not have")
    number, spare = _number(body[:data]), data * _BITS - size * 8
    value = (number >> spare).to_bytes(size, "big")
    # The spare bits have to be zero, so that each value has one code.
    if number != int.from_bytes(value, "big") << spare:
        raise _mistyped("its characters do not fit together")
    if _number(body[data:]) != _check(value, prefix, check):
        raise _mistyped("its check characters do not fit")
    return value


def _mistyped(why: str) -> UsageError:
    return UsageError(
        f"the code is mistyped: {why}",
        hint="compare it with the original, group by group; the original may well be right",
    )


def _lengths(size: int) -> tuple[int, int]:
    """Return the numbers of data and check characters of a code for ``size`` bytes.

    >>> _lengths(16), _lengths(32)
    ((26, 2), (52, 4))
    """
    data = -(-size * 8 // _BITS)
    return data, _LEAST_CHECK + -(data + _LEAST_CHECK) % GROUP_CHARACTERS


def _check(value: bytes, prefix: str, characters: int) -> int:
    """Return the first bits of a hash of prefix and value, 5 for each check character."""
    digest = int.from_bytes(H(labels.CODE_CHECK, prefix.encode("ascii"), value), "big")
    return digest >> (512 - characters * _BITS)


def _base32(number: int, characters: int) -> str:
    shifts = range((characters - 1) * _BITS, -1, -_BITS)
    return "".join(ALPHABET[number >> s & 31] for s in shifts)


def _number(text: str) -> int:
    number = 0
    for character in text:
        number = number << _BITS | _VALUES[character]
    return number
