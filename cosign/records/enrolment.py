"""Enrolment: how a person becomes an anonymous member (docs/spec.md, "Enrolment").

::

    voucher --> EnrolmentPlea --sealed--> EnrolmentRequest --> registrar
    member <-- EnrolmentResponse (encrypted under the plea's reply key) <-- registrar
    member: unblind, verify --> MembershipCertificate for each slot

The registrar learns who used a voucher, and that it signed blinded messages. It cannot
learn which membership keys these messages hide, however much it computes
(RFC 9474, section 7.1).
"""

from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Annotated, ClassVar, Final

from cosign import labels
from cosign.errors import MalformedError, MismatchError, ThresholdError, VerificationError
from cosign.primitives.hashing import H, identifier
from cosign.primitives.hpke import CONTENT_OVERHEAD, SEAL_OVERHEAD, sealing_info
from cosign.proofs.certificate import PREFIX_BYTES, Endorsement
from cosign.records.groups.registered import RegisteredGroup
from cosign.records.groups.registrar import Registrar
from cosign.records.limits import REGISTRAR_LIMIT, SLOT_LIMIT, Identifier, Key, RegistrarIndex
from cosign.secret import Secret
from cosign.wire.codecs import Array, Bin, Row, SecretBin, UInt
from cosign.wire.record import Record
from cosign.words import counted

VOUCHER_BYTES: Final = 16
REPLY_KEY_BYTES: Final = 32
RSA_BYTES_LIMIT: Final = 512
"""Longest RSA number: 4096 bits."""

RsaNumber = Bin(384, RSA_BYTES_LIMIT)
_PLEA_LIMIT: Final = 200 + SLOT_LIMIT * (RSA_BYTES_LIMIT + 3)


def voucher_hash(group_id: bytes, registrar: int, voucher: Secret) -> bytes:
    """Return the 32 bytes that a ledger keeps of a voucher.

    A voucher has 128 random bits, so it needs no slow hash. For a collection of keys,
    ``group_id`` is its collection_id and ``registrar`` is 0.
    """
    number = registrar.to_bytes(8, "big")
    return H(labels.VOUCHER_HASH, group_id, number, voucher.reveal())[:32]


def blinded_hash(blinded: tuple[bytes, ...]) -> bytes:
    """Return the 32 bytes to which a ledger binds a voucher.

    Args:
        blinded: the blinded messages, one a slot.
    """
    return H(labels.BLINDED_HASH, *blinded)[:32]


def request_info(group_id: bytes, registrar: int) -> bytes:
    """Return the HPKE ``info`` under which a plea is sealed, 64 bytes."""
    return sealing_info(labels.SEAL_REQUEST, group_id, registrar.to_bytes(8, "big"))


def response_info(group_id: bytes, registrar: int, request_id: bytes) -> bytes:
    """Return the associated data with which a response is encrypted, 64 bytes."""
    number = registrar.to_bytes(8, "big")
    return sealing_info(labels.SEAL_RESPONSE, group_id, number, request_id)


@dataclass(frozen=True, slots=True)
class EnrolmentPlea(Record):
    """What a member tells a registrar; travels only inside an :class:`EnrolmentRequest`.

    Attributes:
        voucher: 16 bytes that the registrar gave to one person.
        reply_key: 32 fresh bytes; the response is encrypted under them.
        blinded: one blinded message a slot, each as long as that slot's modulus.
    """

    LABEL: ClassVar[str] = labels.ENROLMENT_PLEA
    MAX_BYTES: ClassVar[int] = _PLEA_LIMIT

    voucher: Annotated[Secret, SecretBin(VOUCHER_BYTES)]
    reply_key: Annotated[Secret, SecretBin(REPLY_KEY_BYTES)]
    blinded: Annotated[tuple[bytes, ...], Array(RsaNumber, SLOT_LIMIT, least=1)]


@dataclass(frozen=True, slots=True)
class EnrolmentRequest(Record):
    """A plea sealed to one registrar's request key.

    Attributes:
        group_id: 32 bytes.
        registrar: its number in the group, from 0.
        sealed: the plea, HPKE with :func:`request_info`.
    """

    LABEL: ClassVar[str] = labels.ENROLMENT_REQUEST
    MAX_BYTES: ClassVar[int] = _PLEA_LIMIT + SEAL_OVERHEAD + 200

    group_id: Identifier
    registrar: RegistrarIndex
    sealed: Annotated[bytes, Bin(SEAL_OVERHEAD, _PLEA_LIMIT + SEAL_OVERHEAD)]

    @property
    def request_id(self) -> bytes:
        """The 32-byte identifier that the response names."""
        return identifier(labels.REQUEST_ID, self.to_bytes())


