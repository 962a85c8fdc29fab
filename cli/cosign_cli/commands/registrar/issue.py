"""``cosign-letter registrar issue``: answer requests from files, or work off a mailbox."""

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
        typer.Option(min=1, metavar="MINUTES", help="Look into the mailbox again and again."),
    ] = None,
) -> None:
    """Answer enrolment requests; a repeated request gets the same answer.

    One request is answered into a file, several into a folder, under their names. With
    --relay and --mailbox, requests and answers are in the registrar's mailbox instead.
    """
    from cosign.errors import UsageError

    if console.relay and not requests and not console.output:
        _work_off(console, every)
    elif requests and console.output and not console.relay:
        _answer_files(console, requests)
    else:
        raise UsageError(
            "answer either files or a mailbox",
            hint="name requests and --output, or --relay and --mailbox",
        )


def _answer_files(console: Console, requests: list[str]) -> None:
    from cosign.errors import CosignError, MissingError

    output = Path(console.output)
    folder = output if len(requests) > 1 or output.is_dir() else None
    needed = folder or output.parent
    if not needed.is_dir():
        raise MissingError(f"{needed}: there is no such folder", hint="create it first")
    clerk = Clerk(console)
    failures: list[CosignError] = []
    with show_progress("signing") as progress:
        for done, path in enumerate(requests):
            progress(done, len(requests))
            try:
                clerk.answer_file(path, folder)
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
    """Answer what is in the mailbox, once or until somebody interrupts."""
    from cosign.errors import FaultError, StorageError, UnreachableError

    with relay_extra():
        from cosign.relay.owners import registrar_address

    key, clerk = read_mailbox(console), Clerk(console)
    session = clerk.session(key.mailbox.terms.subject)
    check_mailbox(console, key, registrar_address(session.group, session.number))
    work = Mailbox(console, clerk, key)
    while every is not None:
        try:
            work.once()
        except (FaultError, StorageError, UnreachableError) as e:
            show_error(e)
        console.note(work.told)
        time.sleep(every * _MINUTE_SECONDS)
    work.once()
    counts = {"relay": console.relay, "answered": work.answered, "refused": work.refused}
    console.result(work.told, counts)


class Mailbox:
    """A registrar's mailbox on a relay.

    Attributes:
        answered: requests whose answer is on the relay.
        refused: requests that got none.
    """

    def __init__(self, console: Console, clerk: "Clerk", key: "MailboxKey") -> None:
        self._console, self._clerk, self._key = console, clerk, key
        self._done: set[bytes] = set()
        self.answered = self.refused = 0

    @property
    def told(self) -> str:
        """What was done so far."""
        answered = counted(self.answered, "request")
        return f"{self._console.relay}: {answered} answered, {self.refused} refused"

    def once(self) -> None:
        """Answer what was not looked at yet; after a restart, everything gets the same answer."""
        from cosign.errors import CosignError, FaultError, StorageError

        with connect(self._console) as client, show_progress("signing") as progress:
            for request in list(self._fresh(client)):
                progress(self.answered + self.refused, len(self._done) + 1)
                try:
                    response = self._clerk.answer(request)
                except (FaultError, StorageError):
                    raise  # not the request's fault: it is tried again
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


class Clerk:
    """Answers requests for whatever groups this home serves; opens each vault once."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._home = open_home(console)
        self._open: dict[bytes, tuple[RegistrarSession, RegistrarKeys]] = {}

    def answer(self, request: "EnrolmentRequest") -> "EnrolmentResponse":
        """Sign blindly, if the ledger allows it."""
        from cosign.roles.registrar import issue

        session = self.session(request.group_id)
        _, keys = self._open[request.group_id]
        with session.ledger() as ledger:
            return issue(keys, session.group, ledger, request, current_minute())

    def answer_file(self, path: str, folder: Path | None) -> None:
        """Answer one request into a file of the folder, or into the output."""
        from cosign.errors import ExistsError
        from cosign.records.enrolment import EnrolmentRequest

        request = read_record(path, EnrolmentRequest)
        with naming(path):
            response = self.answer(request)
        target = str(folder / f"{Path(path).stem}.response") if folder else self._console.output
        try:
            replace(self._console, output=target).write_record(response)
        except ExistsError:
            # Repeated, or answered by another process: the same request gets the same bytes.
            if not _holds(Path(target), response.to_bytes()):
                raise

    def session(self, group_id: bytes) -> RegistrarSession:
        """Give the session of a group, with its keys loaded."""
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
