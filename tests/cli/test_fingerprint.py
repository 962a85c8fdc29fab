"""``fingerprint``: digits for people and scripts, a QR code for devices."""

import subprocess
import sys
from typing import Final

import pytest

import cosign
from cosign.records.comparable import Comparable
from cosign.records.round import Round
from tests.support.cli_fixture import fingerprint_of, invite
from tests.support.commands import Shop
from tests.support.scanner import scan_file, scan_text
from tests.support.terminal import terminal


def of(shop: Shop, kind: str) -> Comparable:
    """Return what the first round, or its group, is known by."""
    terms = Round.from_bytes((shop / "letter.round").read_bytes()).terms
    if kind == "round":
        return Comparable("round", terms.round_id)
    return Comparable("group", terms.group_id)


class TestDigits:
    @pytest.mark.parametrize(
        ("file", "kind"),
        [("letter.round", "round"), ("published.letter", "round"), ("staff.group", "group")],
    )
    def test_stdout_has_sixty_digits_and_nothing_else(
        self, shop: Shop, file: str, kind: str
    ) -> None:
        """No name and no title that a stranger chose; what they are of is said on stderr."""
        done = shop.call(f"fingerprint {file}")
        assert set(done.out) <= set("0123456789 \n")
        assert " ".join(done.out.split()) == fingerprint_of(shop, kind)
        assert f"this is the fingerprint of the {kind}" in done.err
        assert "Staff" not in done.err
        assert "board" not in done.err

    def test_an_invitation_with_its_secret(self, shop: Shop) -> None:
        """It is the round's."""
        done = shop.call(f"fingerprint letter.invite --secret {invite(shop)}")
        assert done.out == shop.call("fingerprint letter.round").out

    def test_what_it_prints_is_a_pin(self, shop: Shop) -> None:
        """A script may keep it in a file, or put it on a command line."""
        digits = shop.call("fingerprint staff.group").out
        (shop / "staff.fingerprint").write_text(digits)
        shop.call("verify published.letter --group staff.fingerprint")
        shop.call(f"verify published.letter --group '{digits}'")
        shop.call("verify published.letter --group keys.roster", code=1)

    def test_the_code_is_a_pin_too(self, shop: Shop) -> None:
        """Typed, or in a file; also for a program."""
        code = shop.call("fingerprint staff.group --json").json["code"]
        (shop / "staff.code").write_text(f"{code}\n")
        shop.call("verify published.letter --group staff.code")
        shop.call(f"verify published.letter --group {code.lower()}")
        for pin in (code, shop / "staff.code"):
            assert cosign.verify_letter(shop / "published.letter", pin=pin).pinned

    def test_json_has_every_form(self, shop: Shop) -> None:
        told = shop.call("fingerprint letter.round --json").json
        found = of(shop, "round")
        expected = {"kind": "round", "fingerprint": found.fingerprint, "code": found.code}
        assert told == expected | {"output": ""}
        assert shop.call("fingerprint letter.round --qr --json").json == told


class TestQrCodes:
    def test_text_is_drawn_in_plain_characters(self, shop: Shop) -> None:
        """Behind the digits; below it stands what a scanner reads."""
        digits, drawn, text = shop.call("fingerprint letter.round --qr").out.split("\n\n")
        assert " ".join(digits.split()) == of(shop, "round").fingerprint
        assert "\x1b" not in drawn
        assert text == f"{of(shop, 'round').code}\n"
        assert scan_text(drawn) == of(shop, "round").code

    def test_a_terminal_gets_black_on_white(self, shop: Shop) -> None:
        """As most terminals are dark; not where colors are unwanted."""
        line = "fingerprint letter.round --qr"
        cases: list[tuple[dict[str, str], bool]] = [
            ({}, True),
            ({"NO_COLOR": "1"}, False),
            ({"TERM": "dumb"}, False),
        ]
        for env, colored in cases:
            with terminal(shop, line, whole=True, **env) as screen:
                ended, _out, rest = screen.end()
            assert ended == 0
            drawn = rest.replace("\r\n", "\n").split("\n\n")[1]
            assert all(("\x1b[30;107m" in row) == colored for row in drawn.splitlines())
            assert scan_text(drawn) == of(shop, "round").code

    @pytest.mark.parametrize("name", ["code.png", "code.svg", "CODE.PNG"])
    def test_a_picture_is_written(self, shop: Shop, name: str) -> None:
        """It appears whole; never over a file, unless that is wanted."""
        told = shop.call(f"fingerprint staff.group -o {name} --json").json
        assert told["output"] == name
        raw = (shop / name).read_bytes()
        if name.lower().endswith(".png"):
            assert scan_file(raw) == of(shop, "group").code
        else:
            assert b"<svg " in raw
        with shop.unchanged():
            shop.call(f"fingerprint letter.round -o {name}", code=15)
        shop.call(f"fingerprint letter.round -o {name} --force")
        assert (shop / name).read_bytes() != raw

    def test_what_is_scanned_is_expected(self, shop: Shop) -> None:
        """The code of a picture goes to ``sign``."""
        shop.call("fingerprint letter.round -o code.png")
        code = scan_file((shop / "code.png").read_bytes())
        line = f"sign letter.round --min-set 2 --yes -o new --expect-round {code}"
        assert "nobody compared" not in shop.call(line, "member-3").err

    def test_digits_do_not_wait_for_the_library(self, shop: Shop) -> None:
        """It is imported where a code is drawn."""
        watch = (
            "import sys; from cosign_cli.main import run; "
            "code = run({words!r}); print(code, 'segno' in sys.modules)"
        )
        for words, wanted in (
            (["fingerprint", "letter.round"], "0 False"),
            (["fingerprint", "letter.round", "--qr"], "0 True"),
        ):
            ended = subprocess.run(
                [sys.executable, "-c", watch.format(words=words)],
                cwd=shop.folder,
                capture_output=True,
                text=True,
                check=True,
            )
            assert ended.stdout.splitlines()[-1] == wanted


BAD: Final = {
    "no such file": ("nowhere", 16, "there is no such file"),
    "an envelope": ("envelopes/1.sealed", 5, "has nothing to compare"),
    "another format": ("letter.round -o code.jpg", 2, "neither a PNG nor an SVG by its name"),
    "no format": ("letter.round -o -", 2, "neither a PNG nor an SVG by its name"),
    "no such folder": ("letter.round -o nowhere/code.png", 16, "there is no such folder"),
    "an invitation without its secret": ("letter.invite", 2, "no secret was given"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_has_no_fingerprint_is_refused(shop: Shop, name: str) -> None:
    """Before a picture is written; stdout stays empty."""
    line, code, says = BAD[name]
    invite(shop)
    with shop.unchanged():
        done = shop.call(f"fingerprint {line}", code=code)
    assert says in done.problem()[0]
    assert done.out == ""


@pytest.mark.parametrize(
    ("env", "says"),
    [
        ({"COLUMNS": "40"}, "the terminal is too narrow for the QR code"),
        ({"PYTHONIOENCODING": "ascii"}, "characters that cannot be shown here"),
    ],
)
def test_a_terminal_that_cannot_show_it_is_told_what_can(
    shop: Shop, env: dict[str, str], says: str
) -> None:
    """No half of a code that scans as nothing."""
    with terminal(shop, "fingerprint letter.round --qr", whole=True, **env) as screen:
        ended, _out, rest = screen.end()
    assert ended == 2
    words = " ".join(rest.replace("| ", "").split())
    assert says in words
    assert "hint: write it as a picture with -o FILE.png" in words
