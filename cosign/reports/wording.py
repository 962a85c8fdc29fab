"""What every report for people says in the same words (docs/spec.md, "Verifying")."""

from collections.abc import Iterator
from typing import Final

from cosign.proofs.interface import Anonymity
from cosign.roles.verifier.letter import Report

ANONYMITY: Final[dict[Anonymity, str]] = {
    "everlasting": "everlasting: no computer, ever, can link signatures to enrolments",
    "computational": (
        "computational: a quantum computer, or a listed key that is seized, could tell who signed"
    ),
}

BASIS: Final = {
    "registrar": "who belongs to the group",
    "publisher": "where the keys come from",
}
"""What the words of whoever vouches are about, by role."""

LEFT_OUT: Final = {
    "other_type": "of another type",
    "security_key": "on a security key",
    "bad_key": "not proper",
    "same_person": "of a listed person",
    "same_key": "listed for somebody else",
}
"""Which keys are not on a list, by the names in :class:`~cosign.records.groups.roster.LeftOut`."""


def number(report: Report) -> str:
    """Say how many distinct members signed."""
    least = "at least " if report.keys > report.cosigners else ""
    return f"{least}{report.cosigners}"


def crowd(report: Report) -> str:
    """Say how many members there are."""
    size = report.anonymity_set
    return "an unknown number of members" if size is None else f"at most {size} members"


def caveats(report: Report) -> Iterator[str]:
    """Say why a valid letter may not be what it seems."""
    if not report.pinned:
        yield (
            "the group is not pinned, that is, named beforehand: anybody can make a group of this "
            "name, so compare its fingerprint with one that you got elsewhere"
        )
    if not report.quorum_met:
        yield (
            f"the quorum is not met: the round asked for {report.round.terms.quorum} members "
            "before anything is published"
        )


def some_of(role: str, threshold: int, count: int) -> str:
    """Say how many people in a role it takes.

    >>> some_of("trustee", 2, 3), some_of("trustee", 1, 1)
    ('2 of 3 trustees', 'the trustee')
    """
    return f"the {role}" if count == 1 else f"{threshold} of {count} {role}s"


def left_out(report: Report) -> str:
    """Say how many keys are not on the list, and why; nothing if none is left out."""
    found = {reason: n for reason, n in report.round.group.left_out.items() if n}
    listed = ", ".join(f"{n} {LEFT_OUT[reason]}" for reason, n in found.items())
    return f"{sum(found.values())}, as they say: {listed}" if found else ""
