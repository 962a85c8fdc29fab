"""Invitations: a round that is encrypted under a secret (docs/spec.md, "Invitations").

Drafts are confidential, so letter, round and group are sent encrypted under a random
secret, and the secret is sent on another channel. The plaintext is padded to whole blocks.
The commitment distinguishes a wrong secret from a damaged file, and makes it impossible
to decrypt one file to different rounds with different secrets.

Not protected: all invited people have the same secret, and each can pass on both file
and secret.
"""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Final

from cosign import labels
from cosign.primitives.hpke import CONTENT_OVERHEAD
from cosign.records.limits import Digest
from cosign.records.round import Round
from cosign.wire.codecs import Bin
from cosign.wire.padding import BLOCK_BYTES, LENGTH_BYTES
from cosign.wire.record import Record

INVITATION_SECRET_BYTES: Final = 32
INVITATION_PREFIX: Final = "cosign-invite-"
"""The text with which the code of an invitation's secret begins."""

_CIPHERTEXT_LIMIT: Final = Round.MAX_BYTES + LENGTH_BYTES + BLOCK_BYTES + CONTENT_OVERHEAD


@dataclass(frozen=True, slots=True)
class Invitation(Record):
    """An encrypted round.

    Attributes:
        commitment: H(label, secret), 64 bytes.
        ciphertext: the padded :class:`~cosign.records.round.Round`.
    """

    LABEL: ClassVar[str] = labels.INVITATION
    MAX_BYTES: ClassVar[int] = _CIPHERTEXT_LIMIT + 150

    commitment: Digest
    ciphertext: Annotated[bytes, Bin(CONTENT_OVERHEAD, _CIPHERTEXT_LIMIT)]
