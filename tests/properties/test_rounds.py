"""Whole rounds with cheats, against a model that counts with sets."""

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cosign.errors import QuorumError
from cosign.proofs.interface import Action, Binding
from cosign.records.cosignature import Cosignature
from cosign.records.envelope import Envelope
from cosign.roles.organizer.publishing import publish
from cosign.roles.shared.sealing import seal_cosignature
from tests.support.world import CLOSED_MINUTE, World, committee

VOICES = (("cosign", ""), ("cosign", "yes"), ("cosign", "no"), ("withdraw", ""))
SUBSETS = ((0, 2), (1, 3), (0, 3))
"""Which of the three endorsements of member 3 to show: as slices."""


@dataclass
class Model:
    """What a round should come to.

    Attributes:
        envelopes: as submitted.
        valid: every valid record, also repeated ones.
        unreadable, invalid: how many were spoilt.
    """

    world: World
    envelopes: list[Envelope] = field(default_factory=list)
    valid: list[bytes] = field(default_factory=list)
    unreadable: int = 0
    invalid: int = 0

    def voice(self, number: int, voice: tuple[Action, str], subset: int) -> None:
        """Let a member speak, with one of the choices of registrars that it has."""
        prover = self.world.prover(number)
        if number == 3:
            first, last = SUBSETS[subset]
            rows = prover.endorsements
            prover = replace(prover, endorsements=(rows[first], rows[last - 1]))
        binding = Binding(self.world.round.round_id, *voice)
        record = Cosignature(*voice, prover.prove(binding))
        self.valid.append(record.to_bytes())
        self.envelopes.append(seal_cosignature(record, self.world.round))

    def forge(self, number: int, voice: tuple[Action, str], _subset: int) -> None:
        """Re-seal a member's words from another round."""
        binding = Binding(b"x" * 32, *voice)
        record = Cosignature(*voice, self.world.prover(number).prove(binding))
        self.envelopes.append(seal_cosignature(record, self.world.round))
        self.invalid += 1

    def spoil(self, number: int, voice: tuple[Action, str], _subset: int) -> None:
        """Seal something that nobody can read."""
        envelope = self.world.sign(number, action=voice[0], statement=voice[1])
        self.envelopes.append(replace(envelope, ciphertext=bytes(len(envelope.ciphertext))))
        self.unreadable += 1

    def replay(self, number: int, _voice: tuple[Action, str], _subset: int) -> None:
        """Hand in an earlier envelope again."""
        if self.envelopes:
            self.envelopes.append(self.envelopes[number % len(self.envelopes)])

    def members(self) -> dict[bytes, list[Cosignature]]:
        """Group the valid records by tag, each in the order of a file."""
        found: dict[bytes, list[Cosignature]] = {}
        for raw in sorted(self.valid):
            record = Cosignature.from_bytes(raw)
            found.setdefault(record.proof[:32], []).append(record)
        return found

    def figures(self) -> dict[str, Any]:
        """Return what the report should say."""
        members = self.members()
        stayed = {t: rs for t, rs in members.items() if all(r.action == "cosign" for r in rs)}
        agreed = {t: {r.statement for r in rs} for t, rs in stayed.items()}
        verifier = self.world.round.membership_verifier()
        certified = Counter(v for rs in stayed.values() for v in verifier.certifiers(rs[0].proof))
        voices = sum(len({r.action for r in rs}) for rs in members.values())
        withdrawn = sum(any(r.action == "withdraw" for r in rs) for rs in members.values())
        return {
            "keys": len(stayed),
            "cosigners": next((n for _, n in certified.most_common()[1:]), 0),  # 2 of 3 registrars
            "conflicts": sum(len(texts) > 1 for texts in agreed.values()),
            "statements": tuple(
                text for t in sorted(stayed) if len(agreed[t]) == 1 for text in agreed[t] if text
            ),
            "opening": (
                len({e.envelope_id for e in self.envelopes}),
                self.unreadable,
                self.invalid,
                len(self.valid) - voices,
                withdrawn,
            ),
        }


EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["voice", "voice", "voice", "replay", "forge", "spoil"]),
        st.integers(0, 4),
        st.sampled_from(VOICES),
        st.integers(0, len(SUBSETS) - 1),
    ),
    max_size=14,
)


@settings(max_examples=50)
@given(EVENTS, st.permutations([1, 2, 3]), st.randoms(use_true_random=False))
def test_a_round_comes_to_what_sets_say(
    events: list[tuple[str, int, tuple[Action, str], int]], trustees: list[int], source: Any
) -> None:
    """Replays, repeats, contradictions, forgeries and noise never change who is counted."""
    world = committee()
    model = Model(world)
    for kind, *arguments in events:
        getattr(model, kind)(*arguments)
    submitted = source.sample(model.envelopes, len(model.envelopes))
    opened = world.openings(submitted, trustees[: source.choice([2, 3])])
    expected = model.figures()
    if not expected["cosigners"]:
        with pytest.raises(QuorumError):
            publish(world.round, submitted, opened, CLOSED_MINUTE)
        return
    publication = publish(world.round, submitted, opened, CLOSED_MINUTE)
    report = world.verify(world.file(publication))
    assert {name: getattr(report, name) for name in expected} == expected
    assert publication.cosigners == report.cosigners
    assert report.withdrawn == 0
