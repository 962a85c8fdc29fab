"""Examples of what trustees open, and of a round that is sealed itself."""

from dataclasses import replace

from cosign.records.envelope import Envelope, OpenedShares, Opening
from cosign.records.invitation import Invitation
from cosign.records.round import Trustee, verify_round
from cosign.roles import organizer, trustee
from cosign.secret import Secret
from cosign.wire.record import Record
from tests.support.examples.steps import Check, terms_step
from tests.support.world import CLOSED_MINUTE, Seeded, World


def trustee_step(world: World) -> Check:
    def check(raw: bytes) -> object:
        trustees = (Trustee.from_bytes(raw), *world.round.terms.trustees[1:])
        return terms_step(world)(replace(world.round.terms, trustees=trustees).to_bytes())

    return check


def _publish(world: World, envelopes: list[Envelope], openings: tuple[OpenedShares, ...]) -> None:
    """Publish; the round's quorum of one is missed if no envelope gives a cosignature."""
    organizer.publish(world.round, envelopes, openings, CLOSED_MINUTE)


def envelope_step(world: World) -> Check:
    """Let every pair of trustees open it."""

    def check(raw: bytes) -> None:
        envelopes = [Envelope.from_bytes(raw)]
        one, two, three = world.openings(envelopes, (1, 2, 3))
        for pair in ((one, two), (one, three), (two, three)):
            _publish(world, envelopes, pair)

    return check


def opened_step(world: World) -> Check:
    envelopes = list(world.envelopes[:1])
    second = world.openings(envelopes, (2,))
    return lambda raw: _publish(world, envelopes, (OpenedShares.from_bytes(raw), *second))


def opening_step(world: World) -> Check:
    def check(raw: bytes) -> object:
        return organizer.read_opening(world.organizer, world.round, Opening.from_bytes(raw))

    return check


def opening_record(world: World) -> Record:
    seed, envelopes = world.trustees[0].seed, world.envelopes[:1]
    return trustee.open_shares(seed, world.round, envelopes, CLOSED_MINUTE)


def invitation(world: World) -> tuple[Secret, Invitation]:
    return organizer.invite(world.round, Seeded(f"invitation {world.group.name}"))


def invitation_step(world: World) -> Check:
    secret, _ = invitation(world)
    return lambda raw: verify_round(organizer.open_invitation(Invitation.from_bytes(raw), secret))
