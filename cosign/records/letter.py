"""The letter: the exact text that people cosign (docs/spec.md, "Letter").

A letter is not a MessagePack record but plain UTF-8 text, in which Markdown is allowed.
It is in NFC, has LF line ends and at most 1 MiB, and has no characters that move the
cursor or reverse a line. ``letter_id`` commits to the exact bytes.

Not protected: an organizer can tell copies of a letter apart by their wording alone.
:func:`watermarks` finds only what a program can find: invisible characters and unusual
spaces.
"""

import bisect
import unicodedata
from itertools import groupby
from typing import Final, NamedTuple

from cosign import labels
from cosign.errors import MalformedError
from cosign.primitives.hashing import identifier
from cosign.wire.text import text_fault

LETTER_LIMIT: Final = 2**20
"""Greatest length of a letter in bytes of UTF-8."""

_MOST_MARKS: Final = 30
"""Most combining marks in a row for which text is normalized (UAX #15, "Stream-Safe Text
Format"). Sorting n of them takes a number of steps proportional to n squared."""

# First and last code points of Default_Ignorable_Code_Point (Unicode 15.1,
# DerivedCoreProperties), and the blank letters and fillers that fonts do not draw.
_INVISIBLE: Final = (
    (0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160),
    (0x17B4, 0x17B5), (0x180B, 0x180F), (0x200B, 0x200F), (0x2060, 0x2065),
    (0x206A, 0x206F), (0x2800, 0x2800), (0x3164, 0x3164), (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFFB), (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
)  # fmt: skip
_STARTS: Final = [first for first, _ in _INVISIBLE]


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
        try:
            text = raw.decode()
        except UnicodeDecodeError as e:
            raise MalformedError(
                f"the letter is not UTF-8 at byte {e.start}", hint="save it as UTF-8 text"
            ) from e
        fault = text_fault(text, multiline=True)
        if fault:
            raise MalformedError(f"letter: {fault}", hint="remove it and save the letter again")
        return cls(text, raw)

    @classmethod
    def from_draft(cls, raw: bytes) -> "Letter":
        """Return a letter made from a text as an editor saved it.

        A byte order mark is removed, CRLF becomes LF, and the text is normalized to NFC.
        Nothing changes the letter after this.

        Raises:
            MalformedError: as for :meth:`from_bytes`.
        """
        if len(raw) > LETTER_LIMIT:
            return cls.from_bytes(raw)
        text = raw.removeprefix(b"\xef\xbb\xbf").decode(errors="replace")
        if text.encode() != raw.removeprefix(b"\xef\xbb\xbf"):
            return cls.from_bytes(raw)
        text = text.replace("\r\n", "\n")
        if not _piles_marks(text):
            text = unicodedata.normalize("NFC", text)
        return cls.from_bytes(text.encode())


def _piles_marks(text: str) -> bool:
    """Return whether more combining marks follow each other than any language needs."""
    runs = groupby(text, key=lambda char: unicodedata.combining(char) > 0)
    return any(marks and len(list(run)) > _MOST_MARKS for marks, run in runs)


def watermarks(text: str) -> list[Watermark]:
    """Return the places by which copies of a text could differ without being seen.

    These are invisible characters, spaces other than U+0020, and white space at line ends.
    """
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        for column, char in enumerate(line, 1):
            if _is_invisible(char) or (char != " " and unicodedata.category(char) == "Zs"):
                name = unicodedata.name(char, "unnamed")
                found.append(Watermark(number, column, f"U+{ord(char):04X} {name}"))
        bare = line.rstrip(" \t")
        if bare != line:
            found.append(Watermark(number, len(bare) + 1, "white space at the end of the line"))
    return found


def _is_invisible(char: str) -> bool:
    place = bisect.bisect_right(_STARTS, ord(char)) - 1
    return place >= 0 and ord(char) <= _INVISIBLE[place][1]
