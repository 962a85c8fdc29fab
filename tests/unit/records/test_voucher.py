"""Vouchers as codes, which say whose they are."""

import pytest

from cosign import labels
from cosign.errors import MismatchError, UsageError
from cosign.primitives.codes import encode_code
from cosign.primitives.hashing import H
from cosign.records.voucher import decode_voucher, encode_voucher, voucher_tag
from cosign.secret import Secret
from tests.support.world import World

VOUCHER = Secret(bytes(range(16)))


def test_a_code_says_whose_it_is(committee: World) -> None:
    """The registrar comes out of the code, or is checked against it."""
    for number in range(len(committee.group.registrars)):
        code = encode_voucher(committee.group, number, VOUCHER)
        assert len(code.replace("-", "")) == 32
        for given in (None, number):
            assert decode_voucher(committee.group, code.lower(), given) == (number, VOUCHER)


def test_the_tag(committee: World) -> None:
    """Two bytes of a hash of group, registrar and voucher (docs/spec.md, "Vouchers")."""
    digest = H(labels.VOUCHER_TAG, committee.group.group_id, bytes(7) + b"\1", VOUCHER.reveal())
    assert voucher_tag(committee.group.group_id, 1, VOUCHER) == digest[:2]


def test_another_registrars_voucher_names_the_right_one(committee: World) -> None:
    """With the number to type."""
    code = encode_voucher(committee.group, 1, VOUCHER)
    right = committee.group.registrars[1].name
    with pytest.raises(MismatchError, match=f"from registrar 2, '{right}', not") as caught:
        decode_voucher(committee.group, code, 0)
    assert "--registrar 2" in caught.value.hint


def test_another_groups_voucher(committee: World) -> None:
    code = encode_code(VOUCHER.reveal() + bytes(2))
    with pytest.raises(MismatchError, match="for another group"):
        decode_voucher(committee.group, code)


@pytest.mark.parametrize("code", ["", encode_code(bytes(16)), "x" * 32])
def test_a_mistyped_code(committee: World, code: str) -> None:
    with pytest.raises(UsageError, match="mistyped"):
        decode_voucher(committee.group, code)


def test_a_registrar_whom_the_group_lacks(committee: World) -> None:
    with pytest.raises(MismatchError, match="registrars 1 to"):
        decode_voucher(committee.group, encode_voucher(committee.group, 0, VOUCHER), 16)
