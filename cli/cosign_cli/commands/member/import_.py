"""``cosign-letter member import``: merge a key file into a home."""

from typing import Annotated

import typer

from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.files import read_record
from cosign_cli.shared.homes import open_home
from cosign_cli.shared.key_files import TWO_COPIES, KeyPassphraseFile, read_key_file


@command(secrets=True)
def run(
    console: Console,
    key_file: Annotated[
        str,
        typer.Argument(metavar="FILE", help="A key file, of the member's page or member export."),
    ],
    key_passphrase_file: KeyPassphraseFile = None,
) -> None:
    """Take the memberships, keys and uses of a key file into your home.

    What your home signed stays written down, what was signed with the file is added, and a key
    that either of them forgot stays forgotten.
    """
    from cosign.homes import import_keys
    from cosign.stores.vault_file import VaultFile

    file = read_record(key_file, VaultFile)
    home = open_home(console)
    home.check_writable()
    record = read_key_file(console, file, key_file, key_passphrase_file)
    with home.undoing():
        names = import_keys(home, record)
    console.note(TWO_COPIES)
    lines = [f"{name}: taken over" for name in names]
    console.result("\n".join(lines) or f"{key_file}: holds no keys", {"names": names})
