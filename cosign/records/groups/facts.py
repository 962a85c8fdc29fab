"""What a group of either kind says about itself (docs/spec.md, "Groups")."""

from typing import Literal, NamedTuple

from cosign.proofs.interface import Anonymity
from cosign.records.groups.statements import Admitted

GroupKind = Literal["registered", "rostered"]


class Vouching(NamedTuple):
    """The people who vouch that each member of a group is a real and different person.

    Attributes:
        role: their role.
        who: the names of all registrars, or of the publishers who signed the roster.
        threshold: how many of them have to vouch, for a member or for the roster.
        of: how many registrars or publishers the group names.
        basis: text in the group that says who belongs to it, or where its keys come from.
    """

    role: Literal["registrar", "publisher"]
    who: tuple[str, ...]
    threshold: int
    of: int
    basis: str


class Admissions(NamedTuple):
    """What one registrar states: whom it admitted, by its own word.

    Attributes:
        registrar: its name.
        admitted: how many people, by the kind of evidence.
    """

    registrar: str
    admitted: tuple[Admitted, ...]


class KeyKinds(NamedTuple):
    """How many keys of a roster are of each kind.

    Attributes:
        fresh: keys that hide their owners for ever.
        ssh: Ed25519 public keys, which hide their owners from those who cannot compute
            discrete logarithms.
    """

    fresh: int
    ssh: int

    @property
    def anonymity(self) -> Anonymity:
        """Everlasting among fresh keys, if there are two; computational for ssh keys."""
        if not self.ssh:
            return "everlasting"
        return "mixed" if self.fresh > 1 else "computational"
