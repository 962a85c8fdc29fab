"""Publishing in bounded memory gives the bytes that sorting in memory gives."""

import io
import tempfile
import tracemalloc
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cosign.errors import CosignError
from cosign.primitives import shamir
from cosign.primitives.ed25519 import SigningKey
from cosign.proofs.certificate import CertificateVerifier
from cosign.records.cosignature import Cosignature
from cosign.records.envelope import Envelope
from cosign.records.published import (
    OpeningSummary,
    PublishedHeader,
    PublishedReader,
    write_published,
)
from cosign.roles import organizer
from cosign.roles.organizer.withdrawals import append_withdrawals
from cosign.roles.shared.sealing import recover
from cosign.stores.spool import Spool
from tests.support.dealer import Dealer
from tests.support.world import CLOSED_MINUTE, Seeded, World, village

SAYINGS: Final = ("", "I was there", "So was I")


@cache
def pool() -> tuple[Envelope, ...]:
    """Envelopes of three members, some of whom contradict themselves or withdraw, and junk."""
    world = village()
    made = [
        world.sign(who, statement=words, randomness=Seeded(f"{who} {words} {again}"))
        for who in range(3)
        for words in SAYINGS
        for again in range(2)
    ]
    made += [world.sign(who, action="withdraw") for who in (0, 1)]
    dealer = Dealer(world.round, shamir.random_scalar(Seeded("junk")))
    padded = dealer.pad(Cosignature("cosign", "", bytes(513)))
    made += [dealer.envelope(padded), dealer.envelope(padded[:4] + bytes(len(padded) - 4))]
    return tuple(made)


def in_memory(world: World, envelopes: Iterable[Envelope]) -> bytes | None:
    """Publish by the words of the specification, holding everything; None below the quorum."""
    distinct = {e.envelope_id: e for e in envelopes}.values()
    [opened] = world.openings(distinct, (1,))
    shares, verifier = opened.shares(), world.round.membership_verifier()
    figures: Counter[str] = Counter()
    found: list[tuple[bytes, bytes, Cosignature]] = []
    for envelope in distinct:
        try:
            raw = recover(envelope, {1: shares[envelope.envelope_id]}, 1).record
            record = Cosignature.from_bytes(raw)
        except CosignError:
            figures["unreadable"] += 1
            continue
        if verifier.verify_batch([(record.binding(world.round.round_id), record.proof)]):
            figures["invalid"] += 1
        else:
            found.append((verifier.tag(record.proof), raw, record))
    kept: list[bytes] = []
    signed = 0
    for _tag, of_one in groupby(sorted(found, key=lambda f: f[:2]), key=lambda f: f[0]):
        member = list(of_one)
        actions = Counter(record.action for _, _, record in member)
        figures["duplicates"] += sum(count - 1 for count in actions.values())
        figures["withdrawn"] += bool(actions["withdraw"])
        if not actions["withdraw"]:
            signed += 1
            by_words = {record.statement: raw for _, raw, record in reversed(member)}
            kept += sorted(by_words.values())[:2]
    if not signed:
        return None
    names = ("unreadable", "invalid", "duplicates", "withdrawn")
    summary = OpeningSummary(len(distinct), *(figures[name] for name in names))
    header = PublishedHeader(world.round.round, summary)
    return b"".join(write_published(header, kept, _key(world)))


def _key(world: World) -> SigningKey:
    return organizer.check_organizer(world.organizer, world.round)


def in_pieces(world: World, envelopes: list[Envelope], run_bytes: int, workers: int) -> bytes:
    """Publish from a stream, with tiny runs on the disk and with workers."""
    openings = world.openings(dict.fromkeys(envelopes), (1,))
    with (
        Spool(Path(tempfile.gettempdir()), run_bytes) as spool,
        ThreadPoolExecutor(workers) as executor,
    ):
        publication = organizer.publish(
            world.round, iter(envelopes), openings, CLOSED_MINUTE, executor, spool=spool
        )
        return b"".join(publication.chunks(_key(world)))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 21)), st.integers(1, 3_000), st.integers(1, 3))
def test_random_sets_are_published_alike(chosen: list[int], run_bytes: int, workers: int) -> None:
    """Any envelopes in any order, some of them several times, with runs of any length."""
    world, envelopes = village(), [pool()[number] for number in chosen]
    expected = in_memory(world, envelopes)
    if expected is not None:
        assert in_pieces(world, envelopes, run_bytes, workers) == expected


@settings(max_examples=10, deadline=None)
@given(st.permutations(range(18, 22)), st.integers(1, 3_000))
def test_withdrawals_are_appended_alike(order: list[int], run_bytes: int) -> None:
    """With or without a spool the same bytes, whatever the order."""
    world = village()
    envelopes = [pool()[number] for number in order]
    openings = world.openings(envelopes, (1,))
    with Spool(Path(tempfile.gettempdir()), run_bytes) as spool:
        files = [
            b"".join(
                append_withdrawals(
                    world.round,
                    PublishedReader(io.BytesIO(world.published)),
                    envelopes,
                    openings,
                    CLOSED_MINUTE,
                    spool=where,
                ).chunks(_key(world))
            )
            for where in (None, spool)
        ]
    assert files[0] == files[1]
    report = world.verify(files[0])
    assert (report.cosigners, report.withdrawn) == (1, 2)


def many(world: World, count: int) -> list[bytes]:
    """Seal one cosignature many times."""
    record = Cosignature.from_bytes(world.publication.records[0])
    made = []
    for number in range(count):
        dealer = Dealer(world.round, shamir.random_scalar(Seeded(f"scalar {number}")))
        made.append(dealer.envelope(dealer.pad(record)).to_bytes())
    return made


def peak(world: World, raws: list[bytes]) -> int:
    """Return the most bytes of Python objects while envelopes are published from their bytes."""

    def envelopes() -> Iterator[Envelope]:
        return map(Envelope.from_bytes, raws)

    openings = world.openings(envelopes(), (1,))
    with Spool(Path(tempfile.gettempdir()), 100_000, 4_000) as spool:
        tracemalloc.start()
        publication = organizer.publish(
            world.round, envelopes(), openings, CLOSED_MINUTE, spool=spool
        )
        for _chunk in publication.chunks(_key(world)):
            pass
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert publication.header.opening.received == len(raws)
    return found


def test_memory_does_not_grow_with_the_round(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three times the envelopes take little more; held, each would take about two kilobytes."""
    monkeypatch.setattr(CertificateVerifier, "batch_size", 50)
    world = village()
    raws = many(world, 450)
    few, all_ = peak(world, raws[:150]), peak(world, raws)
    assert all_ - few < 300 * 250
