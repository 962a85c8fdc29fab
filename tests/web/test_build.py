"""The pages in the package are what their sources give."""

import subprocess
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import pytest

from tests.web.conftest import WEB


def test_shipped_page_is_what_its_sources_give(build: Callable[[str], Path]) -> None:
    """Anybody can rebuild the page and compare; ``make pages`` writes it."""
    shipped = resources.files("cosign").joinpath("pages/reader.html").read_bytes()
    assert build("page").read_bytes() == shipped


@pytest.mark.usefixtures("build")
def test_types_hold() -> None:
    done = subprocess.run(
        ["npm", "run", "--silent", "check"], cwd=WEB, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
