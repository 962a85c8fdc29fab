"""Those who signed by name, in every report: who stands for the names, and who is hidden still."""

from dataclasses import replace
from functools import cache, partial
from typing import Any
from xml.etree.ElementTree import Element

import pytest

from cosign.records.groups.roster import Roster
from cosign.records.member_key import MemberKeySecrets
from cosign.reports.html import report_page
from cosign.reports.joint import joint_json, joint_text
from cosign.reports.joint_html import joint_page
from cosign.reports.json import report_json
from cosign.reports.text import report_text
from cosign.roles.member import SigningName, cosign, make_prover
from cosign.roles.verifier.joint import JointReport
from cosign.roles.verifier.letter import Report
from tests.support import hostile, joint, pages, rosters
from tests.support.hostile import parse, text_of
from tests.support.published import open_record, record, rewrite, sorted_records
from tests.support.world import World

each_kind = pytest.mark.parametrize("kind", ["registered", "rostered"])


@cache
def report_of(kind: str) -> Report:
    """Return the report on a letter that five signed, three of them by name."""
    if kind == "registered":
        return pages.report(pages.registered(pages.people(), names=pages.NAMES))
    return pages.report(pages.rostered(names=pages.NAMES))


def flat(text: str) -> str:
    """Return text in one line, with single spaces."""
    return " ".join(text.split())


@each_kind
def test_the_number_of_names_stands_in_the_first_line(kind: str) -> None:
    """Of the text and of the page."""
    report = report_of(kind)
    said = "5 distinct members, 3 by name, "
    assert report_text(report).startswith(f"VALID: {said}signed, out of at most ")
    [lead] = (e for e in parse(b"".join(report_page(report))).iter("p") if e.get("class") == "lead")
    assert text_of(lead).startswith(said)


def test_names_of_keys_are_not_counted_as_people(committee: World) -> None:
    """Where one person could have several keys, there can be more names than people."""
    raws = [open_record(committee, number).to_bytes() for number in range(3)]
    report = committee.verify(rewrite(committee, sorted_records(raws)))
    assert (report.cosigners, report.named) == (2, 3)
    assert report_text(report).startswith("VALID: at least 2 distinct members, 3 keys by name, ")


@each_kind
def test_names_stand_in_the_order_of_the_file(kind: str) -> None:
    """In JSON with null for no statement, in text in quotes, in the page as a list."""
    report = report_of(kind)
    told: dict[str, Any] = report_json(report)
    assert told["named"] == 3
    names = told["names"]
    assert {(one["name"], one["role"], one["statement"]) for one in names} == {
        (name.name, name.role, said or None)
        for name, said in zip(pages.NAMES, pages.STATEMENTS, strict=True)
        if name
    }
    assert told["statements"] == [pages.STATEMENTS[1]]
    shown = flat(report_text(report).replace("\n  | ", " "))
    assert f"'Ada Example', 'engineer'{_key_of(names, 'Ada')}: 'I built the" in shown
    silent = f"'Béla\\xa0B.', 'head of “research”'{_key_of(names, 'Béla')}"
    assert f"{silent} " in shown
    [part] = (e for e in parse(b"".join(report_page(report))).iter("section") if _heads(e))
    items = [text_of(item) for item in part.iter("li")]
    assert items == [
        one["name"]
        + (f", {one['role']}" if one["role"] else "")
        + _key_of(names, one["name"])
        + (one["statement"] or "")
        for one in names
    ]


def _key_of(names: list[dict[str, Any]], start: str) -> str:
    """Return what reports say of the key behind a name."""
    [key] = (one["key"] for one in names if one["name"].startswith(start))
    return f", key {key}" if key else ""


def test_the_listed_key_stands_beside_a_name() -> None:
    """Readers can find out whose it is; a registered group's keys are nobody's to look up."""
    names: Any = report_json(report_of("rostered"))["names"]
    group = report_of("rostered").round.group
    assert isinstance(group, Roster)
    listed = group.member_keys()
    assert len({one["key"] for one in names if bytes.fromhex(one["key"]) in listed}) == 3
    names = report_json(report_of("registered"))["names"]
    assert [one["key"] for one in names] == [None] * 3


def _heads(section: Element) -> bool:
    return text_of(section[0]) == "Signed by name: 3"


def test_it_is_said_whose_word_the_names_are() -> None:
    """Registrars' for all, or only the signer's own; and that names were not checked."""
    registered, rostered = (report_of(kind) for kind in ("registered", "rostered"))
    for report, word in (
        (registered, "Each name is the word of both registrars."),
        (rostered, "Each key is on the list. The name is the signer's own word."),
    ):
        assert word in flat(report_text(report))
        assert word in text_of(parse(b"".join(report_page(report))))
        assert report.not_checked[-1].startswith("who the others are that signed")
    assert "both registrars could attest any name" in registered.not_checked[-2]
    assert "only the word of the owner of a key" in rostered.not_checked[-2]


@each_kind
def test_the_others_hide_among_fewer(kind: str) -> None:
    """Among all members but those with a name; a report without names says no such thing."""
    report = report_of(kind)
    assert report.anonymity_set is not None
    said = f"Those who did not sign by name are hidden among at most {report.anonymity_set - 3} mem"
    assert said in flat(report_text(report))
    assert said in b"".join(report_page(report)).decode()
    assert "hidden among" not in report_text(pages.report(pages.rostered()))


