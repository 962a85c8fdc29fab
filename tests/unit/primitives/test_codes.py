"""Secrets that people copy by hand."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosign.errors import UsageError
from cosign.primitives.codes import ALPHABET, decode_code, encode_code

INVITE = "cosign-invite-"
VOUCHER = bytes(range(100, 116))
SECRET = bytes(range(100, 132))


def mistyped(text: str, size: int = 16, prefix: str = "") -> bool:
    """Return whether a code is refused, and as mistyped."""
    try:
        decode_code(text, size, prefix)
    except UsageError as error:
        return "mistyped" in error.message and "the original may well be right" in error.hint
    return False


@given(st.binary(min_size=1, max_size=64), st.sampled_from(["", INVITE]))
def test_round_trip(value: bytes, prefix: str) -> None:
    """Every value comes back, however the code is spaced and cased."""
    code = encode_code(value, prefix)
    sloppy = " " + code.lower().replace("-", " ") + "\n"
    for text in (code, code.lower(), code.replace("-", ""), sloppy):
        assert decode_code(text, len(value), prefix) == value


def test_shape() -> None:
    """16 bytes are 7 groups, 32 bytes are 14, all of four characters."""
    for value, groups in ((VOUCHER, 7), (SECRET, 14)):
        parts = encode_code(value).split("-")
        assert [len(p) for p in parts] == [4] * groups
        assert set("".join(parts)) <= set(ALPHABET)
    assert encode_code(SECRET, INVITE).startswith("cosign-invite-")


@given(st.integers(1, 64))
def test_groups_are_full(size: int) -> None:
    """Every code is whole groups with at least two check characters."""
    plain = encode_code(bytes(size)).replace("-", "")
    assert len(plain) % 4 == 0
    assert len(plain) * 5 >= size * 8 + 10


def test_misread_letters() -> None:
    """O is read as 0, I and L as 1, and dashes of word processors are ignored."""
    code = encode_code(b"\x00\x44" * 8)
    assert "0" in code
    assert "1" in code
    for one in "IiLl":
        for zero in "Oo":
            text = code.replace("1", one).replace("0", zero).replace("-", "\N{EN DASH}")
            assert decode_code(text, 16) == b"\x00\x44" * 8


@pytest.mark.parametrize("value", [VOUCHER, SECRET], ids=["voucher", "invite"])
def test_every_substitution_is_caught(value: bytes) -> None:
    """In these samples no wrong character passes (one in 2^10 would, of 16 bytes)."""
    code = encode_code(value)
    for place, right in enumerate(code):
        for wrong in ALPHABET:
            if right not in ("-", wrong):
                assert mistyped(code[:place] + wrong + code[place + 1 :], len(value))


@pytest.mark.parametrize("value", [VOUCHER, SECRET], ids=["voucher", "invite"])
def test_every_transposition_is_caught(value: bytes) -> None:
    """In these samples no two exchanged neighbours pass."""
    plain = encode_code(value).replace("-", "")
    for place, (left, right) in enumerate(pairwise(plain)):
        if left != right:
            assert mistyped(plain[:place] + right + left + plain[place + 2 :], len(value))


def test_lengths() -> None:
    """A code with a character too few or too many, or none, is mistyped."""
    code = encode_code(VOUCHER)
    for bad in ("", "-", code[:-1], code[1:], code + "0", code + code, encode_code(SECRET)):
        assert mistyped(bad)


@pytest.mark.parametrize("character", ["U", "u", "*", "é", "ß", "٣", "\x00", "🜁"])
def test_foreign_characters(character: str) -> None:
    """Characters outside the alphabet are mistyped; digits of other scripts are foreign."""
    code = encode_code(VOUCHER)
    assert mistyped(character + code[1:])


def test_spare_bits() -> None:
    """A last data character that carries bits beyond the value is mistyped."""
    plain = encode_code(VOUCHER).replace("-", "")
    last = ALPHABET.index(plain[25])
    assert last % 4 == 0
    for spare in (1, 2, 3):
        with pytest.raises(UsageError, match="fit together"):
            decode_code(plain[:25] + ALPHABET[last + spare] + plain[26:], 16)


def test_prefix() -> None:
    """The prefix is part of the code: it must be there, and its check characters need it."""
    code = encode_code(SECRET, INVITE)
    assert decode_code("COSIGN INVITE " + code[len(INVITE) :], 32, INVITE) == SECRET
    with pytest.raises(UsageError, match="right kind"):
        decode_code(code[len(INVITE) :], 32, INVITE)
    with pytest.raises(UsageError, match="right kind"):
        decode_code(encode_code(SECRET), 32, INVITE)
    assert mistyped(code[len(INVITE) :], 32)
    assert mistyped(INVITE + encode_code(SECRET), 32, INVITE)


@pytest.mark.parametrize(
    ("plain", "character"),
    [("i", "\N{LATIN SMALL LETTER DOTLESS I}"), ("s", "\N{LATIN SMALL LETTER LONG S}")],
)
def test_only_plain_letters_have_a_case(plain: str, character: str) -> None:
    """A letter whose capital is a plain one is not taken for it."""
    code = encode_code(SECRET, INVITE).lower()
    assert decode_code(code, 32, INVITE) == SECRET
    with pytest.raises(UsageError, match="right kind"):
        decode_code(code.replace(plain, character, 1), 32, INVITE)


def test_error_shows_no_part_of_the_code() -> None:
    """A message about a mistyped code does not repeat it."""
    code = encode_code(VOUCHER)
    with pytest.raises(UsageError) as caught:
        decode_code(code[:-1] + ("0" if code[-1] != "0" else "1"), 16)
    assert not any(group in caught.value.message for group in code.split("-"))


def test_nothing_to_encode() -> None:
    """An empty value is a programmer's mistake."""
    with pytest.raises(ValueError, match="at least one byte"):
        encode_code(b"")
