"""``timestamp request`` and ``add``, and what ``verify`` says of the stamps; a real authority."""

from pathlib import Path

import pytest

from tests.support.authority import authority, needed
from tests.support.commands import AFTERWARDS, Shop

pytestmark = needed


def test_a_letter_is_stamped_by_two_authorities(shop: Shop, tmp_path: Path) -> None:
    """Request, answer, add; then verify names both, and checks the one that was named."""
    one, other = authority(tmp_path / "1", "Observatory"), authority(tmp_path / "2", "Clockmaker")
    shop.call("timestamp request published.letter -o x.tsq")
    for number, by in enumerate((one, other)):
        (shop / f"{number}.tsr").write_bytes(by.answer((shop / "x.tsq").read_bytes()))
    told = shop.call("timestamp add published.letter 0.tsr 1.tsr -o stamped.letter --json").json
    assert told == {"output": "stamped.letter", "added": 2}
    (shop / "ca.pem").write_bytes(one.root.read_bytes())
    verify = "verify stamped.letter --group staff.group"
    checked = shop.call(f"{verify} --timestamp-ca ca.pem --json").json
    assert sorted(found["state"] for found in checked["time_stamps"]) == ["checked", "false"]
    unchecked = shop.call(f"{verify} --json").json
    assert [found["state"] for found in unchecked["time_stamps"]] == ["unchecked"] * 2
    plain = shop.call("verify published.letter --group staff.group --json").json
    assert {**unchecked, "time_stamps": []} == plain
    text = " ".join(shop.call(f"{verify} --timestamp-ca ca.pem").out.split())
    assert "existed on 20" in text
    assert "Clock of Observatory" in text


def test_stamps_go_where_the_letter_goes(shop: Shop, tmp_path: Path) -> None:
    """In an armor and in a page; more can be added there."""
    by = authority(tmp_path / "1", "Observatory")
    shop.call("timestamp request published.letter -o x.tsq")
    (shop / "a.tsr").write_bytes(by.answer((shop / "x.tsq").read_bytes()))
    shop.call("timestamp add published.letter a.tsr --armor -o stamped.txt")
    shop.call("page stamped.txt -o stamped.html")
    for name in ("stamped.txt", "stamped.html"):
        found = shop.call(f"verify {name} --group staff.group --json").json["time_stamps"]
        assert [one["state"] for one in found] == ["unchecked"]
        again = shop.call(f"timestamp add {name} a.tsr -o {name}.again --json").json
        assert again["added"] == 0  # it is there already
        assert shop.call(f"verify {name}.again --json", code=3).json["time_stamps"] == found
    assert "Observatory" in shop.call("verify stamped.txt --group staff.group --html -").out


@pytest.mark.parametrize(
    ("line", "code", "word"),
    [
        ("timestamp add published.letter letter.md -o new", 1, "letter.md: not an answer"),
        ("timestamp add published.letter none.tsr -o new", 16, "none.tsr"),
        ("timestamp add letter.round x.tsr -o new", 1, "letter.round: not a published letter"),
        ("timestamp request letter.md -o new", 1, "letter.md: "),
        ("verify published.letter --timestamp-ca letter.md", 2, "letter.md: no certificates"),
        ("verify published.letter --timestamp-ca none.pem", 2, "none.pem"),
    ],
)
def test_other_files_are_named(shop: Shop, line: str, code: int, word: str) -> None:
    (shop / "x.tsr").write_bytes(b"x")
    with shop.unchanged():
        assert shop.call(line, code=code).problem()[0].startswith(word)


def test_a_stamp_is_no_part_of_what_is_stamped(shop: Shop, tmp_path: Path) -> None:
    """The request for a letter stays the same when it has stamps."""
    by = authority(tmp_path / "1", "Observatory")
    shop.call("timestamp request published.letter -o x.tsq")
    (shop / "a.tsr").write_bytes(by.answer((shop / "x.tsq").read_bytes()))
    shop.call("timestamp add published.letter a.tsr -o stamped.letter")
    shop.call("timestamp request stamped.letter -o y.tsq")
    assert (shop / "y.tsq").read_bytes() == (shop / "x.tsq").read_bytes()


def test_stamps_that_appending_leaves_out_are_told(shop: Shop, tmp_path: Path) -> None:
    """They are about the file that was published before."""
    shop.call("timestamp request second.letter -o x.tsq")
    answer = authority(tmp_path / "1", "Observatory").answer((shop / "x.tsq").read_bytes())
    (shop / "a.tsr").write_bytes(answer)
    shop.call("timestamp add second.letter a.tsr -o stamped.letter")
    append = "publish second.round --envelopes late --opening late.opening --append"
    done = shop.call(f"{append} stamped.letter -o third.letter", "organizer", now=AFTERWARDS)
    assert "warning: 1 time stamp of stamped.letter left out" in done.err
    assert shop.call("verify third.letter --json", code=3).json["time_stamps"] == []
    done = shop.call(f"{append} second.letter -o fourth.letter", "organizer", now=AFTERWARDS)
    assert "time stamp" not in done.err
