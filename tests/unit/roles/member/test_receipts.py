"""A member finds the own cosignature by its tag, with or without the key."""

import io
from dataclasses import replace

import pytest

from cosign.errors import MalformedError, MissingError, UsageError
from cosign.records.open_cosignature import PublicName
from cosign.records.published import PublishedReader
from cosign.records.secrets import Use
from cosign.roles.member.receipts import Found, decode_receipt, encode_receipt, find, own_tags
from cosign.roles.member.signing import make_prover
from tests.support import rosters
from tests.support.published import open_record, record, rewrite, sorted_records
from tests.support.world import NAMES, World


def own(world: World, number: int, raw: bytes) -> Found:
    """Look for a member's cosignature."""
    tag = make_prover(world.members[number], world.round).tag
    return find({tag}, world.round, PublishedReader(io.BytesIO(raw)))


def test_members_find_their_own_cosignature(committee: World) -> None:
    """A member who signed finds the cosignature with its statement; one who did not finds none."""
    assert own(committee, 0, committee.published) == Found(
        signed=True, withdrawn=False, statement="I was there"
    )
    assert own(committee, 1, committee.published).included
    without = committee.publish(committee.envelopes[1:])
    assert own(committee, 0, committee.file(without)) == Found(
        signed=False, withdrawn=False, statement=""
    )


def test_a_withdrawal_in_the_file_is_found(committee: World) -> None:
    """A withdrawal that was published takes the own cosignature back."""
    records = sorted_records([*committee.publication.records, record(committee, 0, "withdraw")])
    raw = rewrite(committee, records)
    found = own(committee, 0, raw)
    assert (found.signed, found.withdrawn, found.included) == (True, True, False)
    assert own(committee, 1, raw).included


ADA, EVA = NAMES[0], PublicName("Eva Example", "")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ([(None, "a"), (ADA, "a")], (ADA, "a", False)),
        ([(ADA, "a"), (EVA, "a")], (None, "", True)),
        ([(ADA, "a"), (ADA._replace(role=""), "a")], (None, "", True)),
        ([(ADA, "a"), (ADA, "b")], (None, "", True)),
        ([(None, "a"), (None, "b")], (None, "", True)),
    ],
    ids=["both kinds", "names", "roles", "statements by name", "statements"],
)
def test_records_that_contradict_each_other_are_not_called_anonymous(
    village: World, said: list[tuple[PublicName | None, str]], shown: tuple[object, ...]
) -> None:
    """A file may show names that no report shows: their owner has to know."""
    raws = [
        open_record(village, 0, name, words).to_bytes()
        if name
        else record(village, 0, statement=words)
        for name, words in said
    ]
    found = own(village, 0, rewrite(village, sorted_records(raws)))
    assert found.included
    assert (found.name, found.statement, found.conflict) == shown


def test_a_rostered_cosignature_is_found() -> None:
    """By the tag that was written down; the key is not needed."""
    round_ = rosters.round_of(5)
    use, given = rosters.speak(round_, 1, statement="mine")
    raw = rosters.file_of(round_, [given, rosters.speak(round_, 2)[1]])
    found = find(
        own_tags([replace(rosters.credential(1), uses=(use,))], round_),
        round_,
        PublishedReader(io.BytesIO(raw)),
    )
    assert (found.included, found.statement) == (True, "mine")
    absent, _ = rosters.speak(round_, 3)
    assert not find({absent.tag}, round_, PublishedReader(io.BytesIO(raw))).signed


def test_a_false_record_under_the_own_tag_is_not_the_own_one(committee: World) -> None:
    """Somebody who copies a tag cannot make its owner believe to be counted."""
    genuine = record(committee, 0, statement="I was there")
    forged = genuine[:-1] + bytes([genuine[-1] ^ 1])
    others = [raw for raw in committee.publication.records if raw != genuine]
    raw = rewrite(committee, sorted_records([*others, forged]))
    assert not own(committee, 0, raw).signed


def test_a_cut_file_is_no_answer(committee: World) -> None:
    """Looking reads to the end, so that a cut file does not look like exclusion."""
    with pytest.raises(MalformedError):
        own(committee, 0, committee.published[:-300])


def test_a_home_that_did_not_sign_has_nothing_to_look_for(committee: World, village: World) -> None:
    """Uses of another round do not count."""
    use = Use(1, village.round.round_id, bytes(32), "cosign", "")
    with pytest.raises(MissingError, match="no record of a signature"):
        own_tags([replace(committee.members[0], uses=(use,))], village.open_round(slot=2))


def test_rounds_of_a_slot_have_one_tag(committee: World) -> None:
    """A home that signed in a slot looks for the same tag in every round of it, not in others."""
    use = Use(1, committee.round.round_id, bytes(32), "cosign", "")
    held = [replace(committee.members[0], uses=(use,))]
    assert own_tags(held, committee.open_round(title="Another")) == {bytes(32)}
    with pytest.raises(MissingError):
        own_tags(held, committee.open_round(slot=2))


def test_a_receipt_is_a_tag_that_people_can_write_down() -> None:
    """It reads back, in any case and with spaces, and a slip is found."""
    tag = bytes(range(32))
    receipt = encode_receipt(tag)
    assert receipt.startswith("cosign-receipt-")
    assert decode_receipt(receipt.lower().replace("-", " ")) == tag
    slip = receipt[:-1] + ("0" if receipt[-1] != "0" else "1")
    with pytest.raises(UsageError, match="mistyped"):
        decode_receipt(slip)
    with pytest.raises(UsageError, match="not the right kind of code"):
        decode_receipt(receipt.replace("receipt", "invite"))
