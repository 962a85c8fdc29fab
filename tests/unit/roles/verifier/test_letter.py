"""The verifier's step: check a published letter offline."""

import io
import json
import multiprocessing
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace

import pytest

from cosign.errors import UsageError, VerificationError
from cosign.primitives.hashing import sha256
from cosign.proofs.certificate import CertificateVerifier
from cosign.records.limits import LAST_MINUTE
from cosign.reports.json import report_json
from cosign.roles.organizer.publishing import merge_statements
from cosign.roles.verifier.letter import BELOW_QUORUM, NOT_PINNED, VALID, Combination, verify_letter
from tests.support.published import check_verified_alike, record, rewrite, sorted_records
from tests.support.world import LETTER, World, admitted


def test_a_valid_pinned_letter_exits_0(village: World) -> None:
    """With a pinned group and a quorum that is met, the exit code is 0."""
    report = village.verify(village.published)
    assert report.exit_code == VALID == 0
    assert (report.cosigners, report.keys, report.anonymity_set) == (3, 3, 3)
    assert (report.pinned, report.quorum_met, report.anonymity) == (True, True, "everlasting")
    assert report.statements == ("I was there",)


def test_without_a_pin_the_exit_code_is_3(village: World) -> None:
    """Anybody can make a group with any name, so an unpinned letter is not a success."""
    report = verify_letter(io.BytesIO(village.published))
    assert report.exit_code == NOT_PINNED == 3
    assert any("compare its fingerprint" in s for s in report.not_checked)


def test_below_the_quorum_the_exit_code_is_4(village: World) -> None:
    """An organizer who publishes below the quorum is found out; the pin comes first."""
    strict = village.open_round(quorum=3)
    records = village.publish([village.sign(i, strict) for i in range(3)], strict).records
    header = replace(village.publication.header, round=strict.round)
    raw = rewrite(village, records[:2], header)
    assert village.verify(raw).exit_code == BELOW_QUORUM == 4
    assert verify_letter(io.BytesIO(raw)).exit_code == 3
    assert village.verify(rewrite(village, records, header)).exit_code == 0


def test_a_pin_is_a_fingerprint_in_any_spacing(village: World) -> None:
    """As people paste it; anything else is a mistake of the caller, never a wrong group."""
    digits = village.round.group_fingerprint
    for pin in (digits.replace(" ", ""), digits.replace(" ", "-"), f"{digits}\n"):
        assert verify_letter(io.BytesIO(village.published), pin=pin).pinned
    for pin in ("", "0", digits[:-1], f"{digits}0", digits.replace("0", "O")):
        with pytest.raises(UsageError, match="60 digits"):
            verify_letter(io.BytesIO(village.published), pin=pin)


@pytest.mark.parametrize("place", [0, 29, 59])
def test_every_digit_of_a_pin_counts(village: World, place: int) -> None:
    digits = village.round.group_fingerprint.replace(" ", "")
    changed = str((int(digits[place]) + 1) % 10)
    pin = digits[:place] + changed + digits[place + 1 :]
    with pytest.raises(VerificationError, match="not by the one you pinned"):
        verify_letter(io.BytesIO(village.published), pin=pin)


def test_another_group_s_pin_is_refused(village: World, committee: World) -> None:
    """A letter by another group than the pinned one is not valid, whatever its name."""
    for pin in (committee.round.group_fingerprint, village.round.fingerprint):
        with pytest.raises(VerificationError, match="not by the one you pinned"):
            verify_letter(io.BytesIO(village.published), pin=pin)


def restated(world: World, *issued: int) -> bytes:
    """Exchange the enrolment statements of a valid file: registrars say other numbers."""
    told = tuple(keys.state_issued(admitted(n)) for keys, n in zip(world.keys, issued, strict=True))
    header = replace(world.publication.header, round=replace(world.round.round, statements=told))
    return rewrite(world, world.publication.records, header)


def test_more_cosigners_than_certificates_are_refused(village: World) -> None:
    """A registrar that says less than it issued, or lost its keys, is found out."""
    for issued in (3, 4):
        assert village.verify(restated(village, issued)).anonymity_set == issued
    for issued in (0, 2):
        with pytest.raises(VerificationError, match=f"and issued {issued} certificate"):
            village.verify(restated(village, issued))


def test_every_registrar_s_count_binds(committee: World) -> None:
    """The sum may suffice; more keys by one registrar than it issued are refused all the same."""
    with pytest.raises(VerificationError, match="'R1' certified 3 keys and issued 2"):
        committee.verify(restated(committee, 2, 90, 90))


def test_combinations_show_how_the_crowd_splits(committee: World, village: World) -> None:
    """Each choice of registrars has a crowd of its own; the smallest comes first."""
    report = committee.verify(committee.published)
    assert [c.registrars for c in report.combinations] == [("R1", "R3"), ("R1", "R2"), ("R2", "R3")]
    assert report.combinations[0] == Combination(("R1", "R3"), 1, 3, 0, 3)
    assert sum(c.keys for c in report.combinations) == report.keys == 5
    assert report.cosigners == 3
    assert village.verify(village.published).combinations == ()


