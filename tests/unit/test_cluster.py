"""A Dask cluster of two workers on this machine verifies as this process does."""

import io
import socket
from collections.abc import Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor
from threading import Event
from typing import Any

import dask
import pytest
from distributed import Client, LocalCluster

from cosign import cluster as module
from cosign.cluster import ClusterExecutor, connect
from cosign.errors import MalformedError, UsageError
from cosign.primitives.parallel import run, worker_count
from cosign.proofs.certificate import CertificateVerifier
from cosign.proofs.ring.verifier import RingVerifier
from cosign.roles.verifier.letter import verify_letter
from tests.support import rosters
from tests.support.published import check_verified_alike
from tests.support.world import World


def local_cluster(**options: Any) -> Any:
    """Return a cluster on this machine, whose dashboard is at any free port."""
    return LocalCluster(**options, dashboard_address=":0")  # type: ignore[no-untyped-call]  # ships no types


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Start a scheduler and two workers, and give the scheduler's address."""
    with (
        dask.config.set({"distributed.worker.daemon": True}),
        local_cluster(n_workers=2, threads_per_worker=1) as started,
    ):
        yield started.scheduler_address


@pytest.fixture
def executor(address: str) -> Iterator[ClusterExecutor]:
    """Connect to it."""
    with connect(address) as connected:
        yield connected


@pytest.fixture(autouse=True)
def _small_letters_are_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    for verifier in (CertificateVerifier, RingVerifier):
        monkeypatch.setattr(verifier, "batch_size", 2)
        monkeypatch.setattr(verifier, "share_from", 2)


def test_a_cluster_verifies_certified_cosignatures(
    committee: World, executor: ClusterExecutor
) -> None:
    """The same report, and the same refusal."""
    check_verified_alike(committee, executor)


def test_a_cluster_verifies_ring_proofs(executor: ClusterExecutor) -> None:
    """The workers get the roster's keys, too."""
    round_ = rosters.round_of(5)
    raw = rosters.file_of(round_, [rosters.speak(round_, who)[1] for who in range(4)])
    assert rosters.verify(round_, raw, executor) == rosters.verify(round_, raw)


def length(value: bytes, _number: int) -> int:
    """Return the length of what all tasks share."""
    return len(value)


def refuse(what: str) -> None:
    """Fail as a task may."""
    raise MalformedError(what, hint="none")


def test_what_a_task_raises_arrives(executor: ClusterExecutor) -> None:
    """With its words, as from any executor."""
    future = executor.submit(refuse, "a damaged record")
    with pytest.raises(MalformedError, match="a damaged record"):
        future.result()
    assert future.done()
    assert isinstance(future.exception(), MalformedError)


def test_a_task_can_be_cancelled(address: str) -> None:
    """One that no worker may take, so that it cannot have ended."""
    with Client(address, set_as_default=False) as client:  # type: ignore[no-untyped-call]  # ships no types
        executor = ClusterExecutor(client)
        executor._executor = client.get_executor(pure=False, resources={"of no worker": 1})
        future = executor.submit(length, b"", 0)
        assert not future.done()
        assert future.cancel()
        with pytest.raises(CancelledError):
            future.result(10)
        assert future.cancelled()


def test_nothing_that_was_sent_is_kept(executor: ClusterExecutor) -> None:
    """Dask's client keeps its last 1,000 messages; with many large ones memory would grow."""
    shared = bytes(12_000_000)
    assert worker_count(executor) == 2
    tasks = [(number,) for number in range(9)]
    assert list(run(length, tasks, executor, shared=shared)) == [len(shared)] * 9
    client: Any = executor._executor._client  # type: ignore[attr-defined]  # of Dask
    assert not client.scheduler_comm.recent_message_log


def test_a_cluster_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A closed port, and no address at all."""
    quick = {**module._SETTINGS, "distributed.comm.timeouts.connect": "0.2s"}
    monkeypatch.setattr(module, "_SETTINGS", quick)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    for address in (f"tcp://127.0.0.1:{port}", "no address"):
        with pytest.raises(UsageError, match="no cluster answers at"), connect(address):
            pass


def test_a_cluster_without_workers_is_refused() -> None:
    """Nothing would ever be verified."""
    with (
        local_cluster(n_workers=0) as empty,
        pytest.raises(UsageError, match="has no workers") as refused,
        connect(empty.scheduler_address),
    ):
        pass
    assert refused.value.hint.endswith(f"dask worker {empty.scheduler_address}")


def test_a_client_that_cannot_connect_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the garbage collector closes it, and waits forever if a client starts at that moment."""
    made: list[Any] = []

    class Noted(module._Client):
        def start(self, **kwargs: Any) -> None:
            made.append(self)
            super().start(**kwargs)

    monkeypatch.setattr(module, "_Client", Noted)
    with pytest.raises(UsageError, match="no cluster answers at"), connect("no address"):
        pass
    [client] = made
    assert client.status == "closed"


def verify_until_the_end(ending: Any, raw: bytes) -> None:
    """Verify on a cluster that ends while no worker may take the tasks."""
    begun = Event()
    with ThreadPoolExecutor(1) as pool, connect(ending.scheduler_address) as executor:
        pool.submit(lambda: begun.wait() and ending.close())
        client: Any = executor._executor._client  # type: ignore[attr-defined]  # of Dask
        executor._executor = client.get_executor(pure=False, resources={"of no worker": 1})
        executor.submit(length, b"", 0)
        begun.set()
        verify_letter(io.BytesIO(raw), executor=executor)


def test_a_cluster_that_ends_is_named(committee: World) -> None:
    """The letter is not called invalid."""
    raw = committee.published
    with (
        local_cluster(n_workers=1, processes=False) as ending,
        pytest.raises(UsageError, match="ended before the work did") as refused,
    ):
        verify_until_the_end(ending, raw)
    assert ending.scheduler_address in refused.value.message


def test_workers_of_another_version_are_refused(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "__version__", "99.0")
    with pytest.raises(UsageError, match=r"this is cosign-letter 99\.0, and"), connect(address):
        pass


def test_a_client_of_ones_own_can_be_used(committee: World, address: str) -> None:
    """For programs that have a cluster at hand."""
    with Client(address, set_as_default=False) as client:  # type: ignore[no-untyped-call]  # ships no types
        executor = ClusterExecutor(client)
        report = verify_letter(io.BytesIO(committee.published), executor=executor)
    assert report.cosigners == committee.verify(committee.published).cosigners
