"""Comparing two files on the telephone (docs/spec.md, "Comparing").

Sixty digits are long to read, and people look at the first and the last ones only.
Here both sides hash an identifier with four words that one of them draws *after*
both hold their file, and read ten digits. An attacker who gives them different files
has to fix both without knowing the words, so the digits agree by chance only: one in
10^10.
This is MANA I of Gehrmann, Mitchell and Nyberg, "Manual authentication for wireless
devices" (RSA CryptoBytes 7(1), 2004), with a hash as check function.

Not protected: people who say the words before the other one holds the file, words
that were thought up instead of drawn, and words or digits that are sent where an
attacker can change them.
"""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Final

from cosign import labels
from cosign.errors import UsageError
from cosign.primitives.comparison_words import WORDS
from cosign.primitives.hashing import FINGERPRINT_GROUP_DIGITS, IDENTIFIER_BYTES, H
from cosign.randomness import SYSTEM, Randomness
from cosign.text.typed import typed_line

COMPARISON_WORDS: Final = 4
COMPARISON_DIGITS: Final = 10
_WORD_BITS: Final = 10
_DRAW_BYTES: Final = COMPARISON_WORDS * _WORD_BITS // 8

_BETWEEN: Final = str.maketrans("-,", "  ")
"""What people put between words; :func:`~cosign.text.typed.typed_line` makes dashes plain."""

_KNOWN: Final = frozenset(WORDS)


def draw_words(randomness: Randomness = SYSTEM) -> tuple[str, ...]:
    """Draw the words of one comparison: four of 1,024, uniform, 40 bits.

    Args:
        randomness: asked for 5 bytes, of which each word takes ten bits.
    """
    bits = int.from_bytes(randomness(_DRAW_BYTES), "big")
    shifts = range((COMPARISON_WORDS - 1) * _WORD_BITS, -1, -_WORD_BITS)
    return tuple(WORDS[bits >> shift & (len(WORDS) - 1)] for shift in shifts)


def read_words(text: str) -> tuple[str, ...]:
    """Return the four words that a person typed.

    Args:
        text: in any case, with white space, commas and dashes between the words.

    Raises:
        UsageError: not four words, or a word that is not on the list.

    >>> read_words(" Acorn-badge, ZEBRA  kiwi")
    Traceback (most recent call last):
    ...
    cosign.errors.UsageError: 'badge' is not one of the words that this program says
    >>> read_words(" Acorn-beaver, ZEBRA  kiwi")
    ('acorn', 'beaver', 'zebra', 'kiwi')
    """
    words = tuple(typed_line(text).translate(_BETWEEN).lower().split())
    if len(words) != COMPARISON_WORDS:
        raise UsageError(
            f"a comparison takes {COMPARISON_WORDS} words, not {len(words)}",
            hint="type the words that the other person's program shows, with blanks between them",
        )
    for word in words:
        if word not in _KNOWN:
            near = " or ".join(map(repr, get_close_matches(word, WORDS, 2)))
            raise UsageError(
                f"{word!r} is not one of the words that this program says",
                hint=f"did you mean {near}?" if near else "ask the other person to spell it",
            )
    return words


def comparison_digits(words: Sequence[str], identifier: bytes) -> str:
    """Return the ten digits that both sides read, in two groups of five.

    H(label, each word, identifier), 64 bytes as a big-endian integer modulo 10^10. No
    digits are more likely than others by more than one part in 2^478.

    Args:
        words: four words of the list, in their order.
        identifier: the 32-byte identifier of the round or group.

    Raises:
        ValueError: other words, or another length.

    >>> comparison_digits(("acorn", "beaver", "zebra", "kiwi"), bytes(32))
    '46106 70819'
    """
    if len(words) != COMPARISON_WORDS or not _KNOWN.issuperset(words):
        msg = f"a comparison takes {COMPARISON_WORDS} words of the list"
        raise ValueError(msg)
    if len(identifier) != IDENTIFIER_BYTES:
        msg = f"an identifier has {IDENTIFIER_BYTES} bytes, not {len(identifier)}"
        raise ValueError(msg)
    digest = H(labels.COMPARISON, *(word.encode("ascii") for word in words), identifier)
    digits = f"{int.from_bytes(digest, 'big') % 10**COMPARISON_DIGITS:0{COMPARISON_DIGITS}d}"
    return f"{digits[:FINGERPRINT_GROUP_DIGITS]} {digits[FINGERPRINT_GROUP_DIGITS:]}"
