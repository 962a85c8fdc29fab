"""``cosign-letter roster revoke``: take back slips that were not used."""

from cosign_cli.shared.collections import CollectionFile, open_collection
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.options import VoucherCode
from cosign_cli.shared.revoking import RevokedBatch, RevokedPerson, check_one_voucher, revoke


@command(secrets=True, asks=True)
def run(
    console: Console,
    collection: CollectionFile,
    voucher: VoucherCode = None,
    person: RevokedPerson = None,
    batch: RevokedBatch = None,
) -> None:
    """Revoke slips with which no key was handed in; the people can then get new ones."""
    check_one_voucher(voucher, person, batch)
    revoke(console, open_collection(console, collection), voucher, person, batch)
