"""Whole rounds, move by move, in which every role may cheat, for both kinds of groups.

The machine keeps a pile of envelopes as a relay would, with a note on each of what
it is. At the end somebody publishes, and the file has to say what the notes say.
"""

from dataclasses import replace
from typing import Any, NamedTuple

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from cosign.errors import MissingError, QuorumError, SlotError, WindowError
from cosign.proofs.membership import Action
from cosign.records.envelope import Envelope
from cosign.records.secrets import Use
from cosign.roles import trustee
from tests.support.stage import MEMBERS, OTHER_LETTER, Stage, stage
from tests.support.world import CLOSED_MINUTE

WORDS = ("", "yes", "no")
someone = st.integers(0, MEMBERS - 1)


class Note(NamedTuple):
    """What an envelope is.

    Attributes:
        member: who made it; None for what nobody can read or nothing that holds.
        action: if somebody made it.
        statement: likewise.
    """

    member: int | None
    action: Action = "cosign"
    statement: str = ""


class RoundMachine(RuleBasedStateMachine):
    """A round in which honest and dishonest people move in any order."""

    kind = ""

    @initialize()
    def begin(self) -> None:
        """Nobody has spoken."""
        self.stage: Stage = stage(self.kind)
        self.pile: dict[bytes, tuple[Envelope, Note]] = {}
        self.uses: dict[int, tuple[Use, ...]] = dict.fromkeys(range(MEMBERS), ())

    def put(self, envelope: Envelope, note: Note) -> None:
        """Lay an envelope on the pile; the same bytes are there once."""
        self.pile.setdefault(envelope.envelope_id, (envelope, note))

    # Members.

    @rule(number=someone, statement=st.sampled_from(WORDS))
    def sign(self, number: int, statement: str) -> None:
        """An honest program lets a member say one thing a round, and nothing after withdrawing."""
        said = {(u.action, u.statement) for u in self.uses[number]}
        allowed = all(action == "cosign" and words == statement for action, words in said)
        try:
            use, envelope = self.stage.speak(number, uses=self.uses[number], statement=statement)
        except SlotError:
            assert not allowed
            return
        assert allowed
        self.uses[number] += (use,)
        self.put(envelope, Note(number, "cosign", statement))

    @rule(number=someone)
    def withdraw(self, number: int) -> None:
        """Anybody may withdraw at any time."""
        use, envelope = self.stage.speak(number, uses=self.uses[number], action="withdraw")
        self.uses[number] += (use,)
        self.put(envelope, Note(number, "withdraw"))

    @rule(number=someone, statement=st.sampled_from(WORDS))
    def sign_again(self, number: int, statement: str) -> None:
        """A member with a program of its own says whatever it likes, as often as it likes."""
        _, envelope = self.stage.speak(number, statement=statement)
        self.put(envelope, Note(number, "cosign", statement))

    # Relay.

    @precondition(lambda self: self.pile)
    @rule(data=st.data())
    def repeat_reorder_drop(self, data: Any) -> None:
        """A relay hands envelopes out twice and in another order, and loses one."""
        order = data.draw(st.permutations(list(self.pile)))
        self.pile = {key: self.pile[key] for key in order}
        for envelope, note in list(self.pile.values()):
            self.put(envelope, note)
        if data.draw(st.booleans()):
            del self.pile[order[0]]

    @precondition(lambda self: self.pile)
    @rule(data=st.data(), place=st.integers(0, 10_000), bit=st.integers(0, 7))
    def flip(self, data: Any, place: int, bit: int) -> None:
        """A relay changes one bit of the text of an envelope."""
        key = data.draw(st.sampled_from(sorted(self.pile)))
        envelope, _ = self.pile.pop(key)
        raw = bytearray(envelope.ciphertext)
        raw[place % len(raw)] ^= 1 << bit
        self.put(replace(envelope, ciphertext=bytes(raw)), Note(None))

    @precondition(lambda self: len(self.pile) > 1)
    @rule(data=st.data())
    def swap(self, data: Any) -> None:
        """A relay puts one envelope's text, or its shares, into another."""
        one, two = data.draw(st.permutations(sorted(self.pile)))[:2]
        first, second = self.pile[one][0], self.pile[two][0]
        taken = data.draw(st.sampled_from(["ciphertext", "commitment", "shares"]))
        self.put(replace(first, **{taken: getattr(second, taken)}), Note(None))

    # Organizer, registrar and publisher with two faces.

    @rule(number=someone, face=st.sampled_from(["letter", "trustees", "title"]))
    def show_another_round(self, number: int, face: str) -> None:
        """What a member signs in another round counts in no way here."""
        terms = self.stage.round.terms
        other = {
            "letter": lambda: self.stage.open_round(OTHER_LETTER),
            "trustees": lambda: self.stage.open_round(trustees=terms.trustees[:2]),
            "title": lambda: self.stage.open_round(title="The same letter"),
        }[face]()
        assert other.fingerprint != self.stage.round.fingerprint
        _, envelope = self.stage.speak(number, other)
        moved = replace(envelope, round_id=self.stage.round.round_id)
        self.put(moved, Note(None))

    @rule(number=someone)
    def show_another_group(self, number: int) -> None:
        """Who was shown another registrar's keys, or another roster, cannot speak in this round."""
        stranger = stage(self.kind, "another stage")
        assert stranger.group.group_id != self.stage.group.group_id
        with pytest.raises(MissingError):
            stranger.speak(number, self.stage.round)
        _, envelope = stranger.speak(number)
        self.put(replace(envelope, round_id=self.stage.round.round_id), Note(None))

    # Trustees.

    @precondition(lambda self: self.pile)
    @rule(number=st.integers(1, 3))
    def open_early(self, number: int) -> None:
        """A trustee's program opens nothing before the close."""
        held = [envelope for envelope, _ in self.pile.values()]
        seed = self.stage.trustees[number - 1].seed
        with pytest.raises(WindowError):
            trustee.open_shares(seed, self.stage.round, held, CLOSED_MINUTE - 1)

    # What holds at any time, and what comes out.

    @invariant()
    def all_envelopes_look_alike(self) -> None:
        """One length, whatever is inside."""
        genuine = [envelope for envelope, note in self.pile.values() if note.member is not None]
        assert len({len(envelope.to_bytes()) for envelope in genuine}) <= 1

    def expected(self) -> dict[int, set[str]]:
        """Give the statements of each member who counts."""
        notes = [note for _, note in self.pile.values() if note.member is not None]
        gone = {note.member for note in notes if note.action == "withdraw"}
        found: dict[int, set[str]] = {}
        for note in notes:
            if note.member is not None and note.member not in gone:
                found.setdefault(note.member, set()).add(note.statement)
        return found

    @rule(
        openers=st.permutations([1, 2, 3]),
        count=st.integers(2, 3),
        liar=st.integers(0, 3),
        late=someone,
    )
    def publish(self, openers: list[int], count: int, liar: int, late: int) -> None:
        """Two honest trustees suffice, and a third one's lies change nothing."""
        chosen = openers[:count]
        held = [envelope for envelope, _ in self.pile.values()]
        openings = self.stage.openings(held, chosen, liar)
        expected = self.expected()
        blocked = liar in chosen and count == 2
        try:
            publication = self.stage.publish(held, openings)
        except QuorumError:
            assert blocked or not expected
            return
        assert not blocked
        raw = self.stage.file(publication)
        self.compare(raw, expected)
        self.leave(raw, expected, late)

    def compare(self, raw: bytes, expected: dict[int, set[str]]) -> None:
        """The report counts people, shows what each said once, and everybody can check."""
        report = self.stage.verify(raw)
        agreed = sorted(next(iter(s)) for s in expected.values() if len(s) == 1)
        assert report.cosigners == report.keys == len(expected)
        assert sorted(report.statements) == [words for words in agreed if words]
        assert report.conflicts == sum(len(said) > 1 for said in expected.values())
        for number in range(MEMBERS):
            assert self.stage.find(number, raw).included == (number in expected)

    def leave(self, raw: bytes, expected: dict[int, set[str]], late: int) -> None:
        """A member who leaves after publication is gone, if it was there, and nobody else."""
        _, envelope = self.stage.speak(late, action="withdraw", minute=CLOSED_MINUTE)
        replayed = [e for e, note in self.pile.values() if note.member == late]
        after = self.stage.append(raw, [envelope, *replayed])
        self.compare(after, {n: said for n, said in expected.items() if n != late})
        assert self.stage.verify(after).withdrawn == (late in expected)
        assert self.stage.append(after, [*replayed, envelope]) == after


class RegisteredRound(RoundMachine):
    """With blind certificates."""

    kind = "registered"


class RosteredRound(RoundMachine):
    """With ring proofs."""

    kind = "rostered"


_SETTINGS = settings(max_examples=20, stateful_step_count=12, deadline=None)
TestRegisteredRound = RegisteredRound.TestCase
TestRegisteredRound.settings = _SETTINGS
TestRosteredRound = RosteredRound.TestCase
TestRosteredRound.settings = _SETTINGS
