"""Fixtures that all tests share."""

import pytest
from hypothesis import settings

from tests.support import world

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


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name long values after their argument: some are random, and workers have to agree."""
    return argname if isinstance(val, str | bytes) and len(val) > 32 else None
