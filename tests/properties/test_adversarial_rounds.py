"""Whole rounds, move by move, in which every role may cheat, for both kinds of groups.

The machine keeps a pile of envelopes as a relay hands them out, some of them twice, and
a note on each of what it is. At any time and at the end somebody publishes, and the file
has to say what the notes say.
In a registered group members enrol on the way, with a registrar who answers falsely too.
"""

from dataclasses import fields, replace
from typing import Any, Final, NamedTuple

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from cosign.errors import (
    MissingError,
    QuorumError,
    SlotError,
    ThresholdError,
    VerificationError,
    WindowError,
)
from cosign.proofs.interface import Action
from cosign.records.envelope import Envelope
from cosign.records.groups.registered import RegisteredGroup
from cosign.records.secrets import Use
from cosign.roles import member, trustee
from tests.support.adversarial_round import MEMBERS, OTHER_LETTER, Stage, stage, world_of
from tests.support.equivocation import (
    FACES,
    FALSE_ANSWERS,
    Asked,
    admit_to,
    answer,
    ask,
    carry,
    other_group,
    other_registrar,
    strays,
)
from tests.support.world import CLOSED_MINUTE

WORDS = ("", "yes", "no")
someone = st.integers(0, MEMBERS - 1)


class Note(NamedTuple):
    """What an envelope is.

    Attributes:
        member: who made it; None for what nobody can read or nothing that holds.
        action: if somebody made it.
        statement: likewise.
        readable: whether there is a cosignature inside, true or false.
    """

    member: int | None
    action: Action = "cosign"
    statement: str = ""
    readable: bool = True


SPOILT: Final = Note(None, readable=False)
FORGED: Final = Note(None)


