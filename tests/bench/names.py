"""What a name costs in a published file, and how long its consent takes to verify."""

from collections.abc import Iterator
from time import perf_counter

from cosign.proofs.interface import Attestation, Binding, Naming
from cosign.records.cosignature import Cosignature
from cosign.records.open_cosignature import NAME_LIMIT, OpenCosignature
from cosign.roles import member
from tests.bench.measure import Result
from tests.support import rosters

_TYPICAL = "Alexandra Example-Name", "software engineer"
_LONGEST = "x" * NAME_LIMIT, "x" * NAME_LIMIT
_TIMES = 50
_REGISTRARS = 2


def run() -> Iterator[Result]:
    """Make an open and an anonymous cosignature of one member, and compare."""
    yield Result("named_bytes", float(_more_bytes(*_TYPICAL)), 250)
    yield Result("named_bytes_longest", float(_more_bytes(*_LONGEST)), 350)
    yield Result("named_bytes_registered", float(_more_bytes_registered(*_TYPICAL)))
    yield Result("named_verify_ms", _milliseconds())


def _more_bytes(name: str, role: str) -> int:
    """Return how much longer a record on a roster is with a name."""
    round_ = rosters.round_of(100)
    prover = member.make_prover(rosters.credential(7), round_)
    proof = prover.prove(Binding(round_.round_id, "cosign", ""))
    key, consent = prover.consent(Naming(round_.round_id, "", name, role))
    named = OpenCosignature("", proof, name, role, key, consent, ())
    return len(named.to_bytes()) - len(Cosignature("cosign", "", proof).to_bytes())


def _more_bytes_registered(name: str, role: str) -> int:
    """Return the same of a group whose members two registrars certify."""
    rows = tuple(Attestation(number, bytes(64)) for number in range(_REGISTRARS))
    named = OpenCosignature("", bytes(1_186), name, role, None, bytes(64), rows)
    return len(named.to_bytes()) - len(Cosignature("cosign", "", bytes(1_186)).to_bytes())


def _milliseconds() -> float:
    """Return how long it takes to verify the consent to one name on a roster."""
    round_ = rosters.round_of(100)
    prover = member.make_prover(rosters.credential(7), round_)
    verifier, tag = round_.membership_verifier(), prover.tag
    naming = Naming(round_.round_id, "", *_TYPICAL)
    consent = prover.consent(naming)
    start = perf_counter()
    for _ in range(_TIMES):
        if not verifier.is_named(naming, tag, consent, ()):
            raise ValueError("a consent that was made here does not hold")
    return 1_000 * (perf_counter() - start) / _TIMES
