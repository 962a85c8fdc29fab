"""Each step of the page's engine makes the bytes that the library makes of the same randomness."""

import hashlib
import json
from dataclasses import replace
from typing import Any, Final

import pytest

from cosign.primitives.rsa import blind as blind_rsa
from cosign.primitives.rsa.pss import PSS_RANDOMIZED
from cosign.proofs.interface import Binding, Challenge, Naming
from cosign.proofs.ring.keys import MemberSecret
from cosign.proofs.ring.prover import RingProver
from cosign.proofs.ring.statement import Ring
from cosign.records.key_file import HandedIn, KeyFile
from cosign.records.member_key import MemberKeySecrets, make_member_key
from cosign.records.secrets import MemberState, Use
from cosign.relay.stamps import make_stamp
from cosign.roles import member
from cosign.roles.member.merging import merge
from tests.support import places, rosters
from tests.support.member_page import Engine, ProblemError, Recorded
from tests.support.rings import stream
from tests.support.world import loaded_rsa_key, village
from tests.unit.primitives.rsa.test_blind import i2osp, published_key

VECTORS: Final = json.loads((places.VECTORS / "published" / "rfc9474.json").read_text())["vectors"]
PUBLISHED: Final = next(v for v in VECTORS if v["name"] == PSS_RANDOMIZED.name)
ROSTER_ID, ROUND_ID = b"\x11" * 32, b"\x22" * 32


def test_blinding_of_the_rfc(engine: Engine) -> None:
    """RFC 9474, Appendix A: blinded message, inverse and signature."""
    key = published_key(PUBLISHED)
    r = pow(int(PUBLISHED["inv"], 16), -1, key.public_key.n)
    random = bytes.fromhex(PUBLISHED["salt"]) + i2osp(r, key.public_key.bytes)
    prepared = bytes.fromhex(PUBLISHED["input_msg"])
    made = engine.call("blind", key.public_key.spki, prepared, random)
    assert made["blinded"].hex() == PUBLISHED["blinded_msg"]
    assert made["inverse"].hex() == PUBLISHED["inv"]
    blind_sig = bytes.fromhex(PUBLISHED["blind_sig"])
    signature = engine.call("finalize", key.public_key.spki, prepared, blind_sig, made["inverse"])
    assert signature.hex() == PUBLISHED["sig"]


def test_blinding_draws_factors_again(engine: Engine) -> None:
    """Factors of zero, and of the modulus or more, are refused, never reduced."""
    key = loaded_rsa_key(0)
    n, size = key.public_key.n, key.public_key.bytes
    draws = [0, n, n + 1, 2 ** (8 * size) - 1, int(key._p), n - 2]
    random = bytes(48) + b"".join(i2osp(draw) for draw in draws)
    made = engine.call("blind", key.public_key.spki, b"message", random)
    assert int.from_bytes(made["inverse"]) * (n - 2) % n == 1


@pytest.mark.parametrize("spoil", ["other", "longer", "zero", "modulus"])
def test_false_blind_signatures(engine: Engine, spoil: str) -> None:
    key = loaded_rsa_key(0)
    size = key.public_key.bytes
    source = Recorded(stream("blinding"))
    blinded, inverse = blind_rsa.blind(key.public_key, b"message", PSS_RANDOMIZED, source)
    blind_sig = blind_rsa.blind_sign(key, blinded, stream("signing"))
    spoiled = {
        "other": i2osp(int.from_bytes(blind_sig) - 1, size),
        "longer": b"\0" + blind_sig,
        "zero": bytes(size),
        "modulus": i2osp(key.public_key.n, size),
    }[spoil]
    with pytest.raises(ProblemError, match=r"^(Malformed|Verification)Error"):
        engine.call("finalize", key.public_key.spki, b"message", spoiled, inverse.reveal())


