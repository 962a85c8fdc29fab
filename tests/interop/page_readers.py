"""The engine of the reader's page, in Node and in the browsers that read with it."""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tests.support.browsers.tab import Tab

HERE: Final = Path(__file__).parent

Files = Sequence[bytes | Path]
"""Contents of files, or where they are already."""


class PageInNode:
    """The engine as a module for Node, without WebCrypto; ``folder`` takes the files."""

    def __init__(self, engine: Path, folder: Path) -> None:
        self._engine, self._folder = engine, folder

    def verify(self, file: Path, *pin: str) -> dict[str, Any]:
        """JSON object for one file."""
        [answer] = self._reports([file], *pin)
        return answer

    def verify_all(self, files: Files) -> list[dict[str, Any]]:
        """JSON objects for many files."""
        return self._reports(written(files, self._folder))

    def _reports(self, paths: list[Path], *pin: str) -> list[dict[str, Any]]:
        done = subprocess.run(
            ["node", "page_engine.mjs", str(self._engine), *filter(None, [", ".join(pin)])],
            cwd=HERE,
            input="".join(f"{path}\n" for path in paths),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return [json.loads(line)["report"] for line in done.stdout.splitlines()]


class PageInBrowser:
    """The worker of the page in a browser's tab, which has the harness open."""

    def __init__(self, tab: Tab, folder: Path) -> None:
        self._tab, self._folder = tab, folder

    def verify_all(self, files: Files) -> list[dict[str, Any]]:
        """JSON objects for many files."""
        paths = written(files, self._folder)
        self._tab.choose(self._tab.node("() => document.querySelector('#files')"), paths)
        answers: list[dict[str, Any]] = json.loads(self._tab.call("() => verifyAll()"))
        return answers


@dataclass
class PageReaders:
    """Where the engine runs.

    Attributes:
        node: in Node, where it computes all signatures itself, if its packages can be had.
        browsers: in the browsers that are installed, by name.
        left_out: what is missing, in words.
    """

    node: PageInNode | None = None
    browsers: dict[str, PageInBrowser] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)

    def verify_all(self, files: Files) -> dict[str, list[dict[str, Any]]]:
        """JSON objects for many files, by where the engine runs."""
        answers = {name: browser.verify_all(files) for name, browser in self.browsers.items()}
        return answers if self.node is None else {"node": self.node.verify_all(files), **answers}


def written(files: Files, folder: Path) -> list[Path]:
    """Return the paths of files; those that are given as bytes are written into a folder."""
    folder.mkdir(exist_ok=True)
    paths = []
    for number, file in enumerate(files):
        path = file if isinstance(file, Path) else folder / f"{number}.letter"
        if not isinstance(file, Path):
            path.write_bytes(file)
        paths.append(path)
    return paths
