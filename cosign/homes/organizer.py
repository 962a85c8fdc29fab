"""Organizers and publishers of rosters: one set of keys in a home (docs/spec.md, "Homes").

Not protected: a program that can read the unlocked home can publish in the organizer's name.
"""

import contextlib
from collections.abc import Iterator
from concurrent.futures import Executor
from typing import Final

from cosign.errors import MissingError
from cosign.primitives.curve.packed import Packed
from cosign.primitives.progress import Progress, no_progress
from cosign.randomness import SYSTEM, Randomness
from cosign.records.groups.group import Group
from cosign.records.groups.roster import load_ring
from cosign.records.secrets import OrganizerSecrets
from cosign.roles.organizer.rounds import make_organizer
from cosign.stores.checked import is_checked, note_checked
from cosign.stores.home import Home
from cosign.stores.keys import ORGANIZER

_NOTED: Final = 10_000
"""Keys of a roster that are checked in a few tenths of a second; fewer need no note."""


def find_organizer(home: Home) -> OrganizerSecrets:
    """Return a home's organizer keys.

    Raises:
        MissingError: there are none.
        PassphraseError, StorageError, MalformedError: the home cannot be opened.
    """
    return home.read(ORGANIZER, OrganizerSecrets)


def check_roster(
    home: Home,
    group: Group,
    executor: Executor | None = None,
    progress: Progress = no_progress,
) -> None:
    """Check a roster's keys, unless a note in the home says that they were checked before.

    Where there are many keys, a note is made, if the home has an organizer's keys. A roster's
    keys stay loaded for the steps that follow. A registered group lists none.

    Args:
        home: not locked by this process.
        group: of either kind.
        executor: of threads or processes, for large rosters; this thread if None.
        progress: told how many keys are checked.

    Raises:
        MalformedError: a key is not a canonical point of prime order.
        StorageError: others can write to this home.
    """
    if not group.member_keys():
        return
    keys = Packed.of(group.member_keys())
    worth = len(keys) >= _NOTED
    known = worth and is_checked(home, group.group_id)
    load_ring(keys.raw, checked=known, executor=executor, progress=progress)
    if worth and not known and home.names(ORGANIZER):
        note_checked(home, group.group_id)


@contextlib.contextmanager
def open_organizer(home: Home, randomness: Randomness = SYSTEM) -> Iterator[OrganizerSecrets]:
    """Hold a home and open its organizer keys, to open a round or publish a roster.

    The first time, keys are made; they are kept if the work with them raises no error.

    Args:
        home: of the organizer.
        randomness: for the seeds, 32 bytes each.

    Raises:
        BusyError: another process holds the home.
        PassphraseError, StorageError, MalformedError: the home cannot be opened or written.
    """
    with home.lock():
        try:
            secrets, fresh = find_organizer(home), False
        except MissingError:
            secrets, fresh = make_organizer(randomness), True
        yield secrets
        if fresh:
            home.write(ORGANIZER, secrets)
