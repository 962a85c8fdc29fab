"""The pages in the package are what their sources give."""

import subprocess
from importlib import resources
from pathlib import Path

from tests.support.web import WEB, build


def test_shipped_page_is_what_its_sources_give(tmp_path: Path) -> None:
    """Anybody can rebuild the page and compare; ``make pages`` writes it."""
    shipped = resources.files("cosign").joinpath("pages/reader.html").read_bytes()
    build("page", tmp_path / "reader.html")
    assert (tmp_path / "reader.html").read_bytes() == shipped


def test_types_hold(tmp_path: Path) -> None:
    build("engine", tmp_path / "engine.mjs")  # or there are no packages to check with
    done = subprocess.run(
        ["npm", "run", "--silent", "check"], cwd=WEB, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
