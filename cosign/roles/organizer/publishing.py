"""The organizer's last step: from envelopes to one file for the world (docs/spec.md, "Publishing").

Everything is verified again here. Members who withdrew are left out altogether,
only their number is told; a member who cosigned twice counts once.

Not protected: the opening summary is the organizer's word. A verifier cannot
see envelopes that were never opened.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from itertools import groupby

from cosign.errors import CosignError, MismatchError, QuorumError, ThresholdError
from cosign.primitives import ed25519
from cosign.records.envelope import Envelope, OpenedShares
from cosign.records.groups.registered import EnrolmentStatement, Statements
from cosign.records.published import OpeningSummary, PublishedHeader, sort_key, write_published
from cosign.records.round import VerifiedRound, verify_round
from cosign.roles.shared.counting import Checked, Tally, check_records
from cosign.roles.shared.sealing import envelope_form, recover
from cosign.secret import Secret


@dataclass(frozen=True, slots=True)
class Publication:
    """What is published, and what the organizer has to know.

    Attributes:
        header: round and opening summary.
        records: encoded cosignatures, ascending.
        cosigners: distinct members.
        bad_shares: by trustee number, how many of its shares do not fit the others. A
            signer who deals badly causes one such share, a trustee who lies many.
    """

    header: PublishedHeader
    records: tuple[bytes, ...]
    cosigners: int
    bad_shares: dict[int, int]

    def chunks(self, organizer: ed25519.SigningKey) -> Iterator[bytes]:
        """Give the bytes of the file, signed by the round's organizer."""
        return write_published(self.header, self.records, organizer)


def merge_statements(round_: VerifiedRound, statements: Statements) -> VerifiedRound:
    """Add enrolment statements to a round.

    Raises:
        MismatchError, VerificationError: a statement is false or contradicts another.
    """
    merged: dict[int, EnrolmentStatement] = {s.registrar: s for s in round_.statements}
    for statement in statements:
        round_.group.membership((statement,))
        if merged.setdefault(statement.registrar, statement).issued != statement.issued:
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
        VerificationError: more keys are certified than a registrar says: every
            verifier would refuse the file.
    """
    opened = open_envelopes(round_, envelopes, openings, minute)
    kept, tally = _keep(round_, opened.records, executor)
    round_.membership.check_counts(tally.by_registrar)
    if tally.cosigners < round_.terms.quorum:
        raise QuorumError(
            f"{tally.cosigners} cosigned, the quorum is {round_.terms.quorum}",
            hint="nothing was published; nobody learns how many there were unless you say so",
        )
    invalid = len(opened.records) - tally.records
    summary = OpeningSummary(
        len(opened.seen), opened.unreadable, invalid, tally.duplicates, tally.withdrawn
    )
    header = PublishedHeader(round_.round, summary)
    return Publication(header, tuple(kept), tally.cosigners, dict(opened.bad_shares))


def open_envelopes(
    round_: VerifiedRound,
    envelopes: Iterable[Envelope],
    openings: tuple[OpenedShares, ...],
    minute: int,
) -> "Opened":
    """Recover what is in envelopes; nothing is verified yet.

    Raises:
        WindowError, ThresholdError, MismatchError: as in :func:`publish`.
    """
    round_.check_closed(minute)
    opened = Opened(round_, _shares_by_trustee(round_, openings))
    for envelope in envelopes:
        opened.take(envelope)
    return opened


def _shares_by_trustee(
    round_: VerifiedRound, openings: tuple[OpenedShares, ...]
) -> dict[int, dict[bytes, Secret]]:
    if any(o.round_id != round_.round_id for o in openings):
        raise MismatchError("an opening belongs to another round")
    shares = {o.trustee: o.shares() for o in openings}
    if (last := max(shares, default=0)) > len(round_.terms.trustees):
        raise MismatchError(f"the round has no trustee {last}")
    if len(shares) != len(openings):
        raise MismatchError("one trustee gave two openings", hint="give the newer one only")
    if len(shares) < round_.terms.threshold:
        raise ThresholdError(
            f"{len(shares)} of {round_.terms.threshold} trustees have opened",
            hint="wait for more openings",
        )
    return shares


class Opened:
    """Cosignatures as they come out of their envelopes.

    Attributes:
        seen: identifiers of the envelopes.
        records: encoded cosignatures, their proofs not verified.
        bad_shares: as in :class:`Publication`.
        unreadable: envelopes that gave none.
    """

    def __init__(
        self, round_: VerifiedRound, by_trustee: Mapping[int, Mapping[bytes, Secret]]
    ) -> None:
        self.seen: set[bytes] = set()
        self.records: list[bytes] = []
        self.bad_shares: Counter[int] = Counter()
        self.unreadable = 0
        self._round, self._by_trustee = round_, by_trustee
        self._form = envelope_form(round_)
        self._subset: tuple[int, ...] = ()

    def take(self, envelope: Envelope) -> None:
        """Recover one envelope's cosignature, or count it as unreadable."""
        if envelope.round_id != self._round.round_id:
            raise MismatchError("an envelope belongs to another round")
        envelope_id = envelope.envelope_id
        if envelope_id in self.seen:
            return
        self.seen.add(envelope_id)
        shares = {
            number: opened[envelope_id]
            for number, opened in self._by_trustee.items()
            if envelope_id in opened
        }
        try:
            if envelope.form != self._form:
                raise MismatchError("an envelope is not in the form of its round")
            recovered = recover(envelope, shares, self._round.terms.threshold, self._subset)
        except CosignError:
            self.unreadable += 1
            return
        self._subset = recovered.subset
        self.bad_shares.update(recovered.bad_shares)
        self.records.append(recovered.cosignature.to_bytes())


Entry = tuple[tuple[bytes, bytes], Checked]
"""A valid record with its sort key."""


def valid_entries(
    round_: VerifiedRound, records: Iterable[bytes], executor: Executor | None = None
) -> list[Entry]:
    """Verify records and sort those that hold."""
    verifier = round_.membership_verifier()
    valid = [
        (sort_key(raw, checked.tag), checked)
        for raw, checked in check_records(records, verifier, round_.round_id, executor)
        # A tag is a point of the prime-order subgroup: then every implementation of
        # Ed25519, cofactored or not, agrees on its signatures (docs/adr/0009).
        if checked is not None and ed25519.is_public_key(checked.tag)
    ]
    return sorted(valid, key=lambda entry: entry[0])


def _keep(
    round_: VerifiedRound, records: list[bytes], executor: Executor | None
) -> tuple[list[bytes], Tally]:
    """Verify, sort, count everything, and choose what is published."""
    valid = valid_entries(round_, records, executor)
    kept: list[bytes] = []
    tally = Tally()
    for _tag, entries in groupby(valid, key=lambda entry: entry[1].tag):
        member = list(entries)
        for _key, checked in member:
            tally.add(checked)
        kept += _choose(member)
    tally.finish()
    return kept, tally


def _choose(member: list[Entry]) -> list[bytes]:
    """Choose one member's record, two that contradict, or none after a withdrawal."""
    if any(checked.action == "withdraw" for _key, checked in member):
        return []
    first_by_text: dict[str, bytes] = {}
    for (_tag, raw), checked in member:
        first_by_text.setdefault(checked.statement, raw)
    return list(first_by_text.values())[:2]
