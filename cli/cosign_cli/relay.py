"""``cosign-letter relay``: a mailbox that learns nothing and loses nothing."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple

import typer

from cosign_cli.commands import command
from cosign_cli.console import (
    CLOCK_VARIABLE,
    STREAM,
    Console,
    counted,
    naming,
    open_input,
    usage_errors,
)
from cosign_cli.relays import AllowHttp, Proxy, RelayUrl, reach, relay_extra

if TYPE_CHECKING:
    from cosign.records.groups.registered import RegisteredGroup
    from cosign.records.mailbox import Mailbox, MailboxKey
    from cosign.records.round import VerifiedRound
    from cosign.relay.owners import MailboxOptions
    from cosign.relay.server.database import Database
    from cosign.secret import Secret

app: Final = typer.Typer(help="Run a relay, which keeps sealed records, or use one.")

_TOKEN_PREFIX: Final = "cosign-relay-"  # noqa: S105  # what a token begins with
_TOKEN_LIMIT: Final = 200
_DAYS_LIMIT: Final = 3660
_ID: Final = re.compile("[0-9a-f]{64}")

DatabaseUrl = Annotated[
    str,
    typer.Option(
        "--database", metavar="URL", help="sqlite:///FILE or postgresql://USER@HOST/NAME."
    ),
]
TokenFile = Annotated[
    str, typer.Option("--register-token-file", metavar="FILE", help="The operator's token.")
]
_DATABASE: Final = "sqlite:///cosign-relay.sqlite"


def _open(url: str, *, new: bool = True) -> "Database":
    with relay_extra():
        from cosign.relay.server.database import Database
    return Database(url, new=new)


@command(app, "serve")
def serve(
    console: Console,
    database: DatabaseUrl = _DATABASE,
    listen: Annotated[
        str, typer.Option(metavar="HOST:PORT", help="Where to listen; port 0 is any free one.")
    ] = "127.0.0.1:8463",
    token_file: Annotated[
        str | None,
        typer.Option(
            "--register-token-file",
            metavar="FILE",
            help="Whoever has it registers mailboxes, else nobody; made if it is not there.",
        ),
    ] = None,
) -> None:
    """Run a relay until it is stopped; behind a proxy with TLS, or as an onion service."""
    with relay_extra():
        from cosign.relay.server import app

    token = _keep_token(Path(token_file)) if token_file else None
    today = _calendar(console)
    with _open(database) as opened, app.bind(listen) as listener:
        host, port = listener.getsockname()[:2]
        shown = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        console.result(f"listening on {shown}", {"listening": shown})
        app.make_server(app.Relay(opened, token, today)).run(sockets=[listener])


def _calendar(console: Console) -> Callable[[], int]:
    """Give a function that tells the day: the clock's, or always the one that is set."""
    from cosign.records.mailbox import DAY_MINUTES

    if CLOCK_VARIABLE not in os.environ:
        return lambda: console.minute() // DAY_MINUTES
    day = console.minute() // DAY_MINUTES
    return lambda: day


def _keep_token(path: Path) -> "Secret":
    from cosign.primitives.codes import encode_code
    from cosign.randomness import SYSTEM
    from cosign.records.mailbox import CAPABILITY_BYTES
    from cosign.stores.files import SECRET_MODE, write_file

    if not path.exists():
        code = encode_code(SYSTEM(CAPABILITY_BYTES), _TOKEN_PREFIX)
        write_file(path, [f"{code}\n".encode()], mode=SECRET_MODE)
    return _read_token(path)


def _read_token(path: Path) -> "Secret":
    from cosign.primitives.codes import decode_code
    from cosign.records.mailbox import CAPABILITY_BYTES
    from cosign.secret import Secret
    from cosign.stores.files import read_file

    with naming(str(path)):
        text = read_file(path, _TOKEN_LIMIT).decode(errors="replace")
        return Secret(decode_code(text, CAPABILITY_BYTES, _TOKEN_PREFIX))


