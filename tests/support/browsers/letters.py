"""Published files of every kind and verdict, and how a reader checks one in the page."""

import json
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from cosign.records.time_stamp import TimeStamp
from cosign.roles.verifier.letter import Report
from cosign.wire.framing import frame
from tests.support import hostile, pages, places, published, world
from tests.support.browsers.tab import Tab


class Case(NamedTuple):
    """A published file, and whether its reader names the group."""

    raw: bytes
    pinned: bool = True


def _withdrawn() -> bytes:
    """Return a letter with a withdrawal, a repeat and a conflict."""
    village = world.village()
    more = [
        published.record(village, 0, "withdraw"),
        published.record(village, 1, statement="another one"),
    ]
    records = [*village.publication.records, *more]
    return published.rewrite(village, published.sorted_records(records))


def _stamped(raw: bytes) -> bytes:
    """Return a letter with time stamps, which are of something else."""
    answers = json.loads((places.VECTORS / "time_stamp.json").read_text())["answers"]
    stamps = sorted(TimeStamp(bytes.fromhex(answer)).to_bytes() for answer in answers)
    return raw + b"".join(map(frame, stamps))


@cache
def cases() -> dict[str, Case]:
    """Return published files of every kind and verdict."""
    several = pages.people()
    ordinary = pages.registered(several, quorum=3)
    crowd = pages.people(count=len(hostile.LINES))
    words = hostile.LETTER, hostile.LINES, hostile.NAMES
    return {
        "pinned": Case(ordinary),
        "not pinned": Case(ordinary, pinned=False),
        "below quorum": Case(pages.registered(several, quorum=9)),
        "below quorum, not pinned": Case(pages.registered(several, quorum=9), pinned=False),
        "invisible characters": Case(pages.registered(several, INVISIBLE)),
        "rostered": Case(pages.rostered()),
        "stamped": Case(_stamped(ordinary)),
        "split": Case(world.committee().published),
        "withdrawn": Case(_withdrawn()),
        "named": Case(pages.registered(several, names=pages.NAMES)),
        "named roster": Case(pages.rostered(names=pages.NAMES)),
        "hostile": Case(pages.registered(crowd, *words), pinned=False),
        "hostile roster": Case(pages.rostered(hostile.LINES[4], *words)),
    }


INVISIBLE: Final = (
    "Dear\u00a0all\u202f!  \n\u200b\u200btwo \t\n\U000e0041\U000e0061\U000e007f tags \ufe0f"
    "\U000e0100\U000e01ef\ufe00 \u3164\u2800\u180e\ufff9\U0001d173 \n\u2003 \u2009\u3000\u1680."
)
"""A letter with characters that are not seen, named by a table and by rules."""

NAMES: Final = (
    "pinned", "not pinned", "below quorum", "below quorum, not pinned", "invisible characters",
    "rostered", "stamped", "split", "withdrawn", "named", "named roster", "hostile",
    "hostile roster",
)  # fmt: skip


@cache
def report_of(name: str) -> Report:
    """Return what the library says about a case."""
    case = cases()[name]
    return pages.report(case.raw, pinned=case.pinned)


def check(reader: Tab, file: Path, pin: str = "") -> None:
    """Give the page a letter and a fingerprint, and wait for its verdict."""
    reader.choose(reader.find("#file"), [file])
    reader.type("#pin", pin)
    reader.click("#check")
    reader.wait_for("#verdict")
