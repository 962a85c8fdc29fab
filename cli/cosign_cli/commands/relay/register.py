"""``cosign-letter relay register``: register a mailbox for a round or a registrar."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple

import typer

from cosign_cli.shared.clock import current_minute
from cosign_cli.shared.command import command
from cosign_cli.shared.console import STREAM, Console
from cosign_cli.shared.errors import naming, usage_errors
from cosign_cli.shared.files import read_bytes, read_record
from cosign_cli.shared.homes import open_home
from cosign_cli.shared.options import AllowHttp, Proxy, RelayUrl
from cosign_cli.shared.relay_client import reach
from cosign_cli.shared.relay_token import read_token

if TYPE_CHECKING:
    from cosign.records.groups.registered import RegisteredGroup
    from cosign.records.mailbox import Mailbox, MailboxKey
    from cosign.records.round import VerifiedRound
    from cosign.relay.owners import MailboxOptions

_DAYS_LIMIT: Final = 3660

TokenFile = Annotated[
    str,
    typer.Option(
        "--register-token-file", metavar="FILE", help="The token of the relay's operator."
    ),
]


@command(secrets=True, output=True)
def run(
    console: Console,
    target: Annotated[
        str, typer.Argument(metavar="ROUND|GROUP", help="The round or group whose mailbox it is.")
    ],
    relay: RelayUrl,
    token_file: TokenFile,
    days: Annotated[
        int,
        typer.Option(min=1, max=_DAYS_LIMIT, help="Days it stays open after signing or enrolment."),
    ] = 60,
    quota: Annotated[
        int, typer.Option(min=1, max=1_000_000, help="The most envelopes or requests that fit.")
    ] = 10_000,
    difficulty: Annotated[
        int, typer.Option(min=0, max=32, help="Work needed to post, in bits.")
    ] = 18,
    proxy: Proxy = "",
    allow_http: AllowHttp = False,
) -> None:
    """Register the mailbox of a round or of a registrar, and write its key.

    Run again with the same output file, it registers the same mailbox.
    """
    from cosign.randomness import SYSTEM
    from cosign.records.mailbox import CAPABILITY_BYTES, DAY_MINUTES, MailboxKey
    from cosign.relay.owners import MailboxOptions
    from cosign.secret import Secret

    token = read_token(Path(token_file))
    owner = _owner(console, target)
    first = current_minute() // DAY_MINUTES
    window = first, max(first, owner.over // DAY_MINUTES) + 1 + days
    with reach(relay, proxy, allow_http=allow_http) as client:
        key = _known_key(console, owner, relay)
        if not key:
            options = MailboxOptions(window, quota, difficulty, Secret(SYSTEM(CAPABILITY_BYTES)))
            with usage_errors():
                key = MailboxKey(relay, owner.mailbox(options), options.capability)
                key.to_bytes()
            # Written before the mailbox is registered: if its key were lost, no other could be.
            console.write_record(key, secret=True)
        client.register(key.mailbox, token)
    _tell(console, key, owner.advice)


def _tell(console: Console, key: "MailboxKey", advice: str) -> None:
    """Show the terms of a mailbox that was registered."""
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
    """The owner of a mailbox: an organizer or a registrar.

    Attributes:
        address: the mailbox's address, 32 bytes.
        over: the minute since 1970 at which signing or enrolment ends.
        mailbox: a function that opens the home and makes the mailbox.
        advice: what the person should do with its key.
    """

    address: bytes
    over: int
    mailbox: "Callable[[MailboxOptions], Mailbox]"
    advice: str


def _owner(console: Console, path: str) -> Owner:
    """Return the owner of the mailbox for a round's or a group's file."""
    from cosign.records.groups.registered import RegisteredGroup
    from cosign.records.round import Round, verify_round
    from cosign.wire.record import label_of

    with naming(path):
        raw = read_bytes(path, Round.MAX_BYTES)
        if label_of(raw) == RegisteredGroup.LABEL:
            return _registrar(console, RegisteredGroup.from_bytes(raw))
        return _organizer(console, verify_round(Round.from_bytes(raw)))


def _organizer(console: Console, round_: "VerifiedRound") -> Owner:
    from cosign.homes import find_organizer
    from cosign.relay.owners import round_address, round_mailbox
    from cosign.roles.organizer.rounds import check_organizer

    def mailbox(options: "MailboxOptions") -> "Mailbox":
        identity = check_organizer(find_organizer(open_home(console)), round_)
        return round_mailbox(round_, identity, options)

    advice = (
        "anyone who has this key can read the envelopes: give it to the trustees and to no one else"
    )
    return Owner(round_address(round_), round_.terms.closes, mailbox, advice)


def _registrar(console: Console, group: "RegisteredGroup") -> Owner:
    from cosign.homes import RegistrarSession
    from cosign.relay.owners import registrar_address, registrar_mailbox

    session = RegistrarSession(open_home(console), group)

    def mailbox(options: "MailboxOptions") -> "Mailbox":
        return registrar_mailbox(group, session.number, session.keys.identity, options)

    advice = "anyone who has this key can read the requests: keep it to yourself"
    return Owner(registrar_address(group, session.number), group.enrol_closes, mailbox, advice)


def _known_key(console: Console, owner: Owner, relay: str) -> "MailboxKey | None":
    """Return the key that an earlier run left in the output file, or None.

    Raises:
        ExistsError: the file holds something else.
    """
    from cosign.records.mailbox import MailboxKey

    if console.output == STREAM or console.force or not Path(console.output).is_file():
        console.check_output()
        return None
    key = read_record(console.output, MailboxKey)
    if (key.relay, key.mailbox.terms.address) != (relay, owner.address):
        console.check_output()
    return key
