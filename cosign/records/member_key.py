"""Membership keys that members make for rosters (docs/spec.md, "Rosters").

The record is public and proves that its maker has the secret. An ssh key can vouch for it
with a signature in a separate file (:mod:`cosign.primitives.ssh.signatures`). A member
whose machine may be seized later is protected by a fresh key for each roster, which is
erased once the letter is published.
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
        signature: by the key, over itself, so that nobody can list another person's key as
            their own.
    """

    LABEL: ClassVar[str] = labels.MEMBER_KEY
    MAX_BYTES: ClassVar[int] = 150

    key: Key
    signature: Signature

    def verify(self) -> None:
        """Check that the maker of the record has the secret of the key.

        Raises:
            VerificationError: the signature is not valid.
            MalformedError: the key is not a canonical point of prime order.
        """
        ed25519.check_public_key(self.key)
        parts = self.key, self.signature, labels.MEMBER_KEY_SIGNATURE, self.key
        if not ed25519.is_valid_signature(*parts):
            raise VerificationError(
                "a membership key is not signed by itself",
                hint="the sender may not have its secret; ask for a new key",
            )


@dataclass(frozen=True, slots=True)
class MemberKeySecrets(Record):
    """A member's key for rosters, and the rounds in which it signed.

    Attributes:
        key: the public key.
        seed: the 32-byte seed of the key; None for an ssh key, whose seed stays in its own
            file.
        uses: the cosignatures and withdrawals made with the key.
    """

    LABEL: ClassVar[str] = labels.MEMBER_KEY_SECRETS
    MAX_BYTES: ClassVar[int] = 200 + USE_LIMIT * USE_BYTES

    key: Key
    seed: Annotated[Secret | None, Optional(SecretBin(SEED_BYTES))]
    uses: Annotated[tuple[Use, ...], Array(USE_ROW, USE_LIMIT)]


def make_member_key(seed: Secret) -> MemberKey:
    """Return the public record of a membership key.

    Args:
        seed: 32 bytes.
    """
    key = ed25519.SigningKey(seed)
    return MemberKey(key.public_key, key.sign(labels.MEMBER_KEY_SIGNATURE, key.public_key))
