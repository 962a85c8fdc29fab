"""Every fresh key of a ring explains the very bytes of a proof; of ssh keys, only one does.

In these tests all logarithms are known: every hash to the curve is replaced by a multiple
of B. What follows is what somebody with unlimited computing power can do with a roster, the
proofs of possession in it, and a cosignature: compute every logarithm, and ask for each
listed key whether its owner can have made these bytes. For each fresh key there are a second
secret r, and output of the operating system, with which the library's own prover makes
them, byte for byte, and exactly one choice of both. So all these keys are equally likely.
"""

import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final

import pytest

from cosign import labels
from cosign.primitives.curve.edwards25519 import BASE, ORDER, Affine, affine
from cosign.primitives.curve.multiscalar import multiscalar
from cosign.proofs.interface import Binding, Challenge
from cosign.proofs.ring import keys, parameters, statement
from cosign.proofs.ring.keys import KeyKind, MemberSecret, prove_possession
from cosign.proofs.ring.parameters import RingProof
from cosign.proofs.ring.prover import RingProver
from cosign.proofs.ring.statement import Ring, RingStatement
from cosign.proofs.ring.verifier import RingVerifier
from cosign.secret import Secret
from tests.support.naive_ring_prover import coefficients, hedged, one_hot
from tests.support.rings import BINDING, ROSTER_ID, ROUND_ID, Stream, stream

CHALLENGE: Final = Challenge(ROUND_ID, "is it yours?")
FRESH: Final[tuple[KeyKind, ...]] = ("fresh",) * 5
SSH: Final[tuple[KeyKind, ...]] = ("ssh",) * 5
MIXED: Final[tuple[KeyKind, ...]] = ("fresh", "ssh", "fresh", "ssh", "fresh")


def logarithm(dst: str, message: bytes = b"") -> int:
    """Return the logarithm of what a label and a message are hashed to."""
    digest = hashlib.sha512(dst.encode() + b"|" + message).digest()
    return int.from_bytes(digest, "little") % int(ORDER)


def known_point(dst: str, message: bytes) -> Affine:
    """Stand for hash_to_curve."""
    return affine(multiscalar([logarithm(dst, message)], [BASE]))


