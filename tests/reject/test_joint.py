"""Joint letters that were put together wrongly, changed or cut: each names what is wrong."""

import io
from collections.abc import Callable
from dataclasses import replace

import pytest

from cosign import labels
from cosign.errors import (
    CosignError,
    MalformedError,
    MismatchError,
    OtherFileError,
    VerificationError,
)
from cosign.primitives.ed25519 import SigningKey
from cosign.records.campaign import AskedGroup, Campaign, CampaignTerms
from cosign.records.joint import JointHeader, JointReader, PartRow
from cosign.records.letter import Letter
from cosign.records.published import JOINT_MAGIC, PublishedReader
from cosign.roles import organizer
from cosign.roles.verifier import verify_letter
from cosign.wire.framing import frame
from tests.support.joint import Side, campaign_of, header_of, joint_of, side, verify
from tests.support.rings import stream
from tests.support.rosters import ORGANIZER, WINDOW, file_of, publisher, speak
from tests.support.wire import pack, peak_bytes, unpack

ALPHA, BETA, GAMMA = side("Alpha staff"), side("Beta staff", signers=3), side("Gamma staff")
OTHER_TEXT = side("Delta staff", Letter.from_draft(b"Dear all,\n\nwe object!\n"))


def second_round(first: Side) -> Side:
    """Open another round of the same group and letter."""
    plan = organizer.Plan("Again", 0, WINDOW)
    parts = ORGANIZER, plan, first.round.letter, first.round.group, ()
    round_ = organizer.complete_round(organizer.open_round(*parts, stream("again")))
    return Side(round_, file_of(round_, [speak(round_, 0)[1]]))


def raw_joint(header: bytes, *files: bytes) -> bytes:
    """Put anything behind any header."""
    return JOINT_MAGIC + frame(header) + b"".join(files)


def in_order(*sides: Side) -> list[bytes]:
    """Return the files in the order of a joint letter."""
    return [s.published for s in sorted(sides, key=lambda s: s.round.round_id)]


def with_rows(change: Callable[[list[list[object]]], object]) -> bytes:
    """Change the rows of the parts, as they are on the wire."""
    wire = unpack(header_of([ALPHA, BETA]).to_bytes())
    change(wire[2])
    return raw_joint(pack(wire), *in_order(ALPHA, BETA))


def signed(terms: CampaignTerms) -> Campaign:
    """Sign terms as the organizer, whatever they say."""
    key = SigningKey(ORGANIZER.identity_seed)
    return Campaign(terms, key.sign(labels.CAMPAIGN_SIGNATURE, terms.to_bytes()))


def asked_instead(**changes: object) -> Campaign:
    """Sign a campaign in which one thing about Alpha is another."""
    terms = campaign_of(ALPHA, BETA).terms
    rounds = [
        a._replace(**changes) if a.round_id == ALPHA.round.round_id else a  # type: ignore[arg-type]
        for a in terms.rounds
    ]
    return signed(replace(terms, rounds=tuple(sorted(rounds))))


def strangers_campaign() -> Campaign:
    """Sign, as somebody who opened no round, which groups are asked."""
    key = SigningKey(publisher(1).identity_seed)
    terms = replace(campaign_of(ALPHA, BETA).terms, organizer_key=key.public_key)
    return Campaign(terms, key.sign(labels.CAMPAIGN_SIGNATURE, terms.to_bytes()))


def joined(*campaigns: Campaign) -> bytes:
    """Join two letters with campaigns."""
    return joint_of([ALPHA, BETA], campaigns)


def flipped(place: int) -> bytes:
    """Flip a bit of the letter of the second group, counted from its end."""
    raw = bytearray(joined())
    raw[-place] ^= 1
    return bytes(raw)


def in_reverse() -> bytes:
    """Put two campaigns into the wrong order."""
    pair = [campaign_of(ALPHA, BETA), campaign_of(ALPHA, BETA, GAMMA)]
    wire = unpack(header_of([ALPHA, BETA]).to_bytes())
    wire[1] = sorted((c.to_bytes() for c in pair), reverse=True)
    return raw_joint(pack(wire), *in_order(ALPHA, BETA))


