"""Groups of which a test knows every secret, and files by their members, honest or crooked.

Sections "Enrolment", "Certificate proof" and "Signatures". Ring proofs are made by
``crooked_prover.mjs``.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA384
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_private_key,
)
from nacl import bindings

from tests.interop.parts import (
    KIND,
    QUORUM,
    SLOT,
    Parts,
    edited,
    pack,
    public_key,
    sign,
    u64,
    unpack,
)
from tests.support import places

VECTORS: Final = places.VECTORS
ACCEPTED: Final[list[dict[str, Any]]] = json.loads((VECTORS / "accepted.json").read_text())
MOST_NONCES: Final = 64
OPEN: Final = "cosign/open-cosignature/1"
ORDER: Final = 2**252 + 27742317777372353535851937790883648493
ORDER_EIGHT: Final = bytes.fromhex(
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"
)


KEY_GENERATOR: Final = bytes.fromhex(
    json.loads((VECTORS / "ring.json").read_text())["generators"]["U"]
)


def publisher(seed: bytes, name: str = "P") -> bytes:
    """The record of a publisher."""
    return pack(["cosign/publisher/1", name, public_key(seed)])


def accepted(name: str) -> dict[str, Any]:
    """The accepted vector of this name."""
    return next(vector for vector in ACCEPTED if vector["name"] == name)


def vector_file() -> Parts:
    """The published file of the vectors, with the seeds of its organizer and registrars."""
    derived = accepted("Round")["derived"]
    registrars = [bytes.fromhex(seed) for seed in derived["registrar_seeds"]]
    seed = bytes.fromhex(derived["organizer_seed"])
    return Parts.of(bytes.fromhex(accepted("published file")["hex"]), seed, registrars)


def seed_of(member: int) -> bytes:
    """The seed of a member's key."""
    return member.to_bytes(32, "big")


def listed_secret(member: int) -> tuple[bytes, bytes]:
    """The scalars x and r of a member of a roster: r is zero for ssh keys, those of odd numbers."""
    if member % 2:
        clamped = bytearray(hashlib.sha512(seed_of(member)).digest()[:32])
        clamped[0] &= 248
        clamped[31] = clamped[31] & 127 | 64
        return _scalar(int.from_bytes(clamped, "little")), bytes(32)
    x, r = (hashlib.sha512(bytes([part]) + seed_of(member)).digest() for part in range(2))
    return _scalar(int.from_bytes(x, "little")), _scalar(int.from_bytes(r, "little"))


def _scalar(number: int) -> bytes:
    return (number % ORDER).to_bytes(32, "little")


def listed_key(member: int) -> bytes:
    """The key of a member of a roster."""
    x, r = listed_secret(member)
    key = bindings.crypto_scalarmult_ed25519_base_noclamp(x)
    if member % 2:
        return key
    blind = bindings.crypto_scalarmult_ed25519_noclamp(r, KEY_GENERATOR)
    return bindings.crypto_core_ed25519_add(key, blind)


def in_order(records: list[bytes]) -> list[bytes]:
    """Records as a file has them: by tag, then by their bytes."""
    return sorted(records, key=lambda record: (proof_of(record)[:32], record))


def proof_of(record: bytes) -> bytes:
    """The proof in a record of either kind."""
    label, *fields = unpack(record)
    proof: bytes = fields[1 if label == OPEN else 2]
    return proof


def cosignature(proof: bytes, statement: str = "", action: str = "cosign") -> bytes:
    """A record around a proof."""
    return pack(["cosign/cosignature/1", action, statement, proof])


def opened(
    record: bytes,
    name: str,
    role: str,
    consent: bytes,
    *,
    key: bytes | None = None,
    attestations: Sequence[tuple[int, bytes]] = (),
) -> bytes:
    """A record with a name around the proof and statement of one without."""
    _, _, statement, proof = unpack(record)
    return pack([OPEN, statement, proof, name, role, key, consent, [*attestations]])


