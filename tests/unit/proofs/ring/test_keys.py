"""Member keys: what they hide, and the proof that their maker knows both secrets."""

import hashlib
import pickle

import pytest

from cosign.errors import MalformedError
from cosign.primitives.curve.constant_time import ZERO, add_points, multiply, reduce_wide
from cosign.primitives.curve.edwards25519 import BASE, ORDER, decode, encode, is_prime_order
from cosign.primitives.ed25519 import SigningKey
from cosign.proofs.ring import keys
from cosign.proofs.ring.keys import (
    MemberSecret,
    blinding_base,
    is_possession,
    prove_possession,
)
from cosign.secret import Secret
from tests.support import naive_claim
from tests.support.rings import key_of, secret_of, seed_of, stream
from tests.support.torsion import shifted

U = encode(blinding_base())
KEY = key_of(2)
PROOF = prove_possession(secret_of(2))


def scalar(raw: bytes) -> int:
    """Read a scalar."""
    return int.from_bytes(raw, "little")


def test_a_fresh_key_commits_to_both_scalars() -> None:
    """C = xB + rU, a point of prime order, with neither scalar zero."""
    secret = MemberSecret.draw()
    x, r = secret.x.reveal(), secret.r.reveal()
    assert secret.kind == "fresh"
    assert ZERO not in (x, r)
    assert secret.public_key == add_points(multiply(x, encode(BASE)), multiply(r, U))
    assert is_prime_order(secret.public_key)


def test_an_ssh_key_is_a_member_key_without_a_second_scalar() -> None:
    """Its public key is the Ed25519 public key."""
    secret = MemberSecret.from_seed(seed_of(1))
    assert secret.kind == "ssh"
    assert secret.r.reveal() == ZERO
    assert secret.public_key == SigningKey(seed_of(1)).public_key


def test_both_scalars_come_from_the_source_by_themselves() -> None:
    """64 bytes each; what one is says nothing about the other."""
    asked: list[int] = []
    source = stream("draw")

    def spy(length: int) -> bytes:
        asked.append(length)
        return source(length)

    secret = MemberSecret.draw(spy)
    again = stream("draw")
    assert asked == [64, 64]
    assert secret.x.reveal() == reduce_wide(again(64))
    assert secret.r.reveal() == reduce_wide(again(64))


def test_a_zero_scalar_is_drawn_again() -> None:
    """From a source that gives zero, the order, and then something else."""
    answers = [bytes(64), int(ORDER).to_bytes(64, "little"), b"\x05" + bytes(63), b"\x07" * 64]
    secret = MemberSecret.draw(lambda _: answers.pop(0))
    assert scalar(secret.x.reveal()) == 5
    assert not answers


def test_secrets_are_written_and_read() -> None:
    """As 64 bytes."""
    secret = secret_of(2)
    assert MemberSecret.from_bytes(secret.to_bytes()) == secret
    assert len(secret.to_bytes()) == 64


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        bytes(64),
        b"\x01" * 63,
        b"\x01" * 65,
        bytes(32) + b"\x01" * 32,
        b"\x01" * 32 + bytes(32),
        int(ORDER).to_bytes(32, "little") + b"\x01" * 32,
        b"\x01" * 32 + b"\xff" * 32,
    ],
    ids=["empty", "zeros", "short", "long", "x-zero", "r-zero", "x-order", "r-unreduced"],
)
def test_damaged_secrets_are_refused(raw: bytes) -> None:
    """A zero second scalar, too: such a key would not be fresh."""
    with pytest.raises(MalformedError, match="secret of a membership key is damaged"):
        MemberSecret.from_bytes(Secret(raw))


def test_a_secret_shows_and_gives_away_nothing() -> None:
    """Neither by representation nor by pickling."""
    secret = secret_of(2)
    for part in (secret.x.reveal(), secret.r.reveal()):
        assert part.hex() not in repr(secret)
        assert repr(part) not in repr(secret)
    with pytest.raises(TypeError):
        pickle.dumps(secret)


@pytest.mark.parametrize("member", range(4))
def test_possession_is_proved_and_verified_twice(member: int) -> None:
    """Keys of both kinds, by the library and by the naive verifier."""
    proof = prove_possession(secret_of(member))
    assert len(proof) == 96
    assert is_possession(key_of(member), proof)
    assert naive_claim.possesses(key_of(member), proof)
    assert not is_possession(key_of(member + 1), proof)


