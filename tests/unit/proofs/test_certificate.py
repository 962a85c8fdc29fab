"""The certificate proof of a registered group."""

import pickle
from typing import Any

import pytest

from cosign import labels
from cosign.errors import MalformedError, ThresholdError
from cosign.primitives.ed25519 import SigningKey
from cosign.proofs.certificate import (
    CertificateProver,
    CertificateVerifier,
    Endorsement,
    Owner,
    membership_message,
)
from cosign.proofs.interface import Attestation, Binding, Challenge, Naming
from cosign.secret import Secret
from cosign.wire.encoding import encode
from tests.support.forgery import (
    SMALL_ORDER,
    assemble,
    endorse,
    malleate,
    sign_with_torsion,
)
from tests.support.world import Seeded, loaded_rsa_key

GROUP, OTHER_GROUP = b"g" * 32, b"G" * 32
BINDING = Binding(b"r" * 32, "cosign", "we object")
RANDOM = Seeded("certificates")
ISSUERS = [loaded_rsa_key(n) for n in range(3)]
PUBLIC = tuple(k.public_key for k in ISSUERS)
VERIFIER = CertificateVerifier(GROUP, 1, PUBLIC, 2)
SEED, OTHER_SEED = Secret(b"\x07" * 32), Secret(b"\x08" * 32)
KEY = SigningKey(SEED)


def certify(key: bytes, group_id: bytes = GROUP, slot: int = 1) -> list[Endorsement]:
    """Let all three registrars sign a membership key."""
    return [endorse(k, (group_id, slot, i), key, RANDOM) for i, k in enumerate(ISSUERS)]


ENDORSEMENTS = certify(KEY.public_key)
PROVER = CertificateProver(KEY, tuple(ENDORSEMENTS), 2)
PROOF = PROVER.prove(BINDING)
SIGNATURE = PROOF[32:96]


def is_valid(proof: bytes, binding: Binding = BINDING, verifier: Any = VERIFIER) -> bool:
    """Return whether a proof verifies."""
    return bool(verifier.verify_batch([(binding, proof)]) == ())


@pytest.mark.parametrize("registrar", [3, 15, 2**16])
def test_a_registrar_that_the_group_lacks_endorses_nothing(registrar: int) -> None:
    """A number out of range is a false endorsement, as it is in a proof, and no exception."""
    [good, *_] = ENDORSEMENTS
    assert VERIFIER.endorses(KEY.public_key, good)
    assert not VERIFIER.endorses(KEY.public_key, good._replace(registrar=registrar))


def test_a_proof_is_key_signature_and_endorsements() -> None:
    """The layout is fixed: 32, 64, then index, prefix and RSA signature of the first t."""
    assert assemble(KEY.public_key, SIGNATURE, ENDORSEMENTS[:2]) == PROOF
    assert KEY.sign(labels.COSIGN, *BINDING.parts()) == SIGNATURE
    assert len(PROOF) == 32 + 64 + 2 * (1 + 32 + 384)
    assert is_valid(PROOF)


def test_what_a_proof_shows() -> None:
    """The tag is the membership key, the certifiers are the registrars."""
    prover = CertificateProver(KEY, tuple(ENDORSEMENTS), 2)
    assert prover.tag == VERIFIER.tag(PROOF) == KEY.public_key
    assert VERIFIER.certifiers(PROOF) == (0, 1)


@pytest.mark.parametrize("held", [[0, 1, 2], [2, 1, 0], [1, 2, 0]])
def test_everybody_prefers_the_same_registrars(held: list[int]) -> None:
    """A member with more signatures than needed shows the first in the group's order."""
    prover = CertificateProver(KEY, tuple(ENDORSEMENTS[i] for i in held), 2)
    assert prover.prove(BINDING) == PROOF


@pytest.mark.parametrize("chosen", [(0, 1), (0, 2), (1, 2)])
def test_any_t_registrars_will_do(chosen: tuple[int, int]) -> None:
    """Every subset of t registrars makes a valid proof of one length."""
    proof = CertificateProver(KEY, tuple(ENDORSEMENTS[i] for i in chosen), 2).prove(BINDING)
    assert is_valid(proof)
    assert VERIFIER.certifiers(proof) == chosen
    assert VERIFIER.most_bytes == len(proof)


