"""``cosign-letter publish``: publish a letter, or add later withdrawals and names to it."""

import contextlib
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cosign.words import counted
from cosign_cli.shared.addition import report_addition, warn_of_names_left_out
from cosign_cli.shared.clock import current_minute
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.envelopes import Envelopes, find_envelopes
from cosign_cli.shared.errors import naming
from cosign_cli.shared.files import open_input, read_record
from cosign_cli.shared.homes import open_home
from cosign_cli.shared.openings import check_gaps, read_openings, warn_of_bad_shares
from cosign_cli.shared.options import EnvelopeFolder, Workers
from cosign_cli.shared.progress import show_progress, shown
from cosign_cli.shared.rosters import check_keys
from cosign_cli.shared.rounds import read_round
from cosign_cli.shared.streams import STREAM
from cosign_cli.shared.workers import process_pool

if TYPE_CHECKING:
    from cosign.primitives.ed25519 import SigningKey
    from cosign.records.envelope import OpenedShares
    from cosign.records.round import VerifiedRound
    from cosign.roles.organizer.envelopes import GapCheck
    from cosign.roles.organizer.openings import OwnKey
    from cosign.roles.organizer.publishing import Publication
    from cosign.roles.organizer.withdrawals import Addition
    from cosign.stores.spool import Spool


_RoundFile = Annotated[str, typer.Argument(metavar="ROUND", help="The round's file.")]
_Openings = Annotated[
    list[str] | None, typer.Option(metavar="FILE", help="A trustee's opening; may be repeated.")
]
_Enrolment = Annotated[
    list[str] | None,
    typer.Option(metavar="FILE", help="An enrolment statement; may be repeated."),
]
_Append = Annotated[
    str | None,
    typer.Option(metavar="FILE", help="Add withdrawals and names to this published letter."),
]
_Incomplete = Annotated[
    bool,
    typer.Option(
        "--incomplete",
        help="Publish although an opening lacks envelopes; cosignatures may be left out.",
    ),
]
_Page = Annotated[
    str,
    typer.Option(
        metavar="FILE", help="Also write the letter as a page that verifies it in a browser."
    ),
]


@command(secrets=True, output=True, relay=True, mailbox=True)
def run(
    console: Console,
    round_file: _RoundFile,
    envelopes: EnvelopeFolder = None,
    opening: _Openings = None,
    enrolment: _Enrolment = None,
    append: _Append = None,
    incomplete: _Incomplete = False,
    page: _Page = "",
    workers: Workers = None,
) -> None:
    """Open and verify envelopes, count each member once, and write the published letter.

    With --append, the withdrawals in envelopes that came later, and the names of members
    who sign openly after all, are added to a copy of a published letter.
    """
    from cosign.errors import UsageError

    places = Places(console, replace(console, output=page, armor=False) if page else None)
    places.check()

    if append and enrolment:
        raise UsageError(
            "--append keeps the enrolment statements of the letter",
            hint="leave out --enrolment",
        )
    sources = Sources(round_file, envelopes, opening or [], enrolment or [], incomplete, workers)
    ready = _prepare(console, sources)
    with _spool(console) as spool:
        if append:
            _append(places, ready, spool, append)
        else:
            _publish(places, ready, spool)


@dataclass(frozen=True)
class Places:
    """Where the published letter is written.

    Attributes:
        letter: the console of the command, with the place of the letter.
        page: the same, with the place of the page that holds it; None if none is wanted.
    """

    letter: Console
    page: Console | None

    def check(self) -> None:
        """Fail early where :meth:`write` would.

        Raises:
            UsageError: a page, and one of the two places is stdout, or both are one file.
        """
        from cosign.errors import UsageError

        if self.page is None:
            return
        if STREAM in {self.letter.output, self.page.output}:
            raise UsageError(
                "with --page the letter and the page each need a file",
                hint="name a file, or write the page later with cosign-letter page",
            )
        if Path(self.page.output).resolve() == Path(self.letter.output).resolve():
            raise UsageError(
                "the page and the letter cannot go to one place", hint="name another file for one"
            )
        self.page.check_output()

    def write(self, chunks: Iterable[bytes], count: int) -> None:
        """Write the letter, and the page from the letter's file.

        Args:
            chunks: of the letter.
            count: about how many there are.
        """
        from cosign.letter_files import page_chunks

        self.letter.write(shown(chunks, "writing", count), "published letter")
        if self.page:
            self.page.write(page_chunks(self.letter.output), "page")
            self.page.note(f"{self.page.output}: the letter in a page that checks it")


@dataclass(frozen=True)
class Sources:
    """Where what is published comes from.

    Attributes:
        round_file: path of the round.
        envelopes: path of a folder, or None.
        openings: paths of trustees' openings.
        enrolment: paths of enrolment statements.
        incomplete: whether openings may lack envelopes.
        workers: number of processes; None to choose.
    """

    round_file: str
    envelopes: str | None
    openings: list[str]
    enrolment: list[str]
    incomplete: bool
    workers: int | None


