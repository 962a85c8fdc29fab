"""``cosign-letter roster sign``: one of its publishers vouches for a roster."""

from typing import TYPE_CHECKING, Annotated

import typer

from cosign.quoting import quoted
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.errors import naming
from cosign_cli.shared.files import read_record
from cosign_cli.shared.homes import open_home
from cosign_cli.shared.rosters import (
    check_keys,
    keys_line,
    missing_signatures,
    progress_line,
    publisher_lines,
    source_line,
)
from cosign_cli.shared.workers import process_pool

if TYPE_CHECKING:
    from cosign.records.groups.roster import Roster


@command(secrets=True, output=True, asks=True)
def run(
    console: Console,
    roster_file: Annotated[str, typer.Argument(metavar="ROSTER", help="The roster's file.")],
) -> None:
    """Add your signature to a roster that names you as a publisher.

    You vouch that each key belongs to a different member. Check the keys first: roster
    create with the same files and options gives the same fingerprint.
    """
    from cosign.homes import find_organizer
    from cosign.primitives.hashing import fingerprint_beside
    from cosign.records.groups.group import group_fingerprint
    from cosign.records.groups.roster import Roster
    from cosign.roles.roster_publisher import sign_roster

    roster = read_record(roster_file, Roster)
    console.check_output()
    _show(console, roster)
    home = open_home(console)
    with naming(roster_file):
        secrets = find_organizer(home)
        with process_pool() as executor:
            check_keys(home, roster, executor)
        signed = sign_roster(secrets, roster)
    console.confirm("do you vouch that each key belongs to a different member?")
    console.write_record(signed)
    shown = group_fingerprint(signed)
    console.result(
        f"{console.output}: {progress_line(signed)}\n{fingerprint_beside('fingerprint  ', shown)}",
        {
            "output": console.output,
            "fingerprint": shown,
            "signatures": len(signed.signatures),
            "missing": missing_signatures(signed),
        },
    )


def _show(console: Console, roster: "Roster") -> None:
    """Show, on stderr, what the signature will be under."""
    from cosign.primitives.hashing import fingerprint_beside
    from cosign.records.groups.group import group_fingerprint

    console.facts(f"roster       {quoted(roster.name)}")
    console.facts(source_line(roster))
    console.facts(keys_line(roster))
    for line in publisher_lines(roster):
        console.facts(line)
    console.facts(fingerprint_beside("fingerprint  ", group_fingerprint(roster)))
