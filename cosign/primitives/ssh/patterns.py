"""Patterns of principals and namespaces (docs/spec.md, "OpenSSH keys").

They match as for OpenSSH (ssh_config(5), "PATTERNS").
"""

from collections.abc import Sequence
from typing import Final

from cosign.errors import MalformedError

LIST_LIMIT: Final = 16_384
"""Greatest length of a list in characters. Matching takes time that grows with its square."""
_PART_LIMIT: Final = 1023
"""Greatest length of a pattern in characters; OpenSSH takes no longer one."""


def split_list(text: str) -> list[str]:
    """Return the patterns of a list, which commas separate.

    Raises:
        MalformedError: the list or one of its patterns is too long.
    """
    parts = text.split(",")
    if len(text) > LIST_LIMIT or any(len(part) > _PART_LIMIT for part in parts):
        raise MalformedError("a list of names is too long")
    return parts


def is_name(part: str) -> bool:
    """Return whether a part of a list is a plain name: no wildcard, no negation.

    >>> is_name("anna@example.org"), is_name("*@example.org"), is_name("!anna")
    (True, False, False)
    """
    return bool(part) and not part.startswith("!") and not any(c in "*?" for c in part)


def matches_list(text: str, patterns: Sequence[str]) -> bool:
    """Return whether a pattern of the list matches a text, and no negated one does.

    >>> matches_list("file", ["git", "*"]), matches_list("file", ["*", "!file"])
    (True, False)
    """
    if any(p.startswith("!") and matches(text, p[1:]) for p in patterns):
        return False
    return any(matches(text, p) for p in patterns if not p.startswith("!"))


def matches(text: str, pattern: str) -> bool:
    """Return whether a pattern matches a whole text: ``*`` stands for any characters.

    ``?`` stands for one character. The number of steps is at most the product of the lengths.

    >>> matches("anna@example.org", "a?na@*.org"), matches("anna", "ann")
    (True, False)
    """
    place = at = retry = 0
    star = -1
    while place < len(text):
        if at < len(pattern) and pattern[at] == "*":
            star, retry, at = at, place, at + 1
        elif at < len(pattern) and pattern[at] in {"?", text[place]}:
            place, at = place + 1, at + 1
        elif star >= 0:  # let the last star stand for one character more
            retry += 1
            place, at = retry, star + 1
        else:
            return False
    return not pattern[at:].strip("*")
