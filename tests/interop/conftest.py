"""The fixtures of the second reader, and of the reader's page beside it."""

import fcntl
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import pytest

from tests.interop.page_readers import HERE, PageInBrowser, PageInNode, PageReaders
from tests.interop.second_reader import SecondReader
from tests.support.browsers import BROWSERS, tab_of
from tests.support.web import build

OLDEST_NODE: Final = (20, 19)  # what package.json asks for
LEFT_OUT: Final = "left out: what a second implementation says of published files;"


@pytest.fixture(scope="session")
def second_reader(
    tmp_path_factory: pytest.TempPathFactory, page_readers: PageReaders
) -> SecondReader:
    """The second reader, if the machine has Node and its two packages can be had."""
    if not (node := shutil.which("node")):
        pytest.skip(f"{LEFT_OUT} there is no node")
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    if tuple(map(int, re.findall(r"\d+", version)[:2])) < OLDEST_NODE:
        pytest.skip(f"{LEFT_OUT} node {version.strip()} is older than 20.19")
    with (HERE / "package.json").open() as door:
        fcntl.flock(door, fcntl.LOCK_EX)  # the workers of a test run come at the same time
        if not (HERE / "node_modules").exists():
            _install()
    return SecondReader(tmp_path_factory.mktemp("second-reader"), page_readers)


@pytest.fixture(scope="session")
def page_readers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageReaders]:
    """The engine of the reader's page, wherever it runs on this machine."""
    folder = tmp_path_factory.mktemp("page")
    readers = PageReaders()
    with ExitStack() as tabs:
        try:
            build("engine", folder / "engine.mjs")
            build("harness", folder / "harness.html")
        except pytest.skip.Exception as missing:
            readers.left_out.append(str(missing))
            yield readers
            return
        readers.node = PageInNode(folder / "engine.mjs", folder / "node")
        for name in BROWSERS:
            _open(readers, name, folder, tabs)
        yield readers


def _open(readers: PageReaders, name: str, folder: Path, tabs: ExitStack) -> None:
    try:
        tab = tabs.enter_context(tab_of(name))
    except pytest.skip.Exception as missing:
        readers.left_out.append(str(missing))
        return
    tab.open(folder / "harness.html")
    readers.browsers[name] = PageInBrowser(tab, folder / name)


def _install() -> None:
    if not (npm := shutil.which("npm")):
        pytest.skip(f"{LEFT_OUT} there is no npm to install its two packages")
    done = subprocess.run([npm, "ci"], cwd=HERE, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"{LEFT_OUT} npm did not install its two packages: {done.stderr[:200]}")
