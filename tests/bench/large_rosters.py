"""A large roster from its keys to a verified letter, compared with an earlier build.

Each build runs its own commands with its own files: ``roster create``, ``round create``,
``sign``, ``publish``, ``verify``. Compared is the processor time of a command with all its
processes; memory is the peak of the largest one. A member signs with an ssh key in a new home,
so all keys are checked once.

``make bench`` takes 100,000 keys, which takes a few minutes, and calls the figures ``large_...``;
they have no bounds, because the earlier build slows down with size. ``python -m tests.bench
--million large_rosters`` takes a million, which takes the earlier build half an hour, and calls
them ``million_...``.
"""

import base64
import os
import resource
import subprocess
import tempfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from nacl.bindings import crypto_sign_seed_keypair

from cosign.primitives.curve import choice
from cosign.primitives.parallel import chunks
from tests.bench.builds import NO_HISTORY, OURS, PREVIOUS, Build, build_of
from tests.bench.measure import LeftOut, Result, usage_of

KEYS: Final = 100_000
MILLION: Final = 1_000_000
MILLION_VARIABLE: Final = "COSIGN_BENCH_MILLION"
"""Set by ``--million``."""

SIGNER: Final = 77

_LISTED: Final = 500_000
"""Most keys in one list; the earlier build takes no list of a million."""

TARGETS: Final = {
    "native": {"create_memory": 800, "sign_ratio": 0.12, "sign_memory": 400, "verify_ratio": 0.12},
    "python": {"create_memory": 800, "sign_ratio": 0.7, "sign_memory": 600, "verify_ratio": 0.6},
}
CORES: Final = ("native", "python") if choice.IS_NATIVE else ("python",)
_WIRE: Final = b"\0\0\0\x0bssh-ed25519\0\0\0 "


class Spent(NamedTuple):
    """What three commands took.

    Attributes:
        created: peak of ``roster create`` in MB.
        sign: processor time in seconds.
        memory: peak of ``sign`` in MB.
        verify: processor time in seconds.
    """

    created: float
    sign: float
    memory: float
    verify: float


def run() -> Iterator[Result | LeftOut]:
    """Measure both cores of this build, and the earlier build."""
    count, name = (MILLION, "million") if os.environ.get(MILLION_VARIABLE) else (KEYS, "large")
    with tempfile.TemporaryDirectory() as folder:
        _write_keys(Path(folder), count)
        ours = [_spent(OURS, Path(folder) / core, core) for core in CORES]
        earlier = build_of(PREVIOUS)
        theirs = _spent(earlier, Path(folder) / "earlier", "") if earlier else None
    for core, spent in zip(CORES, ours, strict=True):
        suffix = "" if core == CORES[0] else f"_{core}"
        targets: dict[str, float] = TARGETS[core] if count == MILLION else {}
        yield Result(f"{name}_create_memory{suffix}", spent.created, targets.get("create_memory"))
        yield Result(f"{name}_sign_memory{suffix}", spent.memory, targets.get("sign_memory"))
        for step in ("sign", "verify"):
            figure = f"{name}_{step}_ratio"
            if theirs is None:
                yield LeftOut(figure + suffix, NO_HISTORY)
            else:
                taken = getattr(spent, step) / getattr(theirs, step)
                yield Result(figure + suffix, taken, targets.get(f"{step}_ratio"))


def _seed(member: int) -> bytes:
    return sha256(b"%d" % member).digest()


def _write_keys(folder: Path, count: int) -> None:
    """Write lists of ssh keys, and the private key of one member."""
    for number, members in enumerate(chunks(count, _LISTED)):
        with (folder / f"{number}.keys").open("wb") as stream:
            for member in range(members.start, members.stop):
                public, _secret = crypto_sign_seed_keypair(_seed(member))
                blob = base64.b64encode(_WIRE + public)
                stream.write(b"m%d@example.org ssh-ed25519 %s\n" % (member, blob))
    private = Ed25519PrivateKey.from_private_bytes(_seed(SIGNER)).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.OpenSSH,
        serialization.NoEncryption(),
    )
    (folder / "ssh").touch(0o600)
    (folder / "ssh").write_bytes(private)
    (folder / "text").write_text("We ask the board to listen.\n", encoding="utf-8")


def _spent(build: Build, folder: Path, core: str) -> Spent:
    """Work through a round with one build, in a folder of its own beside the keys."""
    (folder / "sealed").mkdir(parents=True)
    above, home = folder.parent, f"--home {folder}/home --no-passphrase"
    lists = " ".join(f"--ssh {path}" for path in sorted(above.glob("*.keys")))
    make = f"roster create --name All --source list {lists} {home}"
    created = _usage(build, core, f"{make} --output {folder}/roster").ru_maxrss / 1000
    times = "--opens 2026-01-01T00:00Z --closes 2026-02-01T00:00Z"
    make = f"round create {above}/text --group {folder}/roster {times} {home}"
    _do(build, core, f"{make} --output {folder}/round")
    member = f"--ssh-key {above}/ssh --home {folder}/member --no-passphrase --yes"
    signed = _usage(build, core, f"sign {folder}/round {member} --output {folder}/sealed/1")
    if not (folder / "sealed" / "1").exists():
        raise RuntimeError("a member could not sign")
    make = f"publish {folder}/round --envelopes {folder}/sealed {home}"
    _do(build, core, f"{make} --output {folder}/letter", now="2026-03-01T00:00Z")
    verified = _usage(build, core, f"verify {folder}/letter")
    return Spent(created, _seconds(signed), signed.ru_maxrss / 1000, _seconds(verified))


def _seconds(usage: resource.struct_rusage) -> float:
    return usage.ru_utime + usage.ru_stime


def _usage(build: Build, core: str, line: str) -> resource.struct_rusage:
    """Run a command while the round is open, and return what it used; see :func:`_do`."""
    return usage_of(build.command("-m", "cosign_cli", *line.split()), _environment(build, core))


def _do(build: Build, core: str, line: str, now: str = "2026-01-15T00:00Z") -> None:
    """Run a command, which has to succeed."""
    command = build.command("-m", "cosign_cli", *line.split())
    environment = _environment(build, core, now)
    subprocess.run(command, env=environment, check=True, capture_output=True)


def _environment(build: Build, core: str, now: str = "2026-01-15T00:00Z") -> dict[str, str]:
    chosen = {choice.VARIABLE: core} if core else {}
    return build.environment | chosen | {"COSIGN_LETTER_NOW": now}
