"""``cosign-letter registrar issue``: answer requests, from files or from a mailbox."""

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from cosign.words import counted
from cosign_cli.shared.clock import current_minute
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.errors import naming, show_error
from cosign_cli.shared.files import read_record
from cosign_cli.shared.homes import open_home
from cosign_cli.shared.progress import show_progress
from cosign_cli.shared.relay_client import check_mailbox, connect, read_mailbox, relay_extra

if TYPE_CHECKING:
    from cosign.homes import Issuer
    from cosign.records.mailbox import MailboxKey
    from cosign.roles.registrar import MailboxWork

_MINUTE_SECONDS: Final = 60


@command(secrets=True, output=True, relay=True, posts=True, mailbox=True)
def run(
    console: Console,
    requests: Annotated[
        list[str] | None, typer.Argument(metavar="REQUEST", help="Enrolment requests.")
    ] = None,
    every: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="MINUTES",
            help="Keep running, and look into the mailbox at this interval.",
        ),
    ] = None,
) -> None:
    """Answer enrolment requests; a repeated request gets the same answer.

    The answer to one request is written to a file; the answers to several go to a folder,
    under the names of their requests. With --relay and --mailbox, the requests are read
    from the registrar's mailbox and the answers are posted there.
    """
    from cosign.errors import UsageError

    if console.relay and not requests and not console.output:
        _work_off(console, every)
    elif requests and console.output and not console.relay:
        _answer_files(console, requests)
    else:
        raise UsageError(
            "requests are answered either from files or from a mailbox",
            hint="name requests and --output, or only --relay and --mailbox",
        )


def _answer_files(console: Console, requests: list[str]) -> None:
    from cosign.errors import CosignError, MissingError
    from cosign.homes import Issuer

    output = Path(console.output)
    folder = output if len(requests) > 1 or output.is_dir() else None
    needed = folder or output.parent
    if not needed.is_dir():
        raise MissingError(f"{needed}: there is no such folder", hint="create it first")
    issuer = Issuer(open_home(console))
    failures: list[CosignError] = []
    with show_progress("signing") as progress:
        for done, path in enumerate(requests):
            progress(done, len(requests))
            try:
                _answer_file(console, issuer, path, folder)
            except CosignError as e:
                failures.append(e)
                if len(requests) > 1:
                    show_error(e)
    if failures and len(requests) == 1:
        raise failures[0]
    answered = len(requests) - len(failures)
    console.result(
        f"{console.output}: {answered} of {counted(len(requests), 'request')} answered",
        {"output": console.output, "answered": answered, "refused": len(failures)},
    )
    if failures:
        raise typer.Exit(failures[0].exit_code)


def _answer_file(console: Console, issuer: "Issuer", path: str, folder: Path | None) -> None:
    """Answer one request; write the answer into a folder, or as the command's file."""
    from cosign.errors import ExistsError
    from cosign.records.enrolment import EnrolmentRequest

    request = read_record(path, EnrolmentRequest)
    with naming(path):
        response = issuer.answer(request, current_minute())
    target = str(folder / f"{Path(path).stem}.response") if folder else console.output
    try:
        replace(console, output=target).write_record(response)
    except ExistsError:
        # A repeated request gets the same bytes, so the file may hold the answer already.
        if not _holds(Path(target), response.to_bytes()):
            raise


def _holds(path: Path, raw: bytes) -> bool:
    from cosign.errors import CosignError
    from cosign.wire.armor import dearmor

    try:
        return path.is_file() and dearmor(path.read_bytes()) == raw
    except (OSError, CosignError):
        return False


def _work_off(console: Console, every: int | None) -> None:
    """Answer what is in the mailbox, once or until the operator interrupts."""
    from cosign.errors import FaultError, StorageError, UnreachableError
    from cosign.homes import Issuer
    from cosign.roles.registrar import MailboxWork

    with relay_extra():
        from cosign.relay.owners import registrar_address

    key, issuer = read_mailbox(console), Issuer(open_home(console))
    session = issuer.session(key.mailbox.terms.subject)
    check_mailbox(console, key, registrar_address(session.group, session.number))
    work = MailboxWork(lambda request: issuer.answer(request, current_minute()))
    while every is not None:
        try:
            _answer_once(console, work, key)
        except (FaultError, StorageError, UnreachableError) as e:
            show_error(e)
        console.note(_summary(console, work))
        time.sleep(every * _MINUTE_SECONDS)
    _answer_once(console, work, key)
    counts = {"relay": console.relay, "answered": work.answered, "refused": work.refused}
    console.result(_summary(console, work), counts)


def _answer_once(console: Console, work: "MailboxWork", key: "MailboxKey") -> None:
    from cosign.records.mailbox import DAY_MINUTES
    from cosign.relay.shelves import REQUESTS, RESPONSES

    terms, capability = key.mailbox.terms, key.capability
    with connect(console) as client, show_progress("signing") as progress:
        work.work_off(
            client.shelf(terms, REQUESTS, capability).read(current_minute() // DAY_MINUTES),
            client.shelf(terms, RESPONSES, capability).post,
            show_error,
            progress,
        )


def _summary(console: Console, work: "MailboxWork") -> str:
    answered = counted(work.answered, "request")
    return f"{console.relay}: {answered} answered, {work.refused} refused"
