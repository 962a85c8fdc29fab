"""Opening envelopes and verifying the cosignatures in them (docs/spec.md, "Publishing").

Each cosignature is decoded and verified once, and its exact bytes are kept. With an
executor, workers verify while this process decrypts.

Not protected: the organizer, with the shares of t trustees, sees which envelope holds
which cosignature.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import NamedTuple

from cosign.errors import CosignError, MismatchError, ThresholdError
from cosign.records.envelope import Envelope, OpenedShares
from cosign.records.published import sort_key
from cosign.records.round import VerifiedRound
from cosign.roles.shared.counting import Checked, Checks, Fault, check_records
from cosign.roles.shared.sealing import envelope_form, recover
from cosign.secret import Secret
from cosign.words import counted, have


class Entry(NamedTuple):
    """A valid cosignature or withdrawal.

    Attributes:
        raw: its exact bytes.
        checked: its content.
    """

    raw: bytes
    checked: Checked

    @property
    def key(self) -> tuple[bytes, bytes]:
        """The key by which the records of a published letter are sorted."""
        return sort_key(self.raw, self.checked.tag)


@dataclass(frozen=True, slots=True)
class Opened:
    """The content of a round's envelopes.

    Attributes:
        entries: the valid cosignatures and withdrawals, sorted.
        envelopes: the number of distinct envelopes.
        unreadable: the number of envelopes that the shares do not decrypt, or that do not
            contain a well-formed cosignature.
        invalid: the number of cosignatures whose proof is not valid, or whose tag is not a
            point of prime order.
        bad_shares: by trustee number, how many of its shares do not fit the others.
    """

    entries: list[Entry]
    envelopes: int
    unreadable: int
    invalid: int
    bad_shares: dict[int, int]


def open_envelopes(
    round_: VerifiedRound,
    envelopes: Iterable[Envelope],
    openings: tuple[OpenedShares, ...],
    minute: int,
    executor: Executor | None = None,
) -> Opened:
    """Open envelopes and verify their cosignatures.

    Args:
        round_: verified.
        envelopes: of this round; identical ones count once.
        openings: of at least t trustees.
        minute: now, in minutes since 1970.
        executor: where proofs are verified; in this thread if None.

    Raises:
        WindowError: the round has not closed.
        ThresholdError: fewer openings than the threshold.
        MismatchError: an envelope or opening of another round, or two by one trustee.
    """
    round_.check_closed(minute)
    opener = _Opener(round_, _shares_by_trustee(round_, openings))
    checks = Checks(round_.membership_verifier(executor), round_.round_id, for_publication=True)
    entries: list[Entry] = []
    faults: Counter[Fault] = Counter()
    for raw, answer in check_records(opener.records(envelopes), checks, executor):
        if isinstance(answer, Fault):
            faults[answer] += 1
        else:
            entries.append(Entry(raw, answer))
    malformed = faults.pop(Fault.MALFORMED, 0)
    return Opened(
        sorted(entries, key=lambda entry: entry.key),
        len(opener.seen),
        opener.unreadable + malformed,
        faults.total(),
        dict(opener.bad_shares),
    )


def _shares_by_trustee(
    round_: VerifiedRound, openings: tuple[OpenedShares, ...]
) -> dict[int, Mapping[bytes, Secret]]:
    if any(o.round_id != round_.round_id for o in openings):
        raise MismatchError("an opening belongs to another round")
    shares = {o.trustee: o.shares() for o in openings}
    if (last := max(shares, default=0)) > len(round_.terms.trustees):
        raise MismatchError(f"the round has no trustee {last}")
    if len(shares) != len(openings):
        raise MismatchError("one trustee gave two openings", hint="give the newer one only")
    if len(shares) < round_.terms.threshold:
        opened, needed = len(shares), round_.terms.threshold
        raise ThresholdError(
            f"{counted(opened, 'trustee')} {have(opened)} opened, and {needed} {have(needed)} to",
            hint="wait for more openings",
        )
    return shares


class _Opener:
    """Decrypts envelopes one by one and counts those that it cannot decrypt.

    Attributes:
        seen: the envelope_id of each envelope so far.
        bad_shares: as in :class:`Opened`.
        unreadable: the number of envelopes that the shares do not decrypt.
    """

    def __init__(
        self, round_: VerifiedRound, by_trustee: Mapping[int, Mapping[bytes, Secret]]
    ) -> None:
        self.seen: set[bytes] = set()
        self.bad_shares: Counter[int] = Counter()
        self.unreadable = 0
        self._round, self._by_trustee = round_, by_trustee
        self._form = envelope_form(round_)
        self._subset: tuple[int, ...] = ()

    def records(self, envelopes: Iterable[Envelope]) -> Iterator[bytes]:
        """Yield the decrypted content of each envelope: a cosignature if its signer is honest."""
        for envelope in envelopes:
            if envelope.round_id != self._round.round_id:
                raise MismatchError("an envelope belongs to another round")
            envelope_id = envelope.envelope_id
            if envelope_id in self.seen:
                continue
            self.seen.add(envelope_id)
            try:
                raw = self._open(envelope, envelope_id)
            except CosignError:
                self.unreadable += 1
            else:
                yield raw

    def _open(self, envelope: Envelope, envelope_id: bytes) -> bytes:
        if envelope.form != self._form:
            raise MismatchError("an envelope is not in the form of its round")
        shares = {
            number: share
            for number, opened in self._by_trustee.items()
            if (share := opened.get(envelope_id)) is not None
        }
        recovered = recover(envelope, shares, self._round.terms.threshold, self._subset)
        self._subset = recovered.subset
        for number in recovered.bad_shares:
            self.bad_shares[number] += 1
        return recovered.record
