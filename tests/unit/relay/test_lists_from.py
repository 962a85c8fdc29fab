"""A mailbox answers no list before its day, to anyone.

Two relays have the same mailboxes; in one there are records of others. A client that asks for
anything but one record by its id, its owner included, gets the same bytes from both until
the day of lists. An export is not among these requests: it needs the relay's machine.
"""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from cosign import labels
from cosign.errors import MalformedError, RefusedError, WindowError
from cosign.primitives import ed25519
from cosign.records.mailbox import DAY_MINUTES, Mailbox
from cosign.relay.owners import check_hours_hidden
from cosign.relay.server.app import OPENAPI
from cosign.relay.shelves import ENVELOPES, SHELVES
from tests.support import posts, relays
from tests.support.posts import (
    ABSENT,
    HOLDER,
    NAMES,
    OPERATOR,
    STRANGER,
    Request,
    post,
    refused,
    registration,
)
from tests.support.relays import CAPABILITY, Hosted
from tests.support.world import World

DAY: Final = 20_000
"""The first day of lists."""

BEARERS: Final = {"owner": HOLDER, "operator": OPERATOR, "stranger": STRANGER, "nobody": ""}
QUERIES: Final = {
    "": "",
    "from the start": f"?after={'00' * 32}",
    "from the end": f"?after={'ff' * 32}",
    "ill-written": "?after=x",
    "twice": f"?after={'00' * 32}&after={'ff' * 32}",
    "another question": "?count=1",
}
METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
HIDDEN: Final = {"lists_from": DAY}


class Pair(NamedTuple):
    """Two relays that differ in what others posted.

    Attributes:
        empty: has nothing.
        used: has a record on every shelf, and more envelopes.
    """

    empty: Hosted
    used: Hosted

    def on(self, day: int) -> None:
        """Set the clock of both."""
        self.empty.day = self.used.day = day


@pytest.fixture
def pair(tmp_path: Path, village: World) -> Iterator[Pair]:
    """Both relays, on the day before."""
    makers = relays.box_of_round, relays.box_of_registrar, relays.box_of_collection
    boxes = [make(village, **HIDDEN) for make in makers]
    with contextlib.ExitStack() as stack:
        urls = (f"sqlite:///{tmp_path}/{name}.sqlite" for name in Pair._fields)
        found = Pair(*(stack.enter_context(relays.hosting(url, *boxes)) for url in urls))
        found.on(DAY - 1)
        sent = [post(village, name) for name in (*NAMES, *["envelopes"] * 3)]
        assert {request.send(found.used).status for request in sent} == {201}
        yield found


def paths(world: World) -> Iterator[str]:
    """Yield every path of the document, with the addresses and shelves of both mailboxes."""
    for template in json.loads(OPENAPI)["paths"]:
        for kind, shelves in SHELVES.items():
            terms = posts.terms_of(world, next(iter(shelves)))
            assert terms.kind == kind
            for shelf in shelves:
                yield template.replace("{address}", terms.address.hex()).replace("{shelf}", shelf)


def bodies(path: str, method: str) -> list[bytes]:
    """Return bodies that tell nothing of others' records: none, junk, and an unknown id."""
    return [b"", b"?", ABSENT] if method == "POST" and path.endswith("/fetch") else [b""]


def test_no_endpoint_tells_what_is_there(pair: Pair, village: World) -> None:
    """Any method on any path, by anybody, is answered alike whether others posted or not."""
    asked = 0
    for path, method, bearer, query in product(
        sorted(set(paths(village))), METHODS, BEARERS.values(), QUERIES.values()
    ):
        for body in bodies(path, method):
            request = Request(method, path + query).having("Authorization", bearer)
            request = request.holding(body) if body else request
            assert request.send(pair.empty) == request.send(pair.used), request
            asked += 1
    assert asked > 1000


@pytest.mark.parametrize("shelf", NAMES)
def test_all_who_ask_for_a_list_get_one_answer(pair: Pair, village: World, shelf: str) -> None:
    """Owner or stranger, a good request or a bad one, a shelf with records or without."""
    path = post(village, shelf).path
    answers = set()
    for bearer, query, host in product(BEARERS.values(), QUERIES.values(), pair):
        request = Request("GET", path + query).having("Authorization", bearer)
        refused(host, request, 409, "early")
        reply = request.send(host)
        answers.add((tuple(reply.headers.items()), reply.body))
    assert len(answers) == 1


