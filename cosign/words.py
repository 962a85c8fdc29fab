"""Numbers in sentences: singular, plural, and "any 2 of the 3".

Messages and reports take these words from here, so that none says "1 members" or
"any 1 of 1 trustees".
"""


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, in the singular or the plural.

    >>> counted(1, "key"), counted(0, "mailbox")
    ('1 key', '0 mailboxes')
    """
    return f"{number} {noun}" + ("" if number == 1 else "es" if noun.endswith("x") else "s")


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
