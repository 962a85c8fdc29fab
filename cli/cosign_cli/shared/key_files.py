"""The passphrase of a key file, which may be another one than that of the home."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from cosign_cli.shared.console import Console
from cosign_cli.shared.errors import naming
from cosign_cli.shared.homes import WEAK, Passphrases, read_first_line

if TYPE_CHECKING:
    from cosign.records.key_file import KeyFile
    from cosign.secret import Secret
    from cosign.stores.vault_file import VaultFile

TWO_COPIES: Final = (
    "there are two copies of your keys now, and neither knows what the other signs: sign with one "
    "of them, and delete the other"
)

KeyPassphraseFile = Annotated[
    Path | None,
    typer.Option(
        help="File whose first line is the key file's passphrase; default: that of the home."
    ),
]


def new_key_passphrase(console: Console, path: Path) -> "Secret":
    """Return the passphrase for a new key file, and warn of a weak one.

    Raises:
        PassphraseError: the file's first line is empty.
    """
    from cosign.text.passphrases import is_weak

    given = _first_line(path)
    if is_weak(given.reveal()):
        console.note(WEAK)
    return given


def read_key_file(
    console: Console, file: "VaultFile", name: str, passphrase_file: Path | None
) -> "KeyFile":
    """Open a key file with the passphrase that the options name, or ask for it.

    Args:
        console: of the command.
        file: as it was read.
        name: of the file, for errors.
        passphrase_file: its first line is the passphrase; None for that of the home.

    Raises:
        PassphraseError: none was given, or a wrong one.
        MalformedError: the file is damaged.
    """
    from cosign.errors import PassphraseError
    from cosign.stores.key_files import open_key_file

    if passphrase_file:
        with naming(name):
            return open_key_file(file, _first_line(passphrase_file))
    source = Passphrases(console)
    while True:
        given = source("the key file", False)  # not a new one
        if given is None:
            raise PassphraseError(
                f"{name}: a key file is under a passphrase",
                hint="add --key-passphrase-file PATH",
            )
        try:
            with naming(name):
                return open_key_file(file, given)
        except PassphraseError as error:
            if not source.again(error):
                raise PassphraseError(
                    error.message,
                    hint="if it is not that of the home, add --key-passphrase-file PATH",
                ) from error


def _first_line(path: Path) -> "Secret":
    from cosign.errors import PassphraseError
    from cosign.secret import Secret
    from cosign.text.passphrases import prepare_passphrase

    given = read_first_line(path)
    if not prepare_passphrase(given):
        raise PassphraseError(
            f"{path}: an empty passphrase protects nothing", hint="write one on its first line"
        )
    return Secret(given)
