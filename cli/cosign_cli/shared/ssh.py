"""Reading the private half of an ssh key, with its passphrase if it has one."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from cosign.secret import Secret

SshPassphraseFile = Annotated[
    Path | None,
    typer.Option(help="File whose first line is the ssh key's passphrase; asked for if left out."),
]


def read_ssh_seed(path: Path, passphrase_file: Path | None) -> "Secret":
    """Give the 32-byte seed of an OpenSSH Ed25519 key file.

    Raises:
        PassphraseError: a passphrase is needed and nobody gives the right one.
        RefusedError: a key of another type, or one on a device.
    """
    from cosign.errors import PassphraseError
    from cosign.primitives.ssh.keys import PRIVATE_LIMIT, ed25519_seed
    from cosign.secret import Secret
    from cosign.stores.files import read_file

    raw = read_file(path, PRIVATE_LIMIT)
    if passphrase_file is None:
        try:
            return ed25519_seed(raw, None)
        except PassphraseError:
            if not (sys.stdin.isatty() and sys.stderr.isatty()):
                raise
        given = typer.prompt(f"passphrase for {path}", hide_input=True, err=True).encode()
    else:
        given = read_file(passphrase_file, PRIVATE_LIMIT).split(b"\n", 1)[0].removesuffix(b"\r")
    return ed25519_seed(raw, Secret(given))
