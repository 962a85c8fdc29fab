"""A relay on a PostgreSQL that does not wait for its disk, alone and behind PgBouncer.

PgBouncer in transaction mode lends another server connection to each transaction: what a
session set or prepared before is not there. And it refuses to start a session with settings.
"""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import psycopg
import pytest

from cosign.relay.server.database import Database
from cosign.relay.shelves import ENVELOPES
from tests.support import pgbouncer, postgresql, posts, relays
from tests.support.relays import exchange
from tests.support.world import World

REQUESTS: Final = 400
CONNECTIONS: Final = 16


@pytest.fixture(scope="module")
def lazy() -> postgresql.Cluster:
    """A server that by default acknowledges commits before they are on the disk."""
    cluster = postgresql.Cluster()
    cluster.stop()
    cluster.start("-c synchronous_commit=off")
    return cluster


WAYS: Final = {
    "the server's default": "",
    "the role's default": "ALTER ROLE CURRENT_USER SET synchronous_commit = off",
    "the database's default": 'ALTER DATABASE "{name}" SET synchronous_commit = local',
    "the URL": "",
}


@postgresql.needed
@pytest.mark.parametrize("way", WAYS)
def test_each_transaction_waits_for_the_disk(
    lazy: postgresql.Cluster, village: World, way: str
) -> None:
    """Whoever switched waiting off, and where, it is on when a record is committed."""
    url = lazy.database()
    name = url.partition("@/")[2].partition("?")[0]
    with psycopg.connect(url, autocommit=True) as admin:
        if WAYS[way]:
            admin.execute(WAYS[way].format(name=name))
    if way == "the URL":
        url += "&options=-c%20synchronous_commit%3Doff"
    with Database(url) as database:
        database.register(relays.box_of_round(village))
        with database.transaction(write=True) as connection:
            assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
            assert connection.exec_driver_sql("SHOW statement_timeout").scalar() == "30s"
        with psycopg.connect(url, autocommit=True) as admin:
            # What a commit waits for is asked where it matters: in the transaction that adds.
            admin.execute(_WITNESS)
            item = relays.some_item(village)
            assert database.add([item]) == ["added"]
            [seen] = admin.execute("SELECT setting FROM witness").fetchall()
    assert seen == ("on",)


_WITNESS: Final = """
CREATE TABLE witness (setting TEXT);
CREATE FUNCTION witness() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN INSERT INTO witness VALUES (current_setting('synchronous_commit')); RETURN NEW; END $$;
CREATE TRIGGER witness AFTER INSERT ON items FOR EACH ROW EXECUTE FUNCTION witness();
"""


@pgbouncer.needed
def test_a_pooler_changes_nothing(lazy: postgresql.Cluster, tmp_path: Path, village: World) -> None:
    """Not one of many requests at once fails, and every one waits for the disk."""
    direct = lazy.database()
    box = relays.box_of_round(village)
    with (
        pgbouncer.in_front_of(lazy, direct) as url,
        relays.serving(tmp_path, url) as program,
        relays.connect(program.url) as client,
    ):
        client.register(box, program.token)
        with psycopg.connect(direct, autocommit=True) as admin:
            admin.execute(_WITNESS)
        kept = [relays.lookalike(village) for _ in range(20)]
        ids = [client.shelf(box.terms, ENVELOPES).post(raw) for raw in kept]
        path = f"/v1/mailboxes/{box.terms.address.hex()}"
        asks = [
            posts.Request("GET", path),
            posts.Request("GET", f"{path}/envelopes").having("Authorization", posts.HOLDER),
            posts.Request("POST", f"{path}/envelopes/fetch").holding(ids[0]),
        ]

        def send(_number: int) -> list[int]:
            posted = [posts.post(village, "envelopes") for _ in range(5)]
            with program.line() as line:
                mine = [*asks * 7, *posted][: REQUESTS // CONNECTIONS]
                return [exchange(line, r.head() + r.body).status for r in mine]

        with ThreadPoolExecutor(CONNECTIONS) as pool:
            statuses = [s for found in pool.map(send, range(CONNECTIONS)) for s in found]
        with psycopg.connect(direct) as admin:
            settings = admin.execute("SELECT DISTINCT setting FROM witness").fetchall()
    assert len(statuses) == REQUESTS
    assert set(statuses) == {200, 201}
    assert settings == [("on",)]
    assert (tmp_path / "relay.log").read_text() == ""
