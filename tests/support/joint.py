"""Joint letters for tests: the letters of small rosters, with one text, in one file."""

import io
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import zip_longest
from typing import NamedTuple

from cosign.records.campaign import Campaign
from cosign.records.joint import JointHeader, JointReader, PartRow, joint_chunks
from cosign.records.letter import Letter
from cosign.records.round import VerifiedRound
from cosign.roles import organizer, verifier
from cosign.roles.member import SigningName
from cosign.roles.organizer.campaigns import make_campaign
from tests.support.rings import stream
from tests.support.rosters import LETTER, ORGANIZER, WINDOW, credential, file_of, roster_of, speak
from tests.support.world import RoundWorld

Names = tuple[str, ...]


class Side(NamedTuple):
    """One group's letter.

    Attributes:
        round: of the group.
        published: the file.
    """

    round: VerifiedRound
    published: bytes


@cache
def side(
    name: str, letter: Letter = LETTER, size: int = 3, signers: int = 2, *, names: Names = ()
) -> Side:
    """Publish a letter that the first members of a roster signed; the roster has the name.

    The first of them sign by the names; with an empty one, without a name.
    """
    group = roster_of((credential(number).key for number in range(size)), name)
    plan = organizer.Plan(f"Letter of {name}", 0, WINDOW)
    draft = organizer.open_round(ORGANIZER, plan, letter, group, (), stream(name))
    round_ = organizer.complete_round(draft)
    called = [SigningName(one) if one else None for one in names]
    named = zip_longest(range(signers), called)
    return Side(round_, file_of(round_, [speak(round_, n, name=one)[1] for n, one in named]))


def side_of(world: RoundWorld) -> Side:
    """Return the letter of a world."""
    return Side(world.round, world.published)


def campaign_of(*sides: Side) -> Campaign:
    """Let the organizer of rosters name these groups."""
    return make_campaign(ORGANIZER, [s.round for s in sides])


def header_of(sides: Iterable[Side], campaigns: Sequence[Campaign] = ()) -> JointHeader:
    """Return the header of a joint letter."""
    rows = sorted(PartRow(s.round.round_id, len(s.published)) for s in sides)
    return JointHeader(tuple(sorted(campaigns, key=Campaign.to_bytes)), tuple(rows))


def joint_of(sides: Sequence[Side], campaigns: Sequence[Campaign] = ()) -> bytes:
    """Join letters without checking that they belong together."""
    ordered = sorted(sides, key=lambda s: s.round.round_id)
    return b"".join(joint_chunks(header_of(sides, campaigns), ([s.published] for s in ordered)))


def verify(raw: bytes, *pins: str) -> verifier.JointReport:
    """Verify a joint letter."""
    return verifier.verify_joint(io.BytesIO(raw), pins=pins)


def parts_of(raw: bytes) -> list[bytes]:
    """Take the letters out again."""
    return [part.read() for _round_id, part in JointReader(io.BytesIO(raw)).parts()]
