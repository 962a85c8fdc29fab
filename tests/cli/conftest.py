"""Shops full of secrets, for the tests that look for them."""

from collections.abc import Iterator

import pytest

from tests.support import leaks, secret_lines
from tests.support.commands import Shop


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory, kept: Shop) -> Shop:
    """The staff council's shop with an invitation, rounds of rosters and an ssh key; only read."""
    shop = kept.copy(tmp_path_factory.mktemp("secrets") / "shop")
    secret_lines.furnish(shop)
    return shop


@pytest.fixture(scope="session")
def locked(bare: Shop) -> Shop:
    """The same, its homes under the passphrase; only copied."""
    shop = bare.copy(bare.folder.parent / "locked")
    leaks.lock_homes(shop)
    (shop / "tmp").mkdir()
    return shop


@pytest.fixture(scope="session")
def known(bare: Shop) -> leaks.Known:
    """Every secret of the shop."""
    return leaks.known(bare, secret_lines.given(bare))


@pytest.fixture
def cheap_passphrases() -> Iterator[None]:
    """Let homes that commands make cost little."""
    with leaks.cheap_passphrases():
        yield
