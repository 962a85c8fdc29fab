"""The reader's page on letters of several groups: the Python report's words, group by group."""

import io
from pathlib import Path
from typing import Final

from cosign.letter_files import write_page
from cosign.reports.joint_html import joint_page
from tests.support import hostile
from tests.support.browsers.letters import check
from tests.support.browsers.tab import Tab
from tests.support.joint import campaign_of, joint_of, side, verify

NAMED: Final = hostile.LINES[4]
SIDES: Final = [
    side(hostile.LINES[4], names=(NAMED, "")),
    side("Beta staff", size=4, names=(NAMED, "Ann")),
    side("Gamma staff"),
]
RAW: Final = joint_of(SIDES[:2], [campaign_of(*SIDES)])
PINS: Final = [s.round.group_fingerprint for s in SIDES]

_SHOWN: Final = """
root => {
    const flat = text => text.replace(/[ \\n\\t]/g, "")
    const report = root.querySelector("#report")
    report.querySelector(".trust")?.remove()
    return {
        verdict: flat(report.querySelector("header").textContent),
        headings: [...report.querySelectorAll("h2")].map(one => flat(one.textContent)),
        lists: [...report.querySelectorAll("section > ul")].slice(0, 3)
            .map(one => flat(one.textContent)),
    }
}
"""


def _flat(text: str) -> str:
    return text.translate(dict.fromkeys(map(ord, " \n\t")))


def test_it_says_what_the_python_report_says(reader: Tab, tmp_path: Path) -> None:
    """The groups side by side, what a campaign says, and each group's own sections."""
    file = tmp_path / "all.letter"
    file.write_bytes(RAW)
    check(reader, file, ", ".join(PINS[:2]))
    said = reader.call(_SHOWN, reader.root())
    root = hostile.parse(b"".join(joint_page(verify(RAW, *PINS[:2]))))
    [header] = root.iter("header")
    assert said["verdict"] == _flat(hostile.text_of(header))
    headings = [_flat(hostile.text_of(one)) for one in root.iter("h2")]
    # The page cannot check time stamps, and says how it is checked in words of its own.
    assert said["headings"] == headings
    sections = list(root.iter("section"))[:3]
    lists = [_flat(hostile.text_of(part)) for one in sections for part in one.iter("ul")]
    assert said["lists"] == lists
    assert [said["lists"][1].count(_flat(NAMED)), len(lists)] == [2, 3]


def test_a_pin_without_a_letter_makes_it_not_valid(reader: Tab, tmp_path: Path) -> None:
    """As for the command; nothing of the file is shown."""
    file = tmp_path / "all.letter"
    file.write_bytes(RAW)
    check(reader, file, ", ".join(PINS))
    assert reader.text("#verdict") == "NOT VALID"
    assert PINS[2] in reader.text("#report .error")


def test_in_a_page_of_its_own_it_stands_as_a_single_letter_does(tab: Tab, tmp_path: Path) -> None:
    """Right under the headline, and with the advice for a file that its sender made."""
    path = tmp_path / "all.html"
    write_page(path, io.BytesIO(RAW))
    tab.open(path)
    tab.wait_for("#verdict")
    assert tab.text("#report > header > .trust").startswith("The person who made this file could")
    assert tab.text("#report > header + section > h2") == "The letter"
