"""Adding withdrawals to a published letter (docs/spec.md, "Appending withdrawals").

The new file has the header and every record of the old one, and the withdrawals between
them, in order. A reader who has both files sees that nothing else changed. Withdrawals
come in envelopes that trustees open, like cosignatures.

Not protected: copies of the old file stay where they are, and an organizer can refuse to
append. A member notices that with ``check``.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass

from cosign.errors import MismatchError
from cosign.primitives import ed25519
from cosign.records.envelope import Envelope, OpenedShares
from cosign.records.published import (
    PublishedHeader,
    PublishedReader,
    write_published,
)
from cosign.records.round import VerifiedRound, verify_round
from cosign.roles.organizer.envelopes import Entry, Opened, open_envelopes
from cosign.roles.shared.counting import Tally
from cosign.roles.verifier.letter import read_valid


@dataclass(frozen=True, slots=True)
class Addition:
    """A published letter with further withdrawals.

    Attributes:
        header: of the old file, unchanged.
        records: encoded, ascending: those of the old file and the new withdrawals.
        withdrawn: the number of members whose cosignatures were withdrawn now.
        ignored: the number of envelopes with anything else than a withdrawal of a
            cosignature that counted.
        unreadable: the number of envelopes that could not be opened.
        cosigners: the number of distinct members that remain.
        bad_shares: as in :class:`~cosign.roles.organizer.publishing.Publication`.
    """

    header: PublishedHeader
    records: tuple[bytes, ...]
    withdrawn: int
    ignored: int
    unreadable: int
    cosigners: int
    bad_shares: dict[int, int]

    def chunks(self, organizer: ed25519.SigningKey) -> Iterator[bytes]:
        """Yield the bytes of the new file, signed by the round's organizer."""
        return write_published(self.header, self.records, organizer)


def append_withdrawals(
    round_: VerifiedRound,
    reader: PublishedReader,
    envelopes: Iterable[Envelope],
    openings: tuple[OpenedShares, ...],
    minute: int,
    executor: Executor | None = None,
) -> Addition:
    """Verify a published letter and further envelopes, and add the valid withdrawals.

    Only cosignatures that the file has can be withdrawn. Envelopes with anything else,
    such as late cosignatures, are ignored.

    Args:
        round_: of the file, verified.
        reader: of the old file, at its first record.
        envelopes: of this round, sealed after publication; older ones do no harm.
        openings: of these envelopes, by at least as many trustees as the threshold.
        minute: now, in minutes since 1970.
        executor: where proofs are verified; in this thread if None.

    Raises:
        MismatchError: the file is of another round; an envelope or opening of another
            round; two openings by one trustee.
        MalformedError: the old file is cut or damaged.
        VerificationError: the old file is not valid.
        ThresholdError: fewer openings than the threshold.
        WindowError: the round has not closed.
    """
    if reader.header.round.terms.round_id != round_.round_id:
        raise MismatchError(
            "the published letter is of another round", hint="give both files of one round"
        )
    verify_round(reader.header.round)
    held = [Entry(raw, checked) for raw, checked in read_valid(reader, round_, executor)]
    opened = open_envelopes(round_, envelopes, openings, minute, executor)
    fresh = _fresh(held, opened.entries)
    entries = sorted([*held, *fresh], key=lambda entry: entry.key)
    return _merge(reader.header, entries, fresh, opened)


def _fresh(held: list[Entry], entries: list[Entry]) -> list[Entry]:
    """Choose the first withdrawal of each tag whose cosignature still counts."""
    withdrawn = {checked.tag for _raw, checked in held if checked.action == "withdraw"}
    counting = {checked.tag for _raw, checked in held} - withdrawn
    fresh: dict[bytes, Entry] = {}
    for entry in entries:
        checked = entry.checked
        if checked.action == "withdraw" and checked.tag in counting:
            fresh.setdefault(checked.tag, entry)
    return list(fresh.values())


def _merge(
    header: PublishedHeader, entries: list[Entry], fresh: list[Entry], opened: Opened
) -> Addition:
    tally = Tally()
    for entry in entries:
        tally.add(entry.checked)
    tally.finish()
    return Addition(
        header,
        tuple(entry.raw for entry in entries),
        len(fresh),
        opened.envelopes - opened.unreadable - len(fresh),
        opened.unreadable,
        tally.cosigners,
        opened.bad_shares,
    )
