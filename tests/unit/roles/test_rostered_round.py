"""A whole round of a rostered group, through the library."""

import dataclasses
import io
import itertools
import json
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from typing import Any

import pytest

from cosign.errors import (
    AnonymitySetError,
    MalformedError,
    MismatchError,
    MissingError,
    QuorumError,
    SlotError,
    VerificationError,
    WindowError,
)
from cosign.primitives import ed25519
from cosign.proofs.interface import Action, Anonymity
from cosign.records.cosignature import Cosignature
from cosign.records.member_key import MemberKeySecrets
from cosign.records.published import PublishedReader, write_published
from cosign.records.round import Round, verify_round
from cosign.reports import wording
from cosign.reports.json import report_json
from cosign.roles import member
from cosign.roles.organizer.publishing import merge_statements
from cosign.wire.framing import frame
from tests.support import world
from tests.support.rostered_letters import envelope, letter, records
from tests.support.rosters import (
    CLOSED,
    OPEN,
    ORGANIZER,
    credential,
    file_of,
    open_round,
    publish,
    roster,
    roster_of,
    round_of,
    signed,
    speak,
    ssh_key,
    ssh_seed,
    verify,
)
from tests.support.torsion import shifted

SIZES = [2, 3, 5, 17]


@pytest.mark.parametrize("size", SIZES)
def test_a_letter_is_signed_published_and_verified(size: int) -> None:
    """Distinct members are counted, out of N, anonymous for ever."""
    report = verify(round_of(size), letter(size))
    assert (report.cosigners, report.keys, report.anonymity_set) == (size - 1, size - 1, size)
    assert (report.anonymity, report.exit_code) == ("everlasting", 0)
    assert report.statements == ("I was there",)
    assert report.combinations == ()
    assert (report.withdrawn, report.duplicates, report.conflicts) == (0, 0, 0)


@pytest.mark.parametrize("size", SIZES)
def test_everybody_can_sign(size: int) -> None:
    """At every place of the roster."""
    round_ = round_of(size)
    given = [envelope(size, number) for number in range(size)]
    assert verify(round_, file_of(round_, given)).cosigners == size


def test_the_report_says_what_holds_and_what_nobody_checked() -> None:
    """As JSON, without registrars."""
    found = json.loads(json.dumps(report_json(verify(round_of(5), letter(5)))))
    assert found["group"] == {
        "kind": "rostered",
        "name": "Staff",
        "fingerprint": round_of(5).group_fingerprint,
        "pinned": True,
        "anonymity_set": 5,
        "key_kinds": {"fresh": 5, "ssh": 0},
        "left_out": dict.fromkeys(
            ["other_type", "security_key", "limited", "bad_key", "same_person", "same_key"], 0
        ),
    }
    assert (found["anonymity"], found["cosigners"], found["slot"]) == ("everlasting", 4, 0)
    assert found["combinations"] == []
    assert found["not_checked"][0].startswith(
        "that the 5 keys on the list belong to 5 different members"
    )
    assert not any("registrar" in sentence for sentence in found["not_checked"])


def test_a_member_who_signs_twice_counts_once() -> None:
    """The same key, two proofs that share nothing but the tag."""
    round_ = round_of(3)
    again = speak(round_, 1)[1]
    publication = publish(round_, [envelope(3, 1), again, envelope(3, 2)])
    assert (publication.cosigners, publication.header.opening.duplicates) == (2, 1)
    assert len(publication.records) == 2


def test_two_statements_by_one_member_count_once_and_silently() -> None:
    """Both stand in the file, so that everybody can see the conflict."""
    round_ = round_of(3)
    given = [envelope(3, 1, statement=text) for text in ("yes", "no")]
    report = verify(round_, file_of(round_, [*given, envelope(3, 2)]))
    assert (report.cosigners, report.conflicts, report.statements) == (2, 1, ())


