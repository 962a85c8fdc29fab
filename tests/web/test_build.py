"""The pages in the package are what their sources give."""

import subprocess
from importlib import resources
from pathlib import Path

import pytest

from tests.support.web import WEB, build


@pytest.mark.parametrize(("target", "name"), [("page", "reader"), ("member-page", "member")])
def test_shipped_page_is_what_its_sources_give(tmp_path: Path, target: str, name: str) -> None:
    """Anybody can rebuild the page and compare; ``make pages`` writes it."""
    shipped = resources.files("cosign").joinpath(f"pages/{name}.html").read_bytes()
    build(target, tmp_path / "built.html")
    assert (tmp_path / "built.html").read_bytes() == shipped


@pytest.mark.parametrize(("name", "most"), [("reader", 120_000), ("member", 900_000)])
def test_a_page_is_small_and_the_same_in_every_encoding(name: str, most: int) -> None:
    """It is mailed and kept, and a server can name an encoding that is not the page's own."""
    shipped = resources.files("cosign").joinpath(f"pages/{name}.html").read_bytes()
    assert len(shipped) <= most
    assert shipped.isascii()


def test_types_hold(tmp_path: Path) -> None:
    build("engine", tmp_path / "engine.mjs")  # or there are no packages to check with
    done = subprocess.run(
        ["npm", "run", "--silent", "check"], cwd=WEB, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
