"""The member's steps: enrol, finish, cosign, withdraw."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from cosign.errors import (
    AnonymitySetError,
    MalformedError,
    MismatchError,
    MissingError,
    RefusedError,
    SlotError,
    ThresholdError,
    VerificationError,
    WindowError,
)
from cosign.records.secrets import MemberState, Use
from cosign.roles import member
from cosign.roles.member.merging import merge
from cosign.roles.member.signing import check_set, make_prover
from cosign.roles.registrar import make_voucher
from cosign.secret import Secret
from tests.support.world import ENROL_MINUTE, SIGN_MINUTE, Enrolment, World

VOUCHER = Secret(b"v" * 16)


@pytest.fixture
def log(committee: World) -> Enrolment:
    """Return the first member's first enrolment."""
    return committee.enrolments[0]


def test_joining_makes_a_fresh_key_for_each_slot(committee: World) -> None:
    """Keys of slots, and of two members, have nothing in common."""
    one, two = member.join(committee.group), member.join(committee.group)
    seeds = {s.reveal() for state in (one, two) for s in state.seeds if s}
    assert len(seeds) == 4
    assert one.certificates() == ()


def test_the_same_voucher_gives_the_same_request(committee: World) -> None:
    """Asking again changes nothing, so a lost file can be made anew."""
    state, request = member.enrol(member.join(committee.group), 0, VOUCHER, ENROL_MINUTE)
    assert member.enrol(state, 0, VOUCHER, ENROL_MINUTE) == (state, request)


def test_another_voucher_seals_the_same_blinded_messages(committee: World) -> None:
    """A mistyped voucher does not make a registrar sign two keys of one member."""
    state, _ = member.enrol(member.join(committee.group), 0, VOUCHER, ENROL_MINUTE)
    again, request = member.enrol(state, 0, make_voucher(), ENROL_MINUTE)
    assert [p.blinded for p in again.pending] == [p.blinded for p in state.pending]
    assert again.pending[0].reply_key != state.pending[0].reply_key
    assert committee.keys[0].open_request(request).blinded == state.pending[0].blinded


def test_blinded_messages_differ_between_registrars(committee: World) -> None:
    """Each registrar sees other blinded messages for the same keys."""
    state = member.join(committee.group)
    for number in range(3):
        state, _ = member.enrol(state, number, VOUCHER, ENROL_MINUTE)
    assert len({b for p in state.pending for b in p.blinded}) == 6


@pytest.mark.parametrize(
    ("minute", "inside"), [(99, False), (100, True), (199, True), (200, False)]
)
def test_enrolment_keeps_its_window(committee: World, minute: int, inside: bool) -> None:  # noqa: FBT001  # a parameter
    """A request is made from the first minute until before the last."""
    state = member.join(committee.group)
    if inside:
        assert member.enrol(state, 0, VOUCHER, minute)
    else:
        with pytest.raises(WindowError):
            member.enrol(state, 0, VOUCHER, minute)


def test_enrolling_twice_is_refused(committee: World) -> None:
    """Who holds a registrar's signatures does not ask it again."""
    with pytest.raises(RefusedError, match="certified your membership keys already"):
        member.enrol(committee.members[0], 0, VOUCHER, ENROL_MINUTE)
    for number in (-1, 3):
        with pytest.raises(MismatchError, match="registrars 1 to 3"):
            member.enrol(committee.members[0], number, VOUCHER, ENROL_MINUTE)


@pytest.mark.parametrize("action", ["cosign", "withdraw"])
def test_enrolling_further_does_not_show_who_signed(committee: World, action: Any) -> None:
    """An answer that comes after signing is kept, merged and shown as one that came before.

    But for the use, which is padded, the files of both have the same bytes and so one length.
    """
    [log] = (e for e in committee.enrolments if (e.member, e.registrar) == (3, 0))
    rows = tuple(row[1:] for row in committee.members[3].endorsements)
    use = Use(1, committee.round.round_id, committee.prover(3).tag, action, "")
    silent = replace(log.before, endorsements=rows)
    signed = replace(silent, uses=(use,))
    one, other = (member.finish(state, log.response) for state in (silent, signed))
    assert replace(other, uses=()) == one
    assert other.certificates() == one.certificates()
    for pair in ((one, signed), (signed, one), (silent, other), (other, silent)):
        merged = merge(*pair)
        assert isinstance(merged, MemberState)
        assert merged.endorsements == one.endorsements


def test_finishing_forgets_what_could_link(log: Enrolment) -> None:
    """After finishing, voucher, reply key and blinding factors are gone from the state."""
    done = member.finish(log.before, log.response)
    assert done.pending == ()
    assert [e.registrar for slot in done.endorsements for e in slot] == [0, 0]
    pending = log.before.pending[0]
    raw = done.to_bytes()
    for secret in (pending.voucher, pending.reply_key, *(inverse for _, inverse in pending.blinds)):
        assert secret.reveal() not in raw
    with pytest.raises(RefusedError, match="no request of this home waits"):
        member.finish(done, log.response)


