"""Looking for a string, or a point, that two things have in common."""

import hashlib
from collections.abc import Collection, Iterable, Iterator
from typing import Final

from cosign import labels
from cosign.primitives.curve.constant_time import (
    add_points,
    multiply,
    multiply_base,
    reduce_wide,
)
from cosign.primitives.hashing import H
from cosign.records.enrolment import EnrolmentPlea
from cosign.records.round import VerifiedRound
from cosign.roles import member
from tests.support.adversarial_round import MEMBERS, Stage, world_of
from tests.support.world import World

GRAM: Final = 16
"""Shortest equal byte string that counts as a trace."""


def grams(parts: Iterable[bytes]) -> set[bytes]:
    """Return every string of 16 bytes inside the parts, read forwards and backwards."""
    return {
        way[i : i + GRAM]
        for part in parts
        for way in (part, part[::-1])
        for i in range(len(part) - GRAM + 1)
    }


def seen_by_registrars(world: World) -> Iterator[bytes]:
    """Yield every byte that registrars ever saw, computed or keep as a secret."""
    for log in world.enrolments:
        pending = next(p for p in log.before.pending if p.registrar == log.registrar)
        yield EnrolmentPlea(pending.voucher, pending.reply_key, pending.blinded).to_bytes()
        yield from (log.request.to_bytes(), log.response.to_bytes(), *log.signatures)
        yield from (log.opened.request_id, log.opened.voucher_hash, log.opened.blinded_hash)
    for secrets in world.secrets:
        yield secrets.to_bytes()


def identifying(scene: Stage) -> list[bytes]:
    """Return what identifies a member to anybody: its secrets, and its names elsewhere.

    In a registered group all that the registrar saw, and the keys, certificates and blinds
    of slots that the round does not use. On a roster the keys, and the tags of another round.
    """
    if scene.kind == "rostered":
        other = scene.open_round(title="Another")
        tags = [member.make_prover(c, other).tag for c in scene.members]
        secrets = [scene.secret(number) for number in range(MEMBERS)]
        scalars = [part.reveal() for secret in secrets for part in (secret.x, secret.r)]
        return [*scene.group.member_keys(), *tags, *scalars]
    world, found = world_of(), list(seen_by_registrars(world_of()))
    for log in world.enrolments:
        state, [pending] = world.members[log.member], log.before.pending
        found += [seed.reveal() for seed in state.seeds if seed]
        found += [inverse.reveal() for _, inverse in pending.blinds]
        others = [c for c in state.certificates() if c.slot != scene.round.terms.slot]
        found += [other.to_bytes() for other in others]
    return found


def public_scalars(round_: VerifiedRound) -> Iterator[bytes]:
    """Yield what anybody may take for a secret number of a round: its name and salt, hashed or not.

    Under every label of the protocol and under none, read from both ends.
    """
    names = [v for v in vars(labels).values() if isinstance(v, str) and v.startswith("cosign/v1/")]
    for text in (round_.round_id, round_.terms.salt):
        plain = [text, hashlib.sha256(text).digest(), hashlib.sha512(text).digest()]
        for number in [*plain, *(H(label, text) for label in names)]:
            for way in (number, number[::-1]):
                yield reduce_wide(way.ljust(64, b"\0"))


def guesses(known: Collection[bytes], round_: VerifiedRound) -> set[bytes]:
    """Return the tags that anybody can compute: keys times, or plus, such numbers."""
    scalars = list(public_scalars(round_))
    found = {multiply(scalar, key) for scalar in scalars for key in known}
    steps = [multiply_base(scalar) for scalar in scalars]
    return found | {add_points(step, key) for step in steps for key in known} | set(known)