@command(app, "register", secrets=True, output=True)
def register(
    console: Console,
    target: Annotated[str, typer.Argument(metavar="ROUND|GROUP", help="Whose mailbox.")],
    relay: RelayUrl,
    token_file: TokenFile,
    days: Annotated[
        int,
        typer.Option(min=1, max=_DAYS_LIMIT, help="Days it stays open after signing or enrolment."),
    ] = 60,
    quota: Annotated[
        int, typer.Option(min=1, max=1_000_000, help="Most envelopes or requests.")
    ] = 10_000,
    difficulty: Annotated[
        int, typer.Option(min=0, max=32, help="Bits of work for whoever posts.")
    ] = 18,
    proxy: Proxy = "",
    allow_http: AllowHttp = False,
) -> None:
    """Register the mailbox of a round or a registrar; the file that comes of it is its key.

    Repeated with the same file, it registers the same mailbox again.
    """
    from cosign.randomness import SYSTEM
    from cosign.records.mailbox import CAPABILITY_BYTES, DAY_MINUTES, MailboxKey
    from cosign.relay.owners import MailboxOptions
    from cosign.secret import Secret

    token = _read_token(Path(token_file))
    owner = _owner(console, target)
    first = console.minute() // DAY_MINUTES
    window = first, max(first, owner.over // DAY_MINUTES) + 1 + days
    with reach(relay, proxy, allow_http=allow_http) as client:
        key = _known_key(console, owner, relay)
        if not key:
            wishes = MailboxOptions(window, quota, difficulty, Secret(SYSTEM(CAPABILITY_BYTES)))
            with usage_errors():
                key = MailboxKey(relay, owner.mailbox(wishes), wishes.capability)
                key.to_bytes()
            # Before it is registered: a mailbox whose key got lost would hold its place for ever.
            console.write_record(key, secret=True)
        client.register(key.mailbox, token)
    _tell(console, key, owner.advice)


def _tell(console: Console, key: "MailboxKey", advice: str) -> None:
    """Show the terms of a mailbox that is open now."""
    from cosign.records.limits import show_minute
    from cosign.records.mailbox import DAY_MINUTES

    relay, terms = key.relay, key.mailbox.terms
    console.result(
        f"{console.output}: the key of the mailbox at {relay}, which is now open\n{advice}",
        {
            "output": console.output,
            "relay": relay,
            "address": terms.address.hex(),
            "opens": show_minute(terms.first_day * DAY_MINUTES),
            "closes": show_minute(terms.end_day * DAY_MINUTES),
            "quota": terms.open_space.quota,
            "difficulty": terms.difficulty,
        },
    )


class Owner(NamedTuple):
    """Whoever a mailbox is for.

    Attributes:
        address: of the mailbox.
        over: the minute at which signing or enrolment is over.
        mailbox: opens the home and makes the mailbox.
        advice: what to do with its key.
    """

    address: bytes
    over: int
    mailbox: "Callable[[MailboxOptions], Mailbox]"
    advice: str


def _owner(console: Console, path: str) -> Owner:
    """Read a round or a group, whichever it is."""
    from cosign.records.groups.registered import RegisteredGroup
    from cosign.records.round import Round, verify_round
    from cosign.wire.record import label_of

    with naming(path):
        raw = console.read(path, Round.MAX_BYTES)
        if label_of(raw) == RegisteredGroup.LABEL:
            return _registrar(console, RegisteredGroup.from_bytes(raw))
        return _organizer(console, verify_round(Round.from_bytes(raw)))


def _organizer(console: Console, round_: "VerifiedRound") -> Owner:
    from cosign.relay.owners import round_address, round_mailbox
    from cosign.roles.organizer.rounds import check_organizer
    from cosign_cli.round_command import load_organizer

    def mailbox(wishes: "MailboxOptions") -> "Mailbox":
        identity = check_organizer(load_organizer(console.home()), round_)
        return round_mailbox(round_, identity, wishes)

    advice = "whoever has it reads the envelopes: give a copy to the trustees and to nobody else"
    return Owner(round_address(round_), round_.terms.closes, mailbox, advice)


def _registrar(console: Console, group: "RegisteredGroup") -> Owner:
    from cosign.relay.owners import registrar_address, registrar_mailbox
    from cosign_cli.registrar import RegistrarSession

    desk = RegistrarSession(console.home(), group)

    def mailbox(wishes: "MailboxOptions") -> "Mailbox":
        return registrar_mailbox(group, desk.number, desk.keys.identity, wishes)

    advice = "whoever has it reads the requests: keep it"
    return Owner(registrar_address(group, desk.number), group.enrol_closes, mailbox, advice)


def _known_key(console: Console, owner: Owner, relay: str) -> "MailboxKey | None":
    """Give the key that an interrupted or repeated command left at the output's place."""
    from cosign.records.mailbox import MailboxKey

    if console.output == STREAM or console.force or not Path(console.output).is_file():
        console.check_output()
        return None
    key = console.read_record(console.output, MailboxKey)
    if (key.relay, key.mailbox.terms.address) != (relay, owner.address):
        console.check_output()
    return key


@command(app, "check")
def check(
    console: Console,
    envelope: Annotated[
        str,
        typer.Argument(metavar="ENVELOPE|ID", help="Its file, or the 64 digits after posted."),
    ],
    round_file: Annotated[str, typer.Option("--round", metavar="FILE", help="Its round.")],
    relay: RelayUrl,
    proxy: Proxy = "",
    allow_http: AllowHttp = False,
) -> None:
    """Ask a relay whether it still holds an envelope; it has to show it, whole."""
    from cosign.errors import MismatchError
    from cosign.records.envelope import Envelope

    round_ = console.read_round(round_file)
    if _ID.fullmatch(envelope):
        envelope_id = bytes.fromhex(envelope)
    else:
        record = console.read_record(envelope, Envelope)
        envelope_id = record.envelope_id
        if record.round_id != round_.round_id:
            raise MismatchError(f"{envelope}: an envelope of another round", hint="name its own")
    with reach(relay, proxy, allow_http=allow_http) as client:
        from cosign.relay.owners import round_address
        from cosign.relay.shelves import ENVELOPES

        client.fetch(client.mailbox(round_address(round_)), ENVELOPES, envelope_id)
    console.result("the relay holds this envelope, whole", {"held": True, "id": envelope_id.hex()})


@command(app, "export", output=True)
def export(console: Console, database: DatabaseUrl = _DATABASE) -> None:
    """Write everything that a relay holds into one file; the relay may go on meanwhile."""
    console.check_output()
    with _open(database, new=False) as opened:
        from cosign.relay.server.export import export as chunks

        console.write(chunks(opened), "relay export", secret=True)
    console.result(f"{console.output}: everything that the relay held", {"output": console.output})


@command(app, "import")
def import_(
    console: Console,
    path: Annotated[str, typer.Argument(metavar="FILE", help="What relay export wrote.")],
    database: DatabaseUrl = _DATABASE,
) -> None:
    """Read an export into a database, all of it or nothing; again is the same as once."""
    with _open(database) as opened, naming(path), open_input(path) as stream:
        from cosign.relay.server.export import read_in

        moved = read_in(opened, stream)
    console.result(
        f"{path}: {counted(moved.mailboxes, 'mailbox')} with {counted(moved.records, 'record')}, "
        f"of which {moved.added} were new here",
        moved._asdict(),
    )
