"""Examples of what letters of several groups have."""

from dataclasses import replace

from cosign.records.campaign import Campaign, CampaignTerms, check_named
from cosign.records.joint import JointHeader
from cosign.records.published import JOINT_MAGIC
from cosign.roles import organizer
from cosign.wire.framing import frame
from tests.support import joint
from tests.support.examples.steps import Check
from tests.support.world import World


def _beside(world: World) -> joint.Side:
    """Return another group's letter, with the text of a world's."""
    return joint.side(f"Beside {world.group.name}", world.round.letter)


def campaign(world: World) -> Campaign:
    rounds = [world.round, _beside(world).round]
    return organizer.make_campaign(world.organizer, rounds)


def campaign_step(world: World) -> Check:
    return lambda raw: check_named(Campaign.from_bytes(raw).verify(), world.round)


def campaign_terms_step(world: World) -> Check:
    made, step = campaign(world), campaign_step(world)
    return lambda raw: step(replace(made, terms=CampaignTerms.from_bytes(raw)).to_bytes())


def joint_header(world: World) -> JointHeader:
    return joint.header_of([joint.side_of(world), _beside(world)], [campaign(world)])


def joint_step(world: World) -> Check:
    """Put a header before the letters of two groups, and verify them."""
    sides = sorted([joint.side_of(world), _beside(world)], key=lambda s: s.round.round_id)
    files = b"".join(s.published for s in sides)
    return lambda raw: joint.verify(JOINT_MAGIC + frame(raw) + files)
