"""Consent to a name: bound to tag, listed key, round, statement, name and role."""

from typing import Any

import pytest

from cosign import labels
from cosign.primitives.curve.constant_time import multiply
from cosign.primitives.curve.edwards25519 import Affine, encode
from cosign.primitives.curve.hash_to_curve import hash_to_curve
from cosign.proofs.interface import Attestation, Challenge, ClaimProof, Consent, Naming
from cosign.proofs.ring.naming import is_consent, prove_consent
from cosign.roles import member
from tests.support import rosters
from tests.support.rings import stream
from tests.support.world import Seeded

ROUND = rosters.round_of(5)
NAMING = Naming(ROUND.round_id, "said", "Ada", "engineer")


def prover(number: int) -> Any:
    """Return a member's prover."""
    return member.make_prover(rosters.credential(number), ROUND)


def verifier() -> Any:
    """Return the round's verifier."""
    return ROUND.membership_verifier()


def tag_base() -> Affine:
    """Return Q of the round."""
    return hash_to_curve(labels.RING_TAG_BASE, ROUND.round_id)


def test_an_honest_consent_holds() -> None:
    """96 bytes with the listed key; for owners of ssh keys, too."""
    own = prover(0)
    consent = own.consent(NAMING)
    assert (consent.key, len(consent.proof)) == (rosters.credential(0).key, 96)
    assert verifier().is_named(NAMING, own.tag, consent, ())


def test_an_ssh_key_s_owner_consents_likewise() -> None:
    key = rosters.ssh_key(1)
    round_ = rosters.open_round(rosters.roster_of([key, rosters.credential(0).key]))
    own = member.make_prover(rosters.credential(0), round_, seed=rosters.ssh_seed(1))
    naming = NAMING._replace(round_id=round_.round_id)
    consent = own.consent(naming)
    assert consent.key == key
    assert round_.membership_verifier().is_named(naming, own.tag, consent, ())


@pytest.mark.parametrize(
    "changes",
    [
        {"statement": "other"},
        {"name": "Eva"},
        {"role": ""},
        {"name": "Adaengineer", "role": ""},
        {"statement": "saidAda", "name": "engineer"},
        {"round_id": bytes(32)},
    ],
)
def test_it_is_bound_to_every_word(changes: dict[str, Any]) -> None:
    own = prover(0)
    consent = own.consent(NAMING)
    assert not verifier().is_named(NAMING._replace(**changes), own.tag, consent, ())


def test_no_key_or_tag_of_another_fits() -> None:
    """Neither can be exchanged, nor can the whole move to another member's tag."""
    own, other = prover(0), prover(1)
    consent = own.consent(NAMING)
    check = verifier().is_named
    assert not check(NAMING, other.tag, consent, ())
    assert not check(NAMING, own.tag, consent._replace(key=rosters.credential(1).key), ())
    assert not check(NAMING, own.tag, consent._replace(key=None), ())
    assert not check(NAMING, own.tag, other.consent(NAMING), ())


def test_a_key_that_is_not_listed_does_not_count() -> None:
    """The equations alone hold for any key; the roster is what a name rests on."""
    foreign = rosters.credential(7)
    secret, base = rosters.secret_of(foreign), tag_base()
    consent = prove_consent(secret, base, NAMING, Seeded("foreign"))
    tag = multiply(secret.x.reveal(), encode(base))
    assert is_consent(base, NAMING, tag, consent)
    assert not verifier().is_named(NAMING, tag, consent, ())


def test_a_consent_for_another_round_is_refused() -> None:
    """Also one that the tag's owner made for it: the tag is of this round."""
    secret, base = rosters.secret_of(rosters.credential(0)), tag_base()
    elsewhere = NAMING._replace(round_id=bytes(32))
    consent = prove_consent(secret, base, elsewhere, Seeded("elsewhere"))
    assert is_consent(base, elsewhere, prover(0).tag, consent)
    assert not verifier().is_named(elsewhere, prover(0).tag, consent, ())


def test_nobody_attests_a_listed_key() -> None:
    own = prover(0)
    consent = own.consent(NAMING)
    assert not verifier().is_named(NAMING, own.tag, consent, (Attestation(0, bytes(64)),))


@pytest.mark.parametrize("place", range(0, 96, 5))
def test_every_byte_counts(place: int) -> None:
    own = prover(0)
    key, proof = own.consent(NAMING)
    flipped = bytearray(proof)
    flipped[place] ^= 1
    assert not verifier().is_named(NAMING, own.tag, Consent(key, bytes(flipped)), ())


def test_scalars_have_one_encoding() -> None:
    """A response plus the group's order is the same number, and refused."""
    own = prover(0)
    key, proof = own.consent(NAMING)
    order = 2**252 + 27742317777372353535851937790883648493
    for start in (32, 64):
        number = int.from_bytes(proof[start : start + 32], "little") + order
        longer = proof[:start] + number.to_bytes(32, "little") + proof[start + 32 :]
        assert not verifier().is_named(NAMING, own.tag, Consent(key, longer), ())


def test_a_claim_is_no_consent_and_a_consent_no_claim() -> None:
    """Whatever words the challenge had: the transcripts differ in label and names."""
    own = prover(0)
    for text in ("said", "Ada", "saidAdaengineer"):
        challenge = Challenge(ROUND.round_id, text)
        claim = own.claim(challenge, reveal=True)
        for words in (NAMING, Naming(ROUND.round_id, "", text, ""), NAMING._replace(name=text)):
            assert not verifier().is_named(words, own.tag, Consent(*claim), ())
            consent = own.consent(words)
            assert not verifier().is_claim(challenge, own.tag, ClaimProof(*consent))


def test_a_prover_is_for_one_round() -> None:
    with pytest.raises(ValueError, match="another round"):
        prover(0).consent(NAMING._replace(round_id=bytes(32)))


def test_nonces_differ_between_names_also_where_randomness_repeats() -> None:
    """Two consents with one commitment would give the secret away."""
    secret, base = rosters.secret_of(rosters.credential(0)), tag_base()
    made = [
        prove_consent(secret, base, NAMING._replace(name=name), stream("same")).proof
        for name in ("Ada", "Eva")
    ]
    order = 2**252 + 27742317777372353535851937790883648493
    (c, z), (d, y) = (
        (int.from_bytes(p[:32], "little"), int.from_bytes(p[32:64], "little")) for p in made
    )
    x = int.from_bytes(secret.x.reveal(), "little")
    assert (z - c * x) % order != (y - d * x) % order
