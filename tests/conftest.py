"""Fixtures that all tests share."""

from pathlib import Path

import coverage
import pytest
from hypothesis import settings

from tests.support import cli_fixture, world
from tests.support.commands import Shop

settings.register_profile("project", deadline=None, max_examples=60)
settings.load_profile("project")


@pytest.fixture(scope="session")
def committee() -> world.World:
    """A group of 2 of 3 registrars, with 2 of 3 trustees."""
    return world.committee()


@pytest.fixture(scope="session")
def village() -> world.World:
    """A group of one registrar, with one trustee."""
    return world.village()


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """The staff council's shop; never written to."""
    return cli_fixture.prepared(tmp_path_factory, "kept", (0, 1, 2))


@pytest.fixture(scope="session")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """The shop of another group; never written to."""
    return cli_fixture.prepared(tmp_path_factory, "foreign", (3, 4, 5))


@pytest.fixture
def shop(kept: Shop, tmp_path: Path) -> Shop:
    """A copy of the staff council's shop."""
    return kept.copy(tmp_path / "shop")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name long values after their argument: some are random, and workers have to agree."""
    return argname if isinstance(val, str | bytes) and len(val) > 32 else None


def pytest_sessionfinish() -> None:
    """Keep what a worker has measured: it may be ended before its interpreter is."""
    if (measured := coverage.Coverage.current()) is not None:
        measured.save()
