"""Membership keys that members make for rosters."""

from dataclasses import replace

import pytest

from cosign import labels
from cosign.errors import CosignError, MalformedError, VerificationError
from cosign.primitives import ed25519
from cosign.primitives.curve.edwards25519 import affine, encode
from cosign.records.member_key import MemberKey, MemberKeySecrets, make_member_key
from cosign.records.secrets import USE_LIMIT, Use
from cosign.secret import Secret
from tests.support.rosters import credential
from tests.support.torsion import shifted, torsion

SEED = credential(0).seed or Secret(b"")
RECORD = make_member_key(SEED)


def test_a_key_is_signed_by_itself() -> None:
    """And is the seed's public key."""
    RECORD.verify()
    assert RECORD.key == ed25519.SigningKey(SEED).public_key
    assert MemberKey.from_bytes(RECORD.to_bytes()) == RECORD
    assert len(RECORD.to_bytes()) <= MemberKey.MAX_BYTES


def test_another_key_is_not_entered() -> None:
    """Neither with its own owner's signature nor with somebody else's."""
    other = make_member_key(credential(1).seed or SEED)
    for wrong in (replace(RECORD, key=other.key), replace(RECORD, signature=other.signature)):
        with pytest.raises(VerificationError, match="not signed by itself"):
            wrong.verify()


def test_a_signature_for_another_purpose_is_refused() -> None:
    """The label is under it."""
    signature = ed25519.SigningKey(SEED).sign(labels.ROSTER_SIGNATURE, RECORD.key)
    with pytest.raises(VerificationError):
        replace(RECORD, signature=signature).verify()


def test_every_flipped_bit_is_refused() -> None:
    """When read, or by the signature."""
    raw = RECORD.to_bytes()
    for place in range(len(raw)):
        for bit in range(8):
            changed = raw[:place] + bytes([raw[place] ^ 1 << bit]) + raw[place + 1 :]
            with pytest.raises(CosignError):
                MemberKey.from_bytes(changed).verify()


@pytest.mark.parametrize("multiple", range(8))
def test_keys_of_small_order_and_with_torsion_are_refused(multiple: int) -> None:
    """Before their signature is looked at, which for such keys can be made to hold."""
    small = encode(affine(torsion(multiple)))
    with pytest.raises(MalformedError, match="prime-order"):
        MemberKey(small, small + bytes(32)).verify()
    if multiple:
        with pytest.raises(MalformedError, match="prime-order"):
            replace(RECORD, key=shifted(RECORD.key, multiple)).verify()


def test_secrets_are_read_back_and_never_shown() -> None:
    """With a seed and without; the longest fits."""
    use = Use(0, bytes(32), RECORD.key, "cosign", "x" * 280)
    for seed in (SEED, None):
        record = MemberKeySecrets(RECORD.key, seed, (use,) * USE_LIMIT)
        assert MemberKeySecrets.from_bytes(record.to_bytes()) == record
        assert len(record.to_bytes()) <= MemberKeySecrets.MAX_BYTES
        shown = repr(replace(record, uses=()))
        assert SEED.reveal().hex() not in shown
        assert str(SEED.reveal()) not in shown
