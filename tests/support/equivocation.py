"""Those who show different people different things, and what they make of what they get.

A registrar or publisher shows one member another group: one RSA key, some keys of the
roster, or only the name differ. An organizer shows one member another round, opens with
the trustees what the member sealed there, and seals it again to the round that all the
others know: nothing but the proof inside can then tell that it does not belong.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Final, NamedTuple

from cosign.primitives.rsa import blind as blind_rsa
from cosign.primitives.rsa import pss as rsa_pss
from cosign.proofs.interface import Binding
from cosign.records.cosignature import Cosignature
from cosign.records.enrolment import EnrolmentRequest, EnrolmentResponse
from cosign.records.envelope import Envelope
from cosign.records.groups.registered import RegisteredGroup
from cosign.records.round import VerifiedRound
from cosign.records.secrets import MemberState, RegistrarSecrets
from cosign.roles import member, organizer
from cosign.roles.registrar import OpenedRequest, RegistrarKeys, make_voucher
from cosign.roles.shared.sealing import recover, seal_cosignature
from tests.support import rosters
from tests.support.adversarial_round import MEMBERS, NAME, THRESHOLD, Stage, stage, world_of
from tests.support.world import (
    ENROL_MINUTE,
    SIGN,
    Seeded,
    World,
    admitted,
    granted,
    loaded_rsa_key,
    rsa_key,
)

FACES: Final = {
    "registered": ("first key", "second key", "name"),
    "rostered": ("keys", "name"),
}
"""What may differ between the true group and the one that a member is shown."""

OTHER_KEY: Final = 5
"""The RSA key, by number, that a registrar shows instead of one of its own."""

ROSTER_SIZE: Final = 8


# An organizer with its trustees.


def carry(scene: Stage, round_: VerifiedRound, envelope: Envelope) -> Envelope:
    """Open what was sealed to another round, and seal what is inside to the stage's round."""
    openings = scene.openings([envelope], (1, 2), round_=round_)
    shares = {o.trustee: share for o in openings for share in o.shares().values()}
    return seal_cosignature(
        Cosignature.from_bytes(recover(envelope, shares, THRESHOLD).record), scene.round
    )


def strays(scene: Stage, other: Stage, number: int) -> list[Envelope]:
    """Bring what a member of another group says into the stage's round, in both ways there are.

    The member signs in the other group's round; or its program is told that the other
    group's round has the identifier of the true one.
    """
    _, envelope = other.speak(number)
    round_id = scene.round.round_id
    prover = member.make_prover(other.members[number], replace(other.round, round_id=round_id))
    proof = prover.prove(Binding(round_id, "cosign", ""))
    direct = seal_cosignature(Cosignature("cosign", "", proof), scene.round)
    return [carry(scene, other.round, envelope), direct]


# A registrar, or a publisher of a roster, who shows one member another group.


def other_group(kind: str, face: str, number: int) -> Stage:
    """Return the stage that a member is shown, on which it is a member like the others."""
    if kind == "rostered":
        return _other_roster(face, number)
    keys, group, shown = other_registrar(face)
    return replace(shown, members=(admit_to(keys, group),) * MEMBERS)


@cache
def other_registrar(face: str) -> tuple[RegistrarKeys, RegisteredGroup, Stage]:
    """Return keys, group and stage, without members, that differ in one thing."""
    world = world_of()
    secrets = _other_secrets(world, face)
    changes = {"name": NAME.title()} if face == "name" else {"registrars": (secrets.registrar,)}
    group = replace(world.group, **changes)
    keys = RegistrarKeys(secrets, group)
    terms, letter = world.round.terms, world.round.letter
    plan = organizer.Plan(terms.title, terms.slot, SIGN, terms.trustees, THRESHOLD)
    stated = (keys.state_issued(admitted(MEMBERS)),)
    draft = organizer.open_round(world.organizer, plan, letter, group, stated, lambda _: terms.salt)
    shown = world.organizer, world.trustees, granted(draft, [keys]), (keys,)
    return keys, group, Stage("registered", group, (), *shown)


def _other_secrets(world: World, face: str) -> RegistrarSecrets:
    """Exchange one RSA key, or none."""
    [secrets] = world.secrets
    if face == "name":
        return secrets
    place = ("first key", "second key").index(face)
    public, private = list(secrets.registrar.slot_keys), list(secrets.slot_keys)
    public[place] = loaded_rsa_key(OTHER_KEY).public_key.spki
    private[place] = rsa_key(OTHER_KEY)
    registrar = replace(secrets.registrar, slot_keys=tuple(public))
    return replace(secrets, registrar=registrar, slot_keys=tuple(private))


