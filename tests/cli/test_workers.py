"""Worker processes that end before their work does."""

import os
import signal
from collections.abc import Callable

import pytest

from cosign.errors import StorageError
from cosign_cli.shared.workers import process_pool


def work(function: Callable[..., object], *arguments: object) -> object:
    """Call a function in a worker."""
    with process_pool(2) as pool:
        assert pool is not None
        return pool.submit(function, *arguments).result()


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM])
def test_a_worker_that_the_system_ends_is_no_defect(ending: signal.Signals) -> None:
    """Linux kills the largest process where memory runs out."""
    with pytest.raises(StorageError, match="ended a worker process"):
        work(signal.raise_signal, ending)


def test_other_errors_pass_through() -> None:
    """Only a broken pool is the system's fault."""
    with pytest.raises(ZeroDivisionError):
        work(divmod, os.getpid(), 0)
