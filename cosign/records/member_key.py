"""Membership keys that members make for rosters (docs/spec.md, "Rosters").

The record is public and proves that its maker has the secret. An ssh key can vouch for it
with a signature in a separate file (:mod:`cosign.primitives.ssh.signatures`). A member
whose machine may be seized later is protected by a fresh key for each roster, which is
erased once the letter is published.
"""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from cosign import labels
from cosign.errors import MalformedError, VerificationError
from cosign.primitives.curve.edwards25519 import is_prime_order
from cosign.proofs.ring.keys import (
    POSSESSION_BYTES,
    SECRET_BYTES,
    MemberSecret,
    is_possession,
    prove_possession,
)
from cosign.randomness import SYSTEM, Randomness
from cosign.records.limits import Key
from cosign.records.secrets import USE_BYTES, USE_LIMIT, USE_ROW, Use
from cosign.secret import Secret
from cosign.wire.codecs import Array, Bin, Optional, SecretBin
from cosign.wire.record import Record


@dataclass(frozen=True, slots=True)
class MemberKey(Record):
    """A fresh public membership key for a roster.

    Attributes:
        key: C = xB + rU, 32 bytes.
        proof: that its maker knows x and r, 96 bytes, so that nobody can list another
            person's key as their own, or a key that is computed from one.
    """

    LABEL: ClassVar[str] = labels.MEMBER_KEY
    MAX_BYTES: ClassVar[int] = 200

    key: Key
    proof: Annotated[bytes, Bin(POSSESSION_BYTES)]

    def verify(self) -> None:
        """Check that the maker of the record has the secret of the key.

        Raises:
            MalformedError: the key is not a canonical point of prime order.
            VerificationError: the proof is not valid.
        """
        if not is_prime_order(self.key):
            raise MalformedError(
                f"the membership key {self.key.hex()} is not a point of the prime-order group",
                hint="no honest program makes such a key; ask its sender where it comes from",
            )
        if not is_possession(self.key, self.proof):
            raise VerificationError(
                f"the proof beside the membership key {self.key.hex()} is false",
                hint="the sender may not have its secret; ask for a new key",
            )


@dataclass(frozen=True, slots=True)
class MemberKeySecrets(Record):
    """A member's key for rosters, and the rounds in which it signed.

    Attributes:
        key: the public key.
        secret: x and r, 64 bytes; None for an ssh key, whose secret stays in its own
            file, and for a key that was forgotten.
        uses: the cosignatures and withdrawals made with the key.
    """

    LABEL: ClassVar[str] = labels.MEMBER_KEY_SECRETS
    MAX_BYTES: ClassVar[int] = 200 + USE_LIMIT * USE_BYTES

    key: Key
    secret: Annotated[Secret | None, Optional(SecretBin(SECRET_BYTES))]
    uses: Annotated[tuple[Use, ...], Array(USE_ROW, USE_LIMIT)]


def make_member_key(secret: MemberSecret, randomness: Randomness = SYSTEM) -> MemberKey:
    """Return the public record of a membership key, with a proof of possession.

    Args:
        secret: of a fresh key.
        randomness: of the operating system; each call makes another proof.
    """
    return MemberKey(secret.public_key, prove_possession(secret, randomness))
