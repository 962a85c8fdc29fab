"""A registrar's public keys (docs/spec.md, "Groups")."""

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, ClassVar

from cosign import labels
from cosign.errors import MalformedError
from cosign.primitives import ed25519
from cosign.primitives.hashing import identifier
from cosign.primitives.hpke import SealingPublicKey
from cosign.primitives.rsa.pss import SPKI_LIMIT, PublicKey
from cosign.records.limits import SLOT_LIMIT, Key, Name, SealingKey
from cosign.wire.codecs import Array, Bin
from cosign.wire.record import Record


@dataclass(frozen=True)  # no slots: it keeps its decoded keys
class Registrar(Record):
    """A registrar's public keys for one group.

    Attributes:
        name: the registrar's name.
        slot_keys: an RSA public key for each slot, SPKI DER, all distinct.
        identity_key: the Ed25519 key that signs enrolment statements and slot grants, 32
            bytes.
        request_key: the X-Wing key to which enrolment requests are sealed, 1216 bytes.
    """

    LABEL: ClassVar[str] = labels.REGISTRAR
    MAX_BYTES: ClassVar[int] = 2000 + SLOT_LIMIT * (SPKI_LIMIT + 3)

    name: Name
    slot_keys: Annotated[tuple[bytes, ...], Array(Bin(1, SPKI_LIMIT), SLOT_LIMIT, least=1)]
    identity_key: Key
    request_key: SealingKey

    @cached_property
    def registrar_id(self) -> bytes:
        """The 32-byte identifier of these keys."""
        return identifier(labels.REGISTRAR_ID, self.to_bytes())

    @cached_property
    def public_keys(self) -> tuple[PublicKey, ...]:
        """The RSA keys, one for each slot, decoded once."""
        return tuple(PublicKey.from_spki(spki) for spki in self.slot_keys)

    def check(self) -> None:
        """Check every key, and that the RSA keys are distinct."""
        _ = self.public_keys
        if len(set(self.slot_keys)) != len(self.slot_keys):
            raise MalformedError(
                f"registrar {self.name!r} uses one RSA key for two slots",
                hint="a registrar signs blindly, so every slot needs its own key",
            )
        ed25519.check_public_key(self.identity_key)
        SealingPublicKey.from_bytes(self.request_key)
