"""The registrar's keys, and how they answer one request (docs/spec.md, "Enrolment").

The registrar checks a person out of band, hands out a voucher, and signs blindly.
:meth:`RegistrarKeys.sign_blinded` must run only after the ledger bound the voucher
to exactly these messages: :func:`cosign.roles.registrar.issuing.issue` keeps to
that order.

Not protected: a registrar can admit people who do not belong to the group; the
number of its certificates is public in the enrolment statement.
"""

from functools import cached_property
from typing import Final, NamedTuple

from cosign import labels
from cosign.errors import MalformedError, MismatchError
from cosign.primitives import ed25519, hpke
from cosign.primitives.hashing import H
from cosign.primitives.progress import Progress, no_progress
from cosign.primitives.rsa import blind as blind_rsa
from cosign.proofs.certificate import Owner
from cosign.randomness import SYSTEM, Randomness
from cosign.records.enrolment import (
    VOUCHER_BYTES,
    EnrolmentPlea,
    EnrolmentRequest,
    EnrolmentResponse,
    blinded_hash,
    join_signatures,
    request_info,
    response_info,
    voucher_hash,
)
from cosign.records.groups.grants import SlotGrant, grant_parts
from cosign.records.groups.registered import RegisteredGroup
from cosign.records.groups.registrar import Registrar
from cosign.records.groups.statements import Admitted, EnrolmentStatement, statement_parts
from cosign.records.names import NameAttestation
from cosign.records.secrets import SEED_BYTES, RegistrarSecrets
from cosign.secret import NeverCopied, Secret

DEFAULT_SLOTS: Final = 8
LEDGER_KEY_BYTES: Final = 32
DEFAULT_BITS: Final = 3072
"""Modulus length; 128 bits of security until 2030 and beyond (NIST SP 800-57, table 2)."""


def make_registrar(
    name: str,
    *,
    slots: int = DEFAULT_SLOTS,
    bits: int = DEFAULT_BITS,
    randomness: Randomness = SYSTEM,
    progress: Progress = no_progress,
) -> RegistrarSecrets:
    """Make a registrar's keys for one group: one RSA key a slot, one for signing, one for sealing.

    The RSA keys come from OpenSSL's own randomness, which no argument replaces
    (docs/adr/0011).

    Args:
        name: what people call the registrar.
        slots: how many letters one enrolment serves.
        bits: length of the RSA moduli, 3072 or 4096.
        randomness: for the other two keys, 32 bytes each.
        progress: called with how many RSA keys are made, and of how many.

    Raises:
        ValueError: a number of slots or bits that the protocol does not allow.
    """
    private = []
    for slot in range(slots):
        progress(slot, slots)
        private.append(blind_rsa.PrivateKey.generate(bits))
    progress(slots, slots)
    identity, request = Secret(randomness(SEED_BYTES)), Secret(randomness(SEED_BYTES))
    registrar = Registrar(
        name,
        tuple(k.public_key.spki for k in private),
        ed25519.SigningKey(identity).public_key,
        hpke.SealingSecretKey(request).public_key.to_bytes(),
    )
    return RegistrarSecrets(registrar, tuple(k.to_secret() for k in private), identity, request)


def make_voucher(randomness: Randomness = SYSTEM) -> Secret:
    """Make a voucher: 16 random bytes for one person."""
    return Secret(randomness(VOUCHER_BYTES))


def ledger_key(identity_seed: Secret) -> Secret:
    """Return the 32-byte key that seals the rows of a registrar's ledger (spec, "Ledger")."""
    return Secret(H(labels.LEDGER_KEY, identity_seed.reveal())[:LEDGER_KEY_BYTES])


class OpenedRequest(NamedTuple):
    """The content of a request; nothing is signed yet.

    Attributes:
        request_id: 32 bytes.
        voucher_hash: 32 bytes, by which the ledger knows the voucher.
        blinded_hash: 32 bytes, to bind the voucher to.
        blinded: the messages to sign, one a slot, each as long as that slot's modulus.
        reply_key: 32 bytes, for :meth:`RegistrarKeys.answer`.
    """

    request_id: bytes
    voucher_hash: bytes
    blinded_hash: bytes
    blinded: tuple[bytes, ...]
    reply_key: Secret


