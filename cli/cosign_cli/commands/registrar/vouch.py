"""``cosign-letter registrar vouch``: write vouchers for people whom you checked."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Annotated, Final

import typer

from cosign.quoting import quoted
from cosign.words import counted
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.options import GroupFile, as_typed
from cosign_cli.shared.people_list import people_json, read_people_list
from cosign_cli.shared.registrar_session import open_session, warn_of_small_kinds

if TYPE_CHECKING:
    from cosign.homes import RegistrarSession
    from cosign.roles.registrar import People

_Count = Annotated[int, typer.Option(min=1, max=1_000_000, help="Number of vouchers.")]
_PeopleFile = Annotated[
    str | None,
    typer.Option(metavar="FILE.csv", help="List of people, one per line, in the first column."),
]
_Header = Annotated[
    bool | None, typer.Option(help="The first line is a heading, or it is a person.")
]
_Footer = Annotated[
    bool | None,
    typer.Option(
        help="Leave out sums, notes at the end and cells such as -; or take them as people."
    ),
]
_For = Annotated[
    str | None,
    typer.Option("--for", metavar="NAME", callback=as_typed, help="One voucher, for this person."),
]
_Slips = Annotated[
    str,
    typer.Option(
        metavar="FILE.html",
        help="Write printable slips, one for each person, instead of a table; - is stdout.",
    ),
]
_Page = Annotated[
    str,
    typer.Option(
        metavar="URL", help="The page on which people enrol; slips have a link to it to scan."
    ),
]
_Drop = Annotated[
    str,
    typer.Option(
        metavar="URL", help="Your drop page, where the group is; links on slips have it, too."
    ),
]
_PAGE_URL: Final = re.compile(r"(https?|file)://[!-~]{1,500}")
"""What a phone opens; a QR code holds no more than some 2,300 characters, and cameras less."""
_Evidence = Annotated[
    str,
    typer.Option(
        metavar="WORDS",
        callback=as_typed,
        help="How you checked these people: in person, staff list, company mail, or other short "
        "words. Reports show it with the number of people; not stated if left out.",
    ),
]
_Columns = Annotated[
    list[int] | None,
    typer.Option(
        metavar="N", min=1, help="The column with the name, from 1; may be repeated for its parts."
    ),
]


class Separator(StrEnum):
    """What separates the columns of a list."""

    comma = ","
    semicolon = ";"
    tab = "tab"


_Separator = Annotated[
    Separator | None,
    typer.Option(
        help="What separates columns, in the list and in the result; detected if left out."
    ),
]


@command(secrets=True, output=True, posts=True, asks=True)
def run(
    console: Console,
    group: GroupFile,
    count: _Count = 1,
    person: _For = None,
    people: _PeopleFile = None,
    separator: _Separator = None,
    header: _Header = None,
    footer: _Footer = None,
    column: _Columns = None,
    slips: _Slips = "",
    page: _Page = "",
    drop: _Drop = "",
    evidence: _Evidence = "",
) -> None:
    """Write vouchers for people whom you checked; the ledger keeps only their hashes.

    They become a table with --output, or slips of paper with --slips. You see how a list was
    read, and are asked before anything is written.
    """
    from cosign.records.groups.statements import NOT_STATED, evidence_kind

    console = _destination(console, slips, page)
    kind = evidence_kind(evidence or NOT_STATED)
    _check_one_source(count, people, person)
    mark = "\t" if separator == Separator.tab else str(separator or "")
    found = None
    if people:
        found = read_people_list(
            console, people, separator=mark, header=header, footer=footer, columns=column or []
        )
        mark = mark or found.separator.replace("\t", "")
    session = open_session(console, group)
    _check_drop(session, page, drop)
    console.check_output()
    names = _without_vouchers(console, session, _names(found, person))
    if found:
        count = len(names)
        asked = f"{counted(count, 'voucher')} with evidence {quoted(kind)}"
        console.confirm(f"do you want to write {asked}?")
    form = partial(_slips, session, page, drop) if slips else partial(_table, mark or ";")
    _write_vouchers(console, session, names, count, kind, form)
    _tell(console, session, count, evidence, found)


def _tell(
    console: Console, session: "RegistrarSession", count: int, evidence: str, found: "People | None"
) -> None:
    """Say how many vouchers were written, in which batch, on what evidence, and from which list."""
    from cosign.records.groups.statements import NOT_STATED, evidence_kind

    kind = evidence_kind(evidence or NOT_STATED)
    with session.ledger(reading=True) as ledger:
        status = ledger.status()
    warn_of_small_kinds(console, {k.kind: k.unused + k.used for k in status.kinds})
    unnamed = "" if evidence else ", because --evidence names none"
    console.result(
        f"{console.output}: {counted(count, 'voucher')}, batch {status.batches}, evidence "
        f"{quoted(kind)}{unnamed}; give each to one person, then destroy the file",
        {
            "output": console.output,
            "vouchers": count,
            "batch": status.batches,
            "evidence": kind,
            **(people_json(found) if found else {}),
        },
    )


def _destination(console: Console, slips: str, page: str) -> Console:
    """Return a console whose output is the one place that was named for the vouchers.

    Raises:
        UsageError: no place, or two, or a page that cannot be linked to.
    """
    from cosign.errors import UsageError

    if bool(slips) == bool(console.output):
        told = "you named two places" if slips else "you named no place"
        raise UsageError(
            f"{told} for the vouchers",
            hint="add either --output FILE, for a table, or --slips FILE.html, for paper",
        )
    if page and (not slips or not _PAGE_URL.fullmatch(page) or "#" in page):
        raise UsageError(
            f"--page {quoted(page)}: slips cannot have a link to this",
            hint="name a page like https://example.org/member.html, and --slips FILE.html",
        )
    if slips and console.armor:
        raise UsageError("slips are for paper and cannot be armored", hint="leave --armor out")
    return replace(console, output=slips) if slips else console


def _check_one_source(count: int, people: str | None, person: str | None) -> None:
    """Refuse options that name different people.

    Raises:
        UsageError: more than one of them was given.
    """
    from cosign.errors import UsageError

    if (people is not None) + (person is not None) + (count != 1) > 1:
        raise UsageError(
            "these options name different people",
            hint="leave only one of --people, --for and --count",
        )


def _names(found: "People | None", person: str | None) -> tuple[str, ...]:
    """Return the people who are to get a voucher by name."""
    if person is not None:
        return (person,)
    return found.names if found else ()


def _write_vouchers(
    console: Console,
    session: "RegistrarSession",
    names: list[str],
    count: int,
    kind: str,
    form: Callable[[list[tuple[str, str]]], Iterable[bytes]],
) -> None:
    """Make vouchers and write them; if that fails, the ledger forgets them.

    Args:
        console: where they are written.
        session: the registrar's.
        names: of the people who get them; empty for vouchers without names.
        count: of the vouchers.
        kind: of evidence on which the people are admitted.
        form: makes the file of pairs of a name, or "", and a voucher's code.
    """
    from cosign.errors import UnconfirmedError
    from cosign.roles.registrar import encode_voucher

    vouchers = session.make_vouchers(count, people=names, evidence=kind)
    codes = [encode_voucher(session.group, session.number, voucher) for voucher in vouchers]
    try:
        raw = b"".join(form(list(zip(names or [""] * count, codes, strict=True))))
        console.write(raw, "vouchers", secret=True)
    except UnconfirmedError:
        raise
    except BaseException:
        session.remove_vouchers(vouchers)  # nobody has them: they must not count
        raise


def _table(separator: str, pairs: list[tuple[str, str]]) -> list[bytes]:
    from cosign.text.tables import write_table

    return [write_table([["person", "voucher"], *map(list, pairs)], separator)]


def _check_drop(session: "RegistrarSession", page: str, drop: str) -> None:
    """Refuse a drop page that is not this registrar's, or that no link would have.

    Raises:
        UsageError: it is.
    """
    from cosign.errors import UsageError
    from cosign.relay.owners import registrar_address

    end = f"/drop/{registrar_address(session.group, session.number).hex()}"
    if drop and not (page and re.fullmatch(rf"https?://[!-.0-~]{{1,300}}{end}", drop)):
        raise UsageError(
            f"--drop {quoted(drop)}: this is not your drop page, or --page is missing",
            hint=f"name --page, and --drop https://relay.example{end}",
        )


def _slips(
    session: "RegistrarSession", page: str, drop: str, pairs: list[tuple[str, str]]
) -> Iterator[bytes]:
    from cosign.reports.slips import Place, Slip, slips_page

    slips = (Slip(*pair) for pair in pairs)
    return slips_page(session.group, session.number, slips, Place(page, drop))


def _without_vouchers(
    console: Console, session: "RegistrarSession", people: tuple[str, ...]
) -> list[str]:
    """Return the people who have no voucher yet, and tell about the others.

    Raises:
        VoucherError: all of them have one.
    """
    from cosign.errors import MissingError, VoucherError

    try:
        with session.ledger(reading=True) as ledger:
            status, holders = ledger.status(), ledger.holders(people)
    except MissingError:
        return list(people)
    nameless = status.unnamed if people else status.vouchers
    if nameless:
        console.note(
            f"warning: {counted(nameless, 'voucher')} existed before; these are additional, and "
            "a person who gets two can sign twice"
        )
    used = sum(holders.values())
    told = f"{used} used, {len(holders) - used} unused"
    if holders and len(holders) == len(people):
        raise VoucherError(
            f"each of these people has a voucher already: {told}",
            hint="an unused one can be revoked with registrar revoke, and then made again",
        )
    if holders:
        console.note(f"no new vouchers for {counted(len(holders), 'name')} that have one: {told}")
    return [name for name in people if name not in holders]
