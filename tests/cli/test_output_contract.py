"""What scripts and people may rely on, whatever the command."""

import os
import re
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from cosign import __version__
from cosign.primitives.curve import choice
from tests.support.cli_fixture import complete
from tests.support.command_table import COMMANDS, DEMO, JOINT, LEAVES, RELAY, ROUND, STAMPS, line_of
from tests.support.commands import AFTERWARDS, BETWEEN, PROGRAM, SIGNING, Shop, environment, typed
from tests.support.witness import WITNESS


def test_the_table_names_every_command() -> None:
    """A new command has to take its place among those that are tested here."""
    assert sorted([*COMMANDS, DEMO, *RELAY, *STAMPS, *JOINT]) == LEAVES


@pytest.mark.parametrize("name", LEAVES)
def test_help(shop: Shop, name: str) -> None:
    """Every command explains itself, and every option of it, on stdout."""
    done = shop.call(f"{name} --help")
    assert done.out.startswith(f"Usage: cosign-letter {name} ")
    assert "--json" in done.out
    assert done.err == ""


@pytest.mark.parametrize("name", ["", *LEAVES])
def test_help_has_a_short_option_and_no_types_of_python(shop: Shop, name: str) -> None:
    """Values are called FILE, DIR or N."""
    done = shop.call(f"{name} -h")
    assert done == shop.call(f"{name} --help")
    assert re.findall(r"<\w+(?:\[\w+\])?>|int range|\{\w", done.out) == []