def test_too_few_endorsements_make_no_proof() -> None:
    """Below the threshold the prover says how many are missing."""
    with pytest.raises(ThresholdError, match="the key has 1 registrar signature and needs 2"):
        CertificateProver(KEY, tuple(ENDORSEMENTS[:1]), 2).prove(BINDING)


def test_lengths_follow_the_registrars_keys() -> None:
    """With keys of 3072 and 4096 bits, proofs lie between the two bounds."""
    keys = [*ISSUERS[:2], loaded_rsa_key(0, 4096)]
    verifier = CertificateVerifier(GROUP, 1, tuple(k.public_key for k in keys), 2)
    rows = tuple(endorse(k, (GROUP, 1, i), KEY.public_key, RANDOM) for i, k in enumerate(keys))
    short, long = (CertificateProver(KEY, r, 2).prove(BINDING) for r in (rows, rows[1:]))
    assert len(long) == verifier.most_bytes
    assert verifier.most_bytes - len(short) == 128
    assert is_valid(short, verifier=verifier)
    assert is_valid(long, verifier=verifier)


def test_the_signed_message_names_group_slot_and_key() -> None:
    """Registrars sign an array of label, group, slot and key."""
    expected = encode(["cosign/membership/1", GROUP, 3, KEY.public_key])
    assert membership_message(GROUP, 3, KEY.public_key) == expected


@pytest.mark.parametrize(
    "binding",
    [
        BINDING._replace(round_id=b"R" * 32),
        BINDING._replace(action="withdraw"),
        BINDING._replace(statement="we  object"),
        BINDING._replace(statement=""),
        BINDING._replace(action="cosignwe object", statement=""),  # type: ignore[arg-type]  # the point
    ],
)
def test_a_proof_is_bound(binding: Binding) -> None:
    """Round, action and statement cannot be exchanged, nor run into each other."""
    assert not is_valid(PROOF, binding)


def test_every_flipped_bit_is_noticed() -> None:
    """No bit of a proof can change."""
    number = int.from_bytes(PROOF, "big")
    flipped = [(number ^ 1 << i).to_bytes(len(PROOF), "big") for i in range(len(PROOF) * 8)]
    items = [(BINDING, p) for p in flipped]
    assert VERIFIER.verify_batch(items) == tuple(range(len(items)))


def test_cut_and_extended_proofs_are_refused() -> None:
    """A proof has exactly one length for its registrars."""
    cut = [PROOF[:i] for i in range(len(PROOF))]
    longer = [PROOF + b"\0", b"\0" + PROOF, PROOF + PROOF, PROOF + PROOF[-417:]]
    items = [(BINDING, p) for p in cut + longer]
    assert VERIFIER.verify_batch(items) == tuple(range(len(items)))
    for _, proof in items[97:]:
        with pytest.raises(MalformedError):
            VERIFIER.certifiers(proof)


E0, E1, E2 = ENDORSEMENTS
S1 = int.from_bytes(E1.signature, "big")
LAYOUTS = {
    "swapped registrars": [E1, E0],
    "one registrar twice": [E0, E0],
    "one registrar under another's number": [E0, E0._replace(registrar=1)],
    "numbers exchanged": [E0._replace(registrar=1), E1._replace(registrar=2)],
    "an unknown registrar": [E0, E1._replace(registrar=3)],
    "number 255": [E0, E1._replace(registrar=255)],
    "prefixes exchanged": [E0._replace(prefix=E1.prefix), E1._replace(prefix=E0.prefix)],
    "signatures exchanged": [
        E0._replace(signature=E1.signature),
        E1._replace(signature=E0.signature),
    ],
    "too few": [E0],
    "too many": [E0, E1, E2],
    "none": [],
    "a signature of zeros": [E0, E1._replace(signature=bytes(384))],
    "a signature of ones": [E0, E1._replace(signature=b"\xff" * 384)],
    "the number one": [E0, E1._replace(signature=bytes(383) + b"\x01")],
    "n - s": [E0, E1._replace(signature=(PUBLIC[1].n - S1).to_bytes(384, "big"))],
    "n itself": [E0, E1._replace(signature=PUBLIC[1].n.to_bytes(384, "big"))],
    "no prefix": [E0, E1._replace(prefix=b"")],
}  # fmt: skip


