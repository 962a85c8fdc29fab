"""What the commands around rosters say in the same words: keys by kind, and who signed."""

from typing import TYPE_CHECKING, Any

from cosign.quoting import quoted
from cosign.words import counted, have
from cosign_cli.shared.progress import show_progress

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from cosign.homes import Home
    from cosign.records.groups.group import Group
    from cosign.records.groups.roster import Roster


def check_keys(home: "Home", group: "Group", executor: "Executor | None") -> None:
    """Check the keys of a roster, with a bar, unless this home checked them before."""
    from cosign.homes import check_roster

    with show_progress("checking keys") as progress:
        check_roster(home, group, executor, progress)


def keys_line(roster: "Roster") -> str:
    """Return how many keys a roster lists, of which kind, and how many it leaves out."""
    fresh, ssh = roster.key_kinds
    kinds = f"{fresh} fresh, {ssh} of ssh or certificates"
    left_out = sum(roster.left_out.values())
    return f"{counted(roster.size, 'key')}: {kinds}; {left_out} left out"


def source_line(roster: "Roster") -> str:
    """Return where the keys come from, in the publishers' words."""
    return f"source       {quoted(roster.terms.source)}"


def publisher_lines(roster: "Roster") -> list[str]:
    """Return, for each publisher, the name, whether it signed, and the key's fingerprint."""
    from cosign.primitives.hashing import fingerprint, fingerprint_beside

    lines = []
    for entry, publisher in zip(publishers_json(roster), roster.terms.publishers, strict=True):
        signed = "signed" if entry["signed"] else "has not signed"
        shown = fingerprint(publisher.identity_key)
        lines += [
            f"publisher    {quoted(publisher.name)} {signed}",
            fingerprint_beside("  with key   ", shown),
        ]
    return lines


def publishers_json(roster: "Roster") -> list[dict[str, Any]]:
    """Return the same for programs."""
    from cosign.primitives.hashing import fingerprint

    signed = {number for number, _ in roster.signatures}
    return [
        {
            "name": publisher.name,
            "key": fingerprint(publisher.identity_key),
            "signed": number in signed,
        }
        for number, publisher in enumerate(roster.terms.publishers)
    ]


def missing_signatures(roster: "Roster") -> int:
    """Return how many publishers still have to sign."""
    return max(0, roster.terms.threshold - len(roster.signatures))


def progress_line(roster: "Roster") -> str:
    """Return whether a roster is complete, and else what to do next."""
    terms = roster.terms
    if len(terms.publishers) == 1:
        return "complete: signed by its publisher"
    told = f"signed by {len(roster.signatures)} of {counted(len(terms.publishers), 'publisher')}"
    told += f", of whom {terms.threshold} {have(terms.threshold)} to"
    if missing_signatures(roster):
        return f"incomplete: {told}; the others sign with roster sign"
    return f"complete: {told}"
