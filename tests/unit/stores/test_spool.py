"""Sorted runs in a temporary file: same order as in memory, and nothing left or readable."""

import itertools
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosign.errors import StorageError
from cosign.roles.shared.sorting import Sorter
from cosign.stores.spool import BLOCK_BYTES, Spool
from tests.support.world import Seeded

MANY: Final = [b"%09d secret words" % (i * 7919 % 10_000) for i in range(10_000)]


def sorted_by(spool: Spool | None, strings: Iterable[bytes]) -> Sorter:
    """Hand strings to a sorter in pieces of three."""
    sorter, stream = Sorter(spool), iter(strings)
    while piece := list(itertools.islice(stream, 3)):
        sorter.add(piece)
    return sorter


def content(spool: Spool) -> bytes:
    """Return what is on the disk."""
    spool._stream().seek(0)
    return spool._stream().read()


@given(st.lists(st.binary(max_size=40)), st.integers(1, 500), st.integers(1, 500))
def test_runs_are_merged_into_one_order(strings: list[bytes], run: int, block: int) -> None:
    """Whatever the strings, runs and blocks, they ascend, each as often as it was added."""
    with Spool(Path(tempfile.gettempdir()), run, block) as spool:
        sorter = sorted_by(spool, strings)
        assert list(sorter) == list(sorter) == sorted(strings)
        assert len(sorter) == len(strings)
    assert list(sorted_by(None, strings)) == sorted(strings)


def test_a_run_may_be_longer_than_a_block(tmp_path: Path) -> None:
    """Blocks are read one after another, and a string longer than a block is one of its own."""
    strings = [*MANY, b"x" * (BLOCK_BYTES + 1), b""]
    with Spool(tmp_path, 300_000) as spool:
        assert list(sorted_by(spool, strings)) == sorted(strings)


def test_two_sorters_share_a_spool(tmp_path: Path) -> None:
    with Spool(tmp_path, 1_000) as spool:
        odd, even = (sorted_by(spool, MANY[start:100:2]) for start in (1, 0))
        assert (list(odd), list(even)) == (sorted(MANY[1:100:2]), sorted(MANY[:100:2]))


def test_a_spool_has_no_name_and_shows_nothing(tmp_path: Path) -> None:
    """While it is in use its folder is empty, only its owner may read it, and it is noise."""
    with Spool(tmp_path, 1_000, randomness=Seeded("keys")) as spool:
        sorted_by(spool, MANY[:200])
        assert list(tmp_path.iterdir()) == []
        found = os.fstat(spool._stream().fileno())
        assert (found.st_mode & 0o777, found.st_nlink) == (0o600, 0)
        assert len(content(spool)) > sum(map(len, MANY[:100]))
        assert b"secret words" not in content(spool)


def test_little_needs_no_file(tmp_path: Path) -> None:
    """What fits in memory is not written, so small rounds touch no disk."""
    with Spool(tmp_path / "absent") as spool:
        assert list(sorted_by(spool, MANY)) == sorted(MANY)


def test_no_two_blocks_have_one_key(tmp_path: Path) -> None:
    """The same strings encrypt to other bytes each time."""
    with Spool(tmp_path) as spool:
        runs = [spool.store([b"same"]) for _ in range(2)]
        assert [list(spool.read(run)) for run in runs] == [[b"same"]] * 2
        raw = content(spool)
        assert raw[: len(raw) // 2] != raw[len(raw) // 2 :]


def test_a_disk_that_changes_the_file_is_found_out(tmp_path: Path) -> None:
    """One bit is enough; nothing is published from what a broken disk returns."""
    with Spool(tmp_path) as spool:
        run = spool.store([b"words"])
        raw = content(spool)
        spool._stream().seek(0)
        spool._stream().write(bytes([raw[0] ^ 1]))
        spool._stream().flush()
        with pytest.raises(StorageError, match="does not hold what was written"):
            list(spool.read(run))


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with (
        Spool(tmp_path / "absent") as spool,
        pytest.raises(StorageError, match="no such file") as caught,
    ):
        spool.store([b"words"])
    assert "create it first" in caught.value.hint


_PROGRAM: Final = """
import os, resource, signal, sys
from pathlib import Path
from cosign.errors import StorageError
from cosign.stores.spool import Spool
if sys.argv[2] == "limited":
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
with Spool(Path(sys.argv[1])) as spool:
    try:
        for _ in range(10):
            spool.store([os.urandom(30_000)] * 3)
    except StorageError as e:
        print(e.message, "|", e.hint)
    else:
        os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_disk_that_is_full_leaves_nothing(tmp_path: Path) -> None:
    """A real limit, met in the middle of a run, is an error that says what helps."""
    command = [sys.executable, "-c", _PROGRAM, str(tmp_path), "limited"]
    ended = subprocess.run(command, capture_output=True, check=True, text=True)
    assert ended.stdout.startswith(f"{tmp_path}: file too large | a limit of your account")
    assert ended.stderr == ""
    assert list(tmp_path.iterdir()) == []


def test_a_program_that_is_killed_leaves_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _PROGRAM, str(tmp_path), "killed"]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    assert list(tmp_path.iterdir()) == []