@pytest.mark.parametrize("rows", LAYOUTS.values(), ids=LAYOUTS)
def test_registrars_cannot_be_rearranged(rows: list[Endorsement]) -> None:
    """Each of t distinct registrars vouches, in ascending order, with its own signature."""
    assert not is_valid(assemble(KEY.public_key, SIGNATURE, rows))


def test_a_signature_beyond_the_modulus_is_refused() -> None:
    """An RSA signature has one form: s + n is none, although it is as long."""
    rows, number = ENDORSEMENTS[:2], 2**3072
    while number >= 2**3072:
        rows = certify(KEY.public_key)[:2]
        number = int.from_bytes(rows[1].signature, "big") + PUBLIC[1].n
    assert is_valid(assemble(KEY.public_key, SIGNATURE, rows))
    rows[1] = rows[1]._replace(signature=number.to_bytes(384, "big"))
    assert not is_valid(assemble(KEY.public_key, SIGNATURE, rows))


OTHER = SigningKey(OTHER_SEED)
SIGNED_BY_OTHER = OTHER.sign(labels.COSIGN, *BINDING.parts())
TRANSPLANTS = {
    "another key signs": assemble(OTHER.public_key, SIGNED_BY_OTHER, ENDORSEMENTS[:2]),
    "another key's signature": assemble(KEY.public_key, SIGNED_BY_OTHER, ENDORSEMENTS[:2]),
    "another group": assemble(KEY.public_key, SIGNATURE, certify(KEY.public_key, OTHER_GROUP)[:2]),
    "another slot": assemble(KEY.public_key, SIGNATURE, certify(KEY.public_key, slot=2)[:2]),
    "another label": assemble(
        KEY.public_key, KEY.sign(labels.ROUND_SIGNATURE, *BINDING.parts()), ENDORSEMENTS[:2]
    ),
    "S + l": assemble(KEY.public_key, malleate(SIGNATURE), ENDORSEMENTS[:2]),
    "a signature of zeros": assemble(KEY.public_key, bytes(64), ENDORSEMENTS[:2]),
}


@pytest.mark.parametrize("proof", TRANSPLANTS.values(), ids=TRANSPLANTS)
def test_parts_of_other_proofs_do_not_fit(proof: bytes) -> None:
    """A certificate serves one key, slot and group; a signature one key and one purpose."""
    assert not is_valid(proof)


@pytest.mark.parametrize("key", SMALL_ORDER.values(), ids=SMALL_ORDER)
def test_a_key_of_small_order_is_refused(key: bytes) -> None:
    """A certificate on a key for which anybody can sign lets nobody sign."""
    rows = certify(key)[:2]
    for point in SMALL_ORDER.values():
        assert not is_valid(assemble(key, point + bytes(32), rows))


def test_a_key_with_torsion_is_one_key() -> None:
    """A crooked key that is certified is one key: no other encoding of it was certified."""
    key, signature = sign_with_torsion(SEED, labels.COSIGN, *BINDING.parts())
    rows = certify(key)[:2]
    assert is_valid(assemble(key, signature, rows))
    straight = SigningKey(SEED)
    assert not is_valid(
        assemble(straight.public_key, straight.sign(labels.COSIGN, *BINDING.parts()), rows)
    )
    assert not is_valid(assemble(key, signature, ENDORSEMENTS[:2]))


def test_a_batch_names_the_bad_ones() -> None:
    """The places of bad proofs come back, in order, and no others."""
    bad = bytes(len(PROOF))
    items = [(BINDING, p) for p in (PROOF, bad, PROOF, b"", PROOF[:-1], PROOF)]
    assert VERIFIER.verify_batch(items) == (1, 3, 4)
    assert VERIFIER.verify_batch(items, first_only=True) == (1,)


def test_an_empty_batch_is_an_error() -> None:
    """A batch that verifies nothing does not verify."""
    with pytest.raises(ValueError, match="empty batch"):
        VERIFIER.verify_batch([])


