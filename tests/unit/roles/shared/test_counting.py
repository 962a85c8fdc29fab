"""Counting distinct members, and cutting the work into chunks."""

import itertools
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosign.proofs.certificate import CertificateVerifier
from cosign.proofs.interface import Action
from cosign.roles.shared.counting import Checked, Checks, Fault, Tally, check_records
from tests.support.world import World


def checked(
    tag: int, action: Action = "cosign", statement: str = "", certifiers: tuple[int, ...] = (0,)
) -> Checked:
    """Return a verified record of a member."""
    return Checked(bytes([tag]) * 32, action, statement, certifiers)


def tally(*records: Checked) -> Tally:
    """Count records that stand in the order of a file."""
    found = Tally()
    for record in records:
        found.add(record)
    found.finish()
    return found


def figures(found: Tally) -> tuple[int, int, int, int, list[str]]:
    """Return what a report says."""
    counts = found.cosigners, found.withdrawn, found.duplicates, found.conflicts
    return (*counts, found.statements)


CASES: dict[str, tuple[list[Checked], tuple[int, int, int, int, list[str]]]] = {
    "nothing": ([], (0, 0, 0, 0, [])),
    "one": ([checked(1)], (1, 0, 0, 0, [])),
    "two members": ([checked(1), checked(2)], (2, 0, 0, 0, [])),
    "a statement": ([checked(1, statement="a")], (1, 0, 0, 0, ["a"])),
    "the same twice": ([checked(1), checked(1)], (1, 0, 1, 0, [])),
    "the same words twice": (
        [checked(1, statement="a"), checked(1, statement="a")],
        (1, 0, 1, 0, ["a"]),
    ),
    "two statements": (
        [checked(1, statement="a"), checked(1, statement="b")],
        (1, 0, 1, 1, []),
    ),
    "silence and a statement": ([checked(1), checked(1, statement="b")], (1, 0, 1, 1, [])),
    "withdrawn": ([checked(1), checked(1, "withdraw")], (0, 1, 0, 0, [])),
    "withdrawn first": ([checked(1, "withdraw"), checked(1, statement="a")], (0, 1, 0, 0, [])),
    "withdrawn twice": (
        [checked(1), *(checked(1, "withdraw") for _ in "ab")],
        (0, 1, 1, 0, []),
    ),
    "never cosigned": ([checked(1, "withdraw")], (0, 1, 0, 0, [])),
    "a conflict that withdrew": (
        [checked(1, statement="a"), checked(1, statement="b"), checked(1, "withdraw")],
        (0, 1, 1, 0, []),
    ),
    "one withdrew, one stayed": (
        [checked(1), checked(1, "withdraw"), checked(2, statement="b")],
        (1, 1, 0, 0, ["b"]),
    ),
}


@pytest.mark.parametrize(("records", "expected"), CASES.values(), ids=CASES)
def test_a_member_counts_once(
    records: list[Checked], expected: tuple[int, int, int, int, list[str]]
) -> None:
    """However many records a member has, they are one voice, or none after a withdrawal."""
    assert figures(tally(*records)) == expected


@pytest.mark.parametrize("place", range(32))
def test_every_byte_of_a_tag_distinguishes_members(place: int) -> None:
    tags = [bytes(32), bytes(place) + b"\1" + bytes(31 - place)]
    found = tally(*(Checked(tag, "cosign", "", (0,)) for tag in tags))
    assert (found.keys, found.duplicates) == (2, 0)


def test_other_registrars_make_no_other_member() -> None:
    """A member who shows other registrars the second time still counts once."""
    found = tally(checked(1, certifiers=(0, 1)), checked(1, certifiers=(1, 2)))
    assert (found.cosigners, found.keys, found.duplicates) == (1, 1, 1)
    assert dict(found.combinations) == {(0, 1): 1}


def test_keys_that_no_registrar_certified_together_may_be_one_person() -> None:
    """Keys with disjoint registrars may belong to one person, so they count as one."""
    found = tally(checked(1, certifiers=(0, 1)), checked(2, certifiers=(2, 3)))
    assert (found.keys, found.cosigners) == (2, 1)
    found = tally(*(checked(i, certifiers=v) for i, v in enumerate([(0, 1), (1, 2), (0, 2)])))
    assert (found.keys, found.cosigners) == (3, 2)
    assert dict(found.by_registrar) == {0: 2, 1: 2, 2: 2}


@pytest.mark.parametrize("threshold", [2, 3])
def test_fewer_liars_than_the_threshold_add_nobody(threshold: int) -> None:
    """Registrars who certify everything multiply the keys of few people, and not the count."""
    liars, honest = tuple(range(threshold - 1)), range(threshold - 1, 16)
    people = 3
    keys = [checked(i, certifiers=(*liars, h)) for i, h in enumerate(list(honest) * people)]
    found = tally(*keys)
    assert found.keys == len(honest) * people
    assert max(found.by_registrar.values()) == found.keys
    assert found.cosigners == people


@st.composite
def endorsed(draw: st.DrawFn) -> tuple[int, list[Checked]]:
    """Let people collude with fewer than t of n registrars; give how many they are, and keys."""
    count = draw(st.integers(2, 6))
    threshold, people = draw(st.integers(1, count)), draw(st.integers(1, 5))
    liars = draw(st.sets(st.integers(0, count - 1), max_size=threshold - 1))
    left = {number: people for number in range(count) if number not in liars}
    keys: list[Checked] = []
    for chosen in draw(st.lists(st.sets(st.integers(0, count - 1), min_size=threshold))):
        certifiers = tuple(sorted(chosen)[:threshold])
        honest = [number for number in certifiers if number not in liars]
        if all(left[number] for number in honest):
            left.update((number, left[number] - 1) for number in honest)
            keys.append(checked(len(keys) % 256, certifiers=certifiers))
    return people, keys


