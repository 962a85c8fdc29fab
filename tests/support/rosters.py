"""A rostered world for tests: keys from a seeded source, a round, envelopes, a published file."""

import io
from collections.abc import Iterable
from functools import cache
from typing import Any, Final

from cosign import labels
from cosign.primitives import ed25519
from cosign.proofs.ring.keys import MemberSecret
from cosign.records.credential import Credential
from cosign.records.envelope import Envelope
from cosign.records.groups.roster import PublisherSignature, Roster
from cosign.records.groups.roster_terms import RosterTerms
from cosign.records.letter import Letter
from cosign.records.member_key import MemberKeySecrets
from cosign.records.round import VerifiedRound
from cosign.records.secrets import OrganizerSecrets, Use
from cosign.roles import member, organizer, roster_publisher, verifier
from cosign.roles.roster_publisher import ED25519, FRESH, Entry, gather
from cosign.secret import Secret
from tests.support.rings import stream

WINDOW: Final = (200, 300)
OPEN, CLOSED = 250, 300
LETTER: Final = Letter.from_draft(b"Dear all,\n\nwe object.\n")
ORGANIZER: Final = OrganizerSecrets(Secret(b"\x01" * 32), Secret(b"\x02" * 32))


_MADE: Final[set[bytes]] = set()
"""Fresh keys that :func:`credential` gave; all others are ssh keys."""


@cache
def credential(number: int) -> MemberKeySecrets:
    """Return a fresh membership key."""
    secret = MemberSecret.draw(stream(f"member {number}"))
    _MADE.add(secret.public_key)
    return MemberKeySecrets(secret.public_key, secret.to_bytes(), ())


def secret_of(held: MemberKeySecrets) -> MemberSecret:
    """Return the secret of a fresh membership key."""
    assert held.secret
    return MemberSecret.from_bytes(held.secret)


def ssh_seed(number: int) -> Secret:
    """Return the seed of an ssh key."""
    return Secret(stream(f"ssh key {number}")(32))


def ssh_key(number: int) -> bytes:
    """Return the public key of :func:`ssh_seed`."""
    return ed25519.SigningKey(ssh_seed(number)).public_key


def entry(key: bytes, *names: str) -> Entry:
    """Return a source's entry for a key."""
    return Entry(names, FRESH if key in _MADE else ED25519, key)


def roster_of(keys: Iterable[bytes], name: str = "Staff", fresh: Iterable[bytes] = ()) -> Roster:
    """Publish a roster of these keys; which are fresh is known of :func:`credential` only."""
    entries = [*map(entry, keys), *(Entry((), FRESH, key) for key in fresh)]
    return signed_by_organizer(name, "a test", gather(entries))


def signed_by_organizer(name: str, source: str, gathered: roster_publisher.Gathered) -> Roster:
    """Publish a roster whose one publisher is the organizer."""
    publishers = [roster_publisher.make_publisher(ORGANIZER, "the organizer")]
    made = roster_publisher.make_roster(name, source, publishers, 1, gathered)
    return roster_publisher.sign_roster(ORGANIZER, made)


def signed(terms: RosterTerms) -> Roster:
    """Sign terms as the organizer, whatever their keys are."""
    key = ed25519.SigningKey(ORGANIZER.identity_seed)
    signature = key.sign(labels.ROSTER_SIGNATURE, terms.to_bytes())
    return Roster(terms, (PublisherSignature(0, signature),))


def publisher(number: int) -> OrganizerSecrets:
    """Return the secrets of one of several publishers."""
    source = stream(f"publisher {number}")
    return OrganizerSecrets(Secret(source(32)), Secret(source(32)))


def published_by(
    count: int, threshold: int, keys: Iterable[bytes], signers: Iterable[int], name: str = "Staff"
) -> Roster:
    """Make a roster of several publishers, of whom some sign."""
    publishers = [roster_publisher.make_publisher(publisher(i), f"P{i}") for i in range(count)]
    gathered = gather(map(entry, keys))
    made = roster_publisher.make_roster(name, "a test", publishers, threshold, gathered)
    for number in signers:
        made = roster_publisher.sign_roster(publisher(number), made)
    return made


@cache
def roster(size: int) -> Roster:
    """Publish a roster of the first members."""
    return roster_of(credential(number).key for number in range(size))


def open_round(group: Roster, name: str = "round", **changes: Any) -> VerifiedRound:
    """Open a round, whose salt comes from its name."""
    plan: dict[str, Any] = {"title": name, "slot": 0, "window": WINDOW} | changes
    parts = ORGANIZER, organizer.Plan(**plan), LETTER, group, ()
    return organizer.complete_round(organizer.open_round(*parts, stream(name)))


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
    opened = tuple(organizer.own_key(ORGANIZER, round_))
    return organizer.publish(round_, held, opened, CLOSED)


def written(round_: VerifiedRound, publication: organizer.Publication) -> bytes:
    """Return the published file."""
    return b"".join(publication.chunks(organizer.check_organizer(ORGANIZER, round_)))


def file_of(round_: VerifiedRound, envelopes: Iterable[Envelope]) -> bytes:
    """Publish, and give the file."""
    return written(round_, publish(round_, envelopes))


def verify(round_: VerifiedRound, raw: bytes, executor: Any = None) -> verifier.Report:
    """Verify a published file with the roster pinned."""
    return verifier.verify_letter(io.BytesIO(raw), pin=round_.group_fingerprint, executor=executor)
