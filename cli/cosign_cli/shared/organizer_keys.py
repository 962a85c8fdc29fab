"""The organizer's keys; the first command that needs them makes them."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeVar

from cosign_cli.shared.errors import usage_errors

if TYPE_CHECKING:
    from cosign.records.secrets import OrganizerSecrets
    from cosign.stores.home import Home

T = TypeVar("T")

_ORGANIZER: Final = "organizer"


def load_organizer(home: "Home") -> "OrganizerSecrets":
    """Return the organizer's keys of a home.

    Raises:
        MissingError: it holds none.
    """
    from cosign.records.secrets import OrganizerSecrets

    return home.read(_ORGANIZER, OrganizerSecrets)


def as_organizer(home: "Home", make: "Callable[[OrganizerSecrets], T]") -> "T":
    """Call a function with the organizer's keys of a home and return its result.

    A home without keys gets new ones, which are kept only if the function succeeds.

    Raises:
        UsageError: the function makes a record that is not allowed.
    """
    from cosign.errors import MissingError
    from cosign.roles.organizer.rounds import make_organizer

    with home.lock():
        try:
            secrets, fresh = load_organizer(home), False
        except MissingError:
            secrets, fresh = make_organizer(), True
        with usage_errors():
            made = make(secrets)
        if fresh:
            home.write(_ORGANIZER, secrets)
    return made
