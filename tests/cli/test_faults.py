"""What an error of the system leaves behind is what the program says, at every call."""

import os
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from cosign.stores.system import CANNOT_SET_TIME
from tests.support.command_table import COMMANDS, line_of
from tests.support.commands import Done, Shop
from tests.support.faults import ERRORS, failing

WRITERS: Final = [
    *("registrar keys", "registrar vouch", "registrar issue", "registrar close"),
    *("registrar grant", "group create", "member enrol", "member finish", "member forget"),
    *("member key", "member certificate", "roster create", "roster publisher", "roster sign"),
    *("trustee key", "trustee open", "round create", "round invite", "sign", "withdraw"),
    *("publish", "claim", "fingerprint", "roster collect", "member name", "registrar name"),
]
"""Commands that write files; each is tried with every call that fails."""

TEMPORARY: Final = ".cosign-"


def content(path: Path) -> str | bytes:
    """Return what a file says; of a ledger its rows, which have no order on the disk."""
    if path.suffix != ".sqlite":
        return path.read_bytes()
    with closing(sqlite3.connect(path)) as database:
        return "\n".join(sorted(database.iterdump()))


def tree(shop: Shop) -> dict[str, str | bytes]:
    """Return every file that means something."""
    return {
        str(path.relative_to(shop.folder)): content(path)
        for path in shop.folder.rglob("*")
        if path.is_file()
        and path.name != ".lock"
        and not path.name.endswith(("-wal", "-shm"))
        and not path.name.startswith(TEMPORARY)
    }


def snapshot(shop: Shop) -> dict[Path, bytes | None]:
    """Return every file, byte by byte, and every folder."""
    return {path: path.read_bytes() if path.is_file() else None for path in shop.folder.rglob("*")}


def restore(shop: Shop, kept: dict[Path, bytes | None]) -> None:
    """Put back what a command changed; copying the whole shop would take most of the time."""
    now = snapshot(shop)
    for path in sorted(now.keys() - kept.keys(), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    for path, raw in kept.items():
        if raw is not None and now.get(path) != raw:
            path.write_bytes(raw)


def judge(done: Done, before: dict[str, str | bytes], after: dict[str, str | bytes]) -> None:
    """Check that an error names a file, and tells the truth about what changed.

    A secret that was written once more is told as well: here it is the same, but under a
    passphrase it would not be.
    """
    if done.raw:  # a command for several files goes on with the others, and tells the result
        assert "nothing changed" not in done.err, done
        return
    names = before.keys() | after.keys()
    changed = {name for name in names if before.get(name) != after.get(name)}
    assert done.code not in {0, 70}, done
    assert re.match(r"(?s).*cosign-letter: [^\n]+: [^\n]+\n  hint: ", done.err), done
    if changed:
        assert "nothing changed" not in done.err, (changed, done)
        assert all(name in done.err for name in changed), (changed, done)
    elif "nothing changed" not in done.err:
        told = done.err.rpartition("changed before the error: ")[2].split(", ")
        assert all(name.strip().endswith((".vault", ".sqlite")) for name in told), done


@pytest.mark.parametrize("call", ERRORS)
@pytest.mark.parametrize("name", WRITERS)
def test_an_error_tells_what_it_left(kept: Shop, tmp_path: Path, name: str, call: str) -> None:
    """The tree is compared after each: equal if "nothing changed", else every name is told."""
    line, home, now = line_of(kept, name)
    shop = kept.copy(tmp_path / "shop")
    before, whole = tree(shop), snapshot(shop)
    with failing(call, 0, 0) as counted:
        shop.call(line, home, now=now)
    for at in range(1, counted.calls + 1):
        restore(shop, whole)
        number = ERRORS[call][at % len(ERRORS[call])]
        with failing(call, at, number):
            done = shop.call(line, home, now=now, code=None)
        if done.code:
            judge(done, before, tree(shop))


def test_the_table_names_the_commands_that_write() -> None:
    """Those that are left out write nothing."""
    silent = {name for name, (line, _, _) in COMMANDS.items() if " -o " not in line}
    assert set(COMMANDS) - set(WRITERS) <= silent | {
        *("round grant", "roster evidence"),
        *("roster collection", "roster vouch"),  # as roster publisher and registrar vouch
        "member export",  # writes a file as all others do, and costs a key derivation each time
    }


@pytest.mark.parametrize("number", sorted(CANNOT_SET_TIME))
@pytest.mark.parametrize("name", ["sign", "trustee key", "registrar vouch", "round create"])
def test_a_disk_without_our_times_takes_files_all_the_same(
    shop: Shop, name: str, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is there, and a private one is said to show when it was written."""

    def refuse(*_given: object, **_named: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "utime", refuse)
    line, home, now = line_of(shop, name)
    done = shop.call(line, home, now=now)
    assert (shop / "new").exists()
    shown = {row.split(": ")[1] for row in done.err.splitlines() if "when it was written" in row}
    assert ("new" in shown) == (name in {"sign", "registrar vouch"})
    assert any(path.endswith(".vault") for path in shown) == (name in {"sign", "trustee key"})


@pytest.mark.parametrize("name", ["sign", "withdraw", "registrar issue", "member enrol"])
def test_a_failed_command_can_be_repeated(shop: Shop, name: str) -> None:
    """What was written down before the error serves the next run."""
    line, home, now = line_of(shop, name)
    for at in range(1, 20):
        with failing("fsync", at, ERRORS["fsync"][0]) as fault:
            done = shop.call(f"{line} --force", home, now=now, code=None)
        if fault.calls < at:
            break
        assert done.code, "the disk failed"
    assert done.code == 0
    shop.call(f"{line} --force", home, now=now)
