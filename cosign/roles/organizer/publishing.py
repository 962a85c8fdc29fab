"""The organizer's last step: from envelopes to the published file (docs/spec.md, "Publishing").

Every proof is verified. Of the members who withdrew only their number is published; a member
who cosigned twice counts once.

Not protected: the opening summary is the organizer's word. A verifier cannot see
envelopes that were never opened.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from typing import Final

from cosign.errors import MismatchError, QuorumError
from cosign.primitives import ed25519
from cosign.primitives.progress import Progress, no_progress
from cosign.records.envelope import Envelope, OpenedShares
from cosign.records.groups.statements import EnrolmentStatement, Statements
from cosign.records.open_cosignature import PublicName
from cosign.records.published import OpeningSummary, PublishedHeader, write_published
from cosign.records.round import VerifiedRound, verify_round
from cosign.roles.organizer.entries import Entry, by_member
from cosign.roles.organizer.envelopes import GapCheck, accept_gaps, open_envelopes
from cosign.roles.organizer.openings import OwnKey
from cosign.roles.shared.counting import Tally
from cosign.roles.shared.sorting import Sorter, Spool

PROGRESS_STEP: Final = 1_000
"""Records between two calls that tell the progress."""

_CONTRADICTING: Final = 2
"""Records of one member that show that they contradict each other."""


@dataclass(frozen=True, slots=True)
class UnsignedLetter:
    """A published letter that its organizer has not signed yet.

    Attributes:
        header: round and opening summary.
        chosen: encoded cosignatures, ascending; iterated as often as needed.
    """

    header: PublishedHeader
    chosen: Iterable[bytes] = field(compare=False, repr=False)

    @property
    def records(self) -> tuple[bytes, ...]:
        """All of ``chosen``, in memory."""
        return tuple(self.chosen)

    def chunks(self, organizer: ed25519.SigningKey) -> Iterator[bytes]:
        """Yield the bytes of the file, signed by the round's organizer.

        Raises:
            ValueError: ``organizer`` is not the round's.
        """
        return write_published(self.header, self.chosen, organizer)


@dataclass(frozen=True, slots=True)
class Publication(UnsignedLetter):
    """What is published, and what only the organizer learns.

    Attributes:
        header, chosen: as in :class:`UnsignedLetter`.
        cosigners: the number of distinct members.
        bad_shares: by trustee number, from 1, how many of its shares do not fit the others.
            A signer who made a bad envelope causes one such share, a trustee who lies many.
    """

    cosigners: int
    bad_shares: dict[int, int]


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
        if merged.setdefault(statement.registrar, statement).admitted != statement.admitted:
            raise MismatchError(
                f"registrar {statement.registrar + 1} made two enrolment statements that differ",
                hint="ask the registrar which one is true; both are signed, so keep them",
            )
    ordered = tuple(merged[number] for number in sorted(merged))
    # A draft, which type checkers alone keep out, is verified and so refused.
    if ordered == round_.statements and isinstance(round_, VerifiedRound):
        return round_
    return verify_round(replace(round_.round, statements=ordered))


def publish(
    round_: VerifiedRound,
    envelopes: Iterable[Envelope],
    openings: Iterable[OpenedShares | OwnKey],
    minute: int,
    executor: Executor | None = None,
    *,
    spool: Spool | None = None,
    check_gaps: GapCheck = accept_gaps,
    progress: Progress = no_progress,
) -> Publication:
    """Open envelopes, verify and sort the cosignatures, and count each member once.

    The caller writes :meth:`Publication.chunks` into a file.

    Args:
        round_: verified, with every enrolment statement.
        envelopes: of this round, read once and not held; byte-identical ones count once.
        openings: of at least as many trustees as the threshold, one of each.
        minute: now, in minutes since 1970.
        executor: where envelopes are opened and proofs verified, such as a
            ``ProcessPoolExecutor``; in this thread if None. Its workers are told shares.
        spool: where cosignatures are kept while they are sorted, such as
            :class:`cosign.stores.spool.Spool`, open until the chunks are written; in memory
            if None.
        check_gaps: called with what the openings lack, once all envelopes are read.
        progress: called with the number of cosignatures counted and of all, once all
            envelopes are open.

    Raises:
        WindowError: the round has not closed.
        ThresholdError: fewer openings than the threshold.
        MismatchError: an envelope or opening of another round, or two by one trustee.
        QuorumError: fewer cosigners than the round's quorum.
        VerificationError: a registrar certified more keys than its enrolment statement
            says. Every verifier would refuse the file.
        TypeError: an executor of other machines.
    """
    round_.check_closed(minute)
    opened = open_envelopes(
        round_,
        envelopes,
        openings,
        Sorter(spool),
        executor,
        check_gaps=check_gaps,
        progress=progress,
    )
    tally, published = _count(opened.entries, progress)
    round_.membership.check_counts(published.by_registrar)
    if published.cosigners < round_.terms.quorum:
        raise QuorumError(
            f"{published.cosigners} cosigned, the quorum is {round_.terms.quorum}",
            hint="nothing was published; only you know how many signed",
        )
    summary = OpeningSummary(
        opened.envelopes, opened.unreadable, opened.invalid, tally.duplicates, tally.withdrawn
    )
    header = PublishedHeader(round_.round, summary)
    chosen = ChosenRecords(opened.entries)
    return Publication(header, chosen, published.cosigners, opened.bad_shares)


def _count(entries: Sorter, progress: Progress) -> tuple[Tally, Tally]:
    """Count all records, and those that are published, as every verifier will count them.

    A record with a name can name other registrars than the one without it that it is chosen
    before.
    """
    tally, published = Tally(keep_statements=False), Tally(keep_statements=False)

    def counted(member: Iterable[Entry]) -> Iterator[Entry]:
        for entry in member:
            tally.add(entry.checked)
            if tally.records % PROGRESS_STEP == 0:
                progress(tally.records, len(entries))
            yield entry

    for _tag, member in by_member(entries):
        for chosen in _choose(counted(member)):
            published.add(chosen.checked)
    tally.finish()
    published.finish()
    return tally, published


@dataclass(frozen=True, slots=True)
class ChosenRecords:
    """The records that are published, ascending; chosen again each time they are iterated.

    Attributes:
        entries: all valid cosignatures and withdrawals.
    """

    entries: Sorter

    def __iter__(self) -> Iterator[bytes]:
        for _tag, member in by_member(self.entries):
            yield from (chosen.raw for chosen in _choose(member))


def _choose(member: Iterable[Entry]) -> list[Entry]:
    """Choose one member's record, two that contradict, or none after a withdrawal.

    All records are taken, also behind a withdrawal. A record with a name is chosen before one
    without; of two that contradict each other in their statements, none has a name if there is
    a choice.
    """
    by_statement: dict[str, Entry] = {}
    by_name: dict[PublicName, Entry] = {}
    withdrawn = False
    for entry in member:
        checked = entry.checked
        withdrawn |= checked.action == "withdraw"
        if len(by_statement) < _CONTRADICTING:
            by_statement.setdefault(checked.statement, entry)
        if checked.name and len(by_name) < _CONTRADICTING:
            by_name.setdefault(checked.name, entry)
    if withdrawn:
        return []
    if len(by_statement) == _CONTRADICTING:
        return list(by_statement.values())
    return list((by_name or by_statement).values())
