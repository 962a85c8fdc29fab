"""Which characters are allowed in text (docs/spec.md, "Text").

Strangers write this text and others read it, on terminals too.
"""

import unicodedata

from cosign.wire.unicode14 import unassigned


def text_fault(text: str, *, multiline: bool) -> str | None:
    """Return why ``text`` is not allowed in a record, or None if it is allowed.

    Not allowed are text that is not in NFC; characters that Unicode 14 does not assign,
    because older and newer programs disagree on their normalization; control characters
    (but LF and TAB are allowed if ``multiline``); lone surrogates; line and paragraph
    separators; and the bidirectional overrides and isolates U+202A to U+202E and U+2066
    to U+2069, which can make a line read differently from what it says (CVE-2021-42574).
    """
    stranger = unassigned(text)
    if stranger is not None and not "\ud800" <= text[stranger] <= "\udfff":
        return f"U+{ord(text[stranger]):04X} at position {stranger} is not in Unicode 14"
    for place, char in enumerate(text):
        if char.isprintable() or (multiline and char in "\n\t"):
            continue
        if unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"}:
            return f"control character U+{ord(char):04X} at position {place}"
        if "\u202a" <= char <= "\u202e" or "\u2066" <= char <= "\u2069":
            return f"bidirectional control U+{ord(char):04X} at position {place}"
    return None if unicodedata.is_normalized("NFC", text) else "text is not in Unicode form NFC"
