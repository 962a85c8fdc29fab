"""Signals: a server stops first, and then the signal counts."""

import signal
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from cosign.relay.server.listening import stopping


@pytest.fixture
def received() -> Iterator[list[int]]:
    """Signals that came through, as they would end the program."""
    found: list[int] = []
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    before = {n: signal.signal(n, lambda number, _frame: found.append(number)) for n in numbers}
    yield found
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_waits_for_the_server(received: list[int], number: int) -> None:
    """It tells the server to stop, and ends the program once all is closed, once."""
    server: Any = SimpleNamespace(should_exit=False)
    with stopping() as stop:
        stop.server = server
        for _ in range(2):
            signal.raise_signal(number)
        assert server.should_exit
        assert received == []
    assert received == [number]


def test_before_a_server_runs_a_signal_ends_the_program(received: list[int]) -> None:
    """Nothing is open yet that would have to be closed."""
    with stopping():
        signal.raise_signal(signal.SIGTERM)
        assert received == [signal.SIGTERM]
    assert received == [signal.SIGTERM]


def test_without_a_signal_nothing_is_raised(received: list[int]) -> None:
    """A program that ends otherwise goes on, with its handlers as they were."""
    with stopping():
        pass
    assert received == []
    signal.raise_signal(signal.SIGHUP)
    assert received == [signal.SIGHUP]
