"""The reader's page in Chromium against the command, and its size.

Processor time is that of the whole browser, all of its processes, from opening the page to the
verdict; the command is a process of its own with the core in Python. A browser works on for a
second or two after it has started, with any page or none, so the page is opened when it has come
to rest. Memory is the peak of the processes that draw pages, of which the page's is the largest.
"""

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Final

import psutil

from cosign.proofs.interface import Binding
from cosign.records.cosignature import Cosignature
from cosign.records.published import OpeningSummary, PublishedHeader, write_published
from cosign.roles import member
from cosign.roles.organizer import check_organizer
from tests.bench.letters import make_letters
from tests.bench.measure import LeftOut, Result, cpu_seconds
from tests.support import rosters
from tests.support.browsers import tab_of
from tests.support.browsers.tab import Tab

READER: Final = Path(str(resources.files("cosign"))) / "pages" / "reader.html"
CERTIFIED: Final = 8_500
KEYS: Final = 10_000
PROOFS: Final = 100
FEW, MANY = 10_000, 100_000
RUNS: Final = 3


_IS_JUDGED: Final = """root => new Promise(resolve => {
    const end = setTimeout(() => resolve(false), 20_000)  // the driver waits no longer than 60 s
    const look = () => {
        if (!root.querySelector('#verdict')) return
        clearTimeout(end)
        watch.disconnect()
        resolve(true)
    }
    const watch = new MutationObserver(look)
    watch.observe(root, {subtree: true, childList: true})
    look()
})"""


def run() -> Iterator[Result | LeftOut]:
    """Measure the page."""
    yield Result("page_bytes", READER.stat().st_size, 120_000)
    names = ("page_certified_ratio", "page_ring_ratio", "page_memory")
    if not shutil.which("chromium"):
        yield from (LeftOut(name, "there is no chromium") for name in names)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        letters = make_letters(folder, [CERTIFIED, FEW, MANY])
        # The browser's own RSA and Ed25519 alone take 0.7 (docs/adr/0062).
        yield Result("page_certified_ratio", _ratio(letters[CERTIFIED]), 1.0)
        yield Result("page_ring_ratio", _ratio(_ring_letter(folder)), 1.5)
        yield Result("page_memory", _peak(letters[MANY]) / _peak(letters[FEW]), 1.5)


def _ratio(letter: Path) -> float:
    """Processor time of the browser over that of the command: the least of each, by turns."""
    command = [sys.executable, "-m", "cosign_cli", "verify", str(letter)]
    env = os.environ | {"COSIGN_LETTER_CORE": "python"}
    browser, bare = [], []
    for _ in range(RUNS):
        with chromium() as (tab, processes):
            settle(processes)
            before = cpu(processes())
            _verify(tab, letter)
            browser.append(cpu(processes()) - before)
        bare.append(cpu_seconds(command, env))
    return min(browser) / min(bare)


def _peak(letter: Path) -> int:
    """Peak memory of the largest process that draws pages, in bytes."""
    with chromium() as (tab, processes):
        _verify(tab, letter)
        return peak(processes())


def peak(processes: list[psutil.Process]) -> int:
    """Return the peak memory of the largest process that draws pages, in bytes."""
    drawing = [process for process in processes if "--type=renderer" in process.cmdline()]
    return max(_peak_of(process) for process in drawing)


def _verify(tab: Tab, letter: Path) -> None:
    """Let a tab verify a letter that is valid."""
    tab.open(READER)
    tab.choose(tab.find("#file"), [letter])
    tab.click("#check")
    while not tab.call(_IS_JUDGED, tab.root()):
        pass
    assert tab.text("#verdict").startswith("Valid")


def _ring_letter(folder: Path) -> Path:
    """Write a letter that a few members of a large roster signed."""
    round_ = rosters.round_of(KEYS)
    provers = [member.make_prover(rosters.credential(number), round_) for number in range(PROOFS)]
    binding = Binding(round_.round_id, "cosign", "")
    signed = sorted((prover.tag, prover.prove(binding)) for prover in provers)
    raws = [Cosignature("cosign", "", proof).to_bytes() for _tag, proof in signed]
    header = PublishedHeader(round_.round, OpeningSummary(PROOFS, 0, 0, 0, 0))
    letter = folder / "ring.letter"
    identity = check_organizer(rosters.ORGANIZER, round_)
    letter.write_bytes(b"".join(write_published(header, raws, identity)))
    return letter


Processes = Callable[[], list[psutil.Process]]


@contextmanager
def chromium() -> Iterator[tuple[Tab, Processes]]:
    """Start Chromium; yield a tab, and what returns its processes."""
    here = psutil.Process()
    others = {child.pid for child in here.children()}
    with tab_of("chromium") as tab:
        [browser] = [child for child in here.children() if child.pid not in others]
        yield tab, lambda: [browser, *browser.children(recursive=True)]


def settle(processes: Processes) -> None:
    """Wait until a browser has used less than a fiftieth of a core for half a second."""
    while True:
        before = cpu(processes())
        time.sleep(0.5)
        if cpu(processes()) - before <= 0.01:
            return


def cpu(processes: list[psutil.Process]) -> float:
    """Processor time of processes, and of their children that have ended, in seconds."""
    return sum(sum(process.cpu_times()[:4]) for process in processes)


def _peak_of(process: psutil.Process) -> int:
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
    [peak] = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(peak.split()[1]) * 1024
