"""Words that text and page share (docs/spec.md, "Verifying")."""

from collections.abc import Iterator
from typing import Final

from cosign.records.groups.facts import GroupKind, Vouching
from cosign.records.groups.group import Group
from cosign.reports.figures import AT_LEAST, more_may_have_signed
from cosign.roles.verifier.letter import Report
from cosign.words import counted, some_of

_EVERLASTING: Final = "no computer, now or later, can tell from the signatures who made them"
_SEIZED: Final = (
    "anybody who gets hold of a member's secret key can tell whether that member signed"
)

KIND: Final[dict[GroupKind, str]] = {
    "registered": "a registered group, whose members are admitted by registrars",
    "rostered": "a rostered group, whose members are on a public list of keys",
}

LEFT_OUT: Final = {
    "other_type": "of another type",
    "security_key": "on a security key",
    "limited": "expired, not valid yet, or limited to another use",
    "bad_key": "malformed",
    "same_person": "of a person who is on the list with another key",
    "same_key": "listed again",
}
"""Why keys are not on a list, by the names in :class:`~cosign.records.groups.roster.LeftOut`."""


def anonymity(group: Group) -> str:
    """Return for how long the signers are hidden, among which keys, and from whom."""
    who = {
        "everlasting": _EVERLASTING,
        "mixed": (
            "a quantum computer of the future could tell from a signature which ssh key made it, "
            "if one did"
        ),
        "computational": (
            "no computer of today can tell from the signatures who made them, but a quantum "
            "computer of the future could"
        ),
    }[group.anonymity]
    seized = "" if group.key_kinds is None else f"; {_SEIZED}"
    return f"{anonymity_kind(group)}: {who}{seized}"


def anonymity_kind(group: Group) -> str:
    """Return the kind of the signers' anonymity, on a roster with how many keys have it."""
    kinds = group.key_kinds
    if kinds is None or group.anonymity == "computational":
        return group.anonymity
    fresh = f"everlasting among the {counted(kinds.fresh, 'fresh key')}"
    if group.anonymity == "everlasting":
        return fresh
    return f"{fresh}, computational for the {counted(kinds.ssh, 'ssh key')}"


def least(report: Report) -> str:
    """Return "at least " where more people may have signed than the proofs show, else ""."""
    return f"{AT_LEAST} " if more_may_have_signed(report) else ""


def signed(report: Report) -> str:
    """Return the number of signers: "7 distinct members", "at least 1 distinct member"."""
    return f"{least(report)}{counted(report.cosigners, 'distinct member')}"


def members(most: int | None) -> str:
    """Return how many members there can be; None stands for an unknown number."""
    return "an unknown number of members" if most is None else f"at most {counted(most, 'member')}"


def caveats(report: Report) -> Iterator[str]:
    """Yield why a valid letter may not be what it seems."""
    if not report.pinned:
        yield (
            "the group is not pinned: the program was not told which group to expect, and "
            "anybody can make a group with this name; compare its fingerprint with one that you "
            "got from a person you trust, and not from the sender of this file"
        )
    if not report.quorum_met:
        wanted = counted(report.round.terms.quorum, "member")
        yield f"the quorum is not met: the round asks for at least {wanted}"


def left_out(report: Report) -> str:
    """Return how many keys the list leaves out, and why; "" if it leaves out none."""
    found = {reason: n for reason, n in report.round.group.left_out.items() if n}
    if not found:
        return ""
    listed = ", ".join(f"{n} {LEFT_OUT[reason]}" for reason, n in found.items())
    role, _, _, of, _ = report.round.group.vouching
    say = f"{role} says" if of == 1 else f"{role}s say"
    return f"{counted(sum(found.values()), 'key')}, as the {say} ({listed})"


def vouchers(vouching: Vouching) -> str:
    """Return who vouches, by role: "any 2 of the 3 registrars", "2 of the 3 publishers"."""
    role, who, threshold, of, _ = vouching
    if role == "publisher" and len(who) < of:
        return f"{len(who)} of the {of} publishers"
    return some_of(of if role == "publisher" else threshold, of, role)


def basis(vouching: Vouching) -> str:
    """Return what the basis of a group's vouching is."""
    if vouching.role == "registrar":
        return "who belongs to the group, in its own words"
    whose = "publisher's" if vouching.of == 1 else "publishers'"
    return f"where the keys come from, in the {whose} words"
