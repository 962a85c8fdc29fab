"""What every membership proof offers, whichever kind it is (docs/spec.md, "Proofs").

A cosignature proves that its maker belongs to a group, once. Two kinds exist:
:mod:`cosign.proofs.certificate` and :mod:`cosign.proofs.ring.statement`. Records and roles know
only the face below and never ask which one it is.
"""

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple, Protocol

Action = Literal["cosign", "withdraw"]

Anonymity = Literal["everlasting", "computational"]
"""Whether the link between person and cosignature is hidden from any computer, or
only from those that cannot break the group (a quantum computer can)."""

DEFAULT_MIN_SET: Final = 16
"""Smallest anonymity set that a signer accepts without choosing another minimum."""


class Binding(NamedTuple):
    """What a proof binds and nothing may exchange.

    Attributes:
        round_id: 32 bytes, commits to letter, group, trustees and times.
        action: ``cosign`` or ``withdraw``.
        statement: public text of the signer, NFC, at most 280 bytes of UTF-8.
    """

    round_id: bytes
    action: Action
    statement: str

    def parts(self) -> tuple[bytes, bytes, bytes]:
        """Give the three as bytes, for hashing."""
        return self.round_id, self.action.encode(), self.statement.encode()


class Challenge(NamedTuple):
    """What a claim of authorship answers, so that it answers nothing else.

    Attributes:
        round_id: 32 bytes.
        text: by whoever asks, NFC.
    """

    round_id: bytes
    text: str

    def parts(self) -> tuple[bytes, bytes]:
        """Give the two as bytes, for hashing."""
        return self.round_id, self.text.encode()


class ClaimProof(NamedTuple):
    """Shows that whoever made it can make proofs with a certain tag.

    Attributes:
        key: the 32-byte key on the roster, if it is revealed.
        proof: 64 bytes.
    """

    key: bytes | None
    proof: bytes


CLAIM_PROOF_BYTES: Final = 64
"""Length of a claim's proof, of either kind."""


class MembershipVerifier(Protocol):
    """Verifies the proofs of one round. Picklable, so that a process pool can share the work."""

    @property
    def anonymity(self) -> Anonymity:
        """Which kind of anonymity the proofs have."""

    @property
    def most_bytes(self) -> int:
        """Length of the longest proof of this round; what envelopes are padded for."""

    @property
    def batch_size(self) -> int:
        """How many proofs are worth verifying at once."""

    def tag(self, proof: bytes) -> bytes:
        """Give the 32-byte tag: the same for every proof by one member in this round.

        Meaningful only once the proof is verified.
        """

    def vouchers(self, proof: bytes) -> tuple[int, ...]:
        """Give the numbers of the registrars that a proof names; empty for rosters."""

    def verify_batch(
        self, items: Sequence[tuple[Binding, bytes]], *, first_only: bool = False
    ) -> tuple[int, ...]:
        """Verify proofs and give the places of the bad ones: ``()`` if all hold.

        Args:
            items: what each proof has to bind, and the proof.
            first_only: name the first bad one only. Those before it hold; nothing is said
                of those behind, so that many bad ones cost no more than one.

        Raises:
            ValueError: an empty batch, which would verify nothing.
        """

    def is_claim(self, challenge: Challenge, tag: bytes, claim: ClaimProof) -> bool:
        """Tell whether a claim shows that its maker also makes the proofs with this tag.

        Args:
            challenge: that the claim has to answer.
            tag: of a verified proof of this round, 32 bytes.
            claim: as made by :meth:`MembershipProver.claim`.
        """


class MembershipProver(Protocol):
    """Makes the proofs of one member in one round."""

    @property
    def tag(self) -> bytes:
        """The 32-byte tag that every proof of this member in this round carries."""

    def prove(self, binding: Binding) -> bytes:
        """Prove membership, bound to ``binding``."""

    def claim(self, challenge: Challenge, *, reveal: bool) -> ClaimProof:
        """Prove that the tag is one's own, to whoever set the challenge.

        Args:
            challenge: what to answer.
            reveal: whether to show, and prove, which listed key it is.

        Raises:
            RefusedError: there is no list of keys that one could be revealed of.
        """
