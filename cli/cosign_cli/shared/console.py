"""What every command shares: where results, notes, errors, questions and secrets go.

The terminal's rules:

- results go to stdout, everything else to stderr;
- with ``--json`` stdout holds exactly one JSON object, errors included;
- questions are asked on a terminal only; without one the answer has to be an option;
- progress is shown on a terminal, and only for work of more than half a second;
- an output file appears whole or not at all, never over an existing one without ``--force``.
"""

import contextlib
import os
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO, Final, TypeVar

import typer

if TYPE_CHECKING:
    from cosign.errors import CosignError
    from cosign.primitives.parallel import Progress
    from cosign.records.groups.group import Group
    from cosign.records.invitation import Invitation
    from cosign.records.round import Round, VerifiedRound
    from cosign.secret import Secret
    from cosign.stores.home import Home
    from cosign.wire.record import Record

    R = TypeVar("R", bound=Record)

APP_NAME: Final = "cosign-letter"
HOME_VARIABLE: Final = "COSIGN_LETTER_HOME"
PASSPHRASE_VARIABLE: Final = "COSIGN_LETTER_PASSPHRASE"  # noqa: S105  # a name, not a secret
CLOCK_VARIABLE: Final = "COSIGN_LETTER_NOW"
STREAM: Final = "-"

RoundOrInvite = Annotated[
    str, typer.Argument(metavar="ROUND|INVITE", help="The round's file, or an invitation to it.")
]
InvitationSecret = Annotated[
    str | None,
    typer.Option(
        metavar="S",
        help="Opens an invitation; asked for if left out, since the process list shows it.",
    ),
]
_PASSPHRASE_LIMIT: Final = 4096
_PROGRESS_AFTER_SECONDS: Final = 0.5


def counted(number: int, noun: str) -> str:
    """Say how many there are.

    >>> counted(1, "key"), counted(0, "mailbox")
    ('1 key', '0 mailboxes')
    """
    return f"{number} {noun}" + ("" if number == 1 else "es" if noun.endswith("x") else "s")


