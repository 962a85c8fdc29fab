"""``cosign-letter registrar issue``: answer requests, from files or from a mailbox."""

import itertools
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from cosign.words import counted
from cosign_cli.shared.clock import current_minute
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.errors import naming, show_error
from cosign_cli.shared.extras import needs_extra
from cosign_cli.shared.files import check_folder, read_record
from cosign_cli.shared.homes import open_home
from cosign_cli.shared.progress import show_progress
from cosign_cli.shared.relay_client import check_mailbox, connect, read_mailbox
from cosign_cli.shared.streams import STREAM

if TYPE_CHECKING:
    from cosign.errors import CosignError
    from cosign.homes import Issuer
    from cosign.records.enrolment import EnrolmentRequest, EnrolmentResponse
    from cosign.records.mailbox import MailboxKey
    from cosign.roles.registrar import MailboxWork

_MINUTE_SECONDS: Final = 60
_UNNAMED: Final = "request"
"""How the answer to a request from stdin is called, or to one whose name is dots and dashes."""


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
        _answer_mailbox(console, every)
    elif requests and console.output and not console.relay:
        _answer_files(console, requests)
    else:
        raise UsageError(
            "requests are answered either from files or from a mailbox",
            hint="name requests and --output, or only --relay and --mailbox",
        )


def _answer_files(console: Console, requests: list[str]) -> None:
    """Answer requests, each into a file, and tell which answers exist, also after an error."""
    from cosign.homes import Issuer

    folder = _folder(console, requests)
    requests = list(dict.fromkeys(requests))
    answers = _Answers(console, Issuer(open_home(console)), folder)
    try:
        with show_progress("signing") as progress:
            for done, path in enumerate(requests):
                progress(done, len(requests))
                failure = answers.add(path)
                if failure and len(requests) > 1:
                    show_error(failure)
    except BaseException:  # Ctrl-C, too
        if len(requests) > 1:
            console.note(answers.told(len(requests)))
        answers.note_unwritten()
        raise
    if answers.failures and len(requests) == 1:
        answers.note_unwritten()
        raise answers.failures[0]
    for path, target in answers.written.items():
        if folder and target.stem != Path(path).stem:
            console.note(f"the answer to {path} is {target}")
    answers.note_unwritten()
    console.result(answers.told(len(requests)), answers.json())
    if answers.failures:
        raise typer.Exit(answers.failures[0].exit_code)


def _folder(console: Console, requests: list[str]) -> Path | None:
    """Return the folder for the answers; None if there is one answer, and it has a name.

    Raises:
        UsageError: several answers cannot go to stdout.
        MissingError: there is no such folder.
    """
    from cosign.errors import UsageError

    output = Path(console.output)
    if console.output == STREAM:
        if len(requests) > 1:
            raise UsageError("several answers do not fit into stdout", hint="name a folder")
        return None
    folder = output if len(requests) > 1 or output.is_dir() else None
    needed = folder or output.parent
    check_folder(needed)
    return folder


class _Answers:
    """The answers to requests from files: what the ledger holds, and what the disk holds.

    Args:
        console: of the command.
        issuer: of the home.
        folder: for the answers; None for the command's file.

    Attributes:
        written: the files with the answers, by request.
        unwritten: requests whose answers the ledger holds, but no file.
        failures: one for each request that was refused, or whose answer could not be written.
    """

    def __init__(self, console: Console, issuer: "Issuer", folder: Path | None) -> None:
        self._console, self._issuer, self._folder = console, issuer, folder
        self.written: dict[str, Path] = {}
        self.unwritten: list[str] = []
        self.failures: list[CosignError] = []

    def add(self, path: str) -> "CosignError | None":
        """Answer a request; return and keep the error if that fails."""
        from cosign.errors import CosignError

        try:
            self.written[path] = self._answer(path)
        except CosignError as e:
            self.failures.append(e)
            return e
        return None

    def told(self, count: int) -> str:
        """Return in one line how many of so many requests are answered."""
        done = f"{len(self.written)} of {counted(count, 'request')} answered"
        return f"{self._console.output}: {done}"

    def note_unwritten(self) -> None:
        """Say which answers the ledger holds that no file does, and how to get them."""
        if self.unwritten:
            self._console.note(
                f"the ledger holds the answer to {', '.join(self.unwritten)}, but no file does; "
                "the same command writes it, and changes no other answer"
            )

    def json(self) -> dict[str, Any]:
        """Return the result for programs."""
        return {
            "output": self._console.output,
            "answered": len(self.written),
            "refused": len(self.failures),
            "responses": {path: str(target) for path, target in self.written.items()},
            "unwritten": self.unwritten,
        }

    def _answer(self, path: str) -> Path:
        """Answer one request and return the file with the answer."""
        from cosign.records.enrolment import EnrolmentRequest

        request = read_record(path, EnrolmentRequest)
        target = self._target(path, request)
        console = replace(self._console, output=str(target))
        # A repeated request gets the same answer, so the file may hold it already.
        found = _answer_in(target)
        if found is None or found.request_id != request.request_id:
            console.check_output()  # before anything is signed
        with naming(path):
            response = self._issuer.answer(request, current_minute())
        if found != response:
            self.unwritten.append(path)
            console.write_record(response)
            self.unwritten.remove(path)
        return target

    def _target(self, path: str, request: "EnrolmentRequest") -> Path:
        """Return the file for an answer, which no other request of this run has."""
        if not self._folder:
            return Path(self._console.output)
        taken = set(self.written.values())
        names = (name for name in _names(self._folder, _stem(path)) if name not in taken)
        return next(name for name in names if self._console.force or _is_free(name, request))


def _is_free(path: Path, request: "EnrolmentRequest") -> bool:
    """Return whether a file does not exist, or is the answer to a request."""
    found = _answer_in(path)
    return found.request_id == request.request_id if found else not os.path.lexists(path)


def _stem(path: str) -> str:
    """Return how the name of an answer begins: no option, and no hidden file."""
    return Path(path).stem.lstrip("-.") or _UNNAMED


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


def _answer_mailbox(console: Console, every: int | None) -> None:
    """Answer what is in the mailbox, once or until the operator interrupts."""
    from cosign.errors import FaultError, StorageError, UnreachableError
    from cosign.homes import Issuer
    from cosign.roles.registrar import MailboxWork

    with needs_extra("client"):
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
        work.answer_all(
            client.shelf(terms, REQUESTS, capability).read(current_minute() // DAY_MINUTES),
            client.shelf(terms, RESPONSES, capability).post,
            _show_refused,
            progress,
        )


def _show_refused(error: "CosignError") -> None:
    """Show why a request in the mailbox is refused; it has no name of a file."""
    error.name_source("a request in the mailbox")
    show_error(error)


def _summary(console: Console, work: "MailboxWork") -> str:
    answered = counted(work.answered, "request")
    return f"{console.relay}: {answered} answered, {work.refused} refused"
