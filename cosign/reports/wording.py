"""Words that text and page share (docs/spec.md, "Verifying")."""

from collections.abc import Iterator

from cosign import __version__
from cosign.records.groups.facts import KeyKinds, Vouching
from cosign.records.groups.group import Group
from cosign.reports.figures import more_may_have_signed
from cosign.roles.verifier.letter import Combination, PageState, Report
from cosign.roles.verifier.time_stamps import FoundStamp
from cosign.words import phrase, some_of


def anonymity(group: Group) -> str:
    """Return for how long the signers are hidden, among which keys, and from whom."""
    of = "group" if group.key_kinds is None else "keys"
    hidden = phrase(f"anonymity.hidden.{group.anonymity}")
    return phrase(f"anonymity.of_{of}", kind=anonymity_kind(group), hidden=hidden)


def anonymity_kind(group: Group) -> str:
    """Return the kind of the signers' anonymity, on a roster with how many keys have it."""
    if group.key_kinds is None:
        return phrase(f"anonymity.kind.{group.anonymity}")
    return _kind_among(group.key_kinds)


def _kind_among(kinds: KeyKinds) -> str:
    """Return the kind of the anonymity among listed keys."""
    if kinds.anonymity == "computational":
        return phrase("anonymity.kind.computational")
    fresh = phrase("anonymity.fresh", count=kinds.fresh)
    if kinds.anonymity == "everlasting":
        return fresh
    return phrase(
        "anonymity.fresh_and_ssh", fresh=fresh, ssh=phrase("count.ssh_key", count=kinds.ssh)
    )


def others(report: Report) -> str:
    """Return among how many the signers without a name are hidden; "" if it adds nothing.

    Where a roster lists keys of both kinds, how many of each are left says how long.
    """
    at_most, kinds = report.others
    if not report.named or at_most is None:
        return ""
    said = phrase("anonymity.others", count=at_most)
    if not (at_most and kinds and report.anonymity == "mixed"):
        return said
    return phrase("anonymity.others.kinds", others=said, kind=_kind_among(kinds))


def combination(found: Combination, registrars: str, *, named: bool) -> str:
    """Return how many keys the same registrars certified, and out of how many members.

    Args:
        found: the keys.
        registrars: their names, as they are shown.
        named: whether keys of the letter signed openly.
    """
    keys, said = phrase("count.key", count=found.keys), members(found.at_most)
    if not named:
        return phrase("text.combination", keys=keys, registrars=registrars, members=said)
    if found.others_at_most is not None:
        said = phrase("text.combination.without", members=said, count=found.others_at_most)
    return phrase(
        "text.combination.named",
        keys=keys,
        count=found.named,
        registrars=registrars,
        members=said,
    )


def whose_names(report: Report) -> str:
    """Return whose word the names of signers are."""
    group = report.round.group
    return phrase(f"names.{group.kind}", vouchers=vouchers(group.vouching))


def page_state(state: PageState) -> str:
    """Return whether the page around a letter is one that this package ships."""
    return phrase(f"page_state.{state}", version=__version__)


def signed(report: Report) -> str:
    """Return the number of signers: "7 distinct members", "at least 1 distinct member"."""
    found = phrase(f"signed{_at_least(report)}", count=report.cosigners)
    if not report.named:
        return found
    return phrase(f"named.signed{_at_least(report)}", signed=found, count=report.named)


def signed_in_chart(report: Report) -> str:
    """Return the number of signers for a drawing: "7 signed", "at least 1 signed"."""
    return phrase(f"chart.signed{_at_least(report)}", count=report.cosigners)


def _at_least(report: Report) -> str:
    """Return how names of texts end where more people may have signed than the proofs show."""
    return ".at_least" if more_may_have_signed(report) else ""


def members(most: int | None) -> str:
    """Return how many members there can be; None stands for an unknown number."""
    return phrase("members.unknown") if most is None else phrase("members.at_most", count=most)


def caveats(report: Report) -> Iterator[str]:
    """Yield why a valid letter may not be what it seems."""
    if not report.pinned:
        yield phrase("caveat.not_pinned")
    if not report.quorum_met:
        yield phrase("caveat.below_quorum", count=report.round.terms.quorum)
    if report.page == "changed":
        yield phrase("caveat.page", state=page_state(report.page))


def basis(vouching: Vouching) -> str:
    """Return what the basis of a group's vouching is."""
    return phrase(f"basis.{vouching.role}", count=vouching.of)


def left_out(report: Report) -> str:
    """Return how many keys the list leaves out, and why; "" if it leaves out none."""
    found = {reason: n for reason, n in report.round.group.left_out.items() if n}
    if not found:
        return ""
    reasons = ", ".join(phrase(f"left_out.reason.{reason}", count=n) for reason, n in found.items())
    role, _, _, of, _ = report.round.group.vouching
    says = phrase("left_out.says", count=of, noun=phrase(f"noun.{role}", count=of))
    return phrase("left_out", count=sum(found.values()), says=says, reasons=reasons)


def vouchers(vouching: Vouching) -> str:
    """Return who vouches, by role: "any 2 of the 3 registrars", "2 of the 3 publishers"."""
    role, who, threshold, of, _ = vouching
    if role == "publisher" and len(who) < of:
        return phrase("publishers.some", signed=len(who), count=of)
    return some_of(of if role == "publisher" else threshold, of, role)


def stamp_state(found: FoundStamp) -> str:
    """Return the name of the text about a time stamp, after "stamp."."""
    if found.time is None:
        return "unread" if found.state == "unchecked" else "broken"
    return found.state


def stamp_time(found: FoundStamp) -> tuple[str, str]:
    """Return date and time that a time stamp states, in UTC; "" if it states none."""
    if found.time is None:
        return "", ""
    return found.time.strftime("%Y-%m-%d"), found.time.strftime("%H:%M:%S")
