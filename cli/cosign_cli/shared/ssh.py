"""Reading the private half of an ssh key, with its passphrase if it has one."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cosign_cli.shared.homes import read_first_line
from cosign_cli.shared.prompts import ask_passphrase, can_ask

if TYPE_CHECKING:
    from cosign.secret import Secret

SshKey = Annotated[
    Path | None,
    typer.Option(metavar="PATH", help="Use this ssh key; a fresh key is safer."),
]
SshPassphraseFile = Annotated[
    Path | None,
    typer.Option(help="File whose first line is the ssh key's passphrase; asked for if left out."),
]


def read_ssh_seed(path: Path, passphrase_file: Path | None) -> "Secret":
    """Return the 32-byte seed of an OpenSSH Ed25519 key file.

    Args:
        path: of the private key.
        passphrase_file: its first line opens the key; if None, the person is asked.

    Raises:
        PassphraseError: a passphrase is needed, and none or a wrong one was given.
        RefusedError: a key of another type, or one on a device.
    """
    from cosign.errors import PassphraseError
    from cosign.primitives.ssh.keys import PRIVATE_LIMIT, ed25519_seed
    from cosign.secret import Secret
    from cosign.stores.files import read_file

    raw = read_file(path, PRIVATE_LIMIT)
    if passphrase_file:
        return ed25519_seed(raw, Secret(read_first_line(passphrase_file)))
    try:
        return ed25519_seed(raw, None)
    except PassphraseError:
        if not can_ask():
            raise
    return ed25519_seed(raw, Secret(ask_passphrase(str(path))))
