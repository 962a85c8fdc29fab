"""Which late names and withdrawals fit a published letter (docs/spec.md, "Appending").

A name is only put beside what its owner said before: to the same statement, by a proof that
shows the same registrars. If it showed others, keys would move from one registrar's count to
another's, and readers could refuse the new file.
"""

from collections.abc import Iterable, Iterator
from typing import Final, Literal

from cosign.roles.organizer.entries import Entry

NameLeftOut = Literal[
    "no_cosignature",
    "withdrawn",
    "named_already",
    "contradicting",
    "other_statement",
    "other_registrars",
]
"""Why a late name is left out. The file has of its key no cosignature, or a withdrawal, or a name;
the key's names or statements contradict each other; or its cosignature in the file has another
statement, or shows other registrars."""

CONTRADICTING: Final = "contradicting"

Late = Entry | Literal["contradicting"] | None
"""What came later of one member: a withdrawal or a name; names that differ; or nothing."""


def late_of(later: Iterable[Entry]) -> Late:
    """Return what counts of one member's late records, which ascend."""
    chosen: Entry | None = None
    contradict = False
    for entry in later:
        if entry.checked.action == "withdraw":  # before any other, as records ascend
            return entry
        chosen = chosen or entry
        contradict |= entry.checked != chosen.checked
    return CONTRADICTING if contradict else chosen


def side_by_side(
    held: Iterator[tuple[bytes, Iterator[Entry]]], later: Iterator[tuple[bytes, Iterator[Entry]]]
) -> Iterator[tuple[list[Entry], Late]]:
    """Yield what the file has of each member, and what came later.

    Args:
        held: entries of the file, by their tags, which ascend.
        later: entries that came later, likewise.
    """
    waiting = next(later, None)
    for tag, entries in held:
        while waiting and waiting[0] < tag:
            yield [], late_of(waiting[1])
            waiting = next(later, None)
        if waiting and waiting[0] == tag:
            yield list(entries), late_of(waiting[1])
            waiting = next(later, None)
        else:
            yield list(entries), None
    while waiting:
        yield [], late_of(waiting[1])
        waiting = next(later, None)


def why_left_out(member: list[Entry], late: Late) -> NameLeftOut | None:
    """Return why a late name does not fit; None if it does, or if it is no name.

    Args:
        member: what the file has of its key; may be empty.
        late: what came later.
    """
    if late is None or (late != CONTRADICTING and late.checked.action == "withdraw"):
        return None
    held = [entry.checked for entry in member]
    differ = late == CONTRADICTING or len({one.statement for one in held}) > 1
    reasons: tuple[tuple[NameLeftOut, bool], ...] = (
        ("no_cosignature", not held),
        ("withdrawn", any(one.action == "withdraw" for one in held)),
        ("named_already", any(one.name for one in held)),
        (CONTRADICTING, differ),
    )
    found = next((reason for reason, applies in reasons if applies), None)
    if found or late == CONTRADICTING:
        return found
    if held[0].statement != late.checked.statement:
        return "other_statement"
    fits = all(one.certifiers == late.checked.certifiers for one in held)
    return None if fits else "other_registrars"
