"""Opening envelopes and verifying the cosignatures in them (docs/spec.md, "Publishing").

Envelopes are read one by one and never held: of each this process finds the shares, and
workers decrypt it and verify the cosignature. What is valid is sorted
(:mod:`cosign.roles.shared.sorting`), so memory grows by one bit for each envelope, beside the
openings (docs/adr/0057).

Not protected: the organizer, with the shares of t trustees, sees which envelope holds
which cosignature. Workers are told these shares, so they have to be processes of this machine.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import NamedTuple

from cosign.errors import CosignError, MismatchError, ThresholdError
from cosign.primitives import hpke
from cosign.primitives.parallel import batches, check_local, run
from cosign.primitives.progress import Progress, no_progress
from cosign.records.envelope import SHARE_BYTES, Envelope, OpenedShares, SealedContent
from cosign.records.round import VerifiedRound
from cosign.roles.organizer.entries import Entry
from cosign.roles.organizer.gaps import Gaps, ShareIndex
from cosign.roles.organizer.openings import OwnKey
from cosign.roles.shared.counting import Checked, Checks, Fault
from cosign.roles.shared.sealing import envelope_form, open_share, recover
from cosign.roles.shared.sorting import Sorter
from cosign.secret import PipedSecret, Secret
from cosign.words import counted, have

GapCheck = Callable[[Gaps], None]
"""Called once all envelopes are read; raises an error to stop, before anything is published."""


def accept_gaps(_gaps: Gaps) -> None:
    """Accept openings, whatever envelopes they lack."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The content of a round's envelopes.

    Attributes:
        entries: the valid cosignatures and withdrawals, packed; sorted as they are iterated.
        envelopes: the number of distinct envelopes.
        unreadable: the number of envelopes that the shares do not decrypt, or that do not
            contain a well-formed cosignature.
        invalid: the number of cosignatures whose proof or name is not valid, or whose tag is
            not a point of prime order.
        bad_shares: by trustee number, how many of its shares do not fit the others.
    """

    entries: Sorter
    envelopes: int
    unreadable: int
    invalid: int
    bad_shares: dict[int, int]


def open_envelopes(
    round_: VerifiedRound,
    envelopes: Iterable[Envelope],
    openings: Iterable[OpenedShares | OwnKey],
    entries: Sorter,
    executor: Executor | None = None,
    *,
    check_gaps: GapCheck = accept_gaps,
    only_later: bool = False,
    progress: Progress = no_progress,
) -> Opened:
    """Open envelopes and verify their cosignatures.

    Args:
        round_: verified, and closed.
        envelopes: of this round; identical ones count once.
        openings: of at least t trustees.
        entries: where valid cosignatures go.
        executor: where envelopes are opened and proofs verified, such as a
            ``ProcessPoolExecutor``; in this thread if None.
        check_gaps: called with what the openings lack, once all envelopes are read.
        only_later: only what can be added to a published letter is wanted: withdrawals, and
            cosignatures with a name.
        progress: told how many keys of a large roster are done, where that is done here.

    Raises:
        ThresholdError: fewer openings than the threshold.
        MismatchError: an envelope or opening of another round, or two by one trustee.
        TypeError: an executor of other machines.
    """
    check_local(executor)
    opener = _Opener(round_, tuple(openings), check_gaps)
    checks = Checks(
        round_.membership_verifier(executor, progress), round_.round_id, for_publication=True
    )
    own = opener.own.trustee if opener.own else 0
    job = _Job(round_.terms.threshold, own, checks, only_later)
    unreadable = invalid = 0
    bad_shares: Counter[int] = Counter()
    for outcome in _outcomes(job, opener, envelopes, executor, progress):
        entries.add(outcome.entries)
        unreadable += outcome.unreadable
        invalid += outcome.invalid
        bad_shares.update(outcome.bad_shares)
    unreadable += opener.unreadable
    return Opened(entries, opener.index.taken, unreadable, invalid, dict(bad_shares))


def _outcomes(
    job: "_Job",
    opener: "_Opener",
    envelopes: Iterable[Envelope],
    executor: Executor | None,
    progress: Progress,
) -> Iterator["_Outcome"]:
    """Yield what becomes of each batch: by workers, or here if there are few envelopes."""
    verifier = job.checks.verifier
    items = opener.items(envelopes)
    chunks, worth = batches(items, verifier.batch_size, executor, verifier.share_from)
    tasks = map(opener.task, chunks)
    if worth:
        return run(_Job.run, tasks, worth, shared=job)
    return (job.run(*task, executor, progress) for task in tasks)


def _check_openings(round_: VerifiedRound, openings: tuple[OpenedShares | OwnKey, ...]) -> None:
    if any(o.round_id != round_.round_id for o in openings):
        raise MismatchError("an opening belongs to another round")
    trustees = {o.trustee for o in openings}
    if (last := max(trustees, default=0)) > len(round_.terms.trustees):
        raise MismatchError(f"the round has no trustee {last}")
    if len(trustees) != len(openings):
        raise MismatchError("one trustee gave two openings", hint="give the newer one only")
    if len(trustees) < round_.terms.threshold:
        opened, needed = len(trustees), round_.terms.threshold
        raise ThresholdError(
            f"{counted(opened, 'trustee')} {have(opened)} opened, and {needed} {have(needed)} to",
            hint="wait for more openings",
        )


class _Item(NamedTuple):
    """An envelope that may be readable.

    Attributes:
        content: what is decrypted.
        shares: of trustees, by number.
        sealed: the organizer's own share, if the organizer is a trustee.
    """

    content: SealedContent
    shares: Mapping[int, Secret]
    sealed: bytes | None


class _Opener:
    """Finds the shares of envelopes, and counts those that are hopeless.

    Attributes:
        own: the organizer's own key, if it is a trustee.
        index: of the openings.
        unreadable: the number of envelopes of another form than the round's, or with too
            few shares.
    """

    def __init__(
        self,
        round_: VerifiedRound,
        openings: tuple[OpenedShares | OwnKey, ...],
        check_gaps: GapCheck,
    ) -> None:
        _check_openings(round_, openings)
        self.own = next((o for o in openings if isinstance(o, OwnKey)), None)
        self.index = ShareIndex(o for o in openings if isinstance(o, OpenedShares))
        self.unreadable = 0
        self._round, self._check_gaps = round_, check_gaps
        self._form = envelope_form(round_)

    def items(self, envelopes: Iterable[Envelope]) -> Iterator[_Item]:
        """Yield each envelope that may be readable once."""
        needed = self._round.terms.threshold - bool(self.own)
        for envelope in envelopes:
            if envelope.round_id != self._round.round_id:
                raise MismatchError("an envelope belongs to another round")
            shares = self.index.take(envelope.envelope_id)
            if shares is None:
                continue
            if envelope.form == self._form and len(shares) >= needed:
                sealed = envelope.shares[self.own.trustee - 1] if self.own else None
                yield _Item(envelope.content, shares, sealed)
            else:
                self.unreadable += 1
        if self._check_gaps is not accept_gaps:  # which takes openings of no envelope, too
            self._check_gaps(self.index.gaps())

    def task(self, items: list[_Item]) -> "_Task":
        """Return what a worker is told of some envelopes."""
        seed = PipedSecret(self.own.seed.reveal()) if self.own else None
        shares = b"".join(share.reveal() for item in items for share in item.shares.values())
        told = [
            (content.commitment, content.ciphertext, tuple(held), sealed)
            for content, held, sealed in items
        ]
        return seed, PipedSecret(shares), told


_Told = tuple[bytes, bytes, tuple[int, ...], bytes | None]
"""What a worker is told of one envelope: commitment, ciphertext, the numbers of the trustees
whose shares are at hand, and the organizer's own sealed share."""

