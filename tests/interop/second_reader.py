"""The second reader: a verifier in JavaScript, written from the specification, as processes."""

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.interop.page_readers import HERE, PageReaders, written


class SecondReader:
    """Runs the JavaScript of this folder.

    Args:
        folder: takes the files that it reads.
        page: the reader's page, whose engine has to give the same verdicts.
    """

    def __init__(self, folder: Path, page: PageReaders) -> None:
        self._folder = folder
        self.page = page

    def verify(self, file: Path, *pin: str) -> tuple[int, dict[str, Any]]:
        """Exit code and JSON object for one file."""
        done = _node("verifier/cli.mjs", str(file), *pin)
        answer: dict[str, Any] = json.loads(done.stdout)
        return done.returncode, answer

    def verify_all(self, files: list[bytes]) -> list[dict[str, Any]]:
        """JSON objects for many files, by one process."""
        paths = written(files, self._folder)
        return _answers(_node("verifier/cli.mjs", "--batch", lines=[str(path) for path in paths]))

    def prove(self, requests: list[dict[str, Any]]) -> list[bytes]:
        """Ring proofs, honest or crooked."""
        done = _node("crooked_prover.mjs", lines=[json.dumps(request) for request in requests])
        return [bytes.fromhex(proof) for proof in _answers(done)]

    def check_vectors(self) -> subprocess.CompletedProcess[str]:
        """Hold the modules of the verifier against the vectors."""
        return _node("--test", "vectors.test.mjs")


def _node(*arguments: str, lines: list[str] | None = None) -> subprocess.CompletedProcess[str]:
    text = "".join(f"{line}\n" for line in lines or [])
    command = ["node", *arguments]
    return subprocess.run(
        command, cwd=HERE, input=text, capture_output=True, text=True, check=False
    )


def _answers(done: subprocess.CompletedProcess[str]) -> list[Any]:
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]
