"""Key files: all that a member keeps, to be carried between programs (docs/spec.md, "Key files").

The member's page keeps nothing in the browser; it reads and writes one such file. The command
line's home exports and imports it. It is stored only under a passphrase
(:mod:`cosign.stores.key_files`).

Not protected: a copy does not know what was signed with another copy.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, ClassVar, Final, NamedTuple, Self

from cosign import labels
from cosign.errors import MalformedError
from cosign.records.credential import Credential
from cosign.records.member_key import MemberKeySecrets
from cosign.records.secrets import MemberState
from cosign.wire.codecs import DAMAGED, Array, Bin, Row
from cosign.wire.record import Embedded, Record

CREDENTIAL_LIMIT: Final = 256
"""Most memberships, and most keys, in a file."""


class HandedIn(NamedTuple):
    """A key that was handed in for a collection.

    Attributes:
        collection_id: 32 bytes.
        key: the public key, 32 bytes.
    """

    collection_id: bytes
    key: bytes


_HANDED_IN: Final = Row((Bin(32), Bin(32)), HandedIn)


@dataclass(frozen=True, slots=True)
class KeyFile(Record):
    """The memberships and keys for rosters of one member.

    Attributes:
        memberships: ascending by the identifiers of their groups.
        keys: ascending by their public keys.
        handed_in: which of these keys were handed in for which collections, so that a member
            hands in one key for each; ascending.
    """

    LABEL: ClassVar[str] = labels.KEY_FILE
    MAX_BYTES: ClassVar[int] = MemberState.MAX_BYTES

    memberships: Annotated[tuple[MemberState, ...], Array(Embedded(MemberState), CREDENTIAL_LIMIT)]
    keys: Annotated[
        tuple[MemberKeySecrets, ...], Array(Embedded(MemberKeySecrets), CREDENTIAL_LIMIT)
    ]
    handed_in: Annotated[tuple[HandedIn, ...], Array(_HANDED_IN, CREDENTIAL_LIMIT)]

    def check(self) -> None:
        """Check that all ascend, so that nothing is there twice, and that keys are here."""
        groups = [state.group.group_id for state in self.memberships]
        keys = [record.key for record in self.keys]
        collections = [row.collection_id for row in self.handed_in]
        if any(a >= b for names in (groups, keys, collections) for a, b in pairwise(names)):
            raise MalformedError("the entries of a key file do not ascend", hint=DAMAGED)
        if not {row.key for row in self.handed_in} <= set(keys):
            raise MalformedError("a key file lacks a key that was handed in", hint=DAMAGED)

    @classmethod
    def of(cls, credentials: Iterable[Credential], handed_in: Iterable[HandedIn] = ()) -> Self:
        """Return the record of credentials, in whatever order they come."""
        held = tuple(credentials)
        states = (c for c in held if isinstance(c, MemberState))
        keys = (c for c in held if isinstance(c, MemberKeySecrets))
        return cls(
            tuple(sorted(states, key=lambda state: state.group.group_id)),
            tuple(sorted(keys, key=lambda record: record.key)),
            tuple(sorted(handed_in)),
        )

    @property
    def credentials(self) -> tuple[Credential, ...]:
        """The memberships, then the keys."""
        return (*self.memberships, *self.keys)
