"""The site builds strictly, without the network, and has every document and every module."""

import os
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

import pytest

from tests.support import places

ROOT: Final = places.ROOT
SOURCES: Final = ("*.md", "LICENSE", "mkdocs.yml", "docs", "cosign")
POLICY: Final = "default-src 'self' file: data: blob: 'unsafe-inline'"


def build(root: Path, site: Path) -> subprocess.CompletedProcess[str]:
    """Build the site of a tree as ``make docs`` does, into a folder.

    Never with ``--quiet``, under which MkDocs is not strict.
    """
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", site],
        cwd=root,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of this tree."""
    folder = tmp_path_factory.mktemp("site")
    done = build(ROOT, folder)
    assert done.returncode == 0, done.stderr
    return folder


class Page(HTMLParser):
    """A page of the site.

    Attributes:
        loads: what a browser fetches to show it.
        anchors: names that links can lead to.
        policies: what it forbids the browser.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.loads: set[str] = set()
        self.anchors: set[str] = set()
        self.policies: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag != "a":
            self.loads |= {given[name] for name in ("src", "href", "data") if name in given}
        if "id" in given:
            self.anchors.add(given["id"])
        if given.get("http-equiv") == "Content-Security-Policy":
            self.policies.append(given["content"])


def test_every_document_is_a_page(site: Path) -> None:
    """Documents lie where they lie in the repository."""
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    pages = {
        path.relative_to(ROOT).with_suffix(".html").as_posix().replace("README", "index")
        for path in documents
    }
    found = {path.relative_to(site).as_posix() for path in site.rglob("*.html")}
    assert found == pages | {"404.html"}


def test_no_page_loads_anything_from_elsewhere(site: Path) -> None:
    """Whatever a page shows lies beside it, and the browser is told so."""
    for path in site.rglob("*.html"):
        page = Page(path)
        assert page.loads
        assert [url for url in page.loads if "//" in url] == []
        assert page.policies == [POLICY]


def test_every_module_is_in_the_reference(site: Path) -> None:
    """Each module of the library stands on one page, under its name."""
    modules = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in (ROOT / "cosign").rglob("*.py")
    }
    pages = [Page(path).anchors & modules for path in (site / "docs" / "api").glob("*.html")]
    assert set().union(*pages) == modules
    assert sum(map(len, pages)) == len(modules)


def test_links_that_lead_nowhere_are_refused(tmp_path: Path) -> None:
    """A missing page, a missing heading and a missing name of the code fail the build."""
    tree = tmp_path / "tree"
    tree.mkdir()
    for source in [path for pattern in SOURCES for path in ROOT.glob(pattern)]:
        subprocess.run(["cp", "-r", source, tree], check=True)
    (tree / "tests").symlink_to(ROOT / "tests")  # the threat model links to tests
    threats = tree / "docs" / "threat-model.md"
    links = "[a](../SECURITIES.md) [b](../SECURITY.md#nothing) [c](adr/)"
    threats.write_text(f"{threats.read_text(encoding='utf-8')}\n{links}\n", encoding="utf-8")
    errors = tree / "cosign" / "errors.py"
    errors.write_text(errors.read_text(encoding="utf-8").replace("Root", ":class:`Rood`", 1))
    done = build(tree, tmp_path / "site")
    assert done.returncode == 1
    for target in ("'../SECURITIES.md'", "'#nothing'", "'adr/'", "'Rood'"):
        assert target in done.stderr, done.stderr
    assert done.stderr.count("WARNING") == 4
