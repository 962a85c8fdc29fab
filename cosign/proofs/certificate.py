"""The certificate proof of a registered group (docs/spec.md, "Certificate proof").

The proof consists of a one-time membership key, its Ed25519 signature (RFC 8032) on the
round, action and statement, and blind signatures by t registrars on the key (RFC 9474).
The group alone determines the layout::

    membership key 32 | signature 64 | t times: index 1 | prefix 32 | RSA signature

The registrars' numbers ascend strictly, and each RSA signature is as long as the modulus
of its registrar. The tag is the membership key.

Not protected: the proof shows *which* t of the n registrars signed the key.
"""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice
from typing import Final, NamedTuple

from cosign import labels
from cosign.errors import MalformedError, RefusedError, ThresholdError
from cosign.primitives import ed25519
from cosign.primitives.progress import Progress, no_progress
from cosign.primitives.rsa import pss as rsa_pss
from cosign.proofs.interface import (
    Attestation,
    Binding,
    Challenge,
    ClaimProof,
    Consent,
    Naming,
)
from cosign.wire.encoding import encode
from cosign.words import counted

KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
PREFIX_BYTES: Final = rsa_pss.PSS_RANDOMIZED.prefix_bytes
_HEAD_BYTES: Final = KEY_BYTES + SIGNATURE_BYTES
_INDEX_BYTES: Final = 1


def membership_message(group_id: bytes, slot: int, key: bytes) -> bytes:
    """Return the message that registrars sign blindly for one membership key.

    Args:
        group_id: 32 bytes; with it a certificate is valid for one group only.
        slot: from 1; each slot has its own RSA keys.
        key: the 32-byte membership key.
    """
    return encode([labels.MEMBERSHIP, group_id, slot, key])


class Owner(NamedTuple):
    """A membership key with the name of its owner, as a registrar attests it.

    Attributes:
        group_id: 32 bytes.
        slot: from 1.
        key: the membership key, 32 bytes.
        name, role: as in :class:`~cosign.proofs.interface.Naming`.
    """

    group_id: bytes
    slot: int
    key: bytes
    name: str
    role: str

    def parts(self, registrar: int) -> tuple[bytes, ...]:
        """Return what registrar number ``registrar``, from 0, signs."""
        slot, number = self.slot.to_bytes(8, "big"), registrar.to_bytes(8, "big")
        return self.group_id, number, slot, self.key, self.name.encode(), self.role.encode()

    def is_attested(self, identity_key: bytes, attestation: Attestation) -> bool:
        """Return whether a registrar, whose key is given, attests the name."""
        label, parts = labels.NAME_ATTESTATION_SIGNATURE, self.parts(attestation.registrar)
        return ed25519.is_valid_signature(identity_key, attestation.signature, label, *parts)


@lru_cache(maxsize=16)
def _signed_hash(binding: Binding) -> bytes:
    """Return what a membership key signs; kept, as most cosignatures have no statement."""
    return ed25519.signed_hash(labels.COSIGN, *binding.parts())


class Endorsement(NamedTuple):
    """One registrar's unblinded signature on a membership key.

    Attributes:
        registrar: its number in the group, from 0.
        prefix: the 32 random bytes in front of the message (RFC 9474, section 4.1).
        signature: as long as the registrar's RSA modulus.
    """

    registrar: int
    prefix: bytes
    signature: bytes