def test_state_survives_between_the_steps(log: Enrolment) -> None:
    """A member may write its state down and read it back at any point."""
    restored = MemberState.from_bytes(log.before.to_bytes())
    assert member.finish(restored, log.response) == member.finish(log.before, log.response)


def test_other_responses_are_refused(committee: World, village: World, log: Enrolment) -> None:
    """A response of another group, registrar, request or key changes nothing."""
    other = committee.enrolments[2].response
    cases: list[tuple[dict[str, Any], type[Exception]]] = [
        ({"group_id": village.group.group_id}, MismatchError),
        ({"registrar": 1}, RefusedError),
        ({"request_id": other.request_id}, MismatchError),
        ({"encrypted": other.encrypted}, VerificationError),
        ({"encrypted": log.response.encrypted[:-1]}, VerificationError),
    ]
    for change, error in cases:
        with pytest.raises(error):
            member.finish(log.before, replace(log.response, **change))


def test_false_signatures_are_refused_as_a_whole(committee: World, log: Enrolment) -> None:
    """If one slot's signature is false, missing or another's, no certificate is kept."""
    one, two = log.signatures
    foreign = committee.enrolments[1].signatures[0]
    for signatures in (
        (one, foreign),
        (two, one),
        (one, one),
        (one,),
        (one, two, two),
        (),
        (one, bytes(384)),
    ):
        response = committee.keys[0].answer(log.opened, signatures)
        with pytest.raises((VerificationError, MalformedError)):
            member.finish(log.before, response)


def test_a_prover_belongs_to_the_round_s_group_and_slot(committee: World, village: World) -> None:
    """The key that signs is the one of the round's slot; other groups have none."""
    second = committee.open_round(slot=2)
    provers = [make_prover(committee.members[0], r) for r in (committee.round, second)]
    assert [p.tag for p in provers] == [c.key for c in committee.members[0].certificates()]
    with pytest.raises(MissingError, match="no certificates of the round's group"):
        make_prover(committee.members[0], village.round)


def cosign(world: World, number: int = 0, **arguments: Any) -> Use:
    """Cosign and give the use to write down."""
    chosen: dict[str, Any] = {"uses": (), "minute": SIGN_MINUTE, "min_set": 1} | arguments
    round_ = chosen.pop("round_", world.round)
    return member.cosign(world.prover(number, round_), round_, **chosen)[0]


def test_a_use_says_what_was_done(committee: World) -> None:
    """Slot, round, tag, action and statement are written down."""
    tag = committee.prover(0).tag
    expected = Use(1, committee.round.round_id, tag, "cosign", "so be it")
    assert cosign(committee, statement="so be it") == expected
    assert cosign(committee, action="withdraw").action == "withdraw"


@pytest.mark.parametrize(
    ("minute", "allowed"),
    [
        (199, set()),
        (200, {"cosign", "withdraw"}),
        (299, {"cosign", "withdraw"}),
        (300, {"withdraw"}),
    ],
)
def test_signing_keeps_the_round_s_window(committee: World, minute: int, allowed: set[str]) -> None:
    """Cosigning is possible from `opens` until before `closes`, withdrawing for ever after."""
    for action in ("cosign", "withdraw"):
        if action in allowed:
            assert cosign(committee, minute=minute, action=action)
        else:
            with pytest.raises(WindowError):
                cosign(committee, minute=minute, action=action)


def test_a_slot_speaks_in_one_round_only(committee: World) -> None:
    """A membership key is a pseudonym, so it is refused in a second round; a fresh slot is not."""
    use = cosign(committee)
    same_slot, fresh_slot = committee.open_round(title="Another"), committee.open_round(slot=2)
    for action in ("cosign", "withdraw"):
        with pytest.raises(SlotError, match="your key for slot 1 is used up"):
            cosign(committee, uses=(use,), round_=same_slot, action=action)
    assert cosign(committee, uses=(use,), round_=fresh_slot).slot == 2


def test_one_statement_a_round(committee: World) -> None:
    """The same words again are allowed, other words are not, withdrawing always is."""
    use = cosign(committee, statement="one")
    assert cosign(committee, uses=(use,), statement="one") == use
    for other in ("two", ""):
        with pytest.raises(SlotError, match="with another statement"):
            cosign(committee, uses=(use,), statement=other)
    withdrawn = cosign(committee, uses=(use,), action="withdraw")
    with pytest.raises(SlotError, match="you withdrew"):
        cosign(committee, uses=(use, withdrawn), statement="one")
    assert cosign(committee, uses=(use, withdrawn), action="withdraw") == withdrawn


