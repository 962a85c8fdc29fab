"""``cosign-letter relay register``: register a mailbox for a round, a registrar or a collection."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from cosign_cli.shared.clock import current_minute, parse_day
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.errors import usage_errors
from cosign_cli.shared.files import read_record
from cosign_cli.shared.mailbox_owner import Owner, find_owner
from cosign_cli.shared.options import AllowHttp, MailboxSubject, Proxy, RelayUrl
from cosign_cli.shared.relay_client import check_relay, reach
from cosign_cli.shared.relay_token import read_token
from cosign_cli.shared.streams import STREAM

if TYPE_CHECKING:
    from cosign.records.mailbox import MailboxKey
    from cosign.relay.owners import MailboxOptions

_DAYS_LIMIT: Final = 3660

_TokenFile = Annotated[
    str,
    typer.Option(
        "--register-token-file", metavar="FILE", help="The token of the relay's operator."
    ),
]
_Days = Annotated[
    int,
    typer.Option(
        min=1,
        max=_DAYS_LIMIT,
        help="Days it stays open after signing, enrolment or collecting.",
    ),
]
_Quota = Annotated[
    int, typer.Option(min=1, max=1_000_000, help="The most envelopes, requests or keys that fit.")
]
_Difficulty = Annotated[int, typer.Option(min=0, max=32, help="Work needed to post, in bits.")]
_ListsFrom = Annotated[
    str,
    typer.Option(
        metavar="DAY",
        help="First day (UTC) on which the relay lists what it holds. For a round, the day "
        "after the close unless set; else today.",
    ),
]


@command(secrets=True, output=True)
def run(
    console: Console,
    target: MailboxSubject,
    relay: RelayUrl,
    token_file: _TokenFile,
    days: _Days = 60,
    quota: _Quota = 10_000,
    difficulty: _Difficulty = 18,
    lists_from: _ListsFrom = "",
    proxy: Proxy = "",
    allow_http: AllowHttp = False,
) -> None:
    """Register the mailbox of a round, a registrar or a collection, and write its key.

    Run again with the same output file, it registers the same mailbox.
    """
    from cosign.randomness import SYSTEM
    from cosign.records.mailbox import CAPABILITY_BYTES, DAY_MINUTES
    from cosign.relay.owners import MailboxOptions
    from cosign.secret import Secret

    check_relay(relay, proxy, allow_http=allow_http)
    token = read_token(Path(token_file))
    owner = find_owner(console, target)
    first = current_minute() // DAY_MINUTES
    window = first, max(first, owner.over // DAY_MINUTES) + 1 + days
    listed = _listed(lists_from, owner, window)
    capability = Secret(SYSTEM(CAPABILITY_BYTES))
    options = MailboxOptions(window, listed, quota, difficulty, capability)
    with reach(relay, proxy, allow_http=allow_http) as client:
        key = _known_key(console, owner, relay) or _new_key(console, owner, relay, options)
        client.register(key.mailbox, token)
    _tell(console, key, owner.advice)


def _listed(text: str, owner: Owner, window: tuple[int, int]) -> int:
    """Return the first day on which the mailbox is listed, counted from 1970-01-01.

    Raises:
        UsageError: not a day, before signing ends, or one on which the mailbox is closed.
    """
    from cosign.errors import UsageError
    from cosign.records.limits import show_day
    from cosign.records.mailbox import DAY_MINUTES

    first, end = window
    earliest = first
    if owner.hides_hours:
        earliest = max(first, -(-owner.over // DAY_MINUTES))
    if not text:
        return max(first, owner.over // DAY_MINUTES + 1) if owner.hides_hours else first
    day = parse_day(text)
    if not earliest <= day < end:
        raise UsageError(
            f"--lists-from {text}: the mailbox cannot be listed from that day on",
            hint=f"choose a day from {show_day(earliest)} to {show_day(end - 1)}",
        )
    return day


def _tell(console: Console, key: "MailboxKey", advice: str) -> None:
    """Show the terms of a mailbox that was registered."""
    from cosign.records.limits import show_day, show_minute
    from cosign.records.mailbox import DAY_MINUTES

    relay, terms = key.relay, key.mailbox.terms
    page = f"{relay.rstrip('/')}/drop/{terms.address.hex()}"
    listed = show_day(terms.lists_from)
    console.result(
        f"{console.output}: the key of the mailbox at {relay}, which is now open\n"
        f"its drop page is {page}\n"
        f"the relay lists nothing of it before {listed} (UTC), not to you either\n{advice}",
        {
            "output": console.output,
            "relay": relay,
            "address": terms.address.hex(),
            "drop_page": page,
            "opens": show_minute(terms.first_day * DAY_MINUTES),
            "closes": show_minute(terms.end_day * DAY_MINUTES),
            "lists_from": listed,
            "quota": terms.open_space.quota,
            "difficulty": terms.difficulty,
        },
    )


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


def _new_key(console: Console, owner: Owner, relay: str, options: "MailboxOptions") -> "MailboxKey":
    """Make and write a key, before its mailbox is registered: once it is, no other key can be."""
    from cosign.records.mailbox import MailboxKey

    with usage_errors():
        key = MailboxKey(relay, owner.mailbox(options), options.capability)
        key.to_bytes()
    console.write_record(key)
    return key
