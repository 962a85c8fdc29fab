"""The arithmetic of the reader's page is exact and that of the curve."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.interop.page_readers import HERE as INTEROP
from tests.support.web import build


def test_arithmetic(tmp_path: Path) -> None:
    """Against BigInt, another library, and the vectors of RFC 9380: see curve.test.mjs."""
    build("curve", tmp_path / "curve.mjs")
    if not (INTEROP / "node_modules").exists():
        pytest.skip("left out: the page's arithmetic; tests/interop has no packages (npm ci)")
    done = subprocess.run(
        ["node", "--test", "curve.test.mjs"],
        cwd=Path(__file__).parent,
        env=os.environ | {"CURVE": str(tmp_path / "curve.mjs")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
