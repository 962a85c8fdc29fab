"""What processes that help to verify are told: nothing secret but their parent's environment."""

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from cosign_cli.shared.environment import PASSPHRASE_VARIABLE
from tests.support import leaks
from tests.support.commands import Shop, environment
from tests.support.secret_lines import line_in

_WATCHED_POOL: Final = """
import concurrent.futures, os, pickle, sys
from pathlib import Path

seen = Path("seen")

def look(who="helper"):
    name = f"{os.getpid()}-{who}"
    Path(seen / f"{name}-cmdline").write_bytes(Path("/proc/self/cmdline").read_bytes())
    held = b"".join(k + b"=" + v + b"\\0" for k, v in os.environb.items())
    Path(seen / f"{name}-environ").write_bytes(Path("/proc/self/environ").read_bytes() + held)

class Pool(concurrent.futures.ProcessPoolExecutor):
    def __init__(self, *arguments, **named):
        super().__init__(*arguments, initializer=look, **named)

    def submit(self, *task):
        Path(seen / f"{len(os.listdir(seen))}-helper-task").write_bytes(pickle.dumps(task))
        return super().submit(*task)

look("parent")
concurrent.futures.ProcessPoolExecutor = Pool
os.cpu_count = lambda: 2
from cosign_cli import main
from cosign.proofs.certificate import CertificateVerifier
CertificateVerifier.share_from = 1
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
def test_processes_that_help_are_told_no_secret(
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
        "helper-task"
    }
    assert b"Checks" in seen["helper-task"]
    for what in ("parent-cmdline", "helper-cmdline", "helper-task"):
        assert leaks.leaks(seen[what], known.raws) == []
    variables = {who: set(seen[f"{who}-environ"].split(b"\0")) for who in ("parent", "helper")}
    assert variables["helper"] <= variables["parent"]
    held = {text for text in known.raws if text in seen["helper-environ"]}
    assert held == ({leaks.PASSPHRASE.encode()} if way == "variable" else set())
