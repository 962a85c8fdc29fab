"""Servers that others make, run as long as a test on a port of this machine."""

import contextlib
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from typing import Any


def free_port() -> int:
    """Return a port on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def daemon(command: Sequence[str], port: int, stderr: Any = None) -> Iterator[None]:
    """Run a server until the end of the block, which begins once the port is open.

    Args:
        command: that starts it in the foreground.
        port: where it will listen.
        stderr: where its messages go, as :class:`subprocess.Popen` takes it.
    """
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=stderr
    )
    try:
        for _ in range(300):
            with contextlib.suppress(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", port), timeout=10).close()
                break
            time.sleep(0.02)
        yield
    finally:
        process.terminate()
        process.wait(30)
