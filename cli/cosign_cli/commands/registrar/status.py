"""``cosign-letter registrar status``: count vouchers and answers."""

from cosign.words import counted
from cosign_cli.shared.clock import current_minute
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.options import GroupFile
from cosign_cli.shared.registrar_session import open_session
from cosign_cli.shared.vouching import kind_lines


@command(secrets=True)
def run(console: Console, group: GroupFile) -> None:
    """Count vouchers, by kind of evidence, and answers, and show whether enrolment is open."""
    session = open_session(console, group)
    with session.ledger(reading=True) as ledger:
        counts = ledger.status()
    in_window = session.group.enrol_opens <= current_minute() < session.group.enrol_closes
    state = "closed" if counts.closed else "open" if in_window else "not open at this time"
    whole = (
        f"{counted(counts.vouchers, 'voucher')}: {counts.used} used, {counts.unused} unused; "
        f"{counts.revoked} revoked; {counts.answered} answered; enrolment is {state}"
    )
    told = counts._asdict() | {"kinds": [k._asdict() for k in counts.kinds]}
    console.result("\n".join([whole, *kind_lines(counts)]), {**told, "unused": counts.unused})
