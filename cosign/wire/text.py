"""Which characters are allowed in text (docs/spec.md, "Text").

Strangers write this text, and other people read it, also on terminals: it must not move the
cursor or change the direction of writing.
"""

import unicodedata
from typing import Final

from cosign.text.files import show_place
from cosign.wire.unicode14 import MARKS_LIMIT, piled, unassigned

_CONTROLS: Final = {"\0": "NUL", "\t": "TAB", "\n": "LF", "\f": "FF", "\r": "CR", "\x1b": "ESC"}
"""Controls that editors and terminals leave behind; Unicode has no names for them."""

_SHOWN_BEFORE: Final = 12
"""Most characters that an error quotes, so that people find the one that they cannot see."""


def text_fault(text: str, *, multiline: bool) -> str | None:
    """Return why ``text`` is not allowed in a record, or None if it is allowed.

    Not allowed are text that is not in NFC; characters that Unicode 14 does not assign,
    because older and newer programs disagree on their normalization; control characters
    (but LF and TAB are allowed if ``multiline``); lone surrogates; line and paragraph
    separators; the bidirectional overrides and isolates U+202A to U+202E and U+2066 to
    U+2069, which can make a line read differently from what it says (CVE-2021-42574); and
    more than 30 marks in a row, which are drawn over the lines above and below.
    """
    stranger = unassigned(text)
    if stranger is not None and not "\ud800" <= text[stranger] <= "\udfff":
        # Without a name: whether Python has one depends on its version.
        return f"{_number(text, stranger)}{_shown_place(text, stranger)} is not in Unicode 14"
    for place, char in enumerate(text):
        if char.isprintable() or (multiline and char in "\n\t"):
            continue
        if unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"}:
            return f"control character {_shown(text, place)}"
        if "\u202a" <= char <= "\u202e" or "\u2066" <= char <= "\u2069":
            return f"invisible bidirectional control {_shown(text, place)}"
    if (pile := piled(text)) is not None:  # before normalization, which it would make slow
        first = f"{_number(text, pile)}{_shown_place(text, pile)}"
        return f"more than {MARKS_LIMIT} marks in a row, the first of them {first}"
    return None if unicodedata.is_normalized("NFC", text) else "text is not in Unicode form NFC"


def _shown(text: str, place: int) -> str:
    """Return a character's number and name, and where it stands."""
    char = text[place]
    name = unicodedata.name(char, _CONTROLS.get(char, ""))
    return f"{_number(text, place)} {name}".rstrip() + _shown_place(text, place)


def _number(text: str, place: int) -> str:
    return f"U+{ord(text[place]):04X}"


def _shown_place(text: str, place: int) -> str:
    """Return where a character stands, and what people see before it."""
    before = text[:place].rpartition("\n")[2][-_SHOWN_BEFORE:]
    after = f", after {before!r}" if before.isprintable() and before.strip() else ""
    return f" at {show_place(text[:place])}{after}"
