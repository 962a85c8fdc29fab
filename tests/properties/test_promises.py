"""The promises of docs/threat-model.md, "Properties and what enforces them", a class each.

Each promise is tried for both kinds of groups, by each role that would gain from breaking it.
Longer searches stand elsewhere: every bit in tests/reject, whole rounds of cheats in
``test_adversarial_rounds``, processes that are killed in tests/e2e/test_kill.py.
"""

import io
import os
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations, permutations
from pathlib import Path
from typing import cast

import pytest

from cosign.errors import (
    CosignError,
    MismatchError,
    QuorumError,
    SlotError,
    ThresholdError,
    VerificationError,
    VoucherError,
)
from cosign.primitives.curve import core
from cosign.proofs.interface import Action, Binding
from cosign.record_files import read_round
from cosign.records.cosignature import Cosignature
from cosign.records.envelope import Envelope
from cosign.records.published import (
    OpeningSummary,
    PublishedHeader,
    PublishedReader,
    write_published,
)
from cosign.records.round import DraftRound, VerifiedRound, verify_draft
from cosign.roles import member, organizer, registrar
from cosign.roles.registrar import issue, make_voucher
from cosign.roles.shared.sealing import recover, seal_cosignature
from cosign.roles.trustee import open_shares
from cosign.secret import Secret
from cosign.stores.home import Home
from cosign.stores.keys import find_credential, member_name
from cosign.stores.ledger import Ledger
from tests.support.adversarial_round import KINDS, MEMBERS, OTHER_LETTER, Stage, stage
from tests.support.cheats import certified_double, doubles, record, signed_by_organizer, thefts
from tests.support.equivocation import FACES, carry, other_group, strays
from tests.support.naive_edwards import combine, encode
from tests.support.naive_ring import tag_base
from tests.support.published import split
from tests.support.traces import grams, guesses, identifying
from tests.support.world import CLOSED_MINUTE, ENROL_MINUTE, SIGN_MINUTE, World

FRAMING_BYTES = 100
"""Label, round and lengths at the beginning of every envelope, with a little of the rest."""


@pytest.fixture(params=KINDS)
def scene(request: pytest.FixtureRequest) -> Stage:
    """Return a stage of each kind."""
    return stage(request.param)


def letter(scene: Stage, signers: int = MEMBERS) -> bytes:
    """Publish what the first members sign, each with words of its own."""
    envelopes = [scene.speak(n, statement=f"words of {n}")[1] for n in range(signers)]
    return scene.file(scene.publish(envelopes, scene.openings(envelopes, (1, 2))))


def assert_refused(scene: Stage, genuine: Cosignature, forged: list[Cosignature]) -> None:
    """A publisher drops each forged one; a publisher who does not makes a file that is invalid."""
    envelopes = [seal_cosignature(c, scene.round) for c in (genuine, *forged)]
    publication = scene.publish(envelopes, scene.openings(envelopes, (1, 2)))
    assert publication.records == (genuine.to_bytes(),)
    assert publication.header.opening.invalid == len(forged)
    for one in forged:
        records = sorted((c.proof[:32], c.to_bytes()) for c in (genuine, one))
        with pytest.raises(VerificationError, match="is not a valid cosignature"):
            scene.verify(signed_by_organizer(scene, [raw for _, raw in records]))


