"""``cosign-letter roster vouch``: write vouchers with which people hand in their keys."""

from cosign.words import counted
from cosign_cli.shared.collections import CollectionFile, open_collection
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.people_list import (
    Columns,
    Footer,
    Header,
    ListOptions,
    PeopleFile,
    Separator,
)
from cosign_cli.shared.vouching import (
    Count,
    Drop,
    For,
    Page,
    Slips,
    VoucherSource,
    Wanted,
    vouch,
)


@command(secrets=True, output=True, posts=True, asks=True)
def run(
    console: Console,
    collection: CollectionFile,
    count: Count = 1,
    person: For = None,
    people: PeopleFile = None,
    separator: Separator = None,
    header: Header = None,
    footer: Footer = None,
    column: Columns = None,
    slips: Slips = "",
    page: Page = "",
    drop: Drop = "",
) -> None:
    """Write vouchers with which people hand in a key; the ledger keeps only their hashes.

    They become a table with --output, or slips of paper with --slips. Each is good for one
    key, and tells you whose it is.
    """
    options = ListOptions(separator, header, footer, column)
    wanted = Wanted(count, person, people, options, slips, page, drop)
    written = vouch(console, wanted, lambda: _source(console, collection))
    with written.session.ledger(reading=True) as ledger:
        batch = ledger.status().batches
    output = written.console.output
    console.result(
        f"{output}: {counted(written.number, 'voucher')}, batch {batch}; give each to one person, "
        "then destroy the file",
        {**written.told, "batch": batch},
    )


def _source(console: Console, path: str) -> VoucherSource:
    """Open this publisher's home, and say what its slips tell."""
    from cosign.relay.owners import collection_address
    from cosign.reports.slips import key_slips

    session = open_collection(console, path)
    address = collection_address(session.collection)
    return VoucherSource(session, key_slips(session.collection), address)