@cache
def _other_roster(face: str, number: int) -> Stage:
    """Return a roster with the member's key: with invented other keys, or of another name."""
    true = stage("rostered")
    if face == "name":
        roster = rosters.roster_of(true.group.member_keys(), NAME.title())
        members = true.members
    else:
        invented = [rosters.credential(200 + n) for n in range(ROSTER_SIZE)]
        invented[number] = rosters.credential(number)
        roster, members = rosters.roster_of((c.key for c in invented), NAME), tuple(invented)
    trustees = true.round.terms.trustees
    round_ = rosters.open_round(roster, NAME, trustees=trustees, threshold=THRESHOLD)
    return replace(true, group=roster, members=members[:MEMBERS], round=round_)


# Enrolling, with a registrar who answers truly or falsely.


class Asked(NamedTuple):
    """A member who has asked for certificates, and the request as the registrar reads it."""

    state: MemberState
    request: EnrolmentRequest
    opened: OpenedRequest


def ask(keys: RegistrarKeys, group: RegisteredGroup) -> Asked:
    """Let a new member ask the only registrar of a group."""
    state, request = member.enrol(member.join(group), 0, make_voucher(), ENROL_MINUTE)
    return Asked(state, request, keys.open_request(request))


def answer(keys: RegistrarKeys, opened: OpenedRequest) -> EnrolmentResponse:
    """Answer as an honest registrar."""
    return keys.answer(opened, keys.sign_blinded(opened.blinded))


def admit_to(keys: RegistrarKeys, group: RegisteredGroup) -> MemberState:
    """Enrol one more member."""
    asked = ask(keys, group)
    return member.finish(asked.state, answer(keys, asked.opened))


def _fit(number: bytes, key: rsa_pss.PublicKey) -> bytes:
    """Bring a number below a key's modulus, as a registrar would who wants no check to notice."""
    return (int.from_bytes(number) % key.n).to_bytes(key.bytes)


Answer = Callable[[RegistrarKeys, OpenedRequest, OpenedRequest], EnrolmentResponse]
"""Answers a request, also with what another person asked for."""


def _from_parts(give: Callable[[list[bytes], list[bytes]], list[bytes]]) -> Answer:
    """Make an answer out of the right signatures for a person, and those for another one."""

    def made(keys: RegistrarKeys, mine: OpenedRequest, other: OpenedRequest) -> EnrolmentResponse:
        right = [list(keys.sign_blinded(asked.blinded)) for asked in (mine, other)]
        fitting = zip(give(*right), slot_keys(keys), strict=True)
        return keys.answer(mine, tuple(_fit(s, key.public_key) for s, key in fitting))

    return made


def slot_keys(keys: RegistrarKeys) -> tuple[blind_rsa.PrivateKey, ...]:
    """Return a registrar's RSA keys, which only its own program holds."""
    return keys._slots


def _with_key(numbers: tuple[int, ...]) -> Answer:
    """Sign with stored RSA keys instead of the group's."""

    def made(keys: RegistrarKeys, mine: OpenedRequest, _: OpenedRequest) -> EnrolmentResponse:
        signed = []
        for number, message, key in zip(numbers, mine.blinded, slot_keys(keys), strict=True):
            false = loaded_rsa_key(number)
            hidden = blind_rsa.blind_sign(false, _fit(message, false.public_key), Seeded("false"))
            signed.append(_fit(hidden, key.public_key))
        return keys.answer(mine, tuple(signed))

    return made


def _turned(keys: RegistrarKeys, mine: OpenedRequest, other: OpenedRequest) -> EnrolmentResponse:
    """Put the number of one request on the answer to another one."""
    return replace(answer(keys, other), request_id=mine.request_id)


def _short(keys: RegistrarKeys, mine: OpenedRequest, _: OpenedRequest) -> EnrolmentResponse:
    """Leave out the last signature."""
    return keys.answer(mine, keys.sign_blinded(mine.blinded)[:-1])


FALSE_ANSWERS: Final[dict[str, Answer]] = {
    "a key of another group for the first slot": _with_key((OTHER_KEY, 7)),
    "a key of another group for the second slot": _with_key((6, OTHER_KEY)),
    "each slot with the other's key": _with_key((7, 6)),
    "slots swapped": _from_parts(lambda mine, _: mine[::-1]),
    "one signature for two slots": _from_parts(lambda mine, _: [mine[0], mine[0]]),
    "another person's first slot": _from_parts(lambda mine, other: [other[0], mine[1]]),
    "another person's second slot": _from_parts(lambda mine, other: [mine[0], other[1]]),
    "another person's answer": _turned,
    "one signature too few": _short,
}
