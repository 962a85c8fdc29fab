"""Words of reports, and numbers in sentences: singular, plural, and "any 2 of the 3".

The sentences of a report stand in one table, ``reports/words.json``, which a program in any
language can read (docs/adr/0052): the report's texts by name, with ``{placeholders}``. Where a
number decides, a text has the forms ``one`` and ``other``, chosen by ``count``.

Messages and reports take numbers from here, so that none says "1 members" or "any 1 of 1
trustees".
"""

import json
import pkgutil
from functools import cache
from typing import Final

_PACKAGE, _FILE = "cosign", "reports/words.json"

_PAIR: Final = 2
"""Of this many people, all are "both", and any one is "either"."""


@cache
def table() -> dict[str, str | dict[str, str]]:
    """Return the words of reports, by their names."""
    words: dict[str, str | dict[str, str]] = json.loads(pkgutil.get_data(_PACKAGE, _FILE) or b"")
    return words


def template(name: str, count: object = None) -> str:
    """Return a text with its placeholders.

    Args:
        name: in the table.
        count: what chooses between its forms, if it has any.

    Raises:
        KeyError: there is no such text.
    """
    found = table()[name]
    return found if isinstance(found, str) else found["one" if count == 1 else "other"]


def phrase(name: str, /, **values: str | int) -> str:
    """Return a text with its values.

    >>> phrase("signed", count=1), phrase("signed", count=7)
    ('1 distinct member', '7 distinct members')

    Raises:
        KeyError: there is no such text, or a value is missing.
    """
    return template(name, values.get("count")).format_map(values)


def capital(words: str) -> str:
    """Return words as the beginning of a sentence.

    >>> capital("at least 2")
    'At least 2'
    """
    return f"{words[0].upper()}{words[1:]}"


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, in the singular or the plural.

    >>> counted(1, "key"), counted(0, "mailbox"), counted(2, "person")
    ('1 key', '0 mailboxes', '2 people')
    """
    if number == 1:
        return f"1 {noun}"
    plural = "people" if noun == "person" else noun + ("es" if noun.endswith("x") else "s")
    return f"{number} {plural}"


def a(noun: str) -> str:
    """Return a noun with its article.

    >>> a("round"), a("enrolment request")
    ('a round', 'an enrolment request')
    """
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def have(number: int) -> str:
    """Return "has" or "have", for that many people.

    >>> have(1), have(2)
    ('has', 'have')
    """
    return "has" if number == 1 else "have"


def some_of(threshold: int, count: int, noun: str) -> str:
    """Return the words for any ``threshold`` of ``count`` people: registrars, publishers, trustees.

    >>> some_of(1, 1, "trustee"), some_of(2, 2, "trustee"), some_of(3, 3, "trustee")
    ('the trustee', 'both trustees', 'all 3 trustees')
    >>> some_of(1, 2, "trustee"), some_of(1, 3, "trustee"), some_of(2, 3, "trustee")
    ('either of the 2 trustees', 'any one of the 3 trustees', 'any 2 of the 3 trustees')
    """
    which = _which(threshold, count)
    nouns = phrase(f"noun.{noun}", count=count)
    return phrase(f"some.{which}", threshold=threshold, count=count, noun=nouns)


def _which(threshold: int, count: int) -> str:
    if count == 1:
        return "the"
    if threshold == count:
        return "both" if count == _PAIR else "all"
    if threshold == 1:
        return "either" if count == _PAIR else "any_one"
    return "any"
