"""Speed and size of a registered round, against the bare primitives in the same run."""

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import gmpy2  # type: ignore[import-untyped]  # ships no type hints

from cosign.primitives.rsa import blind as blind_rsa
from cosign.primitives.rsa import pss as rsa_pss
from cosign.randomness import SYSTEM
from cosign.roles.verifier.letter import verify_letter
from tests.bench.builds import NO_HISTORY, OURS, work_ratio
from tests.bench.cores import CORES, compared
from tests.bench.letters import make_letters, rsa_key
from tests.bench.measure import LeftOut, Result, cpu_seconds, peak_bytes, ratio, times

MANY, FEW, COMPARED = 20_000, 2_000, 4_000
CERTIFIED = "tests.bench.work.certified"


def run() -> Iterator[Result | LeftOut]:
    """Measure everything about registered rounds."""
    yield Result("issue_ratio", _issue(), 1.6)
    with tempfile.TemporaryDirectory() as name:
        letters = make_letters(Path(name), [FEW, MANY])
        size = {count: path.stat().st_size for count, path in letters.items()}
        yield Result("bytes_per_cosignature", (size[MANY] - size[FEW]) / (MANY - FEW), 560)
        yield from _verify()
        yield from _versus_previous()
        yield Result("verify_scaling_2", _scaling(letters[MANY]), 0.6)
        yield Result("verify_memory_ratio", _memory(letters[MANY], letters[FEW]), 1.3)
        yield Result("report_ratio", _report(letters[MANY]), 1.15)


def _versus_previous() -> Iterator[Result | LeftOut]:
    """Verifying a letter over the same in an earlier build; certificates use either core little."""
    for core, target in zip(CORES, (1.0, 1.2), strict=False):
        name = "certified_verify_vs_previous" + ("" if core == CORES[0] else f"_{core}")
        found = work_ratio(CERTIFIED, str(COMPARED), core=core)
        yield LeftOut(name, NO_HISTORY) if found is None else Result(name, found, target)


def _issue() -> float:
    """One blind signature over two bare half-size exponentiations."""
    private = rsa_key()
    numbers = private.private_numbers()
    key = blind_rsa.PrivateKey(private)
    variant = rsa_pss.PSS_RANDOMIZED
    prepared = blind_rsa.prepare(variant, b"message", SYSTEM)
    blinded, _ = blind_rsa.blind(key.public_key, prepared, variant, SYSTEM)
    base = gmpy2.mpz.from_bytes(blinded)
    halves = [tuple(map(gmpy2.mpz, pair)) for pair in
              ((numbers.dmp1, numbers.p), (numbers.dmq1, numbers.q))]  # fmt: skip

    def bare() -> None:
        for exponent, prime in halves:
            gmpy2.powmod_sec(base % prime, exponent, prime)

    return ratio(times(lambda: blind_rsa.blind_sign(key, blinded, SYSTEM), 50), times(bare, 50))


def _verify() -> Iterator[Result]:
    """Processor time of verifying a letter over as many bare RSA and Ed25519 verifications.

    The compiled core verifies Ed25519 faster than libsodium, which the bare ones use.
    """
    ours = [OURS.worker(CERTIFIED, str(MANY), core=core) for core in CORES]
    bare = OURS.worker(CERTIFIED, str(MANY), "bare")
    yield from compared("certified_verify_ratio", [*ours, bare], {"native": 1.0, "python": 1.2}, 5)


def _scaling(path: Path) -> float:
    """Wall time with two workers over one worker, starting them included."""

    def with_workers(count: int) -> None:
        context = get_context("fork")
        with ProcessPoolExecutor(count, mp_context=context) as pool, path.open("rb") as stream:
            assert verify_letter(stream, executor=pool).cosigners == MANY

    return ratio(lambda: with_workers(2), lambda: with_workers(1), 3, time.perf_counter)


def _memory(many: Path, few: Path) -> float:
    """Peak memory of the verifying process; it keeps no set of tags, so none is deducted."""
    command = [sys.executable, "-m", "cosign_cli", "verify", "--workers", "1"]
    peaks = {
        p: statistics.median(peak_bytes([*command, str(p)]) for _ in range(3)) for p in (many, few)
    }
    return peaks[many] / peaks[few]


def _report(path: Path) -> float:
    """Processor time of verifying with a page for an editor over verifying alone, by turns."""
    command = [sys.executable, "-m", "cosign_cli", "verify", "--workers", "1", str(path)]
    page = ["--html", str(path.with_suffix(".html")), "--force"]
    with_page, without = [], []
    for _ in range(5):
        with_page.append(cpu_seconds([*command, *page]))
        without.append(cpu_seconds(command))
    return min(with_page) / min(without)
