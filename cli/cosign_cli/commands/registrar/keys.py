"""``cosign-letter registrar keys``: make a registrar's keys."""

from typing import Annotated

import typer

from cosign.quoting import quoted
from cosign.words import counted
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.errors import usage_errors
from cosign_cli.shared.homes import open_home
from cosign_cli.shared.options import as_typed
from cosign_cli.shared.progress import show_progress


@command(secrets=True, output=True)
def run(
    console: Console,
    name: Annotated[
        str, typer.Option(callback=as_typed, help="The registrar's name, as people know it.")
    ],
    slots: Annotated[
        int,
        typer.Option(min=1, max=64, help="How many letters a member can sign after one enrolment."),
    ] = 8,
    bits: Annotated[int, typer.Option(help="RSA modulus length: 3072 or 4096.")] = 3072,
) -> None:
    """Make a registrar's keys for one group."""
    from cosign.errors import UsageError
    from cosign.homes import add_registrar
    from cosign.primitives.rsa.pss import ALLOWED_BITS

    if bits not in ALLOWED_BITS:
        allowed = " or ".join(map(str, ALLOWED_BITS))
        raise UsageError(f"RSA keys have {allowed} bits, not {bits}", hint="leave out --bits")
    console.check_output()
    home = open_home(console)
    with home.undoing():
        with usage_errors(), show_progress("making keys") as progress:
            registrar = add_registrar(home, name, slots=slots, bits=bits, progress=progress)
        console.write_record(registrar)
    console.result(
        f"{console.output}: the public keys of registrar {quoted(name)}, {counted(slots, 'slot')}; "
        "give the file to the person who creates the group",
        {"output": console.output, "name": name, "slots": slots, "bits": bits},
    )
