"""Whole files with open names, and a joint one, made of fixed seeds.

A ring proof draws randomness of its own, so these are made by provers that are given
theirs, and are not published from envelopes.
"""

from typing import Any, Final, NamedTuple

from cosign import labels
from cosign.primitives.curve.edwards25519 import encode
from cosign.primitives.curve.hash_to_curve import hash_to_curve
from cosign.primitives.hashing import H
from cosign.proofs.interface import Binding, Naming
from cosign.proofs.ring.prover import RingProver
from cosign.records.cosignature import Cosignature
from cosign.records.groups.roster import Roster, load_ring
from cosign.records.names import NameAttestation, NameRequest, request_parts
from cosign.records.open_cosignature import AnyCosignature, OpenCosignature, PublicName
from cosign.records.published import (
    OpeningSummary,
    PublishedHeader,
    sort_key,
    write_published,
)
from cosign.records.round import VerifiedRound
from cosign.roles import organizer
from tests.support import joint, rosters
from tests.support.world import NAME_CHALLENGE, NAMES, Seeded, World


class _Signer(NamedTuple):
    """A member of the roster: with a name or without, and with a statement."""

    number: int
    name: PublicName | None
    statement: str


_SIGNERS: Final = (
    _Signer(0, NAMES[0], "I was there"),
    _Signer(1, PublicName("Carla", "nurse"), ""),
    _Signer(2, None, "I was there, too"),
)
"""The first has the name of a member of the registered group."""

ROSTER_SIZE: Final = 5


class RosteredFile(NamedTuple):
    """A round of a roster, and its published file.

    Attributes:
        round: with the text of a registered world.
        records: as they stand in the file.
        raw: the file.
    """

    round: VerifiedRound
    records: tuple[AnyCosignature, ...]
    raw: bytes


def rostered_file(world: World) -> RosteredFile:
    """Return the letter of a world as members of a roster published it."""
    group = rosters.roster(ROSTER_SIZE)
    plan = organizer.Plan("Letter of a roster", 0, rosters.WINDOW)
    parts = rosters.ORGANIZER, plan, world.round.letter, group, ()
    round_ = organizer.complete_round(organizer.open_round(*parts, Seeded("vector roster")))
    made = [_record(round_, group, signer) for signer in _SIGNERS]
    raws = sorted((sort_key(r.to_bytes(), r.proof[:32]), r) for r in made)
    key = organizer.check_organizer(rosters.ORGANIZER, round_)
    header = PublishedHeader(round_.round, OpeningSummary(len(made), 0, 0, 0, 0))
    chunks = write_published(header, [raw for (_tag, raw), _record in raws], key)
    return RosteredFile(round_, tuple(record for _key, record in raws), b"".join(chunks))


def _record(round_: VerifiedRound, group: Roster, signer: _Signer) -> AnyCosignature:
    secret = rosters.secret_of(rosters.credential(signer.number))
    prover = RingProver(
        load_ring(group.terms.keys),
        group.group_id,
        round_.round_id,
        secret,
        randomness=Seeded(f"signer {signer.number}"),
    )
    statement = signer.statement
    proof = prover.prove(Binding(round_.round_id, "cosign", statement))
    if signer.name is None:
        return Cosignature("cosign", statement, proof)
    key, consent = prover.consent(Naming(round_.round_id, statement, *signer.name))
    return OpenCosignature(statement, proof, *signer.name, key, consent, ())


def whole_files(world: World) -> dict[str, tuple[bytes, list[VerifiedRound]]]:
    """Return files with names, by what the vectors call them, each with its rounds.

    The joint one has both others; one name stands in both.
    """
    listed = rostered_file(world)
    rounds = [world.round, listed.round]
    sides = [joint.Side(world.round, world.open_published), joint.Side(listed.round, listed.raw)]
    campaign = organizer.make_campaign(world.organizer, rounds)
    return {
        "published file with names": (world.open_published, rounds[:1]),
        "published file of a roster with names": (listed.raw, rounds[1:]),
        "joint file": (joint.joint_of(sides, [campaign]), rounds),
    }


def rostered_record(world: World) -> tuple[OpenCosignature, dict[str, Any]]:
    """Return an open cosignature of a roster, and values on the way to it."""
    listed = rostered_file(world)
    record = next(r for r in listed.records if isinstance(r, OpenCosignature) and r.statement)
    round_id = listed.round.round_id
    tag_base = encode(hash_to_curve(labels.RING_TAG_BASE, round_id))
    return record, {"round_id": round_id, "tag_base": tag_base, "tag": record.proof[:32]}


def name_request(world: World, record: NameRequest) -> dict[str, Any]:
    """Return values on the way to a request of the first member to the first registrar."""
    parts = request_parts(record.owner, 0, NAME_CHALLENGE)
    signed = H(labels.NAME_REQUEST_SIGNATURE, *parts)
    return {
        "membership_seed": world.members[0].seeds[0],
        "registrar": 0,
        "challenge": NAME_CHALLENGE,
        "signed": signed,
    }


def name_attestation(world: World, record: NameAttestation) -> dict[str, Any]:
    """Return values on the way to an attestation by the first registrar."""
    signed = H(labels.NAME_ATTESTATION_SIGNATURE, *record.owner.parts(record.registrar))
    return {"identity_seed": world.secrets[0].identity_seed, "signed": signed}
