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
