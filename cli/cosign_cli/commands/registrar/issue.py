"""``cosign-letter registrar issue``: answer requests, from files or from a mailbox."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from cosign_cli.shared.clock import current_minute
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console, counted
from cosign_cli.shared.errors import naming, show_error
from cosign_cli.shared.files import read_record
from cosign_cli.shared.homes import open_home
from cosign_cli.shared.progress import show_progress
from cosign_cli.shared.registrar_session import RegistrarSession
from cosign_cli.shared.relay_client import check_mailbox, connect, read_mailbox, relay_extra

if TYPE_CHECKING:
    from cosign.records.enrolment import EnrolmentRequest, EnrolmentResponse
    from cosign.records.mailbox import MailboxKey
    from cosign.relay.client.client import RelayClient
    from cosign.roles.registrar import RegistrarKeys

_MINUTE_SECONDS: Final = 60


@command(secrets=True, output=True, relay=True, posts=True, mailbox=True)
def run(
    console: Console,
    requests: Annotated[
        list[str] | None, typer.Argument(metavar="[REQUEST...]", help="Enrolment requests.")
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

    output = Path(console.output)
    folder = output if len(requests) > 1 or output.is_dir() else None
    needed = folder or output.parent
    if not needed.is_dir():
        raise MissingError(f"{needed}: there is no such folder", hint="create it first")
    issuer = Issuer(console)
    failures: list[CosignError] = []
    with show_progress("signing") as progress:
        for done, path in enumerate(requests):
            progress(done, len(requests))
            try:
                issuer.answer_file(path, folder)
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


def _work_off(console: Console, every: int | None) -> None:
    """Answer the requests in the mailbox: once, or every few minutes until interrupted."""
    from cosign.errors import FaultError, StorageError, UnreachableError

    with relay_extra():
        from cosign.relay.owners import registrar_address

    key, issuer = read_mailbox(console), Issuer(console)
    session = issuer.session(key.mailbox.terms.subject)
    check_mailbox(console, key, registrar_address(session.group, session.number))
    worker = MailboxWorker(console, issuer, key)
    while every is not None:
        try:
            worker.answer_new()
        except (FaultError, StorageError, UnreachableError) as e:
            show_error(e)
        console.note(worker.summary)
        time.sleep(every * _MINUTE_SECONDS)
    worker.answer_new()
    counts = {"relay": console.relay, "answered": worker.answered, "refused": worker.refused}
    console.result(worker.summary, counts)


class MailboxWorker:
    """Answers the requests in a registrar's mailbox.

    Attributes:
        answered: number of requests whose answer is on the relay.
        refused: number of requests that were refused.
    """

    def __init__(self, console: Console, issuer: "Issuer", key: "MailboxKey") -> None:
        self._console, self._issuer, self._key = console, issuer, key
        self._done: set[bytes] = set()
        self.answered = self.refused = 0

    @property
    def summary(self) -> str:
        """What was done so far."""
        answered = counted(self.answered, "request")
        return f"{self._console.relay}: {answered} answered, {self.refused} refused"

    def answer_new(self) -> None:
        """Answer the requests that this process has not answered yet.

        A new process answers all of them again; each gets the same answer as before.
        """
        from cosign.errors import CosignError, FaultError, StorageError

        with connect(self._console) as client, show_progress("signing") as progress:
            for request in list(self._fresh(client)):
                progress(self.answered + self.refused, len(self._done) + 1)
                try:
                    response = self._issuer.answer(request)
                except (FaultError, StorageError):
                    raise  # not the request's fault, so it is tried again
                except CosignError as e:
                    self.refused += 1
                    show_error(e)
                else:
                    self._post(client, response)
                    self.answered += 1
                self._done.add(request.request_id)

    def _fresh(self, client: "RelayClient") -> "Iterator[EnrolmentRequest]":
        from cosign.records.enrolment import EnrolmentRequest
        from cosign.relay.shelves import REQUESTS

        for raw in client.shelf(self._key.mailbox.terms, REQUESTS, self._key.capability).read():
            request = EnrolmentRequest.from_bytes(raw)
            if request.request_id not in self._done:
                yield request

    def _post(self, client: "RelayClient", response: "EnrolmentResponse") -> None:
        from cosign.relay.shelves import RESPONSES

        terms, capability = self._key.mailbox.terms, self._key.capability
        client.shelf(terms, RESPONSES, capability).post(response.to_bytes())


class Issuer:
    """Answers requests for the groups of this home's registrars; opens each vault once."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._home = open_home(console)
        self._open: dict[bytes, tuple[RegistrarSession, RegistrarKeys]] = {}

    def answer(self, request: "EnrolmentRequest") -> "EnrolmentResponse":
        """Return the answer to a request: blind signatures, if the ledger allows them."""
        from cosign.roles.registrar import issue

        session = self.session(request.group_id)
        _, keys = self._open[request.group_id]
        with session.ledger() as ledger:
            return issue(keys, session.group, ledger, request, current_minute())

    def answer_file(self, path: str, folder: Path | None) -> None:
        """Answer one request; write the answer into a folder, or as the command's file."""
        from cosign.errors import ExistsError
        from cosign.records.enrolment import EnrolmentRequest

        request = read_record(path, EnrolmentRequest)
        with naming(path):
            response = self.answer(request)
        target = str(folder / f"{Path(path).stem}.response") if folder else self._console.output
        try:
            replace(self._console, output=target).write_record(response)
        except ExistsError:
            # A repeated request gets the same bytes, so the file may hold the answer already.
            if not _holds(Path(target), response.to_bytes()):
                raise

    def session(self, group_id: bytes) -> RegistrarSession:
        """Return the session of a group, with its keys loaded.

        Args:
            group_id: 32 bytes.
        """
        if group_id not in self._open:
            session = RegistrarSession(self._home, self._home.group(group_id))
            self._open[group_id] = session, session.keys
        return self._open[group_id][0]


def _holds(path: Path, raw: bytes) -> bool:
    from cosign.errors import CosignError
    from cosign.wire.armor import dearmor

    try:
        return path.is_file() and dearmor(path.read_bytes()) == raw
    except (OSError, CosignError):
        return False