@dataclass(frozen=True)
class CertificateVerifier:
    """Verifies certificate proofs; see :class:`~cosign.proofs.interface.MembershipVerifier`.

    Attributes:
        group_id: 32 bytes.
        slot: the round's slot, from 1.
        issuer_keys: each registrar's RSA public key for that slot, in the group's order.
        threshold: how many registrars have to sign a membership key, and attest a name.
        identity_keys: each registrar's Ed25519 key, 32 bytes, for names.
    """

    group_id: bytes
    slot: int
    issuer_keys: tuple[rsa_pss.PublicKey, ...]
    threshold: int
    identity_keys: tuple[bytes, ...] = ()

    @cached_property
    def _sizes(self) -> list[int]:
        return sorted(_INDEX_BYTES + PREFIX_BYTES + k.bytes for k in self.issuer_keys)

    @cached_property
    def _message_start(self) -> bytes:
        """How each message of this group and slot begins; the membership key ends it."""
        return membership_message(self.group_id, self.slot, bytes(KEY_BYTES))[:-KEY_BYTES]

    @property
    def most_bytes(self) -> int:
        """Length in bytes of a proof by the registrars with the longest keys."""
        return _HEAD_BYTES + sum(self._sizes[-self.threshold :])

    @property
    def batch_size(self) -> int:
        """Enough to make handing them to a process cheap, and to check keys' order together."""
        return 1_024

    @property
    def share_from(self) -> int:
        """Half a second of work; starting a pool of processes takes as long on some systems."""
        return 2_000

    def tag(self, proof: bytes) -> bytes:
        """Return the 32-byte membership key."""
        return proof[:KEY_BYTES]

    def find_wrong_orders(self, tags: Sequence[bytes]) -> tuple[int, ...]:
        """Check the membership keys' order: registrars sign them without seeing them."""
        return ed25519.find_bad_public_keys(tags)

    def certifiers(self, proof: bytes) -> tuple[int, ...]:
        """Return the numbers of the registrars that certified the key, ascending.

        Raises:
            MalformedError: the proof does not have this group's layout.
        """
        if self.threshold == len(self.issuer_keys):
            return tuple(range(self.threshold))
        return tuple(e.registrar for e in self._endorsements(proof))

    def verify_batch(
        self,
        items: Sequence[tuple[Binding, bytes]],
        *,
        first_only: bool = False,
        executor: Executor | None = None,  # noqa: ARG002  # certificates have nothing in common
        progress: Progress = no_progress,  # noqa: ARG002  # so there is nothing to tell
    ) -> tuple[int, ...]:
        """Verify each proof by itself; see :class:`~cosign.proofs.interface.MembershipVerifier`."""
        if not items:
            raise ValueError("an empty batch verifies nothing")
        wrong = set(ed25519.find_bad_signatures([self._signed(b, proof) for b, proof in items]))
        proofs = enumerate(proof for _binding, proof in items)
        bad = (i for i, proof in proofs if i in wrong or not self._is_endorsed(proof))
        return tuple(islice(bad, 1 if first_only else None))

    def is_claim(self, challenge: Challenge, tag: bytes, claim: ClaimProof) -> bool:
        """Return whether the membership key, which is the tag, signed the challenge."""
        signed = ed25519.is_valid_signature(
            tag, claim.proof, labels.CLAIM_SIGNATURE, *challenge.parts()
        )
        return claim.key is None and signed

    def is_named(
        self, naming: Naming, tag: bytes, consent: Consent, attestations: Sequence[Attestation]
    ) -> bool:
        """Return whether the membership key signed the name, and exactly t registrars attest it."""
        numbers = [a.registrar for a in attestations]
        if len(set(numbers)) != self.threshold or len(numbers) != self.threshold:
            return False
        if consent.key is not None or max(numbers) >= len(self.identity_keys):
            return False
        owner = Owner(self.group_id, self.slot, tag, naming.name, naming.role)
        signed = ed25519.is_valid_signature(
            tag, consent.proof, labels.OPEN_SIGNATURE, *naming.parts()
        )
        return signed and all(
            owner.is_attested(self.identity_keys[a.registrar], a) for a in attestations
        )

    def endorses(self, key: bytes, endorsement: Endorsement) -> bool:
        """Return whether one registrar's signature on a membership key is valid."""
        registrar, prefix, signature = endorsement
        if registrar >= len(self.issuer_keys):
            return False
        message = prefix + self._message_start + key
        issuer = self.issuer_keys[registrar]
        return rsa_pss.is_valid(issuer, message, signature, rsa_pss.PSS_RANDOMIZED)

    def _signed(self, binding: Binding, proof: bytes) -> ed25519.Signed:
        """Return the membership key, its signature and what it has to have signed."""
        key, signature = proof[:KEY_BYTES], proof[KEY_BYTES:_HEAD_BYTES]
        return ed25519.Signed(key, signature, _signed_hash(binding))

    def _is_endorsed(self, proof: bytes) -> bool:
        """Return whether each registrar that the proof names signed its membership key."""
        try:
            endorsements = self._endorsements(proof)
        except MalformedError:
            return False
        return all(self.endorses(proof[:KEY_BYTES], e) for e in endorsements)

    def _endorsements(self, proof: bytes) -> list[Endorsement]:
        """Return the endorsements of a proof, of whose bytes none is left over."""
        place, last = _HEAD_BYTES, -1
        found = []
        for _ in range(self.threshold):
            registrar = proof[place] if place < len(proof) else len(self.issuer_keys)
            if not last < registrar < len(self.issuer_keys):
                raise MalformedError(
                    "a proof does not name registrars of the group in ascending order"
                )
            prefix_at = place + _INDEX_BYTES
            signature_at = prefix_at + PREFIX_BYTES
            place = signature_at + self.issuer_keys[registrar].bytes
            last = registrar
            parts = proof[prefix_at:signature_at], proof[signature_at:place]
            found.append(Endorsement(registrar, *parts))
        if place != len(proof):
            raise MalformedError("a proof has the wrong length for its registrars")
        return found


