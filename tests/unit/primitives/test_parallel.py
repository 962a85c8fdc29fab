"""Tasks here or on an executor."""

import itertools
import multiprocessing
import os
import pickle
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosign.primitives.parallel import IN_FLIGHT_PER_WORKER, chunks, run, run_paired, worker_count
from cosign.primitives.progress import no_progress


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


class Recorded(Executor):
    """Another kind of executor, which pickles like one of processes, and records what it sends.

    Args:
        executor: that does the work.
        count: how many workers it says that it has.
    """

    def __init__(self, executor: Executor, count: int) -> None:
        self._executor, self.worker_count, self.sizes = executor, count, list[int]()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.sizes.append(len(pickle.dumps(args)))
        return self._executor.submit(fn, *args, **kwargs)


@pytest.fixture
def processes() -> Iterator[ProcessPoolExecutor]:
    """Give two workers."""
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        yield pool


def at(values: bytes, place: int) -> int:
    """Return one of some values that all tasks share."""
    return values[place]


def test_a_shared_value_is_sent_to_each_worker_once(processes: ProcessPoolExecutor) -> None:
    """Not with each task; a worker that was passed over gets it when it says so."""
    large = bytes(range(256)) * 1_000
    recorded = Recorded(processes, 2)
    tasks = [(place,) for place in range(40)]
    assert list(run(at, tasks, recorded, shared=large)) == list(range(40))
    with_value = [size for size in recorded.sizes if size > len(large)]
    assert 2 <= len(with_value) <= 2 + 2 * IN_FLIGHT_PER_WORKER
    assert len(recorded.sizes) <= 40 + 2 * IN_FLIGHT_PER_WORKER


def test_a_worker_that_lacks_the_value_is_sent_it(processes: ProcessPoolExecutor) -> None:
    """Only one worker is announced, so the other one gets a task without the value."""
    recorded = Recorded(processes, 1)
    places = [(place % 7,) for place in range(20)]
    assert list(run(at, places, recorded, shared=b"seventh")) == [b"seventh"[p] for (p,) in places]


def test_a_worker_keeps_the_latest_values_only() -> None:
    """So the memory of a worker that lives long does not grow; an old value is sent again."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        for value in (b"a", b"b", b"c", b"a"):
            recorded = Recorded(pool, 1)
            assert list(run(at, [(0,), (0,)], recorded, shared=value)) == [value[0]] * 2


@pytest.mark.parametrize("executor", [None, ThreadPoolExecutor(2)])
def test_a_shared_value_is_not_copied_in_one_process(executor: Executor | None) -> None:
    """Threads have it already."""
    value = object()
    assert list(run(lambda *seen: seen, [(1,)], executor, shared=value)) == [(value, 1)]


def test_few_tasks_are_handed_out_ahead() -> None:
    """Two for each worker, so an endless stream fills no memory; what is left is cancelled."""
    endless = zip(itertools.count())
    with ThreadPoolExecutor(3) as executor:
        for number, (task, result) in enumerate(run_paired(abs, endless, executor)):
            assert (task, result) == ((number,), number)
            handed_out = next(endless)[0]  # skips one task
            assert handed_out <= number + 1 + 3 * IN_FLIGHT_PER_WORKER
            if number == 0:
                break


def test_executors_tell_how_many_workers_they_have(processes: ProcessPoolExecutor) -> None:
    """And one that does not is taken for one of this machine."""
    with ThreadPoolExecutor(5) as threads:
        found = [worker_count(e) for e in (None, processes, threads, Recorded(threads, 7))]
    assert found == [1, 2, 5, 7]
    assert worker_count(Executor()) == os.cpu_count()
