"""What the options of a key limit, and when."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from cosign.primitives.ssh.options import Limits, server_limits, signer_limits

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
EAST, WEST = (timezone(timedelta(hours=hours)) for hours in (5, -5))


@pytest.mark.parametrize(
    ("option", "zone", "reason"),
    [
        ('valid-before="202606011200Z"', UTC, None),
        ('valid-before="202606011200Z"', EAST, None),
        ('valid-before="202606011159Z"', WEST, "expired"),
        ('valid-before="202606011200"', UTC, None),
        ('valid-before="202606011200"', EAST, "expired"),
        ('valid-before="202606011200"', WEST, None),
        ('valid-after="202606011200"', UTC, None),
        ('valid-after="202606011200"', EAST, None),
        ('valid-after="202606011200"', WEST, "not_yet_valid"),
        ('valid-after="202606011201Z"', EAST, "not_yet_valid"),
        ('valid-after="20270101",namespaces="git"', UTC, "not_yet_valid"),
        ('namespaces="git"', UTC, "other_namespace"),
        ('namespaces="git,n*"', UTC, None),
        ("cert-authority", UTC, None),
    ],
)
def test_dates_without_z_are_of_the_zone_of_now(
    option: str, zone: timezone, reason: str | None
) -> None:
    """So a step reads neither clock nor time zone; the last second itself is valid."""
    assert signer_limits(option).reason("n", NOON.astimezone(zone)) == reason


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ("no-pty", None),
        ('from="10.0.0.1"', None),
        ('command="rsync"', "forced_command"),
        ('expiry-time="20200101",command="rsync"', "expired"),
        ('expiry-time="20300101",no-pty', None),
        ('expiry-time="20300101",expiry-time="20200101"', "expired"),
    ],
)
def test_options_of_sshd_limit(options: str, reason: str | None) -> None:
    """The reason is the first of several; what limits a login only is none."""
    assert server_limits(options).reason("n", NOON) == reason


def test_now_has_a_time_zone() -> None:
    """Else dates without Z would mean nothing."""
    with pytest.raises(ValueError, match="no time zone"):
        Limits().reason("n", NOON.replace(tzinfo=None))