@dataclass(frozen=True)
class CertificateProver:
    """Makes certificate proofs; see :class:`~cosign.proofs.interface.MembershipProver`.

    Attributes:
        key: the membership key of the round's slot.
        endorsements: at least ``threshold`` registrar signatures on it.
        threshold: how many of them a proof needs.
    """

    key: ed25519.SigningKey
    endorsements: tuple[Endorsement, ...]
    threshold: int

    @property
    def tag(self) -> bytes:
        """The membership key's 32 public bytes."""
        return self.key.public_key

    @property
    def certifiers(self) -> tuple[int, ...]:
        """See :class:`~cosign.proofs.interface.MembershipProver`."""
        return tuple(e.registrar for e in self._chosen())

    def prove(self, binding: Binding) -> bytes:
        """Sign ``binding`` and attach the endorsements of :attr:`certifiers`.

        Raises:
            ThresholdError: there are too few endorsements.
        """
        signature = self.key.sign(labels.COSIGN, *binding.parts())
        tail = [bytes([e.registrar]) + e.prefix + e.signature for e in self._chosen()]
        return b"".join([self.tag, signature, *tail])

    def _chosen(self) -> list[Endorsement]:
        """Return the first ``threshold`` endorsements in the group's order.

        All members with more endorsements than the threshold choose in this way, so that
        their choice does not distinguish them from each other.
        """
        chosen = sorted(self.endorsements)[: self.threshold]
        if len(chosen) < self.threshold:
            raise ThresholdError(
                f"the key has {counted(len(chosen), 'registrar signature')} "
                f"and needs {self.threshold}",
                hint="enrol with more registrars of the group and finish their responses",
            )
        return chosen

    def claim(self, challenge: Challenge, *, reveal: bool) -> ClaimProof:
        """Sign the challenge with the membership key.

        Raises:
            RefusedError: ``reveal`` is set, but a registered group lists no keys.
        """
        if reveal:
            raise RefusedError(
                "a registered group has no list of keys, so none can be revealed",
                hint="leave out --reveal-key; the claim holds without it",
            )
        return ClaimProof(None, self.key.sign(labels.CLAIM_SIGNATURE, *challenge.parts()))

    def consent(self, naming: Naming) -> Consent:
        """Sign the name with the membership key."""
        return Consent(None, self.key.sign(labels.OPEN_SIGNATURE, *naming.parts()))
