"""Adding withdrawals and names to a published letter (docs/spec.md, "Appending").

The new file has the header and the records of the old one, and the withdrawals between
them, in order. Where a member added a name, the record with the name is in the place of
the one without. A reader who has both files sees that nothing else changed. Both come in
envelopes that trustees open, like cosignatures.

Not protected: copies of the old file stay where they are, and an organizer can refuse to
append. A member notices that with ``check``.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import NamedTuple

from cosign.errors import MismatchError
from cosign.primitives.progress import Progress, no_progress
from cosign.records.envelope import Envelope, OpenedShares
from cosign.records.published import PublishedReader
from cosign.records.round import VerifiedRound, verify_round
from cosign.roles.organizer.entries import Entry, by_member
from cosign.roles.organizer.envelopes import GapCheck, accept_gaps, open_envelopes
from cosign.roles.organizer.late_names import (
    CONTRADICTING,
    NameLeftOut,
    side_by_side,
    why_left_out,
)
from cosign.roles.organizer.openings import OwnKey
from cosign.roles.organizer.publishing import PROGRESS_STEP, UnsignedLetter
from cosign.roles.shared.counting import Tally
from cosign.roles.shared.sorting import Sorter, Spool
from cosign.roles.verifier.letter import read_valid


@dataclass(frozen=True, slots=True)
class Addition(UnsignedLetter):
    """A published letter with further withdrawals and names.

    Attributes:
        header: of the old file, unchanged.
        chosen: as in :class:`~cosign.roles.organizer.publishing.UnsignedLetter`.
        withdrawn: the number of members whose cosignatures were withdrawn now.
        named: the number of members who added their name now.
        ignored: the number of envelopes with anything else than a withdrawal of a
            cosignature that counted, or a name for one.
        names_left_out: the number of members whose late names do not fit the file, by why.
        unreadable: the number of envelopes that could not be opened.
        cosigners: the number of distinct members that remain.
        bad_shares: as in :class:`~cosign.roles.organizer.publishing.Publication`.
    """

    withdrawn: int
    named: int
    ignored: int
    names_left_out: Mapping[NameLeftOut, int]
    unreadable: int
    cosigners: int
    bad_shares: dict[int, int]


def append_withdrawals(  # noqa: PLR0913  # four say where it works and whom it tells
    round_: VerifiedRound,
    reader: PublishedReader,
    envelopes: Iterable[Envelope],
    openings: Iterable[OpenedShares | OwnKey],
    minute: int,
    executor: Executor | None = None,
    *,
    spool: Spool | None = None,
    check_gaps: GapCheck = accept_gaps,
    progress: Progress = no_progress,
) -> Addition:
    """Verify a published letter and further envelopes, and add withdrawals and names.

    Only cosignatures that the file has can be withdrawn, or get a name, and this only with
    the statement that they have there. Envelopes with anything else, such as late
    cosignatures, are ignored.

    Args:
        round_: of the file, verified.
        reader: of the old file, at its first record.
        envelopes: of this round, sealed after publication; older ones do no harm.
        openings: of these envelopes, by at least as many trustees as the threshold.
        minute: now, in minutes since 1970.
        executor: where envelopes are opened and proofs verified; in this thread if None. Its
            workers are told shares.
        spool: where records are kept while they are sorted, open until the chunks are
            written; in memory if None.
        check_gaps: called with what the openings lack, once all envelopes are read.
        progress: called with the number of records of the old file that were verified and
            about how many there are, before envelopes are read.

    Raises:
        MismatchError: the file is of another round; an envelope or opening of another
            round; two openings by one trustee.
        MalformedError: the old file is cut or damaged.
        VerificationError: the old file is not valid.
        ThresholdError: fewer openings than the threshold.
        WindowError: the round has not closed.
        TypeError: an executor of other machines.
    """
    if reader.header.round.terms.round_id != round_.round_id:
        raise MismatchError(
            "the published letter is of another round", hint="give both files of one round"
        )
    round_.check_closed(minute)
    verify_round(reader.header.round)
    held = _read_held(reader, round_, Sorter(spool), executor, progress)
    opened = open_envelopes(
        round_,
        envelopes,
        openings,
        Sorter(spool),
        executor,
        check_gaps=check_gaps,
        only_later=True,
        progress=progress,
    )
    merged = _Merged(held, opened.entries)
    counts = merged.count()
    return Addition(
        reader.header,
        merged,
        counts.withdrawn,
        counts.named,
        opened.envelopes - opened.unreadable - counts.withdrawn - counts.named,
        counts.names_left_out,
        opened.unreadable,
        counts.cosigners,
        opened.bad_shares,
    )


def _read_held(
    reader: PublishedReader,
    round_: VerifiedRound,
    held: Sorter,
    executor: Executor | None,
    progress: Progress,
) -> Sorter:
    """Verify the records of the old file, and add an entry of each to what is held."""
    for number, record in enumerate(read_valid(reader, round_, executor, progress)):
        held.add([Entry(*record).pack()])
        if number % PROGRESS_STEP == 0:
            progress(number, max(number, reader.header.opening.received))
    return held


@dataclass(frozen=True, slots=True)
class _Merged:
    """The records of the new file, ascending.

    Attributes:
        held: entries of the old file.
        later: withdrawals, and cosignatures with a name, of the envelopes.
    """

    held: Sorter
    later: Sorter

    def __iter__(self) -> Iterator[bytes]:
        return (entry.raw for entry, _fresh in self.entries())

    def count(self) -> "_Counts":
        """Count what is new and what remains, and the names that are left out."""
        tally = Tally(keep_statements=False)
        withdrawn = named = 0
        left_out: Counter[NameLeftOut] = Counter()
        for entry, fresh in self.entries(left_out):
            withdrawn += fresh and entry.checked.action == "withdraw"
            named += fresh and entry.checked.name is not None
            tally.add(entry.checked)
        tally.finish()
        return _Counts(withdrawn, named, left_out, tally.cosigners)

    def entries(self, left_out: Counter[NameLeftOut] | None = None) -> Iterator[tuple[Entry, bool]]:
        """Yield each entry of the new file, and whether it is new; count the names left out."""
        for member, late in side_by_side(by_member(self.held), by_member(self.later)):
            reason = why_left_out(member, late)
            if reason and left_out is not None:
                left_out[reason] += 1
            yield from _merge(member, None if reason or late == CONTRADICTING else late)


class _Counts(NamedTuple):
    """How many members withdrew now, named themselves now, did so in vain, and remain."""

    withdrawn: int
    named: int
    names_left_out: Mapping[NameLeftOut, int]
    cosigners: int


def _merge(member: list[Entry], fresh: Entry | None) -> list[tuple[Entry, bool]]:
    """Return one member's records in the new file, and which of them is new.

    Args:
        member: the records in the old file; a withdrawal of nothing adds nothing.
        fresh: a withdrawal, or a name that fits; None for neither.
    """
    held = [(entry, False) for entry in member]
    if fresh is None or not member or any(e.checked.action == "withdraw" for e in member):
        return held
    if fresh.checked.action == "withdraw":
        return sorted([*held, (fresh, True)], key=lambda pair: pair[0].raw)
    return [(fresh, True)]