@dataclass(frozen=True)
class Console:
    """The options that commands share, and what they mean.

    Attributes:
        json: one JSON object on stdout instead of text.
        home_folder: where secrets live; None for the default.
        passphrase_file: a file whose first line is the passphrase.
        no_passphrase: secrets are written bare.
        output: where the command's file goes; ``-`` is stdout.
        armor: write text instead of bytes.
        force: overwrite.
        yes: answer yes to what would be asked.
        relay: URL of a relay; nothing touches the network without one.
        proxy: URL of a SOCKS proxy that the relay is reached through.
        delay: most seconds to wait before something is posted.
        allow_http: whether the relay may be reached without TLS.
        mailbox: the file with a mailbox's key.
    """

    json: bool = False
    home_folder: Path | None = None
    passphrase_file: Path | None = None
    no_passphrase: bool = False
    output: str = ""
    armor: bool = False
    force: bool = False
    yes: bool = False
    relay: str = ""
    proxy: str = ""
    delay: int = 0
    allow_http: bool = False
    mailbox: str = ""

    def __post_init__(self) -> None:
        from cosign.errors import UsageError

        if self.json and self.output == STREAM:
            raise UsageError("--json and a file both want stdout", hint="name a file")
        if (self.proxy or self.delay or self.allow_http or self.mailbox) and not self.relay:
            raise UsageError(
                "nothing touches the network unless a relay is named", hint="add --relay URL"
            )

    # Speaking.

    def result(self, text: str, data: dict[str, Any]) -> None:
        """Print a command's result: ``text`` for people or ``data`` for scripts."""
        if self.json:
            import json

            print(json.dumps(data, ensure_ascii=False))
        else:
            print(text, file=sys.stderr if self.output == STREAM else sys.stdout)

    def note(self, text: str) -> None:
        """Tell people something that is not the result."""
        print(text, file=sys.stderr)

    def confirm(self, question: str) -> None:
        """Go on only if the person says yes.

        Raises:
            UsageError: there is nobody to ask and ``--yes`` was not given.
            typer.Abort: the person said no.
        """
        from cosign.errors import UsageError

        if self.yes:
            return
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise UsageError("nobody is here to confirm this", hint="add --yes if you are sure")
        with _asking():
            typer.confirm(question, abort=True, err=True)

    def ask(self, what: str) -> str:
        """Ask for a secret code.

        Raises:
            UsageError: there is nobody to ask.
        """
        from cosign.errors import UsageError

        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise UsageError(f"no {what} was given", hint=f"add --{what}")
        with _asking():
            return str(typer.prompt(what, err=True))

    @contextlib.contextmanager
    def progress(self, what: str) -> "Iterator[Progress]":
        """Provide a function that draws a bar, on a terminal and if the work takes long."""
        if not sys.stderr.isatty():
            from cosign.primitives.parallel import no_progress

            yield no_progress
            return
        from rich.console import Console as RichConsole
        from rich.progress import Progress as ProgressBar

        started = time.monotonic()
        with ProgressBar(console=RichConsole(stderr=True), transient=True) as bar:
            task = bar.add_task(what, total=None, visible=False)

            def show(done: int, total: int) -> None:
                late = time.monotonic() - started > _PROGRESS_AFTER_SECONDS
                bar.update(task, completed=done, total=total, visible=late)

            yield show

    # Time.

    def minute(self) -> int:
        """Give the time in whole minutes since 1970, from the clock or its override."""
        override = os.environ.get(CLOCK_VARIABLE)
        if not override:
            return int(datetime.now(UTC).timestamp()) // 60
        self.note(f"{APP_NAME}: warning: the time is {override}, as {CLOCK_VARIABLE} says")
        return parse_time(override)

    # Secrets.

    def home(self) -> "Home":
        """Give the home that the options name."""
        from cosign.stores.home import Home

        named = os.environ.get(HOME_VARIABLE)
        folder = self.home_folder or Path(named or typer.get_app_dir(APP_NAME))
        return Home(folder, self._passphrase)

    def _passphrase(self, name: str, new: bool) -> "Secret | None":  # as Home calls it
        from cosign.errors import PassphraseError
        from cosign.secret import Secret

        if self.no_passphrase:
            return None
        given = os.environ.get(PASSPHRASE_VARIABLE)
        if self.passphrase_file:
            from cosign.stores.files import read_file

            raw = read_file(self.passphrase_file, _PASSPHRASE_LIMIT)
            given = raw.decode(errors="surrogateescape").split("\n", 1)[0].removesuffix("\r")
        elif given is None and sys.stdin.isatty() and sys.stderr.isatty():
            with _asking():
                what = f"{'new ' if new else ''}passphrase for {name}"
                given = typer.prompt(what, hide_input=True, confirmation_prompt=new, err=True)
        if not given:
            raise PassphraseError(
                f"{name} needs a passphrase",
                hint=f"use --passphrase-file or {PASSPHRASE_VARIABLE}, "
                "or say --no-passphrase to keep secrets bare",
            )
        return Secret(given.encode(errors="surrogateescape"))

    # Files.

    def read(self, path: str, limit: int) -> bytes:
        """Read a file or, for ``-``, stdin; armored or not, at most ``limit`` bytes inside."""
        from cosign.errors import MalformedError
        from cosign.stores.files import read_file
        from cosign.wire.armor import armored_bytes, dearmor

        longest = armored_bytes(limit)
        if path != STREAM:
            return dearmor(read_file(Path(path), longest))
        raw = sys.stdin.buffer.read(longest + 1)
        if len(raw) > longest:
            raise MalformedError(
                f"stdin: larger than {limit} bytes", hint="this is not the file you meant"
            )
        return dearmor(raw)

    def read_record(self, path: str, record: "type[R]") -> "R":
        """Read a record of one type; errors name the file."""
        with naming(path):
            return record.from_bytes(self.read(path, record.MAX_BYTES))

    def read_group(self, path: str) -> "Group":
        """Read a group of any kind."""
        from cosign.records.groups.group import GROUP_LIMIT, group_from_bytes

        with naming(path):
            return group_from_bytes(self.read(path, GROUP_LIMIT))

    def read_round(self, path: str, secret: str | None = None) -> "VerifiedRound":
        """Read a round, or an invitation to one, and verify it.

        Args:
            path: of either.
            secret: that opens an invitation; asked for if it is needed and None.
        """
        from cosign import labels
        from cosign.records.invitation import Invitation
        from cosign.records.round import Round, verify_round
        from cosign.wire.record import label_of

        with naming(path):
            raw = self.read(path, max(Round.MAX_BYTES, Invitation.MAX_BYTES))
            if label_of(raw) == labels.INVITATION:
                return verify_round(self._open_invitation(Invitation.from_bytes(raw), secret))
            return verify_round(Round.from_bytes(raw))

    def _open_invitation(self, invitation: "Invitation", secret: str | None) -> "Round":
        from cosign.primitives.codes import decode_code
        from cosign.records.invitation import INVITATION_PREFIX, INVITATION_SECRET_BYTES
        from cosign.roles.organizer.invitations import open_invitation
        from cosign.secret import Secret

        code = secret or self.ask("secret")
        key = decode_code(code, INVITATION_SECRET_BYTES, INVITATION_PREFIX)
        return open_invitation(invitation, Secret(key))

    def check_output(self) -> None:
        """Fail early where :meth:`write` would: before keys are made or vouchers spent."""
        from cosign.errors import MissingError, UsageError
        from cosign.stores.files import check_place

        if not self.output and not self.relay:
            raise UsageError(
                "nobody said where the result goes", hint="add --output FILE or --relay URL"
            )
        if self.output in {"", STREAM}:
            return
        path = Path(self.output)
        check_place(path, force=self.force)
        if not path.parent.is_dir():
            raise MissingError(f"{path.parent}: there is no such folder", hint="create it first")

    def write(self, raw: bytes | Iterable[bytes], name: str, *, secret: bool = False) -> None:
        """Write the command's file: bytes, or armor of the record ``name``."""
        from cosign.stores.files import PUBLIC_MODE, SECRET_MODE, write_file
        from cosign.wire.armor import armor

        chunks: Iterable[bytes] = [raw] if isinstance(raw, bytes) else raw
        if self.armor:
            chunks = [armor(name, b"".join(chunks))]
        if self.output == STREAM:
            for chunk in chunks:
                sys.stdout.buffer.write(chunk)
            sys.stdout.buffer.flush()
            return
        mode = SECRET_MODE if secret else PUBLIC_MODE
        write_file(Path(self.output), chunks, mode=mode, force=self.force)

    def write_record(self, record: "Record", *, secret: bool = False) -> None:
        """Write a record."""
        from cosign.wire.record import name_of

        self.write(record.to_bytes(), name_of(record.LABEL), secret=secret)


