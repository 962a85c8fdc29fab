r"""Whether two names are one to people (docs/spec.md, "Reading text").

Lists of people hold ``Jörg`` in two normal forms, ``anna@example.org`` with and without
capitals, and no-break spaces from a web page. To people these are one name, and one
person must not get two voices by them.

Not protected: two people of one name, two names of one person, and letters of other
scripts that look alike.
"""

import unicodedata

from cosign.text.characters import is_invisible, to_nfc


def name_key(name: str) -> str:
    r"""Return a form of a name that is equal for names that people take for the same.

    NFKC, without invisible characters, white space collapsed to one space and none
    around it, case folded (Unicode 3.13, D147, "identifier caseless match").

    >>> name_key("Jo\u0308rg\N{NO-BREAK SPACE} M") == name_key("J\u00d6RG M\N{ZERO WIDTH SPACE}")
    True
    """
    shown = "".join(char for char in to_nfc(name) if not is_invisible(char))
    if not unicodedata.is_normalized("NFC", shown):  # more marks than any name has
        return shown
    for _ in range(2):  # folding can undo the form, and the form can undo folding
        shown = unicodedata.normalize("NFKC", shown).casefold()
    return " ".join(unicodedata.normalize("NFKC", shown).split())