def test_names_leave_the_crowds_of_their_registrars(committee: World) -> None:
    """Of each registrar that certified the key, whichever others did; an unknown crowd stays so."""
    raws = [open_record(committee, 0).to_bytes(), open_record(committee, 1).to_bytes()]
    raws += [record(committee, 2), record(committee, 3)]
    report = committee.verify(rewrite(committee, sorted_records(raws)))
    issued = {s.registrar: s.issued for s in committee.statements}
    named = [prover.certifiers for prover in (committee.prover(0), committee.prover(1))]
    assert len(set(named)) == 2
    for found in report.combinations:
        numbers = [int(name[1:]) - 1 for name in found.registrars]
        left = [issued[n] - sum(n in certified_by for certified_by in named) for n in numbers]
        assert (found.at_most, found.others_at_most) == (min(issued[n] for n in numbers), min(left))
        assert found.named == named.count(tuple(numbers))
    told: Any = report_json(report)
    assert [(c["named"], c["others_at_most"]) for c in told["combinations"]] == [
        (c.named, c.others_at_most) for c in report.combinations
    ]
    shown = flat(report_text(report).replace("\n             | ", " "))
    first = report.combinations[0]
    assert f"{first.at_most} members, {first.others_at_most} without those named" in shown
    page = text_of(parse(b"".join(report_page(report))))
    assert "members without those named, at most" in page
    unknown = replace(first, at_most=None, others_at_most=None)
    shown = flat(report_text(replace(report, combinations=(unknown,))))
    assert "out of an unknown number of members open" not in shown
    assert "without those named" not in shown


@pytest.mark.parametrize(
    ("fresh", "ssh", "left", "kind"),
    [
        (1, 0, (2, 3), "everlasting among the 2 fresh keys, computational for the 3 ssh keys"),
        (1, 2, (2, 1), "everlasting among the 2 fresh keys, computational for the 1 ssh key"),
        (2, 0, (1, 3), "computational"),
        (0, 3, (3, 0), "everlasting among the 3 fresh keys"),
    ],
)
def test_names_leave_the_crowd_of_their_kind_of_key(
    fresh: int, ssh: int, left: tuple[int, int], kind: str
) -> None:
    """Of a list with both kinds it is said how many of each are left, and for how long they hide.

    One fresh key without a name is known once a computer knows those of the ssh keys.
    """
    keys = [rosters.credential(n).key for n in range(3)] + [rosters.ssh_key(n) for n in range(3)]
    round_ = rosters.open_round(rosters.roster_of(keys), "kinds")
    provers = [make_prover(rosters.credential(n), round_) for n in range(fresh)]
    for n in range(ssh):
        held = MemberKeySecrets(rosters.ssh_key(n), None, ())
        provers.append(make_prover(held, round_, seed=rosters.ssh_seed(n)))
    sign = partial(cosign, round_=round_, uses=(), minute=rosters.OPEN, min_set=0)
    envelopes = [sign(one, name=SigningName(f"N {i}"))[1] for i, one in enumerate(provers)]
    envelopes.append(rosters.speak(round_, 2)[1])
    report = rosters.verify(round_, rosters.file_of(round_, envelopes))
    told: Any = report_json(report)
    count = 6 - fresh - ssh
    kinds = dict(zip(("fresh", "ssh"), left, strict=True))
    assert told["others"] == {"at_most": count, "key_kinds": kinds}
    assert told["group"]["key_kinds"] == {"fresh": 3, "ssh": 3}
    said = f"among at most {count} members. Their anonymity is {kind}."
    assert said in flat(report_text(report))
    assert said in text_of(parse(b"".join(report_page(report))))


def test_who_is_named_alone_leaves_nobody_unknown() -> None:
    """Where all signed by name, nothing is said of others."""
    report = pages.report(pages.rostered(statements=("", ""), names=pages.NAMES[::4]))
    assert (report.named, report.keys) == (2, 2)
    assert not any(sentence.startswith("who ") for sentence in report.not_checked)


def test_what_is_hidden_in_a_name_is_told() -> None:
    """In which text of which name it stands."""
    told: dict[str, Any] = report_json(report_of("rostered"))
    [found] = told["hidden"]
    assert (found["statement"], found["part"], found["character"]) == (None, "name", "U+00A0")
    assert report_of("rostered").names[found["name"]].name == "Béla\u00a0B."


@cache
def both() -> JointReport:
    """Return the report on letters of two rosters with the same keys; one name is in both."""
    sides = (
        joint.side("Alpha", names=("Ann  Lee", "A. Nother")),
        joint.side("Beta", size=4, names=("ann lee", "")),
    )
    return joint.verify(joint.joint_of(sides))


def test_one_person_in_two_groups_is_told() -> None:
    """By name and by key, in JSON, text and page; a name that is in one group is not."""
    told: dict[str, Any] = joint_json(both())
    [name], [key] = told["same_names"], told["same_keys"]
    assert name == key
    assert name["letters"] == [1, 2]
    assert name["name"].lower().split() == ["ann", "lee"]
    shown = flat(joint_text(both()).replace("\n    | ", " "))
    assert "a key that is listed in group 1, group 2 signed by name in each" in shown
    assert "a name in group 1, group 2, perhaps of one person" in shown
    root = parse(b"".join(joint_page(both())))
    hostile.check_elements(root)
    [part] = (e for e in root.iter("section") if text_of(e[0]) == "Counted in more than one group")
    said = [flat(text_of(item)).partition(": ")[2] for item in part.iter("li")]
    assert [words.partition(" group 1, group 2")[0] for words in said] == [
        "a key that is listed in",
        "a name in",
    ]
