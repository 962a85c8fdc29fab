"""``cosign-letter relay export``: write everything that a relay holds into one file."""

from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.relay_database import DEFAULT_DATABASE, DatabaseUrl, open_database


@command(output=True)
def run(console: Console, database: DatabaseUrl = DEFAULT_DATABASE) -> None:
    """Write everything that a relay holds into one file; the relay may keep running."""
    console.check_output()
    with open_database(database, new=False) as opened:
        from cosign.relay.server.export import export as chunks

        console.write(chunks(opened), "relay export", secret=True)
    console.result(f"{console.output}: everything that the relay held", {"output": console.output})
