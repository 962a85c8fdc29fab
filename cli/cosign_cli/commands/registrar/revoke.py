"""``cosign-letter registrar revoke``: take back vouchers that were not used."""

from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.options import GroupFile, VoucherCode
from cosign_cli.shared.registrar_session import open_session
from cosign_cli.shared.revoking import RevokedBatch, RevokedPerson, check_one_voucher, revoke


@command(secrets=True, asks=True)
def run(
    console: Console,
    group: GroupFile,
    voucher: VoucherCode = None,
    person: RevokedPerson = None,
    batch: RevokedBatch = None,
) -> None:
    """Revoke vouchers that were not used; the people can then get new ones.

    A voucher that was used cannot be revoked: its holder is certified.
    """
    check_one_voucher(voucher, person, batch)
    revoke(console, open_session(console, group), voucher, person, batch)