CASES: dict[str, tuple[Callable[[], bytes], type[CosignError], str]] = {
    "letters with different texts": (
        lambda: joint_of([ALPHA, OTHER_TEXT]),
        MismatchError,
        "letter 2 has another text than letter 1",
    ),
    "one round twice": (
        lambda: with_rows(lambda rows: rows.insert(0, rows[0])),
        MalformedError,
        "one is there twice",
    ),
    "one group twice": (
        lambda: joint_of([ALPHA, second_round(ALPHA)]),
        MismatchError,
        "letter 2 is of the same group as letter 1",
    ),
    "rounds in another order": (
        lambda: with_rows(lambda rows: rows.reverse()),
        MalformedError,
        "do not ascend",
    ),
    "the header names another round": (
        lambda: with_rows(lambda rows: rows[1].__setitem__(0, b"\xff" * 32)),
        MismatchError,
        "letter 2: it is of another round",
    ),
    "one letter alone": (
        lambda: with_rows(lambda rows: rows.pop()),
        MalformedError,
        "1 entries, not within 2 to 16",
    ),
    "seventeen letters": (
        lambda: with_rows(lambda rows: rows.extend([rows[0]] * 15)),
        MalformedError,
        "17 entries, not within 2 to 16",
    ),
    "a letter that is said to be longer": (
        lambda: with_rows(lambda rows: rows[0].__setitem__(1, int(str(rows[0][1])) + 1)),
        MalformedError,
        "letter 1: the file ends in the middle",
    ),
    "a letter that is said to be shorter": (
        lambda: with_rows(lambda rows: rows[0].__setitem__(1, int(str(rows[0][1])) - 1)),
        MalformedError,
        "letter 1: the file ends in the middle",
    ),
    "a length that no file has": (
        lambda: with_rows(lambda rows: rows[0].__setitem__(1, 2**48 + 1)),
        MalformedError,
        "not within 0 to 281474976710656",
    ),
    "letters exchanged": (
        lambda: raw_joint(header_of([ALPHA, BETA]).to_bytes(), *in_order(ALPHA, BETA)[::-1]),
        CosignError,
        "letter 1",
    ),
    "the last letter cut": (lambda: joined()[:-1], MalformedError, "letter 2: the file ends in"),
    "something behind the last letter": (
        lambda: joined() + b"\0",
        MalformedError,
        "something follows the last letter",
    ),
    "a letter changed": (lambda: flipped(1), VerificationError, "letter 2: .*not signed"),
    "a joint letter in a joint letter": (
        lambda: raw_joint(header_of([ALPHA, BETA]).to_bytes(), joined()),
        OtherFileError,
        "letter 1: this is a joint letter",
    ),
    "a false campaign": (
        lambda: joined(replace(campaign_of(ALPHA, BETA), signature=bytes(64))),
        VerificationError,
        "campaign 1: the campaign is not signed by its organizer",
    ),
    "a campaign about another letter": (
        lambda: joined(
            signed(
                replace(campaign_of(ALPHA, BETA).terms, letter_id=OTHER_TEXT.round.terms.letter_id)
            )
        ),
        MismatchError,
        "campaign 1 and letter 1: the campaign is about another letter",
    ),
    "a campaign that names other rounds": (
        lambda: joined(campaign_of(ALPHA, GAMMA)),
        MismatchError,
        "the campaign does not name the round",
    ),
    "a campaign that names another group for a round": (
        lambda: joined(asked_instead(group_id=bytes(32))),
        MismatchError,
        "the campaign names another group for the round",
    ),
    "a campaign that calls a group by another name": (
        lambda: joined(asked_instead(name="All staff")),
        MismatchError,
        "the campaign names another group for the round",
    ),
    "a stranger's campaign": (
        lambda: joined(strangers_campaign()),
        MismatchError,
        "campaign 1 is by nobody who organized a letter of the file",
    ),
    "campaigns in another order": (in_reverse, MalformedError, "campaigns .* do not ascend"),
    "nothing behind the header": (
        lambda: raw_joint(header_of([ALPHA, BETA]).to_bytes()),
        MalformedError,
        "letter 1: the file ends in the middle",
    ),
    "the magic line alone": (lambda: JOINT_MAGIC, MalformedError, "ends in the middle"),
    "no joint letter": (lambda: ALPHA.published, MalformedError, "not a joint letter"),
}


def test_what_the_cases_change_is_accepted() -> None:
    """With campaigns and without; a verifier that refuses everything fails here."""
    both = [campaign_of(ALPHA, BETA), campaign_of(ALPHA, BETA, GAMMA)]
    assert len(verify(joined(*both)).letters) == 2
    assert len(verify(joined()).letters) == 2
    assert len(verify(joint_of([ALPHA, second_round(BETA)])).letters) == 2


@pytest.mark.parametrize("name", CASES)
def test_a_bad_joint_letter_is_refused(name: str) -> None:
    make, error, words = CASES[name]
    with pytest.raises(error, match=words):
        verify(make())


def test_a_joint_letter_is_no_single_one() -> None:
    """What takes one letter says what to do."""
    with pytest.raises(OtherFileError, match="this is a joint letter") as caught:
        PublishedReader(io.BytesIO(joined()))
    assert "joint split" in caught.value.hint
    with pytest.raises(OtherFileError):
        verify_letter(io.BytesIO(joined()))


def test_a_campaign_names_each_round_and_group_once() -> None:
    """In one order, so that one campaign has one encoding."""
    terms = campaign_of(ALPHA, BETA).terms
    first, second = terms.rounds
    for rounds in (
        (second, first),
        (first, first),
        (first, AskedGroup(second.round_id, first.group_id, second.name)),
        (first,),
        tuple(AskedGroup(bytes(31) + bytes([n]), bytes([n] * 32), "x") for n in range(17)),
    ):
        wire = unpack(terms.to_bytes())
        wire[4] = [list(row) for row in rounds]
        with pytest.raises(MalformedError):
            CampaignTerms.from_bytes(pack(wire))


def test_a_claimed_length_takes_no_memory() -> None:
    """A part is read as it comes, not into a buffer as long as the header says."""
    rows = tuple(
        PartRow(s.round.round_id, 2**48)
        for s in sorted((ALPHA, BETA), key=lambda s: s.round.round_id)
    )
    raw = raw_joint(JointHeader((), rows).to_bytes(), *in_order(ALPHA, BETA))

    def read() -> None:
        with pytest.raises(MalformedError):
            verify(raw)

    assert peak_bytes(read) < 2**21


def test_reading_parts_takes_no_memory_that_grows_with_them() -> None:
    """A part that nobody reads is passed over in pieces."""
    size = 2**24
    rows = PartRow(bytes(32), size), PartRow(b"\1" * 32, size)
    raw = raw_joint(JointHeader((), rows).to_bytes(), bytes(2 * size))

    def read() -> None:
        assert len(list(JointReader(io.BytesIO(raw)).parts())) == 2

    assert peak_bytes(read) < 2**20
