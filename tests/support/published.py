"""Published files taken apart and put together, honestly or not."""

import io
from collections.abc import Iterable
from concurrent.futures import Executor
from typing import NamedTuple

import pytest

from cosign.errors import VerificationError
from cosign.proofs.interface import Action, Binding
from cosign.records.cosignature import Cosignature
from cosign.records.open_cosignature import (
    OpenCosignature,
    PublicName,
    cosignature_from_bytes,
)
from cosign.records.published import MAGIC, PublishedHeader, write_published
from cosign.roles.organizer.rounds import check_organizer
from cosign.roles.verifier.letter import verify_letter
from cosign.wire.framing import FRAME_LENGTH_BYTES, frame
from tests.support.world import NAMES, World


class Parts(NamedTuple):
    """The frames of a published file, without their lengths."""

    header: bytes
    records: tuple[bytes, ...]
    trailer: bytes


def split(raw: bytes) -> Parts:
    """Take a file apart."""
    place, frames = len(MAGIC), []
    while place < len(raw):
        start = place + FRAME_LENGTH_BYTES
        place = start + int.from_bytes(raw[start - FRAME_LENGTH_BYTES : start], "big")
        frames.append(raw[start:place])
    return Parts(frames[0], tuple(frames[1:-1]), frames[-1])


def join(parts: Parts) -> bytes:
    """Put frames together again; the trailer stays as it is."""
    return MAGIC + b"".join(frame(f) for f in (parts.header, *parts.records, parts.trailer))


def boundaries(raw: bytes) -> list[int]:
    """Return the places where a frame's length or content begins, and the end."""
    parts, place = split(raw), len(MAGIC)
    found = [0, place]
    for part in (parts.header, *parts.records, parts.trailer):
        found += (place + FRAME_LENGTH_BYTES, place + FRAME_LENGTH_BYTES + len(part))
        place = found[-1]
    return found


def rewrite(world: World, records: Iterable[bytes], header: PublishedHeader | None = None) -> bytes:
    """Write a file with other records, signed by the round's organizer."""
    key = check_organizer(world.organizer, world.round)
    return b"".join(write_published(header or world.publication.header, records, key))


def check_verified_alike(world: World, executor: Executor | None) -> None:
    """Check that an executor verifies a letter of five records as this thread does.

    The report has to be the same, and so has the refusal of a sixth record.
    """
    raw, pin = world.published, world.round.group_fingerprint
    assert verify_letter(io.BytesIO(raw), pin=pin, executor=executor) == world.verify(raw)
    bad = rewrite(world, [*world.publication.records, b"\x90"])
    with pytest.raises(VerificationError, match="record 6 is not a valid cosignature"):
        verify_letter(io.BytesIO(bad), pin=pin, executor=executor)


def record(
    world: World,
    number: int,
    action: Action = "cosign",
    statement: str = "",
    name: PublicName | None = None,
) -> bytes:
    """Return a member's record as it would stand in the file; open if the member has a name."""
    prover = world.prover(number)
    proof = prover.prove(Binding(world.round.round_id, action, statement))
    anonymous = Cosignature(action, statement, proof)
    if name is None:
        return anonymous.to_bytes()
    return world.signing_name(number, name).open(anonymous, world.round, prover).to_bytes()


def open_record(
    world: World, number: int, name: PublicName = NAMES[0], statement: str = ""
) -> OpenCosignature:
    """Return a member's record with a name, attested and consented to."""
    raw = record(world, number, statement=statement, name=name)
    return OpenCosignature.from_bytes(raw)


def sorted_records(records: Iterable[bytes]) -> list[bytes]:
    """Bring records into the order of a file: by tag, then by their bytes."""
    return sorted(records, key=lambda raw: (cosignature_from_bytes(raw).proof[:32], raw))