@dataclass(frozen=True, slots=True)
class EnrolmentResponse(Record):
    """A registrar's blind signatures, for the member who made the request.

    Attributes:
        group_id: 32 bytes.
        registrar: its number in the group, from 0.
        request_id: which request this answers.
        encrypted: the joined blind signatures, AES-256-GCM under the reply key.
    """

    LABEL: ClassVar[str] = labels.ENROLMENT_RESPONSE
    MAX_BYTES: ClassVar[int] = _PLEA_LIMIT + 200

    group_id: Identifier
    registrar: RegistrarIndex
    request_id: Identifier
    encrypted: Annotated[
        bytes, Bin(CONTENT_OVERHEAD, SLOT_LIMIT * RSA_BYTES_LIMIT + CONTENT_OVERHEAD)
    ]


def join_signatures(signatures: tuple[bytes, ...]) -> bytes:
    """Join blind signatures, one a slot, as a ledger stores them and a response carries them."""
    return b"".join(signatures)


def cut_signatures(registrar: Registrar, joined: bytes) -> tuple[bytes, ...]:
    """Cut joined blind signatures apart; the inverse of :func:`join_signatures`.

    Args:
        registrar: who signed; its slot keys say how long each signature is.
        joined: not yet verified.

    Raises:
        VerificationError: not as many bytes as one signature for each slot has.
    """
    sizes = [key.bytes for key in registrar.public_keys]
    ends = list(accumulate(sizes))
    if len(joined) != ends[-1]:
        raise VerificationError(
            f"registrar {registrar.name!r} answered with {len(joined)} bytes of signatures, "
            f"not {ends[-1]}",
            hint="tell the registrar; your request is kept",
        )
    return tuple(joined[end - size : end] for size, end in zip(sizes, ends, strict=True))


EndorsementRow = Row((UInt(REGISTRAR_LIMIT - 1), Bin(PREFIX_BYTES), RsaNumber), Endorsement)


@dataclass(frozen=True, slots=True)
class MembershipCertificate(Record):
    """Registrars' signatures on one membership key, for one slot of one group.

    Attributes:
        group_id: 32 bytes.
        slot: from 1.
        key: the membership key, 32 bytes.
        endorsements: by registrars in ascending order.
    """

    LABEL: ClassVar[str] = labels.MEMBERSHIP_CERTIFICATE
    MAX_BYTES: ClassVar[int] = 200 + REGISTRAR_LIMIT * (RSA_BYTES_LIMIT + 40)

    group_id: Identifier
    slot: Annotated[int, UInt(SLOT_LIMIT, least=1)]
    key: Key
    endorsements: Annotated[
        tuple[Endorsement, ...], Array(EndorsementRow, REGISTRAR_LIMIT, least=1)
    ]

    def check(self) -> None:
        """Check that each registrar endorses once, in ascending order."""
        if any(a.registrar >= b.registrar for a, b in pairwise(self.endorsements)):
            raise MalformedError(
                "the registrars in a certificate do not ascend",
                hint="the file is damaged or was made by a faulty program",
            )

    def verify(self, group: RegisteredGroup) -> None:
        """Check that every registrar of the group endorsed the key.

        Fewer are enough to cosign, but then one person can have several such keys
        (docs/adr/0013), and a roster counts keys.

        Raises:
            MismatchError: a certificate of another group.
            MalformedError: a slot that the group does not have.
            ThresholdError: a registrar's endorsement is missing.
            VerificationError: a registrar's signature is false.
        """
        self.verify_endorsements(group)
        if len(self.endorsements) < len(group.registrars):
            raise ThresholdError(
                f"{len(self.endorsements)} of {counted(len(group.registrars), 'registrar')} "
                "endorsed a key",
                hint="a roster counts only keys that every registrar endorsed: the key's owner has "
                "to enrol with the others",
            )

    def verify_endorsements(self, group: RegisteredGroup) -> None:
        """Check that the endorsements are of registrars of the group, however many there are.

        Raises:
            MismatchError: a certificate of another group.
            MalformedError: a slot that the group does not have.
            VerificationError: a registrar's signature is false.
        """
        if self.group_id != group.group_id:
            raise MismatchError(
                "the certificate is of another group", hint="use the group that it was made for"
            )
        verifier = group.verifier(self.slot, b"")
        for endorsement in self.endorsements:
            if endorsement.registrar >= len(group.registrars) or not verifier.endorses(
                self.key, endorsement
            ):
                raise VerificationError(
                    "a registrar's signature on a membership key is false",
                    hint="the certificate was changed or forged",
                )
