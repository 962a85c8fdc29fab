"""Records that never leave the home in which they were made (docs/spec.md, "Secret records").

They are stored only inside a vault (:mod:`cosign.primitives.vault`). Every key is a
:class:`~cosign.secret.Secret`, so no ``repr`` shows it.

Not protected: a ``repr`` does show tags, rounds and statements, which tell what a member
signed. No record here may be shown to others.
"""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Final, NamedTuple

from cosign import labels
from cosign.errors import MalformedError
from cosign.primitives import ed25519
from cosign.proofs.certificate import PREFIX_BYTES, Endorsement
from cosign.proofs.interface import Action
from cosign.records.cosignature import ACTION, STATEMENT, STATEMENT_LIMIT
from cosign.records.enrolment import (
    REPLY_KEY_BYTES,
    RSA_BYTES_LIMIT,
    VOUCHER_BYTES,
    EndorsementRow,
    EnrolmentRequest,
    MembershipCertificate,
)
from cosign.records.groups.registered import RegisteredGroup
from cosign.records.groups.registrar import Registrar
from cosign.records.limits import REGISTRAR_LIMIT, SLOT_LIMIT
from cosign.records.open_cosignature import NAME_LIMIT, ROLE, PublicName
from cosign.records.round import Trustee
from cosign.secret import Secret
from cosign.wire.codecs import Array, Bin, Optional, Row, SecretBin, UInt
from cosign.wire.record import Embedded, Record

SEED_BYTES: Final = 32
"""Length of an Ed25519 seed (RFC 8032) and of an X-Wing seed."""
PKCS8_LIMIT: Final = 3000
"""Greatest length of an RSA private key as PKCS #8 DER in bytes: 4096 bits take about 2,380."""
USE_LIMIT: Final = 10_000
USE_BYTES: Final = STATEMENT_LIMIT + 2 * NAME_LIMIT + 100
"""Greatest length of a :class:`Use` in bytes."""

Seed = Annotated[Secret, SecretBin(SEED_BYTES)]


@dataclass(frozen=True, slots=True)
class RegistrarSecrets(Record):
    """A registrar's private keys for one group.

    Attributes:
        registrar: the matching public keys.
        slot_keys: an RSA private key for each slot, PKCS #8 DER.
        identity_seed, request_seed: 32 bytes each.
    """

    LABEL: ClassVar[str] = labels.REGISTRAR_SECRETS
    MAX_BYTES: ClassVar[int] = Registrar.MAX_BYTES + SLOT_LIMIT * (PKCS8_LIMIT + 3) + 200

    registrar: Annotated[Registrar, Embedded(Registrar)]
    slot_keys: Annotated[tuple[Secret, ...], Array(SecretBin(1, PKCS8_LIMIT), SLOT_LIMIT, least=1)]
    identity_seed: Seed
    request_seed: Seed


@dataclass(frozen=True, slots=True)
class OrganizerSecrets(Record):
    """An organizer's identity and sealing keys, used for all rounds created in one home."""

    LABEL: ClassVar[str] = labels.ORGANIZER_SECRETS
    MAX_BYTES: ClassVar[int] = 120

    identity_seed: Seed
    sealing_seed: Seed


@dataclass(frozen=True, slots=True)
class TrusteeSecrets(Record):
    """A trustee's sealing key and the matching public record."""

    LABEL: ClassVar[str] = labels.TRUSTEE_SECRETS
    MAX_BYTES: ClassVar[int] = Trustee.MAX_BYTES + 120

    trustee: Annotated[Trustee, Embedded(Trustee)]
    seed: Seed


class Pending(NamedTuple):
    """An enrolment whose response has not arrived yet.

    Attributes:
        registrar: the registrar's number in the group, from 0.
        voucher: 16 bytes.
        reply_key: 32 bytes; the response is encrypted under it.
        request: as it was sent; enrolling again with the same voucher returns it.
        blinds: for each slot the message prefix and the inverse of the blinding factor.
        blinded: for each slot the blinded message.
    """

    registrar: int
    voucher: Secret
    reply_key: Secret
    request: EnrolmentRequest
    blinds: tuple[tuple[bytes, Secret], ...]
    blinded: tuple[bytes, ...]


