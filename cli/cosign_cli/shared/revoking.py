"""Taking back vouchers that were not used, by code, by person or by batch."""

from typing import TYPE_CHECKING, Annotated

import typer

from cosign.quoting import quoted
from cosign.words import counted
from cosign_cli.shared.console import Console
from cosign_cli.shared.options import as_typed
from cosign_cli.shared.prompts import ask_code

if TYPE_CHECKING:
    from cosign.homes.vouchers import VoucherSession

RevokedPerson = Annotated[
    str | None,
    typer.Option(
        metavar="NAME", callback=as_typed, help="The voucher of this person, named as in the list."
    ),
]
RevokedBatch = Annotated[
    int | None, typer.Option(min=1, help="All vouchers of one batch; vouch printed its number.")
]


def check_one_voucher(voucher: str | None, person: str | None, batch: int | None) -> None:
    """Refuse options that name different vouchers.

    Raises:
        UsageError: more than one of them was given.
    """
    from cosign.errors import UsageError

    if sum(given is not None for given in (voucher, person, batch)) > 1:
        raise UsageError(
            "these options name different vouchers",
            hint="leave only one of --voucher, --person and --batch",
        )


def revoke(
    console: Console,
    session: "VoucherSession",
    voucher: str | None,
    person: str | None,
    batch: int | None,
) -> None:
    """Revoke vouchers after a question; a code is asked for if nothing names one."""
    used = 0
    if person is not None:
        console.confirm(f"do you want to revoke the voucher of {quoted(person)}?")
        with session.ledger() as ledger:
            revoked = ledger.revoke_person(person)
    elif batch is not None:
        console.confirm(f"do you want to revoke every unused voucher of batch {batch}?")
        with session.ledger() as ledger:
            revoked, used = ledger.revoke_batch(batch)
    else:
        secret = session.decode(voucher or ask_code("voucher", session.decode))
        console.confirm("do you want to revoke this voucher?")
        revoked = session.revoke_voucher(secret)
    kept = f"; {used} used before, which stay valid" if used else ""
    console.result(
        f"{counted(revoked, 'voucher')} revoked{kept}", {"revoked": revoked, "used": used}
    )
