"""The hashes of the reader's page are SHA-2."""

import os
import subprocess
from pathlib import Path

from tests.support.web import build


def test_hashes(tmp_path: Path) -> None:
    """Against OpenSSL's: see sha2.test.mjs."""
    build("hashes", tmp_path / "sha2.mjs")
    done = subprocess.run(
        ["node", "--test", "sha2.test.mjs"],
        cwd=Path(__file__).parent,
        env=os.environ | {"SHA2": str(tmp_path / "sha2.mjs")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
