"""Reading the private half of an ssh key, with its passphrase if it has one."""

from pathlib import Path
from typing import TYPE_CHECKING

from cosign_cli.shared.console import Console
from cosign_cli.shared.errors import naming
from cosign_cli.shared.homes import read_first_line
from cosign_cli.shared.prompts import TRIES, ask_passphrase, can_ask

if TYPE_CHECKING:
    from cosign.secret import Secret


def read_ssh_seed(
    console: Console, path: Path, passphrase_file: Path | None, sign_elsewhere: str = ""
) -> "Secret":
    """Return the 32-byte seed of an Ed25519 key file.

    Args:
        console: where it is told that opening the key takes long.
        path: of the private key.
        passphrase_file: its first line opens the key; if None, the person is asked.
        sign_elsewhere: a hint for keys that only ssh-keygen can use.

    Raises:
        PassphraseError: a passphrase is needed, and none or a wrong one was given.
        RefusedError: a key of another type or cipher, or one on a device.
        MalformedError: not a private key file.
    """
    from cosign.errors import PassphraseError
    from cosign.primitives.ssh.private_files import (
        PRIVATE_LIMIT,
        Named,
        ed25519_seed,
        slow_derivation,
    )
    from cosign.secret import Secret
    from cosign.stores.reading import read_file

    def opened(passphrase: bytes) -> "Secret":
        if work := slow_derivation(raw):
            console.note(f"opening {path} takes a while: {work}")
        return ed25519_seed(raw, Secret(passphrase), named)

    with naming(str(path)):
        _check_no_socket(path, sign_elsewhere)
        raw, named = read_file(path, PRIVATE_LIMIT), Named(str(path), sign_elsewhere)
        if passphrase_file:
            return opened(read_first_line(passphrase_file))
        try:
            return ed25519_seed(raw, None, named)
        except PassphraseError:
            if not can_ask():
                raise
        for _ in range(TRIES - 1):
            try:
                return opened(ask_passphrase(str(path)))
            except PassphraseError as e:
                console.note(f"{e.message}; try again")
        return opened(ask_passphrase(str(path)))


def _check_no_socket(path: Path, sign_elsewhere: str) -> None:
    """Raise :class:`MalformedError` if a path is that of an agent, which gives out no secrets."""
    from cosign.errors import MalformedError

    if path.is_socket():
        raise MalformedError(
            "this is the socket of an agent",
            hint="give the file of the key's public half (.pub) instead"
            if sign_elsewhere
            else "give the private file; a key that is in an agent only does not work here",
        )
