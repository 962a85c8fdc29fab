"""``cosign-letter trustee key``: make a trustee's key."""

from typing import Annotated

import typer

from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.errors import usage_errors
from cosign_cli.shared.homes import open_home
from cosign_cli.shared.trustee_vault import trustee_name


@command(secrets=True, output=True)
def run(
    console: Console,
    name: Annotated[str, typer.Option(help="The trustee's name, as people know it.")],
) -> None:
    """Make a trustee's key."""
    from cosign.roles.trustee import make_trustee

    console.check_output()
    with usage_errors():
        secrets = make_trustee(name)
        secrets.to_bytes()
    home = open_home(console)
    with home.lock():
        home.write(trustee_name(secrets.trustee.sealing_key), secrets)
    console.write_record(secrets.trustee)
    console.result(
        f"{console.output}: the public key of trustee {name!r}; give the file to the organizer",
        {"output": console.output, "name": name},
    )