class Use(NamedTuple):
    """A cosignature or withdrawal that this member made.

    Attributes:
        slot: from 1; 0 if the group is a roster.
        round_id: 32 bytes.
        tag: 32 bytes, with which the member finds it in the published file.
        action: ``cosign`` or ``withdraw``.
        statement: its public statement.
        name, role: of an open cosignature; both empty if it was anonymous.
    """

    slot: int
    round_id: bytes
    tag: bytes
    action: Action
    statement: str
    name: str = ""
    role: str = ""

    @property
    def public_name(self) -> PublicName | None:
        """What the member is called in it; None if it was anonymous."""
        return PublicName(self.name, self.role) if self.name else None


_PENDING: Final = Row(
    (
        UInt(REGISTRAR_LIMIT - 1),
        SecretBin(VOUCHER_BYTES),
        SecretBin(REPLY_KEY_BYTES),
        Embedded(EnrolmentRequest),
        Array(Row((Bin(PREFIX_BYTES), SecretBin(1, RSA_BYTES_LIMIT))), SLOT_LIMIT, least=1),
        Array(Bin(1, RSA_BYTES_LIMIT), SLOT_LIMIT, least=1),
    ),
    Pending,
)
USE_ROW: Final = Row(
    (UInt(SLOT_LIMIT), Bin(32), Bin(32), ACTION, STATEMENT, ROLE, ROLE),
    Use,
)
_PENDING_BYTES: Final = EnrolmentRequest.MAX_BYTES + SLOT_LIMIT * (2 * RSA_BYTES_LIMIT + 50) + 200


@dataclass(frozen=True, slots=True)
class MemberState(Record):
    """Everything that a member of one registered group has to keep.

    Attributes:
        group: the group.
        seeds: for each slot the 32-byte seed of its membership key; None for a slot that
            was forgotten.
        pending: enrolments whose responses have not arrived yet.
        endorsements: for each slot the signatures of registrars that have arrived.
        uses: the cosignatures and withdrawals made so far.
    """

    LABEL: ClassVar[str] = labels.MEMBER_STATE
    MAX_BYTES: ClassVar[int] = (
        RegisteredGroup.MAX_BYTES
        + SLOT_LIMIT * (SEED_BYTES + 2 + REGISTRAR_LIMIT * (RSA_BYTES_LIMIT + 50))
        + REGISTRAR_LIMIT * _PENDING_BYTES
        + USE_LIMIT * USE_BYTES
    )

    group: Annotated[RegisteredGroup, Embedded(RegisteredGroup)]
    seeds: Annotated[
        tuple[Secret | None, ...], Array(Optional(SecretBin(SEED_BYTES)), SLOT_LIMIT, least=1)
    ]
    pending: Annotated[tuple[Pending, ...], Array(_PENDING, REGISTRAR_LIMIT)]
    endorsements: Annotated[
        tuple[tuple[Endorsement, ...], ...],
        Array(Array(EndorsementRow, REGISTRAR_LIMIT), SLOT_LIMIT, least=1),
    ]
    uses: Annotated[tuple[Use, ...], Array(USE_ROW, USE_LIMIT)]

    def check(self) -> None:
        """Check that all lists have an entry for each slot, and that the registrars exist."""
        per_slot: list[tuple[Any, ...]] = [self.seeds, self.endorsements]
        for pending in self.pending:
            per_slot += [pending.blinds, pending.blinded]
        numbers = {e.registrar for row in self.endorsements for e in row}
        numbers |= {pending.registrar for pending in self.pending}
        if any(len(found) != self.group.slots for found in per_slot) or any(
            number >= len(self.group.registrars) for number in numbers
        ):
            raise MalformedError(
                "a membership does not fit its group",
                hint="the file is damaged or was made by a faulty program",
            )

    def certificates(self) -> tuple[MembershipCertificate, ...]:
        """Return the certificate of every slot that any registrar endorsed."""
        group_id = self.group.group_id
        return tuple(
            MembershipCertificate(group_id, slot, ed25519.SigningKey(seed).public_key, rows)
            for slot, (seed, rows) in enumerate(zip(self.seeds, self.endorsements, strict=True), 1)
            if seed and rows
        )
