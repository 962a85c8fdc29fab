"""Commands whose surroundings lack something ordinary end as they should, not as a defect."""

import json
import os
import re
import subprocess
import sys
from typing import Any, Final

import pytest

from tests.support import joint
from tests.support.cli_fixture import invite
from tests.support.command_table import COMMANDS, LEAVES, line_of
from tests.support.commands import PROGRAM, SIGNING, Shop, environment
from tests.support.places import ROOT
from tests.support.surroundings import CLOSINGS, NO_POSIX, NO_SEMAPHORES, closing, full, without
from tests.support.terminal import Terminal

ANYWHERE: Final = {
    *("verify", "inspect", "check", "verify-claim", "compare", "fingerprint", "guide"),
    *("page", "pages"),
}
"""The commands that work on every system and are tried as they are in the table of commands."""
GROUPS_ANYWHERE: Final = {"joint", "timestamp"}
"""The groups all of whose commands do, too."""

# Closed streams.


@pytest.mark.parametrize("stream", CLOSINGS)
@pytest.mark.parametrize("name", COMMANDS)
def test_a_closed_stream_changes_no_exit_code(shop: Shop, name: str, stream: str) -> None:
    """What a command does is done, and its exit code says so; only a secret has to be read."""
    line, home, now = line_of(shop, name)
    done = closing(shop, stream, line, home, now=now)
    expected = 2 if (name, stream) == ("round invite", "stdout") else 0
    assert done.code == expected, done
    assert "Traceback" not in done.err
    assert bool(done.raw) == (stream != "stdout" and expected == 0)


@pytest.mark.parametrize("stream", CLOSINGS)
@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("verify published.letter --group staff.group", 0),
        ("verify letter.md", 2),
        ("verify absent", 2),
        ("verify published.letter", 3),
        ("verify published.letter --json", 3),
        ("check published.letter --receipt 0", 2),
        ("inspect", 2),
        ("--help", 0),
    ],
)
def test_failures_keep_their_codes_too(shop: Shop, line: str, code: int, stream: str) -> None:
    done = closing(shop, stream, line)
    assert done.code == code, done


@pytest.mark.parametrize(
    ("line", "home"),
    [
        ("round invite letter.round -o new", None),
        ("round invite letter.round -o new --json", None),
        ("sign letter.round --min-set 2 --yes --receipt -o new", "member-3"),
        ("registrar vouch open.group -o -", "clerk"),
        ("sign letter.round --min-set 2 --yes -o -", "member-3"),
        ("member key -o -", "new"),
        ("verify published.letter --html -", None),
    ],
)
def test_a_secret_that_nobody_could_read_is_not_made(
    shop: Shop, line: str, home: str | None
) -> None:
    with shop.unchanged():
        done = closing(shop, "stdout", line, home)
    assert (done.code, done.problem()[0]) == (2, "stdout is closed")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("inspect -", 2),
        ("verify - --group staff.group", 2),
        ("sign - --yes --min-set 2 -o new --home homes/member-3 --no-passphrase", 2),
        ("sign letter.round --min-set 2 -o new --home homes/member-3 --no-passphrase", 2),
        ("member key -o new --home homes/new", 13),
        ("sign letter.invite --yes -o new --home homes/member-3 --no-passphrase", 2),
    ],
)
def test_nobody_is_at_a_closed_stdin(shop: Shop, line: str, code: int) -> None:
    """Neither a record nor an answer comes from there, and nothing is made."""
    invite(shop)
    with shop.unchanged():
        done = closing(shop, "stdin", line)
    assert done.code == code, done
    assert "  hint: " in done.err


def test_a_file_never_becomes_a_closed_stream(shop: Shop) -> None:
    """A letter that is opened where stdout was must not be written to."""
    letter = (shop / "published.letter").read_bytes()
    for stream in CLOSINGS:
        closing(shop, stream, "verify published.letter --group staff.group --html page.html")
        assert (shop / "published.letter").read_bytes() == letter
        assert b"</html>" in (shop / "page.html").read_bytes()
        (shop / "page.html").unlink()


# Streams that take nothing.


@pytest.mark.parametrize("name", COMMANDS)
def test_a_result_that_cannot_be_written_is_an_error(shop: Shop, name: str) -> None:
    """It has the exit code of a file that cannot be written, with and without --json.

    An answer of its own, such as "not valid", is none if nobody gets it.
    """
    line, home, now = line_of(shop, name)
    for option in ("", " --json") if name in ANYWHERE - {"fingerprint", "page"} else ("",):
        done = full(shop, "stdout", line + option, home, now=now)
        assert (done.code, done.raw) == (14, b"")
        assert "cosign-letter: stdout: no space left on device\n  hint: " in done.err