class RoundMachine(RuleBasedStateMachine):
    """A round in which honest and dishonest people move in any order."""

    kind = ""

    @initialize()
    def begin(self) -> None:
        """Nobody has spoken."""
        self.stage: Stage = stage(self.kind)
        self.pile: list[Envelope] = []
        self.notes: dict[bytes, Note] = {}
        self.uses: dict[int, tuple[Use, ...]] = dict.fromkeys(range(MEMBERS), ())

    def put(self, envelope: Envelope, note: Note) -> None:
        """Lay an envelope on the pile; what was made once stays what it is."""
        self.notes.setdefault(envelope.envelope_id, note)
        self.pile.append(envelope)

    def put_forged(self, envelope: Envelope) -> None:
        """Lay on the pile what a cheat sealed well; alone it gives nothing to publish."""
        with pytest.raises(QuorumError):
            self.stage.publish([envelope], self.stage.openings([envelope], (1, 2)))
        self.put(envelope, FORGED)

    def lying(self) -> list[Note]:
        """Return the note on each envelope of the pile, once for the same bytes."""
        return [self.notes[key] for key in {envelope.envelope_id for envelope in self.pile}]

    def admit(self, number: int) -> None:
        """Make sure that a member can speak; every member of a roster can."""

    # Members.

    @rule(number=someone, statement=st.sampled_from(WORDS))
    def sign(self, number: int, statement: str) -> None:
        """An honest program lets a member say one thing a round, and nothing after withdrawing."""
        self.admit(number)
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
        self.admit(number)
        use, envelope = self.stage.speak(number, uses=self.uses[number], action="withdraw")
        self.uses[number] += (use,)
        self.put(envelope, Note(number, "withdraw"))

    @rule(number=someone, statement=st.sampled_from(WORDS))
    def sign_again(self, number: int, statement: str) -> None:
        """A member with a program of its own says whatever it likes, as often as it likes."""
        self.admit(number)
        _, envelope = self.stage.speak(number, statement=statement)
        self.put(envelope, Note(number, "cosign", statement))

    # Relay.

    @precondition(lambda self: self.pile)
    @rule(data=st.data())
    def repeat(self, data: Any) -> None:
        """A relay hands envelopes out again."""
        again = st.lists(st.sampled_from(self.pile), min_size=1, max_size=3)
        self.pile += data.draw(again)

    @precondition(lambda self: self.pile)
    @rule(data=st.data())
    def reorder_and_drop(self, data: Any) -> None:
        """A relay hands envelopes out in another order, and loses one."""
        self.pile = data.draw(st.permutations(self.pile))
        if data.draw(st.booleans()):
            lost = self.pile[0]
            self.pile = [envelope for envelope in self.pile if envelope != lost]

    @precondition(lambda self: self.pile)
    @rule(data=st.data(), place=st.integers(0, 10_000), bit=st.integers(0, 7))
    def flip(self, data: Any, place: int, bit: int) -> None:
        """A relay changes one bit of the text of an envelope."""
        envelope = self.pile.pop(data.draw(st.integers(0, len(self.pile) - 1)))
        raw = bytearray(envelope.ciphertext)
        raw[place % len(raw)] ^= 1 << bit
        self.put(replace(envelope, ciphertext=bytes(raw)), SPOILT)

    @precondition(lambda self: len(self.pile) > 1)
    @rule(data=st.data())
    def swap(self, data: Any) -> None:
        """A relay puts one envelope's text, or its shares, into another."""
        first, second = data.draw(st.permutations(self.pile))[:2]
        taken = data.draw(st.sampled_from(["ciphertext", "commitment", "shares"]))
        self.put(replace(first, **{taken: getattr(second, taken)}), SPOILT)

    # Organizer and publisher, or registrar, with two faces.

    @rule(number=someone, face=st.sampled_from(["letter", "trustees", "title", "times", "salt"]))
    def show_another_round(self, number: int, face: str) -> None:
        """What a member signs in another round counts in no way here, even if it is carried."""
        self.admit(number)
        terms = self.stage.round.terms
        changes: dict[str, dict[str, Any]] = {
            "letter": {"letter": OTHER_LETTER},
            "trustees": {"trustees": terms.trustees[:2]},
            "title": {"title": "The same letter"},
            "times": {"window": (terms.opens, terms.closes - 1)},
            "salt": {"salt": bytes(32)},
        }
        other = self.stage.open_round(**changes[face])
        assert (
            sum(getattr(terms, f.name) != getattr(other.terms, f.name) for f in fields(terms)) == 1
        )
        assert other.fingerprint != self.stage.round.fingerprint
        _, envelope = self.stage.speak(number, other)
        self.put(replace(envelope, round_id=self.stage.round.round_id), SPOILT)
        self.put_forged(carry(self.stage, other, envelope))

    @rule(number=someone, data=st.data())
    def show_another_group(self, number: int, data: Any) -> None:
        """What a member signs in a group that only it was shown counts in no way here."""
        face = data.draw(st.sampled_from(FACES[self.kind]))
        other = other_group(self.kind, face, number)
        assert other.round.group_fingerprint != self.stage.round.group_fingerprint
        assert other.round.fingerprint != self.stage.round.fingerprint
        for envelope in strays(self.stage, other, number):
            self.put_forged(envelope)

    # Trustees.

    @precondition(lambda self: self.pile)
    @rule(number=st.integers(1, 3))
    def open_early(self, number: int) -> None:
        """A trustee's program opens nothing before the close."""
        seed = self.stage.trustees[number - 1].seed
        with pytest.raises(WindowError):
            trustee.open_shares(seed, self.stage.round, self.pile, CLOSED_MINUTE - 1)

    # What holds at any time, and what comes out.

    @invariant()
    def all_envelopes_look_alike(self) -> None:
        """One length, whatever is inside, unless somebody sealed for other trustees."""
        readable = [e for e in self.pile if self.notes[e.envelope_id].readable]
        assert len({len(envelope.to_bytes()) for envelope in readable}) <= 1

    def expected(self) -> dict[int, set[str]]:
        """Return the statements of each member who counts."""
        notes = [note for note in self.lying() if note.member is not None]
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
        self.conclude(openers[:count], liar, late)

    def teardown(self) -> None:
        """At the end the letter is published, whatever happened."""
        self.conclude([1, 3], 0, 0)

    def conclude(self, chosen: list[int], liar: int, late: int) -> None:
        """Open with some trustees, publish if there is anything, and look at what comes out."""
        self.admit(late)
        held = [*self.pile, *self.pile[:2]]  # trustees and publisher are given some again
        openings = self.stage.openings(held, chosen, liar)
        expected = self.expected()
        blocked = liar in chosen and len(chosen) == 2
        try:
            publication = self.stage.publish(held, openings)
        except QuorumError:
            assert blocked or not expected
            return
        assert not blocked
        summary, notes = publication.header.opening, self.lying()
        assert summary.received == len(notes)
        assert summary.unreadable == sum(not note.readable for note in notes)
        assert summary.invalid == notes.count(FORGED)
        assert publication == self.stage.publish(dict.fromkeys(self.pile), openings)
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
        replayed = [e for e in self.pile if self.notes[e.envelope_id].member == late]
        after = self.stage.append(raw, [envelope, *replayed])
        self.compare(after, {n: said for n, said in expected.items() if n != late})
        assert self.stage.verify(after).withdrawn == (late in expected)
        assert self.stage.append(after, [*replayed, envelope]) == after


