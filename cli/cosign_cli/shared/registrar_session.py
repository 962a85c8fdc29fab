"""A registrar's keys, group and ledger, as a home holds them."""

from functools import cached_property
from typing import TYPE_CHECKING

from cosign_cli.shared.console import Console
from cosign_cli.shared.files import read_record
from cosign_cli.shared.homes import open_home

if TYPE_CHECKING:
    from cosign.records.groups.registered import RegisteredGroup
    from cosign.roles.registrar import RegistrarKeys
    from cosign.stores.home import Home
    from cosign.stores.ledger import Ledger


def vault_name(registrar_id: bytes) -> str:
    """Return the name of a registrar's vault file."""
    return f"registrar-{registrar_id[:8].hex()}"


class RegistrarSession:
    """A registrar's keys, group and ledger, as a home holds them.

    Attributes:
        group: the group to which the registrar admits people.
        home: where keys and ledger are.
        number: the registrar's place in the group, from 0.

    Raises:
        MissingError: the home holds no keys of a registrar of the group.
    """

    def __init__(self, home: "Home", group: "RegisteredGroup") -> None:
        from cosign.errors import MissingError

        self.group, self.home = group, home
        found = [
            r for r in group.registrars if vault_name(r.registrar_id) in home.names("registrar-")
        ]
        if not found:
            raise MissingError(
                "this home has no keys of a registrar of this group",
                hint="name the home of cosign-letter registrar keys with --home",
            )
        self._name = vault_name(found[0].registrar_id)
        self.number = group.registrars.index(found[0])

    def ledger(self, *, new: bool = False) -> "Ledger":
        """Open the ledger.

        Args:
            new: make it if there is none. A registrar has one ledger, so from then on its
                keys serve this group only.

        Raises:
            MissingError: there is no ledger, and ``new`` is not set.
        """
        from cosign.errors import MissingError
        from cosign.stores.ledger import Ledger

        path = self.home.path(self._name, ".sqlite")
        if not (new or path.exists()):
            raise MissingError(
                "this registrar has written no vouchers yet",
                hint="run cosign-letter registrar vouch first",
            )
        return Ledger(path, self.group.group_id, self.keys.ledger_key)

    @cached_property
    def keys(self) -> "RegistrarKeys":
        """The keys; the vault is opened when they are first needed."""
        from cosign.records.secrets import RegistrarSecrets
        from cosign.roles.registrar import RegistrarKeys

        return RegistrarKeys(self.home.read(self._name, RegistrarSecrets), self.group)


def open_session(console: Console, path: str) -> RegistrarSession:
    """Read a group's file and return the session of this home's registrar in it."""
    from cosign.records.groups.registered import RegisteredGroup

    return RegistrarSession(open_home(console), read_record(path, RegisteredGroup))
