"""Openings as the organizer reads them: own and those of trustees (docs/spec.md, "Opening").

Not protected: a trustee can leave envelopes out of an opening, or put false shares
into it. With more openings than the threshold both show, and neither does harm.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from cosign.errors import CosignError, MismatchError
from cosign.primitives import hpke
from cosign.records.envelope import Envelope, OpenedShares, Opening
from cosign.records.round import VerifiedRound
from cosign.records.secrets import OrganizerSecrets
from cosign.roles.trustee import open_shares, opening_info


def read_opening(
    secrets: OrganizerSecrets, round_: VerifiedRound, opening: Opening
) -> OpenedShares:
    """Decrypt a trustee's opening.

    Args:
        secrets: the organizer's.
        round_: verified.
        opening: from a trustee of the round.

    Raises:
        MismatchError: of another round, or its inside says something else than its outside.
        VerificationError: not sealed to this organizer, or changed.
        MalformedError: its content is not what an honest trustee seals.
    """
    if opening.round_id != round_.round_id or opening.trustee > len(round_.terms.trustees):
        raise MismatchError(
            "an opening belongs to another round", hint="ask the trustee for this round's opening"
        )
    key = hpke.SealingSecretKey(secrets.sealing_seed)
    info = opening_info(round_.round_id, opening.trustee)
    opened = OpenedShares.from_bytes(hpke.open_sealed(key, info, opening.sealed))
    if (opened.round_id, opened.trustee) != (opening.round_id, opening.trustee):
        raise MismatchError(
            "an opening names one trustee in the clear and another in its sealed part"
        )
    return opened


def own_opening(
    secrets: OrganizerSecrets, round_: VerifiedRound, envelopes: Iterable[Envelope], minute: int
) -> list[OpenedShares]:
    """Open the organizer's own shares: one opening where the organizer is a trustee, else none.

    Args:
        secrets: the organizer's.
        round_: verified.
        envelopes: of this round.
        minute: now, in minutes since 1970.

    Raises:
        WindowError: the round has not closed.
        MismatchError: an envelope of another round.
    """
    if not round_.organizer_trustees:
        return []
    opening = open_shares(secrets.sealing_seed, round_, envelopes, minute)
    return [read_opening(secrets, round_, opening)]


class ChosenOpenings(NamedTuple):
    """One opening for each trustee who posted any.

    Attributes:
        openings: the one with most shares of each trustee, by trustee number.
        differing: numbers of trustees, from 1, one of whose other openings has a share that
            the chosen one has not.
    """

    openings: tuple[OpenedShares, ...]
    differing: tuple[int, ...]


def choose_openings(
    secrets: OrganizerSecrets,
    round_: VerifiedRound,
    sources: Iterable[tuple[str, bytes]],
    left_out: Callable[[CosignError], None] = lambda _error: None,
) -> ChosenOpenings:
    """Read openings that were posted, and choose one for each trustee.

    All trustees of a round share the right to post, so one of them can post junk, or an
    opening under another's number. Junk is left out. Of several openings the largest is
    taken: an honest trustee who opened again, when more envelopes were there, has more.

    Args:
        secrets: the organizer's.
        round_: verified.
        sources: where each opening is from, and its bytes.
        left_out: called with the error of each source that is not an opening of the round;
            the message begins with the name of the source.
    """
    largest: dict[int, OpenedShares] = {}
    differing: set[int] = set()
    for name, raw in sources:
        try:
            opened = read_opening(secrets, round_, Opening.from_bytes(raw))
        except CosignError as e:
            e.name_source(name)
            left_out(e)
            continue
        if (other := largest.setdefault(opened.trustee, opened)) is opened:
            continue
        less, more = sorted((other, opened), key=lambda o: len(o.entries))
        largest[opened.trustee] = more
        if not less.shares().items() <= more.shares().items():
            differing.add(opened.trustee)
    chosen = tuple(largest[number] for number in sorted(largest))
    return ChosenOpenings(chosen, tuple(sorted(differing)))


class Gaps(NamedTuple):
    """Which of the envelopes that are here are missing from openings.

    Attributes:
        unopened: envelopes of which no opening has a share.
        missing: by trustee number, from 1, how many of the other envelopes its opening
            lacks; trustees whose opening lacks none are not listed.
    """

    unopened: int
    missing: dict[int, int]


def find_gaps(envelopes: Iterable[Envelope], openings: Iterable[OpenedShares]) -> Gaps:
    """Compare the envelopes that are here with those that trustees opened.

    Trustees who were given another folder of envelopes, or opened before the last one
    came, cannot help with the rest.

    Args:
        envelopes: of the round, all that are here.
        openings: of its trustees, one of each.

    Raises:
        MismatchError: the openings have no share of any of the envelopes.
    """
    here = {envelope.envelope_id for envelope in envelopes}
    opened = {o.trustee: set(o.envelope_ids()) for o in openings}
    shared = here & set().union(*opened.values())
    if here and opened and not shared:
        raise MismatchError(
            "the trustees' openings have shares of none of these envelopes",
            hint="ask for openings that were made from the same folder",
        )
    missing = {number: len(shared - found) for number, found in opened.items()}
    return Gaps(
        len(here - shared) if opened else 0,
        {number: count for number, count in missing.items() if count},
    )
