"""The certificate proof of a registered group (docs/spec.md, "Certificate proof").

A registrar's blind signature (RFC 9474) on a one-time membership key, and that
key's Ed25519 signature (RFC 8032) on the round, action and statement. Layout,
fixed by the group so that there is nothing to negotiate::

    membership key 32 | signature 64 | t times: index 1 | prefix 32 | RSA signature

Registrar numbers ascend strictly; an RSA signature is as long as that
registrar's modulus. The tag is the membership key.

Not protected: the proof shows *which* t of the n registrars signed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Final, NamedTuple

from cosign import labels
from cosign.errors import MalformedError, RefusedError, ThresholdError
from cosign.primitives import ed25519
from cosign.primitives.rsa import pss as rsa_pss
from cosign.proofs.interface import Anonymity, Binding, Challenge, ClaimProof
from cosign.wire.codecs import encode

KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
PREFIX_BYTES: Final = rsa_pss.PSS_RANDOMIZED.prefix_bytes
_HEAD_BYTES: Final = KEY_BYTES + SIGNATURE_BYTES
_INDEX_BYTES: Final = 1


def membership_message(group_id: bytes, slot: int, key: bytes) -> bytes:
    """Give the message that registrars sign blindly for one membership key.

    Args:
        group_id: 32 bytes, so that a certificate fits one group only.
        slot: from 1; each slot has RSA keys of its own.
        key: the 32-byte membership key.
    """
    return encode([labels.MEMBERSHIP, group_id, slot, key])


class Endorsement(NamedTuple):
    """One registrar's unblinded signature on a membership key.

    Attributes:
        registrar: its number in the group, from 0.
        prefix: the 32 random bytes that RFC 9474, section 4.1 puts before the message.
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
        threshold: how many registrars have to sign a membership key.
    """

    group_id: bytes
    slot: int
    issuer_keys: tuple[rsa_pss.PublicKey, ...]
    threshold: int

    @property
    def anonymity(self) -> Anonymity:
        """Blindness holds against any computer, a future one too (RFC 9474, section 7.1)."""
        return "everlasting"

    @cached_property
    def _sizes(self) -> list[int]:
        return sorted(_INDEX_BYTES + PREFIX_BYTES + k.bytes for k in self.issuer_keys)

    @property
    def most_bytes(self) -> int:
        """Length of a proof by the registrars with the longest keys."""
        return _HEAD_BYTES + sum(self._sizes[-self.threshold :])

    @property
    def batch_size(self) -> int:
        """Enough to make handing work to a process cheap; nothing is shared in a batch."""
        return 256

    def tag(self, proof: bytes) -> bytes:
        """Give the membership key."""
        return proof[:KEY_BYTES]

    def vouchers(self, proof: bytes) -> tuple[int, ...]:
        """Give the numbers of the registrars that certified the key.

        Raises:
            MalformedError: the proof does not have this group's layout.
        """
        if self.threshold == len(self.issuer_keys):
            return tuple(range(self.threshold))
        return tuple(e.registrar for e in self._endorsements(proof))

    def verify_batch(
        self, items: Sequence[tuple[Binding, bytes]], *, first_only: bool = False
    ) -> tuple[int, ...]:
        """Verify proofs one by one; give the places of the bad ones, or the first one's."""
        if not items:
            raise ValueError("an empty batch verifies nothing")
        bad = (i for i, (b, proof) in enumerate(items) if not self._is_valid(b, proof))
        return tuple(islice(bad, 1 if first_only else None))

    def is_claim(self, challenge: Challenge, tag: bytes, claim: ClaimProof) -> bool:
        """Tell whether the membership key, which is the tag, signed the challenge."""
        signed = ed25519.is_valid_signature(
            tag, claim.proof, labels.CLAIM_SIGNATURE, *challenge.parts()
        )
        return claim.key is None and signed

    def endorses(self, key: bytes, endorsement: Endorsement) -> bool:
        """Tell whether one registrar's signature on a membership key is valid."""
        registrar, prefix, signature = endorsement
        if registrar >= len(self.issuer_keys):
            return False
        message = prefix + membership_message(self.group_id, self.slot, key)
        issuer = self.issuer_keys[registrar]
        return rsa_pss.is_valid(issuer, message, signature, rsa_pss.PSS_RANDOMIZED)

    def _is_valid(self, binding: Binding, proof: bytes) -> bool:
        try:
            endorsements = self._endorsements(proof)
        except MalformedError:
            return False
        key, signature = proof[:KEY_BYTES], proof[KEY_BYTES:_HEAD_BYTES]
        signed = ed25519.is_valid_signature(key, signature, labels.COSIGN, *binding.parts())
        return signed and all(self.endorses(key, e) for e in endorsements)

    def _endorsements(self, proof: bytes) -> list[Endorsement]:
        """Cut a proof into its endorsements; every byte belongs to exactly one part."""
        place, last = _HEAD_BYTES, -1
        found = []
        for _ in range(self.threshold):
            registrar = proof[place] if place < len(proof) else len(self.issuer_keys)
            if not last < registrar < len(self.issuer_keys):
                raise MalformedError("a proof names no registrar, or names them out of order")
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
        threshold: how many the group asks for.
    """

    key: ed25519.SigningKey
    endorsements: tuple[Endorsement, ...]
    threshold: int

    @property
    def tag(self) -> bytes:
        """The membership key's 32 public bytes."""
        return self.key.public_key

    def prove(self, binding: Binding) -> bytes:
        """Sign ``binding`` and attach the endorsements that the group's order prefers.

        A member who holds more than the threshold takes the first ones, as
        everybody else does, so that the choice identifies nobody.

        Raises:
            ThresholdError: too few endorsements.
        """
        chosen = sorted(self.endorsements)[: self.threshold]
        if len(chosen) < self.threshold:
            raise ThresholdError(
                f"{len(chosen)} of {self.threshold} registrar signatures are here",
                hint="enrol with more registrars of the group and finish their responses",
            )
        signature = self.key.sign(labels.COSIGN, *binding.parts())
        tail = [bytes([e.registrar]) + e.prefix + e.signature for e in chosen]
        return b"".join([self.tag, signature, *tail])

    def claim(self, challenge: Challenge, *, reveal: bool) -> ClaimProof:
        """Sign the challenge with the membership key.

        Raises:
            RefusedError: asked to reveal a key; the tag is the only one there is.
        """
        if reveal:
            raise RefusedError(
                "a registered group has no list of keys, so none can be revealed",
                hint="leave out --reveal-key; the claim holds without it",
            )
        return ClaimProof(None, self.key.sign(labels.CLAIM_SIGNATURE, *challenge.parts()))