def test_a_second_certificate_s_use_does_not_block(committee: World) -> None:
    """What another member wrote in the same round does not concern this one."""
    use = cosign(committee, number=1, statement="one")
    assert cosign(committee, number=0, uses=(use,), statement="two")


@pytest.mark.parametrize("statement", ["x" * 281, "a\nb", "\u202e", "e\u0301"])
def test_statements_keep_the_rules_of_text(committee: World, statement: str) -> None:
    """A statement that may not stand in a record is refused before anything is sealed."""
    with pytest.raises(MalformedError):
        cosign(committee, statement=statement)


def test_a_statement_in_another_encoding_is_refused(committee: World) -> None:
    """A statement that a terminal gave in another encoding is malformed."""
    with pytest.raises(MalformedError):
        cosign(committee, statement="caf\udce9")


def test_a_withdrawal_has_no_statement(committee: World) -> None:
    """Nobody withdraws with words."""
    with pytest.raises(MalformedError, match="no statement"):
        cosign(committee, action="withdraw", statement="because")


def test_the_signer_s_and_the_round_s_minimum_both_hold(committee: World) -> None:
    """Three people at most can hide with registrars 1 and 2: three is enough, four is not."""
    assert check_set(committee.round, (0, 1), 3) == (3, 3)
    with pytest.raises(AnonymitySetError, match="at most 3 people, fewer than 4"):
        cosign(committee, min_set=4)
    strict = committee.open_round(min_set=4)
    with pytest.raises(AnonymitySetError, match="fewer than 4"):
        cosign(committee, round_=strict)
    with pytest.raises(AnonymitySetError, match="certain to be 1, fewer than 4"):
        cosign(committee, number=1, round_=strict)
    assert member.DEFAULT_MIN_SET == 16
    with pytest.raises(AnonymitySetError, match="fewer than 16"):
        member.cosign(committee.prover(0), committee.round, (), minute=SIGN_MINUTE)


def test_an_unknown_crowd_is_too_small(committee: World) -> None:
    """While a registrar has not said how many it admitted, nobody signs by default."""
    for known in (0, 1, 2):
        round_ = committee.open_round(committee.statements[:known])
        with pytest.raises(AnonymitySetError, match="it is not known whether you would hide among"):
            cosign(committee, round_=round_)
        assert cosign(committee, round_=round_, min_set=0)


def test_too_few_endorsements_sign_nothing(committee: World, log: Enrolment) -> None:
    """A member with one of two signatures has to enrol further."""
    state = member.finish(log.before, log.response)
    prover = make_prover(state, committee.round)
    with pytest.raises(ThresholdError, match="has 1 registrar signature and needs 2"):
        member.cosign(prover, committee.round, (), minute=SIGN_MINUTE, min_set=1)


def test_a_faulty_certificate_is_not_sent(committee: World) -> None:
    """A proof that its own maker cannot verify stays at home."""
    prover = committee.prover(0)
    row = prover.endorsements[0]
    broken = replace(
        prover, endorsements=(row._replace(prefix=bytes(32)), *prover.endorsements[1:])
    )
    with pytest.raises(VerificationError, match="your own cosignature is not valid"):
        member.cosign(broken, committee.round, (), minute=SIGN_MINUTE, min_set=1)


def test_a_slot_that_nobody_certified_is_not_handed_out(committee: World) -> None:
    """Nor one that signed: its certificate would show who the cosigner is."""
    fresh, held = member.join(committee.group), committee.members[3]
    with pytest.raises(MissingError, match="slot 1 has no certificate"):
        member.export_certificate(fresh, 1)
    use, _ = member.cosign(committee.prover(3), committee.round, (), minute=SIGN_MINUTE, min_set=1)
    spoken = replace(held, uses=(use,))
    with pytest.raises(SlotError, match="your key for slot 1 signed already"):
        member.export_certificate(spoken, 1)
    state, certificate = member.export_certificate(spoken, 2)
    assert member.export_certificate(state, 2) == (state, certificate)


def test_a_refused_slot_does_not_show_whether_it_signed(committee: World) -> None:
    """Two members' refusals, side by side, do not tell who signed and who is on a roster."""
    signed = (cosign(committee),)
    exported = member.export_certificate(committee.members[3], 1)[0].uses
    other, told = committee.open_round(title="Another"), []
    for uses in (signed, exported):
        with pytest.raises(SlotError) as refused:
            cosign(committee, uses=uses, round_=other)
        told.append((str(refused.value), refused.value.hint, refused.value.exit_code))
    assert told[0] == told[1]


def test_a_kind_of_group_without_a_prover_is_a_fault_of_ours(committee: World) -> None:
    """A new kind of group without a prover is an error that says where it is missing."""
    third = SimpleNamespace(kind="third")
    with pytest.raises(TypeError, match="no prover for groups of kind third"):
        make_prover(committee.members[0], replace(committee.round, group=third))
