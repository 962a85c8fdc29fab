"""The letter: the exact text that people cosign."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosign import labels
from cosign.errors import MalformedError
from cosign.primitives.hashing import H
from cosign.records.letter import LETTER_LIMIT, Letter, watermarks


def test_a_letter_is_its_exact_bytes() -> None:
    """The identifier is the labelled hash of the bytes."""
    letter = Letter.from_bytes("Liebe Alle,\n\tgr\u00fc\u00dfe\n".encode())
    assert letter.text.encode() == letter.raw
    assert letter.letter_id == H(labels.LETTER_ID, letter.raw)[:32]


@pytest.mark.parametrize(
    ("raw", "match"),
    [
        (b"", "1 to 1048576 bytes, this one 0"),
        (b"x" * (LETTER_LIMIT + 1), "this one 1048577"),
        (b"a\xffb", "letter: not UTF-8 at line 1, column 2"),
        (b"\xed\xa0\x80", "not UTF-8"),
        (b"\xc0\x80", "not UTF-8"),
        ("e\u0301".encode(), "NFC"),
        (b"a\r\nb", r"U\+000D CR at line 1, column 2, after 'a'"),
        (b"a\x00", r"U\+0000"),
        (b"\x1b[1m", r"U\+001B"),
        ("\u202eabc".encode(), r"bidirectional control U\+202E"),
        ("a\u2066b\u2069".encode(), r"bidirectional control U\+2066"),
        ("a\u2028b".encode(), r"U\+2028"),
    ],
)
def test_what_misleads_or_is_no_text_is_refused(raw: bytes, match: str) -> None:
    """A letter is short enough, UTF-8, NFC, LF, and moves no cursor."""
    with pytest.raises(MalformedError, match=match) as caught:
        Letter.from_bytes(raw)
    assert caught.value.hint


def test_the_longest_letter_is_a_mebibyte() -> None:
    """At the limit, a letter is accepted."""
    assert len(Letter.from_bytes(b"x" * LETTER_LIMIT).raw) == 2**20


@pytest.mark.parametrize(
    ("draft", "raw"),
    [
        (b"a\r\nb\r\n", b"a\nb\n"),
        (b"a\rb\r", b"a\nb\n"),
        ("e\u0301".encode(), "\u00e9".encode()),
        (b"\xef\xbb\xbfa", b"a"),
        (b"a\nb", b"a\nb"),
    ],
    ids=["CRLF", "CR", "NFD", "byte order mark", "in form"],
)
def test_a_draft_is_brought_into_form_once(draft: bytes, raw: bytes) -> None:
    """Editors may save CRLF, NFD and a byte order mark; the letter has none of them."""
    assert Letter.from_draft(draft).raw == raw


@pytest.mark.parametrize(
    "draft", [b"", b"\xef\xbb\xbf", b"a\rb\n", b"\xff", b"x" * (LETTER_LIMIT + 1), b"\r\r\n"]
)
def test_a_draft_is_not_repaired_otherwise(draft: bytes) -> None:
    """What an editor would not do is refused, not mended."""
    with pytest.raises(MalformedError):
        Letter.from_draft(draft)


@given(st.binary(max_size=60) | st.text(max_size=40).map(lambda t: t.encode("utf-8", "replace")))
def test_a_draft_becomes_a_letter_or_an_error(draft: bytes) -> None:
    """The letter made of any draft is in form, and making it again changes nothing."""
    try:
        letter = Letter.from_draft(draft)
    except MalformedError:
        return
    assert Letter.from_bytes(letter.raw) == Letter.from_draft(letter.raw) == letter


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("plain\n\twords\n", []),
        ("a\u200bb", [(1, 2, "U+200B ZERO WIDTH SPACE")]),
        ("a\n\u00adb", [(2, 1, "U+00AD SOFT HYPHEN")]),
        ("a\u00a0b", [(1, 2, "U+00A0 NO-BREAK SPACE")]),
        ("\ufeffa", [(1, 1, "U+FEFF ZERO WIDTH NO-BREAK SPACE")]),
        ("a\u2062b", [(1, 2, "U+2062 INVISIBLE TIMES")]),
        ("a\ufe0f", [(1, 2, "U+FE0F VARIATION SELECTOR-16")]),
        ("\U000e0041", [(1, 1, "U+E0041 TAG LATIN CAPITAL LETTER A")]),
        ("\u3164", [(1, 1, "U+3164 HANGUL FILLER")]),
        ("\u2800", [(1, 1, "U+2800 BRAILLE PATTERN BLANK")]),
        ("a \nb\t ", [(1, 2, "white space"), (2, 2, "white space")]),
        ("\u2009\u200a", [(1, 1, "U+2009 THIN SPACE"), (1, 2, "U+200A HAIR SPACE")]),
    ],
    ids=ascii,
)
def test_watermarks_are_told(text: str, found: list[tuple[int, int, str]]) -> None:
    """Invisible characters, odd spaces and trailing white space are listed with their places."""
    shown = [(w.line, w.column, w.what) for w in watermarks(text)]
    assert [(a, b) for a, b, _ in shown] == [(a, b) for a, b, _ in found]
    assert all(
        what.startswith(start) for (_, _, what), (_, _, start) in zip(shown, found, strict=True)
    )
