"""The interface that both kinds of membership proof have (docs/spec.md, "Proofs").

A membership proof shows that its maker belongs to a group, and that several proofs by
one member in one round are by one member. The two kinds are
:mod:`cosign.proofs.certificate` and :mod:`cosign.proofs.ring`. Records and roles use this
interface only, and never ask which kind a proof is.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, Protocol

from cosign.primitives.progress import Progress, no_progress

if TYPE_CHECKING:  # every command loads this module, and few start threads or processes
    from concurrent.futures import Executor

Action = Literal["cosign", "withdraw"]

Anonymity = Literal["everlasting", "mixed", "computational"]
"""Whether the link between person and cosignature is hidden from every computer, or only
from those that cannot compute discrete logarithms, as a quantum computer could. On a roster
with both kinds of keys it depends on the signer's key: ``mixed``."""

DEFAULT_MIN_SET: Final = 16
"""The smallest anonymity set that a signer accepts who has not chosen another minimum."""


class Binding(NamedTuple):
    """What a proof is bound to: with anything else the proof is not valid.

    Attributes:
        round_id: 32 bytes; commits to letter, group, trustees and times.
        action: ``cosign`` or ``withdraw``.
        statement: public text by the signer, in NFC, at most 280 bytes of UTF-8.
    """

    round_id: bytes
    action: Action
    statement: str

    def parts(self) -> tuple[bytes, bytes, bytes]:
        """Return the three values as bytes, for hashing."""
        return self.round_id, self.action.encode(), self.statement.encode()


class Challenge(NamedTuple):
    """What a claim of authorship answers; the claim is not valid for another challenge.

    Attributes:
        round_id: 32 bytes.
        text: set by the person who asks, in NFC, 1 to 4,000 bytes of UTF-8.
    """

    round_id: bytes
    text: str

    def parts(self) -> tuple[bytes, bytes]:
        """Return the two values as bytes, for hashing."""
        return self.round_id, self.text.encode()


class ClaimProof(NamedTuple):
    """Shows that its maker can make proofs with a certain tag.

    Attributes:
        key: the member's 32-byte key on the roster if it is revealed, else None.
        proof: 64 bytes, or 96 if the key is revealed.
    """

    key: bytes | None
    proof: bytes


class Naming(NamedTuple):
    """What a consent to a public name is bound to; with anything else it is not valid.

    Attributes:
        round_id: 32 bytes.
        statement: of the cosignature.
        name: in NFC, 1 to 100 bytes of UTF-8.
        role: what the person is, in NFC, at most 100 bytes of UTF-8; may be empty.
    """

    round_id: bytes
    statement: str
    name: str
    role: str

    def parts(self) -> tuple[bytes, bytes, bytes, bytes]:
        """Return the four values as bytes, for hashing."""
        return self.round_id, self.statement.encode(), self.name.encode(), self.role.encode()


class Consent(NamedTuple):
    """Shows that the maker of a cosignature wants a name beside it.

    Attributes:
        key: the member's 32-byte key on the roster; None in a registered group, in which the
            tag is the key.
        proof: 96 bytes in a rostered group, 64 in a registered one.
    """

    key: bytes | None
    proof: bytes


class Attestation(NamedTuple):
    """A registrar's word for the name of a membership key's owner, as a cosignature has it.

    Attributes:
        registrar: its number in the group, from 0.
        signature: by its identity key, 64 bytes.
    """

    registrar: int
    signature: bytes


LISTED_CONSENT_BYTES: Final = 96
"""Length of a consent's proof in a rostered group: challenge and two responses."""

SIGNED_CONSENT_BYTES: Final = 64
"""Length of a consent's proof in a registered group: an Ed25519 signature."""

CLAIM_PROOF_BYTES: Final = 64
"""Length of a claim's proof that reveals no key, for both kinds."""

REVEALING_CLAIM_PROOF_BYTES: Final = 96
"""Length of a claim's proof that reveals a listed key."""


