"""Enrolment records and the hashes that a ledger keeps."""

from dataclasses import replace

import pytest

from cosign import labels
from cosign.errors import MalformedError
from cosign.primitives.hashing import H
from cosign.proofs.certificate import Endorsement
from cosign.records.enrolment import (
    EnrolmentPlea,
    MembershipCertificate,
    blinded_hash,
    voucher_hash,
)
from cosign.secret import Secret
from tests.support.world import World

VOUCHER = Secret(b"v" * 16)


def test_a_ledger_keeps_hashes_bound_to_their_place() -> None:
    """A voucher's hash names group and registrar; blinded messages hash in their order."""
    one, other = b"g" * 32, b"h" * 32
    places = [(one, 0), (one, 1), (other, 0)]
    assert len({voucher_hash(*place, VOUCHER) for place in places}) == 3
    expected = H(labels.VOUCHER_HASH, one, bytes(8), VOUCHER.reveal())[:32]
    assert voucher_hash(one, 0, VOUCHER) == expected
    assert blinded_hash((b"a", b"b")) == H(labels.BLINDED_HASH, b"a", b"b")[:32]
    assert len({blinded_hash(m) for m in ((b"a", b"b"), (b"b", b"a"), (b"ab",))}) == 3


def test_a_request_s_identifier_covers_every_byte(committee: World) -> None:
    """A response names the exact request."""
    request = committee.enrolments[0].request
    assert request.request_id == H(labels.REQUEST_ID, request.to_bytes())[:32]
    assert replace(request, registrar=1).request_id != request.request_id
    assert replace(request, sealed=request.sealed[:-1] + b"\0").request_id != request.request_id


def test_a_plea_shows_no_secret() -> None:
    """Voucher and reply key are secrets."""
    plea = EnrolmentPlea(VOUCHER, Secret(b"k" * 32), (bytes(384),))
    assert "vvvv" not in repr(plea)
    assert "kkkk" not in repr(plea)
    assert EnrolmentPlea.from_bytes(plea.to_bytes()) == plea


@pytest.mark.parametrize("size", [0, 256, 383, 513])
def test_blinded_messages_are_as_long_as_allowed_keys(size: int) -> None:
    """Nothing shorter than 3072 or longer than 4096 bits is a blinded message."""
    plea = EnrolmentPlea(VOUCHER, Secret(bytes(32)), (bytes(size),))
    with pytest.raises(MalformedError, match=r"^blinded\[0\]: "):
        plea.to_bytes()


def test_a_member_has_a_certificate_for_each_slot(committee: World) -> None:
    """Each slot has a key of its own with the signatures of the chosen registrars."""
    for state, chosen in zip(committee.members, ((0, 1), (1, 2), (0, 2)), strict=False):
        found = state.certificates()
        assert [c.slot for c in found] == [1, 2]
        assert len({c.key for c in found}) == 2
        assert all(tuple(e.registrar for e in c.endorsements) == chosen for c in found)
        assert [MembershipCertificate.from_bytes(c.to_bytes()) for c in found] == list(found)


@pytest.mark.parametrize("order", [(1, 0), (0, 0)], ids=["descending", "twice"])
def test_endorsements_ascend(order: tuple[int, int]) -> None:
    """One certificate has one encoding: each registrar once, in ascending order."""
    rows = tuple(Endorsement(i, bytes(32), bytes(384)) for i in order)
    with pytest.raises(MalformedError, match="do not ascend"):
        MembershipCertificate.from_bytes(
            MembershipCertificate(bytes(32), 1, bytes(32), rows).to_bytes()
        )
