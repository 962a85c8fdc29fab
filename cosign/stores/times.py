"""The times of files, which say nothing about when they were written (docs/spec.md, "Files").

Each file gets a random time, so that programs that compare size and time, such as caches,
backups and web servers, notice that it was replaced. For a private file, whose time must not
show when its owner did something, it is drawn from a long span; for a public file from the
last days, because caches keep a file the longer the older it is. A public file that replaces
another is never older than that one: web servers and ``cp -u`` compare which is newer.

Not protected: the year in which a private file was written, and the week of a public one
(docs/adr/0039).
"""

from datetime import UTC, datetime, timedelta
from typing import Final

from cosign.randomness import SYSTEM, Randomness

PUBLIC_DAYS: Final = 7
_EARLIEST: Final = datetime(1981, 1, 1, tzinfo=UTC)
"""What a clock that was never set is taken for; FAT has no times before 1980."""
_DRAWN_BYTES: Final = 8


def private_span(now: datetime) -> tuple[int, int]:
    """Return the calendar year before this one, in seconds since 1970; its end is not in it."""
    year = datetime(now.year, 1, 1, tzinfo=UTC)
    return _seconds(year.replace(year=now.year - 1)), _seconds(year)


def public_span(now: datetime) -> tuple[int, int]:
    """Return the seven days before today, in seconds since 1970; their end is not in them."""
    today = datetime(now.year, now.month, now.day, tzinfo=UTC)
    return _seconds(today - timedelta(days=PUBLIC_DAYS)), _seconds(today)


def draw_time(
    now: datetime,
    *,
    private: bool,
    old: int | None = None,
    randomness: Randomness = SYSTEM,
) -> int:
    """Draw a time for a file, in seconds since 1970.

    Args:
        now: in UTC.
        private: whether the file is for its owner only.
        old: the time of the file that is replaced, or None. A public file gets a later one,
            a private file any other.
        randomness: eight bytes at a time.
    """
    span = private_span if private else public_span
    first, end = span(max(now, _EARLIEST))
    if old is not None and not private:
        first = max(first, old + 1)
        end = max(first + 1, end)
    while True:
        drawn = first + int.from_bytes(randomness(_DRAWN_BYTES), "big") % (end - first)
        if drawn != old:
            return drawn


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
