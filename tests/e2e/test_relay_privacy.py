"""After a round of traffic: what a relay's database and its output tell about anybody."""

import contextlib
import re
import socket
import sqlite3
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest

from cosign.records.mailbox import Mailbox
from cosign.relay.shelves import SHELVES, shelves_of
from tests.support import postgresql, posts, relays
from tests.support.posts import HOLDER, Request
from tests.support.relays import Program, exchange
from tests.support.world import World

ADDRESS: Final = "127.0.0.77"
"""Where requests come from: all of 127.0.0.0/8 is this machine."""

MARKS: Final = {
    "User-Agent": "Wanderer/7.3 (Amiga; sv-SE)",
    "Accept-Language": "sv-SE",
    "Referer": "https://intranet.example/people/anna",
    "Cookie": "person=anna",
    "X-Forwarded-For": "203.0.113.77",
    "Forwarded": "for=203.0.113.78",
    "Cosign-Noise": "noise-0815",
}
NO_HTTP: Final = (
    b"no HTTP\r\n\r\n",
    b"POST /v1/mailboxes HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nanna\r\n",
)
"""The second goes wrong when its answer is under way."""

TIMES: Final = re.compile(rb"\d{2}:\d{2}|20\d\d-\d\d-\d\d")


def traffic(program: Program, world: World) -> list[Request]:
    """Let somebody with a telltale program do everything that a relay offers."""
    sent = [posts.post(world, name) for shelves in SHELVES.values() for name in shelves]
    sent += [posts.post(world, "envelopes") for _ in range(5)]
    others = [Request("GET", f"{sent[0].path}").having("Authorization", HOLDER)]
    others += [Request("GET", "/etc/passwd"), Request("BREW", "/"), sent[0].holding(b"junk")]
    for request in [*sent, *sent[:2], *others]:
        marked = request
        for name, value in MARKS.items():
            marked = marked.having(name, value)
        with socket.create_connection(("127.0.0.1", program.port), 30, (ADDRESS, 0)) as line:
            reply = exchange(line, marked.head() + marked.body)
        assert reply.status == (201 if request in sent else reply.status)
    for junk in NO_HTTP:
        with socket.create_connection(("127.0.0.1", program.port), 30, (ADDRESS, 0)) as line:
            line.sendall(junk)
            assert line.recv(100) == b""
    return sent


def boxes_of(world: World) -> list[Mailbox]:
    """Return a mailbox of each kind."""
    kinds = relays.box_of_round, relays.box_of_registrar, relays.box_of_collection
    return [box(world) for box in kinds]


def expected(
    world: World, sent: list[Request], boxes: Iterable[Mailbox] = ()
) -> dict[str, set[tuple[Any, ...]]]:
    """Return what the tables have to hold, and nothing beside it."""
    boxes = boxes or boxes_of(world)
    items, counts = set(), {}
    for box in boxes:
        for shelf in shelves_of(box.terms):
            counts[box.terms.address, shelf.kind.number] = 0
    for request in sent:
        name = request.path.rpartition("/")[2]
        shelf = posts.shelf_of(world, name)
        place = shelf.terms.address, shelf.kind.number
        items.add((*place, shelf.check(request.body), request.body))
        counts[place] += 1
    return {
        "alembic_version": {("notices",)},
        "mailboxes": {(box.terms.address, box.to_bytes()) for box in boxes},
        "shelves": {(*place, count) for place, count in counts.items()},
        "items": items,
    }


def telltales() -> list[bytes]:
    """Return everything that a request carried and nobody needs to keep."""
    told = [ADDRESS, *MARKS.values(), "203.0.113"]
    minute = int(time.time()) // 1000
    return [mark.encode() for mark in told] + [str(minute).encode()]


def check_output(tmp_path: Path) -> None:
    """Check what the program wrote: nothing, as no database failed."""
    assert (tmp_path / "relay.log").read_bytes() == b""