@pytest.mark.parametrize("name", COMMANDS)
def test_notes_that_cannot_be_written_are_lost(shop: Shop, name: str) -> None:
    """They change no exit code, and nothing that the command does."""
    line, home, now = line_of(shop, name)
    done = full(shop, "stderr", line, home, now=now)
    assert done.code == 0
    assert done.raw


FAILURES: Final = [
    ("verify letter.md --json", 2),
    ("verify published.letter --group keys.roster --json", 1),
    ("inspect absent --json", 16),
    ("inspect", 2),
    ("inspect absent --debug", 16),
]


@pytest.mark.parametrize("sink", [">/dev/full", "2>/dev/full", "| true", "2>&1 | true"])
@pytest.mark.parametrize(("line", "code"), FAILURES)
def test_errors_keep_their_codes_where_they_cannot_be_told(
    shop: Shop, line: str, code: int, sink: str
) -> None:
    """As processes: Python has a code of its own for what it cannot write at the end."""
    done = subprocess.run(
        ["bash", "-c", f'"$0" {line} {sink}; exit ${{PIPESTATUS[0]}}', str(PROGRAM)],
        cwd=shop.folder,
        env=environment(SIGNING),
        capture_output=True,
        check=False,
    )
    unheard = code == 1 and sink != "2>/dev/full"  # "not valid" is a result
    assert done.returncode in ({14, 141} if unheard else {code}), done
    assert b"Exception ignored" not in done.stderr


@pytest.mark.parametrize(
    ("line", "home"),
    [
        ("round invite letter.round -o -", None),
        ("sign letter.round --min-set 2 --yes --receipt -o -", "member-3"),
        ("verify published.letter --html -", None),
    ],
)
@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_result_on_stderr_is_no_note(
    shop: Shop, line: str, home: str | None, stream: str
) -> None:
    """Where the file goes to stdout, the result goes to stderr, and neither may be lost."""
    done = full(shop, stream, line, home)
    assert done.code == 14
    if stream == "stdout":
        assert "cosign-letter: stdout: no space left on device" in done.err


# Terminals.


@pytest.mark.parametrize("answer", ["y", "n"])
def test_answers_come_from_the_terminal_where_stdin_is_a_pipe(shop: Shop, answer: str) -> None:
    """Else a person would add --yes, and compare nothing."""
    sign = f"{PROGRAM} sign - --min-set 2 -o new --home homes/member-3 --no-passphrase"
    line = ["sh", "-c", f"cat letter.round | {sign}"]
    screen = Terminal(line, shop.folder, environment(SIGNING, TERM="xterm"))
    try:
        shown = screen.answer("[y/N]", answer)
        code, _, _ = screen.end()
    finally:
        screen.close()
    assert "have you compared the round" in shown
    assert (code, (shop / "new").exists()) == ((0, True) if answer == "y" else (1, False))


def test_nobody_answers_for_dev_null(shop: Shop) -> None:
    """A script that says so is not asked, also on a terminal."""
    sign = f"{PROGRAM} sign letter.round --min-set 2 -o new --home homes/member-3 --no-passphrase"
    line = ["sh", "-c", f"{sign} </dev/null"]
    screen = Terminal(line, shop.folder, environment(SIGNING, TERM="xterm"))
    try:
        code, _, shown = screen.end()
    finally:
        screen.close()
    assert code == 2
    assert "add --yes if you are sure" in shown


# Encodings.


