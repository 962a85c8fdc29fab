r"""Whether people take two names for the same one (docs/spec.md, "Reading text").

Lists of people have ``Jörg`` in two normal forms, ``anna@example.org`` with and without
capitals, no-break spaces from a web page, and the dashes and apostrophes of a word
processor. People read these as one name, so a person must not count twice because of them.

Not protected: two people with one name, one person with two names, and letters of other
scripts that look alike.
"""

import unicodedata
from typing import Final

from cosign.text.characters import is_invisible, to_nfc
from cosign.text.typed import is_dash

_APOSTROPHES: Final = frozenset(
    "'`\N{ACUTE ACCENT}\N{PRIME}"
    "\N{MODIFIER LETTER TURNED COMMA}\N{MODIFIER LETTER APOSTROPHE}"
    "\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}"
    "\N{SINGLE HIGH-REVERSED-9 QUOTATION MARK}"
)
"""What stands for the apostrophe in names such as O'Neill, typed or put by a program."""


def name_key(name: str) -> str:
    r"""Return a form of a name that is equal for names that people take for the same.

    NFKC, without invisible characters, one dash and one apostrophe for all others, white
    space collapsed to one space and none around it, case folded (Unicode 3.13, D147,
    "identifier caseless match").

    >>> name_key("Jo\u0308rg\N{NO-BREAK SPACE} M") == name_key("J\u00d6RG M\N{ZERO WIDTH SPACE}")
    True
    """
    if name.isascii():  # nearly all of a million names, in a tenth of the time
        return " ".join(name.replace("`", "'").split()).lower()
    shown = "".join(char for char in to_nfc(name) if not is_invisible(char))
    if not unicodedata.is_normalized("NFC", shown):  # more marks than any name has
        return shown
    shown = _plain(shown)  # before NFKC, which makes a blank of the acute accent
    for _ in range(2):  # folding can undo the form, and the form can undo folding
        shown = unicodedata.normalize("NFKC", shown).casefold()
    return " ".join(_plain(unicodedata.normalize("NFKC", shown)).split())


def _plain(text: str) -> str:
    """Return text with the dash and the apostrophe of the keyboard for all others."""
    return "".join("-" if is_dash(c) else "'" if c in _APOSTROPHES else c for c in text)
