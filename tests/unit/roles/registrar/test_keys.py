"""The registrar's steps."""

from dataclasses import replace

import pytest

from cosign.errors import MalformedError, MismatchError, VerificationError
from cosign.primitives import hpke
from cosign.records.enrolment import (
    EnrolmentPlea,
    EnrolmentRequest,
    blinded_hash,
    request_info,
    voucher_hash,
)
from cosign.roles.registrar import RegistrarKeys, make_registrar, make_voucher
from cosign.secret import Secret
from tests.support.world import Seeded, World, admitted


def plea(world: World, **changes: object) -> EnrolmentRequest:
    """Seal a changed plea to the first registrar."""
    pending = world.enrolments[0].before.pending[0]
    honest = EnrolmentPlea(pending.voucher, pending.reply_key, pending.blinded)
    raw = replace(honest, **changes).to_bytes()  # type: ignore[arg-type]  # fields of all types
    key = hpke.SealingPublicKey.from_bytes(world.group.registrars[0].request_key)
    sealed = hpke.seal(key, request_info(world.group.group_id, 0), raw)
    return EnrolmentRequest(world.group.group_id, 0, sealed)


def test_a_request_opens_to_what_the_ledger_needs(committee: World) -> None:
    """A registrar sees hashes for its ledger, the blinded messages and the reply key."""
    log = committee.enrolments[0]
    pending = log.before.pending[0]
    opened = committee.keys[0].open_request(log.request)
    assert opened.request_id == log.request.request_id
    assert opened.voucher_hash == voucher_hash(committee.group.group_id, 0, pending.voucher)
    assert opened.blinded_hash == blinded_hash(pending.blinded)
    assert opened.blinded == pending.blinded
    assert opened.reply_key == pending.reply_key


def test_the_same_request_gets_the_same_answer(committee: World) -> None:
    """Signing again, with other randomness, gives the same bytes."""
    keys, log = committee.keys[0], committee.enrolments[0]
    again = keys.sign_blinded(keys.open_request(log.request).blinded)
    assert again == log.signatures
    assert keys.answer(log.opened, again) == log.response


def test_requests_for_others_are_refused(committee: World, village: World) -> None:
    """A request for another group or registrar is a mismatch, also if only relabelled."""
    request = committee.enrolments[0].request
    for keys in (committee.keys[1], village.keys[0]):
        with pytest.raises(MismatchError, match="another group or registrar"):
            keys.open_request(request)
    with pytest.raises(VerificationError):
        committee.keys[1].open_request(replace(request, registrar=1))
    with pytest.raises(VerificationError):
        village.keys[0].open_request(replace(request, group_id=village.group.group_id))


def test_a_request_is_bound_to_its_bytes(committee: World) -> None:
    """A changed or replaced ciphertext does not open."""
    request = committee.enrolments[0].request
    flipped = request.sealed[:-1] + bytes([request.sealed[-1] ^ 1])
    for sealed in (
        flipped,
        committee.enrolments[2].request.sealed,
        bytes(1136),
        request.sealed[1:],
    ):
        with pytest.raises(VerificationError):
            committee.keys[0].open_request(replace(request, sealed=sealed))


def test_unsignable_messages_are_found_before_the_voucher_is_spent(committee: World) -> None:
    """Too few messages, and messages that are 0, at least n or of another length, are refused."""
    one, two = committee.enrolments[0].opened.blinded
    for blinded in (
        (one,),
        (one, two, one),
        (one, bytes(384)),
        (one, b"\xff" * 384),
        (one, bytes(512)),
    ):
        with pytest.raises(MalformedError):
            committee.keys[0].open_request(plea(committee, blinded=blinded))


def test_a_request_holds_a_plea(committee: World) -> None:
    """Another record, or noise, under the right seal is refused."""
    key = hpke.SealingPublicKey.from_bytes(committee.group.registrars[0].request_key)
    info = request_info(committee.group.group_id, 0)
    for raw, error in (
        (b"noise", MalformedError),
        (committee.statements[0].to_bytes(), MismatchError),
    ):
        request = EnrolmentRequest(committee.group.group_id, 0, hpke.seal(key, info, raw))
        with pytest.raises(error):
            committee.keys[0].open_request(request)


def test_keys_serve_their_own_group(committee: World, village: World) -> None:
    """Secrets of another registrar, or a group that changed one key, do not go together."""
    with pytest.raises(MismatchError, match="does not name this registrar's keys"):
        RegistrarKeys(village.secrets[0], committee.group)
    renamed = replace(committee.secrets[0].registrar, name="somebody")
    with pytest.raises(MismatchError):
        RegistrarKeys(replace(committee.secrets[0], registrar=renamed), committee.group)
    assert [k.number for k in committee.keys] == [0, 1, 2]


def test_private_keys_belong_to_the_public_ones(committee: World) -> None:
    """A vault whose RSA keys are in another order, or of another registrar, opens no request."""
    one, two = committee.secrets[:2]
    request = committee.enrolments[0].request
    for slot_keys in (one.slot_keys[::-1], two.slot_keys, one.slot_keys[:1]):
        keys = RegistrarKeys(replace(one, slot_keys=slot_keys), committee.group)
        with pytest.raises(MismatchError, match="do not belong to its public ones"):
            keys.open_request(request)
    for seed in ("request_seed", "identity_seed"):
        mixed = replace(one, **{seed: getattr(two, seed)})
        with pytest.raises(MismatchError, match="do not belong to its public ones"):
            RegistrarKeys(mixed, committee.group)


def test_rsa_keys_are_loaded_for_requests_only(committee: World) -> None:
    """Grants, statements and vouchers do not wait for OpenSSL's check of every slot's key."""
    damaged = replace(committee.secrets[0], slot_keys=(Secret(b"no key"),) * 2)
    keys = RegistrarKeys(damaged, committee.group)
    keys.state_issued(admitted(17))
    keys.grant_slot(0, bytes(32))
    with pytest.raises(MalformedError, match="private key is damaged"):
        keys.open_request(committee.enrolments[0].request)


def test_statements_are_signed(committee: World) -> None:
    """A statement of any count verifies for its own registrar only."""
    statement = committee.keys[1].state_issued(admitted(17))
    committee.group.membership((statement,))
    assert (statement.registrar, statement.issued) == (1, 17)
    with pytest.raises(VerificationError):
        committee.group.membership((replace(statement, registrar=2),))


def test_vouchers_are_random() -> None:
    """A voucher has 128 bits from the given source."""
    assert len(make_voucher()) == 16
    assert make_voucher() != make_voucher()
    assert make_voucher(Seeded("v")) == Secret(Seeded("v")(16))


@pytest.mark.parametrize(("slots", "bits"), [(1, 2048), (1, 3073)])
def test_programmers_choose_allowed_sizes(slots: int, bits: int) -> None:
    """Other key lengths are a ValueError."""
    with pytest.raises(ValueError, match="bits"):
        make_registrar("R", slots=slots, bits=bits)