def test_members_who_withdraw_are_left_out() -> None:
    """However often the member signed, and whichever envelope came first."""
    round_ = round_of(3)
    given = [envelope(3, 1), envelope(3, 2), envelope(3, 1, "withdraw")]
    for order in itertools.permutations(given):
        publication = publish(round_, order)
        assert (publication.cosigners, publication.header.opening.withdrawn) == (1, 1)
    report = verify(round_, file_of(round_, given))
    assert (report.cosigners, report.opening.withdrawn) == (1, 1)
    with pytest.raises(QuorumError):
        publish(round_, [envelope(3, 1), envelope(3, 1, "withdraw")])


def test_nobody_withdraws_for_another() -> None:
    """A withdrawal by one key leaves the others' cosignatures alone."""
    round_ = round_of(3)
    publication = publish(round_, [envelope(3, 1), envelope(3, 2, "withdraw")])
    assert publication.cosigners == 1
    (raw,) = publication.records
    assert Cosignature.from_bytes(raw).proof[:32] == member.make_prover(credential(1), round_).tag


def test_a_withdrawal_made_of_a_cosignature_is_invalid() -> None:
    """Action and statement are bound by the proof."""
    round_ = round_of(3)
    verifier = round_.membership_verifier()
    (signed, *_) = records(letter(3))
    lies: list[tuple[Action, str]] = [("withdraw", ""), ("cosign", "x"), ("cosign", "I was there!")]
    for action, statement in lies:
        changed = dataclasses.replace(signed, action=action, statement=statement)
        assert verifier.verify_batch([(changed.binding(round_.round_id), signed.proof)]) == (0,)
    assert verifier.verify_batch([(signed.binding(round_.round_id), signed.proof)]) == ()


def test_a_key_that_is_not_listed_cannot_sign() -> None:
    """Neither from a home nor as an ssh key."""
    with pytest.raises(MissingError, match="no key of the roster"):
        speak(round_of(3), 3)
    with pytest.raises(MismatchError, match="not on this roster"):
        member.make_prover(credential(3), round_of(3), seed=ssh_seed(3))
    without = dataclasses.replace(credential(1), secret=None)
    with pytest.raises(MissingError, match="no key of the roster") as caught:
        speak(round_of(3), without)
    assert "--ssh-key" in caught.value.hint


def test_an_ssh_key_signs_with_a_seed_from_elsewhere() -> None:
    """Its credential holds the public key only; the tag is the key's."""
    round_ = open_round(roster_of([credential(0).key, ssh_key(1), ssh_key(2)]), "mixed")
    bare = MemberKeySecrets(ssh_key(1), None, ())
    prover = member.make_prover(bare, round_, seed=ssh_seed(1))
    use, given = member.cosign(prover, round_, (), minute=OPEN, min_set=0)
    assert use.tag == prover.tag
    assert verify(round_, file_of(round_, [given, speak(round_, 0)[1]])).cosigners == 2


@pytest.mark.parametrize(
    ("fresh", "ssh", "anonymity"),
    [
        (3, 0, "everlasting"),
        (2, 1, "mixed"),
        (2, 2, "mixed"),
        (1, 2, "computational"),
        (0, 2, "computational"),
    ],
)
def test_a_report_says_how_many_keys_are_everlasting(
    fresh: int, ssh: int, anonymity: Anonymity
) -> None:
    """A single fresh key hides among no others for ever."""
    keys = [credential(i).key for i in range(fresh)] + [ssh_key(i) for i in range(ssh)]
    round_ = open_round(roster_of(keys), "kinds")
    first = MemberKeySecrets(ssh_key(0), None, ())
    prover = member.make_prover(first, round_, seed=ssh_seed(0)) if ssh else None
    sign = prover or member.make_prover(credential(0), round_)
    _, given = member.cosign(sign, round_, (), minute=OPEN, min_set=0)
    report = verify(round_, file_of(round_, [given]))
    shown: Any = report_json(report)
    assert report.anonymity == shown["anonymity"] == anonymity
    assert round_.group.key_kinds == (fresh, ssh)
    assert shown["group"]["key_kinds"] == {"fresh": fresh, "ssh": ssh}
    said = wording.anonymity(round_.group)
    if anonymity == "mixed":
        keys_of = "key" if ssh == 1 else "keys"
        told = (
            f"everlasting among the {fresh} fresh keys, computational for the {ssh} ssh {keys_of}"
        )
        assert told in said
    else:
        assert said.startswith(anonymity)


