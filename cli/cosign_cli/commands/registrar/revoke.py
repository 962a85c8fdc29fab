"""``cosign-letter registrar revoke``: take back vouchers that were not used."""

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from cosign.quoting import quoted
from cosign.words import counted
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.options import GroupFile, VoucherCode, as_typed
from cosign_cli.shared.prompts import ask_code
from cosign_cli.shared.registrar_session import open_session

if TYPE_CHECKING:
    from cosign.homes import RegistrarSession


@command(secrets=True, asks=True)
def run(
    console: Console,
    group: GroupFile,
    voucher: VoucherCode = None,
    person: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            callback=as_typed,
            help="The voucher of this person, named as in the list.",
        ),
    ] = None,
    batch: Annotated[
        int | None,
        typer.Option(min=1, help="All vouchers of one batch; vouch printed its number."),
    ] = None,
) -> None:
    """Revoke vouchers that were not used; the people can then get new ones.

    A voucher that was used cannot be revoked: its holder is certified.
    """
    from cosign.errors import UsageError

    if sum(given is not None for given in (voucher, person, batch)) > 1:
        raise UsageError(
            "these options name different vouchers",
            hint="leave only one of --voucher, --person and --batch",
        )
    session = open_session(console, group)
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
        revoked = _revoke_code(console, session, voucher)
    kept = f"; {used} used before, which stay valid" if used else ""
    console.result(
        f"{counted(revoked, 'voucher')} revoked{kept}", {"revoked": revoked, "used": used}
    )


def _revoke_code(console: Console, session: "RegistrarSession", voucher: str | None) -> int:
    """Revoke the voucher of a code, which is asked for if it was not given."""
    from cosign.records.voucher import decode_voucher

    decode = partial(decode_voucher, session.group, registrar=session.number)
    _, secret = decode(voucher or ask_code("voucher", decode))
    console.confirm("do you want to revoke this voucher?")
    return session.revoke_voucher(secret)
