"""Disks that are full, databases that stop, and several relays on one."""

import contextlib
import resource
import signal
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import pytest

from cosign.errors import UnreachableError
from cosign.relay.shelves import ENVELOPES, OPENINGS, BoundShelf
from tests.support import postgresql, posts, relays
from tests.support.relays import CAPABILITY, TODAY, Program, exchange
from tests.support.world import World

SERVERS: Final = 4


def limit_files(program: Program, size: int) -> None:
    """Let no file of the program grow beyond a size, as a full disk would."""
    _, most = resource.prlimit(program.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(program.process.pid, resource.RLIMIT_FSIZE, (size, most))


def test_a_full_disk_is_survived(tmp_path: Path, village: World) -> None:
    """A relay that cannot write says so, takes up work when it can, and has lost nothing."""
    box, path = relays.box_of_round(village), tmp_path / "relay.sqlite"
    with (
        relays.serving(tmp_path, f"sqlite:///{path}") as program,
        relays.connect(program.url) as client,
    ):
        client.register(box, program.token)
        kept = [
            client.shelf(box.terms, ENVELOPES).post(relays.lookalike(village)) for _ in range(9)
        ]
        limit_files(program, (tmp_path / "relay.sqlite-wal").stat().st_size)
        lost = relays.lookalike(village)
        for _ in range(3):
            with pytest.raises(UnreachableError, match=r"out of order \(503\)"):
                client.shelf(box.terms, ENVELOPES).post(lost)
        assert len(list(client.shelf(box.terms, ENVELOPES, CAPABILITY).read(TODAY))) == 9
        limit_files(program, resource.RLIM_INFINITY)
        kept.append(client.shelf(box.terms, ENVELOPES).post(lost))
        found = client.shelf(box.terms, ENVELOPES, CAPABILITY).read(TODAY)
        assert sorted(kept) == [BoundShelf(box.terms, ENVELOPES).check(raw) for raw in found]
    told = (tmp_path / "relay.log").read_text()
    assert told.startswith("the relay's database: ")
    assert "Traceback" not in told


def test_a_full_disk_for_a_large_record_is_survived(tmp_path: Path, village: World) -> None:
    """An opening that does not fit is refused like any record, and comes when there is space."""
    box, path = relays.box_of_round(village), tmp_path / "relay.sqlite"
    raw = relays.large_opening(village, 2**21)
    with (
        relays.serving(tmp_path, f"sqlite:///{path}") as program,
        relays.connect(program.url) as client,
    ):
        client.register(box, program.token)
        limit_files(program, 2**20)
        with pytest.raises(UnreachableError, match=r"out of order \(503\)"):
            client.shelf(box.terms, OPENINGS, CAPABILITY).post(raw)
        limit_files(program, resource.RLIM_INFINITY)
        opening_id = client.shelf(box.terms, OPENINGS, CAPABILITY).post(raw)
        assert client.shelf(box.terms, OPENINGS).fetch(opening_id) == raw
        assert list(client.shelf(box.terms, OPENINGS, CAPABILITY).read(TODAY)) == [raw]
    told = (tmp_path / "relay.log").read_text()
    assert told.startswith("a temporary file of the relay: ")
    assert "Traceback" not in told


STOPS: Final = {
    "SIGTERM": (signal.SIGTERM, -signal.SIGTERM),
    "SIGHUP": (signal.SIGHUP, -signal.SIGHUP),
    "SIGINT": (signal.SIGINT, 130),
}


@pytest.mark.parametrize("name", STOPS)
@pytest.mark.parametrize("busy", [False, True], ids=["idle", "with clients"])
def test_a_stopped_relay_leaves_one_file(
    tmp_path: Path, village: World, name: str, *, busy: bool
) -> None:
    """The file alone has every record, no log beside it tells an order, and the signal counts."""
    box, path = relays.box_of_round(village), tmp_path / "relay.sqlite"
    number, code = STOPS[name]
    with relays.serving(tmp_path, f"sqlite:///{path}") as program, contextlib.ExitStack() as stack:
        with relays.connect(program.url) as client:
            client.register(box, program.token)
            shelf = client.shelf(box.terms, ENVELOPES)
            kept = sorted(shelf.post(relays.lookalike(village)) for _ in range(2))
        if busy:
            for begun in (1, 50, len(posts.post(village, "envelopes").head()) + 50):
                request = posts.post(village, "envelopes")
                line = stack.enter_context(program.line())
                line.sendall((request.head() + request.body)[:begun])
        assert (tmp_path / "relay.sqlite-wal").exists()
        program.end(number)
        assert program.process.returncode == code
    assert sorted(p.name for p in tmp_path.glob("relay.sqlite*")) == ["relay.sqlite"]
    copy = tmp_path / "copy.sqlite"
    copy.write_bytes(path.read_bytes())
    with contextlib.closing(sqlite3.connect(f"file:{copy}?immutable=1", uri=True)) as found:
        assert [row[0] for row in found.execute("SELECT id FROM items ORDER BY id")] == kept
    # Whom a server waits for until its time of grace is over, it writes down.
    assert (tmp_path / "relay.log").read_text() == ""


@postgresql.needed
def test_a_database_that_stops_is_survived(tmp_path: Path, village: World) -> None:
    """While PostgreSQL is down every request is answered with 503, and afterwards as before."""
    box, cluster = relays.box_of_round(village), postgresql.Cluster()
    with (
        relays.serving(tmp_path, cluster.database()) as program,
        relays.connect(program.url) as client,
    ):
        client.register(box, program.token)
        kept = [
            client.shelf(box.terms, ENVELOPES).post(relays.lookalike(village)) for _ in range(9)
        ]
        cluster.stop()
        acts: list[Callable[[], object]] = [
            lambda: client.shelf(box.terms, ENVELOPES).post(relays.lookalike(village)),
            lambda: list(client.shelf(box.terms, ENVELOPES, CAPABILITY).read(TODAY)),
            lambda: client.shelf(box.terms, ENVELOPES).fetch(kept[0]),
            lambda: client.mailbox(relays.box_of_registrar(village).terms.address),
            lambda: client.register(relays.box_of_registrar(village), program.token),
        ]
        for act in acts:
            with pytest.raises(UnreachableError, match=r"out of order \(503\)"):
                act()
        cluster.start()
        kept.append(client.shelf(box.terms, ENVELOPES).post(relays.lookalike(village)))
        found = client.shelf(box.terms, ENVELOPES, CAPABILITY).read(TODAY)
        assert sorted(kept) == [BoundShelf(box.terms, ENVELOPES).check(raw) for raw in found]
    assert "Traceback" not in (tmp_path / "relay.log").read_text()


@pytest.mark.parametrize("kind", postgresql.KINDS)
def test_several_relays_start_at_once(tmp_path: Path, village: World, kind: str) -> None:
    """Relays that find an empty database together make its tables once."""
    url = postgresql.empty_database(kind, tmp_path)
    (tmp_path / "relay.token").write_text(relays.TOKEN_CODE)
    with ThreadPoolExecutor(SERVERS) as pool:
        programs = list(pool.map(lambda _: Program(tmp_path, url), range(SERVERS)))
    box = relays.box_of_round(village)
    for program in programs:
        with relays.connect(program.url) as client:
            client.register(box, relays.TOKEN)
            assert client.mailbox(box.terms.address) == box.terms
        program.end()


@postgresql.needed
def test_two_relays_share_a_database(tmp_path: Path, village: World) -> None:
    """What one takes the other has; posted to both it is there once; quotas hold together."""
    url, quota = postgresql.cluster().database(), 60
    box = relays.box_of_round(village, quota=quota)
    with relays.serving(tmp_path, url) as one, relays.serving(tmp_path, url) as other:
        both = [posts.post(village, "envelopes") for _ in range(20)]
        own = [[posts.post(village, "envelopes") for _ in range(40)] for _ in range(2)]
        with relays.connect(one.url) as client:
            client.register(box, one.token)
        statuses: list[int] = []

        def send(program: Program, requests: list[posts.Request]) -> None:
            with program.line() as line:
                statuses.extend(exchange(line, r.head() + r.body).status for r in requests)

        work = [
            (p, pile) for p, mine in zip((one, other), own, strict=True) for pile in (both, mine)
        ]
        threads = [threading.Thread(target=send, args=pair) for pair in work]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        for program in (one, other):
            with relays.connect(program.url) as client:
                found = list(client.shelf(box.terms, ENVELOPES, CAPABILITY).read(TODAY))
                assert len(found) == len(set(found)) == quota
    assert len(statuses) == 120
    assert set(statuses) == {201, 409}
