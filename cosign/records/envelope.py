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

import sys
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Final, NamedTuple, Self

from cosign import labels
from cosign.errors import MalformedError
from cosign.primitives.hashing import IDENTIFIER_BYTES
from cosign.primitives.hpke import CONTENT_OVERHEAD, SEAL_OVERHEAD
from cosign.records.identified import Identified
from cosign.records.limits import MEMBER_LIMIT, TRUSTEE_LIMIT, Digest, Identifier
from cosign.records.open_cosignature import COSIGNATURE_LIMIT
from cosign.secret import Secret
from cosign.wire.codecs import Array, Bin, SecretBin, UInt
from cosign.wire.padding import LENGTH_BYTES
from cosign.wire.record import Record

SHARE_BYTES: Final = 32
"""Length of a share, which is a scalar modulo the order of edwards25519."""

SEALED_SHARE_BYTES: Final = SHARE_BYTES + SEAL_OVERHEAD
_CIPHERTEXT_LIMIT: Final = LENGTH_BYTES + COSIGNATURE_LIMIT + CONTENT_OVERHEAD

TrusteeNumber = Annotated[int, UInt(TRUSTEE_LIMIT, least=1)]
"""A trustee's number in its round, from 1; its share is the value of the polynomial there."""


class SealedContent(NamedTuple):
    """The part of an envelope that its key decrypts; fields as in :class:`Envelope`."""

    round_id: bytes
    commitment: bytes
    ciphertext: bytes


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
    def content(self) -> SealedContent:
        """What the shares decrypt, without the shares."""
        return SealedContent(self.round_id, self.commitment, self.ciphertext)

    @property
    def envelope_id(self) -> bytes:
        """The 32-byte identifier of the envelope, which openings use."""
        return self.identifier


ENTRY_BYTES: Final = IDENTIFIER_BYTES + SHARE_BYTES
_START_BYTES: Final = array("Q").itemsize
_PIECE_BYTES: Final = 1_024 * ENTRY_BYTES
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
        raw = self.entries.reveal()
        if len(raw) % ENTRY_BYTES:
            raise MalformedError("the last entry of an opening is cut off")
        if any(
            raw[i - ENTRY_BYTES : i - SHARE_BYTES] >= raw[i : i + IDENTIFIER_BYTES]
            for i in range(ENTRY_BYTES, len(raw), ENTRY_BYTES)
        ):
            raise MalformedError("the entries of an opening do not ascend")

    @classmethod
    def of(cls, round_id: bytes, trustee: int, shares: Mapping[bytes, Secret]) -> Self:
        """Return a record of shares, given by envelope_id (32 bytes)."""
        packed = Secret(b"".join(key + shares[key].reveal() for key in sorted(shares)))
        return cls(round_id, trustee, packed)

    def shares(self) -> "Shares":
        """Return each share of 32 bytes by its envelope_id."""
        return Shares(self.entries)


class Shares(Mapping[bytes, Secret]):
    """The shares of an opening, each found and cut out when it is looked up.

    A round can have a million envelopes. Entries ascend, so nothing but them is kept, and the
    first eight bytes of each identifier, among which they are searched.

    Args:
        entries: as in :class:`OpenedShares`.
    """

    __slots__ = ("_entries", "_starts")

    def __init__(self, entries: Secret) -> None:
        self._entries = entries
        self._starts: array[int] | None = None

    def place(self, envelope_id: bytes, guess: int = 0) -> int | None:
        """Return the number, from 0, of an envelope's entry; None if there is none.

        Args:
            envelope_id: 32 bytes.
            guess: a number that is tried first, such as that in another trustee's opening,
                which mostly has the same envelopes.
        """
        if guess < len(self) and self._id(guess) == envelope_id:
            return guess
        if self._starts is None:
            self._starts = _starts(self._entries.reveal())
        start = int.from_bytes(envelope_id[:_START_BYTES], "big")
        low, high = bisect_left(self._starts, start), bisect_right(self._starts, start)
        found = bisect_left(range(high), envelope_id, low, key=self._id)
        return found if found < high and self._id(found) == envelope_id else None

    def share(self, place: int) -> Secret:
        """Return the share in the entry of this number."""
        start = place * ENTRY_BYTES + IDENTIFIER_BYTES
        return Secret(self._entries.reveal()[start : start + SHARE_BYTES])

    def __getitem__(self, envelope_id: bytes) -> Secret:
        if (place := self.place(envelope_id)) is None:
            raise KeyError(envelope_id)
        return self.share(place)

    def __iter__(self) -> Iterator[bytes]:
        return map(self._id, range(len(self)))

    def __len__(self) -> int:
        return len(self._entries) // ENTRY_BYTES

    def _id(self, place: int) -> bytes:
        start = place * ENTRY_BYTES
        return self._entries.reveal()[start : start + IDENTIFIER_BYTES]


def _starts(entries: bytes) -> "array[int]":
    """Return the first eight bytes of each entry as numbers, which ascend like the entries."""
    found = array("Q")
    for piece in range(0, len(entries), _PIECE_BYTES):
        words = array("Q", entries[piece : piece + _PIECE_BYTES])
        found.extend(words[:: ENTRY_BYTES // _START_BYTES])
    if sys.byteorder == "little":
        found.byteswap()
    return found


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