@dataclass
class Council:
    """A registered group of three registrars, with one slot, and a round of it without records."""

    parts: Parts
    rsa_keys: list[RSAPrivateKey]
    threshold: int

    @classmethod
    def of(cls, threshold: int, issued: tuple[int | None, ...], quorum: int = 1) -> "Council":
        """Found the group; ``issued`` is what each registrar states, None for nothing."""
        parts = vector_file()
        label, name, purpose, opens, closes, _, registrars, salt = unpack(parts.group)
        rsa_keys = [_rsa_key(number) for number in range(3)]
        registrars = [
            edited(registrar, {2: [slot_key(number)], 3: public_key(seed_of(1000 + number))})
            for number, registrar in enumerate(registrars)
        ]
        group = pack([label, name, purpose, opens, closes, threshold, registrars, salt])
        seeds = [seed_of(1000 + number) for number in range(3)]
        parts = replace(parts, group=group, statements=[], records=[], registrars=seeds)
        parts.terms = edited(parts.terms, {QUORUM: quorum})
        parts.renamed()
        for number, count in enumerate(issued):
            if count is not None:
                kinds = [["in person", count]] if count else []
                said = [b"in person", u64(count)] if count else []
                signed = (parts.group_id, u64(number), *said)
                signature = sign(seed_of(1000 + number), "cosign/v1/statement-signature", *signed)
                fields = [parts.group_id, number, kinds, signature]
                parts.statements.append(pack(["cosign/enrolment-statement/1", *fields]))
        return cls(parts, rsa_keys, threshold)

    def endorsement(self, registrar: int, key: bytes) -> bytes:
        """The signature of a registrar on a key, as it is once it was unblinded."""
        message = pack(["cosign/membership/1", self.parts.group_id, 1, key])
        return self.rsa_keys[registrar].sign(bytes(32) + message, PSS(MGF1(SHA384()), 48), SHA384())

    def certified(self, key: bytes, signature: bytes, registrars: tuple[int, ...]) -> bytes:
        """A proof with endorsements for a key."""
        endorsements = (
            bytes([registrar]) + bytes(32) + self.endorsement(registrar, key)
            for registrar in registrars
        )
        return key + signature + b"".join(endorsements)

    def cosign(
        self, member: int, *registrars: int, statement: str = "", action: str = "cosign"
    ) -> bytes:
        """A record by a member whom these registrars certified."""
        binding = (self.parts.round_id, action.encode(), statement.encode())
        signature = sign(seed_of(member), "cosign/v1/cosign", *binding)
        proof = self.certified(public_key(seed_of(member)), signature, registrars)
        return cosignature(proof, statement, action)

    def attest(
        self, registrar: int, member: int, name: str, role: str = "", slot: int = 1
    ) -> tuple[int, bytes]:
        """The word of a registrar on a member's name."""
        about = (self.parts.group_id, u64(registrar), u64(slot), public_key(seed_of(member)))
        words = (name.encode(), role.encode())
        label = "cosign/v1/name-attestation-signature"
        return registrar, sign(seed_of(1000 + registrar), label, *about, *words)

    def consent(self, member: int, statement: str, name: str, role: str = "") -> bytes:
        """The word of a member that they want a name."""
        words = (statement.encode(), name.encode(), role.encode())
        return sign(seed_of(member), "cosign/v1/open-signature", self.parts.round_id, *words)

    def cosign_openly(
        self, member: int, *registrars: int, name: str, role: str = "", statement: str = ""
    ) -> bytes:
        """A record by a member whose key and name these registrars know."""
        record = self.cosign(member, *registrars, statement=statement)
        attestations = [self.attest(one, member, name, role) for one in registrars]
        consent = self.consent(member, statement, name, role)
        return opened(record, name, role, consent, attestations=attestations)

    def file(self, *records: bytes) -> bytes:
        """A file with these records."""
        return replace(self.parts, records=in_order([*records])).file()


def _rsa_key(number: int) -> RSAPrivateKey:
    key = load_der_private_key((VECTORS / "keys" / f"rsa3072-{number:02}.der").read_bytes(), None)
    assert isinstance(key, RSAPrivateKey)
    return key


