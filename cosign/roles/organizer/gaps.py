"""Envelopes that openings lack, although the organizer has them (docs/spec.md, "Opening").

Trustees who were given another folder of envelopes, or opened before the last one came,
have no shares of the others.

Not protected: an envelope that no trustee opened can be junk, which anybody can send.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from cosign.errors import MismatchError
from cosign.records.envelope import Envelope, OpenedShares, Shares
from cosign.secret import Secret

_BITS: Final = 8


class Gaps(NamedTuple):
    """Envelopes that the organizer has, and openings lack.

    Attributes:
        unopened: envelopes of which no opening has a share.
        missing: by trustee number, from 1, how many of the other envelopes its opening
            lacks; trustees whose opening lacks none are not listed.
    """

    unopened: int
    missing: dict[int, int]


class ShareIndex:
    """Finds the shares of an envelope in several openings, and takes each envelope once.

    An opening names its envelopes, so one bit each shows whether it was taken. Only the
    identifiers of envelopes that no opening names are kept.

    Args:
        openings: of trustees, one of each.
    """

    def __init__(self, openings: Iterable[OpenedShares]) -> None:
        self._by_trustee: dict[int, Shares] = {o.trustee: o.shares() for o in openings}
        self._taken = {
            number: bytearray(len(shares) // _BITS + 1)
            for number, shares in self._by_trustee.items()
        }
        self._unopened: set[bytes] = set()
        self._openers: Counter[tuple[int, ...]] = Counter()

    def take(self, envelope_id: bytes) -> Mapping[int, Secret] | None:
        """Return an envelope's shares by trustee number; None if it was taken before."""
        places = self._places(envelope_id)
        if self._was_taken(envelope_id, places):
            return None
        self._openers[tuple(places)] += 1
        return {number: self._by_trustee[number].share(at) for number, at in places.items()}

    @property
    def taken(self) -> int:
        """The number of different envelopes that were taken."""
        return self._openers.total()

    def gaps(self) -> Gaps:
        """Compare the envelopes that were taken with the openings.

        Raises:
            MismatchError: the openings have no share of any of them.
        """
        unopened = self._openers[()]
        if not self._by_trustee:
            return Gaps(0, {})
        if unopened and unopened == self.taken:
            raise MismatchError(
                "the trustees' openings have shares of none of these envelopes",
                hint="ask for openings that were made from the same folder",
            )
        opened = self.taken - unopened
        missing = {
            number: opened - sum(c for had, c in self._openers.items() if number in had)
            for number in self._by_trustee
        }
        return Gaps(unopened, {number: count for number, count in missing.items() if count})

    def _places(self, envelope_id: bytes) -> dict[int, int]:
        """Return the number of the envelope's entry in each opening that has one."""
        found: dict[int, int] = {}
        guess = 0
        for number, shares in self._by_trustee.items():
            if (place := shares.place(envelope_id, guess)) is not None:
                found[number] = guess = place
        return found

    def _was_taken(self, envelope_id: bytes, places: Mapping[int, int]) -> bool:
        """Return whether this is not the first time, and note it."""
        if not places:
            known = envelope_id in self._unopened
            self._unopened.add(envelope_id)
            return known
        number, place = next(iter(places.items()))
        byte, bit = divmod(place, _BITS)
        known = bool(self._taken[number][byte] >> bit & 1)
        self._taken[number][byte] |= 1 << bit
        return known


def find_gaps(envelopes: Iterable[Envelope], openings: Iterable[OpenedShares]) -> Gaps:
    """Compare the organizer's envelopes with those that trustees opened.

    Args:
        envelopes: of the round, all that the organizer has.
        openings: of its trustees, one of each.

    Raises:
        MismatchError: the openings have no share of any of the envelopes.
    """
    index = ShareIndex(openings)
    for envelope in envelopes:
        index.take(envelope.envelope_id)
    return index.gaps()
