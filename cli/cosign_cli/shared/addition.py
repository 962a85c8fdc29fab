"""What publish tells of withdrawals and names that it added to a published letter."""

from typing import TYPE_CHECKING

from cosign.words import counted
from cosign_cli.shared.console import Console

if TYPE_CHECKING:
    from cosign.records.round import VerifiedRound
    from cosign.roles.organizer.withdrawals import Addition


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
            "unreadable": addition.unreadable,
            "bad_shares": {str(n): count for n, count in addition.bad_shares.items()},
            "left_out": left_out,
        },
    )
