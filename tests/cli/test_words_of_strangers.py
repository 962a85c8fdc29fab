"""No row of a terminal outside a frame begins with what a stranger wrote, whatever the command.

The staff council's shop is played once more by people whose every name, title, purpose, source,
statement and letter tries to push words of its own to the beginning of a row.
"""

import os
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from unicodedata import east_asian_width
from unittest import mock

import pytest

from cosign.records.limits import NAME_LIMIT
from cosign.records.open_cosignature import NAME_LIMIT as SIGNER_LIMIT
from cosign_cli.shared import terminal as terminal_module
from tests.support import cli_fixture
from tests.support.command_table import COMMANDS, JOINT, LEAVES, STAMPS, line_of
from tests.support.commands import AFTERWARDS, SIGNING, Done, Shop
from tests.support.terminal import terminal
from tests.support.world import make_registrar

_EVIL: Final = "evil"
_ROW: Final = "evil evil 28288 91299"
_BLANKS: Final = (" ", "\u2800", "\u3164", "\u115f", "\u00a0", "\u3000")
NAMES: Final = tuple(
    text.encode()[:NAME_LIMIT].decode(errors="ignore")
    for text in (
        f"{_ROW} " * 20,
        f"x{' ' * 76}{_ROW}{' ' * 60}{_ROW}",
        "".join(f"{_EVIL}{blank * 20}" for blank in _BLANKS),
        f"it's \"{_EVIL} " * 20,
        f"\u4e00\u4e8c{_EVIL} " * 20,
        f"{_EVIL}" * 60,
        f"x | {_EVIL}\\n{_EVIL} \\x1b[2J" * 10,
    )
)
LETTER: Final = (
    f"{_ROW}\n\nround  {_ROW}\n\t{_EVIL}{' ' * 90}{_EVIL} {'x' * 78} {_EVIL}\n\n\n{_EVIL}\n"
)
WIDTHS: Final = (40, 80, 133)

_STRANGER: Final = re.compile(
    r"[\s\u2800\u3164\u115f]*(?:(?:evil|vil|il|l)(?:evil|\W|$)|28288|91299|[\u4e00\u4e8c])"
)
_FRAME: Final = re.compile(r" *\|( |$)")


def _cut(text: str, most: int) -> str:
    """Return the beginning of a text that has at most so many bytes."""
    return text.encode()[:most].decode(errors="ignore").strip()


@dataclass(frozen=True)
class Masquerade(Shop):
    """A shop in which people give hostile names, one after another."""

    def call(
        self,
        line: str,
        home: str | None = None,
        *,
        now: str = SIGNING,
        code: int | None = 0,
        stdin: bytes = b"",
        env: Mapping[str, str] | None = None,
    ) -> Done:
        """Run a command with a hostile name, title, purpose, source and statement."""
        number = len(list(self.folder.iterdir()))
        name = shlex.quote(NAMES[number % len(NAMES)].strip())
        line = re.sub(r"--(name|source|title) \S+", lambda m: f"--{m[1]} {name}", line)
        if line.startswith("group create"):
            line += f" --purpose {shlex.quote(LETTER)}"
        if line.startswith("sign "):
            line += f" --statement {name}"
        if line.startswith("member name "):
            own = shlex.quote(_cut(NAMES[number % len(NAMES)], SIGNER_LIMIT))
            line = f"{line.replace(' Ada ', f' {own} ')} --role {own}"
        return super().call(line, home, now=now, code=code, stdin=stdin, env=env)


