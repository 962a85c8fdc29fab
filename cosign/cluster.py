"""Verifying on the machines of a Dask cluster; the extra ``cluster`` (docs/cluster.md).

A cluster is any scheduler of dask.distributed whose workers have the same version of this
package. It is given public values only: published cosignatures and the keys of a roster.

Not protected: what a worker answers is believed, so a machine of the cluster can make a false
letter look valid. Dask does not encrypt and asks for no password unless it is set up to.
"""

import contextlib
import pickle
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, Future
from typing import Any, Final

import dask
from distributed import Client, KilledWorker

from cosign import __version__
from cosign.errors import UsageError
from cosign.quoting import quoted

_SETTINGS: Final = {
    # Else the client keeps the last 1,000 messages that it sent, with the cosignatures in them.
    "distributed.admin.low-level-log-length": 0,
    # A roster goes to each worker once; it is meant to be large.
    "distributed.admin.large-graph-warning-threshold": "1GB",
    "distributed.comm.timeouts.connect": "10s",
}

_SAME: Final = "install the same version, with the extra cluster, on each machine of the cluster"


class _Client(Client):
    """A client that is closed where it cannot connect.

    Dask does not close it where the address is none. Then the garbage collector does, and
    waits forever if it comes by while another client starts, which holds a lock that it needs.
    """

    def start(self, **kwargs: Any) -> None:
        """Connect; called when a client is made."""
        try:
            super().start(**kwargs)  # type: ignore[no-untyped-call]  # ships no types
        except BaseException:
            self.close()  # type: ignore[no-untyped-call]  # ships no types
            raise


class ClusterExecutor(Executor):
    """The workers of a cluster, as an executor for ``verify_letter``.

    Args:
        client: a ``distributed.Client``, connected to the cluster's scheduler.

    Attributes:
        worker_count: how many threads the workers have together, at this moment.
        in_flight_per_worker: tasks that are handed out for each of them: what is on its way
            over the network waits for no core.
    """

    in_flight_per_worker: Final = 4

    def __init__(self, client: Any) -> None:
        self.worker_count: int = sum(client.nthreads().values())
        self._executor: Executor = client.get_executor(pure=False)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Hand out a task and return its future, as any executor does.

        The call and its result cross the cluster pickled. What Dask does with a list of
        records in each process that it passes through costs a quarter of verifying them.
        """
        return _Result(self._executor.submit(_call, pickle.dumps((fn, args, kwargs))))


class _Result(Future[Any]):
    """The result of a call, of which the cluster sends the pickled form."""

    def __init__(self, pickled: Future[bytes]) -> None:
        super().__init__()
        self._pickled = pickled
        pickled.add_done_callback(self._take)

    def cancel(self) -> bool:
        """Cancel the call if it has not ended."""
        return self._pickled.cancel()

    def _take(self, pickled: Future[bytes]) -> None:
        if pickled.cancelled():
            super().cancel()
            return
        try:
            self.set_result(pickle.loads(pickled.result()))  # noqa: S301  # workers are believed
        except Exception as e:  # noqa: BLE001  # whatever the call raised
            self.set_exception(e)


def _call(pickled: bytes) -> bytes:
    """Run a call in a worker."""
    fn, args, kwargs = pickle.loads(pickled)  # noqa: S301  # the client can run any code here
    return pickle.dumps(fn(*args, **kwargs))


@contextlib.contextmanager
def connect(address: str) -> Iterator[ClusterExecutor]:
    """Connect to a cluster.

    Args:
        address: of its scheduler, such as ``tcp://192.0.2.1:8786``.

    Raises:
        UsageError: there is no scheduler, it has no workers, they have not this version of the
            package, or one of them died at work.
    """
    with dask.config.set(_SETTINGS), contextlib.ExitStack() as stack:
        try:
            client = stack.enter_context(_Client(address, set_as_default=False))  # type: ignore[no-untyped-call]  # as above
        except (OSError, ValueError) as e:
            raise UsageError(
                f"no cluster answers at {address}",
                hint="give the address that dask scheduler prints, such as tcp://192.0.2.1:8786",
            ) from e
        executor = ClusterExecutor(client)
        if not executor.worker_count:
            raise UsageError(
                f"the cluster at {address} has no workers",
                hint=f"start one on each machine: dask worker {address}",
            )
        _check_versions(client)
        try:
            yield executor
        except KilledWorker as e:
            raise UsageError(
                "a worker of the cluster died, again and again",
                hint="look at the workers' own messages; perhaps their memory ran out",
            ) from e
        except CancelledError as e:
            raise UsageError(
                f"the cluster at {address} ended before the work did",
                hint="start the scheduler and its workers again, then repeat the command",
            ) from e


def _check_versions(client: Any) -> None:
    """Check that each worker runs this version: another one may check less, or fail at work."""
    try:
        found = set(client.run(_version).values())
    except Exception as e:  # whatever a worker raises where the package is missing
        raise UsageError(
            f"a worker of the cluster cannot run cosign-letter: {quoted(str(e))}", hint=_SAME
        ) from e
    if others := ", ".join(sorted(found - {__version__})):
        raise UsageError(
            f"this is cosign-letter {__version__}, and workers of the cluster have {others}",
            hint=_SAME,
        )


def _version() -> str:
    return __version__