_Task = tuple[PipedSecret | None, PipedSecret, list[_Told]]
"""The organizer's seed if it is a trustee, all shares, and the envelopes."""


class _Outcome(NamedTuple):
    """What became of some envelopes; as in :class:`Opened`, with entries ascending."""

    entries: list[bytes]
    unreadable: int
    invalid: int
    bad_shares: dict[int, int]


def _is_later(checked: Checked) -> bool:
    """Return whether a record can be added to a published letter, if it fits there."""
    return checked.action == "withdraw" or checked.name is not None


@dataclass(frozen=True, slots=True)
class _Job:
    """What workers do with envelopes. It holds nothing secret.

    Attributes:
        threshold: t of the round.
        own: the organizer's number among the trustees; 0 if it is none.
        checks: how cosignatures are verified.
        only_later: as in :func:`open_envelopes`.
    """

    threshold: int
    own: int
    checks: Checks
    only_later: bool

    def run(
        self,
        seed: PipedSecret | None,
        shares: PipedSecret,
        told: list[_Told],
        executor: Executor | None = None,
        progress: Progress = no_progress,
    ) -> _Outcome:
        """Recover cosignatures, and verify them in one batch.

        Args:
            seed: of the organizer's key, if it is a trustee.
            shares: of all envelopes, one after another.
            told: the envelopes.
            executor: where what the proofs have in common is computed; in this thread if None.
            progress: told how much of that is done.
        """
        bad_shares: Counter[int] = Counter()
        raws = list(self._recovered(self._items(seed, shares, told), bad_shares))
        answers = self.checks.run(raws, executor, progress)
        valid = [
            Entry(raw, answer)
            for raw, answer in zip(raws, answers, strict=True)
            if not isinstance(answer, Fault)
        ]
        malformed = answers.count(Fault.MALFORMED)
        wanted = (e.pack() for e in valid if not self.only_later or _is_later(e.checked))
        return _Outcome(
            sorted(wanted),
            len(told) - len(raws) + malformed,
            len(raws) - len(valid) - malformed,
            dict(bad_shares),
        )

    def _recovered(self, items: Iterable[_Item], bad_shares: Counter[int]) -> Iterator[bytes]:
        """Yield what is in each item that the shares decrypt: an honest signer's cosignature."""
        subset: tuple[int, ...] = ()
        for item in items:
            try:
                recovered = recover(item.content, item.shares, self.threshold, subset)
            except CosignError:
                continue
            subset = recovered.subset
            bad_shares.update(recovered.bad_shares)
            yield recovered.record

    def _items(
        self, seed: PipedSecret | None, shares: PipedSecret, told: list[_Told]
    ) -> Iterator[_Item]:
        """Yield the envelopes, each with its shares and the organizer's own."""
        key = hpke.SealingSecretKey(seed) if seed else None
        place = 0
        round_id = self.checks.round_id
        for commitment, ciphertext, trustees, sealed in told:
            held = {}
            for trustee in trustees:
                held[trustee] = Secret(shares.reveal()[place : place + SHARE_BYTES])
                place += SHARE_BYTES
            if key and sealed:
                mine = open_share(key, round_id, self.own, sealed)
                held |= {self.own: mine} if mine else {}
            yield _Item(SealedContent(round_id, commitment, ciphertext), held, sealed)
