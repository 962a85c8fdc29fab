"""A real PgBouncer that lends a server connection to each transaction."""

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pytest

from tests.support import postgresql
from tests.support.daemons import daemon, free_port

_PROGRAM: Final = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")

needed: Final = pytest.mark.skipif(
    _PROGRAM is None or postgresql.PROGRAMS is None,
    reason="PgBouncer or PostgreSQL is not installed: tests of a relay behind a pooler are left "
    "out",
)

_SETTINGS: Final = """
[databases]
* = host={host}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 3
max_client_conn = 100
logfile = {folder}/log
pidfile = {folder}/pid
"""


@contextlib.contextmanager
def in_front_of(cluster: postgresql.Cluster, url: str) -> Iterator[str]:
    """Run a pooler in front of a database as long as the block; yield the URL there."""
    port = free_port()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        text = _SETTINGS.format(host=cluster.folder, port=port, folder=folder)
        text = text.replace("host=", f"user={postgresql.USER} host=")
        (folder / "settings").write_text(text)
        as_user = []
        if os.getuid() == 0:  # which PgBouncer refuses
            shutil.chown(folder, postgresql.USER)
            shutil.chown(folder / "settings", postgresql.USER)
            as_user = ["runuser", "-u", postgresql.USER, "--"]
        assert _PROGRAM
        command = [*as_user, _PROGRAM, str(folder / "settings")]
        with daemon(command, port, stderr=subprocess.DEVNULL):
            yield f"postgresql://{postgresql.USER}@127.0.0.1:{port}{urlsplit(url).path}"