@pytest.mark.parametrize("shelf", NAMES)
def test_from_its_day_on_it_is_listed_to_the_owner(pair: Pair, village: World, shelf: str) -> None:
    """The two relays do differ, and only by the day is that hidden; others still see nothing."""
    page = Request("GET", post(village, shelf).path)
    for day in (DAY, DAY + 1, relays.WINDOW[1] + 1):
        pair.on(day)
        told = [page.having("Authorization", HOLDER).send(host) for host in pair]
        assert [reply.status for reply in told] == [200, 200]
        assert told[0].body == b""
        assert told[1].body != b""
        for host in pair:
            refused(host, page.having("Authorization", STRANGER), 401, "capability")
    pair.on(DAY - 1)
    for host in pair:
        refused(host, page.having("Authorization", HOLDER), 409, "early")


@pytest.mark.parametrize("shelf", NAMES)
def test_what_people_post_meanwhile_is_answered_alike(
    pair: Pair, village: World, shelf: str
) -> None:
    """Posting, posting again and asking for one's own record show nothing about others."""
    request = post(village, shelf)
    item_id = posts.shelf_of(village, shelf).check(request.body)
    fetch = Request("POST", f"{request.path}/fetch").holding(item_id)
    for asked, status in ((request, 201), (request, 201), (fetch, 200)):
        replies = [asked.send(host) for host in pair]
        assert replies[0] == replies[1]
        assert replies[0].status == status


def test_registering_again_does_not_move_the_day(pair: Pair, village: World) -> None:
    """An owner who has the token cannot exchange the mailbox for one that is listed."""
    early = relays.box_of_round(village)
    assert early.terms.is_listed(DAY - 1)
    for host in pair:
        refused(host, registration(early), 409, "different")


def test_a_client_does_not_ask_too_early(village: World) -> None:
    """The error names the day, and no request is made."""
    terms = relays.box_of_round(village, **HIDDEN).terms
    with relays.connect("http://127.0.0.1:1") as client, pytest.raises(WindowError) as caught:
        client.shelf(terms, ENVELOPES, CAPABILITY).read(DAY - 1)
    assert "2024-10-04" in str(caught.value)
    assert caught.value.hint


def test_a_relay_whose_clock_is_slow_is_named(pair: Pair, village: World) -> None:
    """Where the client's clock says that the day has come, the clocks are the reason."""
    terms = relays.box_of_round(village, **HIDDEN).terms
    with relays.connect(pair.used.url) as client, pytest.raises(WindowError, match="relay's clock"):
        list(client.shelf(terms, ENVELOPES, CAPABILITY).read(DAY))
    pair.on(DAY)
    with relays.connect(pair.used.url) as client:
        assert len(list(client.shelf(terms, ENVELOPES, CAPABILITY).read(DAY))) == 4


def test_the_day_lies_within_the_window(village: World) -> None:
    """A mailbox is open on its first day of lists: trustees still have to post openings."""
    for make in (relays.box_of_round, relays.box_of_registrar):
        for day in (5, 6):
            assert make(village, window=(5, 7), lists_from=day).terms.lists_from == day
        for day in (4, 7, -1, 10**9):
            with pytest.raises(MalformedError):
                make(village, window=(5, 7), lists_from=day)


def _signed(world: World, day: int) -> Mailbox:
    """Sign what an organizer's own program refuses to sign: a mailbox with an earlier day."""
    terms = replace(relays.box_of_round(world).terms, first_day=0, lists_from=day)
    identity = ed25519.SigningKey(world.organizer.identity_seed)
    return Mailbox(terms, identity.sign(labels.MAILBOX_SIGNATURE, terms.to_bytes()))


def test_a_round_is_not_listed_before_its_close(village: World) -> None:
    """Neither does an owner sign such terms, nor a member post to such a mailbox."""
    closes = -(-village.round.terms.closes // DAY_MINUTES)
    assert closes > 0
    early = _signed(village, closes - 1)
    early.verify()
    with pytest.raises(RefusedError, match="could see when each envelope comes"):
        check_hours_hidden(early.terms, village.round)
    check_hours_hidden(_signed(village, closes).terms, village.round)
    with pytest.raises(RefusedError):
        relays.box_of_round(village, window=(0, 100), lists_from=closes - 1)
    relays.box_of_round(village, window=(0, 100), lists_from=closes)
    relays.box_of_registrar(village, window=(0, 100), lists_from=0)