def test_a_signer_refuses_a_roster_that_says_what_its_key_is_not() -> None:
    """A fresh key listed as an ssh key, and an ssh key as a fresh one."""
    group = roster_of([credential(0).key, credential(1).key, ssh_key(0)])
    terms = group.terms
    lies = dataclasses.replace(terms, fresh=bytes([7 ^ terms.fresh[0]]))
    round_ = open_round(signed(lies), "lies")
    with pytest.raises(MismatchError, match="lists your fresh key as a key of kind ssh"):
        member.make_prover(credential(0), round_)
    with pytest.raises(MismatchError, match="lists your ssh key as a key of kind fresh"):
        member.make_prover(MemberKeySecrets(ssh_key(0), None, ()), round_, seed=ssh_seed(0))


def test_a_proof_of_another_roster_does_not_count() -> None:
    """Bound to the roster, not only to the round's number of keys."""
    two = open_round(roster_of(credential(i).key for i in (0, 1, 3)), "round")
    given = speak(two, 1)[1]
    with pytest.raises(MismatchError, match="belongs to another round"):
        publish(round_of(3), [envelope(3, 1), given])


def test_a_home_refuses_to_contradict_itself() -> None:
    """Another statement, or signing after a withdrawal; the same again is fine."""
    round_, held = round_of(3), credential(1)
    said, _ = speak(round_, held, statement="yes")
    gone, _ = speak(round_, held, action="withdraw")
    assert speak(round_, held, uses=(said,), statement="yes")[0] == said
    with pytest.raises(SlotError, match="with another statement"):
        speak(round_, held, uses=(said,))
    with pytest.raises(SlotError, match="you withdrew"):
        speak(round_, held, uses=(said, gone), statement="yes")


def test_a_roster_serves_any_number_of_rounds() -> None:
    """A use in one round is no obstacle in the next: the tags are unlinkable."""
    used, _ = speak(round_of(3), 1, statement="yes")
    later = round_of(3, "later")
    again, given = speak(later, 1, uses=(used,), statement="no")
    assert again.tag != used.tag
    assert verify(later, file_of(later, [given])).cosigners == 1


def rewritten(raw: bytes, entries: list[bytes]) -> bytes:
    """Put other records into a file, as a dishonest organizer could."""
    header = PublishedReader(io.BytesIO(raw)).header
    key = ed25519.SigningKey(ORGANIZER.identity_seed)
    return b"".join(write_published(header, entries, key))


@pytest.mark.parametrize("multiple", [1, 4, 7])
def test_a_second_tag_by_torsion_does_not_count(multiple: int) -> None:
    """Nobody gets two voices by adding a point of small order, even with the organizer's help."""
    (only,) = records(file_of(round_of(3), [envelope(3, 1)]))
    tag = shifted(only.proof[:32], multiple)
    twin = dataclasses.replace(only, proof=tag + only.proof[32:])
    entries = [record.to_bytes() for record in sorted((only, twin), key=lambda r: r.proof)]
    with pytest.raises(VerificationError, match="is not a valid cosignature"):
        verify(round_of(3), rewritten(letter(3), entries))


def test_another_rounds_cosignature_does_not_count() -> None:
    """Nobody moves a proof from one letter to the next, even with the organizer's help."""
    for other in (letter(5), file_of(round_of(3, "later"), [speak(round_of(3, "later"), 1)[1]])):
        foreign = records(other)[0].to_bytes()
        with pytest.raises(VerificationError, match="is not a valid cosignature"):
            verify(round_of(3), rewritten(letter(3), [foreign]))