@pytest.mark.parametrize(
    "env",
    [
        *({"PYTHONIOENCODING": name} for name in ("latin-1", "ascii", "cp1252", "cp437", "utf-16")),
        {"PYTHONIOENCODING": "ascii:strict"},
        {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
        {"LC_ALL": "en_US.ISO-8859-1", "PYTHONUTF8": "0"},
    ],
    ids=str,
)
def test_json_is_utf_8_everywhere(shop: Shop, env: dict[str, str]) -> None:
    """Also an error's, whose name of a file may be no UTF-8 at all."""
    (shop / "letter.md").write_text("# Stop 😀 jetzt, für alle\n", encoding="utf-8")
    shop.call(
        "round create letter.md --group staff.group --opens 2030-03-08T00:00Z "
        "--closes 2030-03-18T00:00Z --slot 2 -o für.draft",
        "organizer",
    )
    for line, code in (("inspect für.draft --json", 0), ("inspect ärger.draft --json", 16)):
        ended, told = _json(shop, line.encode().split(), env)
        assert (ended, told.get("exit_code", 0)) == (code, code)
        assert told == shop.run(line, code=code).json
    code, told = _json(shop, [b"inspect", b"--json", b"\xff\xc3\xbc\xff.draft"], env)
    if not {"LC_ALL", "PYTHONUTF8"} <= env.keys() or env["LC_ALL"] == "C":
        assert (code, told["error"]) == (16, r"\xffü\xff.draft: there is no such file")


def _json(shop: Shop, line: list[bytes], env: dict[str, str]) -> tuple[int, dict[str, Any]]:
    ended = subprocess.run(
        [os.fsencode(PROGRAM), *line],
        cwd=shop.folder,
        env=environment(SIGNING, **env),
        capture_output=True,
        check=False,
    )
    assert ended.stdout.count(b"\n") == 1
    return ended.returncode, json.loads(ended.stdout.decode("utf-8"))


@pytest.mark.parametrize("name", [*LEAVES, *sorted({n.split()[0] for n in LEAVES if " " in n}), ""])
def test_help_without_docstrings(name: str) -> None:
    """With -OO Python leaves docstrings out, and commands explain themselves all the same."""
    told = [
        subprocess.run(
            [sys.executable, *options, "-m", "cosign_cli", *name.split(), "--help"],
            env=environment(SIGNING, COLUMNS="80"),
            capture_output=True,
            check=True,
        ).stdout
        for options in ([], ["-OO"])
    ]
    assert told[0] == told[1]


# Other systems.


@pytest.mark.parametrize("line", ["verify - --group staff.group", "verify published.letter"])
def test_one_process_does_it_without_semaphores(shop: Shop, line: str) -> None:
    """A letter whose length is unknown, or that is long, is verified without a pool."""
    letter = (shop / "published.letter").read_bytes()
    folder = shop.folder.parent / "lacking"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(NO_SEMAPHORES)
    done = shop.run(
        line, stdin=letter, env={"PYTHONPATH": str(folder)}, code=0 if "group" in line else 3
    )
    assert "VALID" in done.out


@pytest.mark.parametrize("name", sorted(ANYWHERE))
def test_what_only_reads_works_on_every_system(shop: Shop, name: str) -> None:
    """Its output is the same as here."""
    line, home, now = line_of(shop, name)
    done = without(shop, NO_POSIX, line, home, now=now)
    assert done.code == 0, done
    for written in ("new.png", "new"):
        (shop / written).unlink(missing_ok=True)
    if name != "compare":  # which draws words
        assert done.raw == shop.run(line, home, now=now).raw


def test_the_page_is_written_on_every_system(shop: Shop) -> None:
    line = "verify published.letter --group staff.group --html page.html"
    assert without(shop, NO_POSIX, line).code == 0
    page = (shop / "page.html").read_bytes()
    shop.run(f"{line} --force")
    assert (shop / "page.html").read_bytes() == page


def test_joint_letters_and_time_stamps_are_made_on_every_system(shop: Shop) -> None:
    """Two letters are joined and taken out again, and a stamp of one is asked for."""
    for name in ("Alpha", "Beta"):
        (shop / name).write_bytes(joint.side(name).published)
    (shop / "parts").mkdir()
    for line in (
        "joint create Alpha Beta -o all.letter",
        "joint split all.letter -o parts",
        "timestamp request parts/1.letter -o new",
    ):
        done = without(shop, NO_POSIX, line)
        assert done.code == 0, done


def test_the_commands_of_every_system_are_named() -> None:
    """In the README; the hint is compared where others end."""
    folder = ROOT / "cli/cosign_cli/commands"
    found = {
        (path.stem if path.parent == folder else path.parent.name).replace("_", "-")
        for path in folder.rglob("*.py")
        if "anywhere=True" in path.read_text("utf-8")
    }
    assert found == ANYWHERE | GROUPS_ANYWHERE
    told = (ROOT / "README.md").read_text("utf-8").partition("such as Windows, ")[2]
    assert set(re.findall(r"`([a-z-]+)`", told.partition(" are made to work")[0])) == found


@pytest.mark.parametrize(
    "name",
    sorted(name for name in set(LEAVES) - ANYWHERE if name.split()[0] not in GROUPS_ANYWHERE),
)
def test_other_commands_end_at_once_on_other_systems(shop: Shop, name: str) -> None:
    """In one sentence, and before anything is asked or written."""
    line, home, now = line_of(shop, name) if name in COMMANDS else (name, None, SIGNING)
    with shop.unchanged():
        done = without(shop, NO_POSIX, line, home, now=now)
    assert done.code == 2, done
    if name in COMMANDS or name == "demo":
        message, hint = done.problem()
        assert message == "this command needs Linux or macOS"
        assert {*re.findall(r"[a-z-]+", hint)} - {
            "and",
            "work",
            "here",
        } == ANYWHERE | GROUPS_ANYWHERE