def test_unknown_crowds_are_said_to_be_unknown(committee: World) -> None:
    """Without every statement the anonymity set is unknown, and the report says so."""
    round_ = committee.open_round(committee.statements[:1])
    records = committee.publish([committee.sign(0, round_, min_set=0)], round_).records
    header = replace(committee.publication.header, round=round_.round)
    report = committee.verify(rewrite(committee, records, header))
    assert (report.anonymity_set, report.combinations[0].at_most) == (None, None)
    assert any("how many members" in s for s in report.not_checked)
    later = merge_statements(round_, committee.statements)
    header = replace(header, round=later.round)
    assert committee.verify(rewrite(committee, records, header)).anonymity_set == 5


def test_a_withdrawal_can_be_appended(village: World) -> None:
    """A withdrawal that is published later takes the member out of the count."""
    records = [*village.publication.records, record(village, 0, "withdraw")]
    report = village.verify(rewrite(village, sorted_records(records)))
    assert (report.cosigners, report.withdrawn, report.statements) == (2, 1, ())


def test_a_withdrawal_needs_the_member(village: World) -> None:
    """Nobody withdraws for somebody else: the organizer's own withdrawal is no valid record."""
    stolen = record(village, 0, "withdraw")
    other = village.publication.records[0]
    forged = stolen[:-20] + other[-20:]
    with pytest.raises(VerificationError):
        village.verify(rewrite(village, [forged]))


def test_duplicates_that_were_published_count_once(village: World) -> None:
    """Two contradicting records of one member are one cosigner without a statement."""
    records = [record(village, 0, statement=s) for s in "ab"] + [record(village, 1)]
    report = village.verify(rewrite(village, sorted_records(records)))
    assert (report.cosigners, report.duplicates, report.conflicts) == (2, 1, 1)
    assert report.statements == ()


def test_an_empty_letter_has_no_cosigners(village: World) -> None:
    """A letter that nobody signed is below every quorum."""
    report = village.verify(rewrite(village, []))
    assert (report.cosigners, report.quorum_met, report.exit_code) == (0, False, 4)


@pytest.fixture(params=["here", "threads", "processes"])
def executor(request: pytest.FixtureRequest) -> Iterator[Executor | None]:
    """Yield each place where proofs may be verified."""
    if request.param == "here":
        yield None
    elif request.param == "threads":
        with ThreadPoolExecutor(2) as threads:
            yield threads
    else:
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as processes:
            yield processes


def test_it_does_not_matter_where_proofs_are_verified(
    committee: World, executor: Executor | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One process, threads or other processes give the same report and the same refusal."""
    monkeypatch.setattr(CertificateVerifier, "batch_size", 2)
    monkeypatch.setattr(CertificateVerifier, "share_from", 2)
    check_verified_alike(committee, executor)


def test_a_report_is_one_json_object(committee: World) -> None:
    """The documented members are there, and everything is plain JSON."""
    shown = report_json(committee.verify(committee.published))
    assert json.loads(json.dumps(shown)) == shown
    assert shown["letter_sha256"] == sha256(LETTER.raw).hex()
    assert shown["group"] == {
        "kind": "registered",
        "name": "the committee",
        "fingerprint": committee.round.group_fingerprint,
        "pinned": True,
        "anonymity_set": 5,
        "key_kinds": None,
        "left_out": {},
    }
    expected = {"valid": True, "exit_code": 0, "cosigners": 3, "keys": 5, "quorum": 1}
    assert expected.items() <= shown.items()
    assert shown["trustees"] == {"names": ["T1", "T2", "T3"], "threshold": 2}


def test_a_round_without_end_can_be_reported(village: World) -> None:
    """A round that closes at the last minute that a record can hold does not break the report."""
    round_ = village.open_round(window=(200, LAST_MINUTE))
    header = replace(village.publication.header, round=round_.round)
    assert report_json(village.verify(rewrite(village, [], header)))


class Pipe(io.RawIOBase):
    """A stream that gives a few bytes at a time and cannot go back."""

    def __init__(self, raw: bytes) -> None:
        self._rest = raw

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        taken, self._rest = self._rest[: min(size, 7)], self._rest[min(size, 7) :]
        return taken


def test_a_letter_is_read_from_a_pipe(village: World) -> None:
    """A stream that trickles gives the same report."""
    pin = village.round.group_fingerprint
    report = verify_letter(Pipe(village.published), pin=pin)  # type: ignore[arg-type]  # raw, on purpose
    assert report == village.verify(village.published)


def test_progress_is_told(committee: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every so many records, with the number of envelopes as a guess at the end."""
    monkeypatch.setattr("cosign.roles.verifier.letter._PROGRESS_STEP", 2)
    told: list[tuple[int, int]] = []
    verify_letter(io.BytesIO(committee.published), progress=lambda *args: told.append(args))
    assert told == [(2, 5), (4, 5)]