class MembershipVerifier(Protocol):
    """Verifies the proofs of one round. It can be pickled, for a pool of processes."""

    @property
    def most_bytes(self) -> int:
        """Length in bytes of the longest proof in this round; envelopes are padded for it."""

    @property
    def batch_size(self) -> int:
        """How many proofs it is best to verify in one batch."""

    @property
    def share_from(self) -> int:
        """From how many proofs on batches are best verified side by side, by several workers."""

    def tag(self, proof: bytes) -> bytes:
        """Return the 32-byte tag, which is the same in every proof by one member in this round.

        The tag means something only once the proof is verified.
        """

    def find_wrong_orders(self, tags: Sequence[bytes]) -> tuple[int, ...]:
        """Return the indices of tags that are not points of prime order, ascending.

        The tags are those of verified proofs. A certificate proof can be valid without this.
        Every verifier of this protocol accepts such a proof, but other implementations of
        Ed25519 may not, so organizers do not publish it (docs/adr/0009).
        """

    def certifiers(self, proof: bytes) -> tuple[int, ...]:
        """Return the numbers of the registrars that a proof names, from 0; none for rosters.

        Raises:
            MalformedError: the proof is not valid. Not every invalid proof raises this.
        """

    def verify_batch(
        self,
        items: Sequence[tuple[Binding, bytes]],
        *,
        first_only: bool = False,
        executor: "Executor | None" = None,
        progress: Progress = no_progress,
    ) -> tuple[int, ...]:
        """Verify proofs and return the indices of those that are not valid.

        Args:
            items: for each proof the values to which it has to be bound, and the proof.
            first_only: stop at the first proof that is not valid and return its index only.
                Proofs after it may not have been verified, so many bad proofs cost no more
                time than one.
            executor: for what all proofs of the batch have in common; may not be used.
            progress: told how much of that is done.

        Returns:
            Ascending indices; ``()`` if all proofs are valid.

        Raises:
            ValueError: the batch is empty, so nothing would be verified.
        """

    def is_claim(self, challenge: Challenge, tag: bytes, claim: ClaimProof) -> bool:
        """Return whether a claim shows that its maker can make proofs with this tag.

        Args:
            challenge: the challenge that the claim has to answer.
            tag: the 32-byte tag of a verified proof of this round.
            claim: as made by :meth:`MembershipProver.claim`.
        """

    def is_named(
        self, naming: Naming, tag: bytes, consent: Consent, attestations: Sequence[Attestation]
    ) -> bool:
        """Return whether the maker of a cosignature consents to a name that may be shown.

        Args:
            naming: the round, statement, name and role.
            tag: the 32-byte tag of a verified proof of this round.
            consent: as made by :meth:`MembershipProver.consent`.
            attestations: the registrars' signatures; none in a rostered group.
        """


class MembershipProver(Protocol):
    """Makes the proofs of one member in one round."""

    @property
    def tag(self) -> bytes:
        """The 32-byte tag in every proof by this member in this round."""

    @property
    def certifiers(self) -> tuple[int, ...]:
        """The registrars, by number from 0, that a proof by this member shows; none in a roster.

        Raises:
            ThresholdError: too few registrars certified the key.
        """

    def prove(self, binding: Binding) -> bytes:
        """Return a proof of membership that is bound to ``binding``."""

    def claim(self, challenge: Challenge, *, reveal: bool) -> ClaimProof:
        """Return a proof that the tag is this member's, as an answer to the challenge.

        Args:
            challenge: set by the person who asks.
            reveal: whether to show and prove which listed key is the member's.

        Raises:
            RefusedError: ``reveal`` is set, but the group has no list of keys.
        """

    def consent(self, naming: Naming) -> Consent:
        """Return a proof that this member wants a name beside their cosignature.

        Args:
            naming: the round, statement, name and role.
        """
