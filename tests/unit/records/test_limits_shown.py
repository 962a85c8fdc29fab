"""Field types that several records share."""

import pytest

from cosign.records.limits import LAST_MINUTE, show_minute


@pytest.mark.parametrize(
    ("minute", "shown"),
    [
        (0, "1970-01-01T00:00Z"),
        (59, "1970-01-01T00:59Z"),
        (29_000_000, "2025-02-19T21:20Z"),
    ],
)
def test_minutes_are_shown_in_utc(minute: int, shown: str) -> None:
    """A time is shown to the minute, in UTC, whatever the machine's zone."""
    assert show_minute(minute) == shown


def test_the_largest_minute_can_be_shown() -> None:
    """Every minute that a record may hold can be shown."""
    assert show_minute(LAST_MINUTE) == "9999-12-31T23:59Z"
