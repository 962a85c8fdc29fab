"""A publisher's public key (docs/spec.md, "Rosters")."""

from dataclasses import dataclass
from typing import ClassVar

from cosign import labels
from cosign.primitives import ed25519
from cosign.records.limits import Key, Name
from cosign.wire.record import Record


@dataclass(frozen=True, slots=True)
class Publisher(Record):
    """A person or body that signs rosters.

    Attributes:
        name: the publisher's name.
        identity_key: the Ed25519 key that signs rosters, 32 bytes.
    """

    LABEL: ClassVar[str] = labels.PUBLISHER
    MAX_BYTES: ClassVar[int] = 300

    name: Name
    identity_key: Key

    def check(self) -> None:
        """Check that the key is a point of prime order."""
        ed25519.check_public_key(self.identity_key)
