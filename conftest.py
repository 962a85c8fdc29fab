"""Where the examples of the library's docstrings run: beside a published letter."""

import json
from importlib.util import find_spec
from pathlib import Path

import pytest

VECTORS = Path(__file__).parent / "tests" / "vectors" / "accepted.json"

# It imports what is optional.
native_core = "cosign/primitives/curve/native_core.py"
collect_ignore = [] if find_spec("cosign_letter_native") else [native_core]


@pytest.fixture(autouse=True)
def _beside_a_letter(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Run doctests in a folder that holds ``published.letter``."""
    if not isinstance(request.node, pytest.DoctestItem):
        return
    folder = tmp_path_factory.mktemp("letter")
    vectors = json.loads(VECTORS.read_text(encoding="utf-8"))
    [letter] = [vector["hex"] for vector in vectors if vector["name"] == "published file"]
    (folder / "published.letter").write_bytes(bytes.fromhex(letter))
    request.getfixturevalue("monkeypatch").chdir(folder)
