"""Text files as editors and spreadsheets save them (docs/spec.md, "Reading text").

Every text file is read here: letters, lists of people, lists of ssh keys, signatures,
saved fingerprints and tokens. So a file that one command takes is taken by all.

Not protected: UTF-16 without a byte order mark is guessed from its zero bytes, to name it
in an error. Nothing is ever decoded by a guess.
"""

import codecs
import re
from typing import Final

from cosign.errors import MalformedError
from cosign.text.characters import to_nfc

BYTE_ORDER_MARK: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"

_MARKS: Final = (  # UTF-32 first: its little-endian mark begins like that of UTF-16
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_HEAD_BYTES: Final = 512
_ZIP: Final = b"pk\x03\x04"
_IN_ZIP: Final = (
    (b"word/", "a Word document (.docx)"),
    (b"xl/", "an Excel workbook (.xlsx)"),
    (b"application/vnd.oasis.opendocument.text", "an OpenDocument text (.odt)"),
    (b"application/vnd.oasis.opendocument.spreadsheet", "an OpenDocument table (.ods)"),
    (b"Index/Document.iwa", "a Pages document"),
)
"""What names of files in a ZIP file show."""
_OURS: Final = "a file of this program"
_FORMATS: Final = (
    (b"-----begin cosign ", _OURS),
    (b"{\\rtf", "an RTF file"),
    (b"<!doctype html", "a web page (HTML)"),
    (b"<html", "a web page (HTML)"),
    (b"%pdf-", "a PDF file"),
    (b"\xd0\xcf\x11\xe0", "an old Office document (.doc or .xls)"),
    (b"\x1f\x8b", "a compressed file (gzip)"),
    (b"\x89png", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
)
"""How formats begin that people take for text, in lower case."""
_RECORD: Final = re.compile(
    rb"(JOINT )?COSIGNED LETTER\n\0|([\x90-\x9f]|\xdc..)([\xa0-\xbf]|\xd9.)cosign/", re.DOTALL
)
"""How our own files begin: a published letter, or a record, whose first field is its label."""
_GUESSED_BYTES: Final = 1024
_LEAST_SHARE: Final = 4
"""At least a quarter of every second byte is zero in UTF-16: all of ASCII and spaces."""


def read_text(raw: bytes) -> str:
    r"""Return the text in a file: without a byte order mark, with LF line ends, in NFC.

    Args:
        raw: the content of the file.

    Raises:
        MalformedError: not UTF-8; UTF-16, UTF-32, and formats of word processors are named.

    >>> read_text(b"\xef\xbb\xbfdear all\r\n")
    'dear all\n'
    """
    check_format(raw)
    check_encoding(raw)
    return normal_text(decode_utf8(raw))


def read_legacy_text(raw: bytes) -> str:
    r"""Return text in UTF-8 or any other encoding that has ASCII in it, read in the same way.

    For formats of other programs that give a meaning to ASCII only, and take what stands
    beside it as bytes.

    Args:
        raw: the content of the file. Bytes that are not UTF-8 become lone surrogates (PEP
            383), which no text of a record may contain.

    Raises:
        MalformedError: UTF-16 or UTF-32.

    >>> read_legacy_text(b"key J\xf6rg\r\n")
    'key J\udcf6rg\n'
    """
    check_encoding(raw)
    return normal_text(raw.decode(errors="surrogateescape"))


def decode_utf8(raw: bytes) -> str:
    """Return the text that bytes encode, unchanged.

    Raises:
        MalformedError: not UTF-8; the message has line and column.
    """
    try:
        return raw.decode()
    except UnicodeDecodeError as e:
        place = show_place(raw[: e.start].decode())
        raise MalformedError(f"not UTF-8 at {place}", hint="save it as UTF-8 text") from e


def normal_text(text: str) -> str:
    """Return text without a byte order mark, with LF line ends, in NFC.

    CR alone is a line end where no other is there, as old editors save it; else it stays
    in the text, and those who read the text refuse it.
    """
    text = text.removeprefix(BYTE_ORDER_MARK).replace("\r\n", "\n")
    return to_nfc(text if "\n" in text else text.replace("\r", "\n"))


def check_format(raw: bytes) -> None:
    """Refuse files of word processors, browsers and the like, which are often taken for text.

    Raises:
        MalformedError: it is one.
    """
    name = foreign_format(raw)
    if name:
        raise MalformedError(
            f"this is {name}, not plain text",
            hint="name the text or list itself"
            if name == _OURS
            else "save it as plain text in UTF-8, or copy its text into a text editor",
        )


def foreign_format(raw: bytes) -> str | None:
    r"""Return what kind of file it is, if it is one that people take for text, else None.

    >>> foreign_format(rb"{\rtf1\ansi Dear board"), foreign_format(b"Dear board")
    ('an RTF file', None)
    """
    if _RECORD.match(raw):
        return _OURS
    head = raw[:_HEAD_BYTES].removeprefix(codecs.BOM_UTF8).lstrip().lower()
    if head.startswith(_ZIP):
        return next((name for mark, name in _IN_ZIP if mark in raw), "a ZIP file")
    return next((name for mark, name in _FORMATS if head.startswith(mark)), None)


def check_encoding(raw: bytes) -> None:
    """Refuse text that a program saved as UTF-16 or UTF-32.

    Raises:
        MalformedError: it did.
    """
    if name := wide_encoding(raw):
        raise MalformedError(f"the text is in {name}", hint="save it as UTF-8, then try again")


def wide_encoding(raw: bytes) -> str | None:
    r"""Return "UTF-16" or "UTF-32" if text is in one of them, else None.

    >>> wide_encoding("Zoë".encode("utf-16-le")), wide_encoding("Zoë".encode())
    ('UTF-16', None)
    """
    marked = (name for mark, name in _MARKS if raw.startswith(mark))
    return next(marked, None) or ("UTF-16" if _looks_wide(raw[:_GUESSED_BYTES]) else None)


def _looks_wide(head: bytes) -> bool:
    """Return whether zeros stand at every second place only, and at many of these."""
    zeros = sorted((head[::2].count(0), head[1::2].count(0)))
    return zeros[0] == 0 and zeros[1] > 0 and zeros[1] * 2 * _LEAST_SHARE >= len(head)


def show_place(before: str) -> str:
    r"""Return the place behind ``before`` as people find it in an editor.

    >>> show_place("one\ntwo")
    'line 2, column 4'
    """
    lines = re.split(r"\r\n|\r|\n", before.removeprefix(BYTE_ORDER_MARK))
    return f"line {len(lines)}, column {len(lines[-1]) + 1}"
