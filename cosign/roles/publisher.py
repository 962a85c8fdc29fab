"""The organizer's last step: from envelopes to one file for the world (docs/spec.md, "Publishing").

Everything is verified again here. Members who withdrew are left out altogether,
only their number is told; a member who cosigned twice counts once.

Not protected: the opening summary is the organizer's word. A verifier cannot
see envelopes that were never opened.
"""

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from itertools import groupby

from cosign.errors import (
    CosignError,
    MismatchError,
    QuorumError,
    ThresholdError,
)
from cosign.primitives.signing import SigningKey
from cosign.records.envelope import Envelope, OpenedShares
from cosign.records.group import EnrolmentStatement, Statements
from cosign.records.published import OpeningSummary, PublishedHeader, sort_key, write_published
from cosign.records.round import VerifiedRound, verify_round
from cosign.roles.envelopes import recover
from cosign.roles.tally import Checked, check_records
from cosign.secret import Secret


@dataclass(frozen=True, slots=True)
class Publication:
    """What is published, and what the organizer has to know.

    Attributes:
        header: round and opening summary.
        records: encoded cosignatures, ascending.
        cosigners: distinct members.
        faulty: numbers of trustees who gave at least one false share.
    """

    header: PublishedHeader
    records: tuple[bytes, ...]
    cosigners: int
    faulty: tuple[int, ...]

    def chunks(self, organizer: SigningKey) -> Iterator[bytes]:
        """Give the bytes of the file, signed by the round's organizer."""
        return write_published(self.header, self.records, organizer)


def merge_statements(round_: VerifiedRound, statements: Statements) -> VerifiedRound:
    """Add enrolment statements to a round.

    Raises:
        MismatchError, VerificationError: a statement is false or contradicts another.
    """
    merged: dict[int, EnrolmentStatement] = {s.registrar: s for s in round_.statements}
    for statement in statements:
        if merged.setdefault(statement.registrar, statement) != statement:
            raise MismatchError(
                f"registrar {statement.registrar + 1} made two enrolment statements that differ",
                hint="ask the registrar which one is true; both are signed, so keep them",
            )
    ordered = tuple(merged[number] for number in sorted(merged))
    return verify_round(replace(round_.round, statements=ordered))


def publish(
    round_: VerifiedRound,
    envelopes: Iterable[Envelope],
    openings: tuple[OpenedShares, ...],
    minute: int,
    executor: Executor | None = None,
) -> Publication:
    """Open, verify, count once, sort; the caller writes :meth:`Publication.chunks`.

    Args:
        round_: verified, with every enrolment statement.
        envelopes: of this round; byte-identical ones count once.
        openings: of at least t trustees.
        minute: now.
        executor: where proofs are verified.

    Raises:
        WindowError: the round has not closed.
        ThresholdError: fewer openings than the threshold.
        MismatchError: an envelope or opening of another round, or two by one trustee.
        QuorumError: too few cosigners.
    """
    round_.check_closed(minute)
    shares = _shares_by_trustee(round_, openings)
    opened = _Opened()
    for envelope in envelopes:
        opened.take(round_, envelope, shares)
    kept, tally = _keep(round_, opened.records, executor)
    if tally.cosigners < round_.terms.quorum:
        raise QuorumError(
            f"{tally.cosigners} people cosigned, the quorum is {round_.terms.quorum}",
            hint="nothing was published; nobody learns how many there were unless you say so",
        )
    summary = OpeningSummary(
        len(opened.seen), opened.unreadable, tally.invalid, tally.duplicate, tally.withdrawn
    )
    header = PublishedHeader(round_.round, summary)
    return Publication(header, tuple(kept), tally.cosigners, tuple(sorted(opened.faulty)))


def _shares_by_trustee(
    round_: VerifiedRound, openings: tuple[OpenedShares, ...]
) -> dict[int, dict[bytes, Secret | None]]:
    if any(o.round_id != round_.round_id for o in openings):
        raise MismatchError("an opening belongs to another round")
    shares = {o.trustee: dict(o.entries) for o in openings}
    if len(shares) != len(openings):
        raise MismatchError("one trustee gave two openings", hint="give the newer one only")
    if len(shares) < round_.terms.threshold:
        raise ThresholdError(
            f"{len(shares)} of {round_.terms.threshold} trustees have opened",
            hint="wait for more openings",
        )
    return shares


class _Opened:
    """Cosignatures as they come out of their envelopes."""

    def __init__(self) -> None:
        self.seen: set[bytes] = set()
        self.records: list[bytes] = []
        self.faulty: set[int] = set()
        self.unreadable = 0
        self._subset: tuple[int, ...] = ()

    def take(
        self,
        round_: VerifiedRound,
        envelope: Envelope,
        by_trustee: Mapping[int, Mapping[bytes, Secret | None]],
    ) -> None:
        """Recover one envelope's cosignature, or count it as unreadable."""
        if envelope.round_id != round_.round_id:
            raise MismatchError("an envelope belongs to another round")
        envelope_id = envelope.envelope_id
        if envelope_id in self.seen:
            return
        self.seen.add(envelope_id)
        found = {number: entries.get(envelope_id) for number, entries in by_trustee.items()}
        shares = {number: share for number, share in found.items() if share is not None}
        try:
            recovered = recover(envelope, shares, round_.terms.threshold, self._subset)
        except CosignError:
            self.unreadable += 1
            return
        self._subset = recovered.subset
        self.faulty.update(recovered.faulty)
        self.records.append(recovered.cosignature.to_bytes())


@dataclass(slots=True)
class _Counts:
    cosigners: int = 0
    invalid: int = 0
    duplicate: int = 0
    withdrawn: int = 0


def _keep(
    round_: VerifiedRound, records: list[bytes], executor: Executor | None
) -> tuple[list[bytes], _Counts]:
    """Verify, drop, and sort; keep one record a member, or two that contradict."""
    counts = _Counts()
    valid: list[tuple[tuple[bytes, bytes], Checked]] = []
    verifier = round_.membership_verifier()
    for raw, checked in check_records(records, verifier, round_.round_id, executor):
        if checked is None:
            counts.invalid += 1
        else:
            valid.append((sort_key(raw, checked.tag), checked))
    valid.sort(key=lambda v: v[0])
    kept: list[bytes] = []
    for _tag, entries in groupby(valid, key=lambda v: v[1].tag):
        kept += _keep_member(list(entries), counts)
    return kept, counts


def _keep_member(
    entries: list[tuple[tuple[bytes, bytes], Checked]], counts: _Counts
) -> Iterator[bytes]:
    signed = [(key[1], checked) for key, checked in entries if checked.action == "cosign"]
    if not signed:
        return
    if len(signed) < len(entries):
        counts.withdrawn += 1
        return
    counts.cosigners += 1
    first_by_text = {checked.statement: raw for raw, checked in reversed(signed)}
    kept = sorted(first_by_text.values())[:2]
    counts.duplicate += len(signed) - len(kept)
    yield from kept