class TestUnforgeable:
    """No valid cosignature without a certified or listed key."""

    def test_a_stranger_s_proof_is_refused(self, scene: Stage) -> None:
        """Somebody with a key of another group, even with the organizer's help."""
        stranger = stage(scene.kind, "another stage")
        foreign = record(stranger, 0).to_bytes()
        with pytest.raises(CosignError):
            scene.verify(signed_by_organizer(scene, [foreign]))

    @pytest.mark.parametrize("part", range(8))
    def test_no_part_of_a_proof_can_change(self, scene: Stage, part: int) -> None:
        """A bit in each eighth of a proof."""
        genuine = record(scene, 1)
        raw = bytearray(genuine.proof)
        raw[part * len(raw) // 8 + 5] ^= 1
        forged = replace(genuine, proof=bytes(raw)).to_bytes()
        assert scene.verify(signed_by_organizer(scene, [genuine.to_bytes()])).cosigners == 1
        with pytest.raises(CosignError):
            scene.verify(signed_by_organizer(scene, [forged]))


class TestAnonymous:
    """Nothing that others see together tells which member made a cosignature."""

    def test_what_is_published_does_not_tell_members_apart(self, scene: Stage) -> None:
        """Records have no string of an envelope, of enrolment, or of a key but the tag."""
        seen = [envelope.to_bytes() for envelope in (scene.speak(n)[1] for n in range(MEMBERS))]
        records = list(split(letter(scene)).records)
        traces = grams(identifying(scene))
        assert not grams(seen) & grams(records) - grams([scene.round.round_id])
        assert not traces & grams(records)
        assert traces & grams([records[0] + identifying(scene)[0]])

    def test_the_order_of_the_file_is_that_of_tags(self, scene: Stage) -> None:
        """Each cosignature stands where its tag sorts, so the file does not depend on the order."""
        envelopes = [scene.speak(n)[1] for n in range(MEMBERS)]
        one = scene.publish(envelopes, scene.openings(envelopes, (1, 2)))
        other = scene.publish(envelopes[::-1], scene.openings(envelopes[::-1], (2, 3)))
        assert one.records == other.records
        verifier = scene.round.membership_verifier()
        tags = [verifier.tag(Cosignature.from_bytes(raw).proof) for raw in one.records]
        assert tags == sorted(tags)


class TestOnePersonOneVoice:
    """However a second cosignature is made, its maker counts once."""

    def test_other_words_other_proofs(self, scene: Stage) -> None:
        """Ten cosignatures by one member are one voice, and no statement."""
        envelopes = [scene.speak(0, statement=f"{n}")[1] for n in range(10)]
        report = scene.verify(
            scene.file(scene.publish(envelopes, scene.openings(envelopes, (1, 2))))
        )
        assert (report.cosigners, report.conflicts, report.statements) == (1, 1, ())

    def test_a_tag_with_a_part_of_small_order(self, scene: Stage) -> None:
        """Other tags of one person, in proofs of which everything else holds."""
        genuine, others = record(scene, 0), doubles(scene, 0)
        assert len({genuine.proof[:32], *(other.proof[:32] for other in others)}) > len(others)
        assert_refused(scene, genuine, others)

    def test_a_certified_key_with_a_part_of_small_order(self) -> None:
        """A registrar does not see such a key and certifies it; a publisher drops it."""
        scene = stage("registered")
        both = record(scene, 0), certified_double(scene, 0)
        envelopes = [seal_cosignature(c, scene.round) for c in both]
        publication = scene.publish(envelopes, scene.openings(envelopes, (1, 2)))
        assert (publication.cosigners, publication.header.opening.invalid) == (1, 1)

    def test_without_that_check_eight_people_are_counted(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A verifier of rings that takes any point of the curve for a tag counts eight people."""
        scene = stage("rostered")
        raws = sorted(c.to_bytes() for c in (record(scene, 0), *doubles(scene, 0)))
        monkeypatch.setattr(core, "decode_prime_order", core.decode)
        assert scene.verify(signed_by_organizer(scene, raws)).cosigners == 8


class TestNotSlanderable:
    """Nobody else makes a tag that links to an honest member's."""

    @pytest.mark.parametrize("action", ["cosign", "withdraw"])
    def test_nobody_else_speaks_under_a_member_s_tag(self, scene: Stage, action: Action) -> None:
        """Another member, with all that is public and a registrar's help, in no way at all."""
        genuine = record(scene, 0, statement="mine")
        words = "not mine" if action == "cosign" else ""
        binding = Binding(scene.round.round_id, action, words)
        forged = thefts(scene, genuine, 1, binding)
        assert {c.proof[:32] for c in forged} == {genuine.proof[:32]}
        assert_refused(scene, genuine, forged)
        for alone in ([seal_cosignature(c, scene.round)] for c in forged):
            with pytest.raises(QuorumError):
                scene.publish(alone, scene.openings(alone, (1, 2)))

    def test_words_cannot_be_put_into_a_member_s_mouth(self, scene: Stage) -> None:
        """A second statement under a tag, which would silence the first, needs the key."""
        genuine = record(scene, 0, statement="mine")
        forged = replace(genuine, statement="not mine")
        envelopes = [seal_cosignature(c, scene.round) for c in (genuine, forged)]
        publication = scene.publish(envelopes, scene.openings(envelopes, (1, 2)))
        report = scene.verify(scene.file(publication))
        assert (report.statements, report.conflicts) == (("mine",), 0)


class TestUnlinkableAcrossRounds:
    """Two rounds of one member have nothing in common that is the member's."""

    def test_tags_and_proofs_share_nothing(self, scene: Stage) -> None:
        """A fresh slot, or another tag base; only what names the group is common."""
        slot = 2 if scene.kind == "registered" else 0
        other = scene.open_round(slot=slot, title="Another")
        parts = []
        for round_ in (scene.round, other):
            prover = member.make_prover(scene.members[0], round_)
            parts.append(prover.prove(Binding(round_.round_id, "cosign", "")))
        assert parts[0][:32] != parts[1][:32]
        assert not grams([parts[0]]) & grams([parts[1]])

    def test_nobody_computes_the_tag_of_another_round(self, scene: Stage) -> None:
        """No tag is a listed key or an earlier tag, times or plus what is public about a round."""
        slot = 2 if scene.kind == "registered" else 0
        other = scene.open_round(slot=slot, title="Another")
        first, second = (
            {member.make_prover(credential, round_).tag for credential in scene.members}
            for round_ in (scene.round, other)
        )
        listed = set(scene.group.member_keys())
        assert len(first | second) == 2 * MEMBERS
        assert not first & guesses(listed, scene.round)
        assert not second & guesses(listed | first, other)

    def test_a_roster_s_tag_base_is_hashed_to_the_group(self) -> None:
        """Each tag is the secret times a point that a naive reading of RFC 9380 gives.

        Nobody knows that point's logarithm, as one would of a multiple of the base point.
        """
        scene = stage("rostered")
        for round_ in (scene.round, scene.open_round(title="Another")):
            base = tag_base(round_.round_id)
            for number, credential in enumerate(scene.members):
                expected = combine(
                    [(int.from_bytes(scene.secret(number).x.reveal(), "little"), base)]
                )
                assert member.make_prover(credential, round_).tag == encode(expected)

    def test_a_slot_is_not_used_twice(self) -> None:
        """In a registered group the key is the tag, so a second round with it is refused."""
        scene = stage("registered")
        use, _ = scene.speak(0)
        with pytest.raises(SlotError):
            scene.speak(0, scene.open_round(title="Another"), uses=(use,))


class TestDecoyRound:
    """A decoy round in a used slot is refused by everybody.

    Its organizer learns nothing: the program of a member who signed in the slot and that of
    one who did not say the same.
    """

    @pytest.fixture(params=["no grants", "the first round's grants", "forged grants"])
    def decoy(self, request: pytest.FixtureRequest) -> DraftRound:
        """Open a second round in the slot, with what its organizer can get as grants."""
        scene = stage("registered")
        second = scene.open_round(title="Another")
        [grant] = second.round.grants
        [first] = scene.round.round.grants
        forged = replace(first, round_id=second.round_id)
        grants = {"no grants": (), "the first round's grants": (first,)}.get(
            request.param, (forged,)
        )
        assert grant not in grants
        return verify_draft(replace(second.round, grants=grants))

    def refused(self, decoy: DraftRound) -> str:
        """Read the decoy as every program reads a round, and give what it says."""
        with pytest.raises((ThresholdError, MismatchError, VerificationError)) as caught:
            read_round(io.BytesIO(decoy.round.to_bytes()))
        return str(caught.value)

    def test_the_registrar_grants_no_second_round(self, tmp_path: Path) -> None:
        """The slot of the first round is taken."""
        scene = stage("registered")
        [keys] = scene.registrars
        with Ledger(tmp_path / "ledger", scene.group.group_id, keys.ledger_key) as ledger:
            registrar.grant_slot(keys, ledger, scene.round)
            with pytest.raises(SlotError):
                registrar.grant_slot(keys, ledger, scene.open_round(title="Another"))

    def test_members_say_the_same_whether_they_signed(
        self, decoy: DraftRound, tmp_path: Path
    ) -> None:
        """The round is refused before any home is looked at; nothing makes a prover for it."""
        scene = stage("registered")
        use, _ = scene.speak(0)
        homes = []
        for name, member_ in (
            ("signer", replace(scene.members[0], uses=(use,))),
            ("other", scene.members[1]),
        ):
            home = Home(tmp_path / name, lambda _name, _new: None)
            home.write(member_name(scene.group.group_id), member_)
            homes.append(home)
        said = set()
        for home in homes:
            with pytest.raises((ThresholdError, MismatchError, VerificationError)) as caught:
                find_credential(home, read_round(io.BytesIO(decoy.round.to_bytes())))
            said.add(str(caught.value))
        assert said == {self.refused(decoy)}

    def test_no_step_takes_it(self, decoy: DraftRound) -> None:
        """A program that skipped the check fails too: a draft lacks what every step needs."""
        scene = stage("registered")
        _, envelope = scene.speak(0)
        prover = member.make_prover(scene.members[1], scene.round)
        draft = cast("VerifiedRound", decoy)
        seed = scene.trustees[0].seed
        steps: list[Callable[[], object]] = [
            lambda: member.cosign(prover, draft, (), minute=SIGN_MINUTE, min_set=0),
            lambda: seal_cosignature(record(scene, 0), draft),
            lambda: open_shares(seed, draft, [envelope], CLOSED_MINUTE),
            lambda: organizer.publish(draft, [envelope], (), CLOSED_MINUTE),
            lambda: member.find({prover.tag}, draft, PublishedReader(io.BytesIO(letter(scene)))),
        ]
        for step in steps:
            with pytest.raises(AttributeError):
                step()

    def test_publishers_and_verifiers_refuse_its_letter(self, decoy: DraftRound) -> None:
        """A published file with the decoy in its header is not valid."""
        scene = stage("registered")
        organizer_key = organizer.check_organizer(scene.organizer, scene.round)
        header = PublishedHeader(decoy.round, OpeningSummary(0, 0, 0, 0, 0))
        raw = b"".join(write_published(header, [], organizer_key))
        with pytest.raises((ThresholdError, MismatchError, VerificationError)) as caught:
            scene.verify(raw)
        assert str(caught.value) == self.refused(decoy)
        with pytest.raises((ThresholdError, MismatchError, VerificationError)):
            organizer.merge_statements(cast("VerifiedRound", decoy), ())


class TestBound:
    """Letter, round, group, action and statement cannot be exchanged."""

    def test_a_proof_says_what_it_was_made_for(self, scene: Stage) -> None:
        """The same proof with other words, another action or another round is invalid."""
        genuine = record(scene, 0, statement="yes")
        verifier = scene.round.membership_verifier()
        binding = genuine.binding(scene.round.round_id)
        changed = (
            binding._replace(statement="no"),
            binding._replace(statement=""),
            binding._replace(action="withdraw"),
            binding._replace(round_id=scene.open_round(title="Another").round_id),
        )
        assert verifier.verify_batch([(binding, genuine.proof)]) == ()
        for other in changed:
            assert verifier.verify_batch([(other, genuine.proof)]) == (0,)

    def test_what_was_said_in_another_round_is_not_said_here(self, scene: Stage) -> None:
        """An organizer opens it there, and seals it again to this round."""
        other = scene.open_round(OTHER_LETTER)
        envelopes = [carry(scene, other, scene.speak(0, other)[1])]
        with pytest.raises(QuorumError):
            scene.publish(envelopes, scene.openings(envelopes, (1, 2)))

    def test_a_proof_is_of_one_group(self, scene: Stage) -> None:
        """Groups that differ in one key, or in the name alone, are two, even in one round."""
        for face in FACES[scene.kind]:
            other = other_group(scene.kind, face, 0)
            assert other.group.group_id != scene.group.group_id
            for envelope in strays(scene, other, 0):
                with pytest.raises(QuorumError):
                    scene.publish([envelope], scene.openings([envelope], (1, 2)))

    def test_a_published_file_cannot_change_its_letter(self, scene: Stage) -> None:
        """Another text, with everything else as it was."""
        raw = letter(scene)
        text = scene.round.letter.raw
        assert raw.count(text) == 1
        with pytest.raises(MismatchError, match="the letter is not the one"):
            scene.verify(
                raw.replace(text, text.replace(b"object", b"approve")[: len(text)].ljust(len(text)))
            )


def share_of(scene: Stage, envelopes: list[Envelope], number: int) -> Secret:
    """Return a trustee's share of the only envelope."""
    [opened] = scene.openings(envelopes, (number,))
    [share] = opened.shares().values()
    return share


class TestSealed:
    """Fewer than t trustees, and the relay, learn the number of envelopes and nothing else."""

    def test_no_single_trustee_opens(self, scene: Stage) -> None:
        """One of three opens nothing; any two open everything."""
        envelopes = [scene.speak(n)[1] for n in range(2)]
        for pair in combinations((1, 2, 3), 2):
            assert scene.publish(envelopes, scene.openings(envelopes, pair)).cosigners == 2
        for number in (1, 2, 3):
            with pytest.raises(CosignError, match="1 trustee has opened, and 2 have to"):
                scene.publish(envelopes, scene.openings(envelopes, (number,)))

    def test_a_share_and_inventions_recover_nothing(self, scene: Stage) -> None:
        """One true share gives no cosignature, whatever stands for the second one."""
        envelopes = [scene.speak(0)[1]]
        true = {n: share_of(scene, envelopes, n) for n in (1, 2, 3)}
        assert recover(envelopes[0], {n: true[n] for n in (1, 2)}, 2).record
        for mine, other in permutations((1, 2, 3), 2):
            third = true[6 - mine - other]
            inventions = [bytes(32), true[mine].reveal(), third.reveal(), os.urandom(31) + b"\0"]
            for invented in inventions:
                with pytest.raises(VerificationError):
                    recover(envelopes[0], {mine: true[mine], other: Secret(invented)}, 2)
            with pytest.raises(VerificationError):
                recover(envelopes[0], {mine: true[mine]}, 1)

    def test_a_trustee_who_opens_twice_is_one_trustee(self, scene: Stage) -> None:
        """The threshold counts people."""
        envelopes = [scene.speak(0)[1]]
        [opening] = scene.openings(envelopes, (1,))
        with pytest.raises(MismatchError, match="one trustee gave two openings"):
            scene.publish(envelopes, (opening, opening))

    def test_envelopes_differ_in_nothing_but_their_secrets(self, scene: Stage) -> None:
        """One length for silence, long words and withdrawals, and no string in common."""
        said = [("cosign", ""), ("cosign", "x" * 280), ("withdraw", "")]
        sealed = [scene.speak(0, action=a, statement=s)[1].to_bytes() for a, s in said]
        assert len(set(map(len, sealed))) == 1
        for one, other in combinations(sealed, 2):
            assert grams([one]) & grams([other]) <= grams([one[:FRAMING_BYTES]])

    def test_an_opening_is_for_the_organizer(self, scene: Stage) -> None:
        """What a trustee sends has no share in it that anybody else could read."""
        envelopes = [scene.speak(0)[1]]
        sent = open_shares(scene.trustees[0].seed, scene.round, envelopes, CLOSED_MINUTE)
        [opened] = scene.openings(envelopes, (1,))
        [share] = opened.shares().values()
        assert share.reveal() not in sent.to_bytes()


class TestComplete:
    """A member can check that the own cosignature is in the published file."""

    def test_an_organizer_who_leaves_one_out_is_found_out(self, scene: Stage) -> None:
        """By the one, whose check fails, while all others' succeed."""
        envelopes = [scene.speak(n)[1] for n in range(MEMBERS)]
        held = envelopes[1:]
        raw = scene.file(scene.publish(held, scene.openings(held, (1, 2))))
        assert [scene.find(n, raw).included for n in range(MEMBERS)] == [False, True, True, True]

    def test_nobody_but_the_organizer_can_leave_one_out(self, scene: Stage) -> None:
        """A file that a reader shortened is not valid, and checking it is no answer."""
        raw = letter(scene)
        parts = split(raw)
        shorter = raw.replace(len(parts.records[0]).to_bytes(4, "big") + parts.records[0], b"")
        with pytest.raises(CosignError):
            scene.verify(shorter)
        with pytest.raises(CosignError):
            scene.find(0, shorter)


class TestDurable:
    """A process that dies loses nothing and issues nothing twice."""

    def test_a_signer_who_dies_before_the_envelope_leaves(self, scene: Stage) -> None:
        """The use is written down first; signing again makes the same tag, and one voice."""
        use, lost = scene.speak(0, statement="yes")
        again, sent = scene.speak(0, statement="yes", uses=(use,))
        assert again == use
        assert sent != lost
        both = [lost, sent]
        assert scene.publish(both, scene.openings(both, (1, 2))).cosigners == 1
        with pytest.raises(SlotError):
            scene.speak(0, statement="no", uses=(use,))

    def test_a_registrar_who_dies_between_binding_and_answering(
        self, tmp_path: Path, village: World
    ) -> None:
        """The same request is answered with the same bytes, another one is refused for ever."""
        voucher, keys, group = make_voucher(), village.keys[0], village.group
        _, request = member.enrol(member.join(group), 0, voucher, ENROL_MINUTE)
        _, rival = member.enrol(member.join(group), 0, voucher, ENROL_MINUTE)
        opened = keys.open_request(request)
        path = tmp_path / "ledger.sqlite"
        with Ledger(path, group.group_id, keys.ledger_key) as ledger:
            ledger.add_vouchers([opened.voucher_hash])
            ledger.bind(opened.voucher_hash, opened.blinded_hash)
        with Ledger(path, group.group_id, keys.ledger_key) as ledger:
            first = issue(keys, group, ledger, request, ENROL_MINUTE)
            assert issue(keys, group, ledger, request, ENROL_MINUTE) == first
            with pytest.raises(VoucherError):
                issue(keys, group, ledger, rival, ENROL_MINUTE)

    def test_a_file_that_was_cut_is_noticed(self, scene: Stage) -> None:
        """At every frame, and in the middle."""
        raw = letter(scene, 2)
        for size in (len(raw) - 1, len(raw) // 2, len(raw) - len(split(raw).trailer) - 4):
            with pytest.raises(CosignError):
                list(PublishedReader(io.BytesIO(raw[:size])).records())
