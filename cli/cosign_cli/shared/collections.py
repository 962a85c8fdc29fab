"""A collection of keys, and its publisher's home."""

from typing import TYPE_CHECKING, Annotated

import typer

from cosign_cli.shared.console import Console
from cosign_cli.shared.files import read_record
from cosign_cli.shared.homes import open_home

if TYPE_CHECKING:
    from cosign.homes import CollectionSession
    from cosign.records.collection import Collection

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
