"""``cosign-letter roster vouch``: write vouchers with which people hand in their keys."""

from typing import Annotated

import typer

from cosign.quoting import quoted
from cosign.words import counted
from cosign_cli.shared.collections import CollectionFile, open_collection
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.options import as_typed
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
    warn_of_small_kinds,
)

_Evidence = Annotated[
    str,
    typer.Option(
        metavar="WORDS",
        callback=as_typed,
        help="How you checked these people: in person, staff list, company mail, or other short "
        "words. The roster's source names it with the number of people; not stated if left out.",
    ),
]


@command(secrets=True, output=True, armor=False, posts=True, asks=True)
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
    evidence: _Evidence = "",
) -> None:
    """Write vouchers with which people hand in a key; the ledger keeps only their hashes.

    They become a table with --output, or slips of paper with --slips. Each is good for one
    key, and tells you whose it is.
    """
    from cosign.records.groups.statements import NOT_STATED, evidence_kind

    kind = evidence_kind(evidence or NOT_STATED)
    options = ListOptions(separator, header, footer, column)
    wanted = Wanted(count, person, people, options, slips, page, drop)
    written = vouch(console, wanted, lambda: _source(console, collection), kind)
    with written.session.ledger(reading=True) as ledger:
        status = ledger.status()
    held = {k.kind: k.unused + k.used for k in status.kinds}
    warn_of_small_kinds(console, held, "the roster's source", "that they are on the roster")
    output, unnamed = written.console.output, "" if evidence else ", because --evidence names none"
    console.result(
        f"{output}: {counted(written.number, 'voucher')}, batch {status.batches}, evidence "
        f"{quoted(kind)}{unnamed}; give each to one person, then destroy the file",
        {**written.told, "batch": status.batches, "evidence": kind},
    )


def _source(console: Console, path: str) -> VoucherSource:
    """Open this publisher's home, and say what its slips tell."""
    from cosign.relay.owners import collection_address
    from cosign.reports.slips import key_slips

    session = open_collection(console, path)
    address = collection_address(session.collection)
    return VoucherSource(session, key_slips(session.collection), address)
