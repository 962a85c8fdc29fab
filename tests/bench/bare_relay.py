"""What a relay is measured against: a bare route that reads a body and commits one row.

Run as ``python -m tests.bench.bare_relay DATABASE_URL``; prints its port.
"""

import sqlite3
import sys
from collections.abc import Callable
from typing import Any

import psycopg
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cosign.relay.server.listening import bind

_TABLE = "CREATE TABLE rows (id INTEGER PRIMARY KEY, content {})"


def _sqlite(path: str) -> Callable[[bytes], object]:
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute(_TABLE.format("BLOB"))
    return lambda body: database.execute("INSERT INTO rows (content) VALUES (?)", [body])


def _postgresql(url: str) -> Callable[[bytes], object]:
    database: Any = psycopg.connect(url, autocommit=True, options="-c synchronous_commit=on")
    database.execute(_TABLE.format("BYTEA").replace("INTEGER", "SERIAL"))
    return lambda body: database.execute("INSERT INTO rows (content) VALUES (%s)", [body])


def main() -> None:
    """Serve until killed."""
    url = sys.argv[1]
    commit = _sqlite(url.removeprefix("sqlite:///")) if "sqlite" in url else _postgresql(url)

    async def post(request: Request) -> Response:
        commit(await request.body())
        return Response(status_code=201)

    app = Starlette(routes=[Route("/", post, methods=["POST"])])
    listener = bind("127.0.0.1:0")
    print(listener.getsockname()[1], flush=True)
    config = uvicorn.Config(app, http="h11", log_level="error", access_log=False)
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
