"""The organizer's last step: from envelopes to one file for the world (docs/spec.md, "Publishing").

Every proof is verified. Of members who withdrew only the number is published; a member
who cosigned twice counts once.

Not protected: the opening summary is the organizer's word. A verifier cannot see
envelopes that were never opened.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from itertools import groupby

from cosign.errors import MismatchError, QuorumError
from cosign.primitives import ed25519
from cosign.records.envelope import Envelope, OpenedShares
from cosign.records.groups.statements import EnrolmentStatement, Statements
from cosign.records.published import OpeningSummary, PublishedHeader, write_published
from cosign.records.round import VerifiedRound, verify_round
from cosign.roles.organizer.envelopes import Entry, open_envelopes
from cosign.roles.shared.counting import Tally


@dataclass(frozen=True, slots=True)
class Publication:
    """What is published, and what only the organizer learns.

    Attributes:
        header: round and opening summary.
        records: encoded cosignatures, ascending.
        cosigners: the number of distinct members.
        bad_shares: by trustee number, from 1, how many of its shares do not fit the others.
            A signer who made a bad envelope causes one such share, a trustee who lies many.
    """

    header: PublishedHeader
    records: tuple[bytes, ...]
    cosigners: int
    bad_shares: dict[int, int]

    def chunks(self, organizer: ed25519.SigningKey) -> Iterator[bytes]:
        """Yield the bytes of the file, signed by the round's organizer."""
        return write_published(self.header, self.records, organizer)


def merge_statements(round_: VerifiedRound, statements: Statements) -> VerifiedRound:
    """Return the round with further enrolment statements.

    Args:
        round_: verified.
        statements: of its group's registrars; the round may have some of them already.

    Raises:
        MismatchError: a statement of another group, or one that contradicts another.
        VerificationError: a statement is not signed by its registrar.
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
    """Open envelopes, verify and sort the cosignatures, and count each member once.

    The caller writes :meth:`Publication.chunks` into a file.

    Args:
        round_: verified, with every enrolment statement.
        envelopes: of this round; byte-identical ones count once.
        openings: of at least as many trustees as the threshold, one of each.
        minute: now, in minutes since 1970.
        executor: where proofs are verified, such as a ``ProcessPoolExecutor``; in this
            thread if None.

    Raises:
        WindowError: the round has not closed.
        ThresholdError: fewer openings than the threshold.
        MismatchError: an envelope or opening of another round, or two by one trustee.
        QuorumError: fewer cosigners than the round's quorum.
        VerificationError: a registrar certified more keys than its enrolment statement
            says. Every verifier would refuse the file.
    """
    opened = open_envelopes(round_, envelopes, openings, minute, executor)
    kept, tally = _keep(opened.entries)
    round_.membership.check_counts(tally.by_registrar)
    if tally.cosigners < round_.terms.quorum:
        raise QuorumError(
            f"{tally.cosigners} cosigned, the quorum is {round_.terms.quorum}",
            hint="nothing was published; only you know how many signed",
        )
    summary = OpeningSummary(
        opened.envelopes, opened.unreadable, opened.invalid, tally.duplicates, tally.withdrawn
    )
    header = PublishedHeader(round_.round, summary)
    return Publication(header, tuple(kept), tally.cosigners, opened.bad_shares)


def _keep(entries: list[Entry]) -> tuple[list[bytes], Tally]:
    """Count every entry, and choose the records that are published."""
    kept: list[bytes] = []
    tally = Tally()
    for _tag, of_one in groupby(entries, key=lambda entry: entry.checked.tag):
        member = list(of_one)
        for entry in member:
            tally.add(entry.checked)
        kept += _choose(member)
    tally.finish()
    return kept, tally


def _choose(member: list[Entry]) -> list[bytes]:
    """Choose one member's record, two that contradict, or none after a withdrawal."""
    if any(entry.checked.action == "withdraw" for entry in member):
        return []
    first_by_text: dict[str, bytes] = {}
    for raw, checked in member:
        first_by_text.setdefault(checked.statement, raw)
    return list(first_by_text.values())[:2]
