"""The engine of the member's page, built once and started once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.member_page import PASSPHRASE, Engine, engine_of
from tests.support.web import build


@pytest.fixture(scope="session")
def member_module(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the engine as a module for Node."""
    module = tmp_path_factory.mktemp("member") / "member.mjs"
    build("member", module)
    return module


@pytest.fixture(scope="session")
def engine(member_module: Path) -> Iterator[Engine]:
    """Start the engine; what one test opened, the next may open anew."""
    with engine_of(member_module) as started:
        yield started


@pytest.fixture
def started(engine: Engine) -> Engine:
    """An engine that has just begun a key file."""
    engine.call("create", PASSPHRASE)
    return engine
