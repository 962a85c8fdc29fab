"""What an example is, and the steps that verify it in a world of either kind."""

import io
from collections.abc import Callable
from dataclasses import dataclass, replace

from cosign.errors import VerificationError
from cosign.records.claim import Claim
from cosign.records.cosignature import Cosignature
from cosign.records.open_cosignature import OpenCosignature, cosignature_from_bytes
from cosign.records.published import PublishedReader
from cosign.records.round import Round, RoundTerms, VerifiedRound, verify_round
from cosign.roles import verifier
from cosign.roles.member.receipts import Found
from cosign.roles.shared.counting import Checks, Fault
from cosign.wire.record import Record
from tests.support.published import join, split
from tests.support.world import RoundWorld

Check = Callable[[bytes], object]


@dataclass(frozen=True)
class Example:
    """An accepted record.

    Attributes:
        record: what is accepted.
        other: a valid record of the same type from another group and round.
        check: decodes bytes and verifies them; raises for all but this record.
    """

    record: Record
    other: Record
    check: Check


def terms_step(world: RoundWorld) -> Check:
    """Put terms into a round, and verify it."""
    round_ = world.round.round
    return lambda raw: verify_round(replace(round_, terms=RoundTerms.from_bytes(raw)))


def round_step(world: RoundWorld) -> Check:
    """Verify a round."""
    del world
    return lambda raw: verify_round(Round.from_bytes(raw))


def cosignature_step(world: RoundWorld) -> Check:
    """Verify a proof in a world's round, and a name if there is one."""
    return cosignature_check(world.round)


def cosignature_check(round_: VerifiedRound) -> Check:
    """Verify a proof in a round, and a name if there is one."""
    checks = Checks(round_.membership_verifier(), round_.round_id)

    def check(raw: bytes) -> None:
        cosignature_from_bytes(raw)
        [found] = checks.run([raw])
        if isinstance(found, Fault):
            raise VerificationError(found.value)

    return check


def open_record(world: RoundWorld) -> Record:
    """Return the open cosignature that has a statement and a role."""
    records = map(cosignature_from_bytes, world.open_publication.records)
    return next(r for r in records if isinstance(r, OpenCosignature) and r.statement and r.role)


def header_step(world: RoundWorld) -> Check:
    """Put a header before a file, and verify that."""
    parts = split(world.published)
    return lambda raw: world.verify(join(parts._replace(header=raw)))


def spoken(world: RoundWorld) -> Record:
    """Return the one published record that has a statement."""
    records = map(Cosignature.from_bytes, world.publication.records)
    return next(record for record in records if record.statement)


CHALLENGE = "Claims desk, 25 November: are you there?"

FOUND = Found(signed=True, withdrawn=False, statement="")


def claim_step(world: RoundWorld) -> Check:
    """Verify a claim against the letter."""

    def check(raw: bytes) -> object:
        reader = PublishedReader(io.BytesIO(world.published))
        return verifier.verify_claim(Claim.from_bytes(raw), CHALLENGE, world.round, reader)

    return check
