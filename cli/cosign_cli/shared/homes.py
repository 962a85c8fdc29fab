"""The folder of a person's secrets, and the passphrase that opens them."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cosign_cli.shared.console import Console
from cosign_cli.shared.environment import PASSPHRASE_VARIABLE
from cosign_cli.shared.prompts import TRIES, ask_passphrase, can_ask

if TYPE_CHECKING:
    from cosign.errors import PassphraseError
    from cosign.secret import Secret
    from cosign.stores.home import Home

_PASSPHRASE_LIMIT: Final = 4096
WEAK: Final = (
    "warning: a passphrase this short can be guessed by anyone who copies the file; take five or "
    "more random words"
)


def open_home(console: Console) -> "Home":
    """Return the home that the options name; nothing is read yet."""
    from cosign.stores.home import Home

    source = Passphrases(console)
    return Home(console.home_path(), source, again=source.again)


class Passphrases:
    """Where passphrases come from: a file, the environment, or the terminal.

    Args:
        console: of the command.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._left = TRIES
        asks = PASSPHRASE_VARIABLE not in os.environ and can_ask()
        self._asks = asks and not (console.passphrase_file or console.no_passphrase)

    def __call__(self, what: str, new: bool) -> "Secret | None":  # as Home calls it
        """Return the passphrase for what a home holds.

        Raises:
            PassphraseError: there is none, or an empty one.
        """
        from cosign.errors import PassphraseError
        from cosign.secret import Secret
        from cosign.text.passphrases import is_weak, prepare_passphrase

        if self._console.no_passphrase:
            return None
        given = self._given(what, new=new)
        while self._asks and not given and self._tell("an empty passphrase protects nothing"):
            given = self._given(what, new=new)
        if not prepare_passphrase(given):
            raise PassphraseError(
                f"{what} needs a passphrase",
                hint=f"use --passphrase-file or {PASSPHRASE_VARIABLE}, "
                "or --no-passphrase to store secrets unencrypted",
            )
        if new and is_weak(given):
            self._console.note(WEAK)
        return Secret(given)

    def _given(self, what: str, *, new: bool) -> bytes:
        if self._console.passphrase_file:
            return read_first_line(self._console.passphrase_file)
        if self._asks:
            return ask_passphrase(what, new=new)
        return os.environ.get(PASSPHRASE_VARIABLE, "").encode(errors="surrogateescape")

    def again(self, error: "PassphraseError") -> bool:
        """Return whether to ask once more, and say what was wrong."""
        return self._asks and self._tell(error.message.rpartition(": ")[2])

    def _tell(self, what: str) -> bool:
        """Print why a passphrase is not accepted, unless it was the last try."""
        self._left -= 1
        if self._left:
            self._console.note(f"{what}; try again")
        return self._left > 0


def read_first_line(path: Path) -> bytes:
    """Return the first line of a passphrase file, without its line end.

    The library prepares it: a byte order mark is no part of a passphrase, for instance.
    """
    from cosign.stores.reading import read_file

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
