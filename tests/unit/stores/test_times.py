"""Files get times that are meaningless, past, and not long past."""

from datetime import UTC, datetime
from typing import Final

import pytest

from cosign.stores.times import draw_time
from tests.support.world import Seeded

SPANS: Final = {
    "within a year": (True, "2030-05-17T12:34", "2029-01-01", "2030-01-01"),
    "on the first second": (True, "2030-01-01T00:00", "2029-01-01", "2030-01-01"),
    "on the last minute": (True, "2030-12-31T23:59", "2029-01-01", "2030-01-01"),
    "of the week": (False, "2030-05-17T12:34", "2030-05-10", "2030-05-17"),
    "of the week, at midnight": (False, "2030-05-17T00:00", "2030-05-10", "2030-05-17"),
    "over a new year": (False, "2030-01-03T08:00", "2029-12-27", "2030-01-03"),
    "by a clock that was never set": (True, "1970-01-01T00:10", "1980-01-01", "1981-01-01"),
    "public, by such a clock": (False, "1970-01-01T00:10", "1980-12-25", "1981-01-01"),
}


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize("name", SPANS)
def test_a_time_shows_its_span_only(name: str) -> None:
    """Whatever the hour, any second of the span can be drawn, and no other."""
    private, now, first, end = SPANS[name]
    source = Seeded(name)
    drawn = [draw_time(_moment(now), private=private, randomness=source) for _ in range(200)]
    low, high = _moment(first).timestamp(), _moment(end).timestamp()
    assert all(low <= seconds < high for seconds in drawn)
    assert max(drawn) - min(drawn) > 0.9 * (high - low)


def test_the_time_of_an_old_private_file_is_not_drawn() -> None:
    """Else a replaced file of the same length would look unchanged."""
    now = _moment("2030-05-17")
    first = draw_time(now, private=True, randomness=bytes)
    numbers = iter((bytes(8), bytes(8), (5).to_bytes(8, "big")))
    again = draw_time(now, private=True, old=first, randomness=lambda _n: next(numbers))
    assert again == first + 5


@pytest.mark.parametrize(
    "before", ["2030-05-01", "2030-05-13T14:00", "2030-05-16T23:59:59", "2030-05-17", "2031-01-01"]
)
def test_a_public_file_is_newer_than_the_one_it_replaces(before: str) -> None:
    """Web servers and cp -u ask which is newer; however often it is replaced."""
    now, source = _moment("2030-05-17T12:00"), Seeded(before)
    old = int(_moment(before).timestamp())
    for _ in range(100):
        new = draw_time(now, private=False, old=old, randomness=source)
        assert new > old
        assert new < max(_moment("2030-05-17").timestamp(), old + 2)
        old = new
