"""Examples around a roster: members' keys, publishers, evidence."""

from dataclasses import replace

from cosign.proofs.ring.keys import MemberSecret
from cosign.records.groups.evidence import RosterEvidence
from cosign.records.groups.publisher import Publisher
from cosign.records.groups.roster import Roster
from cosign.records.groups.roster_terms import RosterTerms
from cosign.records.member_key import MemberKey, make_member_key
from cosign.records.secrets import OrganizerSecrets
from cosign.roles.roster_publisher import (
    ED25519,
    FRESH,
    Entry,
    gather,
    make_publisher,
    make_roster,
    sign_roster,
)
from cosign.secret import Secret
from cosign.wire.record import Record
from tests.support.examples.enrolment import whole_certificates
from tests.support.examples.steps import Check
from tests.support.world import Seeded, World


def member_secret(world: World) -> MemberSecret:
    return MemberSecret.draw(Seeded(f"member key {world.group.name}"))


def member_key_record(world: World) -> MemberKey:
    return make_member_key(member_secret(world), Seeded(f"possession {world.group.name}"))


def member_key_step(_world: World) -> Check:
    return lambda raw: MemberKey.from_bytes(raw).verify()


def publisher_secrets(world: World) -> list[OrganizerSecrets]:
    """Return the secrets of the two publishers of :func:`published_roster`."""
    source = Seeded(f"publishers {world.group.name}")
    return [OrganizerSecrets(Secret(source(32)), Secret(bytes(32))) for _ in range(2)]


def published_roster(world: World) -> Roster:
    """Publish a roster of the keys that members hold for the first slot, and one more.

    Two publishers sign it, and both have to.
    """
    keys = [m.certificates()[0].key for m in world.members]
    entries = [*(Entry((), ED25519, key) for key in keys)]
    entries.append(Entry((), FRESH, member_secret(world).public_key))
    held = publisher_secrets(world)
    publishers = [make_publisher(secrets, f"P{n}") for n, secrets in enumerate(held, 1)]
    made = make_roster(world.group.name, "a test", publishers, 2, gather(entries))
    return sign_roster(held[1], sign_roster(held[0], made))


def roster_step(_world: World) -> Check:
    def check(raw: bytes) -> None:
        roster = Roster.from_bytes(raw)
        roster.verify()
        roster.verifier(0, bytes(32))

    return check


def publisher_step(world: World) -> Check:
    roster = published_roster(world)

    def check(raw: bytes) -> None:
        publishers = (Publisher.from_bytes(raw), *roster.terms.publishers[1:])
        replace(roster, terms=replace(roster.terms, publishers=publishers)).verify()

    return check


def roster_terms_step(world: World) -> Check:
    roster = published_roster(world)
    return lambda raw: replace(roster, terms=RosterTerms.from_bytes(raw)).verify()


def evidence_record(world: World) -> Record:
    ordered = tuple(sorted(whole_certificates(world), key=lambda c: c.key))
    return RosterEvidence(published_roster(world).group_id, world.group, ordered)


def evidence_step(world: World) -> Check:
    roster = published_roster(world)
    return lambda raw: RosterEvidence.from_bytes(raw).verify(roster)
