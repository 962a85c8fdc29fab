"""Files mistaken for ours, recognized by their first bytes (docs/spec.md, "Published letter").

A download that returned a login page, a Git LFS pointer or nothing is not a forgery. The
error should say what the file is and how to get the right one.

Not protected: anybody can begin a file like this. Only the words of errors depend on it.
"""

import unicodedata
from codecs import BOM_UTF8, getincrementaldecoder
from typing import Final, NamedTuple

START_BYTES: Final = 4096
"""How much of a file is looked at."""


class Kind(NamedTuple):
    """A kind of file that this program does not write.

    Attributes:
        name: with its article.
        hint: how to get to the right file.
    """

    name: str
    hint: str


_AGAIN: Final = "download the file itself again"
_UNPACK: Final = "unpack it, and name the file inside"
_PACKED: Final = {
    b"\x1f\x8b": "a file packed with gzip",
    b"PK\x03\x04": "a ZIP archive, or an office document",
    b"BZh": "a file packed with bzip2",
    b"\xfd7zXZ\x00": "a file packed with xz",
    b"\x28\xb5\x2f\xfd": "a file packed with zstd",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive",
}
_MEDIA: Final = {
    b"%PDF-": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"{\\rtf": "a document in Rich Text Format",
    b"SQLite format 3\x00": "an SQLite database",
}
_EMPTY: Final = Kind("an empty file", f"the download may have failed: {_AGAIN}")
_PAGE: Final = Kind("a web page", f"a site answered with a page, such as a login: {_AGAIN}")
_POINTER: Final = Kind("a pointer of Git LFS", "get the file itself with git lfs pull")
_TEXT: Final = Kind("plain text", "this is not the file you meant")
_QUOTED: Final = Kind(
    "a mail that quotes an armor",
    "copy the block from the message itself, or remove what a mail program put at the start of "
    "each line, such as >",
)
_AMONG_WORDS: Final = Kind(
    "text with an armor inside",
    "copy the block, from its BEGIN line to its END line, into a file alone",
)
_ARMOR: Final = b"-----BEGIN COSIGN "
_PAGE_STARTS: Final = (b"<!doctype html", b"<html", b"<head", b"<!--", b"<?xml")


def foreign_kind(start: bytes) -> Kind | None:
    """Return what kind of file begins with these bytes, or None if none that is known.

    Args:
        start: the first ``START_BYTES`` of a file, or all of a shorter one.
    """
    if not start:
        return _EMPTY
    for names, hint in ((_PACKED, _UNPACK), (_MEDIA, _TEXT.hint)):
        for magic, name in names.items():
            if start.startswith(magic):
                return Kind(name, hint)
    if is_page(start):
        return _PAGE
    bare = start.removeprefix(BOM_UTF8)
    text = bare.lstrip()
    if text.startswith(b"version https://git-lfs"):
        return _POINTER
    return _text_kind(bare) if _is_text(bare) else None


def _text_kind(text: bytes) -> Kind:
    """Return which kind of text it is: one with an armor in it, or another."""
    before, found, _ = text.partition(_ARMOR)
    if not found:
        return _TEXT
    return _QUOTED if before.rpartition(b"\n")[2].strip() else _AMONG_WORDS


def is_page(start: bytes) -> bool:
    """Return whether a file begins like a web page.

    Args:
        start: at least its first word.
    """
    return start.removeprefix(BOM_UTF8).lstrip().lower().startswith(_PAGE_STARTS)


def _is_text(start: bytes) -> bool:
    """Return whether bytes are UTF-8 without control characters; the last one may be cut."""
    try:
        text = getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return False
    return all(c in "\n\r\t\f" or not unicodedata.category(c).startswith("C") for c in text)