def test_a_verifier_travels_to_other_processes() -> None:
    """Pickling a verifier, used or not, changes nothing."""
    copy = pickle.loads(pickle.dumps(VERIFIER))  # noqa: S301  # made one line above
    assert copy == VERIFIER
    assert is_valid(PROOF, verifier=copy)
    assert not is_valid(PROOF[:-1] + b"\0", verifier=copy)


def test_a_prover_does_not_travel() -> None:
    """A prover holds a secret key and refuses pickling."""
    prover = CertificateProver(KEY, tuple(ENDORSEMENTS), 2)
    with pytest.raises(TypeError):
        pickle.dumps(prover)
    assert SEED.reveal().hex() not in repr(prover)


def test_a_claim_answers_one_challenge_and_shows_no_key() -> None:
    """A registered group lists no keys, so a claim that shows one is false."""
    challenge = Challenge(b"r" * 32, "To the Daily Planet")
    claim = PROVER.claim(challenge, reveal=False)
    assert VERIFIER.is_claim(challenge, KEY.public_key, claim)
    assert not VERIFIER.is_claim(challenge, KEY.public_key, claim._replace(key=KEY.public_key))
    assert not VERIFIER.is_claim(challenge, SigningKey(OTHER_SEED).public_key, claim)
    for other in (challenge._replace(round_id=b"R" * 32), challenge._replace(text="To you")):
        assert not VERIFIER.is_claim(other, KEY.public_key, claim)


IDENTITIES = [SigningKey(Secret(bytes([number]) * 32)) for number in (1, 2, 3)]
NAMING = Naming(b"r" * 32, "we object", "Ann", "Cook")
NAMER = CertificateVerifier(GROUP, 1, PUBLIC, 2, tuple(key.public_key for key in IDENTITIES))


def attest(registrar: int, owner: Owner | None = None) -> Attestation:
    """Let a registrar attest a name, that of the key's owner if no other is given."""
    owner = owner or Owner(GROUP, 1, KEY.public_key, NAMING.name, NAMING.role)
    label, parts = labels.NAME_ATTESTATION_SIGNATURE, owner.parts(registrar)
    return Attestation(registrar, IDENTITIES[registrar].sign(label, *parts))


ONE, TWO, THREE = map(attest, range(3))


@pytest.mark.parametrize("attestations", [(ONE, TWO), (ONE, THREE), (THREE, TWO)])
def test_a_name_has_the_owner_s_consent_and_any_t_registrars(
    attestations: tuple[Attestation, ...],
) -> None:
    assert NAMER.is_named(NAMING, KEY.public_key, PROVER.consent(NAMING), attestations)


@pytest.mark.parametrize(
    "attestations",
    [
        (),
        (ONE,),
        (ONE, ONE),
        (ONE, TWO, THREE),
        (ONE, TWO._replace(registrar=2)),
        (ONE, TWO._replace(registrar=3)),
        (ONE, attest(1, Owner(GROUP, 1, KEY.public_key, NAMING.name, ""))),
        (ONE, attest(1, Owner(GROUP, 2, KEY.public_key, NAMING.name, NAMING.role))),
        (ONE, attest(1, Owner(OTHER_GROUP, 1, KEY.public_key, NAMING.name, NAMING.role))),
    ],
    ids=range(9),
)
def test_a_name_without_just_t_attestations_of_it_is_false(
    attestations: tuple[Attestation, ...],
) -> None:
    assert not NAMER.is_named(NAMING, KEY.public_key, PROVER.consent(NAMING), attestations)


def test_a_name_without_its_owner_s_consent_is_false() -> None:
    """To another name, statement or round, by another key, or with a key beside it."""
    for naming in (
        NAMING._replace(round_id=b"R" * 32),
        NAMING._replace(statement=""),
        NAMING._replace(name="An"),
        NAMING._replace(role=""),
    ):
        assert not NAMER.is_named(NAMING, KEY.public_key, PROVER.consent(naming), (ONE, TWO))
    others = CertificateProver(SigningKey(OTHER_SEED), (), 2).consent(NAMING)
    assert not NAMER.is_named(NAMING, KEY.public_key, others, (ONE, TWO))
    listed = PROVER.consent(NAMING)._replace(key=KEY.public_key)
    assert not NAMER.is_named(NAMING, KEY.public_key, listed, (ONE, TWO))
