"""The organizer's keys, which the first command that needs them makes."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeVar

from cosign_cli.shared.errors import usage_errors

if TYPE_CHECKING:
    from cosign.records.secrets import OrganizerSecrets
    from cosign.stores.home import Home

T = TypeVar("T")

_ORGANIZER: Final = "organizer"


def load_organizer(home: "Home") -> "OrganizerSecrets":
    """Open this home's organizer keys.

    Raises:
        MissingError: there are none.
    """
    from cosign.records.secrets import OrganizerSecrets

    return home.read(_ORGANIZER, OrganizerSecrets)


def as_organizer(home: "Home", work: "Callable[[OrganizerSecrets], T]") -> "T":
    """Do something with the organizer's keys; the first time, keys that worked are kept."""
    from cosign.errors import MissingError
    from cosign.roles.organizer.rounds import make_organizer

    with home.lock():
        try:
            secrets, fresh = load_organizer(home), False
        except MissingError:
            secrets, fresh = make_organizer(), True
        with usage_errors():
            done = work(secrets)
        if fresh:
            home.write(_ORGANIZER, secrets)
    return done