@dataclass(frozen=True)
class Ready:
    """What is known before the home is opened.

    Attributes:
        sources: where what is published comes from.
        round: the round, with every enrolment statement.
        envelopes: of the round.
    """

    sources: Sources
    round: "VerifiedRound"
    envelopes: Envelopes

    def check_gaps(self, console: Console) -> "GapCheck":
        """Return what is called with what openings lack."""
        return lambda gaps: check_gaps(
            console, self.round, gaps, incomplete=self.sources.incomplete
        )


def _prepare(console: Console, sources: Sources) -> Ready:
    from cosign.records.groups.statements import EnrolmentStatement
    from cosign.roles import organizer

    console.check_output()
    statements = tuple(read_record(path, EnrolmentStatement) for path in sources.enrolment)
    round_ = organizer.merge_statements(read_round(sources.round_file), statements)
    minute = current_minute()
    round_.check_closed(minute)
    found = find_envelopes(console, sources.envelopes, round_, minute)
    return Ready(sources, round_, found)


def _spool(console: Console) -> "Spool":
    """Return where cosignatures are sorted: where the output, which is as long, has room."""
    from cosign.stores.spool import Spool

    if console.output in {"", STREAM}:
        return Spool(Path(tempfile.gettempdir()))
    return Spool(Path(console.output).parent)


@contextlib.contextmanager
def _workers(
    console: Console, ready: Ready
) -> "Iterator[tuple[Executor | None, SigningKey, list[OpenedShares | OwnKey]]]":
    """Start workers, then open the home; yield the workers, and what opens and signs.

    Workers that start before the home is open hold none of its secrets.
    """
    wanted = ready.sources.workers or ready.envelopes.workers
    with process_pool(wanted, at_once=True) as executor:
        check_keys(open_home(console), ready.round.group, executor)
        yield (
            executor,
            *read_openings(console, ready.round, ready.sources.openings, ready.envelopes.minute),
        )


def _publish(places: Places, ready: Ready, spool: "Spool") -> None:
    from cosign.roles import organizer

    console, found = places.letter, ready.envelopes
    with (
        _workers(console, ready) as (executor, identity, openings),
        show_progress("opening envelopes") as progress,
    ):
        publication = organizer.publish(
            ready.round,
            found.read(progress),
            openings,
            found.minute,
            executor,
            spool=spool,
            check_gaps=ready.check_gaps(console),
            progress=progress,
        )
    places.write(publication.chunks(identity), publication.cosigners)
    _report(console, ready.round, publication, found.left_out)


def _check_any(addition: "Addition") -> None:
    """Raise :class:`RefusedError` if nothing is added to a published letter."""
    from cosign.errors import RefusedError

    if not addition.withdrawn and not addition.named:
        raise RefusedError(
            "no envelope withdraws a cosignature that counts in this file, or adds a name to one; "
            f"{addition.unreadable} unreadable",
            hint="nothing was written, and the published letter stays as it is",
        )


def _append(places: Places, ready: Ready, spool: "Spool", path: str) -> None:
    from cosign.records.published import PublishedReader
    from cosign.roles.organizer.withdrawals import append_withdrawals

    console, found = places.letter, ready.envelopes
    with (
        _workers(console, ready) as (executor, identity, openings),
        naming(path, damage_only=True),
        open_input(path) as stream,
        show_progress("opening envelopes") as progress,
    ):
        reader = PublishedReader(stream)
        addition = append_withdrawals(
            ready.round,
            reader,
            found.read(progress),
            openings,
            found.minute,
            executor,
            spool=spool,
            check_gaps=ready.check_gaps(console),
            progress=progress,
        )
    warn_of_bad_shares(console, ready.round, addition.bad_shares)
    warn_of_names_left_out(console, addition)
    _check_any(addition)
    places.write(addition.chunks(identity), addition.cosigners)
    if reader.stamps:
        console.note(
            f"warning: {counted(len(reader.stamps), 'time stamp')} of {path} left out, because "
            f"{console.output} is another file: ask the authorities for new ones"
        )
    report_addition(console, ready.round, addition, found.left_out)


def _report(
    console: Console, round_: "VerifiedRound", publication: "Publication", left_out: int
) -> None:
    warn_of_bad_shares(console, round_, publication.bad_shares)
    summary = publication.header.opening
    console.result(
        f"{console.output}: {counted(publication.cosigners, 'cosigner')}; "
        f"of {counted(summary.received, 'envelope')} {summary.unreadable} unreadable, "
        f"{summary.invalid} invalid, {summary.duplicates} duplicate; {summary.withdrawn} withdrawn",
        {
            "output": console.output,
            "cosigners": publication.cosigners,
            "bad_shares": {str(n): count for n, count in publication.bad_shares.items()},
            "left_out": left_out,
            **summary._asdict(),
        },
    )
