"""``cosign-letter registrar vouch``: write vouchers for people whom you checked."""

from typing import Annotated

import typer

from cosign.quoting import quoted
from cosign.words import counted
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.options import GroupFile, as_typed
from cosign_cli.shared.people_list import (
    Columns,
    Footer,
    Header,
    ListOptions,
    PeopleFile,
    Separator,
)
from cosign_cli.shared.registrar_session import open_session
from cosign_cli.shared.vouching import (
    Count,
    Drop,
    For,
    Page,
    Slips,
    VoucherSource,
    Wanted,
    Written,
    vouch,
    warn_of_small_kinds,
)

_Evidence = Annotated[
    str,
    typer.Option(
        metavar="WORDS",
        callback=as_typed,
        help="How you checked these people: in person, staff list, company mail, or other short "
        "words. Reports show it with the number of people; not stated if left out.",
    ),
]


@command(secrets=True, output=True, armor=False, posts=True, asks=True)
def run(
    console: Console,
    group: GroupFile,
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
    """Write vouchers for people whom you checked; the ledger keeps only their hashes.

    They become a table with --output, or slips of paper with --slips. You see how a list was
    read, and are asked before anything is written.
    """
    from cosign.records.groups.statements import NOT_STATED, evidence_kind

    kind = evidence_kind(evidence or NOT_STATED)
    options = ListOptions(separator, header, footer, column)
    wanted = Wanted(count, person, people, options, slips, page, drop)
    written = vouch(console, wanted, lambda: _source(console, group), kind)
    _tell(written, kind, named=bool(evidence))


def _source(console: Console, path: str) -> VoucherSource:
    """Open this registrar's home, and say what its slips tell."""
    from cosign.relay.owners import registrar_address
    from cosign.reports.slips import enrolment_slips

    session = open_session(console, path)
    place = session.group, session.number
    return VoucherSource(session, enrolment_slips(*place), registrar_address(*place))


def _tell(written: Written, kind: str, *, named: bool) -> None:
    """Say how many vouchers were written, in which batch, on what evidence, and from which list."""
    console = written.console
    with written.session.ledger(reading=True) as ledger:
        status = ledger.status()
    warn_of_small_kinds(console, {k.kind: k.unused + k.used for k in status.kinds})
    unnamed = "" if named else ", because --evidence names none"
    console.result(
        f"{console.output}: {counted(written.number, 'voucher')}, batch {status.batches}, evidence "
        f"{quoted(kind)}{unnamed}; give each to one person, then destroy the file",
        {**written.told, "batch": status.batches, "evidence": kind},
    )
