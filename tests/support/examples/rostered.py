"""Accepted records of a rostered group, verified by the same steps as those of a registered one."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Final

from cosign.proofs.interface import MembershipProver
from cosign.records.claim import Claim
from cosign.records.cosignature import Cosignature
from cosign.records.open_cosignature import OpenCosignature
from cosign.records.published import PublishedHeader
from cosign.records.round import Round, RoundTerms, VerifiedRound
from cosign.roles import member, organizer, verifier
from cosign.wire.record import Record
from tests.support import rosters
from tests.support.examples.steps import (
    CHALLENGE,
    FOUND,
    Check,
    Example,
    claim_step,
    cosignature_step,
    header_step,
    open_record,
    round_step,
    spoken,
    terms_step,
)
from tests.support.world import NAMES, RoundWorld


@dataclass(frozen=True)
class RosteredWorld:
    """A round of the first members, in which some cosign."""

    size: int

    @property
    def round(self) -> VerifiedRound:
        """Return the round."""
        return rosters.round_of(self.size)

    @property
    def prover(self) -> MembershipProver:
        """Return the first member's prover."""
        return member.make_prover(rosters.credential(0), self.round)

    @cached_property
    def publication(self) -> organizer.Publication:
        """Return what came of two envelopes, one with a statement."""
        said = ["I was there", ""]
        spoke = [rosters.speak(self.round, i, statement=s)[1] for i, s in enumerate(said)]
        return rosters.publish(self.round, spoke)

    @cached_property
    def published(self) -> bytes:
        """Return the published file."""
        return rosters.written(self.round, self.publication)

    @cached_property
    def open_publication(self) -> organizer.Publication:
        """Return what came of two open envelopes and an anonymous one."""
        said = ["I was there", "", "I was there, too"]
        names = [*(member.SigningName(*name) for name in NAMES), None]
        spoke = [
            rosters.speak(self.round, i, statement=s, name=names[i])[1] for i, s in enumerate(said)
        ]
        return rosters.publish(self.round, spoke)

    @cached_property
    def open_published(self) -> bytes:
        """Return the published file of these."""
        return rosters.written(self.round, self.open_publication)

    def verify(self, raw: bytes) -> verifier.Report:
        """Verify a published file."""
        return rosters.verify(self.round, raw)


def _claim(world: RosteredWorld, *, reveal: bool = False) -> Record:
    return member.claim(world.prover, world.round, CHALLENGE, FOUND, reveal=reveal)


_MAKERS: Final[
    dict[str, tuple[type[Record], Callable[[RosteredWorld], Any], Callable[[RoundWorld], Check]]]
] = {
    "Round of a roster": (Round, lambda w: w.round.round, round_step),
    "RoundTerms of a roster": (RoundTerms, lambda w: w.round.terms, terms_step),
    "Cosignature of a roster": (Cosignature, spoken, cosignature_step),
    "OpenCosignature of a roster": (OpenCosignature, open_record, cosignature_step),
    "PublishedHeader of a roster": (PublishedHeader, lambda w: w.publication.header, header_step),
    "Claim in a roster": (Claim, _claim, claim_step),
    "Claim with its key": (Claim, lambda w: _claim(w, reveal=True), claim_step),
}

ROSTERED: Final[dict[str, type[Record]]] = {name: found[0] for name, found in _MAKERS.items()}
"""The record type of each example."""


@cache
def rostered_example(name: str) -> Example:
    """Return an accepted record, and one of another roster's round."""
    _, make, step = _MAKERS[name]
    world = RosteredWorld(5)
    return Example(make(world), make(RosteredWorld(6)), step(world))
