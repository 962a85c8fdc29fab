"""What worker processes are told: only what opens envelopes, and their parent's environment."""

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from cosign.records.secrets import OrganizerSecrets, TrusteeSecrets
from cosign.stores.home import Home
from cosign_cli.shared.environment import PASSPHRASE_VARIABLE
from tests.support import leaks
from tests.support.commands import Shop, environment
from tests.support.secret_lines import line_in

_WATCHED_POOL: Final = """
import concurrent.futures, os, pickle, sys
from pathlib import Path

seen = Path("seen")

def look(who="helper", begin=None):
    if begin:
        begin()
    name = f"{os.getpid()}-{who}"
    Path(seen / f"{name}-cmdline").write_bytes(Path("/proc/self/cmdline").read_bytes())
    held = b"".join(k + b"=" + v + b"\\0" for k, v in os.environb.items())
    Path(seen / f"{name}-environ").write_bytes(Path("/proc/self/environ").read_bytes() + held)
    if who == "helper":
        Path(seen / f"{name}-memory").write_bytes(memory())

def memory():
    # All that this process could write to, such as its heap.
    found = []
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as content:
        for line in maps:
            place, mode, *_ = line.split()
            if mode.startswith("rw") and "[v" not in line:
                start, end = (int(text, 16) for text in place.split("-"))
                content.seek(start)
                found.append(content.read(end - start))
    return b"".join(found)

class Pool(concurrent.futures.ProcessPoolExecutor):
    def __init__(self, *arguments, initializer, **named):
        told = "helper", initializer
        super().__init__(*arguments, initializer=look, initargs=told, **named)

    def submit(self, *task):
        Path(seen / f"{len(os.listdir(seen))}-helper-task").write_bytes(pickle.dumps(task))
        return super().submit(*task)

look("parent")
concurrent.futures.ProcessPoolExecutor = Pool
os.cpu_count = lambda: 2
from cosign_cli import main
from cosign.proofs.certificate import CertificateVerifier
from cosign.roles import trustee
from cosign_cli.shared import envelopes
CertificateVerifier.share_from = trustee._SHARE_FROM = 1
envelopes._MANY = 0
main.main()
"""


def _watch(shop: Shop, line: str, now: str, **more: str) -> dict[str, bytes]:
    """Run a line whose process pool is watched; give what each process had and was told."""
    (shop / "seen").mkdir()
    subprocess.run(
        [sys.executable, "-c", _WATCHED_POOL, *line.split()],
        cwd=shop.folder,
        env=environment(now, **more),
        capture_output=True,
        check=True,
    )
    seen: dict[str, bytes] = {}
    for path in (shop / "seen").iterdir():
        what = path.name.partition("-")[2]
        seen[what] = seen.get(what, b"") + path.read_bytes()
    return seen


@pytest.mark.parametrize("way", ["file", "variable"])
def test_processes_that_help_are_told_no_secret_of_a_home(
    bare: Shop, locked: Shop, known: leaks.Known, tmp_path: Path, way: str
) -> None:
    """Neither arguments nor tasks hold one; the environment is the parent's, passphrase or not.

    A passphrase from a file is in no environment. One that came in the variable is in the
    parent's, and so in that of a forked process: nothing else is.
    """
    line, now = line_in(bare, "publish")
    more: dict[str, str] = {}
    if way == "variable":
        line = line.replace(" --passphrase-file passphrase", "")
        more[PASSPHRASE_VARIABLE] = leaks.PASSPHRASE
    seen = _watch(locked.copy(tmp_path / "shop"), line, now, **more)
    kinds = {"cmdline", "environ"}
    assert seen.keys() == {f"{who}-{k}" for who in ("parent", "helper") for k in kinds} | {
        "helper-memory",
        "helper-task",
    }
    assert b"Checks" in seen["helper-task"]
    for what in ("parent-cmdline", "helper-cmdline", "helper-task"):
        assert leaks.leaks(seen[what], known.raws) == []
    variables = {who: set(seen[f"{who}-environ"].split(b"\0")) for who in ("parent", "helper")}
    assert variables["helper"] <= variables["parent"]
    held = {text for text in known.raws if text in seen["helper-environ"]}
    assert held == ({leaks.PASSPHRASE.encode()} if way == "variable" else set())


def _secrets(shop: Shop, home: str) -> dict[str, bytes]:
    """Return the secrets in a home without a passphrase, by what they are."""
    kept = Home(shop / "homes" / home, lambda _name, _new: None)
    if home == "organizer":
        found = kept.read("organizer", OrganizerSecrets)
        return {"identity": found.identity_seed.reveal(), "sealing": found.sealing_seed.reveal()}
    [name] = kept.names("trustee-")
    return {"sealing": kept.read(name, TrusteeSecrets).seed.reveal()}


@pytest.mark.parametrize("name", ["publish", "trustee open"])
def test_processes_start_before_secrets_are_read(
    bare: Shop, locked: Shop, tmp_path: Path, name: str
) -> None:
    """Their memory holds neither passphrase nor key; a trustee's is told the key that opens."""
    line, now = line_in(bare, name)
    home = line.partition("--home homes/")[2].split()[0]
    seen = _watch(locked.copy(tmp_path / "shop"), line, now)
    secrets = {"passphrase": leaks.PASSPHRASE.encode(), **_secrets(bare, home)}
    assert [what for what, raw in secrets.items() if raw in seen["helper-memory"]] == []
    told = [what for what, raw in secrets.items() if raw in seen["helper-task"]]
    assert told == (["sealing"] if name == "trustee open" else [])