class RegisteredRound(RoundMachine):
    """With blind certificates."""

    kind = "registered"

    @initialize()
    def begin(self) -> None:
        """Everybody has asked for certificates, and nobody has any."""
        super().begin()
        [self.registrar], group = world_of().keys, world_of().group
        self.asked: dict[int, Asked] = {n: ask(self.registrar, group) for n in range(MEMBERS)}
        self.waiting = set(self.asked)
        states = tuple(asked.state for asked in self.asked.values())
        self.stage = replace(self.stage, members=states)

    def admit(self, number: int) -> None:
        """A member without a certificate cannot speak, and takes the true answer."""
        if number not in self.waiting:
            return
        with pytest.raises(ThresholdError):
            self.stage.speak(number)
        state, _, opened = self.asked[number]
        members = list(self.stage.members)
        members[number] = member.finish(state, answer(self.registrar, opened))
        self.stage = replace(self.stage, members=tuple(members))
        self.waiting.remove(number)

    @precondition(lambda self: self.waiting)
    @rule(data=st.data(), other=someone, how=st.sampled_from(sorted(FALSE_ANSWERS)))
    def answer_falsely(self, data: Any, other: int, how: str) -> None:
        """A registrar's false answer gives no certificate and spoils neither request nor others."""
        number = data.draw(st.sampled_from(sorted(self.waiting)))
        another = self.asked[(number + 1) % MEMBERS if other == number else other]
        false = FALSE_ANSWERS[how](self.registrar, self.asked[number].opened, another.opened)
        before = [state.to_bytes() for state in self.stage.members]
        with pytest.raises(VerificationError):
            member.finish(self.asked[number].state, false)
        assert [state.to_bytes() for state in self.stage.members] == before

    @rule(number=someone, face=st.sampled_from(FACES["registered"]))
    def show_other_keys(self, number: int, face: str) -> None:
        """A certificate from a group that only one member was shown is of no use in the round."""
        other = admit_to(*other_registrar(face)[:2])
        with pytest.raises(MissingError):
            member.make_prover(other, self.stage.round)
        assert isinstance(self.stage.group, RegisteredGroup)
        careless = replace(other, group=self.stage.group)
        deceived = replace(self.stage, members=(careless,) * MEMBERS)
        with pytest.raises(VerificationError, match="your own cosignature is not valid"):
            deceived.speak(number)


class RosteredRound(RoundMachine):
    """With ring proofs."""

    kind = "rostered"


_SETTINGS = settings(max_examples=30, stateful_step_count=14, deadline=None)
TestRegisteredRound = RegisteredRound.TestCase
TestRegisteredRound.settings = _SETTINGS
TestRosteredRound = RosteredRound.TestCase
TestRosteredRound.settings = _SETTINGS
