"""The member's page in Chromium: its engine against the command, its size and its memory.

Processor time is that of the whole browser, all of its processes, from opening the page to the
released record, both key files included: opened, written, and compared. The command is a process
of its own with the core in Python and a home under a passphrase. Memory is the peak of the
largest process that draws pages, after the page itself has opened a key file.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from cosign.records.key_file import KeyFile
from cosign.records.voucher import encode_voucher
from cosign.roles import organizer
from cosign.secret import Secret
from cosign.stores.home import Home
from cosign.stores.key_files import seal_key_file
from cosign.stores.keys import key_name
from cosign_cli.shared.environment import CLOCK_VARIABLE, PASSPHRASE_VARIABLE
from tests.bench.measure import LeftOut, Result, cpu_seconds
from tests.bench.page import chromium, cpu, peak, settle
from tests.support import rosters
from tests.support.browsers.tab import Tab
from tests.support.member_page import PASSPHRASE
from tests.support.member_tabs import MEMBER, MemberPage
from tests.support.web import build
from tests.support.world import ENROL, ENROL_MINUTE, Seeded, make_registrar

FEW, MANY = 1_000, 10_000
SLOTS: Final = 8
RUNS: Final = 3
SECRET: Final = Secret(PASSPHRASE.encode())

_SIGN: Final = "minute => sign(minute)"
_ENROL: Final = "(voucher, minute) => enrol(voucher, minute)"


def run() -> Iterator[Result | LeftOut]:
    """Measure the engine."""
    yield Result("member_page_bytes", MEMBER.stat().st_size, 900_000)
    names = (
        "page_sign_ring_ratio",
        "page_sign_large_ring_ratio",
        "page_enrol_ratio",
        "member_page_memory",
    )
    if not shutil.which("chromium"):
        yield from (LeftOut(name, "there is no chromium") for name in names)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build("member-harness", folder / "harness.html")
        yield Result(names[0], _sign(folder, FEW), 2.5)
        yield Result(names[1], _sign(folder, MANY))
        yield Result(names[2], _enrol(folder), 2.0)
        yield Result(names[3], _memory(folder), 400 * 2**20)


def _sign(folder: Path, size: int) -> float:
    """Sign among so many keys."""
    round_, held = rosters.round_of(size), rosters.credential(size // 2)
    (folder / "round").write_bytes(round_.round.to_bytes())
    (folder / "keys").write_bytes(seal_key_file(KeyFile.of([held]), SECRET).to_bytes())
    home = folder / f"home-{size}"
    Home(home, lambda _what, _new: SECRET).write(key_name(held.key), held)

    def sign(tab: Tab) -> None:
        _choose(tab, folder, ["keys", "round"])
        assert tab.call(_SIGN, rosters.OPEN)

    line = ["sign", str(folder / "round"), "--min-set", "0", "--yes", "--home", str(home)]
    return _ratio(folder, sign, [*line, "--force", "-o", str(folder / "sealed")], rosters.OPEN)


def _memory(folder: Path) -> int:
    """Open a key file in the page; return the peak memory of its tab, in bytes."""
    rosters.round_of(FEW)
    keys = folder / "page-keys"
    keys.write_bytes(seal_key_file(KeyFile.of([rosters.credential(0)]), SECRET).to_bytes())
    with chromium() as (tab, processes):
        page = MemberPage(tab)
        page.open("2030-03-10T09:00Z")
        page.tap("#do-finish")
        page.choose("#keys-file", keys)
        page.fill("#passphrase", PASSPHRASE)
        page.tap("#unlock")
        page.wait("#ask-answer")
        return peak(processes())


def _enrol(folder: Path) -> float:
    """Ask a registrar to certify the keys of eight slots."""
    numbers = [(number, 3072) for number in range(SLOTS)]
    registrar = make_registrar("the clerk", numbers, Seeded("clerk")).registrar
    group = organizer.make_group("Staff", "", (registrar,), 1, ENROL, Seeded("group"))
    (folder / "group").write_bytes(group.to_bytes())
    voucher = encode_voucher(group, 0, Secret(bytes(16)))

    def enrol(tab: Tab) -> None:
        _choose(tab, folder, ["group"])
        assert tab.call(_ENROL, voucher, ENROL_MINUTE)

    home = folder / "member"
    line = ["member", "enrol", str(folder / "group"), "--voucher", voucher, "--home", str(home)]
    command = [*line, "--force", "-o", str(folder / "request")]
    return _ratio(folder, enrol, command, ENROL_MINUTE, lambda: shutil.rmtree(home, True))  # noqa: FBT003  # missing at first


def _choose(tab: Tab, folder: Path, names: list[str]) -> None:
    tab.choose(tab.find("#files"), [folder / name for name in names])


def _ratio(
    folder: Path,
    work: Callable[[Tab], None],
    line: list[str],
    minute: int,
    anew: Callable[[], None] = lambda: None,
) -> float:
    """Processor time of the browser over that of the command: the least of each, by turns."""
    now = f"1970-01-01T{minute // 60:02}:{minute % 60:02}Z"
    env = os.environ | {
        "COSIGN_LETTER_CORE": "python",
        CLOCK_VARIABLE: now,
        PASSPHRASE_VARIABLE: PASSPHRASE,
    }
    browser, bare = [], []
    for _ in range(RUNS):
        with chromium() as (tab, processes):
            settle(processes)
            before = cpu(processes())
            tab.open(folder / "harness.html")
            work(tab)
            browser.append(cpu(processes()) - before)
        anew()
        bare.append(cpu_seconds([sys.executable, "-m", "cosign_cli", *line], env))
    return min(browser) / min(bare)
