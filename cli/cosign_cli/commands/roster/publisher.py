"""``cosign-letter roster publisher``: the public key with which this home signs rosters."""

from typing import Annotated

import typer

from cosign.quoting import quoted
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.errors import usage_errors
from cosign_cli.shared.homes import open_home
from cosign_cli.shared.options import as_typed


@command(secrets=True, output=True)
def run(
    console: Console,
    name: Annotated[str, typer.Option(callback=as_typed, help="The publisher's name.")],
) -> None:
    """Write the public key with which you sign rosters, for the person who creates one."""
    from cosign.homes import open_organizer
    from cosign.primitives.hashing import fingerprint, fingerprint_beside
    from cosign.roles.roster_publisher import make_publisher

    console.check_output()
    home = open_home(console)
    with home.undoing():
        with open_organizer(home) as secrets, usage_errors():
            record = make_publisher(secrets, name)
        console.write_record(record)
    shown = fingerprint(record.identity_key)
    console.result(
        f"{console.output}: the public key of publisher {quoted(name)}; give the file to the "
        f"person who creates the roster\n{fingerprint_beside('key          ', shown)}",
        {"output": console.output, "name": name, "key": shown},
    )
