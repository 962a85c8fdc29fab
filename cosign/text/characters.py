"""Characters that are not drawn, and normalization that takes linear time."""

import bisect
import unicodedata
from itertools import groupby
from typing import Final

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


def is_invisible(char: str) -> bool:
    r"""Return whether fonts draw nothing for a character that is no white space.

    >>> is_invisible("\N{ZERO WIDTH SPACE}"), is_invisible(" ")
    (True, False)
    """
    place = bisect.bisect_right(_STARTS, ord(char)) - 1
    return place >= 0 and ord(char) <= _INVISIBLE[place][1]


def to_nfc(text: str) -> str:
    """Return text in Unicode form NFC.

    Text in which more than 30 combining marks follow each other, which no language needs,
    comes back as it is: sorting them would take too long.
    """
    if unicodedata.is_normalized("NFC", text) or _piles_marks(text):
        return text
    return unicodedata.normalize("NFC", text)


def _piles_marks(text: str) -> bool:
    runs = groupby(text, key=lambda char: unicodedata.combining(char) > 0)
    return any(marks and len(list(run)) > _MOST_MARKS for marks, run in runs)
