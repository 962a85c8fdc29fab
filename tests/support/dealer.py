"""A signer who seals as the protocol says, or not."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from cosign.primitives import hpke, shamir
from cosign.records.cosignature import Cosignature
from cosign.records.envelope import Envelope
from cosign.records.round import VerifiedRound
from cosign.roles.shared.sealing import (
    content_info,
    content_key,
    key_commitment,
    padded_bytes,
    share_info,
)
from cosign.secret import Secret
from cosign.wire.padding import pad
from tests.support.world import Seeded


@dataclass
class Dealer:
    """Seals step by step, so that a test can spoil one step.

    Attributes:
        round: whose trustees get shares.
        scalar: the content scalar.
    """

    round: VerifiedRound
    scalar: Secret = field(default_factory=lambda: shamir.random_scalar(Seeded("dealer")))

    def shares(self) -> list[Secret]:
        """Split the scalar honestly."""
        terms = self.round.terms
        count = len(terms.trustees)
        return list(shamir.split(self.scalar, terms.threshold, count, Seeded("shares")))

    def pad(self, cosignature: Cosignature) -> bytes:
        """Pad as the protocol says."""
        return pad(cosignature.to_bytes(), padded_bytes(self.round))

    def seal_shares(self, shares: Sequence[bytes]) -> tuple[bytes, ...]:
        """Seal one share to each trustee, in order."""
        trustees = self.round.terms.trustees
        return tuple(
            hpke.seal(
                hpke.SealingPublicKey.from_bytes(trustees[n - 1].sealing_key),
                share_info(self.round.round_id, n),
                share,
            )
            for n, share in enumerate(shares, 1)
        )

    def envelope(
        self,
        padded: bytes,
        shares: Sequence[Secret] | None = None,
        commitment: bytes | None = None,
    ) -> Envelope:
        """Seal these bytes with these shares and this commitment."""
        round_id = self.round.round_id
        dealt = self.shares() if shares is None else shares
        sealed = self.seal_shares([s.reveal() for s in dealt])
        key, info = content_key(round_id, self.scalar), content_info(round_id)
        committed = key_commitment(round_id, self.scalar) if commitment is None else commitment
        return Envelope(round_id, sealed, committed, hpke.encrypt_once(key, info, padded))
