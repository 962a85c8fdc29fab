"""Field types that several records share, with their limits (docs/spec.md, "Limits")."""

from datetime import UTC, datetime
from typing import Annotated, Final

from cosign.primitives.hashing import HASH_BYTES, IDENTIFIER_BYTES
from cosign.wire.codecs import Bin, Text, UInt

NAME_LIMIT: Final = 200
"""Greatest length of the name of a group, registrar, publisher, trustee or round, in bytes of
UTF-8."""

PURPOSE_LIMIT: Final = 4000
"""Greatest length of the description of who belongs to a group, in bytes of UTF-8."""

SLOT_LIMIT: Final = 64
"""Largest number of slots of a group, and so of letters that one enrolment serves."""

REGISTRAR_LIMIT: Final = 16
TRUSTEE_LIMIT: Final = 16
PUBLISHER_LIMIT: Final = 16

MEMBER_LIMIT: Final = 1_000_000
"""Largest number of members of a group, of cosignatures in a round and of envelopes in an
opening."""

SALT_BYTES: Final = 32
LAST_MINUTE: Final = 253_402_300_799 // 60
"""9999-12-31T23:59Z, the last time that can be written with a year of four digits."""

Identifier = Annotated[bytes, Bin(IDENTIFIER_BYTES)]
Digest = Annotated[bytes, Bin(HASH_BYTES)]
Key = Annotated[bytes, Bin(32)]
"""An Ed25519 public key (RFC 8032)."""
Signature = Annotated[bytes, Bin(64)]
"""An Ed25519 signature (RFC 8032)."""
SealingKey = Annotated[bytes, Bin(1216)]
"""An X-Wing public key: ML-KEM-768, then X25519."""
Salt = Annotated[bytes, Bin(SALT_BYTES)]
Name = Annotated[str, Text(NAME_LIMIT, least=1)]
Purpose = Annotated[str, Text(PURPOSE_LIMIT, multiline=True)]
Minute = Annotated[int, UInt(LAST_MINUTE)]
"""A time, in whole minutes since 1970-01-01T00:00Z."""
Count = Annotated[int, UInt(MEMBER_LIMIT)]
RegistrarIndex = Annotated[int, UInt(REGISTRAR_LIMIT - 1)]
"""A registrar's number in its group, from 0."""


def show_minute(minute: int) -> str:
    """Return a time in ISO 8601, in UTC.

    >>> show_minute(29_000_000)
    '2025-02-19T21:20Z'
    """
    return datetime.fromtimestamp(minute * 60, UTC).strftime("%Y-%m-%dT%H:%MZ")


def window_hint(minute: int, opens: int, over: str) -> str:
    """Return what to do at a minute outside of a window of time.

    Args:
        minute: now, by this machine's clock.
        opens: when the window begins.
        over: what to do when it is over.
    """
    if minute < opens:
        return "come back when it is open; if that time has come, check the clock here"
    return f"{over}; if that time has not come, check the clock here"


def show_day(day: int) -> str:
    """Return a day, counted from 1970-01-01, in ISO 8601.

    >>> show_day(20_000)
    '2024-10-04'
    """
    return datetime.fromtimestamp(day * 24 * 3600, UTC).strftime("%Y-%m-%d")
