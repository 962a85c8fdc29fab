"""How a registrar comes to attest a name (docs/spec.md, "Open names").

::

    member: certificate, name, role, signed for a challenge --> NameRequest --> registrar
    member <-- NameAttestation <-- registrar, who knows the person and asked the challenge

The request shows the registrar which membership key is whose, so a member makes one only
to sign openly. An attestation alone puts no name on a cosignature: that needs the key's consent.

Not protected: a registrar can attest a false name. Where t registrars have to certify a
member, t have to attest a name.
"""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from cosign import labels
from cosign.errors import ThresholdError, VerificationError
from cosign.primitives import ed25519
from cosign.proofs.certificate import Owner
from cosign.proofs.interface import Attestation
from cosign.records.enrolment import MembershipCertificate
from cosign.records.groups.registered import RegisteredGroup
from cosign.records.limits import SLOT_LIMIT, Identifier, Key, RegistrarIndex, Signature
from cosign.records.open_cosignature import NAME, ROLE
from cosign.wire.codecs import UInt
from cosign.wire.record import Embedded, Record
from cosign.words import counted, have


@dataclass(frozen=True, slots=True)
class NameRequest(Record):
    """Asks a registrar to attest the name of a membership key's owner.

    The registrar's number and the challenge are not fields, because the registrar knows both.

    Attributes:
        certificate: of the key, by the group's registrars.
        name: of the owner.
        role: what the owner is; may be empty.
        signature: by the membership key.
    """

    LABEL: ClassVar[str] = labels.NAME_REQUEST
    MAX_BYTES: ClassVar[int] = MembershipCertificate.MAX_BYTES + 400

    certificate: Annotated[MembershipCertificate, Embedded(MembershipCertificate)]
    name: Annotated[str, NAME]
    role: Annotated[str, ROLE]
    signature: Signature

    @property
    def owner(self) -> Owner:
        """The key, and what its owner asks to be called."""
        found = self.certificate
        return Owner(found.group_id, found.slot, found.key, self.name, self.role)

    def verify(self, group: RegisteredGroup, registrar: int, challenge: str) -> None:
        """Check that the owner of a certified key asks this registrar, for this challenge.

        Args:
            group: the registrar's.
            registrar: its number, from 0.
            challenge: the text that it gave to the person.

        Raises:
            MismatchError: the certificate is of another group.
            VerificationError: an endorsement is false, or the request is not signed by the
                key, for another registrar or another challenge.
            ThresholdError: fewer registrars certified the key than have to.
        """
        self.certificate.verify_endorsements(group)
        certified = len(self.certificate.endorsements)
        if certified < group.threshold:
            raise ThresholdError(
                f"{counted(certified, 'registrar')} certified the key, and {group.threshold} "
                f"{have(group.threshold)} to",
                hint="the person has to enrol with the others first",
            )
        parts = request_parts(self.owner, registrar, challenge)
        label, key = labels.NAME_REQUEST_SIGNATURE, self.certificate.key
        if not ed25519.is_valid_signature(key, self.signature, label, *parts):
            raise VerificationError(
                "the request for a name does not answer this challenge to this registrar",
                hint="give the challenge exactly as you gave it to the person; if it is right, "
                "the request was made for another registrar, or by another person",
            )


def request_parts(owner: Owner, registrar: int, challenge: str) -> tuple[bytes, ...]:
    """Return what a member signs who asks for an attestation.

    Args:
        owner: the key, and the name.
        registrar: who is asked, from 0.
        challenge: its text.
    """
    group_id, number, slot, key, name, role = owner.parts(registrar)
    return group_id, slot, key, name, role, number, challenge.encode()


@dataclass(frozen=True, slots=True)
class NameAttestation(Record):
    """A registrar's signed statement of whose a membership key is.

    Attributes:
        group_id: 32 bytes.
        registrar: its number in the group, from 0.
        slot: from 1.
        key: the membership key, 32 bytes.
        name: of its owner.
        role: what the owner is; may be empty.
        signature: by the registrar's identity key.
    """

    LABEL: ClassVar[str] = labels.NAME_ATTESTATION
    MAX_BYTES: ClassVar[int] = 450

    group_id: Identifier
    registrar: RegistrarIndex
    slot: Annotated[int, UInt(SLOT_LIMIT, least=1)]
    key: Key
    name: Annotated[str, NAME]
    role: Annotated[str, ROLE]
    signature: Signature

    @property
    def owner(self) -> Owner:
        """The key, and what its owner is called."""
        return Owner(self.group_id, self.slot, self.key, self.name, self.role)

    @property
    def attestation(self) -> Attestation:
        """The part that an open cosignature contains."""
        return Attestation(self.registrar, self.signature)
