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
from cryptography.hazmat.primitives import hashes
from nacl.bindings import crypto_sign_open

from cosign import labels
from cosign.primitives.hashing import H
from cosign.primitives.rsa import blind as blind_rsa
from cosign.primitives.rsa import pss as rsa_pss
from cosign.proofs.certificate import membership_message
from cosign.randomness import SYSTEM
from cosign.records.cosignature import Cosignature
from cosign.records.published import PublishedReader
from cosign.roles.verifier.letter import verify_letter
from tests.bench.builds import NO_HISTORY, work_ratio
from tests.bench.cores import CORES
from tests.bench.letters import PSS, make_letters, rsa_key
from tests.bench.measure import LeftOut, Result, cpu_seconds, peak_bytes, ratio, times

MANY, FEW, COMPARED = 20_000, 2_000, 4_000


def run() -> Iterator[Result | LeftOut]:
    """Measure everything about registered rounds."""
    yield Result("issue_ratio", _issue(), 1.6)
    with tempfile.TemporaryDirectory() as name:
        letters = make_letters(Path(name), [FEW, MANY])
        size = {count: path.stat().st_size for count, path in letters.items()}
        yield Result("bytes_per_cosignature", (size[MANY] - size[FEW]) / (MANY - FEW), 560)
        yield Result("certified_verify_ratio", _verify(letters[MANY]), 1.2)
        yield from _versus_previous()
        yield Result("verify_scaling_2", _scaling(letters[MANY]), 0.6)
        yield Result("verify_memory_ratio", _memory(letters[MANY], letters[FEW]), 1.3)
        yield Result("report_ratio", _report(letters[MANY]), 1.15)


def _versus_previous() -> Iterator[Result | LeftOut]:
    """Verifying a letter over the same in an earlier build; certificates use either core little."""
    for core, target in zip(CORES, (1.0, 1.2), strict=False):
        name = "certified_verify_vs_previous" + ("" if core == CORES[0] else f"_{core}")
        found = work_ratio("tests.bench.work.certified", str(COMPARED), core=core)
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


def _verify(path: Path) -> float:
    """CPU of verifying a letter over the CPU of as many bare RSA and Ed25519 verifications."""
    public, sha384 = rsa_key().public_key(), hashes.SHA384()
    parts = list(_bare_parts(path))

    def bare() -> None:
        for message, rsa_signature, signed, key in parts:
            public.verify(rsa_signature, message, PSS, sha384)
            crypto_sign_open(signed, key)

    def ours() -> None:
        with path.open("rb") as stream:
            assert verify_letter(stream).cosigners == MANY

    return ratio(ours, bare)


def _bare_parts(path: Path) -> Iterator[tuple[bytes, bytes, bytes, bytes]]:
    """Yield the message and signature of each record's two signatures, for bare primitives."""
    with path.open("rb") as stream:
        reader = PublishedReader(stream)
        terms = reader.header.round.terms
        for raw in reader.records():
            record = Cosignature.from_bytes(raw)
            key, signature, rest = record.proof[:32], record.proof[32:96], record.proof[97:]
            message = rest[:32] + membership_message(terms.group_id, terms.slot, key)
            digest = H(labels.COSIGN, *record.binding(terms.round_id).parts())
            yield message, rest[32:], signature + digest, key


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
