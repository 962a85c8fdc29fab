"""Commands to a browser and its events, over a web socket."""

import contextlib
import json
import os
import re
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from websockets.sync.client import ClientConnection, connect

PATIENCE: Final = 60.0
"""Seconds after which a browser that does not answer fails its test."""

DOWNLOADS: Final = "downloads"
"""The folder, in that of the profile, into which a browser saves files."""


class BrowserError(Exception):
    """A browser refused a command, or a function in a page threw."""


class Wire:
    """A connection to a browser.

    Attributes:
        downloads: the folder that the browser saves files into.
        on_event: called with each event's method and parameters, in their order.
    """

    def __init__(self, socket: ClientConnection, downloads: Path) -> None:
        self._socket = socket
        self.downloads = downloads
        self._last = 0
        self.on_event: Callable[[str, dict[str, Any]], None] = lambda _method, _params: None

    def call(self, method: str, params: dict[str, Any], **more: str) -> dict[str, Any]:
        """Send a command and return its result; events that arrive before it are handled."""
        self._last += 1
        self._socket.send(
            json.dumps({"id": self._last, "method": method, "params": params, **more})
        )
        while (answer := self._receive()).get("id") != self._last:
            pass
        if "error" in answer:
            raise BrowserError(method, answer)
        result: dict[str, Any] = answer["result"]
        return result

    def wait(self, done: Callable[[], bool]) -> None:
        """Handle events until one of them has made ``done`` true."""
        while not done():
            self._receive()

    def _receive(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self._socket.recv(timeout=PATIENCE))
        if "id" not in message or message["id"] is None:
            self.on_event(message["method"], message["params"])
        return message


@contextlib.contextmanager
def started(
    command: Callable[[Path], list[str]], address: re.Pattern[str], path: str = ""
) -> Iterator[Wire]:
    """Start a browser and connect to it; end it with all its processes.

    Args:
        command: returns the command line for the folder of a profile.
        address: matches the line of stderr that tells the web socket's address, its group 1.
        path: put after the address.
    """
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile,
        _process(command(Path(profile)), profile) as process,
    ):
        url = _address(process, address) + path
        drain = threading.Thread(target=_drain, args=[process.stderr])
        drain.start()
        try:
            with connect(url, max_size=None, open_timeout=PATIENCE, compression=None) as socket:
                yield Wire(socket, Path(profile) / DOWNLOADS)
        finally:
            _end(process)
            drain.join()


@contextlib.contextmanager
def _process(command: list[str], home: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(  # a browser that is installed here
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        env=os.environ | {"HOME": home},
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            _end(process)


def _end(process: subprocess.Popen[str]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _address(process: subprocess.Popen[str], address: re.Pattern[str]) -> str:
    """Return the address that a browser tells on stderr."""
    said = []
    timer = threading.Timer(PATIENCE, _end, [process])
    timer.start()
    try:
        for line in process.stderr or ():
            said.append(line)
            if found := address.search(line):
                return found[1]
    finally:
        timer.cancel()
    raise BrowserError("the browser did not start", "".join(said))


def _drain(stream: Iterator[str]) -> None:
    """Read and drop what a browser says later, so that it never waits for a reader."""
    for _line in stream:
        pass
