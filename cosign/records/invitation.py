"""Invitations: a round that only whoever knows a secret can read (docs/spec.md, "Invitations").

Drafts are confidential, so letter, round and group travel encrypted under a
random secret that is passed on in another channel. The ciphertext is filled up
to whole blocks; the commitment tells a wrong secret from a damaged file, and
keeps one file from being read in two ways.

Not protected: everybody invited has the same secret and can pass both on.
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
"""What the code of an invitation's secret begins with."""

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
