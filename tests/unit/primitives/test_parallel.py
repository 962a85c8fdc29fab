"""Tasks here or on an executor."""

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosign.primitives.parallel import chunks, no_progress, run


@given(st.integers(0, 200), st.integers(1, 50))
def test_chunks_cover_everything_once_and_evenly(count: int, size: int) -> None:
    """In order, none empty, none too large, none much larger than another."""
    pieces = chunks(count, size)
    assert [i for piece in pieces for i in range(count)[piece]] == list(range(count))
    lengths = [piece.stop - piece.start for piece in pieces]
    assert all(1 <= length <= size for length in lengths)
    assert not lengths or max(lengths) - min(lengths) <= 1
    assert len(pieces) == -(-count // size)


@pytest.mark.parametrize("kind", [None, ThreadPoolExecutor, ProcessPoolExecutor])
def test_results_come_in_order(
    kind: type[ThreadPoolExecutor | ProcessPoolExecutor] | None,
) -> None:
    """Whatever runs the tasks."""
    tasks = [(i, 2) for i in range(9)]
    if kind is None:
        assert list(run(pow, tasks, None)) == [i * i for i in range(9)]
        return
    with kind(2) as executor:
        assert list(run(pow, tasks, executor)) == [i * i for i in range(9)]


def test_no_tasks_give_no_results() -> None:
    """Nor does telling nobody fail."""
    assert list(run(pow, [], None)) == []
    no_progress(1, 2)
