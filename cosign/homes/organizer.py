"""Organizers and publishers of rosters: one set of keys in a home (docs/spec.md, "Homes").

Not protected: a program that can read the unlocked home can publish in the organizer's name.
"""

import contextlib
from collections.abc import Iterator

from cosign.errors import MissingError
from cosign.randomness import SYSTEM, Randomness
from cosign.records.secrets import OrganizerSecrets
from cosign.roles.organizer.rounds import make_organizer
from cosign.stores.home import Home
from cosign.stores.keys import ORGANIZER


def find_organizer(home: Home) -> OrganizerSecrets:
    """Return a home's organizer keys.

    Raises:
        MissingError: there are none.
        PassphraseError, StorageError, MalformedError: the home cannot be opened.
    """
    return home.read(ORGANIZER, OrganizerSecrets)


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