def test_member_key(engine: Engine) -> None:
    """Secret, key and proof of possession."""
    source = Recorded(stream("member key"))
    secret = MemberSecret.draw(source)
    record = make_member_key(secret, source)
    made = engine.call("memberKeyOf", source.given)
    assert made == {"secret": secret.to_bytes().reveal(), "raw": record.to_bytes()}


def ring_with(size: int, index: int) -> tuple[Ring, MemberSecret]:
    """Return a ring, and the secret of its key at a place."""
    keys = sorted(rosters.credential(number).key for number in range(size))
    number = next(n for n in range(size) if rosters.credential(n).key == keys[index])
    return Ring.load(keys, randomness=stream("order")), rosters.secret_of(
        rosters.credential(number)
    )


@pytest.mark.parametrize(("size", "index"), [(2, 0), (4, 3), (9, 8), (17, 16), (41, 5)])
def test_ring_proof(engine: Engine, size: int, index: int) -> None:
    """For rings with and without places that stand for the last key; the index at both ends."""
    source = Recorded(stream(f"proof {size}"))
    ring, secret = ring_with(size, index)
    prover = RingProver(ring, ROSTER_ID, ROUND_ID, secret, randomness=source)
    proof = prover.prove(Binding(ROUND_ID, "cosign", "I was there"))
    keys = b"".join(ring.keys)
    binding = {"action": "cosign", "statement": "I was there"}
    parts = keys, ROSTER_ID, ROUND_ID, secret.x.reveal(), secret.r.reveal(), index
    assert engine.call("prove", *parts, binding, source.given) == proof


@pytest.mark.parametrize("reveal", [False, True])
def test_ring_claim(engine: Engine, *, reveal: bool) -> None:
    source = Recorded(stream("claim"))
    index = 1
    ring, secret = ring_with(5, index)
    prover = RingProver(ring, ROSTER_ID, ROUND_ID, secret, randomness=source)
    made = prover.claim(Challenge(ROUND_ID, "Jo, 4 March"), reveal=reveal)
    parts = b"".join(ring.keys), ROSTER_ID, ROUND_ID, secret.x.reveal(), secret.r.reveal(), index
    found = engine.call("claimRing", *parts, "Jo, 4 March", reveal, source.given)
    assert (found["key"], found["proof"]) == (made.key, made.proof)


def test_ring_consent(engine: Engine) -> None:
    """What stands beside a name on a roster."""
    source = Recorded(stream("consent"))
    ring, secret = ring_with(5, 2)
    prover = RingProver(ring, ROSTER_ID, ROUND_ID, secret, randomness=source)
    made = prover.consent(Naming(ROUND_ID, "I was there", "Ada", "engineer"))
    parts = b"".join(ring.keys), ROSTER_ID, ROUND_ID, secret.x.reveal(), secret.r.reveal(), 2
    called = {"name": "Ada", "role": "engineer"}
    found = engine.call("consentRing", *parts, "I was there", called, source.given)
    assert (found["key"], found["proof"]) == (made.key, made.proof)


def test_stamp(engine: Engine) -> None:
    """The first number that fits, so that a stamp says nothing about its maker."""
    address, item = hashlib.sha256(b"address").digest(), hashlib.sha256(b"item").digest()
    assert engine.call("stampFor", address, item, 13) == make_stamp(address, item, 13)


def use(slot: int, name: str, tag: bytes = bytes(32)) -> Use:
    """Return a use in the round of a name."""
    return Use(slot, hashlib.sha256(name.encode()).digest(), tag, "cosign", name)


def merged(engine: Engine, own: KeyFile, other: KeyFile) -> KeyFile:
    """Merge in the engine, and compare with what the library makes."""
    raw = engine.call("mergeFiles", own.to_bytes(), other.to_bytes())
    held = {_name(c): c for c in own.credentials}
    for credential in other.credentials:
        name = _name(credential)
        before: Any = held.get(name)
        held[name] = merge(before, credential) if before else credential
    assert raw == KeyFile.of(held.values()).to_bytes()
    return KeyFile.from_bytes(raw)