def slot_key(number: int) -> bytes:
    """The public part of one of the RSA keys for tests, as registrars have it."""
    key = _rsa_key(number)
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


@dataclass
class Roll:
    """A roster, and a round of it without records."""

    parts: Parts
    keys: list[bytes]

    @classmethod
    def of(cls, size: int) -> "Roll":
        """Publish the roster of honest members."""
        kinds = {listed_key(member): member % 2 == 0 for member in range(1, size + 1)}
        return cls.around(sorted(kinds), {key for key, fresh in kinds.items() if fresh})

    @classmethod
    def around(
        cls,
        keys: list[bytes],
        fresh: set[bytes] | None = None,
        flags: bytes | None = None,
        publishers: list[bytes] | None = None,
        threshold: int = 1,
    ) -> "Roll":
        """Publish a roster of any keys, of whose kinds it may say anything.

        The first publisher, who is the organizer, signs it.
        """
        parts = vector_file()
        if flags is None:
            bits = sum(1 << i for i, key in enumerate(keys) if key in (fresh or set()))
            flags = bits.to_bytes(-(-len(keys) // 8), "little")
        left_out = [0, 1, 2, 3, 4, 5]
        vouching = [publishers or [publisher(parts.seed)], threshold, left_out]
        roster = ["roll", "a test", *vouching, flags, b"".join(keys)]
        terms = pack(["cosign/roster-terms/1", *roster])
        group = pack(["cosign/roster/1", terms, [[0, bytes(64)]]])
        terms = edited(parts.terms, {KIND: "rostered", SLOT: 0})
        parts = replace(parts, terms=terms, group=group, statements=[], records=[], registrars=[])
        return cls(parts.renamed(), keys)

    def request(
        self,
        member: int,
        statement: str = "",
        action: str = "cosign",
        torsion: dict[str, int] | None = None,
    ) -> dict[str, Any]:
        """What ``crooked_prover.mjs`` needs for a proof by a member."""
        drawn = repr((member, statement, action, torsion)).encode()
        return {
            "keys": [key.hex() for key in self.keys],
            "rosterId": self.parts.group_id.hex(),
            "roundId": self.parts.round_id.hex(),
            "action": action,
            "statement": statement,
            "x": listed_secret(member)[0].hex(),
            "r": listed_secret(member)[1].hex(),
            "salt": hashlib.sha256(drawn).hexdigest(),
            "fresh": hashlib.shake_256(drawn).hexdigest(64 * MOST_NONCES),
            "torsion": torsion or {},
        }

    def naming(
        self, member: int, name: str, role: str = "", statement: str = "", **crooked: str
    ) -> dict[str, Any]:
        """What ``crooked_prover.mjs`` needs for a member's consent to a name."""
        return {**self.request(member, statement), "name": name, "role": role, **crooked}

    def file(self, *records: bytes) -> bytes:
        """A file with these records."""
        return replace(self.parts, records=in_order([*records])).file()


def with_torsion(scalar: int, eighths: int) -> bytes:
    """The point scalar * B + eighths * (a point of order eight); the scalar is not zero."""
    point = bindings.crypto_scalarmult_ed25519_base_noclamp((scalar % ORDER).to_bytes(32, "little"))
    for _ in range(eighths):
        point = bindings.crypto_core_ed25519_add(point, ORDER_EIGHT)
    return point


def crooked_signature(
    secret: int, nonce: int, key_eighths: int, nonce_eighths: int, message: bytes
) -> tuple[bytes, bytes, bool]:
    """A key and a signature with torsion, and whether SB - hA = R holds without cofactor."""
    key, commitment = with_torsion(secret, key_eighths), with_torsion(nonce, nonce_eighths)
    digest = hashlib.sha512(commitment + key + message).digest()
    h = int.from_bytes(digest, "little") % ORDER
    response = (nonce + h * secret) % ORDER
    holds = (nonce_eighths + h * key_eighths) % 8 == 0
    return key, commitment + response.to_bytes(32, "little"), holds