def test_shells_complete_commands_and_options(shop: Shop) -> None:
    """The script that --install-completion installs asks in this way."""
    for line, wanted in (("member fi", "finish"), ("verify --ht", "--html"), ("gui", "guide")):
        words = f"cosign-letter {line}"
        asked = {"COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
        done = shop.run("", env={"_COSIGN_LETTER_COMPLETE": "complete_bash", **asked})
        assert done.out.split() == [wanted]


def test_version_and_no_arguments(shop: Shop) -> None:
    """The version is told in one line; without arguments the help is shown."""
    assert shop.run("--version").out == f"cosign-letter {__version__} ({choice.NAME})\n"
    assert shop.run("").out == shop.run("--help").out


@pytest.mark.parametrize("name", COMMANDS)
def test_results_go_to_stdout(shop: Shop, name: str) -> None:
    """A command that succeeds says so on stdout; stderr has notes, never an error.

    Fingerprints stand on lines that a terminal of 80 columns does not break.
    """
    line, home, now = line_of(shop, name)
    done = shop.run(line, home, now=now)
    assert done.out.strip()
    assert not re.search(r"\d{5}( \d{5}){4}", done.out + done.err)
    assert "cosign-letter:" not in done.err
    assert "hint:" not in done.err


@pytest.mark.parametrize("name", COMMANDS)
def test_json_is_one_object(shop: Shop, name: str) -> None:
    """With --json stdout is one line with one object."""
    line, home, now = line_of(shop, name)
    assert isinstance(shop.call(f"{line} --json", home, now=now).json, dict)


@pytest.mark.parametrize("name", COMMANDS)
def test_nothing_touches_the_network(shop: Shop, name: str) -> None:
    """Where no relay is named no name is looked up, and nothing is connected to or sent."""
    line, home, now = line_of(shop, name)
    with WITNESS.watch(every_thread=True) as seen:
        shop.call(line, home, now=now)
    assert seen == set()


def test_the_witness_sees() -> None:
    """A look-up and a connection, in any thread."""

    def speak() -> None:
        with socket.socket(type=socket.SOCK_DGRAM) as speaking:
            speaking.connect((socket.gethostbyname("localhost"), 9))

    with WITNESS.watch(every_thread=True) as seen:
        thread = threading.Thread(target=speak)
        thread.start()
        thread.join()
    assert seen == {"localhost", ("127.0.0.1", 9)}


TABLES: Final = {"registrar vouch", "roster vouch", "roster collect"}
"""Commands whose file is for a spreadsheet, and has no armor."""


@pytest.mark.parametrize("name", [n for n in COMMANDS if COMMANDS[n][0].endswith("-o new")])
def test_a_file_may_go_to_stdout(shop: Shop, name: str) -> None:
    """With -o - the file is all that stdout holds; the result moves to stderr."""
    line, home, now = line_of(shop, name)
    copy = shop.copy(shop.folder.parent / "copy")
    form = "-o -" if name in TABLES else "-o - --armor"
    done = shop.call(line.replace("-o new", form), home, now=now)
    start, end = (b"\xef\xbb\xbfperson;", b"\n") if name in TABLES else (b"-----BEGIN ", b"-----\n")
    assert done.raw.startswith(start)
    assert done.raw.endswith(end)
    assert done.err
    assert not (shop / "new").exists()
    copy.call(line.replace("-o new", "-o - --json"), home, now=now, code=2)


def test_any_record_is_read_from_stdin(shop: Shop) -> None:
    """A record reaches every command through stdin as well."""
    whole = (shop / "letter.round").read_bytes()
    shop.run("sign - --min-set 2 --yes -o new", "member-3", stdin=whole)
    letter = (shop / "published.letter").read_bytes()
    for line, home in (("verify - --group staff.group", None), ("check -", "member-1")):
        shop.run(line, home, stdin=letter)
    shop.run("inspect -", stdin=letter)


OWNERS_ONLY: Final = {
    ".vault", ".csv", ".sqlite", ".lock", ".sealed", ".request", ".claim", ".mailbox", ".keys",
    ".delivery", ".name",
}  # fmt: skip


def test_files_tell_nothing_about_time_or_person(kept: Shop) -> None:
    """Secrets, and what names its maker, are for their owner only; times are of other days."""
    today, seen = time.time() // 86400 * 86400, set()
    for path in kept.folder.rglob("*"):
        found = path.stat()
        mode = found.st_mode & 0o777
        if path.is_dir():
            assert mode == 0o700 or (
                path.name in {"envelopes", "second-envelopes", "late", "homes"}
                and path != kept.folder / "homes/late"
            ), path
        elif path.suffix != ".md" and not path.name.endswith(".registrar"):
            private = "homes" in path.parts or OWNERS_ONLY & {path.suffix, path.name}
            assert mode == (0o600 if private else 0o644), path
            if not path.suffix.startswith(".sqlite"):  # SQLite's own, with its log
                assert found.st_mtime < today, path
                seen.add((path.suffix, found.st_size, found.st_mtime))
    assert len(seen) > 20


@pytest.mark.parametrize("name", ["sign", "verify page", "registrar keys", "round invite"])
def test_the_umask_is_respected(shop: Shop, name: str) -> None:
    """A person who hides files from others gets files that others cannot read."""
    line, home = {
        "sign": ("sign letter.round --min-set 2 --yes -o new", "member-3"),
        "verify page": ("verify published.letter --group staff.group --html new", None),
        "registrar keys": ("registrar keys --name New --slots 1 -o new", "new"),
        "round invite": ("round invite letter.round -o new", None),
    }[name]
    before = os.umask(0o077)
    try:
        shop.call(line, home)
    finally:
        os.umask(before)
    assert (shop / "new").stat().st_mode & 0o777 == 0o600


# Looking into files.


def test_inspect_shows_no_secret_file(shop: Shop) -> None:
    """A vault is called a vault, bare or not, and nothing of it is shown."""
    for path in (shop / "homes").rglob("*.vault"):
        told = shop.call(f"inspect {path.relative_to(shop.folder)} --json").json
        assert told == {"record": "vault", "content": "secret, not shown"}


def test_inspect_shows_every_public_file(shop: Shop) -> None:
    """Every file that the commands wrote for others can be looked into, also as text."""
    kinds = {}
    for path in shop.folder.rglob("*"):
        if path.is_file() and "homes" not in path.parts and path.suffix not in {".csv", ".md"}:
            name = path.relative_to(shop.folder)
            kinds[path.suffix] = shop.call(f"inspect {name} --json").json["record"]
            assert kinds[path.suffix] in shop.call(f"inspect {name}").out
    assert kinds == {
        ".registrar": "registrar",
        ".group": "registered group",
        ".certificate": "membership certificate",
        ".keys": "vault",
        ".member": "member key",
        ".collection": "collection",
        ".delivery": "key delivery",
        ".publisher": "publisher",
        ".roster": "roster",
        ".request": "enrolment request",
        ".response": "enrolment response",
        ".statement": "enrolment statement",
        ".trustee": "trustee",
        ".round": "round",
        ".draft": "round",
        ".grant": "slot grant",
        ".sealed": "envelope",
        ".opening": "opening",
        ".letter": "published letter",
        ".claim": "claim",
        ".name": "name request",
    }


# Endings.


def test_debug_shows_where_but_not_what(shop: Shop) -> None:
    """--debug adds a traceback without local variables; exit code and message stay."""
    env = {"COSIGN_LETTER_PASSPHRASE": "correct horse"}
    shop.call("trustee key --name New -o new --home homes/new", env=env)
    [vault] = (shop / "homes/new").glob("*.vault")
    vault.write_bytes(vault.read_bytes()[:-1])
    line = f"{ROUND} --trustee new -o new.draft"
    shop.call(line, "organizer", now=BETWEEN)
    complete(shop, "new")
    done = shop.run(
        "trustee open new.round --envelopes envelopes -o opening --home homes/new --debug",
        now=AFTERWARDS,
        code=1,
        env=env,
    )
    assert done.err.startswith("Traceback (most recent call last):")
    assert "cosign-letter: homes/new/" in done.err
    assert "horse" not in done.err
    assert "passphrase =" not in done.err


def test_an_unexpected_error_is_one_too(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even a fault of ours ends in one line, a hint and a code that says nothing of the letter."""

    def broken(*_arguments: object) -> None:
        raise RuntimeError("secret words")

    monkeypatch.setattr("cosign.roles.verifier.letter.verify_letter", broken)
    monkeypatch.setattr("cosign_cli.commands.verify.process_pool", broken)
    done = shop.call("verify published.letter", code=70)
    assert done.problem() == (
        "unexpected RuntimeError: this is a defect of the program",
        "run the command again with --debug and report what it prints",
    )
    told = shop.call("verify published.letter --json", code=70).json
    assert (set(told), told["exit_code"]) == ({"error", "hint", "exit_code"}, 70)


def test_nobody_reads_the_result(shop: Shop) -> None:
    """A pipe that is closed early ends the program quietly, as SIGPIPE would."""
    for line in ("verify published.letter", "inspect letter.round --json", "--help"):
        reader, writer = os.pipe()
        os.close(reader)
        ended = subprocess.run(
            [PROGRAM, *typed(line, None)],
            cwd=shop.folder,
            stdout=writer,
            stderr=subprocess.PIPE,
            check=False,
        )
        os.close(writer)
        assert (ended.returncode, ended.stderr) == (141, b"")


def _seconds(pid: int) -> float:
    """Return the CPU time that a process has used (proc(5), field 14 of stat)."""
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(after_name[11]) / os.sysconf("SC_CLK_TCK")


@pytest.fixture
def _listening() -> Iterator[None]:
    """Jobs in a shell's background ignore Ctrl-C and pass that on; commands here must hear it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_listening")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, -15)])
def test_a_stopped_command_leaves_nothing(shop: Shop, number: int, code: int) -> None:
    """Ctrl-C ends a command with 130, without a traceback and without a half-written file."""
    line = "registrar keys --name New --slots 64 --bits 4096 -o new"
    with shop.unchanged():
        process = subprocess.Popen(
            [PROGRAM, *typed(line, "new")],
            cwd=shop.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        while _seconds(process.pid) < 1.5:  # it starts in a third, and makes primes for a minute
            time.sleep(0.05)
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
        assert (process.returncode, out, err) == (code, b"", b"")


def test_the_home_may_come_from_the_environment(shop: Shop, tmp_path: Path) -> None:
    """COSIGN_LETTER_HOME names the home; without it there is one in the person's own folder."""
    home = {"COSIGN_LETTER_HOME": str(shop / "homes/member-1")}
    assert len(shop.run("member keys --no-passphrase --json", env=home).json["memberships"]) == 1
    person = tmp_path / "person"
    shop.run("trustee key --name New --no-passphrase -o new", env={"HOME": str(person)})
    [vault] = person.rglob("trustee-*.vault")
    assert vault.parent.name == "cosign-letter"


def test_a_clock_that_is_set_is_mentioned(shop: Shop) -> None:
    """A clock that is set for tests is noted on stderr."""
    line, home, now = COMMANDS["sign"]
    ended = subprocess.run(
        [PROGRAM, *typed(line, home)],
        cwd=shop.folder,
        env=environment(now),
        capture_output=True,
        check=True,
        text=True,
    )
    assert f"warning: the time is {SIGNING}, as COSIGN_LETTER_NOW says" in ended.stderr
    wrong = shop.call(line.replace("new", "newer"), home, now="soon", code=2)
    assert "'soon' is not a time" in wrong.err


@pytest.mark.parametrize(
    "line",
    [
        "registrar vouch open.group --count 2 -o new",
        "registrar vouch open.group --slips new",
        "roster vouch open.group -o new",
        "roster collect open.group -o new",
        "timestamp request published.letter -o new",
    ],
)
def test_what_others_read_has_no_armor(shop: Shop, line: str) -> None:
    """No spreadsheet, browser or authority of time stamps takes it off, and no command does."""
    with shop.unchanged():
        assert "--armor" in shop.call(f"{line} --armor", code=2).err
