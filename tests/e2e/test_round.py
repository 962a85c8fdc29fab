"""A whole round by one registrar and one organizer, every command as a process of its own."""

from pathlib import Path
from typing import Final

import pytest

from tests.support.cli_fixture import LETTER, vouchers
from tests.support.commands import AFTERWARDS, BETWEEN, CLOSES, ENROLMENT, OPENS, SIGNING, Shop

PEOPLE: Final = "name,department\nAnna Ärmel,Archive\nBo,Board\n\nCy,Cellar\n"
_WINDOW: Final = f"--opens {BETWEEN} --closes {CLOSES}"


class Round:
    """The steps of a round in their order; each leaves files for the next."""

    def __init__(self, folder: Path) -> None:
        self.shop = Shop(folder)

    def enrol(self) -> None:
        """Admit three people from a list; one of them has only a chat to send files with."""
        shop = self.shop
        shop.run("registrar keys --name Council --slots 2 -o council.registrar", "council")
        registrar = (shop / "council.registrar").read_bytes()
        done = shop.run(
            f"group create --name Staff --registrar - --enrol-opens {OPENS} "
            f"--enrol-closes {BETWEEN} -o - --armor",
            stdin=registrar,
        )
        (shop / "staff.group").write_bytes(done.raw)
        (shop / "people.csv").write_text("\ufeff" + PEOPLE, encoding="utf-8")
        line = "registrar vouch staff.group --people people.csv --yes -o vouchers.csv"
        shop.run(line, "council", now=OPENS)
        table = (shop / "vouchers.csv").read_text(encoding="utf-8-sig")
        assert [row.split(",")[0] for row in table.splitlines()] == [
            "person", "Anna Ärmel", "Bo", "Cy",
        ]  # fmt: skip
        codes = vouchers(shop)
        for number, code in enumerate(codes[:2], 1):
            line = f"member enrol staff.group --voucher {code} -o {number}.request"
            shop.run(line, f"member-{number}", now=ENROLMENT)
        (shop / "responses").mkdir()
        line = "registrar issue -o responses --json 1.request 2.request"
        assert shop.run(line, "council", now=ENROLMENT).json["answered"] == 2
        for number in (1, 2):
            line = f"member finish responses/{number}.response"
            shop.run(line, f"member-{number}", now=ENROLMENT)
        line = f"member enrol staff.group --voucher {codes[2]} -o - --armor"
        asked = shop.run(line, "member-3", now=ENROLMENT).raw.replace(b"\n", b"\r\n")
        line = "registrar issue - -o - --armor"
        answer = shop.run(line, "council", now=ENROLMENT, stdin=b"\n " + asked + b"\n").raw
        shop.run("member finish -", "member-3", now=ENROLMENT, stdin=answer)

    def close(self) -> None:
        """End enrolment and count."""
        line = "registrar close staff.group -o council.statement --armor --json"
        told = self.shop.run(line, "council", now=BETWEEN).json
        kinds = [{"kind": "not stated", "people": 3}]
        assert told == {
            "output": "council.statement",
            "issued": 3,
            "admitted": kinds,
            "registrar": 1,
        }
        told = self.shop.run("registrar status staff.group --json", "council", now=BETWEEN).json
        counts = {"vouchers": 3, "used": 3, "unused": 0, "revoked": 0, "answered": 3}
        kinds = [{"kind": "not stated", "unused": 0, "used": 3, "revoked": 0}]
        assert told == {**counts, "kinds": kinds, "batches": 1, "unnamed": 3, "closed": True}

    def open(self) -> str:
        """Open two rounds, one for each slot; the organizer opens the envelopes."""
        shop = self.shop
        (shop / "letter.md").write_bytes(LETTER.replace("\n", "\r\n").encode())
        base = f"round create letter.md --group staff.group --enrolment council.statement {_WINDOW}"
        done = shop.run(f"{base} --quorum 2 -o first.draft --json", "organizer", now=BETWEEN)
        assert "the letter was normalized" in done.err
        assert done.json["title"] == "To the board"
        assert "not ready for members yet: 1 registrar must grant slot 1" in done.err
        assert done.json["grants_needed"] == 1
        shop.run(f"{base} --slot 2 --title Next -o next.draft", "organizer", now=BETWEEN)
        for slot, name in enumerate(("first", "next"), 1):
            line = f"registrar grant {name}.draft --yes -o {name}.grant"
            told = shop.run(line, "council", now=BETWEEN)
            assert told.out == f"{name}.grant: slot {slot} belongs to the round\n"
            shop.run(f"round grant {name}.draft --grant {name}.grant -o {name}.round")
        return str(done.json["round"])

    def sign(self, fingerprint: str) -> None:
        """Two sign, one of them twice; one signs and withdraws; all sign the second letter."""
        shop = self.shop
        for name in ("first", "next"):
            (shop / name).mkdir()
        sign = f"sign first.round --expect-round '{fingerprint}' --min-set 3 --yes"
        shop.run(f"{sign} --statement 'I was there' -o first/a", "member-1")
        shop.run(f"{sign} --statement 'I was there' -o first/b", "member-1")
        armored = shop.run(f"{sign} -o - --armor", "member-2").raw
        (shop / "first/c").write_bytes(armored)
        shop.run(f"{sign} -o first/d", "member-3")
        shop.run("withdraw first.round --yes -o first/e", "member-3")
        sizes = {(shop / f"first/{name}").stat().st_size for name in "abde"}
        assert len(sizes) == 1
        for number in (1, 2, 3):
            line = f"sign next.round --min-set 3 --yes -o next/{number}"
            shop.run(line, f"member-{number}", now=SIGNING)

    def publish(self) -> None:
        """Publish both letters."""
        line = "publish first.round --envelopes first -o first.letter --json"
        told = self.shop.run(line, "organizer", now=AFTERWARDS).json
        assert told["cosigners"] == 2
        counts = ("received", "unreadable", "invalid", "duplicates", "withdrawn")
        assert [told[name] for name in counts] == [5, 0, 0, 1, 1]
        line = "publish next.round --envelopes next -o next.letter --armor"
        self.shop.run(line, "organizer", now=AFTERWARDS)


