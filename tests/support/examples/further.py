"""Accepted records beside the one of each type: what that one's own fields would hide.

A cosignature with a statement cannot become a withdrawal, whatever its proof binds; and
the digest of a published file refuses any other header before its round is looked at.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final

from cosign.errors import MismatchError
from cosign.proofs.interface import Action, Binding, MembershipProver
from cosign.records.cosignature import Cosignature
from cosign.records.mailbox import MailboxTerms
from cosign.records.published import PublishedHeader
from cosign.records.round import VerifiedRound
from cosign.wire.record import Record
from tests.support import relays
from tests.support.examples.mailboxes import mailbox_terms_step
from tests.support.examples.rostered import RosteredWorld
from tests.support.examples.steps import Check, Example, cosignature_step
from tests.support.published import rewrite
from tests.support.world import RoundWorld, World, committee, village


@dataclass(frozen=True)
class _Kind:
    """Two worlds of one kind of group, each with a prover."""

    here: RoundWorld
    there: RoundWorld
    prover_here: MembershipProver
    prover_there: MembershipProver


def _registered() -> _Kind:
    return _Kind(committee(), village(), committee().prover(0), village().prover(0))


def _rostered() -> _Kind:
    here, there = RosteredWorld(5), RosteredWorld(6)
    return _Kind(here, there, here.prover, there.prover)


def _silent(prover: MembershipProver, round_: VerifiedRound, action: Action) -> Cosignature:
    return Cosignature(action, "", prover.prove(Binding(round_.round_id, action, "")))


def _cosignatures(kind: _Kind, action: Action) -> Example:
    here = _silent(kind.prover_here, kind.here.round, action)
    there = _silent(kind.prover_there, kind.there.round, action)
    return Example(here, there, cosignature_step(kind.here))


def _registrars_terms() -> Example:
    here, there = relays.box_of_registrar(committee(), 1), relays.box_of_registrar(village())
    return Example(here.terms, there.terms, mailbox_terms_step(here))


def _signed_anew(world: World) -> Check:
    """Sign the file again as an organizer who lies in its header."""

    def check(raw: bytes) -> object:
        header = PublishedHeader.from_bytes(raw)
        if header.round.terms.organizer_key != world.round.terms.organizer_key:
            raise MismatchError("a liar has no key but its own")
        return world.verify(rewrite(world, world.publication.records, header))

    return check


def _header() -> Example:
    here, there = committee(), village()
    return Example(here.publication.header, there.publication.header, _signed_anew(here))


_MAKERS: Final[dict[str, tuple[type[Record], Callable[[], Example]]]] = {
    "Cosignature without words": (Cosignature, lambda: _cosignatures(_registered(), "cosign")),
    "Withdrawal": (Cosignature, lambda: _cosignatures(_registered(), "withdraw")),
    "Cosignature of a roster without words": (
        Cosignature,
        lambda: _cosignatures(_rostered(), "cosign"),
    ),
    "Withdrawal of a roster": (Cosignature, lambda: _cosignatures(_rostered(), "withdraw")),
    "MailboxTerms of a registrar": (MailboxTerms, _registrars_terms),
    "PublishedHeader signed anew": (PublishedHeader, _header),
}

FURTHER: Final[dict[str, type[Record]]] = {name: found[0] for name, found in _MAKERS.items()}
"""The record type of each example."""


@cache
def further_example(name: str) -> Example:
    """Return an accepted record, one of another group's round, and what verifies it."""
    return _MAKERS[name][1]()
