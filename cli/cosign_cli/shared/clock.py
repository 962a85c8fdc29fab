"""The time: from the clock, from the variable that overrides it, or from an option."""

import os
import re
from datetime import UTC, date, datetime, timedelta
from typing import Final

from cosign_cli.shared.environment import APP_NAME, CLOCK_VARIABLE
from cosign_cli.shared.terminal import say

_MIDNIGHT: Final = re.compile(r"([T ])24:?00(?::?00)?(?![0-9:])")
"""The end of a day (ISO 8601-1:2019, 4.3.8.2 has it again), which Python reads since 3.13 only."""

_WEEK: Final = re.compile(r"[0-9]{4}-?W[0-9]{2}", re.IGNORECASE)
"""A week without a day, which ISO 8601 libraries read as its Monday."""


def current_minute() -> int:
    """Return the time in whole minutes since 1970, from the clock or its override."""
    override = os.environ.get(CLOCK_VARIABLE)
    if not override:
        return int(datetime.now(UTC).timestamp()) // 60
    say(f"warning: the time is {override}, as {CLOCK_VARIABLE} says", label=f"{APP_NAME}: ")
    return parse_time(override)


def current_time() -> datetime:
    """Return the same time, with this machine's time zone."""
    return datetime.fromtimestamp(current_minute() * 60, UTC).astimezone()


def parse_day(text: str) -> int:
    """Return an ISO 8601 day as days since 1970-01-01.

    Raises:
        UsageError: not a day, or before 1970.
    """
    from cosign.errors import UsageError
    from cosign.text.typed import typed_line

    text = typed_line(text)
    try:
        day = (date.fromisoformat(text) - date(1970, 1, 1)).days
    except ValueError as e:
        raise UsageError(f"{text!r} is not a day", hint="write it like 2027-03-01") from e
    if day < 0:
        raise UsageError(f"{text!r} is before 1970", hint="write it like 2027-03-01")
    return day


def parse_time(text: str) -> int:
    """Return an ISO 8601 time as whole minutes since 1970; UTC if it has no time zone.

    A day alone is its beginning, and 24:00 the beginning of the next day.

    Raises:
        UsageError: not a time, before 1970, or not a whole minute.
    """
    from cosign.errors import UsageError
    from cosign.text.typed import typed_line

    hint = "write it like 2027-03-01T18:00Z"
    text = typed_line(text)
    plain, at_midnight = _MIDNIGHT.subn(r"\g<1>00:00", text.upper())
    try:
        moment = datetime.fromisoformat(plain) + timedelta(days=at_midnight)
    except (ValueError, OverflowError) as e:
        raise UsageError(f"{text!r} is not a time in ISO 8601", hint=hint) from e
    seconds = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    if seconds < 0 or seconds % 60:
        raise UsageError(f"{text!r} is not a whole minute since 1970", hint=hint)
    return int(seconds) // 60


def parse_end(text: str) -> int:
    """Return the time at which something ends; a day or week alone does not say at which hour.

    Read as its beginning, it would take away what was named; and its end is another moment
    in each time zone.

    Raises:
        UsageError: a day or week alone, or as for :func:`parse_time`.
    """
    from cosign.errors import UsageError
    from cosign.text.typed import typed_line

    minute, written = parse_time(text), typed_line(text)
    try:
        last = date.fromisoformat(written.upper())
    except ValueError:
        return minute
    week = _WEEK.fullmatch(written) is not None
    end = (last + timedelta(days=6 if week else 0)).isoformat()
    raise UsageError(
        f"{written!r} does not say at which hour it ends",
        hint=f"for the end of that {'week' if week else 'day'} in UTC, write {end}T24:00Z",
    )
