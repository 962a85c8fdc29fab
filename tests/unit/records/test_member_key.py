"""Membership keys that members make for rosters."""

from dataclasses import replace

import pytest

from cosign.errors import CosignError, MalformedError, VerificationError
from cosign.primitives import ed25519
from cosign.primitives.curve.constant_time import add_points
from cosign.primitives.curve.edwards25519 import affine, encode
from cosign.proofs.ring.keys import MemberSecret, prove_possession
from cosign.records.member_key import MemberKey, MemberKeySecrets, make_member_key
from cosign.records.secrets import USE_LIMIT, Use
from tests.support.rosters import credential, secret_of, ssh_key, ssh_seed
from tests.support.torsion import shifted, torsion

SECRET = secret_of(credential(0))
RECORD = make_member_key(SECRET)


def test_a_key_comes_with_a_proof_of_its_secret() -> None:
    """Read back as it was; a second record of the same key has another proof."""
    RECORD.verify()
    assert RECORD.key == SECRET.public_key
    assert MemberKey.from_bytes(RECORD.to_bytes()) == RECORD
    assert len(RECORD.to_bytes()) <= MemberKey.MAX_BYTES
    again = make_member_key(SECRET)
    again.verify()
    assert again.key == RECORD.key
    assert again.proof != RECORD.proof


def test_another_key_is_not_entered() -> None:
    """Neither with its own owner's proof nor with somebody else's; the error names the key."""
    other = make_member_key(secret_of(credential(1)))
    for wrong in (replace(RECORD, key=other.key), replace(RECORD, proof=other.proof)):
        with pytest.raises(VerificationError, match=f"{wrong.key.hex()} is false"):
            wrong.verify()


def test_a_key_made_out_of_another_member_s_is_not_entered() -> None:
    """Knowing only the difference reveals neither secret."""
    difference = MemberSecret.draw()
    shifted_key = add_points(RECORD.key, difference.public_key)
    for proof in (RECORD.proof, prove_possession(difference)):
        with pytest.raises(VerificationError, match="is false"):
            MemberKey(shifted_key, proof).verify()


def test_an_ed25519_signature_is_no_proof() -> None:
    """Of an ssh key, by the key itself, filled up to the length."""
    key = ed25519.SigningKey(ssh_seed(1))
    for proof in (key.sign("cosign/v1/cosign", ssh_key(1)) + bytes(32), bytes(96)):
        with pytest.raises(VerificationError, match="is false"):
            MemberKey(ssh_key(1), proof).verify()


def test_every_flipped_bit_is_refused() -> None:
    """When read, or by the proof."""
    raw = RECORD.to_bytes()
    for place in range(len(raw)):
        for bit in range(8):
            changed = raw[:place] + bytes([raw[place] ^ 1 << bit]) + raw[place + 1 :]
            with pytest.raises(CosignError):
                MemberKey.from_bytes(changed).verify()


@pytest.mark.parametrize("multiple", range(8))
def test_keys_of_small_order_and_with_torsion_are_refused(multiple: int) -> None:
    """Before their proof is looked at, which for such keys can be made to hold."""
    small = encode(affine(torsion(multiple)))
    with pytest.raises(MalformedError, match=f"{small.hex()} is not a point of the prime-order"):
        MemberKey(small, RECORD.proof).verify()
    if multiple:
        with pytest.raises(MalformedError, match="prime-order"):
            replace(RECORD, key=shifted(RECORD.key, multiple)).verify()


def test_secrets_are_read_back_and_never_shown() -> None:
    """With a secret and without; the longest fits."""
    use = Use(0, bytes(32), RECORD.key, "cosign", "x" * 280)
    for secret in (SECRET.to_bytes(), None):
        record = MemberKeySecrets(RECORD.key, secret, (use,) * USE_LIMIT)
        assert MemberKeySecrets.from_bytes(record.to_bytes()) == record
        assert len(record.to_bytes()) <= MemberKeySecrets.MAX_BYTES
        shown = repr(replace(record, uses=()))
        for part in (SECRET.x.reveal(), SECRET.r.reveal()):
            assert part.hex() not in shown
            assert str(part) not in shown
