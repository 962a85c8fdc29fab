"""Text files as editors save them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosign.errors import MalformedError
from cosign.text.files import check_format, foreign_format, read_text, show_place, wide_encoding

TEXT = "Zo\u00eb\nMax\n"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"\xef\xbb\xbfa", "a"),
        (b"\xef\xbb\xbf\xef\xbb\xbfa", "\ufeffa"),
        (b"a\r\nb\r\n", "a\nb\n"),
        (b"a\rb\r", "a\nb\n"),
        (b"a\rb\n", "a\rb\n"),
        ("e\u0301".encode(), "\u00e9"),
        (b"", ""),
    ],
    ids=ascii,
)
def test_what_editors_do_is_undone(raw: bytes, text: str) -> None:
    """One mark, the line ends of one system, and NFD; a CR among LF is damage and stays."""
    assert read_text(raw) == text


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("text", [TEXT, "a\n", "\u0416\u0435\u043d\u044f Adler\n" * 3], ids=ascii)
def test_wide_encodings_are_named(codec: str, text: str) -> None:
    """Text in UTF-16 and UTF-32 is refused by its name, with and without a mark."""
    with pytest.raises(MalformedError, match=f"is in {codec[:6].upper()}") as caught:
        read_text(text.encode(codec))
    assert "UTF-8" in caught.value.hint


@pytest.mark.parametrize(
    "raw", [TEXT.encode(), b"", b"a", "\u4e2d\u6587".encode(), b"a\0bcdefghij"]
)
def test_nothing_else_is_called_wide(raw: bytes) -> None:
    """Plain UTF-8 is not, and neither is one stray zero byte."""
    assert wide_encoding(raw) is None


def test_the_place_of_a_bad_byte() -> None:
    """Line and column are those of an editor, in characters."""
    with pytest.raises(MalformedError, match="not UTF-8 at line 2, column 4"):
        read_text("Zo\u00eb\r\nZo\u00eb".encode() + b"\xeb\n")
    assert show_place("\ufeffab\rc") == "line 2, column 2"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_reading_twice_changes_nothing(text: str) -> None:
    """What was read is in form, but for a second mark and a CR that becomes the only line end."""
    try:
        once = read_text(text.encode())
    except MalformedError:
        return
    if not once.startswith("\ufeff") and wide_encoding(once.encode()) is None:
        assert read_text(once.encode()) == once


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (b"{\\rtf1 x", "an RTF file"),
        (b"PK\x03\x04 nothing known", "a ZIP file"),
        (b"\x97\xb3cosign/collection/1", "a file of this program"),
        (b"COSIGNED LETTER\n\0\0\1\0", "a file of this program"),
        (b"COSIGNED LETTER\nDear board", None),
        (b"text", None),
    ],
)
def test_files_of_other_programs_are_named(raw: bytes, name: str | None) -> None:
    assert foreign_format(raw) == name
    if name:
        with pytest.raises(MalformedError, match=f"this is {name}, not plain text"):
            check_format(raw)
