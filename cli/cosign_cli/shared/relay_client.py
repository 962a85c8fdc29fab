"""Reaching a relay as the options say, posting to it, and reading the key of a mailbox."""

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cosign_cli.shared.console import Console
from cosign_cli.shared.extras import needs_extra
from cosign_cli.shared.files import read_record
from cosign_cli.shared.progress import show_progress
from cosign_cli.shared.relay_environment import environment_notes
from cosign_cli.shared.terminal import say

if TYPE_CHECKING:
    from cosign.records.mailbox import MailboxKey, MailboxTerms
    from cosign.relay.client.client import RelayClient
    from cosign.relay.shelves import ShelfKind
    from cosign.wire.record import Record

ADDRESS_SHOWN: Final = (
    "the relay sees your network address; to hide it with Tor, add --proxy socks5h://127.0.0.1:9050"
)


@contextlib.contextmanager
def reach(url: str, proxy: str, *, allow_http: bool) -> Iterator["RelayClient"]:
    """Provide a client of a relay; nothing is sent yet."""
    with needs_extra("client"):
        from cosign.relay.client.client import RelayClient
        from cosign.relay.client.transport import Transport
    with Transport(url, proxy=proxy, allow_http=allow_http) as transport:
        yield RelayClient(transport, _pause)


def _pause(seconds: float) -> None:
    """Wait, and say so: without a word the program would seem to hang."""
    say(f"the relay cannot be reached or is busy; trying again in {seconds:g} s")
    time.sleep(seconds)


def check_relay(url: str, proxy: str, *, allow_http: bool) -> None:
    """Check what reaching a relay needs, before anything is asked, made or written down.

    The relay itself is not reached: it could note when a member begins.

    Raises:
        UsageError: a library is missing, or a URL is not usable.
        ProxyError: the proxy does not do its part.
    """
    with needs_extra("client"):
        from cosign.relay.client.transport import Transport
    with Transport(url, proxy=proxy, allow_http=allow_http) as transport:
        for note in environment_notes(proxy):
            say(note)
        transport.check_proxy()


def warn_of_address(proxy: str) -> None:
    """Warn that the relay sees the member's network address, unless a proxy hides it."""
    if not proxy:
        say(f"warning: {ADDRESS_SHOWN}")


@contextlib.contextmanager
def connect(console: Console) -> Iterator["RelayClient"]:
    """Provide a client of the relay that a command's shared options name."""
    with reach(console.relay, console.proxy, allow_http=console.allow_http) as client:
        yield client


def deliver(
    console: Console,
    address: bytes,
    shelf: "ShelfKind",
    record: "Record",
    check: "Callable[[MailboxTerms], None] | None" = None,
) -> str:
    """Write a record as the command's file, if one is named; then post it after a random wait.

    Args:
        console: names the file, the relay and the longest wait.
        address: of the mailbox, 32 bytes.
        shelf: one to which anyone may post; it takes a proof of work.
        record: what is delivered.
        check: called with the mailbox's terms before anything is posted to it.

    Returns:
        The record's id at the relay, 64 hexadecimal digits.
    """
    from cosign.relay.client.client import wait_randomly

    if console.output:
        console.write_record(record)
    with connect(console) as client:
        with show_progress("waiting") as progress:
            wait_randomly(console.delay, progress)
        with show_progress("computing the proof of work") as progress:
            terms = client.mailbox(address)
            if check:
                check(terms)
            return client.shelf(terms, shelf).post(record.to_bytes(), progress).hex()


@contextlib.contextmanager
def repeatable(console: Console, kept: str) -> Iterator[None]:
    """Print how to go on if what a home has written down does not reach its receiver.

    Args:
        console: of the command.
        kept: what the home has written down.
    """
    try:
        yield
    except BaseException:  # Ctrl-C, too
        # The same key and statement make the same tag: a second envelope counts once.
        what = "the same command, with the same options, makes and sends it again"
        if console.relay and console.output and Path(console.output).is_file():
            what = f"{console.output} has it: hand that file in, or repeat the command with --force"
        console.note(f"{kept}, and its file may not have left; {what}; sent twice, it counts once")
        raise


def read_mailbox(console: Console) -> "MailboxKey":
    """Read the key of the mailbox that the options name.

    Raises:
        UsageError: they name none.
    """
    from cosign.errors import UsageError
    from cosign.records.mailbox import MailboxKey

    if not console.mailbox:
        raise UsageError(
            "to read a mailbox on a relay you need its key",
            hint="add --mailbox FILE, the file that relay register wrote",
        )
    return read_record(console.mailbox, MailboxKey)


def check_mailbox(path: str, key: "MailboxKey", address: bytes) -> None:
    """Check that a key, read from ``path``, is that of the mailbox at an address.

    Raises:
        MismatchError: it is that of another one.
    """
    from cosign.errors import MismatchError, naming

    with naming(path, file=True):
        if key.mailbox.terms.address != address:
            raise MismatchError(
                "this is the key of another mailbox",
                hint="use the key that was made for this round, registrar or collection",
            )
