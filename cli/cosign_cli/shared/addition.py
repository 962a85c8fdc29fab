"""What publish tells of withdrawals and names that it added to a published letter."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from cosign.words import counted
from cosign_cli.shared.console import Console

if TYPE_CHECKING:
    from cosign.records.round import VerifiedRound
    from cosign.roles.organizer.late_names import NameLeftOut
    from cosign.roles.organizer.withdrawals import Addition

_WHY: Final[Mapping["NameLeftOut", str]] = {
    "no_cosignature": "this file has no cosignature by the same key",
    "withdrawn": "the cosignature is withdrawn",
    "named_already": "the cosignature has a name already",
    "contradicting": "names or statements of the same key differ",
    "other_statement": "the cosignature in this file has another statement",
    "other_registrars": "the cosignature in this file shows other registrars",
}
"""Why a late name is left out, by the reason."""


def warn_of_names_left_out(console: Console, addition: "Addition") -> None:
    """Say how many late names are left out, and why; the member who sent one may ask."""
    for reason, count in sorted(addition.names_left_out.items()):
        console.note(f"warning: {counted(count, 'name')} left out: {_WHY[reason]}")


def report_addition(
    console: Console, round_: "VerifiedRound", addition: "Addition", left_out: int
) -> None:
    """Print what was added, and what was not.

    Args:
        console: of the command.
        round_: of the letter.
        addition: what was written.
        left_out: the number of files that were no envelopes of the round.
    """
    quorum, left = round_.terms.quorum, counted(addition.cosigners, "cosigner")
    if addition.cosigners < quorum:
        console.note(f"warning: {left} left, the quorum was {quorum}")
    console.result(
        f"{console.output}: {addition.withdrawn} more withdrew, {left} left; "
        f"{addition.named} more by name; "
        f"{counted(addition.ignored, 'envelope')} without a withdrawal from this file or a name "
        f"for it, {addition.unreadable} unreadable",
        {
            "output": console.output,
            "cosigners": addition.cosigners,
            "withdrawn": addition.withdrawn,
            "named": addition.named,
            "ignored": addition.ignored,
            "names_left_out": dict(sorted(addition.names_left_out.items())),
            "unreadable": addition.unreadable,
            "bad_shares": {str(n): count for n, count in addition.bad_shares.items()},
            "left_out": left_out,
        },
    )
