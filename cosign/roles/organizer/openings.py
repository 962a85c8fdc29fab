"""How the organizer reads openings: its own, and those of trustees (docs/spec.md, "Opening").

Not protected: a trustee can leave envelopes out of an opening, or put false shares
into it. With more openings than the threshold, both are noticed and do no harm.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from cosign.errors import CosignError, MismatchError
from cosign.primitives import hpke
from cosign.records.envelope import OpenedShares, Opening
from cosign.records.round import VerifiedRound
from cosign.records.secrets import OrganizerSecrets
from cosign.roles.trustee import opening_info, trustee_number
from cosign.secret import Secret


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


@dataclass(frozen=True)
class OwnKey:
    """The key of an organizer who is also a trustee: its own shares need no opening.

    Attributes:
        round_id: 32 bytes.
        trustee: the organizer's number among the trustees, from 1.
        seed: of the organizer's sealing key, 32 bytes.
    """

    round_id: bytes
    trustee: int
    seed: Secret


def own_key(secrets: OrganizerSecrets, round_: VerifiedRound) -> list[OwnKey]:
    """Return the key for the organizer's own shares where the organizer is a trustee, else none.

    Args:
        secrets: the organizer's.
        round_: verified.

    Raises:
        MismatchError: the secrets are not those of the round's organizer.
    """
    if not round_.organizer_trustees:
        return []
    number = trustee_number(round_, hpke.SealingSecretKey(secrets.sealing_seed))
    return [OwnKey(round_.round_id, number, secrets.sealing_seed)]


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
