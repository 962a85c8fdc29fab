"""Which rosters' keys a home has checked (docs/spec.md, "Homes").

Checking a million keys takes from seconds to half a minute, and every command that uses a
roster would do it again. So a home keeps a note for each large roster that it checked. The note
names the roster's identifier, which commits to every key, and the version of the program and
of the compiled core, because another version may check more. A note that says anything else,
or is damaged, is ignored.

The note is not signed: anyone who can write it can also replace the keys of the home and the
program, and a home that others can write to is not used. A false note harms its own home only:
verifiers and members check the keys themselves.

Not protected: without a passphrase, a note shows that its home worked with the roster. For
organizers and publishers that is public. In a member's home it would show that the member
signed, so none is made there (docs/adr/0061).
"""

import contextlib
from typing import Final

from cosign import __version__
from cosign.errors import BusyError, CosignError, StorageError
from cosign.primitives.curve import choice
from cosign.stores.files import SECRET_MODE, write_file
from cosign.stores.home import Home
from cosign.stores.reading import read_file

_SUFFIX: Final = ".checked"
_LIMIT: Final = 200
"""More bytes than a note has."""


def is_checked(home: Home, roster_id: bytes) -> bool:
    """Return whether this version of the program has checked the keys of a roster here.

    Args:
        home: of an organizer or publisher.
        roster_id: 32 bytes.

    Raises:
        StorageError: others can write to this home.
    """
    path = home.path(_name(roster_id), _SUFFIX)
    try:
        return path.exists() and read_file(path, _LIMIT) == _note(roster_id)
    except CosignError:
        return False


def note_checked(home: Home, roster_id: bytes) -> None:
    """Note that the keys of a roster were checked.

    It is not noted where nothing can be written, or another process holds the home: the
    commands that publish only read the home, and need no note.

    Args:
        home: of an organizer or publisher; not locked by this process.
        roster_id: 32 bytes.

    Raises:
        StorageError: others can write to this home.
    """
    path = home.path(_name(roster_id), _SUFFIX)
    with contextlib.suppress(BusyError, StorageError), home.lock():
        write_file(path, [_note(roster_id)], mode=SECRET_MODE, force=True)


def _name(roster_id: bytes) -> str:
    return f"roster-{roster_id.hex()}"


def _note(roster_id: bytes) -> bytes:
    checked_by = f"cosign-letter {__version__}, {choice.NAME}"
    return f"{checked_by}: all keys of roster {roster_id.hex()} have prime order\n".encode()
