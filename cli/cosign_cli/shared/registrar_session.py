"""A registrar's keys, group and ledger, as a home holds them."""

from typing import TYPE_CHECKING

from cosign_cli.shared.console import Console
from cosign_cli.shared.files import read_record
from cosign_cli.shared.homes import open_home

if TYPE_CHECKING:
    from cosign.homes import RegistrarSession


def open_session(console: Console, path: str) -> "RegistrarSession":
    """Read a group's file and return the session of this home's registrar in it."""
    from cosign.homes import RegistrarSession
    from cosign.records.groups.registered import RegisteredGroup

    return RegistrarSession(open_home(console), read_record(path, RegisteredGroup))
