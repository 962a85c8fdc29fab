"""A real PostgreSQL: a cluster of this test run's own, in a temporary folder, on a socket there."""

import atexit
import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from functools import cache
from pathlib import Path
from typing import Final

import pytest

USER: Final = "postgres"
"""Who runs the server where the tests run as root, which PostgreSQL refuses."""


def _programs() -> Path | None:
    """Find the folder of initdb: Debian's, or the one on the PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    path = str(found[-1]) if found else shutil.which("initdb")
    return Path(path).parent if path else None


PROGRAMS: Final = _programs()

needed: Final = pytest.mark.skipif(
    PROGRAMS is None,
    reason="PostgreSQL is not installed: tests of a relay on it are left out",
)

KINDS: Final = ["sqlite", pytest.param("postgresql", marks=needed)]
"""Parameters of tests that run on both kinds of database."""


def empty_database(kind: str, folder: Path) -> str:
    """Return the URL of an empty database of one of the :data:`KINDS`; a file is in a folder."""
    return f"sqlite:///{folder}/relay.sqlite" if kind == "sqlite" else cluster().database()


class Cluster:
    """A server with its data."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="cosign-pg-"))
        atexit.register(self._remove)
        if os.getuid() == 0:
            entry = pwd.getpwnam(USER)
            os.chown(self.folder, entry.pw_uid, entry.pw_gid)
        options = ("--auth=trust", f"--username={USER}", "--encoding=UTF8", "--no-locale")
        self._run("initdb", "-D", f"{self.folder}/data", *options)
        self.start()

    def start(self, more: str = "") -> None:
        """Start the server, with further options, and wait until it answers."""
        options = f"-k {self.folder} -c listen_addresses= {more}"
        log = f"{self.folder}/log"
        self._run("pg_ctl", "-D", f"{self.folder}/data", "-l", log, "-o", options, "-w", "start")

    def stop(self) -> None:
        """Stop the server as a crash would."""
        self._run("pg_ctl", "-D", f"{self.folder}/data", "-m", "immediate", "-w", "stop")

    def database(self) -> str:
        """Make an empty database and give its URL."""
        name = f"relay{uuid.uuid4().hex}"
        self._run("createdb", "-h", str(self.folder), "-U", USER, name)
        return f"postgresql://{USER}@/{name}?host={self.folder}"

    def dump(self, url: str) -> str:
        """Return everything that a database holds, as text."""
        assert PROGRAMS
        done = subprocess.run(
            [PROGRAMS / "pg_dump", url], capture_output=True, check=True, text=True
        )
        return done.stdout

    def _run(self, program: str, *arguments: str) -> None:
        assert PROGRAMS
        as_user = ["runuser", "-u", USER, "--"] if os.getuid() == 0 else []
        with tempfile.TemporaryFile() as told:  # a pipe would stay open in the server
            done = subprocess.run(
                [*as_user, PROGRAMS / program, *arguments],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=told,
                stderr=told,
                check=False,
            )
            told.seek(0)
            assert done.returncode == 0, told.read().decode()

    def _remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


@cache
def cluster() -> Cluster:
    """Return this process's cluster, made when it is first asked for."""
    return Cluster()