def test_sqlite_holds_records_and_nothing_else(tmp_path: Path, village: World) -> None:
    """Every cell of every table is known in advance; no file holds an address or a time."""
    path = tmp_path / "relay.sqlite"
    with relays.serving(tmp_path, f"sqlite:///{path}") as program:
        with relays.connect(program.url) as client:
            for box in boxes_of(village):
                client.register(box, program.token)
        sent = traffic(program, village)
        files = [p.read_bytes() for p in sorted(tmp_path.glob("relay.sqlite*"))]
    files.append(path.read_bytes())
    assert len(files) == 4  # database, log, index while it ran; the database afterwards
    masked = [_without(raw, sent) for raw in files]
    assert [mark for raw in files for mark in telltales() if mark in raw] == []
    assert [TIMES.findall(raw) for raw in masked] == [[]] * len(files)
    check_output(tmp_path)
    database = sqlite3.connect(path)
    try:
        found = _tables(database.execute, "SELECT name FROM sqlite_schema WHERE type = 'table'")
        assert found == expected(village, sent)
        for name in ("mailboxes", "shelves", "items"):
            with pytest.raises(sqlite3.OperationalError, match="no such column"):
                database.execute(f"SELECT rowid FROM {name}")  # noqa: S608  # names of ours
    finally:
        database.close()


def test_what_was_erased_is_in_no_file(tmp_path: Path, village: World) -> None:
    """Neither while the relay runs nor afterwards; the other mailbox keeps what it has."""
    path = tmp_path / "relay.sqlite"
    boxes = boxes_of(village)

    def files() -> bytes:
        return b"".join(p.read_bytes() for p in sorted(tmp_path.glob("relay.sqlite*")))

    with relays.serving(tmp_path, f"sqlite:///{path}") as program:
        with relays.connect(program.url) as client:
            for box in boxes:
                client.register(box, program.token)
            sent = traffic(program, village)
            gone = [r for r in sent if boxes[0].terms.address.hex() in r.path]
            kept = [r for r in sent if r not in gone]
            telling = [boxes[0].terms.address, boxes[0].terms.owner_key, boxes[0].signature]
            telling += [r.body[place : place + 48] for r in gone for place in (100, 300, 600)]
            # Where a page of the file ends, a part may be cut in two.
            telling = [part for part in telling if part in files()]
            assert len(telling) > 2 * len(gone)
            client.erase(relays.erasure_of_round(village))
        assert [part for part in telling if part in files()] == []
    assert [part for part in telling if part in files()] == []
    check_output(tmp_path)
    with contextlib.closing(sqlite3.connect(path)) as database:
        found = _tables(database.execute, "SELECT name FROM sqlite_schema WHERE type = 'table'")
    assert found == expected(village, kept, boxes[1:])


def _without(raw: bytes, sent: list[Request]) -> bytes:
    """Take ciphertext out, which is random and may look like anything."""
    for request in sent:
        for start in range(0, len(request.body), 64):
            raw = raw.replace(request.body[start : start + 64], b"")
    return raw


def _tables(run: Any, query: str) -> dict[str, set[tuple[Any, ...]]]:
    names = [name for (name,) in run(query).fetchall()]
    return {name: set(run(f"SELECT * FROM {name}").fetchall()) for name in names}  # noqa: S608  # names of ours


@postgresql.needed
def test_postgresql_holds_records_and_nothing_else(tmp_path: Path, village: World) -> None:
    """Every cell of every table is known in advance; a dump holds no address and no time."""
    url = postgresql.cluster().database()
    with relays.serving(tmp_path, url) as program:
        with relays.connect(program.url) as client:
            for box in boxes_of(village):
                client.register(box, program.token)
        sent = traffic(program, village)
    dump = postgresql.cluster().dump(url).encode()
    assert [mark for mark in telltales() if mark in dump or mark.hex().encode() in dump] == []
    assert TIMES.findall(dump) == []
    check_output(tmp_path)
    with psycopg.connect(url) as connection:
        query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        assert _tables(connection.execute, query) == expected(village, sent)
        counters = "SELECT count(*) FROM pg_sequences"
        assert connection.execute(counters).fetchone() == (0,)
