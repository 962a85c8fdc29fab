"""Who else can exchange the files of a home (docs/spec.md, "Homes").

As OpenSSH does with StrictModes: each folder belongs to this user or the administrator, and
no other user can write to it. A folder where only owners can rename files, such as /tmp, may
stand above; so may one that is open to a group of which this user is the only member.
"""

import os
import stat
from pathlib import Path
from typing import Final

from cosign.errors import StorageError
from cosign.stores.system import is_own_or_root, is_owner, is_private_group, others_can

_OTHERS_WRITE: Final = stat.S_IWGRP | stat.S_IWOTH


def check_folder(folder: Path) -> None:
    """Check that no other user can exchange a home, or files in it.

    Args:
        folder: the home, which exists.

    Raises:
        StorageError: somebody else owns it, can write to it, or to a folder above it.
    """
    home, *above = (folder.resolve(), *folder.resolve().parents)
    if not is_owner(home.stat()):
        raise _foreign(folder, home)
    if others_can(home.stat(), _OTHERS_WRITE):
        raise _writable(folder, home)
    for place in above:
        found = place.stat()
        if not is_own_or_root(found):
            raise _foreign(folder, place)
        if _is_open(found):
            raise _writable(folder, place)


def is_ours_alone(found: os.stat_result) -> bool:
    """Return whether a file belongs to this user, and no other user can write to it."""
    return is_owner(found) and not others_can(found, _OTHERS_WRITE)


def _is_open(found: os.stat_result) -> bool:
    """Return whether other users can rename what is in a folder."""
    if others_can(found, stat.S_ISVTX) or not others_can(found, _OTHERS_WRITE):
        return False
    return others_can(found, stat.S_IWOTH) or not is_private_group(found.st_gid)


def _foreign(home: Path, place: Path) -> StorageError:
    return StorageError(
        f"{home}: others can write to this home: {place} belongs to another user",
        hint="check that every file in it is yours, and keep the home in a folder of your own",
    )


def _writable(home: Path, place: Path) -> StorageError:
    mode = stat.S_IMODE(place.stat().st_mode)
    return StorageError(
        f"{home}: others can write to this home: {place} has mode {mode:o}",
        hint=f"check that every file in it is yours, then run chmod go-w {place}; if the mode "
        "stays, the disk keeps no modes: mount it with umask=077, or use another one",
    )
