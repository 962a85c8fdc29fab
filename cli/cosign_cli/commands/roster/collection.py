"""``cosign-letter roster collection``: begin to collect keys for a roster."""

from typing import Annotated

import typer

from cosign.quoting import quoted
from cosign_cli.shared.clock import current_minute, parse_end
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.errors import usage_errors
from cosign_cli.shared.homes import open_home
from cosign_cli.shared.options import as_typed


@command(secrets=True, output=True)
def run(
    console: Console,
    name: Annotated[
        str, typer.Option(callback=as_typed, help="The roster's name, as people know it.")
    ],
    publisher_name: Annotated[
        str, typer.Option(metavar="NAME", callback=as_typed, help="Your name.")
    ],
    closes: Annotated[str, typer.Option(metavar="TIME", help="When the last key is taken.")],
    purpose: Annotated[
        str, typer.Option(callback=as_typed, help="Who belongs on the roster, in plain words.")
    ] = "",
) -> None:
    """Begin to collect members' keys for a roster; then make slips with roster vouch."""
    from cosign.homes import add_collection
    from cosign.primitives.hashing import fingerprint, fingerprint_beside
    from cosign.records.limits import show_minute

    end = parse_end(closes)
    if current_minute() >= end:
        console.note("warning: the collection is over already at this time")
    console.check_output()
    home = open_home(console)
    with home.undoing():
        with usage_errors():
            made = add_collection(home, name, publisher_name, purpose, end)
        console.write_record(made)
    shown = fingerprint(made.collection_id)
    console.result(
        f"{console.output}: keys for the roster {quoted(name)} are collected by "
        f"{quoted(publisher_name)} until {show_minute(end)}; give the file to the members\n"
        f"{fingerprint_beside('fingerprint  ', shown)}",
        {
            "output": console.output,
            "name": name,
            "publisher": publisher_name,
            "closes": show_minute(end),
            "fingerprint": shown,
        },
    )
