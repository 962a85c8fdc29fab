"""The engine of the member's page in Node, called from Python."""

import json
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

from cosign.randomness import Randomness

DRIVER: Final = Path(__file__).parents[1] / "web" / "member_driver.mjs"
PASSPHRASE: Final = "correct horse battery staple"  # noqa: S105  # of key files that live for one test


class ProblemError(Exception):
    """What the engine refused.

    Attributes:
        kind: the class that the library's error would have.
        message, hint: as people see them.
    """

    def __init__(self, kind: str, message: str, hint: str) -> None:
        super().__init__(f"{kind}: {message}")
        self.kind, self.message, self.hint = kind, message, hint


class Engine:
    """A member's page without a page: its methods are those of ``MemberEngine`` in web/."""

    def __init__(self, stdin: IO[str], stdout: IO[str]) -> None:
        self._stdin, self._stdout = stdin, stdout

    def call(self, name: str, *arguments: Any) -> Any:
        """Call a method or step; bytes are bytes on both sides.

        Raises:
            ProblemError: the engine refused.
        """
        self._stdin.write(json.dumps([name, *map(_written, arguments)]) + "\n")
        self._stdin.flush()
        answer = json.loads(self._stdout.readline())
        if "problem" in answer:
            raise ProblemError(**answer["problem"])
        return _read(answer["result"])

    def open(self, raw: bytes) -> Any:
        """Open a file."""
        return self.call("open", File(raw))

    def unlock(self, key_file: bytes) -> Any:
        """Open a key file with its passphrase."""
        self.open(key_file)
        return self.call("unlock", PASSPHRASE)

    def step(self, name: str, *arguments: Any) -> tuple[Any, bytes]:
        """Prepare a step and load its key file back; return what it made, and the file."""
        prepared = self.call(name, *arguments)
        key_file = prepared["keyFile"]
        return self.call("release", File(key_file)), key_file


class File(bytes):
    """Bytes that the engine gets as a file."""


def _written(value: Any) -> Any:
    if isinstance(value, File):
        return {"file": value.hex()}
    return {"hex": value.hex()} if isinstance(value, bytes) else value


def _read(value: Any) -> Any:
    if isinstance(value, dict):
        if value.keys() == {"hex"}:
            return bytes.fromhex(value["hex"])
        return {key: _read(part) for key, part in value.items()}
    return [_read(part) for part in value] if isinstance(value, list) else value


@contextmanager
def engine_of(module: Path, flags: Sequence[str] = ()) -> Iterator[Engine]:
    """Start Node with the module that ``build("member", module)`` wrote.

    Args:
        module: of the engine.
        flags: of Node, such as ``--no-expose-wasm``.
    """
    command = ["node", *flags, str(DRIVER), str(module)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as node:
        assert node.stdin
        assert node.stdout
        try:
            yield Engine(node.stdin, node.stdout)
        finally:
            node.stdin.close()
            node.wait(30)


class Recorded:
    """A source of randomness that remembers what it gave.

    Attributes:
        given: all of it, in order.
    """

    def __init__(self, source: Randomness) -> None:
        self._source, self.given = source, b""

    def __call__(self, count: int) -> bytes:
        found = self._source(count)
        self.given += found
        return found
