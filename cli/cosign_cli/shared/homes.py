"""The folder of a person's secrets, and the passphrase that opens them."""

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cosign_cli.shared.console import Console
from cosign_cli.shared.environment import PASSPHRASE_VARIABLE
from cosign_cli.shared.prompts import ask_passphrase, can_ask

if TYPE_CHECKING:
    from cosign.secret import Secret
    from cosign.stores.home import Home

_PASSPHRASE_LIMIT: Final = 4096


def open_home(console: Console) -> "Home":
    """Return the home that the options name; nothing is read yet."""
    from cosign.stores.home import Home

    return Home(console.home_path(), partial(_passphrase, console))


def _passphrase(console: Console, name: str, new: bool) -> "Secret | None":  # as Home calls it
    """Return the passphrase for a vault file: from a file, the environment, or the terminal."""
    from cosign.errors import PassphraseError
    from cosign.secret import Secret
    from cosign.text.passphrases import prepare_passphrase

    if console.no_passphrase:
        return None
    given = os.environ.get(PASSPHRASE_VARIABLE, "").encode(errors="surrogateescape")
    if console.passphrase_file:
        given = read_first_line(console.passphrase_file)
    elif PASSPHRASE_VARIABLE not in os.environ and can_ask():
        given = ask_passphrase(name, new=new)
    if not prepare_passphrase(given):
        raise PassphraseError(
            f"{name} needs a passphrase",
            hint=f"use --passphrase-file or {PASSPHRASE_VARIABLE}, "
            "or --no-passphrase to store secrets unencrypted",
        )
    return Secret(given)


def read_first_line(path: Path) -> bytes:
    """Return the first line of a passphrase file, without its line end.

    The library prepares it: a byte order mark is no part of a passphrase, for instance.
    """
    from cosign.stores.files import read_file

    return read_file(path, _PASSPHRASE_LIMIT).split(b"\n", 1)[0].removesuffix(b"\r")


def openable(console: Console, home: "Home", *prefixes: str) -> list[str]:
    """Return the names of the vault files that the passphrase options can open.

    With a passphrase these are the encrypted ones, without it the others; the rest are
    named on stderr and skipped, so that an unencrypted file that someone slipped in hides
    nothing. If none can be opened, all are returned: reading them raises the right error.
    """
    names = [name for prefix in prefixes for name in home.names(prefix)]
    fitting = [name for name in names if home.is_bare(name) == console.no_passphrase]
    if not fitting:
        return names
    state = "has a passphrase" if console.no_passphrase else "has no passphrase"
    for name in names:
        if name not in fitting:
            console.note(f"warning: {home.path(name)} {state} and is skipped")
    return fitting
