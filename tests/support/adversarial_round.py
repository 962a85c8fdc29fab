"""A stage for a round of either kind, on which everybody may cheat.

Four members, three trustees of whom two open, one organizer; registered by one
registrar, or on a roster of eight keys. Groups that an attacker shows beside the true
one are in ``equivocation``.
"""

import dataclasses
import io
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from cosign.proofs.ring.keys import MemberSecret
from cosign.records.credential import Credential
from cosign.records.envelope import Envelope, OpenedShares
from cosign.records.groups.group import Group
from cosign.records.letter import Letter
from cosign.records.member_key import MemberKeySecrets
from cosign.records.published import PublishedReader
from cosign.records.round import VerifiedRound
from cosign.records.secrets import OrganizerSecrets, TrusteeSecrets, Use
from cosign.roles import member, organizer, trustee, verifier
from cosign.roles.organizer import Addition, Publication
from cosign.roles.registrar import RegistrarKeys
from cosign.secret import Secret
from tests.support import rosters
from tests.support.rosters import secret_of
from tests.support.world import (
    CLOSED_MINUTE,
    SIGN,
    SIGN_MINUTE,
    Seeded,
    World,
    build,
    granted,
    make_registrar,
)

KINDS: Final = ("registered", "rostered")
NAME: Final = "the stage"
MEMBERS: Final = 4
THRESHOLD: Final = 2
OTHER_LETTER: Final = Letter.from_draft(b"Dear all,\n\nwe agree to everything.\n")


@dataclass(frozen=True)
class Stage:
    """One group and one round of it.

    Attributes:
        kind: of the group.
        group: who may sign.
        members: of whom each holds a credential.
        organizer: of the round.
        trustees: of the round, two of three.
        round: open from minute 200 until before 300.
        registrars: of the group; none on a roster.
    """

    kind: str
    group: Group
    members: tuple[Credential, ...]
    organizer: OrganizerSecrets
    trustees: tuple[TrusteeSecrets, ...]
    round: VerifiedRound
    registrars: tuple[RegistrarKeys, ...] = ()

    def open_round(
        self, letter: Letter | None = None, *, salt: bytes | None = None, **changes: Any
    ) -> VerifiedRound:
        """Open another round of the same group, which differs in what is said and nothing else."""
        terms = self.round.terms
        plan = organizer.Plan(terms.title, terms.slot, SIGN, terms.trustees, THRESHOLD)
        parts = dataclasses.replace(plan, **changes), letter or self.round.letter, self.group
        source = self.round.statements, lambda _: salt or terms.salt
        draft = organizer.open_round(self.organizer, *parts, *source)
        return granted(draft, self.registrars)

    def secret(self, number: int) -> MemberSecret:
        """Return the secret with which a member of a roster signs."""
        held = self.members[number]
        assert isinstance(held, MemberKeySecrets)
        return secret_of(held)

    def speak(
        self, number: int, round_: VerifiedRound | None = None, **arguments: Any
    ) -> tuple[Use, Envelope]:
        """Let a member cosign or withdraw; without ``uses`` it forgets what it did before."""
        chosen: dict[str, Any] = {"uses": (), "minute": SIGN_MINUTE, "min_set": 0} | arguments
        target = round_ or self.round
        prover = member.make_prover(self.members[number], target)
        return member.cosign(prover, target, chosen.pop("uses"), **chosen)

    def openings(
        self,
        envelopes: Iterable[Envelope],
        numbers: Iterable[int],
        liar: int = 0,
        round_: VerifiedRound | None = None,
    ) -> tuple[OpenedShares, ...]:
        """Let some trustees open; one of them may lie about every share."""
        held, target, found = tuple(envelopes), round_ or self.round, []
        for number in numbers:
            seed = self.trustees[number - 1].seed
            opening = trustee.open_shares(seed, target, held, CLOSED_MINUTE)
            opened = organizer.read_opening(self.organizer, target, opening)
            found.append(lie(opened) if number == liar else opened)
        return tuple(found)

    def publish(
        self, envelopes: Iterable[Envelope], openings: tuple[OpenedShares, ...]
    ) -> Publication:
        """Publish what the openings give."""
        return organizer.publish(self.round, envelopes, openings, CLOSED_MINUTE)

    def file(self, publication: Publication | Addition) -> bytes:
        """Sign and write."""
        return b"".join(publication.chunks(organizer.check_organizer(self.organizer, self.round)))

    def append(self, raw: bytes, envelopes: Iterable[Envelope]) -> bytes:
        """Add late withdrawals."""
        held = tuple(envelopes)
        openings, reader = self.openings(held, (1, 2)), PublishedReader(io.BytesIO(raw))
        addition = organizer.append_withdrawals(
            self.round, reader, held, openings, CLOSED_MINUTE + 1
        )
        return self.file(addition)

    def verify(self, raw: bytes) -> verifier.Report:
        """Verify with a pinned group."""
        return verifier.verify_letter(io.BytesIO(raw), pin=self.round.group_fingerprint)

    def find(self, number: int, raw: bytes) -> member.Found:
        """Let a member look for the own cosignature."""
        tags = {member.make_prover(self.members[number], self.round).tag}
        return member.find(tags, self.round, PublishedReader(io.BytesIO(raw)))


def lie(opened: OpenedShares) -> OpenedShares:
    """Put a false share in the place of every true one."""
    false = {key: Secret(bytes([7]) + bytes(31)) for key in opened.shares()}
    return OpenedShares.of(opened.round_id, opened.trustee, false)


@cache
def world_of(name: str = NAME) -> World:
    """Return what there is beside a stage: its registrar, and how its members enrolled."""
    first = 6 if name == NAME else 8
    keys = [(first, 3072), (first + 1, 3072)]
    secrets = (make_registrar(f"clerk of {name}", keys, Seeded(f"clerk of {name}")),)
    return build(name, secrets, 1, ((0,),) * MEMBERS, (THRESHOLD, 3))


@cache
def stage(kind: str, name: str = NAME) -> Stage:
    """Return the stage of a kind; another name is another group."""
    world = world_of(name)
    if kind == "registered":
        parts = world.members, world.organizer, world.trustees, world.round, world.keys
        return Stage(kind, world.group, *parts)
    first = 0 if name == NAME else 100
    credentials = tuple(rosters.credential(first + n) for n in range(8))
    roster = rosters.roster_of((c.key for c in credentials), name)
    round_ = rosters.open_round(
        roster, name, trustees=tuple(t.trustee for t in world.trustees), threshold=THRESHOLD
    )
    return Stage(kind, roster, credentials[:MEMBERS], rosters.ORGANIZER, world.trustees, round_)
