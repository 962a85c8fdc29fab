"""Envelopes and openings: sealed cosignatures and their shares (docs/spec.md, "Sealing").

::

    Cosignature --pad--> AES-256-GCM under a content key --> Envelope
    content key <-- hash of a secret scalar --Shamir t of n--> one share sealed to each trustee
    each trustee: unseal its share of every envelope --> Opening, sealed to the organizer

All envelopes of a round have the same length. The envelope commits to the content key,
which AES-GCM does not, so different subsets of trustees cannot decrypt an envelope to
different texts.

Not protected: any t trustees together can open envelopes at any time.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, ClassVar, Final, Self

from cosign import labels
from cosign.errors import MalformedError
from cosign.primitives.hashing import IDENTIFIER_BYTES
from cosign.primitives.hpke import CONTENT_OVERHEAD, SEAL_OVERHEAD
from cosign.records.cosignature import Cosignature
from cosign.records.identified import Identified
from cosign.records.limits import MEMBER_LIMIT, TRUSTEE_LIMIT, Digest, Identifier
from cosign.secret import Secret
from cosign.wire.codecs import Array, Bin, SecretBin, UInt
from cosign.wire.padding import LENGTH_BYTES
from cosign.wire.record import Record

SHARE_BYTES: Final = 32
"""Length of a share, which is a scalar modulo the order of edwards25519."""

SEALED_SHARE_BYTES: Final = SHARE_BYTES + SEAL_OVERHEAD
_CIPHERTEXT_LIMIT: Final = LENGTH_BYTES + Cosignature.MAX_BYTES + CONTENT_OVERHEAD

TrusteeNumber = Annotated[int, UInt(TRUSTEE_LIMIT, least=1)]
"""A trustee's number in its round, from 1; its share is the value of the polynomial there."""


@dataclass(frozen=True, slots=True)
class Envelope(Identified):
    """A sealed cosignature or withdrawal.

    Attributes:
        round_id: 32 bytes.
        shares: for each trustee its share of the content scalar, sealed with HPKE.
        commitment: H(label, round_id, content scalar), 64 bytes.
        ciphertext: the padded cosignature.
    """

    LABEL: ClassVar[str] = labels.ENVELOPE
    IDENTIFIER_LABEL: ClassVar[str] = labels.ENVELOPE_ID
    MAX_BYTES: ClassVar[int] = 300 + TRUSTEE_LIMIT * (SEALED_SHARE_BYTES + 3) + _CIPHERTEXT_LIMIT

    round_id: Identifier
    shares: Annotated[tuple[bytes, ...], Array(Bin(SEALED_SHARE_BYTES), TRUSTEE_LIMIT, least=1)]
    commitment: Digest
    ciphertext: Annotated[bytes, Bin(CONTENT_OVERHEAD, _CIPHERTEXT_LIMIT)]

    @property
    def form(self) -> tuple[int, int]:
        """The number of shares and the length of the ciphertext, the same in a whole round."""
        return len(self.shares), len(self.ciphertext)

    @property
    def envelope_id(self) -> bytes:
        """The 32-byte identifier of the envelope, which openings use."""
        return self.identifier


ENTRY_BYTES: Final = IDENTIFIER_BYTES + SHARE_BYTES
_OPENED_LIMIT: Final = 100 + MEMBER_LIMIT * ENTRY_BYTES


@dataclass(frozen=True, slots=True)
class OpenedShares(Record):
    """A trustee's shares. It is sent only inside an :class:`Opening`.

    Attributes:
        round_id: 32 bytes.
        trustee: the trustee's number in the round, from 1.
        entries: for each share that could be unsealed 64 bytes: envelope_id, then the
            share; ascending.
    """

    LABEL: ClassVar[str] = labels.OPENED_SHARES
    MAX_BYTES: ClassVar[int] = _OPENED_LIMIT

    round_id: Identifier
    trustee: TrusteeNumber
    entries: Annotated[Secret, SecretBin(0, MEMBER_LIMIT * ENTRY_BYTES)]

    def check(self) -> None:
        """Check that no entry is cut off, and that the envelopes ascend and none occurs twice."""
        if len(self.entries) % ENTRY_BYTES:
            raise MalformedError("the last entry of an opening is cut off")
        if any(a >= b for a, b in pairwise(self.envelope_ids())):
            raise MalformedError("the entries of an opening do not ascend")

    @classmethod
    def of(cls, round_id: bytes, trustee: int, shares: Mapping[bytes, Secret]) -> Self:
        """Return a record of shares, given by envelope_id (32 bytes)."""
        packed = Secret(b"".join(key + shares[key].reveal() for key in sorted(shares)))
        return cls(round_id, trustee, packed)

    def envelope_ids(self) -> list[bytes]:
        """Return the envelope_id of each entry, 32 bytes, ascending."""
        raw = self.entries.reveal()
        return [raw[i : i + IDENTIFIER_BYTES] for i in range(0, len(raw), ENTRY_BYTES)]

    def shares(self) -> Mapping[bytes, Secret]:
        """Return each share of 32 bytes by its envelope_id."""
        return _Shares(self)


class _Shares(Mapping[bytes, Secret]):
    """The shares of an opening, each cut out when it is looked up.

    A round can have a million envelopes, so only the places of their shares are kept.
    """

    __slots__ = ("_entries", "_places")

    def __init__(self, opened: OpenedShares) -> None:
        self._entries = opened.entries
        ids = opened.envelope_ids()
        self._places = dict(
            zip(ids, range(IDENTIFIER_BYTES, len(self._entries), ENTRY_BYTES), strict=True)
        )

    def __getitem__(self, envelope_id: bytes) -> Secret:
        place = self._places[envelope_id]
        return Secret(self._entries.reveal()[place : place + SHARE_BYTES])

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


@dataclass(frozen=True, slots=True)
class Opening(Record):
    """A trustee's shares of all envelopes, sealed to the organizer.

    Attributes:
        round_id: 32 bytes.
        trustee: the trustee's number in the round, from 1.
        sealed: the :class:`OpenedShares`.
    """

    LABEL: ClassVar[str] = labels.OPENING
    MAX_BYTES: ClassVar[int] = _OPENED_LIMIT + SEAL_OVERHEAD + 100

    round_id: Identifier
    trustee: TrusteeNumber
    sealed: Annotated[bytes, Bin(SEAL_OVERHEAD, _OPENED_LIMIT + SEAL_OVERHEAD)]
