"""Numbers in sentences: singular, plural, and "any 2 of the 3".

Messages and reports take these words from here, so that none says "1 members" or
"any 1 of 1 trustees".
"""


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
    """Return the words for any ``threshold`` of ``count`` people.

    >>> some_of(1, 1, "trustee"), some_of(2, 2, "trustee"), some_of(3, 3, "trustee")
    ('the trustee', 'both trustees', 'all 3 trustees')
    >>> some_of(1, 2, "trustee"), some_of(1, 3, "trustee"), some_of(2, 3, "trustee")
    ('either of the 2 trustees', 'any one of the 3 trustees', 'any 2 of the 3 trustees')
    """
    if count == 1:
        return f"the {noun}"
    if threshold == count:
        return f"both {noun}s" if count == 2 else f"all {counted(count, noun)}"  # noqa: PLR2004  # both
    if threshold == 1:
        return f"either of the 2 {noun}s" if count == 2 else f"any one of the {count} {noun}s"  # noqa: PLR2004  # either
    return f"any {threshold} of the {count} {noun}s"
