"""Where randomness comes from."""

import inspect
import secrets

from cosign.randomness import SYSTEM
from tests.support.modules import library_modules


def test_the_default_is_the_operating_system() -> None:
    """The default source is the one of the secrets module."""
    assert SYSTEM is secrets.token_bytes
    assert len(SYSTEM(32)) == 32


def test_randomness_is_always_an_argument_with_that_default() -> None:
    """Every function that takes randomness lets its caller choose, and defaults to no other."""
    seen = 0
    for module in library_modules():
        for _, function in inspect.getmembers(module, inspect.isfunction):
            found = inspect.signature(function).parameters.get("randomness")
            if found is None:
                continue
            seen += 1
            assert found.default in (SYSTEM, inspect.Parameter.empty), function
    assert seen > 10
