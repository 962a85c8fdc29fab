"""``cosign-letter registrar issue``: answer requests, from files or from a mailbox."""

import itertools
import os
import time
from collections.abc import Iterator
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
    from cosign.records.enrolment import EnrolmentRequest, EnrolmentResponse
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
    under the names of their requests, with a number where several have one name. With
    --relay and --mailbox, the requests are read from the registrar's mailbox and the
    answers are posted there.
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
    issuer, failures = Issuer(open_home(console)), list[CosignError]()
    given: dict[str, Path] = {}
    requests = list(dict.fromkeys(requests))
    with show_progress("signing") as progress:
        for done, path in enumerate(requests):
            progress(done, len(requests))
            try:
                given[path] = _answer_file(console, issuer, path, folder, set(given.values()))
            except CosignError as e:
                failures.append(e)
                if len(requests) > 1:
                    show_error(e)
    if failures and len(requests) == 1:
        raise failures[0]
    for path, target in given.items():
        if folder and target.stem != Path(path).stem:
            console.note(f"the answer to {path} is {target}, because its own name is taken")
    console.result(
        f"{console.output}: {len(given)} of {counted(len(requests), 'request')} answered",
        {
            "output": console.output,
            "answered": len(given),
            "refused": len(failures),
            "responses": {path: str(target) for path, target in given.items()},
        },
    )
    if failures:
        raise typer.Exit(failures[0].exit_code)


def _answer_file(
    console: Console, issuer: "Issuer", path: str, folder: Path | None, taken: set[Path]
) -> Path:
    """Answer one request; write the answer into a folder, or as the command's file.

    Args:
        console: of the command.
        issuer: of the home.
        path: of the request.
        folder: for the answer.
        taken: files with the answers to other requests of this run.

    Returns:
        The file with the answer.
    """
    from cosign.records.enrolment import EnrolmentRequest

    request = read_record(path, EnrolmentRequest)
    target = Path(console.output)
    if folder:
        names = (name for name in _names(folder, Path(path).stem) if name not in taken)
        target = next(name for name in names if console.force or _is_free(name, request))
    console = replace(console, output=str(target))
    # A repeated request gets the same answer, so the file may hold it already.
    found = _answer_in(target)
    if found is None or found.request_id != request.request_id:
        console.check_output()  # before anything is signed
    with naming(path):
        response = issuer.answer(request, current_minute())
    if found != response:
        console.write_record(response)
    return target


def _is_free(path: Path, request: "EnrolmentRequest") -> bool:
    """Return whether a file does not exist, or is the answer to a request."""
    found = _answer_in(path)
    return found.request_id == request.request_id if found else not os.path.lexists(path)


def _names(folder: Path, stem: str) -> Iterator[Path]:
    """Yield the names that an answer can have: requests of several people may have one name."""
    yield folder / f"{stem}.response"
    for number in itertools.count(2):
        yield folder / f"{stem}-{number}.response"


def _answer_in(path: Path) -> "EnrolmentResponse | None":
    """Return the answer in a file of an earlier run, or None."""
    from cosign.errors import CosignError
    from cosign.records.enrolment import EnrolmentResponse
    from cosign.wire.armor import dearmor

    try:
        return EnrolmentResponse.from_bytes(dearmor(path.read_bytes())) if path.is_file() else None
    except (OSError, CosignError):
        return None


def _work_off(console: Console, every: int | None) -> None:
    """Answer what is in the mailbox, once or until the operator interrupts."""
    from cosign.errors import FaultError, StorageError, UnreachableError
    from cosign.homes import Issuer
    from cosign.roles.registrar import MailboxWork

    with relay_extra():
        from cosign.relay.owners import registrar_address

    key, issuer = read_mailbox(console), Issuer(open_home(console))
    session = issuer.session(key.mailbox.terms.subject)
    check_mailbox(console.mailbox, key, registrar_address(session.group, session.number))
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