class RegistrarKeys(NeverCopied):
    """A registrar's secrets, loaded once and bound to the place they have in a group.

    Args:
        secrets: as kept in the vault.
        group: the one group that these keys serve.

    Attributes:
        public: the registrar's public record.
        group_id: 32 bytes.
        number: of the registrar in the group, from 0.
        identity: signs enrolment statements, slot grants and mailboxes.
        ledger_key: 32 bytes; see :func:`cosign.roles.registrar.keys.ledger_key`.

    Raises:
        MismatchError: the group does not name these keys, or the private keys are not
            those of the public ones.
    """

    def __init__(self, secrets: RegistrarSecrets, group: RegisteredGroup) -> None:
        if secrets.registrar not in group.registrars:
            raise MismatchError(
                "the group does not name this registrar's keys",
                hint="use the home that made the .registrar file of this group",
            )
        self.public = secrets.registrar
        self.group_id = group.group_id
        self.number = group.registrars.index(secrets.registrar)
        self._request = hpke.SealingSecretKey(secrets.request_seed)
        self.identity = ed25519.SigningKey(secrets.identity_seed)
        self.ledger_key = ledger_key(secrets.identity_seed)
        self._slot_secrets = secrets.slot_keys
        found = (self.identity.public_key, self._request.public_key.to_bytes())
        if found != (self.public.identity_key, self.public.request_key):
            raise _wrong_keys()

    @cached_property
    def _slots(self) -> tuple[blind_rsa.PrivateKey, ...]:
        """The RSA keys. OpenSSL takes a while to check them, and only requests need them.

        Raises:
            MismatchError: the private keys are not those of the public ones.
            MalformedError: a private key is damaged.
        """
        slots = tuple(blind_rsa.PrivateKey.from_secret(k) for k in self._slot_secrets)
        if tuple(k.public_key.spki for k in slots) != self.public.slot_keys:
            raise _wrong_keys()
        return slots

    def open_request(self, request: EnrolmentRequest) -> OpenedRequest:
        """Open a request and check that everything in it can be signed.

        Raises:
            MismatchError: made for another group or registrar; or the private keys are not
                those of the public ones.
            VerificationError: not sealed to this registrar.
            MalformedError: a private key is damaged, the content is not a plea, or a message
                cannot be signed; noticed here, before the voucher is spent on it.
        """
        if (request.group_id, request.registrar) != (self.group_id, self.number):
            raise MismatchError(
                "the request is for another group or registrar",
                hint="send it to the registrar that it was made for",
            )
        info = request_info(self.group_id, self.number)
        plea = EnrolmentPlea.from_bytes(hpke.open_sealed(self._request, info, request.sealed))
        if len(plea.blinded) != len(self._slots):
            raise MalformedError(
                "the request does not have one blinded message for each slot",
                hint="the member has to make the request again, with this group's file",
            )
        for key, message in zip(self._slots, plea.blinded, strict=True):
            blind_rsa.check_blinded(key.public_key, message)
        used = voucher_hash(self.group_id, self.number, plea.voucher)
        return OpenedRequest(
            request.request_id, used, blinded_hash(plea.blinded), plea.blinded, plea.reply_key
        )

    def sign_blinded(
        self, blinded: tuple[bytes, ...], randomness: Randomness = SYSTEM
    ) -> tuple[bytes, ...]:
        """Sign one blinded message a slot (RFC 9474, section 4.3).

        Call it only after the ledger bound the voucher to exactly these messages.

        Returns:
            One blind signature a slot, each as long as that slot's modulus; the same for
            the same messages.

        Raises:
            FaultError: this machine computed a wrong signature; none was released.
        """
        pairs = zip(self._slots, blinded, strict=True)
        return tuple(blind_rsa.blind_sign(key, message, randomness) for key, message in pairs)

    def are_signatures(self, blinded: tuple[bytes, ...], signatures: tuple[bytes, ...]) -> bool:
        """Return whether these are what :meth:`sign_blinded` returns.

        Each slot is checked (RFC 9474, section 4.3, steps 3 and 4).
        """
        slots = zip(self._slots, blinded, signatures, strict=True)
        return all(blind_rsa.is_blind_signature(k.public_key, m, s) for k, m, s in slots)

    def answer(self, opened: OpenedRequest, signatures: tuple[bytes, ...]) -> EnrolmentResponse:
        """Encrypt the blind signatures for the sender of the request; repeatable."""
        associated = response_info(self.group_id, self.number, opened.request_id)
        joined = join_signatures(signatures)
        encrypted = hpke.encrypt_once(opened.reply_key, associated, joined)
        return EnrolmentResponse(self.group_id, self.number, opened.request_id, encrypted)

    def state_issued(self, admitted: tuple[Admitted, ...]) -> EnrolmentStatement:
        """Sign how many certificates were issued for each slot, by kind of evidence.

        Args:
            admitted: from :func:`~cosign.records.groups.statements.totals`.
        """
        parts = statement_parts(self.group_id, self.number, admitted)
        signature = self.identity.sign(labels.STATEMENT_SIGNATURE, *parts)
        return EnrolmentStatement(self.group_id, self.number, admitted, signature)

    def grant_slot(self, slot: int, round_id: bytes) -> SlotGrant:
        """Sign that a slot belongs to a round, given by its 32-byte identifier.

        Call it only after the ledger gave the slot to this round.
        """
        parts = grant_parts(self.group_id, slot, round_id, self.number)
        signature = self.identity.sign(labels.GRANT_SIGNATURE, *parts)
        return SlotGrant(self.group_id, slot, round_id, self.number, signature)

    def attest_name(self, owner: Owner) -> NameAttestation:
        """Sign that a membership key belongs to a person with this name and role.

        Call it only for a verified :class:`~cosign.records.names.NameRequest`, once it is known
        that the person who made it has this name and role.
        """
        signature = self.identity.sign(labels.NAME_ATTESTATION_SIGNATURE, *owner.parts(self.number))
        return NameAttestation(owner.group_id, self.number, *owner[1:], signature)


def _wrong_keys() -> MismatchError:
    return MismatchError(
        "the registrar's private keys do not belong to its public ones",
        hint="the vault was put together by hand; use a copy of the original",
    )