@pytest.fixture(scope="module")
def masquerade(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A shop full of hostile words; only copied."""
    shop = Masquerade(tmp_path_factory.mktemp("masquerade"))

    def named(_home: str, *rest: object) -> object:
        return make_registrar(NAMES[0].strip(), *rest)  # type: ignore[arg-type]  # passed on

    with (
        mock.patch.object(cli_fixture, "LETTER", LETTER),
        mock.patch.object(cli_fixture, "make_registrar", named),
    ):
        cli_fixture.enrol(shop, (0, 1))
        cli_fixture.open_rounds(shop)
        cli_fixture.sign_and_publish(shop)
        cli_fixture.withdraw_late(shop)
        cli_fixture.leave_open(shop, 2)
        cli_fixture.list_keys(shop)
        cli_fixture.collect_keys(shop)
    (shop / "few").mkdir()
    (shop / "few/1.sealed").write_bytes((shop / "envelopes/1.sealed").read_bytes())
    opens = "trustee open letter.round --envelopes few -o few.opening"
    shop.call(opens, "trustee-2", now=AFTERWARDS)
    for folder in ("envelopes", "second-envelopes"):
        (shop / folder / f"{_EVIL}\n{_EVIL} \x1b[2J\x1b]0;{' ' * 80}{_EVIL}").mkdir()
        (shop / folder / f"x{' ' * 77}{_EVIL}\n{_EVIL}\x9b2J.sealed").write_bytes(b"junk")
        (shop / folder / "Thumbs.db").write_bytes(_EVIL.encode())
    return Shop(shop.folder)


def rows_of(text: str, width: int) -> list[str]:
    """Break lines where a terminal does; wide characters fill two columns."""
    found = []
    for line in text.split("\n"):
        row, used = "", 0
        for char in line:
            columns = 2 if east_asian_width(char) in "FW" else 1
            if used + columns > width:
                found.append(row)
                row, used = "", 0
            row, used = row + char, used + columns
        found.append(row)
    return found


def check(shown: str, width: int) -> None:
    """Check that every row of a terminal is ours, or says that it is not."""
    bare = re.sub("[^\n]*\x1b\\[[?0-9;]*[a-zA-Z]|\r", "", shown)  # what a progress bar draws
    assert all(char == "\n" or char.isprintable() for char in bare)
    for row in rows_of(bare, width):
        assert _FRAME.match(row) or not _STRANGER.match(row), f"{row!r} in\n{shown}"


FAILING: Final = {
    "a missing opening": (
        "publish letter.round --envelopes envelopes --opening 1.opening -o new",
        "organizer",
        AFTERWARDS,
    ),
    "openings that differ": (
        "publish letter.round --envelopes envelopes --opening 1.opening --opening few.opening -o x",
        "organizer",
        AFTERWARDS,
    ),
    "no member": ("sign letter.round --yes --min-set 2 -o new", "new", SIGNING),
    "not a member's key": ("claim published.letter --challenge x -o new", "lister-1", SIGNING),
    "not the registrar": ("registrar grant letter.draft --yes -o new", "clerk", SIGNING),
    "too early": (
        "sign letter.round --yes --min-set 2 -o new",
        "member-3",
        "2030-03-07T00:00Z",
    ),
    "a roster that lacks a signature": ("roster check draft.roster", None, SIGNING),
    "an opened invitation": ("inspect letter.invite --secret SECRET", None, SIGNING),
}
NAMED: Final = sorted(COMMANDS) + sorted(FAILING)


def test_every_command_is_tried() -> None:
    """All but those that work on a relay's database, play rounds or have tests of their own."""
    left = {name for name in LEAVES if name not in {*COMMANDS, *STAMPS, *JOINT}}
    assert {name for name in left if not name.startswith("relay ")} <= {"demo"}


@pytest.mark.parametrize("name", NAMED)
def test_no_row_is_a_stranger_s(
    masquerade: Shop, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On terminals of three widths, and in a file."""
    for width in WIDTHS:
        shop = masquerade.copy(tmp_path / str(width))
        line, home, now = FAILING.get(name) or line_of(shop, name)
        if "SECRET" in line:
            line = line.replace("SECRET", cli_fixture.invite(shop))
        size = os.terminal_size((width, 24))
        with monkeypatch.context() as patched:
            patched.setattr(terminal_module, "terminal_size", lambda _stream, size=size: size)
            done = shop.call(line, home, now=now, code=None, env={"PAGER": "none"})
        assert (done.code == 0) == (name not in FAILING or "invitation" in name), done
        if "--qr" not in line:
            check(done.out, width)
        check(done.err, width)


def test_nor_on_a_real_terminal(masquerade: Shop, tmp_path: Path) -> None:
    """With the question, which stands below letter, facts and warnings."""
    shop = masquerade.copy(tmp_path / "shop")
    line = "sign letter.round --min-set 2 -o new"
    with terminal(shop, line, "member-3", whole=True, COLUMNS="60") as screen:
        shown = screen.answer("letter? [y/N]", "y")
        ended, _out, rest = screen.end()
    assert ended == 0
    assert "| evil evil 28288 91299" in shown
    check(f"{shown}{rest}", 60)
