"""Membership keys that members make for rosters (docs/spec.md, "Rosters").

The record is public and proves possession; an ssh key may vouch for it beside it
(:mod:`cosign.primitives.ssh.signatures`). A fresh key a roster, erased when the letter is
out, is what protects a member whose machine is seized later.
"""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from cosign import labels
from cosign.errors import VerificationError
from cosign.primitives import ed25519
from cosign.records.limits import Key, Signature
from cosign.records.secrets import SEED_BYTES, USE_BYTES, USE_LIMIT, USE_ROW, Use
from cosign.secret import Secret
from cosign.wire.codecs import Array, Optional, SecretBin
from cosign.wire.record import Record


@dataclass(frozen=True, slots=True)
class MemberKey(Record):
    """A public membership key for a roster.

    Attributes:
        key: 32 bytes.
        signature: by the key itself over itself, so that nobody enters another's key.
    """

    LABEL: ClassVar[str] = labels.MEMBER_KEY
    MAX_BYTES: ClassVar[int] = 150

    key: Key
    signature: Signature

    def verify(self) -> None:
        """Check that its maker holds the secret.

        Raises:
            VerificationError: the signature is false.
            MalformedError: the key is no canonical point of prime order.
        """
        ed25519.check_public_key(self.key)
        parts = self.key, self.signature, labels.MEMBER_KEY_SIGNATURE, self.key
        if not ed25519.is_valid_signature(*parts):
            raise VerificationError(
                "a membership key is not signed by itself",
                hint="its sender may not hold its secret; ask for a new one",
            )


@dataclass(frozen=True, slots=True)
class MemberKeySecrets(Record):
    """A member's key for rosters, and what it did.

    Attributes:
        key: the public key.
        seed: its secret; None for an ssh key, whose secret stays in its own file.
        uses: in which rounds it spoke.
    """

    LABEL: ClassVar[str] = labels.MEMBER_KEY_SECRETS
    MAX_BYTES: ClassVar[int] = 200 + USE_LIMIT * USE_BYTES

    key: Key
    seed: Annotated[Secret | None, Optional(SecretBin(SEED_BYTES))]
    uses: Annotated[tuple[Use, ...], Array(USE_ROW, USE_LIMIT)]


def make_member_key(seed: Secret) -> MemberKey:
    """Give the public record of a membership key.

    Args:
        seed: 32 bytes.
    """
    key = ed25519.SigningKey(seed)
    return MemberKey(key.public_key, key.sign(labels.MEMBER_KEY_SIGNATURE, key.public_key))