@pytest.fixture(scope="session")
def done(tmp_path_factory: pytest.TempPathFactory) -> Round:
    """A round that was played to its end."""
    played = Round(tmp_path_factory.mktemp("round"))
    played.enrol()
    played.close()
    played.sign(played.open())
    played.publish()
    return played


def test_a_newspaper_verifies(done: Round) -> None:
    """Pinned by the group's file, the letter is valid, and the object says what was counted."""
    told = done.shop.run("verify first.letter --group staff.group --json").json
    assert told["valid"] is True
    assert told["exit_code"] == 0
    assert told["title"] == "To the board"
    assert told["group"]["kind"] == "registered"
    assert told["group"]["name"] == "Staff"
    assert told["group"]["pinned"] is True
    assert told["group"]["anonymity_set"] == 3
    assert told["anonymity"] == "everlasting"
    counted = ("cosigners", "quorum", "withdrawn", "duplicates", "invalid")
    assert [told[name] for name in counted] == [2, 2, 0, 0, 0]
    said = told["organizer_says"]
    assert [said[name] for name in ("withdrawn", "duplicates", "invalid")] == [1, 1, 0]
    assert told["statements"] == ["I was there"]
    assert told["not_checked"]


def test_a_pin_is_a_file_or_digits(done: Round) -> None:
    """The fingerprint may come from the file or be typed, with or without spaces."""
    shop = done.shop
    digits = shop.run("verify first.letter --json", code=3).json["group"]["fingerprint"]
    for pin in ("staff.group", f"'{digits}'", digits.replace(" ", "")):
        assert "pinned by you" in shop.run(f"verify first.letter --group {pin}").out
    changed = digits.replace(digits[0], "9" if digits[0] != "9" else "8")
    done_ = shop.run(f"verify first.letter --group '{changed}'", code=1)
    assert done_.out == "NOT VALID\n"
    shop.run("verify first.letter --group 12345", code=2)


def test_without_a_pin_the_report_says_so(done: Round) -> None:
    """Not pinned is an exit code of its own, and the report names what is missing."""
    shown = done.shop.run("verify first.letter", code=3).out
    assert shown.startswith("VALID: 2 distinct members signed, out of at most 3 members\n")
    assert "NOT PINNED" in shown
    assert "compare its fingerprint" in shown


def test_workers_find_the_same(done: Round) -> None:
    """Several processes report what one does; armor and stdin make no difference."""
    shop = done.shop
    alone = shop.run("verify next.letter --workers 1", code=3).out
    letter = (shop / "next.letter").read_bytes()
    assert letter.startswith(b"-----BEGIN COSIGN PUBLISHED LETTER-----\n")
    assert shop.run("verify - --workers 2", code=3, stdin=letter).out == alone


def test_members_find_their_own(done: Round) -> None:
    """A member who signed finds their own cosignature; one who withdrew does not."""
    shop = done.shop
    found = shop.run("check first.letter --json", "member-1").json
    assert (found["included"], found["statement"]) == (True, "I was there")
    shop.run("check first.letter", "member-2")
    missing = shop.run("check first.letter", "member-3", code=1)
    assert "your cosignature is not in this file" in missing.problem()[0]
    for number in (1, 2, 3):
        shop.run("check next.letter", f"member-{number}")


def test_two_letters_share_no_key(done: Round) -> None:
    """What is published of one member in two rounds has no long byte string in common."""
    told = [done.shop.run(f"verify {n}.letter --json", code=3).json for n in ("first", "next")]
    assert [t["slot"] for t in told] == [1, 2]
    assert told[0]["round"] != told[1]["round"]
    assert told[1]["cosigners"] == 3
