"""Whenever a relay is killed: what it acknowledged is there, once, and nothing else is."""

import contextlib
import signal
import threading
import time
from pathlib import Path
from typing import Final

import pytest

from cosign.errors import UnreachableError
from cosign.relay.client.client import RelayClient
from cosign.relay.client.transport import Transport
from cosign.relay.server.database import Database
from cosign.relay.shelves import ENVELOPES
from tests.support import postgresql, relays
from tests.support.killing import Chance
from tests.support.world import World

KILLS: Final = 55
POSTERS: Final = 6
LATEST: Final = 0.12
"""Seconds from the first answer of a server to its death, at most."""


@pytest.fixture(params=postgresql.KINDS)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    return postgresql.empty_database(request.param, tmp_path)


class Posters:
    """Threads that post one envelope after the other, until their server dies.

    Attributes:
        sent: every envelope that was ever posted.
        acknowledged: those whose acknowledgement came.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._terms = relays.box_of_round(world).terms
        self.sent: set[bytes] = set()
        self.acknowledged: set[bytes] = set()
        self.answered = threading.Event()

    def post(self, url: str) -> None:
        """Post until there is no answer."""
        with Transport(url) as way, contextlib.suppress(UnreachableError):
            while True:
                raw = relays.lookalike(self._world)
                self.sent.add(raw)
                RelayClient(way, _no_second_try).shelf(self._terms, ENVELOPES).post(raw)
                self.acknowledged.add(raw)
                self.answered.set()


def _no_second_try(_seconds: float) -> None:
    raise UnreachableError("the server is dead")


def test_a_relay_killed_under_load(database: str, tmp_path: Path, village: World) -> None:
    """Killed more than fifty times at random moments, it lost no envelope and doubled none."""
    chance, posters = Chance(), Posters(village)
    mailbox = relays.box_of_round(village)
    for _ in range(KILLS):
        server = relays.Program(tmp_path, database)
        with relays.connect(server.url) as client:
            client.register(mailbox, server.token)
        posters.answered.clear()
        threads = [threading.Thread(target=posters.post, args=[server.url]) for _ in range(POSTERS)]
        for thread in threads:
            thread.start()
        assert posters.answered.wait(30)
        time.sleep(chance.uniform(0, LATEST))
        server.end(signal.SIGKILL)
        for thread in threads:
            thread.join(30)
    with relays.serving(tmp_path, database) as server, relays.connect(server.url) as client:
        found = list(client.shelf(mailbox.terms, ENVELOPES, relays.CAPABILITY).read(relays.TODAY))
    with Database(database) as opened, opened.transaction(write=False) as connection:
        query = "SELECT filled FROM shelves WHERE shelf = 1"
        assert connection.exec_driver_sql(query).scalars().all() == [len(found)]
    assert len(found) == len(set(found))
    assert posters.acknowledged <= set(found) <= posters.sent
    assert len(posters.acknowledged) > KILLS
