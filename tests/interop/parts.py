"""Published files taken apart and put together, by the specification and without the library.

Sections "Hashing", "Rounds", "Published letter". With the organizer's seed one can sign crooked
files, so that not a signature but the check that a crook is aimed at decides about them.
"""

import hashlib
from dataclasses import dataclass, field
from typing import Any, Final, Self

import msgpack
from nacl.signing import SigningKey

MAGIC: Final = b"COSIGNED LETTER\n"
# Places of fields in RoundTerms.
TITLE, LETTER_ID, GROUP_ID, KIND, SLOT, ORGANIZER_KEY, TRUSTEES, QUORUM = 1, 2, 3, 4, 5, 6, 8, 10


def pack(record: list[Any]) -> bytes:
    """Encode a record, which is its label and its fields, in shortest forms."""
    encoded: bytes = msgpack.packb(record)
    return encoded


def unpack(record: bytes) -> list[Any]:
    """Decode a record into its label and its fields."""
    fields: list[Any] = msgpack.unpackb(record)
    return fields


def edited(record: bytes, changes: dict[int, Any]) -> bytes:
    """The record with other values in some places."""
    fields = unpack(record)
    for place, value in changes.items():
        fields[place] = value
    return pack(fields)


def u64(number: int) -> bytes:
    """The number in 8 bytes, big-endian."""
    return number.to_bytes(8, "big")


def framed_hash(label: str, *parts: bytes) -> bytes:
    """H of the specification, 64 bytes."""
    framed = (u64(len(part)) + part for part in (label.encode(), *parts))
    return hashlib.sha512(b"".join(framed)).digest()


def identifier(label: str, record: bytes) -> bytes:
    """The 32 bytes that commit to a record."""
    return framed_hash(label, record)[:32]


def sign(seed: bytes, label: str, *parts: bytes) -> bytes:
    """A signature over H(label, parts), 64 bytes."""
    return SigningKey(seed).sign(framed_hash(label, *parts)).signature


def public_key(seed: bytes) -> bytes:
    """The Ed25519 key of a seed, 32 bytes."""
    return bytes(SigningKey(seed).verify_key)


def frames(file: bytes) -> list[bytes]:
    """The contents of all frames: header, records, trailer."""
    contents, at = [], len(MAGIC)
    while at < len(file):
        end = at + 4 + int.from_bytes(file[at : at + 4], "big")
        contents.append(file[at + 4 : end])
        at = end
    return contents


def joined(contents: list[bytes]) -> bytes:
    """The file of these frames."""
    framed = (len(content).to_bytes(4, "big") + content for content in contents)
    return MAGIC + b"".join(framed)


@dataclass
class Parts:
    """What a published file consists of; ``file`` signs it, whatever it is.

    Where ``grants`` is None, each registrar whose seed is known grants slot 1 to the round.
    """

    seed: bytes  # of the organizer, and of the first publisher if the group is a roster
    terms: bytes
    letter: bytes
    group: bytes
    statements: list[bytes] = field(default_factory=list)
    figures: list[int] = field(default_factory=lambda: [0] * 5)
    records: list[bytes] = field(default_factory=list)
    registrars: list[bytes] = field(default_factory=list)  # their seeds; none of a roster
    grants: list[bytes] | None = None

    @classmethod
    def of(cls, file: bytes, seed: bytes, registrars: list[bytes]) -> Self:
        """Take a file apart whose organizer and registrars have these seeds."""
        header, *records, _trailer = frames(file)
        _, round_, figures = unpack(header)
        _, terms, _, letter, group, statements, _grants = unpack(round_)
        return cls(seed, terms, letter, group, statements, figures, records, registrars)

    @property
    def group_id(self) -> bytes:
        """The identifier of the group that the terms name."""
        group_id: bytes = unpack(self.terms)[GROUP_ID]
        return group_id

    @property
    def round_id(self) -> bytes:
        """The identifier of the terms."""
        return identifier("cosign/v1/round-id", self.terms)

    def renamed(self) -> Self:
        """Sign a roster again, and let the terms name the letter, the group and the organizer."""
        label, *fields = unpack(self.group)
        committed = self.group
        if label == "cosign/roster/1":
            committed = fields[0]
            signature = sign(self.seed, "cosign/v1/roster-signature", committed)
            self.group = edited(self.group, {2: [[0, signature]]})
        changes = {
            LETTER_ID: identifier("cosign/v1/letter-id", self.letter),
            GROUP_ID: identifier("cosign/v1/group-id", committed),
            ORGANIZER_KEY: public_key(self.seed),
        }
        self.terms = edited(self.terms, changes)
        return self

    def granted(self, slot: int = 1, round_id: bytes = b"") -> list[bytes]:
        """Let the registrars grant a slot to this round, or to another one."""
        group_id = identifier("cosign/v1/group-id", self.group)
        made = []
        for number, seed in enumerate(self.registrars):
            signed = (group_id, u64(slot), round_id or self.round_id, u64(number))
            signature = sign(seed, "cosign/v1/grant-signature", *signed)
            fields = [group_id, slot, round_id or self.round_id, number, signature]
            made.append(pack(["cosign/slot-grant/1", *fields]))
        return made

    def file(self) -> bytes:
        """Sign terms and content."""
        signature = sign(self.seed, "cosign/v1/round-signature", self.terms)
        round_ = ["cosign/round/1", self.terms, signature, self.letter, self.group, self.statements]
        round_.append(self.granted() if self.grants is None else self.grants)
        header = pack(["cosign/published-letter/1", pack(round_), self.figures])
        return closed([header, *self.records], self.seed, self.round_id)


def closed(contents: list[bytes], seed: bytes, round_id: bytes, more: int = 0) -> bytes:
    """The file of these frames and a trailer that fits, or counts ``more`` than there are."""
    body = joined(contents)
    label = b"cosign/v1/published-hash"
    digest = hashlib.sha512(u64(len(label)) + label + body).digest()
    count = len(contents) - 1 + more
    signature = sign(seed, "cosign/v1/published-signature", round_id, u64(count), digest)
    trailer = pack(["cosign/published-trailer/1", count, digest, signature])
    return joined([*contents, trailer])
