"""The letter: the exact text that people cosign (docs/spec.md, "Letter").

A letter is not a MessagePack record but plain UTF-8 text, in which Markdown is allowed.
It is in NFC, has LF line ends and at most 1 MiB, and has no characters that move the
cursor or reverse a line. ``letter_id`` commits to the exact bytes.

Not protected: an organizer can tell copies of a letter apart by their wording alone.
:func:`watermarks` finds only what a program can find: invisible characters and unusual
spaces.
"""

import re
import unicodedata
from typing import Final, NamedTuple

from cosign import labels
from cosign.errors import MalformedError, naming
from cosign.primitives.hashing import identifier
from cosign.text.characters import is_invisible
from cosign.text.files import decode_utf8, read_text
from cosign.wire.text import text_fault

LETTER_LIMIT: Final = 2**20
"""Greatest length of a letter in bytes of UTF-8."""


_LINE_END: Final = re.compile("[ \t](?:\n|\\Z)")
"""White space at the end of a line; no other watermark is in ASCII."""


class Watermark(NamedTuple):
    """A place in a letter that readers do not see, but that can tell copies apart.

    Attributes:
        line: from 1.
        column: in characters, from 1.
        what: the character or the white space there.
    """

    line: int
    column: int
    what: str


class Letter(NamedTuple):
    """A letter that satisfies the rules.

    Attributes:
        text: the decoded text.
        raw: the exact bytes, to which ``letter_id`` commits.
    """

    text: str
    raw: bytes

    @property
    def letter_id(self) -> bytes:
        """The letter's 32-byte identifier."""
        return identifier(labels.LETTER_ID, self.raw)

    @classmethod
    def from_bytes(cls, raw: bytes) -> "Letter":
        """Return a letter; text that breaks a rule is refused and never corrected.

        Raises:
            MalformedError: the text is not UTF-8 or not in NFC, is empty or too long, or has
                characters that are not allowed.
        """
        if not raw or len(raw) > LETTER_LIMIT:
            raise MalformedError(
                f"a letter has 1 to {LETTER_LIMIT} bytes, this one {len(raw)}",
                hint="shorten the letter and link to the rest" if raw else "the file is empty",
            )
        with naming("letter"):
            text = decode_utf8(raw)
        fault = text_fault(text, multiline=True)
        if fault:
            raise MalformedError(f"letter: {fault}", hint="remove it and save the letter again")
        return cls(text, raw)

    @classmethod
    def from_draft(cls, raw: bytes) -> "Letter":
        """Return a letter made from a text as an editor saved it.

        A byte order mark is removed, CRLF becomes LF, and the text is normalized to NFC
        (:func:`cosign.text.files.read_text`). Nothing changes the letter after this.

        Raises:
            MalformedError: as for :meth:`from_bytes`; a file of a word processor, which is
                named; or no words.
        """
        if len(raw) > LETTER_LIMIT:
            return cls.from_bytes(raw)
        with naming("letter"):
            text = read_text(raw)
            if text and not any(char.isalnum() for char in text):
                raise MalformedError(
                    "there are no words in it", hint="save the text, and try again"
                )
        return cls.from_bytes(text.encode())


def watermarks(text: str) -> list[Watermark]:
    """Return the places by which copies of a text could differ without being seen.

    These are invisible characters, spaces other than U+0020, and white space at line ends.
    """
    found: list[Watermark] = []
    if text.isascii() and not _LINE_END.search(text):
        return found
    for number, line in enumerate(text.split("\n"), 1):
        for column, char in enumerate(line, 1):
            if is_invisible(char) or (char != " " and unicodedata.category(char) == "Zs"):
                name = unicodedata.name(char, "unnamed")
                found.append(Watermark(number, column, f"U+{ord(char):04X} {name}"))
        bare = line.rstrip(" \t")
        if bare != line:
            found.append(Watermark(number, len(bare) + 1, "white space at the end of the line"))
    return found
