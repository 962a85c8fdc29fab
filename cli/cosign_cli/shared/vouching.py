"""Writing vouchers: for enrolling in a group, or for handing in a key for a roster."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple

import typer

from cosign.quoting import quoted
from cosign.words import counted
from cosign_cli.shared.clock import current_minute
from cosign_cli.shared.console import Console
from cosign_cli.shared.options import as_typed
from cosign_cli.shared.people_list import ListOptions, people_json, read_people_list

if TYPE_CHECKING:
    from cosign.homes.vouchers import VoucherSession
    from cosign.reports.slips import Handout
    from cosign.roles.registrar import People
    from cosign.stores.ledger import LedgerStatus

Count = Annotated[int, typer.Option(min=1, max=1_000_000, help="Number of vouchers.")]
For = Annotated[
    str | None,
    typer.Option("--for", metavar="NAME", callback=as_typed, help="One voucher, for this person."),
]
Slips = Annotated[
    str,
    typer.Option(
        metavar="FILE.html",
        help="Write printable slips, one for each person, instead of a table; - is stdout.",
    ),
]
Page = Annotated[
    str,
    typer.Option(
        metavar="URL",
        help="The page on which people use their slips, which have a link to it to scan.",
    ),
]
Drop = Annotated[
    str,
    typer.Option(
        metavar="URL",
        help="Your drop page; links on slips have it, too.",
    ),
]
_PAGE_URL: Final = re.compile(r"(https?|file)://[!-~]{1,500}")
"""What a phone opens; a QR code holds no more than some 2,300 characters, and cameras less."""


class Wanted(NamedTuple):
    """For whom vouchers are wanted, and in which form.

    Attributes:
        number: how many, if no people are named.
        person: the one person who gets one, or None.
        people: the file with the list of those who get one each, or None.
        options: about the list.
        slips: the file for slips of paper; "" for a table.
        page: URL of the page on which slips are used, or "".
        drop: URL of the drop page, or "".
    """

    number: int
    person: str | None
    people: str | None
    options: ListOptions
    slips: str
    page: str
    drop: str


class VoucherSource(NamedTuple):
    """Who hands out vouchers, and what people are told with them.

    Attributes:
        session: makes them.
        handout: what slips say.
        address: of the mailbox of those who have vouchers, 32 bytes.
    """

    session: "VoucherSession"
    handout: "Handout"
    address: bytes


class Written(NamedTuple):
    """Vouchers that were written.

    Attributes:
        console: whose output has them.
        session: that made them.
        number: how many.
        found: the list of people, as it was understood; None if there was none.
    """

    console: Console
    session: "VoucherSession"
    number: int
    found: "People | None"

    @property
    def told(self) -> dict[str, object]:
        """What programs are told."""
        said = people_json(self.found) if self.found else {}
        return {"output": self.console.output, "vouchers": self.number, **said}


def vouch(
    console: Console, wanted: Wanted, open_source: Callable[[], VoucherSource], evidence: str
) -> Written:
    """Make vouchers and write them, after the person saw what was understood.

    Args:
        console: of the command.
        wanted: the command's options.
        open_source: opens the home of the person who hands them out.
        evidence: the kind of evidence.
    """
    console = _destination(console, wanted.slips, wanted.page)
    _check_one_source(wanted.number, wanted.people, wanted.person)
    wanted.options.check_list(wanted.people)
    person = None if wanted.person is None else _read_person(wanted.person)
    mark, found = wanted.options.mark, None
    if wanted.people:
        found = read_people_list(console, wanted.people, wanted.options)
        mark = mark or found.separator.replace("\t", "")
    source = open_source()
    session = source.session
    _check_drop(source.address, wanted.page, wanted.drop)
    console.check_output()
    names, count = _without_vouchers(console, session, _names(found, person)), wanted.number
    _warn_of_end(console, source.handout)
    if found:
        count = len(names)
        on = f"with evidence {quoted(evidence)}"
        console.confirm(f"do you want to write {counted(count, 'voucher')} {on}?")
    form = partial(_slips, source.handout, wanted) if wanted.slips else partial(_table, mark or ";")
    _write_vouchers(console, session, names, count, evidence, form)
    return Written(console, session, count, found)


def kind_lines(counts: "LedgerStatus") -> list[str]:
    """Return a line for each kind of evidence in a ledger."""
    return [
        f"evidence {quoted(k.kind)}: {k.used} used, {k.unused} unused; {k.revoked} revoked"
        for k in counts.kinds
    ]


def warn_of_small_kinds(
    console: Console,
    counts: Mapping[str, int],
    teller: str = "the enrolment statement",
    told: str = "whether they enrolled",
) -> None:
    """Warn of each kind of evidence that stands for few people.

    Args:
        console: of the command.
        counts: of people by kind.
        teller: what tells the numbers to its readers.
        told: what those who know a person of that kind learn from it.
    """
    from cosign.records.groups.statements import small_kinds

    for kind in small_kinds(counts):
        console.note(
            f"warning: evidence {quoted(kind)} stands for {counted(counts[kind], 'person')}: "
            f"{teller} tells those who know who they are {told}; words that fit more people tell "
            "less"
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


def _read_person(typed: str) -> str:
    """Return the name after --for as a list of people would have it.

    Raises:
        UsageError: no list can have it.
    """
    from cosign.errors import MalformedError, UsageError
    from cosign.roles.registrar import read_person

    name = "--for"
    try:
        return read_person(typed)
    except MalformedError as e:
        raise UsageError(f"{name}: {e.message}", hint=f"change {name}") from e


def _names(found: "People | None", person: str | None) -> tuple[str, ...]:
    """Return the people who are to get a voucher by name."""
    if person is not None:
        return (person,)
    return found.names if found else ()


def _write_vouchers(
    console: Console,
    session: "VoucherSession",
    names: list[str],
    count: int,
    kind: str,
    form: Callable[[list[tuple[str, str]]], Iterable[bytes]],
) -> None:
    """Make vouchers and write them; if that fails, the ledger forgets them.

    Args:
        console: where they are written.
        session: makes them.
        names: of the people who get them; empty for vouchers without names.
        count: of the vouchers.
        kind: of evidence on which the people are admitted.
        form: makes the file of pairs of a name, or "", and a voucher's code.
    """
    from cosign.errors import UnconfirmedError

    vouchers = session.make_vouchers(count, people=names, evidence=kind)
    codes = [session.encode(voucher) for voucher in vouchers]
    try:
        raw = b"".join(form(list(zip(names or [""] * count, codes, strict=True))))
        console.write(raw, "vouchers", secret=True)
    except UnconfirmedError:
        raise
    except BaseException:
        session.remove_vouchers(vouchers)  # they were not written: they must not count
        raise


def _table(separator: str, pairs: list[tuple[str, str]]) -> list[bytes]:
    from cosign.text.tables import write_table

    return [write_table([["person", "voucher"], *map(list, pairs)], separator)]


def _warn_of_end(console: Console, handout: "Handout") -> None:
    """Warn of vouchers that nobody can use any more.

    They are not refused: a registrar who admits nobody needs a ledger, too, to state that and
    to grant slots, and the first vouchers begin it.
    """
    from cosign.records.limits import show_minute

    if current_minute() >= handout.closes:
        until = show_minute(handout.closes)
        console.note(
            f"warning: vouchers for {quoted(handout.name)} could be used until {until}, and "
            "nobody can use a new one; if that time has not come, check the clock here"
        )


def _check_drop(address: bytes, page: str, drop: str) -> None:
    """Refuse a drop page of another mailbox, or one that no link would have.

    Raises:
        UsageError: it is.
    """
    from cosign.errors import UsageError

    end = f"/drop/{address.hex()}"
    if drop and not (page and re.fullmatch(rf"https?://[!-.0-~]{{1,300}}{end}", drop)):
        raise UsageError(
            f"--drop {quoted(drop)}: this is not your drop page, or --page is missing",
            hint=f"name --page, and --drop https://relay.example{end}",
        )


def _slips(handout: "Handout", wanted: Wanted, pairs: list[tuple[str, str]]) -> Iterator[bytes]:
    from cosign.reports.slips import Place, Slip, slips_page

    return slips_page(handout, (Slip(*pair) for pair in pairs), Place(wanted.page, wanted.drop))


def _without_vouchers(
    console: Console, session: "VoucherSession", people: tuple[str, ...]
) -> list[str]:
    """Return the people who have no voucher yet, and tell about the others.

    Raises:
        VoucherError: all of them have one.
        WindowError: enrolment was ended.
    """
    from cosign.errors import MissingError, VoucherError

    try:
        with session.ledger(reading=True) as ledger:
            ledger.check_not_ended()
            status, holders = ledger.status(), ledger.holders(people)
    except MissingError:
        return list(people)
    used = sum(holders.values())
    told = f"{used} used, {len(holders) - used} unused"
    if holders and len(holders) == len(people):
        raise VoucherError(
            f"each of these people has a voucher already: {told}",
            hint="revoke unused ones with registrar revoke or roster revoke, then make them again",
        )
    nameless = status.unnamed if people else status.vouchers
    if nameless:
        console.note(
            f"warning: {counted(nameless, 'voucher')} existed before; these are additional, and "
            "a person who gets two can sign twice"
        )
    if holders:
        console.note(f"no new vouchers for {counted(len(holders), 'name')} that have one: {told}")
    return [name for name in people if name not in holders]
