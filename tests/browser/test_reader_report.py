"""What the reader's page says about a letter is what the Python report says, word for word."""

from pathlib import Path
from typing import Any, Final

import pytest

import cosign
from cosign import CosignError
from cosign.reports.html import refusal_page, report_page
from cosign.roles.verifier.letter import Report
from tests.support import hostile
from tests.support.browsers.letters import NAMES, Case, cases, check, report_of
from tests.support.browsers.tab import Tab

each_case = pytest.mark.parametrize(("drawn", "name"), [(n, n) for n in NAMES], indirect=["drawn"])

_SECTIONS: Final = """
root => {
    const flat = text => text.replace(/[ \\n\\t]/g, "")
    const found = {}
    const take = (name, element) => { found[name] = flat(element.textContent) }
    const report = root.querySelector("#report")
    take("verdict", report.querySelector("header"))
    for (const part of report.querySelectorAll("section")) {
        const [heading, ...rest] = part.children
        const words = rest.filter(one => one.localName !== "article").map(one => one.textContent)
        found[flat(heading.textContent)] = flat(words.join(" "))
    }
    take("chart", report.querySelector("figure"))
    found["chart aloud"] = report.querySelector("svg").getAttribute("aria-label")
    found.bars = [...report.querySelectorAll("svg *")].map(one =>
        parseFloat(one.getAttribute("width") ?? one.getAttribute("x1")))
    found["words of strangers"] = [...report.querySelectorAll("bdi")].map(one => one.textContent)
    found["times"] = [...report.querySelectorAll("time")].map(one => one.dateTime)
    found["source"] = report.querySelector("details > pre:last-child").textContent
    found["article"] = report.querySelector("article").textContent
    return found
}
"""


def _flat(text: str) -> str:
    """Return text without white space, which the two put between different elements."""
    return text.translate(dict.fromkeys(map(ord, " \n\t")))


def _in_python(report: Report) -> dict[str, Any]:
    """Return what the page of the Python report says, in the same form."""
    root = hostile.parse(b"".join(report_page(report)))
    text_of = hostile.text_of
    [header], [figure] = root.iter("header"), root.iter("figure")
    [drawing] = figure.iter("svg")
    found: dict[str, Any] = {"verdict": _flat(text_of(header)), "chart": _flat(text_of(figure))}
    for part in root.iter("section"):
        heading, *rest = part
        words = (text_of(one) for one in rest if one.tag != "article")
        found[_flat(text_of(heading))] = _flat(" ".join(words))
    found["chart aloud"] = drawing.attrib["aria-label"]
    widths = (bar.get("width", bar.get("x1", "")) for bar in drawing)
    found["bars"] = pytest.approx([float(width.rstrip("%")) for width in widths], abs=0.011)
    found["words of strangers"] = [text_of(words) for words in root.iter("bdi")]
    found["times"] = [time.attrib["datetime"] for time in root.iter("time")]
    return found


@each_case
def test_it_says_what_the_python_report_says(drawn: Tab, name: str) -> None:
    """Word for word, but for what each says of itself; and the letter is text, not Markdown."""
    report = report_of(name)
    said, expected = drawn.call(_SECTIONS, drawn.root()), _in_python(report)
    letter = report.round.letter.text
    assert said.pop("source") == said.pop("article") == letter
    trust = drawn.text(".trust")
    assert trust.startswith("The person who gave you this page could have changed its check.")
    said["verdict"] = said["verdict"].replace(_flat(trust), "")
    for page in (said, expected):
        page.pop(_flat("How to check it yourself"))
    assert said == expected


@pytest.fixture(scope="module")
def refused() -> dict[str, Case]:
    """Files that are not valid."""
    ordinary = cases()["pinned"].raw
    return {
        "cut": Case(ordinary[:-1], pinned=False),
        "changed": Case(ordinary[:-100] + bytes([ordinary[-100] ^ 1]) + ordinary[-99:]),
        "of another group": Case(cases()["rostered"].raw),
    }


@pytest.mark.parametrize("name", ["cut", "changed", "of another group"])
def test_a_file_that_is_not_valid(
    reader: Tab, refused: dict[str, Case], tmp_path: Path, name: str
) -> None:
    """Headline, lead, error and hint are those of the Python report."""
    case = refused[name]
    pin = report_of("pinned").round.group_fingerprint if case.pinned else None
    file = tmp_path / "published.letter"
    file.write_bytes(case.raw)
    with pytest.raises(CosignError) as caught:
        cosign.verify_letter(file, pin=pin)
    check(reader, file, pin or "")
    root = hostile.parse(b"".join(refusal_page(caught.value.message, caught.value.hint)))
    [header] = root.iter("header")
    [found] = (part for part in root.iter("section") if part[0].text == "What the program found")
    assert _flat(reader.text("#report > header")) == _flat(" ".join(map(hostile.text_of, header)))
    said = " ".join(map(hostile.text_of, found))
    assert _flat(reader.text("#report > section")) == _flat(said)
    assert (
        reader.call("root => root.querySelectorAll('article, svg, a').length", reader.root()) == 0
    )


def test_a_file_that_is_no_letter_is_not_judged(reader: Tab) -> None:
    """The page's own file, to begin with."""
    check(reader, Path(__file__))
    assert reader.text("#verdict") == "Nothing was checked"
    assert "not a published letter" in reader.text("#report .error")


def test_a_mistyped_fingerprint_is_not_judged(reader: Tab, tmp_path: Path) -> None:
    file = tmp_path / "published.letter"
    file.write_bytes(cases()["pinned"].raw)
    check(reader, file, "12345")
    assert reader.text("#verdict") == "Nothing was checked"
    assert "60 digits" in reader.text("#report .error")
