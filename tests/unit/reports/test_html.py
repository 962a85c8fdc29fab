"""The page: harmless whatever strangers wrote, and it says what the report says."""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import islice, pairwise, repeat
from xml.etree.ElementTree import Element

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosign.records.letter import LETTER_LIMIT, Letter
from cosign.records.limits import NAME_LIMIT
from cosign.reports.html import refusal_page, report_page
from cosign.reports.json import report_json
from cosign.roles.verifier.letter import Report
from tests.support import hostile, pages
from tests.support.hostile import parse, text_of
from tests.support.world import World


@cache
def ordinary() -> Report:
    """A registered letter that its verifier pinned, quorum met."""
    return pages.report(pages.registered(pages.people(), quorum=3))


@cache
def doubted() -> Report:
    """The same, not pinned."""
    return pages.report(pages.registered(pages.people(), quorum=3), pinned=False)


@cache
def listed() -> Report:
    """A rostered letter."""
    return pages.report(pages.rostered())


def page_of(report: Report) -> Element:
    """Write and parse a page."""
    root = parse(b"".join(report_page(report)))
    hostile.check_elements(root)
    return root


def sections(root: Element) -> dict[str, str]:
    """Return the text of each section by its heading."""
    found = {}
    for part in root.iter("section"):
        heading, *rest = part
        found[text_of(heading)] = " ".join(map(text_of, rest))
    return found


def with_words(report: Report, words: str, letter: str) -> Report:
    """Put words into a verified report, to see many; that real files reach it others show."""
    terms = replace(report.round.terms, title=words)
    round_ = replace(report.round, round=replace(report.round.round, terms=terms))
    round_ = replace(round_, letter=Letter(letter, letter.encode()))
    return replace(report, round=round_, statements=(words,), not_checked=(words,))


# What strangers wrote.


@pytest.mark.parametrize("words", hostile.LINES[::4])
def test_no_name_gets_out(words: str) -> None:
    """Neither of the group nor of registrars, nor the title."""
    name = words.encode()[:NAME_LIMIT].decode(errors="ignore")
    report = pages.report(pages.registered(pages.people(name, 2), statements=("",), title=name))
    assert [text_of(e) for e in page_of(report).iter("bdi")].count(name) == 7


def test_no_letter_and_no_statement_gets_out() -> None:
    """Neither of a registered round, nor of a rostered one, whose source is hostile too."""
    several = pages.people(count=len(hostile.LINES))
    for raw in (
        pages.registered(several, hostile.LETTER, hostile.LINES, hostile.NAMES),
        pages.rostered(hostile.LINES[4], hostile.LETTER, hostile.LINES, hostile.NAMES),
    ):
        report = pages.report(raw)
        root = page_of(report)
        check_source(root, report)
        assert {text_of(e) for e in root.iter("bdi")} >= set(hostile.LINES)
    assert hostile.LINES[4] in sections(root)["Who vouches for the members"]


def check_source(root: Element, report: Report) -> None:
    """Check that letter and hash can be had from a page, to the last byte."""
    raw = report.round.letter.raw
    assert hostile.saved_bytes(root) == raw
    [details] = root.iter("details")
    assert text_of(list(details.iter("pre"))[-1]).encode() == raw
    assert hashlib.sha256(raw).hexdigest() in sections(root)["Fingerprints"]


LETTERS = st.text(st.sampled_from("<>\"'&;=/!-[]()`*_#~\\ \n\tax\u05d0\u202b\ufffe"), min_size=1)


@given(LETTERS, LETTERS)
def test_no_text_gets_out(words: str, letter: str) -> None:
    """Characters that mean something to HTML or Markdown, in any order, in any place."""
    report = with_words(ordinary(), words, letter.replace("\u202b", ""))
    check_source(page_of(report), report)


def test_the_longest_letter_has_a_page() -> None:
    """A mebibyte of Markdown's worst, in a page of a few."""
    letter = "[" * LETTER_LIMIT
    report = with_words(ordinary(), "x", letter)
    check_source(page_of(report), report)


# What the browser is told.


