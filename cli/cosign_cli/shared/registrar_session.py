"""A registrar at work: the keys, the group and the ledger of a home."""

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
    """Give the name of a registrar's vault file."""
    return f"registrar-{registrar_id[:8].hex()}"


class RegistrarSession:
    """A registrar at work: the keys, the group and the ledger of this home.

    Raises:
        MissingError: this home holds no registrar of the group.
    """

    def __init__(self, home: "Home", group: "RegisteredGroup") -> None:
        from cosign.errors import MissingError

        self.group, self.home = group, home
        found = [
            r for r in group.registrars if vault_name(r.registrar_id) in home.names("registrar-")
        ]
        if not found:
            raise MissingError(
                "this home holds no registrar's keys of the group",
                hint="use --home with the folder in which registrar keys ran",
            )
        self._name = vault_name(found[0].registrar_id)
        self.number = group.registrars.index(found[0])

    def ledger(self, *, new: bool = False) -> "Ledger":
        """Open the ledger; only with ``new`` are the keys bound to the group, for ever.

        Raises:
            MissingError: there is none yet.
        """
        from cosign.errors import MissingError
        from cosign.stores.ledger import Ledger

        path = self.home.path(self._name, ".sqlite")
        if not (new or path.exists()):
            raise MissingError(
                "this registrar has written no vouchers yet", hint="begin with registrar vouch"
            )
        return Ledger(path, self.group.group_id, self.keys.ledger_key)

    @cached_property
    def keys(self) -> "RegistrarKeys":
        """What the vault holds; opened when it is first needed."""
        from cosign.records.secrets import RegistrarSecrets
        from cosign.roles.registrar import RegistrarKeys

        return RegistrarKeys(self.home.read(self._name, RegistrarSecrets), self.group)


def open_session(console: Console, path: str) -> RegistrarSession:
    """Read a group and open what this home holds as its registrar."""
    from cosign.records.groups.registered import RegisteredGroup

    return RegistrarSession(open_home(console), read_record(path, RegisteredGroup))