@pytest.fixture(autouse=True)
def _known_logarithms(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Replace every generator but B by one whose logarithm is known."""
    caches = keys.blinding_base, parameters._generator, parameters.Generators.first
    for module in (keys, parameters, statement):
        monkeypatch.setattr(module, "hash_to_curve", known_point)
    for cached in caches:
        cached.cache_clear()
    yield
    for cached in caches:
        cached.cache_clear()


def u() -> int:
    """Return the logarithm of U."""
    return logarithm(labels.MEMBER_KEY_GENERATOR)


def q() -> int:
    """Return the logarithm of Q."""
    return logarithm(labels.RING_TAG_BASE, ROUND_ID)


def generator(number: int) -> int:
    """Return the logarithm of a generator of the commitments."""
    return logarithm(labels.RING_GENERATOR, number.to_bytes(4, "big"))


def inverse(value: int) -> int:
    """Return the inverse modulo the order."""
    return pow(value, -1, int(ORDER))


def scalar(raw: bytes) -> int:
    """Read a scalar."""
    return int.from_bytes(raw, "little")


def secret_from(x: int, r: int, kind: KeyKind) -> MemberSecret:
    """Return the library's form of a secret."""
    x_raw, r_raw = ((n % int(ORDER)).to_bytes(32, "little") for n in (x, r))
    return MemberSecret(Secret(x_raw), Secret(r_raw), kind)


@dataclass
class Script:
    """An operating system's source that gives what makes chosen nonces of a secret."""

    answers: list[bytes]

    @classmethod
    def of(
        cls, label: str, secret: MemberSecret, values: Sequence[bytes], nonces: Sequence[int]
    ) -> "Script":
        """Work out the fresh output from the nonces that are wanted."""
        salt = bytes(32)
        witness = scalar(secret.x.reveal()), scalar(secret.r.reveal())
        alone = hedged(label, witness, values, bytes)  # with a source of zeros
        fresh = [(n - h) % int(ORDER) for n, h in zip(nonces, alone, strict=False)]
        return cls([salt, *(n.to_bytes(64, "little") for n in fresh)])

    def __call__(self, length: int) -> bytes:
        answer = self.answers.pop(0)
        assert len(answer) == length
        return answer


@dataclass
class World:
    """A ring of members, and what is published of it."""

    secrets: list[MemberSecret]
    ring: Ring
    possessions: list[bytes]

    @classmethod
    def of(cls, kinds: Sequence[KeyKind]) -> "World":
        """Let members of these kinds make their keys."""
        source = stream("everlasting")
        secrets = [
            MemberSecret.draw(source)
            if kind == "fresh"
            else MemberSecret.from_seed(Secret(source(32)))
            for kind in kinds
        ]
        possessions = [prove_possession(secret, source) for secret in secrets]
        return cls(secrets, Ring.load([s.public_key for s in secrets]), possessions)

    @property
    def key_logs(self) -> list[int]:
        """The logarithms of the keys."""
        pairs = ((scalar(s.x.reveal()), scalar(s.r.reveal())) for s in self.secrets)
        return [(x + u() * r) % int(ORDER) for x, r in pairs]

    def prover(self, secret: MemberSecret, source: object) -> RingProver:
        """Return the library's prover of any secret."""
        return RingProver(self.ring, ROSTER_ID, ROUND_ID, secret, randomness=source)  # type: ignore[arg-type]  # a source

    def statement_values(self, binding: Binding = BINDING) -> list[bytes]:
        """Return what nonces are hashed from."""
        about = RingStatement(self.ring, ROSTER_ID, ROUND_ID)
        return [value for _, value in about.fields(binding)]

    def prove(self, index: int) -> tuple[bytes, list[int]]:
        """Prove as a member; return the proof and its nonces, which a logarithm would give."""
        secret, seed = self.secrets[index], f"signer {index}".encode()
        witness = scalar(secret.x.reveal()), scalar(secret.r.reveal())
        nonces = hedged(labels.RING_PROOF, witness, self.statement_values(), Stream(seed))
        return self.prover(secret, Stream(seed)).prove(BINDING), list(islice(nonces, 64))


@dataclass
class Logs:
    """The logarithms of the points of a proof, and its scalars."""

    T: int
    A: int
    B: int
    X: list[int]
    Y: list[int]
    f: list[list[int]]
    xi: int

    @classmethod
    def of(cls, world: World, index: int, nonces: Sequence[int], proof: bytes) -> "Logs":
        """Compute them from the nonces of the signer who made the proof."""
        about = RingStatement(world.ring, ROSTER_ID, ROUND_ID)
        radices, source = about.parameters.radices, iter(nonces)
        masks = [zero_sum(list(islice(source, n - 1))) for n in radices]
        blind_a, blind_b = islice(source, 2)
        rho, tau = (list(islice(source, len(radices))) for _ in range(2))
        sigma = [list(row) for row in one_hot(index, radices)]
        cut = RingProof.from_bytes(proof, about.parameters)
        xi = int(about.challenge(BINDING, cut))
        flat, bits = list(chain(*masks)), list(chain(*sigma))
        hidden = ring_sums(world.key_logs, sigma, masks)
        return cls(
            T=scalar(world.secrets[index].x.reveal()) * q(),
            A=commitment(flat, [-a * a for a in flat], blind_a),
            B=commitment(bits, [a * (1 - 2 * s) for a, s in zip(flat, bits, strict=True)], blind_b),
            X=[p + b + u() * t for p, b, t in zip(hidden, rho, tau, strict=True)],
            Y=[b * q() for b in rho],
            f=[
                [s * xi + a for s, a in zip(*rows, strict=True)]
                for rows in zip(sigma, masks, strict=True)
            ],
            xi=xi,
        )


def zero_sum(rest: list[int]) -> list[int]:
    """Put the value first with which all add up to zero."""
    return [-sum(rest), *rest]


def commitment(first: Sequence[int], second: Sequence[int], blind: int) -> int:
    """Return the logarithm of Com(u, v; r)."""
    pairs = enumerate(zip(first, second, strict=True))
    terms = (g * generator(1 + 2 * p) + h * generator(2 + 2 * p) for p, (g, h) in pairs)
    return (sum(terms) + blind * generator(0)) % int(ORDER)


def ring_sums(
    logs: Sequence[int], sigma: Sequence[Sequence[int]], masks: Sequence[Sequence[int]]
) -> list[int]:
    """Return the logarithms of the sums of p_{i,j} C_i for j below m."""
    places = math.prod(len(row) for row in sigma)
    table = [coefficients(i, sigma, masks) for i in range(places)]
    held = [logs[min(i, len(logs) - 1)] for i in range(places)]
    columns = list(zip(*table, strict=True))[:-1]
    return [sum(c * log for c, log in zip(column, held, strict=True)) for column in columns]


def explanation(world: World, logs: Logs, index: int) -> tuple[MemberSecret, list[int]] | None:
    """Return the one secret and the nonces with which a key's owner made a proof, if any."""
    x = logs.T * inverse(q()) % int(ORDER)
    r = (world.key_logs[index] - x) * inverse(u()) % int(ORDER)
    kind = world.secrets[index].kind
    if kind == "ssh" and r:
        return None  # the owner of an Ed25519 key has r = 0
    sigma = one_hot(index, [len(row) for row in logs.f])
    rows = zip(logs.f, sigma, strict=True)
    masks = [[f - s * logs.xi for f, s in zip(*row, strict=True)] for row in rows]
    flat, bits = list(chain(*masks)), list(chain(*sigma))
    over = inverse(generator(0))
    blind_a = (logs.A - commitment(flat, [-a * a for a in flat], 0)) * over
    products = [a * (1 - 2 * s) for a, s in zip(flat, bits, strict=True)]
    blind_b = (logs.B - commitment(bits, products, 0)) * over
    rho = [y * inverse(q()) for y in logs.Y]
    sums = ring_sums(world.key_logs, sigma, masks)
    tau = [(X - p - b) * inverse(u()) for X, p, b in zip(logs.X, sums, rho, strict=True)]
    tails = [a for row in masks for a in row[1:]]
    return secret_from(x, r, kind), [n % int(ORDER) for n in (*tails, blind_a, blind_b, *rho, *tau)]


def explains(world: World, proof: bytes, logs: Logs, index: int) -> bool:
    """Return whether the library makes this proof, byte for byte, with a certain key."""
    found = explanation(world, logs, index)
    if found is None:
        return False
    secret, nonces = found
    assert secret.public_key == world.ring.keys[index]
    script = Script.of(labels.RING_PROOF, secret, world.statement_values(), nonces)
    again = world.prover(secret, script).prove(BINDING)
    assert not script.answers
    assert again == proof
    return True


def explained_by(world: World, signer: int) -> set[int]:
    """Return the indices that explain a signer's proof."""
    proof, nonces = world.prove(signer)
    assert not RingVerifier(world.ring, ROSTER_ID, ROUND_ID).verify_batch([(BINDING, proof)])
    logs = Logs.of(world, signer, nonces, proof)
    return {i for i in range(len(world.secrets)) if explains(world, proof, logs, i)}


@pytest.mark.parametrize("size", [2, 3, 4, 5])
def test_every_fresh_key_explains_the_same_bytes(size: int) -> None:
    """Each key explains them, so the bytes say nothing about the signer, whatever is computed."""
    world = World.of(FRESH[:size])
    for signer in range(size):
        assert explained_by(world, signer) == set(range(size))


@pytest.mark.parametrize("size", [2, 4, 5])
def test_exactly_one_ssh_key_explains_a_proof(size: int) -> None:
    """Its owner's: who can compute logarithms finds the signer."""
    world = World.of(SSH[:size])
    for signer in range(size):
        assert explained_by(world, signer) == {signer}


def test_fresh_signers_hide_among_fresh_keys_alone() -> None:
    """On a roster with both kinds.

    An ssh signer's proof is explained by the fresh keys too, but for each of them only if
    its x happens to be that of the ssh key, which is one chance in the group's order.
    """
    world = World.of(MIXED)
    fresh = {i for i, kind in enumerate(MIXED) if kind == "fresh"}
    for signer, kind in enumerate(MIXED):
        expected = fresh if kind == "fresh" else fresh | {signer}
        assert explained_by(world, signer) == expected


@pytest.mark.parametrize("signer", range(3))
def test_the_published_keys_fit_every_explanation(signer: int) -> None:
    """With the secret that explains a cosignature, each key's owner also made the MemberKey."""
    world = World.of(FRESH)
    proof, nonces = world.prove(signer)
    logs = Logs.of(world, signer, nonces, proof)
    for index, (key, possession) in enumerate(zip(world.ring.keys, world.possessions, strict=True)):
        found = explanation(world, logs, index)
        assert found
        secret, _ = found
        e, s, s_r = (scalar(possession[i : i + 32]) for i in range(0, 96, 32))
        wanted = [
            (answer - e * scalar(part.reveal())) % int(ORDER)
            for answer, part in ((s, secret.x), (s_r, secret.r))
        ]
        script = Script.of(labels.MEMBER_KEY_PROOF, secret, [key], wanted)
        assert prove_possession(secret, script) == possession


def test_a_claim_without_a_key_fits_every_fresh_key() -> None:
    """It shows whose tag it is, and nothing of r."""
    world = World.of(FRESH)
    made = world.prover(world.secrets[1], stream("claim")).claim(CHALLENGE, reveal=False)
    c, z = scalar(made.proof[:32]), scalar(made.proof[32:])
    proof, nonces = world.prove(1)
    logs = Logs.of(world, 1, nonces, proof)
    base = world.statement_values()[5]
    for index in range(5):
        found = explanation(world, logs, index)
        assert found
        secret, _ = found
        wanted = [(z - c * scalar(secret.x.reveal())) % int(ORDER), 0]
        values = [base, b"", *CHALLENGE.parts()]
        script = Script.of(labels.CLAIM_PROOF, secret, values, wanted)
        assert world.prover(secret, script).claim(CHALLENGE, reveal=False) == made


def test_nonces_out_of_one_seed_would_be_explained_by_one_key_only() -> None:
    """So each nonce has fresh output: the salt alone does not fit another key's secret."""
    world = World.of(FRESH)
    source = stream("salt")
    salt = source(32)

    def hashed_only(length: int) -> bytes:
        return salt if length == 32 else bytes(length)

    proof = world.prover(world.secrets[2], hashed_only).prove(BINDING)
    witness = scalar(world.secrets[2].x.reveal()), scalar(world.secrets[2].r.reveal())
    values = world.statement_values()
    nonces = list(islice(hedged(labels.RING_PROOF, witness, values, hashed_only), 64))
    logs = Logs.of(world, 2, nonces, proof)
    fitting = set()
    for index in range(5):
        found = explanation(world, logs, index)
        assert found
        secret, wanted = found
        own = scalar(secret.x.reveal()), scalar(secret.r.reveal())
        derived = hedged(labels.RING_PROOF, own, values, hashed_only)
        if wanted == list(islice(derived, len(wanted))):
            fitting.add(index)
    assert fitting == {2}


def test_who_knows_the_logarithm_of_u_has_many_tags() -> None:
    """That a key has one tag rests on it; and nothing else does."""
    world = World.of(FRESH)
    x, r = (scalar(part.reveal()) for part in (world.secrets[0].x, world.secrets[0].r))
    other = secret_from(x + u(), r - 1, "fresh")
    assert other.public_key == world.ring.keys[0]
    provers = [world.prover(secret, stream("two")) for secret in (world.secrets[0], other)]
    items = [(BINDING, prover.prove(BINDING)) for prover in provers]
    assert provers[0].tag != provers[1].tag
    assert not RingVerifier(world.ring, ROSTER_ID, ROUND_ID).verify_batch(items)