@pytest.mark.parametrize("chunks", [report_page(ordinary()), refusal_page("wrong", "look")])
def test_the_policy_allows_the_style_and_nothing_else(chunks: Iterator[bytes]) -> None:
    """It stands before the style, whose hash it names; no address is told, none is loaded."""
    head = next(parse(b"".join(chunks)).iter("head"))
    order = [e.attrib.get("http-equiv", str(e.tag)) for e in head]
    assert order.index("Content-Security-Policy") < order.index("style")
    [style] = head.iter("style")
    digest = base64.b64encode(hashlib.sha256(text_of(style).encode()).digest()).decode()
    metas = {e.get("http-equiv", e.get("name")): e.get("content") for e in head.iter("meta")}
    policy = dict(
        rule.split(" ", 1) for rule in (metas["Content-Security-Policy"] or "").split("; ")
    )
    assert policy == {
        "default-src": "'none'",
        "style-src": f"'sha256-{digest}'",
        "img-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    assert metas["referrer"] == "no-referrer"
    assert "url(" not in text_of(style)
    assert "@import" not in text_of(style)


def test_the_same_report_gives_the_same_page() -> None:
    """No time, no name of a machine, no order of a set: anybody who doubts it can make it again."""
    assert list(report_page(ordinary())) == list(report_page(ordinary()))


def test_headings_stand_in_order() -> None:
    """One of the first level, and none skips a level; the language is named."""
    root = page_of(ordinary())
    levels = [int(str(e.tag)[1]) for e in root.iter() if str(e.tag) in {"h1", "h2", "h3", "h4"}]
    assert levels[:2] == [1, 2]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert root.attrib["lang"] == "en"


# What the page says.


def verdict(root: Element) -> tuple[str, str, str]:
    """Return mood, headline and the rest of the verdict."""
    [header] = root.iter("header")
    [headline] = header.iter("h1")
    return header.attrib["class"], text_of(headline), text_of(header)


def test_a_pinned_letter_is_valid() -> None:
    """The verdict comes first, in plain words."""
    mood, headline, said = verdict(page_of(ordinary()))
    assert (mood, headline) == ("good", "Valid")
    assert "5 distinct members of the group \u201cStaff council\u201d signed exactly" in said
    assert "by the group that was named for this check, and the quorum of 3 is met" in said
    assert "But" not in said


def test_without_a_pin_the_verdict_is_a_doubt() -> None:
    """Anybody can make a group of any name, and the headline says that nobody looked."""
    mood, headline, said = verdict(page_of(doubted()))
    assert (mood, headline) == ("doubt", "Valid, but nobody checked whose group this is")
    assert "a group that calls itself \u201cStaff council\u201d" in said
    assert "But the group is not pinned" in said
    assert "named for this check" not in said


def test_below_the_quorum_the_verdict_is_a_doubt() -> None:
    raw = pages.registered(pages.people(), quorum=9)
    mood, headline, said = verdict(page_of(pages.report(raw)))
    assert (mood, headline) == ("doubt", "Valid, but fewer signed than were asked for")
    assert "But the quorum is not met: the round asks for at least 9 members" in said
    assert "But the quorum is not met" in verdict(page_of(pages.report(raw, pinned=False)))[2]


def test_what_is_not_checked_comes_first() -> None:
    """Right after the verdict, every sentence of it."""
    for report in (ordinary(), doubted(), listed()):
        heading, said = next(iter(sections(page_of(report)).items()))
        assert heading == "What nobody checked"
        assert all(sentence in said for sentence in report.not_checked)


def test_the_chart_tells_its_numbers() -> None:
    """Cosigners against quorum and group, for eyes and for others."""
    root = page_of(replace(ordinary(), cosigners=30, keys=30, anonymity_set=120))
    [drawing] = root.iter("svg")
    assert drawing.attrib["role"] == "img"
    told = "30 signed, out of at most 120 members; the quorum is 3"
    assert drawing.attrib["aria-label"] == told
    crowd, signed = drawing.iter("rect")
    [quorum] = drawing.iter("line")
    found = crowd.attrib["width"], signed.attrib["width"], quorum.attrib["x1"]
    assert found == ("100.00%", "25.00%", "2.50%")
    [unknown] = page_of(replace(ordinary(), anonymity_set=None)).iter("svg")
    assert "out of an unknown number of members" in unknown.attrib["aria-label"]
    assert next(unknown.iter("rect")).attrib["width"] == "0.00%"


def test_who_vouches_is_named() -> None:
    """Registrars by name, with how many it takes; a publisher by key, with source and omissions."""
    said = sections(page_of(ordinary()))["Who vouches for the members"]
    assert "both registrars" in said
    assert said.count("Staff council") == 4
    assert "Staff council says: 1 \u201ccompany mail\u201d, 4 \u201cin person\u201d" in said
    assert "people in a test" in said
    said = sections(page_of(listed()))["Who vouches for the members"]
    assert "the publisher" in said
    assert listed().round.group.vouching.who[0] in said
    assert "Where the keys come from, in the publisher's words" in said
    assert "1 key, as the publisher says (1 of another type)" in said


def test_figures_are_marked_as_whose_word_they_are() -> None:
    """What the file shows in one column, what only the organizer says in the other."""
    report = replace(ordinary(), withdrawn=4)
    rows = {
        text_of(row[0]): [text_of(cell) for cell in row[1:]]
        for table in islice(page_of(report).iter("table"), 1)
        for row in table.iter("tr")
    }
    assert rows[""] == ["in the file", "the organizer says"]
    assert rows["cosigners: distinct members who signed"] == ["5", ""]
    assert rows["withdrawn: keys that withdrew and do not count"] == ["4", "1"]
    assert rows["received: envelopes that arrived"] == ["", "8"]


def test_a_split_crowd_is_shown(committee: World) -> None:
    """Where fewer than all registrars certify, numbers are lower bounds, and crowds have rows."""
    report = committee.verify(committee.published)
    root = page_of(report)
    assert "At least 3 distinct members of" in verdict(root)[2]
    said = sections(root)
    assert "cosigners: distinct members who signed, at least" in said["Counts"]
    table = list(root.iter("table"))[1]
    rows = [[text_of(cell) for cell in row] for row in table.iter("tr")]
    assert rows[1:] == [["R1, R3", "1", "3"], ["R1, R2", "2", "3"], ["R2, R3", "2", "4"]]
    unknown = tuple(replace(c, at_most=None) for c in report.combinations)
    assert "unknown" in text_of(page_of(replace(report, combinations=unknown)))


def test_anonymity_is_one_sentence() -> None:
    said = sections(page_of(ordinary()))["How anonymous the signers are"]
    assert said.startswith("Their anonymity is everlasting: no computer, now or later, can tell")
    said = sections(page_of(listed()))["How anonymous the signers are"]
    assert said.startswith("Their anonymity is everlasting among the 7 fresh keys: no computer")


def test_what_people_compare_is_there() -> None:
    """Fingerprints of group, round and organizer; window, trustees and slot."""
    for report in (ordinary(), doubted(), listed()):
        said, shown = sections(page_of(report)), report_json(report)
        for value in (report.round.group_fingerprint, shown["round"], shown["organizer"]):
            assert str(value) in said["Fingerprints"]
        assert ("No group was named" in said["Fingerprints"]) != report.pinned
        assert "from 1970-01-01 03:20 UTC to 1970-01-01 05:00 UTC" in said["The round"]
        assert "cosign-letter verify published.letter" in said["How to check it yourself"]
        assert report.round.group_fingerprint not in said["How to check it yourself"]
    round_ = sections(page_of(ordinary()))["The round"]
    assert "until any 2 of the 3 trustees opened them after the close:T1T2T3" in round_
    assert "until the trustee opened them" in sections(page_of(listed()))["The round"]


def test_every_statement_is_there() -> None:
    """In the order of the file, each apart from our sentences, however many there are."""
    report = replace(ordinary(), statements=tuple(f"statement {n}" for n in range(3000)))
    [found] = (e for e in page_of(report).iter("ul") if e.get("class") == "statements")
    assert tuple(text_of(item) for item in found.iter("bdi")) == report.statements
    silent = sections(page_of(replace(ordinary(), statements=())))
    assert silent["Statements by signers: 0"] == ""


class Endless(tuple[str, ...]):
    """More statements than any memory holds."""

    __slots__ = ()

    def __len__(self) -> int:
        return 10**9

    def __iter__(self) -> Iterator[str]:
        return repeat("me too")


def test_statements_are_written_one_by_one() -> None:
    """As they come, so no memory is needed for what was written."""
    chunks = report_page(replace(ordinary(), statements=Endless()))
    assert b"".join(islice(chunks, 1000)).count(b"<li><bdi>me too</bdi></li>\n") > 900


# Files that are not valid.


@pytest.mark.parametrize("words", hostile.LINES)
def test_a_refusal_says_so_and_nothing_else(words: str) -> None:
    """Not valid, why, and how to look again: no count, no letter, no name."""
    root = parse(b"".join(refusal_page(words, "do not trust it")))
    hostile.check_elements(root)
    mood, headline, _said = verdict(root)
    assert (mood, headline) == ("bad", "NOT VALID")
    assert text_of(next(root.iter("title"))) == "NOT VALID"
    assert [text_of(e) for e in root.iter("bdi")] == [words]
    assert list(sections(root)) == ["What the program found", "How to check it yourself"]
    assert list(root.iter("svg")) == list(root.iter("article")) == list(root.iter("a")) == []