def _name(credential: Any) -> bytes:
    return credential.key if isinstance(credential, MemberKeySecrets) else credential.group.group_id


class TestMerging:
    """Of two copies every use, every certificate, and no key that either of them forgot."""

    whole = village().members[0]
    early = village().enrolments[0].before

    def test_uses_of_both(self, engine: Engine) -> None:
        one, other = (
            KeyFile.of([self.state(use(1, "a"), use(2, "b"))]),
            KeyFile.of([self.state(use(1, "a"), use(1, "c"))]),
        )
        for pair in ((one, other), (other, one)):
            [state] = merged(engine, *pair).memberships
            assert set(state.uses) == {use(1, "a"), use(2, "b"), use(1, "c")}

    def test_certificates_of_either(self, engine: Engine) -> None:
        """The answer that one copy finished is no longer waited for in the other."""
        for pair in ((self.whole, self.early), (self.early, self.whole)):
            [state] = merged(engine, *(KeyFile.of([one]) for one in pair)).memberships
            assert state == self.whole

    def test_forgotten_slot(self, engine: Engine) -> None:
        """The key goes, and so do uses that were forgotten with it."""
        alive = self.state(use(1, "a"), use(2, "b"))
        gone = member.forget_slot(alive, 1)
        for pair in ((alive, gone), (gone, alive)):
            [state] = merged(engine, *(KeyFile.of([one]) for one in pair)).memberships
            assert state == gone

    def test_forgotten_slot_with_receipts(self, engine: Engine) -> None:
        alive = self.state(use(1, "a"))
        gone = member.forget_slot(alive, 1, keep_receipts=True)
        [state] = merged(engine, KeyFile.of([alive]), KeyFile.of([gone])).memberships
        assert state == gone

    def test_keys(self, engine: Engine) -> None:
        key = rosters.credential(1)
        one = MemberKeySecrets(key.key, key.secret, (use(0, "a"),))
        other = MemberKeySecrets(key.key, key.secret, (use(0, "b"),))
        [found] = merged(engine, KeyFile.of([one]), KeyFile.of([other])).keys
        assert (found.secret, found.uses) == (key.secret, (use(0, "a"), use(0, "b")))
        gone = member.forget_keys(other)
        [found] = merged(engine, KeyFile.of([one]), KeyFile.of([gone])).keys
        assert found == gone

    def test_ssh_keys_never_lose_a_use(self, engine: Engine) -> None:
        one, other = (MemberKeySecrets(bytes(32), None, (use(0, name),)) for name in "ab")
        [found] = merged(engine, KeyFile.of([one]), KeyFile.of([other])).keys
        assert found.uses == (use(0, "a"), use(0, "b"))

    def test_keys_that_were_handed_in(self, engine: Engine) -> None:
        """One for a collection: that of the copy that goes on."""
        one, other = (rosters.credential(number) for number in (1, 2))
        here, there = (
            KeyFile.of([held], [HandedIn(bytes(32), held.key)]).to_bytes() for held in (one, other)
        )
        found = KeyFile.from_bytes(engine.call("mergeFiles", here, there))
        assert found.handed_in == (HandedIn(bytes(32), one.key),)
        assert {held.key for held in found.keys} == {one.key, other.key}

    def test_two_memberships(self, engine: Engine) -> None:
        """Two people, or one person twice: neither key is dropped."""
        one, other = (KeyFile.of([village().members[i]]) for i in (0, 1))
        with pytest.raises(ProblemError, match="different keys of the group") as caught:
            engine.call("mergeFiles", one.to_bytes(), other.to_bytes())
        assert caught.value.kind == "MismatchError"

    def state(self, *uses: Use) -> MemberState:
        """Return a membership with these uses."""
        return replace(self.whole, uses=uses)