def pools() -> list[Callable[[], Executor]]:
    """Return what proofs can be verified by."""
    return [
        lambda: ThreadPoolExecutor(2),
        lambda: ProcessPoolExecutor(2, mp_context=get_context("spawn")),
    ]


@pytest.mark.parametrize("pool", pools())
def test_pools_verify_and_refuse_as_one_process_does(pool: Callable[[], Executor]) -> None:
    """The same report; a changed proof is named."""
    round_, raw = round_of(17), letter(17)
    signed = records(raw)
    assert rewritten(raw, [record.to_bytes() for record in signed]) == raw
    proof = signed[3].proof[:-32] + signed[4].proof[-32:]
    signed[3] = dataclasses.replace(signed[3], proof=proof)
    changed = rewritten(raw, [record.to_bytes() for record in signed])
    with pool() as executor:
        assert verify(round_, raw, executor) == verify(round_, raw)
        with pytest.raises(VerificationError, match="record 4 is not a valid cosignature"):
            verify(round_, changed, executor)


def test_every_record_is_needed_and_none_can_be_changed() -> None:
    """A flipped bit anywhere in a record is refused, and so is a record left out."""
    raw = letter(3)
    signed = records(raw)
    start = raw.index(frame(signed[0].to_bytes()))
    with pytest.raises(VerificationError):
        verify(round_of(3), raw.replace(frame(signed[0].to_bytes()), b""))
    for place in range(start, len(raw), 37):
        changed = raw[:place] + bytes([raw[place] ^ 4]) + raw[place + 1 :]
        with pytest.raises((VerificationError, MalformedError, MismatchError)):
            verify(round_of(3), changed)


def test_another_roster_is_not_the_pinned_one() -> None:
    """Nor does the same letter verify for it."""
    with pytest.raises(VerificationError, match="not by the one you pinned"):
        verify(round_of(5), letter(3))


def test_slots_and_statements_are_refused() -> None:
    """When the round is opened, and when somebody adds them later."""
    with pytest.raises(MalformedError, match="has no slot"):
        open_round(roster(3), slot=1)
    with pytest.raises(MismatchError, match="no enrolment statements"):
        merge_statements(round_of(3), world.village().statements)


def test_a_round_of_one_kind_is_none_of_the_other() -> None:
    """Kind and group are both in the terms."""
    round_ = round_of(3).round
    for terms in (
        dataclasses.replace(round_.terms, kind="registered"),
        dataclasses.replace(round_.terms, group_id=roster(5).group_id),
    ):
        with pytest.raises(VerificationError, match="not signed by its organizer"):
            verify_round(dataclasses.replace(round_, terms=terms))
    with pytest.raises(MismatchError, match="the group is not the one"):
        verify_round(dataclasses.replace(round_, group=roster(5).to_bytes()))


def test_windows_quorum_and_crowds_are_the_same_as_for_registered_groups() -> None:
    """Checked by the same steps."""
    with pytest.raises(WindowError):
        speak(round_of(3), 1, minute=CLOSED)
    with pytest.raises(AnonymitySetError, match="at most 3 people, fewer than 4"):
        speak(round_of(3), 1, min_set=4)
    with pytest.raises(AnonymitySetError, match="fewer than 16"):
        speak(round_of(3), 1, min_set=member.DEFAULT_MIN_SET)
    round_ = open_round(roster(3), quorum=2)
    with pytest.raises(QuorumError):
        publish(round_, [speak(round_, 1)[1]])


def test_the_round_is_read_back_as_it_was() -> None:
    """The roster travels inside."""
    again = Round.from_bytes(round_of(17).round.to_bytes())
    assert verify_round(again).group == roster(17)
