"""Disks that are full or read-only, homes in use, passphrases, files that exist."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from cosign.stores import home as home_store
from tests.support.cli_fixture import vouchers
from tests.support.command_table import COMMANDS, ROUND
from tests.support.commands import (
    PROGRAM,
    SIGNING,
    Shop,
    environment,
    typed,
)

_NAMES: Final = (
    *("registrar keys", "registrar vouch", "registrar close", "group create", "member enrol"),
    *("trustee key", "trustee open", "round create", "sign", "withdraw", "publish"),
)
WRITERS: Final = {
    "registrar issue": ("registrar issue late.request", "clerk", SIGNING),
    **{
        name: (line.removesuffix(" -o new"), home, now)
        for name, (line, home, now) in COMMANDS.items()
        if name in _NAMES
    },
}


@pytest.mark.parametrize("name", WRITERS)
def test_existing_files_stay(shop: Shop, name: str) -> None:
    """No command writes over a file unless told to; nothing else changes either."""
    line, home, now = WRITERS[name]
    with shop.unchanged():
        done = shop.call(f"{line} -o letter.md", home, now=now, code=15)
    assert done.problem() == (
        "letter.md: the file exists",
        "choose another name or use --force",
    )


@pytest.mark.parametrize("name", WRITERS)
def test_force_replaces_a_file(shop: Shop, name: str) -> None:
    line, home, now = WRITERS[name]
    old = (shop / "council.statement").read_bytes()
    shop.call(f"{line} -o council.statement --force", home, now=now)
    new = (shop / "council.statement").read_bytes()
    assert (new == old) == (name == "registrar close")


@pytest.mark.parametrize("name", WRITERS)
def test_force_spares_what_is_no_file(shop: Shop, name: str) -> None:
    """A folder or a device is never replaced."""
    line, home, now = WRITERS[name]
    if name != "registrar issue":  # answers go into folders
        with shop.unchanged():
            done = shop.call(f"{line} -o envelopes --force", home, now=now, code=15)
        assert done.problem()[0] == "envelopes: not a file"
    os.mkfifo(shop / "pipe")
    done = shop.call(f"{line} -o pipe --force", home, now=now, code=15)
    assert done.problem()[0] == "pipe: not a file"


@pytest.mark.parametrize("name", WRITERS)
def test_a_missing_folder_is_named(shop: Shop, name: str) -> None:
    """A folder that is not there is named before anything is done."""
    line, home, now = WRITERS[name]
    code = 14 if name == "group create" else 16
    with shop.unchanged():
        done = shop.call(f"{line} -o absent/new", home, now=now, code=code)
    message, hint = done.problem()
    assert message.startswith("absent")
    assert "create it first" in hint


# Passphrases.

_HOME: Final = "--home homes/secret"


def test_a_passphrase_from_the_environment_or_a_file(shop: Shop) -> None:
    """What one way of giving a passphrase locks, the other opens; the file is no longer bare."""
    code = vouchers(shop, "open.csv")[2]
    (shop / "passphrase").write_bytes(b"correct horse\r\nbattery staple\n")
    enrol = f"member enrol open.group --voucher {code} -o new {_HOME}"
    shop.run(f"{enrol} --passphrase-file passphrase")
    [vault] = (shop / "homes/secret").glob("*.vault")
    assert b"cosign/member-state" not in vault.read_bytes()
    shop.call("registrar issue new -o answer", "clerk")
    done = shop.run(
        f"member finish answer {_HOME}", env={"COSIGN_LETTER_PASSPHRASE": "correct horse"}
    )
    assert "ready to sign" in done.out
    assert "correct horse" not in done.out + done.err
    with shop.unchanged():
        told = shop.call(f"member keys {_HOME} --passphrase-file passphrase --json").json
    assert told["memberships"][0]["registrars"] == 1
    _check_closed(shop)


def _check_closed(shop: Shop) -> None:
    wrong = {"COSIGN_LETTER_PASSPHRASE": "wrong horse"}
    for line, env, says in (
        (f"member keys {_HOME}", {}, "needs a passphrase"),
        (f"member keys {_HOME} --no-passphrase", {}, "the file is under a passphrase"),
        (f"member keys {_HOME}", wrong, "the passphrase does not open"),
        (f"member finish answer {_HOME}", wrong, "the passphrase does not open"),
    ):
        with shop.unchanged():
            done = shop.call(line, code=13, env=env)
        assert says in done.problem()[0]
        assert "horse" not in done.err


@pytest.mark.parametrize(
    ("line", "home"),
    [
        ("registrar keys --name New --slots 1 -o new", "homes/new"),
        (
            "member enrol open.group --voucher UNKNOWN-VOUCHER -o new",
            "homes/new",
        ),
        ("trustee key --name New -o new", "homes/new"),
        (f"{ROUND} -o new", "homes/new"),
        ("sign letter.round --min-set 2 --yes -o new", "homes/member-3"),
    ],
)
def test_secrets_are_not_written_bare_by_accident(shop: Shop, line: str, home: str) -> None:
    """Without a passphrase, and without being told that none is wanted, no secret is written."""
    with shop.unchanged():
        done = shop.call(f"{line} --home {home}", code=13)
    assert "needs a passphrase" in done.err
    assert "--no-passphrase" in done.err


# Homes.


def test_a_home_in_use_is_waited_for_and_then_given_up(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While another process writes to a home, a command waits, then says who holds it."""
    monkeypatch.setattr(home_store, "_LOCK_SECONDS", 0.2)
    hold = (
        "import fcntl, sys; stream = open(sys.argv[1], 'w'); fcntl.flock(stream, fcntl.LOCK_EX); "
        "print(flush=True); input()"
    )
    lock = shop / "homes/member-3/.lock"
    with subprocess.Popen(
        [sys.executable, "-c", hold, lock], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdin
        assert holder.stdout
        holder.stdout.readline()
        with shop.unchanged():
            line = "sign letter.round --min-set 2 --yes -o new"
            done = shop.call(line, "member-3", code=17)
        holder.stdin.close()
    assert "another process is using this home" in done.err
    shop.call(line, "member-3")


def test_many_processes_sign_from_one_home(shop: Shop) -> None:
    """Processes that share a home take turns: every use of a slot is written down."""
    lines = [f"sign {name}.round --min-set 2 --yes -o {name}.new" for name in ("letter", "second")]
    running = [shop.start(line, "member-3") for line in lines for _ in range(2)]
    codes = [process.wait(60) for process in running]
    # Of two with one output, one comes first.
    assert sorted(codes[:2]) == sorted(codes[2:]) == [0, 15]
    told = shop.call("member keys --json", "member-3").json
    assert told["memberships"][0]["used_slots"] == [1, 2]


def test_a_damaged_home_is_named(shop: Shop) -> None:
    """A vault file or ledger that is damaged is named, with a hint, not shown as a crash."""
    [vault] = (shop / "homes/member-3").glob("*.vault")
    vault.write_bytes(vault.read_bytes()[:-1])
    with shop.unchanged():
        done = shop.call("sign letter.round --min-set 2 --yes -o new", "member-3", code=1)
    assert f"{vault.relative_to(shop.folder)}: " in done.err
    [ledger] = (shop / "homes/clerk").glob("*.sqlite")
    ledger.write_bytes(b"no database" * 1000)
    with shop.unchanged():
        done = shop.call("registrar issue early.request -o new", "clerk", code=14)
    assert f"{ledger.relative_to(shop.folder)}: " in done.problem()[0]


# Disks. A mount name space of its own gives a process disks that vanish with it.

_UNSHARE: Final = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"])]


def _in_own_mounts(shop: Shop, script: str) -> str:
    probe = subprocess.run(
        [*_UNSHARE, "mount", "-t", "tmpfs", "tmpfs", shop.folder],
        capture_output=True,
        check=False,
        text=True,
    )
    if probe.returncode:
        pytest.skip(f"this machine lets nobody mount a disk of their own: {probe.stderr.strip()}")
    functions = f'run() {{ {PROGRAM} "$@"; echo "exit $?"; }}\n'
    ended = subprocess.run(
        [*_UNSHARE, "sh", "-c", functions + script],
        cwd=shop.folder,
        env=environment(SIGNING),
        capture_output=True,
        check=True,
        text=True,
    )
    return ended.stdout + ended.stderr


def test_a_full_disk_loses_nothing(shop: Shop) -> None:
    """On a full disk a signature fails clearly, and succeeds once there is space."""
    told = _in_own_mounts(
        shop,
        """
        mkdir disk && mount -t tmpfs -o size=256k tmpfs disk && cp -r homes/member-3 disk/home
        dd if=/dev/zero of=disk/filler bs=1k 2>/dev/null
        sign="sign letter.round --min-set 2 --yes --home disk/home --no-passphrase"
        before=$(cat disk/home/*.vault | sha256sum)
        run $sign -o disk/new
        test "$before" = "$(cat disk/home/*.vault | sha256sum)" && echo same
        ls -A disk/home disk | grep -c cosign-
        rm disk/filler
        run $sign -o disk/new
        """,
    )
    assert "exit 14\nsame\n0\n" in told
    assert "no space left on device" in told
    assert "the disk is full; free some space and repeat the command" in told
    assert told.count("exit 0\n") == 1


def test_a_full_disk_loses_no_voucher(shop: Shop) -> None:
    """A ledger on a full disk refuses, and the voucher is good once there is space."""
    told = _in_own_mounts(
        shop,
        """
        mkdir disk && mount -t tmpfs -o size=256k tmpfs disk && cp -r homes/clerk disk/home
        dd if=/dev/zero of=disk/filler bs=1k 2>/dev/null
        issue="registrar issue early.request --home disk/home --no-passphrase"
        run $issue -o new
        test -e new || echo nothing
        rm disk/filler
        run $issue -o new
        """,
    )
    assert "exit 14\nnothing\n" in told
    assert "Traceback" not in told
    assert told.count("  hint: ") == 1
    assert told.count("exit 0\n") == 1


def test_a_read_only_home_is_refused_and_stays_readable(shop: Shop) -> None:
    """A home on a read-only disk serves what only reads, and refuses the rest clearly."""
    told = _in_own_mounts(
        shop,
        """
        mount --bind homes homes && mount -o remount,bind,ro homes || exit 1
        run sign letter.round --min-set 2 --yes --home homes/member-3 --no-passphrase -o new
        test -e new || echo nothing
        run registrar issue early.request --home homes/clerk --no-passphrase -o new
        test -e new || echo nothing
        run check published.letter --home homes/member-1 --no-passphrase
        run member keys --home homes/member-1 --no-passphrase
        run registrar status open.group --home homes/clerk --no-passphrase
        run registrar vouch open.group --home homes/clerk --no-passphrase -o more.csv
        test -e more.csv || echo nothing
        """,
    )
    assert told.count("exit 14\nnothing\n") == 3
    assert told.count("exit 0\n") == 3
    assert "3 vouchers: 1 used, 2 unused" in told
    assert told.count("the disk is read-only; choose another place; nothing changed") == 3, told
    assert "free some space" not in told
    assert "read-only" in told
    assert "Traceback" not in told


def test_a_read_only_folder_takes_no_output(shop: Shop) -> None:
    """An output folder that cannot be written leaves the secrets' changes harmless."""
    told = _in_own_mounts(
        shop,
        """
        mount --bind envelopes envelopes && mount -o remount,bind,ro envelopes || exit 1
        sign="sign letter.round --min-set 2 --yes --home homes/member-3 --no-passphrase"
        run $sign -o envelopes/new
        run $sign -o new
        """,
    )
    assert "exit 14\n" in told
    assert "the disk is read-only; choose another place" in told
    assert told.count("exit 0\n") == 1


def test_stdout_on_a_full_disk(shop: Shop) -> None:
    """A result or file that stdout does not take is an error, told once."""
    for line in ("inspect letter.round", "verify published.letter", "member keys --json"):
        assert _to_full(shop, line) == (14, 2)
    sign = "sign second.round --min-set 2 --yes -o -"
    assert _to_full(shop, sign, "member-3")[0] == 14


def _to_full(shop: Shop, line: str, home: str = "member-1") -> tuple[int, int]:
    home_options = typed("", home) if line.startswith(("member", "sign")) else []
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [PROGRAM, *typed(line, None), *home_options],
            cwd=shop.folder,
            env=environment(SIGNING),
            stdout=full,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            check=False,
            text=True,
        )
    lines = [x for x in ended.stderr.splitlines() if "the time is" not in x]
    assert "cosign-letter: stdout: no space left on device" in lines
    return ended.returncode, len(lines)


def test_names_that_a_terminal_cannot_show(shop: Shop) -> None:
    """A file whose name is no text is read and written, and shown as well as can be."""
    odd = os.fsdecode(b"odd-\xff.round")
    shutil.copy(shop / "letter.round", shop / odd)
    shop.run(f"inspect {odd}")
    new = os.fsdecode(b"new-\xff")
    done = shop.run(f"sign {odd} --min-set 2 --yes --json -o {new}", "member-3")
    assert done.json["output"] == r"new-\xff"


@pytest.mark.parametrize("there", [b"-----BEGIN COSIGN X-----\n", b"another file"])
def test_an_answer_is_not_written_over_another_file(shop: Shop, there: bytes) -> None:
    """Only the same answer may lie in its place."""
    (shop / "answer").write_bytes(there)
    with shop.unchanged():
        shop.call("registrar issue late.request -o answer", "clerk", code=15)
    shop.call("registrar issue late.request -o late.response", "clerk")
