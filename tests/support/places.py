"""Where things are, for tests: wherever a test moves, these stay."""

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
DOCS: Final = ROOT / "docs"
VECTORS: Final = ROOT / "tests" / "vectors"
KEYS: Final = VECTORS / "keys"
PUBLISHED: Final = VECTORS / "published"
