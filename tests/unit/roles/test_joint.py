"""Verifying the letters of several groups in one file."""

import html
import io
from dataclasses import replace

import pytest

from cosign.errors import MalformedError, MismatchError, UsageError, VerificationError
from cosign.records.joint import joint_chunks
from cosign.reports import wording
from cosign.reports.joint import joint_json, joint_text
from cosign.reports.joint_html import joint_page
from cosign.reports.json import report_json
from cosign.roles.organizer.campaigns import make_campaign
from cosign.roles.verifier import BELOW_QUORUM, NOT_PINNED, VALID, verify_letter
from cosign.roles.verifier.letter import PageState
from cosign.words import phrase
from tests.support.joint import campaign_of, header_of, joint_of, side, verify
from tests.support.rosters import publisher

ALPHA, BETA, GAMMA = side("Alpha staff"), side("Beta staff", signers=3), side("Gamma staff")
PINS = [s.round.group_fingerprint for s in (ALPHA, BETA)]


def test_each_group_is_counted_as_if_its_letter_stood_alone() -> None:
    """What the joint file says of a group is what the group's own file says."""
    report = verify(joint_of([ALPHA, BETA, GAMMA]))
    alone = [verify_letter(io.BytesIO(s.published)) for s in (ALPHA, BETA, GAMMA)]
    assert sorted(map(str, map(report_json, report.letters))) == sorted(
        map(str, map(report_json, alone))
    )
    assert report.total == 7
    assert report.letter == ALPHA.round.letter


def test_the_exit_code_is_that_of_the_worst_group() -> None:
    """Not pinned comes before a quorum that was missed."""
    raw = joint_of([ALPHA, BETA])
    assert verify(raw, *PINS).exit_code == VALID
    assert verify(raw, PINS[0]).exit_code == NOT_PINNED
    assert verify(raw).exit_code == NOT_PINNED
    report = verify(raw, *PINS)
    [few, *others] = report.letters
    below = replace(few, cosigners=0)
    assert replace(report, letters=(below, *others)).exit_code == BELOW_QUORUM
    unpinned = replace(others[0], pinned=False)
    assert replace(report, letters=(below, unpinned)).exit_code == NOT_PINNED


def test_a_pin_without_a_letter_is_named() -> None:
    """A reader who expects three groups must not take two for all."""
    missing = GAMMA.round.group_fingerprint
    with pytest.raises(VerificationError, match=missing):
        verify(joint_of([ALPHA, BETA]), *PINS, missing)
    with pytest.raises(UsageError, match="60 digits"):
        verify(joint_of([ALPHA, BETA]), "12345")


def test_groups_that_were_asked_and_are_missing_are_reported() -> None:
    """The campaign names three groups, the file has two letters."""
    campaign = campaign_of(ALPHA, BETA, GAMMA)
    report = verify(joint_of([ALPHA, BETA], [campaign]), *PINS)
    assert [asked.name for asked in report.asked_not_here] == ["Gamma staff"]
    shown = joint_json(report)
    assert shown["asked_not_here"] == [
        {
            "name": "Gamma staff",
            "group": GAMMA.round.group_fingerprint,
            "round": GAMMA.round.fingerprint,
        }
    ]
    assert "'Gamma staff': asked, and not in this file" in joint_text(report)
    assert verify(joint_of([ALPHA, BETA, GAMMA], [campaign])).asked_not_here == ()


def test_text_and_page_show_the_groups_side_by_side() -> None:
    """The total comes with its limit, each group with its count, and what is not pinned by name."""
    report = verify(joint_of([ALPHA, BETA], [campaign_of(ALPHA, BETA)]), PINS[0])
    text = joint_text(report)
    assert text.startswith("VALID: 5 members of 2 groups, if nobody belongs to two of them, signed")
    numbers = {r.round.group.name: n for n, r in enumerate(report.letters, 1)}
    assert f"BUT group {numbers['Beta staff']} is not pinned" in text
    assert f"\n{numbers['Beta staff']}      3             at most 3" in text
    assert text.count("that nobody was put under pressure to sign") == len(report.letters)
    page = b"".join(joint_page(report)).decode()
    assert page.count("<bdi>Beta staff</bdi>") >= 3
    assert "if nobody belongs to two of them" in page


def test_the_first_line_says_how_many_signed_by_name() -> None:
    """In all groups together, as the report on a single letter says it; in each it stands below."""
    named = [side("Gamma staff", names=("Ada",)), side("Delta staff", names=("Béla", "Cleo"))]
    report = verify(joint_of(named), *(s.round.group_fingerprint for s in named))
    signed = "4 members of 2 groups, 3 by name, if nobody belongs to two of them,"
    assert joint_text(report).startswith(f"VALID: {signed}\nsigned this letter\n")
    assert joint_json(report)["named"] == sum(letter.named for letter in report.letters) == 3
    assert f"<strong>{signed}</strong>" in b"".join(joint_page(report)).decode()
    first, second = report.letters
    doubtful = replace(report, letters=(first, replace(second, cosigners=1)))
    assert joint_text(doubtful).startswith(
        "VALID: at least 3 members of 2 groups, 3 keys by name, if nobody belongs to two\nof them,"
    )


def test_only_an_organizer_of_one_of_the_rounds_makes_a_campaign() -> None:
    """Somebody else's words about who is asked are worth nothing."""
    rounds = [ALPHA.round, BETA.round]
    with pytest.raises(MismatchError, match="opened none of the rounds"):
        make_campaign(publisher(1), rounds)
    with pytest.raises(MismatchError, match="round 2 is of the same round as round 1"):
        make_campaign(publisher(1), [ALPHA.round, ALPHA.round])
    made = campaign_of(ALPHA, BETA)
    assert made.verify() == made.terms
    assert made.terms.title == "Letter of Alpha staff"
    assert [a.round_id for a in made.terms.rounds] == sorted(r.round_id for r in rounds)


def test_no_row_of_the_text_is_a_stranger_s() -> None:
    """Names stand in quotes or behind the frame's mark, in the table and in what campaigns say."""
    name = "x" * 90 + " VALID: 900 members of 2 groups"
    sides = [side(name), side("Beta staff"), side("y" * 190)]
    text = joint_text(verify(joint_of(sides[:2], [campaign_of(*sides)])))
    rows = [row for row in text.splitlines() if "900" in row or "yyy" in row]
    assert len(rows) >= 4
    assert all(row.lstrip().startswith("|") or "'" in row for row in rows)
    assert [row for row in text.splitlines() if row.startswith("VALID")] == [
        text.splitlines()[0],
        *(row for row in text.splitlines() if row.startswith("VALID: 2 distinct")),
    ]


def test_a_part_of_another_length_is_noticed() -> None:
    """A file that grew or shrank after the header was made gives no joint letter."""
    header = header_of([ALPHA, BETA])
    first, second = (b"x" * row.length for row in header.parts)
    for spoiled in ([first[:-1]], [first, b"more"]):
        with pytest.raises(MalformedError, match="changed while it was read"):
            list(joint_chunks(header, [spoiled, [second]]))


@pytest.mark.parametrize("page", ["genuine", "changed"])
def test_the_page_around_a_joint_letter_is_judged(page: PageState) -> None:
    """A changed one may show what it likes."""
    report = replace(verify(joint_of([ALPHA, BETA]), *PINS), page=page)
    shown = b"".join(joint_page(report))
    remark = "caveat.page" if page == "changed" else "remark.page"
    state = wording.page_state(page)
    assert html.escape(phrase(remark, state=state), quote=False).encode() in shown
    assert ("page is changed" in joint_text(report)) == (page == "changed")
