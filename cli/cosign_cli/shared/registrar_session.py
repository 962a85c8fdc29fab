"""A registrar's keys, group and ledger, as a home holds them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from cosign.quoting import quoted
from cosign.words import counted
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


def warn_of_small_kinds(console: Console, counts: Mapping[str, int]) -> None:
    """Warn of each kind of evidence that stands for few people."""
    from cosign.records.groups.statements import small_kinds

    for kind in small_kinds(counts):
        console.note(
            f"warning: evidence {quoted(kind)} stands for {counted(counts[kind], 'person')}: the "
            "enrolment statement tells those who know who they are whether they enrolled; words "
            "that fit more people tell less"
        )