def test_every_flipped_bit_is_noticed() -> None:
    """In key and proof."""
    for bit in range(8 * len(PROOF)):
        changed = (int.from_bytes(PROOF, "little") ^ 1 << bit).to_bytes(len(PROOF), "little")
        assert not is_possession(KEY, changed)
    for bit in range(8 * len(KEY)):
        changed = (int.from_bytes(KEY, "little") ^ 1 << bit).to_bytes(len(KEY), "little")
        assert not is_possession(changed, PROOF)


@pytest.mark.parametrize("length", [0, 32, 64, 95, 97])
def test_other_lengths_are_refused(length: int) -> None:
    """Also that of a proof for one scalar, which is the first part of this one."""
    assert not is_possession(KEY, (PROOF + bytes(1))[:length])


@pytest.mark.parametrize("place", range(3))
def test_scalars_have_one_form(place: int) -> None:
    """The same value with the order added is refused."""
    start = 32 * place
    longer = int(scalar(PROOF[start : start + 32]) + ORDER).to_bytes(32, "little")
    assert not is_possession(KEY, PROOF[:start] + longer + PROOF[start + 32 :])


def challenge(key: bytes, commitment: bytes) -> int:
    """Compute the challenge as the specification says it."""
    parts = [b"cosign/v1/member-key-proof", b"suite", b"edwards25519_XMD:SHA-512_ELL2_RO_"]
    framed = [*parts, b"C", key, b"R", commitment]
    digest = hashlib.sha512(b"".join(len(p).to_bytes(8, "big") + p for p in framed)).digest()
    return 1 + scalar(digest) % int(ORDER - 1)


def forged(key: bytes, nonces: tuple[int, int], secrets: tuple[int, int]) -> tuple[int, bytes]:
    """Make a proof from any secrets; return its challenge, too."""
    terms = zip(nonces, (encode(BASE), U), strict=True)
    e = challenge(key, add_points(*(multiply(n.to_bytes(32, "little"), P) for n, P in terms)))
    answers = (int((k + e * w) % ORDER) for k, w in zip(nonces, secrets, strict=True))
    return e, b"".join(n.to_bytes(32, "little") for n in (e, *answers))


@pytest.mark.parametrize("wrong", [(0, 0), (1, 0), (0, 1)], ids=["both", "r", "x"])
def test_one_scalar_alone_proves_nothing(wrong: tuple[int, int]) -> None:
    """The answers for both have to fit the key."""
    x, r = (scalar(part.reveal()) for part in (secret_of(2).x, secret_of(2).r))
    _, proof = forged(KEY, (3, 5), (x + wrong[0], r + wrong[1]))
    assert is_possession(KEY, proof) == (wrong == (0, 0))


@pytest.mark.parametrize("multiple", range(8))
def test_keys_of_small_order_are_refused(multiple: int) -> None:
    """The identity, too, of which everybody knows the secrets zero and zero."""
    key = shifted(b"\x01" + bytes(31), multiple)
    proofs = (forged(key, (3, nonce), (0, 0)) for nonce in range(1, 500))
    assert not is_possession(key, next(proof for e, proof in proofs if (ORDER - e) % 8 == 0))


@pytest.mark.parametrize("multiple", range(1, 8))
def test_keys_of_mixed_order_are_refused(multiple: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """They would give one person eight keys: the equation holds for every eighth challenge."""
    key = shifted(KEY, multiple)
    x, r = (scalar(part.reveal()) for part in (secret_of(2).x, secret_of(2).r))
    proofs = (forged(key, (3, nonce), (x, r)) for nonce in range(1, 500))
    proof = next(proof for e, proof in proofs if (ORDER - e) % 8 == 0)
    assert not is_possession(key, proof)
    monkeypatch.setattr(keys, "decode_prime_order", decode)
    assert is_possession(key, proof)  # the attack works where only the curve is checked


def test_nonces_depend_on_randomness_and_secret() -> None:
    """A source that repeats gives no two answers to one commitment, so no secret away."""
    first, again, other = (prove_possession(secret_of(member), bytes) for member in (2, 2, 4))
    assert first == again != other
    assert prove_possession(secret_of(2)) != prove_possession(secret_of(2))
    e, s = scalar(first[:32]), scalar(first[32:64])
    d, t = scalar(other[:32]), scalar(other[32:64])
    assert (s - t) * pow(e - d, -1, int(ORDER)) % int(ORDER) != scalar(secret_of(2).x.reveal())
