"""Published files of every kind and verdict, and how a reader checks one in the page."""

from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from cosign.roles.verifier.letter import Report
from tests.support import hostile, pages, published, world
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


@cache
def cases() -> dict[str, Case]:
    """Return published files of every kind and verdict."""
    several = pages.people()
    ordinary = pages.registered(several, quorum=3)
    crowd = pages.people(count=len(hostile.LINES))
    return {
        "pinned": Case(ordinary),
        "not pinned": Case(ordinary, pinned=False),
        "below quorum": Case(pages.registered(several, quorum=9)),
        "below quorum, not pinned": Case(pages.registered(several, quorum=9), pinned=False),
        "rostered": Case(pages.rostered()),
        "split": Case(world.committee().published),
        "withdrawn": Case(_withdrawn()),
        "hostile": Case(pages.registered(crowd, hostile.LETTER, hostile.LINES), pinned=False),
        "hostile roster": Case(pages.rostered(hostile.LINES[4], hostile.LETTER, hostile.LINES)),
    }


NAMES: Final = (
    "pinned", "not pinned", "below quorum", "below quorum, not pinned", "rostered", "split",
    "withdrawn", "hostile", "hostile roster",
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
