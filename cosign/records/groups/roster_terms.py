"""What a roster says, and what its publishers sign (docs/spec.md, "Rosters")."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar, Final, NamedTuple

from cosign import labels
from cosign.errors import MalformedError
from cosign.primitives.curve.packed import Packed
from cosign.records.groups.publisher import Publisher
from cosign.records.identified import Identified
from cosign.records.limits import MEMBER_LIMIT, PUBLISHER_LIMIT, Name, Purpose
from cosign.wire.codecs import Array, Bin, Row, UInt
from cosign.wire.record import Embedded

KEY_BYTES: Final = 32

LEAST_KEYS: Final = 2

_FLAGS_LIMIT: Final = -(-MEMBER_LIMIT // 8)


class LeftOut(NamedTuple):
    """How many entries of the sources are not on the roster, by reason.

    Attributes:
        other_type: keys of other types, such as RSA, ECDSA and certificate authorities.
        security_key: keys that never leave a hardware device.
        limited: keys that the options of their source exclude: expired, not yet valid, for a
            forced command or another purpose only.
        bad_key: keys that are not canonical points of prime order.
        same_person: further keys of people who are on the roster.
        same_key: keys that are on the roster already.
    """

    other_type: int
    security_key: int
    limited: int
    bad_key: int
    same_person: int
    same_key: int


_LEFT_OUT: Final = Row((UInt(2**32 - 1),) * len(LeftOut._fields), LeftOut)


@dataclass(frozen=True, slots=True)
class RosterTerms(Identified):
    """What the publishers sign and ``group_id`` commits to.

    Attributes:
        name: the group's name.
        source: text that says where the keys come from.
        publishers: who can sign, the n publishers in their fixed order.
        threshold: t, how many of them have to sign.
        left_out: how many keys are not on the roster, by reason.
        fresh: one bit for each key, 1 for a fresh one, 0 for an ssh key; key i is bit
            i mod 8, from the lowest, of byte i div 8. Bits after the last key are 0.
        keys: N keys of 32 bytes each, strictly ascending.
    """

    LABEL: ClassVar[str] = labels.ROSTER_TERMS
    IDENTIFIER_LABEL: ClassVar[str] = labels.GROUP_ID
    MAX_BYTES: ClassVar[int] = 10_000 + KEY_BYTES * MEMBER_LIMIT + _FLAGS_LIMIT

    name: Name
    source: Purpose
    publishers: Annotated[
        tuple[Publisher, ...], Array(Embedded(Publisher), PUBLISHER_LIMIT, least=1)
    ]
    threshold: Annotated[int, UInt(PUBLISHER_LIMIT, least=1)]
    left_out: Annotated[LeftOut, _LEFT_OUT]
    fresh: Annotated[bytes, Bin(1, _FLAGS_LIMIT)]
    keys: Annotated[bytes, Bin(KEY_BYTES * LEAST_KEYS, KEY_BYTES * MEMBER_LIMIT)]

    def check(self) -> None:
        """Check publishers, keys and kinds; that no key is cut off or occurs twice.

        Whether each key is a point of prime order is checked when the ring is loaded.
        """
        if self.threshold > len(self.publishers):
            raise MalformedError(
                f"there are fewer publishers than the {self.threshold} who have to sign"
            )
        if len({p.identity_key for p in self.publishers}) != len(self.publishers):
            raise MalformedError(
                "a roster names a publisher's key twice", hint="each publisher has its own key"
            )
        if len(self.keys) % KEY_BYTES:
            raise MalformedError("a roster's last key is cut off")
        if not Packed(self.keys).ascends():
            raise MalformedError("the keys of a roster do not ascend")
        size = len(self.keys) // KEY_BYTES
        flags = int.from_bytes(self.fresh, "little")
        if len(self.fresh) != -(-size // 8) or flags >> size:
            raise MalformedError(
                f"a roster of {size} keys does not say of each key whether it is fresh"
            )


def fresh_flags(keys: Sequence[bytes], fresh: Collection[bytes]) -> bytes:
    """Return one bit for each key, as in the terms of a roster."""
    flags = bytearray(-(-len(keys) // 8))
    for i, key in enumerate(keys):
        flags[i // 8] |= (key in fresh) << i % 8
    return bytes(flags)
