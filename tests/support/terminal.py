"""A terminal on which a test types, for what the program does only on terminals."""

import codecs
import contextlib
import os
import pty
import select
import subprocess
import tempfile
import termios
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.support.commands import PROGRAM, SIGNING, Shop, environment, typed

_PATIENCE: Final = 60.0
_SIZE: Final = (50, 400)
"""Lines and columns: so many that sentences are not wrapped; COLUMNS and LINES override them."""

_AGAIN: Final = 5.0
"""Seconds until a key is pressed again."""


class Terminal:
    """A program whose stdin and stderr are a terminal; stdout goes to a file, or there too."""

    def __init__(
        self, line: list[str], folder: Path, env: dict[str, str], *, whole: bool = False
    ) -> None:
        self._master, slave = pty.openpty()
        termios.tcsetwinsize(slave, _SIZE)
        self._stdout = tempfile.TemporaryFile()  # noqa: SIM115  # closed with the terminal
        # A session of its own, so that passphrases are read from this terminal. Where tests run
        # in the background, interruptions are ignored, and programs inherit that.
        self.process = subprocess.Popen(
            ["setsid", "--ctty", "env", "--default-signal=INT", *line],
            cwd=folder,
            env=env,
            stdin=slave,
            stdout=slave if whole else self._stdout,
            stderr=slave,
        )
        os.close(slave)
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self.seen = ""

    def _read(self) -> bool:
        ready, _, _ = select.select([self._master], [], [], _PATIENCE)
        assert ready, f"nothing more came after {self.seen!r}"
        try:
            chunk = os.read(self._master, 4096)
        except OSError:  # how a terminal without a program ends
            chunk = b""
        self.seen += self._decoder.decode(chunk)
        return bool(chunk)

    def answer(self, question: str, text: str) -> str:
        """Wait for a question, type a line, and give what was shown before the question."""
        shown = self._wait(question)
        os.write(self._master, text.encode() + b"\n")
        return shown

    def interrupt(self, question: str) -> None:
        """Press Ctrl-C at a question, and again if that fell between asking and reading."""
        self._wait(question)
        while self.process.poll() is None:
            os.write(self._master, b"\x03")
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(_AGAIN)

    def _wait(self, question: str) -> str:
        # The space behind a question comes when the program is ready to read.
        while not (question in self.seen and self.seen.endswith(" ")):
            assert self._read(), self.seen
        shown, _, self.seen = self.seen.partition(question)
        return shown

    def end(self) -> tuple[int, str, str]:
        """Wait for the end; give exit code, stdout, and what came after the last answer."""
        while self._read():
            pass
        code = self.process.wait(_PATIENCE)
        self._stdout.seek(0)
        return code, self._stdout.read().decode(), self.seen

    def close(self) -> None:
        """End the program, if it has not ended."""
        self.process.kill()
        self.process.wait()
        os.close(self._master)
        self._stdout.close()


@contextlib.contextmanager
def terminal(
    shop: Shop,
    line: str,
    home: str | None = None,
    *,
    whole: bool = False,
    piped: str = "",
    **env: str,
) -> Iterator[Terminal]:
    """Run a command on a terminal; see :class:`Terminal`.

    Args:
        shop: where it runs.
        line: of the command.
        home: whose secrets it uses.
        whole: whether its stdout is the terminal, too.
        piped: the name of a file that a pipe brings to its stdin; the terminal stays behind.
        env: variables of its environment.
    """
    more = environment(SIGNING, **{"TERM": "xterm", **env})
    command = [str(PROGRAM), *typed(line, home)]
    if piped:
        command = ["sh", "-c", 'cat "$0" | "$@"', piped, *command]
    opened = Terminal(command, shop.folder, more, whole=whole)
    try:
        yield opened
    finally:
        opened.close()
