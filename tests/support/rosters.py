"""A rostered world for tests: keys from a seeded source, a round, envelopes, a published file."""

import io
from collections.abc import Iterable
from functools import cache
from typing import Any, Final

from cosign.primitives import ed25519
from cosign.records.credential import Credential
from cosign.records.envelope import Envelope
from cosign.records.groups.roster import Roster
from cosign.records.letter import Letter
from cosign.records.member_key import MemberKeySecrets
from cosign.records.round import VerifiedRound
from cosign.records.secrets import OrganizerSecrets, Use
from cosign.roles import member, organizer, roster_publisher, verifier
from cosign.roles.roster_publisher import ED25519, Entry, gather
from cosign.secret import Secret
from tests.support.rings import stream

WINDOW: Final = (200, 300)
OPEN, CLOSED = 250, 300
LETTER: Final = Letter.from_draft(b"Dear all,\n\nwe object.\n")
ORGANIZER: Final = OrganizerSecrets(Secret(b"\x01" * 32), Secret(b"\x02" * 32))


@cache
def credential(number: int) -> MemberKeySecrets:
    """Give a fresh membership key."""
    seed = Secret(stream(f"member {number}")(32))
    return MemberKeySecrets(ed25519.SigningKey(seed).public_key, seed, ())


def entry(key: bytes, *names: str) -> Entry:
    """Give a source's entry for an Ed25519 key."""
    return Entry(names, ED25519, key)


def roster_of(keys: Iterable[bytes], name: str = "Staff") -> Roster:
    """Publish a roster of these keys."""
    return roster_publisher.make_roster(
        ORGANIZER, name, "a test", gather(entry(key) for key in keys)
    )


@cache
def roster(size: int) -> Roster:
    """Publish a roster of the first members."""
    return roster_of(credential(number).key for number in range(size))


def open_round(group: Roster, name: str = "round", **changes: Any) -> VerifiedRound:
    """Open a round, whose salt comes from its name."""
    plan: dict[str, Any] = {"title": name, "slot": 0, "window": WINDOW} | changes
    parts = ORGANIZER, organizer.Plan(**plan), LETTER, group, ()
    return organizer.open_round(*parts, stream(name))


@cache
def round_of(size: int, name: str = "round") -> VerifiedRound:
    """Open a round of the first members."""
    return open_round(roster(size), name)


def speak(round_: VerifiedRound, who: int | Credential, **arguments: Any) -> tuple[Use, Envelope]:
    """Let a member cosign or withdraw."""
    held = credential(who) if isinstance(who, int) else who
    chosen: dict[str, Any] = {"uses": (), "minute": OPEN, "min_set": 0} | arguments
    return member.cosign(member.make_prover(held, round_), round_, **chosen)


def publish(round_: VerifiedRound, envelopes: Iterable[Envelope]) -> organizer.Publication:
    """Open the envelopes, as the organizer alone."""
    held = tuple(envelopes)
    opened = tuple(organizer.own_opening(ORGANIZER, round_, held, CLOSED))
    return organizer.publish(round_, held, opened, CLOSED)


def written(round_: VerifiedRound, publication: organizer.Publication) -> bytes:
    """Give the published file."""
    return b"".join(publication.chunks(organizer.check_organizer(ORGANIZER, round_)))


def file_of(round_: VerifiedRound, envelopes: Iterable[Envelope]) -> bytes:
    """Publish, and give the file."""
    return written(round_, publish(round_, envelopes))


def verify(round_: VerifiedRound, raw: bytes, executor: Any = None) -> verifier.Report:
    """Verify a published file as somebody who pinned the roster."""
    return verifier.verify_letter(io.BytesIO(raw), pin=round_.group_fingerprint, executor=executor)
