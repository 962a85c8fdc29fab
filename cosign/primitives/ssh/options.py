"""Options of keys in ``authorized_keys`` and ``allowed_signers``, and what they limit.

The grammar (docs/spec.md, "OpenSSH keys") is that of OpenSSH (sshd(8), "AUTHORIZED_KEYS FILE
FORMAT"; ssh-keygen(1), "ALLOWED SIGNERS"): names in any case, values in double quotes, commas
between options and no blanks. A list that OpenSSH refuses is refused here too: OpenSSH ignores
such a line, and what its limits were meant to be is not known.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final, Literal, NamedTuple

from cosign.errors import MalformedError
from cosign.primitives.ssh.option_values import check_value
from cosign.primitives.ssh.patterns import matches_list, split_list

Limit = Literal["expired", "not_yet_valid", "forced_command", "other_namespace"]
"""Why a key may not be used for a roster at the moment, or at all."""

_ITEM: Final = re.compile(r'([a-z0-9-]+)(?:=(?:"((?:\\"|[^"])*+)")?+)?+', re.IGNORECASE)
_FIRST: Final = re.compile(r"""(no-)?[a-z0-9-]+(=["'])?(?=[=;:|]|$|(?<=["']))""", re.IGNORECASE)
"""An option up to its value, or up to what was typed for a comma."""
_NAMES: Final = re.compile(r"[a-z0-9-]*(,[a-z0-9-]*)*+", re.IGNORECASE | re.ASCII)
QUOTED: Final = re.compile(r'"(?:\\"|[^"])*+"?+')
"""A part in quotes, in linear time even if they are never closed."""
_TIME: Final = re.compile(
    r"(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?(Z|UTC)?", re.IGNORECASE | re.ASCII
)
_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001  # local or UTC, as the moment says

AUTHORITY: Final = "cert-authority"
_FLAGS: Final = frozenset({"restrict", AUTHORITY})
_SWITCHES: Final = frozenset(
    {
        *("agent-forwarding", "port-forwarding", "pty", "touch-required", "user-rc"),
        *("verify-required", "x11-forwarding"),
    }
)
"""Flags that ``no-`` turns off."""
_SERVER_VALUES: Final = frozenset(
    {"environment", "expiry-time", "permitlisten", "permitopen", "tunnel"}
)
_ONCE: Final = frozenset({"command", "from", "principals"})
"""Options of sshd that may stand once in a list; the others of its options may be repeated."""
_SIGNER_VALUES: Final = frozenset({"namespaces", "valid-after", "valid-before"})
_SERVER_FLAGS: Final = _FLAGS | _SWITCHES | {f"no-{name}" for name in _SWITCHES}
_ALL: Final = _SERVER_FLAGS | _SERVER_VALUES | _ONCE | _SIGNER_VALUES


class Moment(NamedTuple):
    """A time in an option.

    Attributes:
        at: without a time zone.
        utc: whether it is UTC; else local time, wherever the file is read.
    """

    at: datetime
    utc: bool

    def until(self, now: datetime) -> timedelta:
        """Return the time from ``now``, which has a time zone, to this moment."""
        return self.at - (now.astimezone(UTC) if self.utc else now).replace(tzinfo=None)


class Limits(NamedTuple):
    """What the options of a line limit.

    Attributes:
        authority: the key certifies other keys and does not belong to a person.
        command: a command is forced, so the key is that of a machine or of one task.
        namespaces: patterns of what signatures may be for; None for anything.
        valid_after: when the key becomes valid, or None.
        valid_before: when the key expires, or None.
    """

    authority: bool = False
    command: bool = False
    namespaces: tuple[str, ...] | None = None
    valid_after: Moment | None = None
    valid_before: Moment | None = None

    def reason(self, namespace: str, now: datetime) -> Limit | None:
        """Return why the key may not be used at a time for a namespace, or None if it may.

        Args:
            namespace: of the signature that the key would make.
            now: with a time zone, which is the one of dates without Z.

        Raises:
            ValueError: ``now`` has no time zone.
        """
        if now.tzinfo is None:
            msg = "the time has no time zone"
            raise ValueError(msg)
        zero = timedelta()
        if self.valid_before and self.valid_before.until(now) < zero:
            return "expired"
        if self.valid_after and self.valid_after.until(now) > zero:
            return "not_yet_valid"
        if self.command:
            return "forced_command"
        if self.namespaces is not None and not matches_list(namespace, self.namespaces):
            return "other_namespace"
        return None


NO_LIMITS: Final = Limits()


def looks_like_options(word: str) -> bool:
    """Return whether the first word of a line is meant to be options, well-formed or not.

    One name of an option among others is enough; sshd passes over commas at the front.

    >>> looks_like_options("no-such,pty"), looks_like_options("such,no-pty")
    (True, True)
    >>> looks_like_options("anna@example.org,anna"), looks_like_options("such")
    (False, False)
    """
    parts = [part for part in QUOTED.sub('""', word).split(",") if part]
    found = [_FIRST.match(part) for part in parts]
    return (
        not parts
        or bool(found[0] and found[0][1])
        or any(part and (part[2] or part[0].lower() in _ALL) for part in found)
    )


def could_be_options(word: str) -> bool:
    """Return whether a word that is no options could be mistyped ones.

    >>> could_be_options("restrickt"), could_be_options("anna@example.org")
    (True, False)
    """
    return bool(_NAMES.fullmatch(word))


def server_limits(options: str) -> Limits:
    """Return the limits of options in ``authorized_keys``.

    Raises:
        MalformedError: sshd refuses them; the message says why.
    """
    found = list(_items(options))
    names = [name for name, _ in found]
    for name, value in found:
        valued = name in _SERVER_VALUES or name in _ONCE
        _check(name, value, flag=name in _SERVER_FLAGS, valued=valued)
        if name in _ONCE and names.count(name) > 1:
            raise MalformedError(f"option {name} stands twice")
        check_value(name, value or "")
    if "principals" in names and AUTHORITY not in names:
        raise MalformedError(f"option principals without {AUTHORITY}")
    expiry = [_moment(name, value) for name, value in found if name == "expiry-time"]
    first = min(expiry, key=lambda moment: moment.at, default=None)
    return Limits(AUTHORITY in names, "command" in names, valid_before=first)


def signer_limits(options: str) -> Limits:
    """Return the limits of options in ``allowed_signers``.

    Raises:
        MalformedError: ssh-keygen refuses them; the message says why.
    """
    if options.endswith(","):
        raise MalformedError("they end with a comma")
    given: dict[str, str | None] = {}
    for name, value in _items(options):
        _check(name, value, flag=name == AUTHORITY, valued=name in _SIGNER_VALUES)
        if name in given and name != AUTHORITY:
            raise MalformedError(f"option {name} stands twice")
        given[name] = value
    namespaces = given.get("namespaces")
    times = [_moment(n, given[n]) if n in given else None for n in ("valid-after", "valid-before")]
    after, before = times
    if after and before and after.utc == before.utc and before.at <= after.at:
        raise MalformedError("the key expires before it becomes valid")
    split = None if namespaces is None else tuple(split_list(namespaces))
    return Limits(AUTHORITY in given, namespaces=split, valid_after=after, valid_before=before)


def _items(options: str) -> Iterator[tuple[str, str | None]]:
    """Yield name and value of each option; the value of a flag is None.

    Nothing may stand between two commas, as for OpenSSH.
    """
    place = 0
    while place < len(options):
        if found := _ITEM.match(options, place):
            name, value = found[1].lower(), found[2]
            if "=" in found[0] and value is None:
                raise MalformedError(f"the value of option {name[:40]} is not in double quotes")
            yield name, None if value is None else value.replace('\\"', '"')
            place = found.end()
        if place < len(options) and options[place] != ",":
            raise MalformedError(f"{options[place : place + 20]!r} is no option")
        place += 1


def _check(name: str, value: str | None, *, flag: bool, valued: bool) -> None:
    if not (flag or valued):
        raise MalformedError(f"unknown option {name[:40]}")
    if flag == (value is not None):
        raise MalformedError(f"option {name} has {'a' if flag else 'no'} value")


def _moment(name: str, value: str | None) -> Moment:
    """Return the time that a date means: 8, 12 or 14 digits, then Z or nothing."""
    found = _TIME.fullmatch(value or "")
    parts = [int(part or 0) for part in found.groups()[:6]] if found else [0]
    year, month, day, *clock = *parts, *[0] * 6
    hour, minute, second = clock[:3]
    usual = 1 <= month <= 12 and 1 <= day <= 31 and hour < 24 and minute < 60 and second < 62  # noqa: PLR2004  # a calendar, with leap seconds
    if not found or not usual or year < _EPOCH.year:
        raise MalformedError(f"option {name} has no date such as 20301231 or 203012312359Z")
    passed = timedelta(days=day - 1, hours=hour, minutes=minute, seconds=second)
    try:  # 30 February is 2 March, as for OpenSSH
        return Moment(_EPOCH.replace(year=year, month=month) + passed, bool(found[7]))
    except OverflowError:
        return Moment(datetime.max, bool(found[7]))  # noqa: DTZ901  # local or UTC
