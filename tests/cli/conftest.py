"""Shops that tests of the command line copy."""

from pathlib import Path

import pytest

from tests.support import staff
from tests.support.commands import Shop


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """The staff council's shop; never written to."""
    return staff.prepared(tmp_path_factory, "kept", (0, 1, 2))


@pytest.fixture(scope="session")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """The shop of another group; never written to."""
    return staff.prepared(tmp_path_factory, "foreign", (3, 4, 5))


@pytest.fixture
def shop(kept: Shop, tmp_path: Path) -> Shop:
    """A copy of the staff council's shop."""
    return kept.copy(tmp_path / "shop")