@given(endorsed())
def test_nobody_is_invented_and_nobody_pushed_out(drawn: tuple[int, list[Checked]]) -> None:
    """However keys are spread, cosigners are no more than people, and one more lowers nothing."""
    people, keys = drawn
    counts = [tally(*keys[:length]).cosigners for length in range(len(keys) + 1)]
    assert counts == sorted(counts)
    assert counts[-1] <= people


def test_one_registrar_s_keys_are_people() -> None:
    """Where all registrars certify every key, every key is a person."""
    found = tally(*(checked(i, certifiers=(0, 1)) for i in range(5)))
    assert found.keys == found.cosigners == 5


SPOKEN = st.builds(
    checked, st.integers(0, 5), st.just("cosign"), st.sampled_from(["", "a", "b"])
) | st.builds(checked, st.integers(0, 5), st.just("withdraw"))


@given(st.lists(SPOKEN, max_size=30))
def test_counting_agrees_with_a_definition(records: list[Checked]) -> None:
    """Sets of tags give the same figures as the one pass that remembers one member."""
    records.sort()
    found = tally(*records)
    signed = {r.tag for r in records if r.action == "cosign"}
    withdrawn = {r.tag for r in records if r.action == "withdraw"}
    texts = {
        t: {r.statement for r in records if (r.tag, r.action) == (t, "cosign")} for t in signed
    }
    stayed = signed - withdrawn
    assert (found.keys, found.withdrawn, found.records) == (
        len(stayed),
        len(withdrawn),
        len(records),
    )
    assert found.duplicates == len(records) - len(signed) - len(withdrawn)
    assert found.conflicts == sum(len(texts[t]) > 1 for t in stayed)
    assert found.statements == [
        text for t in sorted(stayed) if len(texts[t]) == 1 for text in texts[t] if text
    ]  # fmt: skip


def checks_of(world: World, **more: bool) -> Checks:
    """Return what is checked of a round's records."""
    return Checks(world.round.membership_verifier(), world.round.round_id, **more)


def faults(found: list[Checked | Fault]) -> list[Fault | None]:
    """Return what is wrong with each record."""
    return [answer if isinstance(answer, Fault) else None for answer in found]


def test_each_record_has_an_answer(committee: World) -> None:
    """Bad ones too, and it says whether there is no cosignature or a false proof."""
    good = committee.publication.records
    chunk = [good[0], b"", b"\x90", good[1], good[0][:-1] + b"\0", good[2]]
    bad, false = Fault.MALFORMED, Fault.FALSE
    assert faults(checks_of(committee).run(chunk)) == [None, bad, bad, None, false, None]
    assert checks_of(committee).run([b""]) == [bad]


def test_the_first_bad_record_can_end_it(committee: World) -> None:
    """Those before it have their answers; nothing is said of those behind it."""
    good = committee.publication.records
    checks, false = checks_of(committee, first_only=True), good[0][:-1] + b"\0"
    unknown = Fault.NOT_REACHED
    for bad, fault in ((b"", Fault.MALFORMED), (false, Fault.FALSE)):
        for behind in (good[1], b"", false):
            found = faults(checks.run([good[0], bad, good[2], behind]))
            assert found[:2] == [None, fault]
            assert set(found[2:]) <= {unknown, Fault.MALFORMED}
            assert found[2] is unknown
    assert faults(checks.run(list(good))) == [None] * len(good)


class Counting(ThreadPoolExecutor):
    """An executor that knows how much was handed out and not yet asked for."""

    def __init__(self) -> None:
        super().__init__(1)
        self.submitted = 0

    def submit(self, *args: Any, **kwargs: Any) -> Future[Any]:
        self.submitted += 1
        return super().submit(*args, **kwargs)


def test_work_in_flight_is_bounded(committee: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """An endless file does not fill the memory: only a few chunks wait for an answer."""
    monkeypatch.setattr(CertificateVerifier, "batch_size", 2)
    monkeypatch.setattr(CertificateVerifier, "share_from", 2)
    endless = itertools.cycle(committee.publication.records)
    with Counting() as executor:
        stream = check_records(endless, checks_of(committee), executor)
        for answers, (raw, found) in enumerate(itertools.islice(stream, 20), 1):
            assert isinstance(found, Checked)
            assert raw in committee.publication.records
            assert executor.submitted <= answers // 2 + 8
        stream.close()  # type: ignore[attr-defined]  # a generator


def test_the_order_is_kept(committee: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers come in the order of the records, with and without an executor."""
    monkeypatch.setattr(CertificateVerifier, "batch_size", 2)
    monkeypatch.setattr(CertificateVerifier, "share_from", 2)
    checks = checks_of(committee)
    records = [*committee.publication.records, b"", *committee.publication.records]
    alone = list(check_records(records, checks))
    with ThreadPoolExecutor(2) as executor:
        assert list(check_records(records, checks, executor)) == alone
    assert [raw for raw, _ in alone] == records
    assert list(check_records([], checks)) == []
