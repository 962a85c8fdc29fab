"""``cosign-letter trustee key``: make a trustee's key."""

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
    name: Annotated[
        str, typer.Option(callback=as_typed, help="The trustee's name, as people know it.")
    ],
) -> None:
    """Make a trustee's key."""
    from cosign.homes import add_trustee

    console.check_output()
    home = open_home(console)
    with home.undoing():
        with usage_errors():
            trustee = add_trustee(home, name)
        console.write_record(trustee)
    console.result(
        f"{console.output}: the public key of trustee {quoted(name)}; give the file to the "
        "organizer",
        {"output": console.output, "name": name},
    )
