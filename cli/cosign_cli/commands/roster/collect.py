"""``cosign-letter roster collect``: take the keys that members handed in."""

from typing import TYPE_CHECKING, Annotated

import typer

from cosign.quoting import quoted
from cosign.words import counted
from cosign_cli.shared.clock import current_minute
from cosign_cli.shared.collections import CollectionFile, open_collection
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.errors import naming, show_error
from cosign_cli.shared.extras import needs_extra
from cosign_cli.shared.files import read_record
from cosign_cli.shared.people_list import (
    Columns,
    Footer,
    Header,
    ListOptions,
    PeopleFile,
    Separator,
    read_people_list,
)
from cosign_cli.shared.progress import show_progress
from cosign_cli.shared.relay_client import check_mailbox, connect, read_mailbox

if TYPE_CHECKING:
    from cosign.errors import CosignError
    from cosign.homes import CollectedKey, CollectionSession


@command(secrets=True, output=True, relay=True, mailbox=True, asks=True)
def run(
    console: Console,
    collection: CollectionFile,
    deliveries: Annotated[
        list[str] | None, typer.Argument(metavar="DELIVERY", help="What member key --slip wrote.")
    ] = None,
    people: PeopleFile = None,
    separator: Separator = None,
    header: Header = None,
    footer: Footer = None,
    column: Columns = None,
) -> None:
    """Take the keys that members handed in, and write all that were taken so far.

    The deliveries are files, or lie in the collection's mailbox, with --relay and --mailbox.
    Taken again they change nothing. The result is a private table for roster create, with the
    people's names if --people is the list for which slips were made.
    """
    from cosign.errors import UsageError
    from cosign.roles.roster_publisher import collected_table

    if not console.output:
        raise UsageError("no place for the list was named", hint="name a file with --output")
    console.check_output()
    session = open_collection(console, collection)
    names = _names(console, people, ListOptions(separator, header, footer, column))
    failures = _take_files(session, deliveries or [])
    if console.relay:
        failures += _take_mailbox(console, session)
    found = session.taken(names)
    console.write(collected_table(found), "keys", secret=True)
    _tell(console, found, names, failures)
    if failures:
        raise typer.Exit(failures[0].exit_code)


def _names(console: Console, path: str | None, options: ListOptions) -> tuple[str, ...]:
    """Return the names of a list, if there is one."""
    return read_people_list(console, path, options).names if path else ()


def _take_files(session: "CollectionSession", paths: list[str]) -> "list[CosignError]":
    """Take keys from files; show and return an error for each that is refused."""
    from cosign.errors import CosignError
    from cosign.records.collection import KeyDelivery

    failures = []
    for path in dict.fromkeys(paths):
        try:
            delivery = read_record(path, KeyDelivery)
            with naming(path):
                session.take(delivery, current_minute())
        except CosignError as e:
            _pass_on(e)
            failures.append(e)
    return failures


def _take_mailbox(console: Console, session: "CollectionSession") -> "list[CosignError]":
    """Take keys from the mailbox; show and return an error for each that is refused."""
    from cosign.errors import CosignError
    from cosign.records.collection import KeyDelivery
    from cosign.records.mailbox import DAY_MINUTES

    with needs_extra("client"):
        from cosign.relay.owners import collection_address
        from cosign.relay.shelves import DELIVERIES

    key, failures = read_mailbox(console), []
    check_mailbox(console.mailbox, key, collection_address(session.collection))
    today = current_minute() // DAY_MINUTES
    with connect(console) as client, show_progress("taking keys") as progress:
        shelf = client.shelf(key.mailbox.terms, DELIVERIES, key.capability)
        for number, raw in enumerate(shelf.read(today), 1):
            progress(number, number)
            try:
                session.take(KeyDelivery.from_bytes(raw), current_minute())
            except CosignError as e:
                _pass_on(e)
                failures.append(e)
    return failures


def _pass_on(error: "CosignError") -> None:
    """Show why one delivery is refused, and raise what says that this machine failed.

    Raises:
        StorageError, PassphraseError: the ledger or the home.
    """
    from cosign.errors import PassphraseError, StorageError

    if isinstance(error, StorageError | PassphraseError):
        raise error
    show_error(error)


def _tell(
    console: Console,
    found: "list[CollectedKey]",
    names: tuple[str, ...],
    failures: "list[CosignError]",
) -> None:
    """Say how many keys there are, and who of the list has handed in none."""
    named = {one.person for one in found}
    missing = [name for name in names if name not in named]
    for name in missing:
        console.note(f"no key yet from {quoted(name)}")
    console.result(
        f"{console.output}: {counted(len(found), 'key')} in all, {len(failures)} refused now; "
        "keep the file to yourself, and name it with roster create --collected",
        {
            "output": console.output,
            "keys": len(found),
            "named": len(named - {""}),
            "missing": missing,
            "refused": len(failures),
        },
    )
