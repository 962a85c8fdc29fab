"""A collection of keys, its publisher's home, and the keys that members handed in."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from cosign_cli.shared.clock import current_minute
from cosign_cli.shared.console import Console
from cosign_cli.shared.errors import naming, show_error
from cosign_cli.shared.extras import needs_extra
from cosign_cli.shared.files import read_record
from cosign_cli.shared.homes import open_home
from cosign_cli.shared.progress import show_progress
from cosign_cli.shared.relay_client import check_mailbox, connect, read_mailbox

if TYPE_CHECKING:
    from cosign.errors import CosignError
    from cosign.homes import CollectionSession
    from cosign.records.collection import Collection, KeyDelivery

Deliveries = Annotated[
    list[str] | None, typer.Argument(metavar="DELIVERY", help="What member key --slip wrote.")
]
Take = Callable[["KeyDelivery", int], object]
"""Takes a delivery at a minute since 1970."""

CollectionFile = Annotated[
    str, typer.Argument(metavar="COLLECTION", help="The file that roster collection wrote.")
]


def read_collection(path: str) -> "Collection":
    """Read a collection's file."""
    from cosign.records.collection import Collection

    return read_record(path, Collection)


def open_collection(console: Console, path: str) -> "CollectionSession":
    """Read a collection's file and return the session of this home, its publisher's."""
    from cosign.homes import CollectionSession

    return CollectionSession(open_home(console), read_collection(path))


def take_deliveries(
    console: Console, session: "CollectionSession", paths: list[str], take: Take
) -> "tuple[int, list[CosignError]]":
    """Take keys from files, and from the mailbox if a relay is named; show what is refused.

    Args:
        console: of the command.
        session: of the collection's publisher.
        paths: of the files; one that is named twice is taken once.
        take: what is done with each delivery.

    Returns:
        The number of deliveries, and an error for each that is refused.
    """
    count, failures = _take_files(paths, take)
    if console.relay:
        more, refused = _take_mailbox(console, session, take)
        return count + more, failures + refused
    return count, failures


def _take_files(paths: list[str], take: Take) -> "tuple[int, list[CosignError]]":
    from cosign.errors import CosignError
    from cosign.records.collection import KeyDelivery

    failures, distinct = [], dict.fromkeys(paths)
    for path in distinct:
        try:
            delivery = read_record(path, KeyDelivery)
            with naming(path):
                take(delivery, current_minute())
        except CosignError as e:
            _pass_on(e)
            failures.append(e)
    return len(distinct), failures


def _take_mailbox(
    console: Console, session: "CollectionSession", take: Take
) -> "tuple[int, list[CosignError]]":
    from cosign.errors import CosignError
    from cosign.records.collection import KeyDelivery
    from cosign.records.mailbox import DAY_MINUTES

    with needs_extra("client"):
        from cosign.relay.owners import collection_address
        from cosign.relay.shelves import DELIVERIES

    key, failures, number = read_mailbox(console), [], 0
    check_mailbox(console.mailbox, key, collection_address(session.collection))
    today = current_minute() // DAY_MINUTES
    with connect(console) as client, show_progress("reading keys") as progress:
        shelf = client.shelf(key.mailbox.terms, DELIVERIES, key.capability)
        for number, raw in enumerate(shelf.read(today), 1):
            progress(number, number)
            try:
                with naming("a key in the mailbox"):
                    take(KeyDelivery.from_bytes(raw), current_minute())
            except CosignError as e:
                _pass_on(e)
                failures.append(e)
    return number, failures


def _pass_on(error: "CosignError") -> None:
    """Show why one delivery is refused, and raise what says that this machine failed.

    Raises:
        StorageError, PassphraseError: the ledger or the home.
    """
    from cosign.errors import PassphraseError, StorageError

    if isinstance(error, StorageError | PassphraseError):
        raise error
    show_error(error)