@contextlib.contextmanager
def _asking() -> Iterator[None]:
    """Keep stdout clean: the space behind a question would spoil a file that goes there."""
    try:
        with contextlib.redirect_stdout(sys.stderr):
            yield
    except typer.Abort as e:
        if isinstance(e.__context__, KeyboardInterrupt):  # which is not an answer
            raise KeyboardInterrupt from e
        raise


def warn(error: "CosignError") -> None:
    """Show an error: what is wrong, and on the next line what to do."""
    print(f"{APP_NAME}: {_printable(error.message)}", file=sys.stderr)
    if error.hint:
        print(f"  hint: {_printable(error.hint)}", file=sys.stderr)


def _printable(text: str) -> str:
    """Escape what a terminal would obey: strangers choose the names of files that they send."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


@contextlib.contextmanager
def naming(path: str) -> Iterator[None]:
    """Put a file's name before the message of an error that its content causes."""
    from cosign.errors import CosignError

    try:
        yield
    except CosignError as e:
        name_file(e, path)
        raise


def name_file(error: "CosignError", path: str) -> None:
    """Put a file's name before the message of an error, unless it is there."""
    error.name_source("stdin" if path == STREAM else path)


@contextlib.contextmanager
def open_input(path: str) -> Iterator[BinaryIO]:
    """Open a file or stdin as a stream of binary bytes, armored or not."""
    from cosign.errors import MissingError, StorageError
    from cosign.wire.armor import open_armor

    try:
        with contextlib.ExitStack() as stack:
            raw = sys.stdin.buffer if path == STREAM else stack.enter_context(Path(path).open("rb"))
            yield open_armor(raw)
    except FileNotFoundError as e:
        raise MissingError(f"{path}: there is no such file", hint="check the name") from e
    except OSError as e:
        raise StorageError(f"{path}: {(e.strerror or str(e)).lower()}", hint="check it") from e


@contextlib.contextmanager
def usage_errors() -> Iterator[None]:
    """Blame whoever typed the options for a record of our own making that cannot be."""
    from cosign.errors import MalformedError, UsageError

    try:
        yield
    except MalformedError as e:
        raise UsageError(e.message, hint="change the options of the command") from e


def parse_time(text: str) -> int:
    """Read ISO 8601 as whole minutes since 1970; UTC without a zone.

    Raises:
        UsageError: not a time, before 1970, or not a whole minute.
    """
    from cosign.errors import UsageError

    hint = "write it like 2027-03-01T18:00Z"
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as e:
        raise UsageError(f"{text!r} is not a time in ISO 8601", hint=hint) from e
    seconds = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    if seconds < 0 or seconds % 60:
        raise UsageError(f"{text!r} is not a whole minute since 1970", hint=hint)
    return int(seconds) // 60
