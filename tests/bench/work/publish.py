"""Publishing a registered round; see :mod:`tests.bench.worker`."""

import random
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Final

from cosign.records.envelope import Envelope, OpenedShares
from cosign.records.round import Round, verify_round
from cosign.roles import trustee
from cosign.roles.organizer import check_organizer
from tests.bench.letters import WINDOW, cosignature, make_round
from tests.bench.worker import either

publish = either("cosign.roles.organizer.publishing", "cosign.roles.publisher").publish
read_opening = either("cosign.roles.organizer.openings", "cosign.roles.trustee").read_opening
seal = either("cosign.roles.shared.sealing", "cosign.roles.envelopes").seal_cosignature

TRUSTEES: Final = 3
THRESHOLD: Final = 2
PIECES: Final = 16
"""Envelopes are made in so many pieces, each from a seed of its own."""


def prepare(count: str) -> Callable[[], object]:
    """Make envelopes and the openings of all trustees; publish from their bytes to the file's.

    Args:
        count: how many envelopes, a multiple of 16.
    """
    randomness = random.Random("round").randbytes  # noqa: S311  # the same for every build
    secrets = [trustee.make_trustee(f"T{number}", randomness) for number in range(TRUSTEES)]
    trustees = tuple(each.trustee for each in secrets)
    organizer, round_, _group = make_round(trustees, THRESHOLD, randomness)
    tasks = [(round_.round.to_bytes(), seed, int(count) // PIECES) for seed in range(PIECES)]
    with ProcessPoolExecutor(2, mp_context=get_context("fork")) as pool:
        raws = [raw for made in pool.map(_seal, *zip(*tasks, strict=True)) for raw in made]
    envelopes = [Envelope.from_bytes(raw) for raw in raws]
    shares = (trustee.open_shares(each.seed, round_, envelopes, WINDOW[1]) for each in secrets)
    openings = [read_opening(organizer, round_, opening).to_bytes() for opening in shares]
    identity = check_organizer(organizer, round_)

    def work() -> None:
        opened = tuple(map(OpenedShares.from_bytes, openings))
        publication = publish(round_, map(Envelope.from_bytes, raws), opened, WINDOW[1])
        written = sum(map(len, publication.chunks(identity)))
        assert publication.cosigners == int(count) < written

    return work


def _seal(round_: bytes, seed: int, count: int) -> list[bytes]:
    """Make some members' envelopes, encoded."""
    verified = verify_round(Round.from_bytes(round_))
    randomness = random.Random(seed).randbytes  # noqa: S311  # the same for every build
    ids = verified.terms.group_id, verified.round_id
    made = (cosignature(*ids, randomness)[1] for _ in range(count))
    return [seal(record, verified, randomness).to_bytes() for record in made]
