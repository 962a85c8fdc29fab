"""Clients: what they send, and what they do not believe."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest

from cosign.errors import (
    CosignError,
    MalformedError,
    MissingError,
    RefusedError,
    RelayError,
    UnreachableError,
    WindowError,
)
from cosign.records.mailbox import Mailbox
from cosign.relay.client.client import PAUSES, RelayClient, wait_randomly
from cosign.relay.client.transport import Answer, Transport
from cosign.relay.shelves import ENVELOPES, OPENINGS, REQUESTS, RESPONSES
from cosign.secret import Secret
from cosign.wire.framing import frame
from tests.support import posts, relays
from tests.support.relays import CAPABILITY, TODAY, TOKEN, Hosted
from tests.support.world import World


@pytest.fixture
def host(tmp_path: Path, village: World) -> Iterator[Hosted]:
    """A relay with the mailboxes of a round and its registrar."""
    boxes = relays.box_of_round(village), relays.box_of_registrar(village)
    with relays.hosting(f"sqlite:///{tmp_path}/relay.sqlite", *boxes) as hosted:
        yield hosted


def test_a_round_by_relay(host: Hosted, village: World) -> None:
    """Members post and look; trustees read and post; the organizer reads."""
    box = relays.box_of_round(village)
    with relays.connect(host.url) as client:
        client.register(box, TOKEN)
        terms = client.mailbox(box.terms.address)
        assert terms == box.terms
        for envelope in village.envelopes:
            posted = client.shelf(terms, ENVELOPES).post(envelope.to_bytes())
            assert posted == envelope.envelope_id
            assert client.shelf(terms, ENVELOPES).post(envelope.to_bytes()) == posted
            assert client.shelf(terms, ENVELOPES).fetch(posted) == envelope.to_bytes()
        found = list(client.shelf(terms, ENVELOPES, CAPABILITY).read(TODAY))
        ordered = sorted(village.envelopes, key=lambda e: e.envelope_id)
        assert found == [e.to_bytes() for e in ordered]
        opening = posts.opening(village)
        client.shelf(terms, OPENINGS, CAPABILITY).post(opening)
        assert list(client.shelf(terms, OPENINGS, CAPABILITY).read(TODAY)) == [opening]


def test_an_enrolment_by_relay(host: Hosted, village: World) -> None:
    """Members post requests and fetch responses; the registrar reads and answers."""
    terms = relays.box_of_registrar(village).terms
    with relays.connect(host.url) as client:
        for log in village.enrolments:
            request_id = client.shelf(terms, REQUESTS).post(log.request.to_bytes())
            with pytest.raises(MissingError):
                client.shelf(terms, RESPONSES).fetch(request_id)
        assert len(list(client.shelf(terms, REQUESTS, CAPABILITY).read(TODAY))) == len(
            village.enrolments
        )
        for log in village.enrolments:
            client.shelf(terms, RESPONSES, CAPABILITY).post(log.response.to_bytes())
            found = client.shelf(terms, RESPONSES).fetch(log.request.request_id)
            assert found == log.response.to_bytes()


def test_what_does_not_belong_is_not_sent(village: World, committee: World) -> None:
    """A record of another round never leaves this machine."""
    terms = relays.box_of_round(village).terms
    with Transport("http://127.0.0.1:1") as transport:
        client = RelayClient(transport)
        for raw, error in (
            (committee.envelopes[0].to_bytes(), MalformedError),
            (posts.opening(village), MalformedError),
            (village.envelopes[0].to_bytes()[:-1], MalformedError),
        ):
            with pytest.raises(error):
                client.shelf(terms, ENVELOPES).post(raw)


def test_what_needs_the_capability_is_not_asked_without(village: World) -> None:
    """Listing a shelf without it, or posting to a held one, is a programming error."""
    terms, script = relays.box_of_round(village).terms, Script()
    client = RelayClient(script)
    with pytest.raises(ValueError, match="capability"):
        client.shelf(terms, ENVELOPES).read(TODAY)
    with pytest.raises(ValueError, match="capability"):
        client.shelf(terms, OPENINGS).post(posts.opening(village))
    assert script.asked == []


def test_refusals_have_meanings(host: Hosted, village: World, committee: World) -> None:
    """What a relay says in one word becomes an error with a hint."""
    box, envelope = relays.box_of_round(village), village.envelopes[0]
    with relays.connect(host.url) as client:
        cases: list[tuple[type[CosignError], Callable[[], Any]]] = [
            (RefusedError, lambda: client.register(box, CAPABILITY)),
            (RefusedError, lambda: client.register(relays.box_of_round(village, quota=1), TOKEN)),
            (RefusedError, lambda: list(client.shelf(box.terms, ENVELOPES, TOKEN).read(TODAY))),
            (MissingError, lambda: client.mailbox(relays.box_of_round(committee).terms.address)),
            (MissingError, lambda: client.shelf(box.terms, ENVELOPES).fetch(bytes(32))),
        ]
        for error, act in cases:
            with pytest.raises(error) as caught:
                act()
            assert caught.type is error
            assert caught.value.hint
        host.day = 0
        with pytest.raises(WindowError):
            client.shelf(box.terms, ENVELOPES).post(envelope.to_bytes())


def test_a_full_mailbox_says_so(tmp_path: Path, village: World) -> None:
    """Who comes too late is told that it is full, and that is no defect of the relay."""
    box = relays.box_of_round(village, quota=1)
    url = f"sqlite:///{tmp_path}/full.sqlite"
    with relays.hosting(url, box) as small, relays.connect(small.url) as client:
        client.shelf(box.terms, ENVELOPES).post(village.envelopes[0].to_bytes())
        with pytest.raises(RefusedError, match="the mailbox is full"):
            client.shelf(box.terms, ENVELOPES).post(village.envelopes[1].to_bytes())


class Script(Transport):
    """A way on which answers come as written; what was asked is kept."""

    def __init__(self, *answers: Answer | CosignError) -> None:
        super().__init__("http://127.0.0.1:1")
        self._answers = list(answers)
        self.asked: list[tuple[str, str, dict[str, str], bytes | None]] = []

    def ask(
        self, method: str, path: str, headers: dict[str, str], body: bytes | None, longest: int
    ) -> Answer:
        self.asked.append((method, path, headers, body))
        assert longest >= 0
        answer = self._answers.pop(0)
        if isinstance(answer, CosignError):
            raise answer
        return answer


LOST: Final = UnreachableError("no answer")


def acknowledged(item_id: bytes) -> Answer:
    """Return the answer of a relay that stored something."""
    return Answer(201, json.dumps({"id": item_id.hex()}).encode())


@pytest.mark.parametrize("failures", range(len(PAUSES) + 1))
@pytest.mark.parametrize(
    "failure", [LOST, Answer(503, b""), Answer(502, b"<html>"), Answer(429, b"")]
)
def test_failures_are_tried_again(
    village: World, failure: Answer | CosignError, failures: int
) -> None:
    """The same request goes out again after each failure, with pauses that grow."""
    terms, envelope = relays.box_of_round(village).terms, village.envelopes[0]
    pauses: list[float] = []
    script = Script(*[failure] * failures, acknowledged(envelope.envelope_id))
    RelayClient(script, pauses.append).shelf(terms, ENVELOPES).post(envelope.to_bytes())
    assert pauses == list(PAUSES[:failures])
    assert len(script.asked) == failures + 1
    assert all(asked == script.asked[0] for asked in script.asked)


@pytest.mark.parametrize("failure", [LOST, Answer(503, b"")])
def test_somebody_gives_up(village: World, failure: Answer | CosignError) -> None:
    """After the last pause there is one more try."""
    terms, envelope = relays.box_of_round(village).terms, village.envelopes[0]
    script = Script(*[failure] * 9)
    with pytest.raises(UnreachableError):
        RelayClient(script, lambda _s: None).shelf(terms, ENVELOPES).post(envelope.to_bytes())
    assert len(script.asked) == len(PAUSES) + 1


def _lies(world: World, other: World) -> dict[str, tuple[str, list[Answer]]]:
    box = relays.box_of_round(world)
    mailbox, stranger = box.to_bytes(), relays.box_of_round(other).to_bytes()
    forged = Mailbox(box.terms, bytes(64)).to_bytes()
    envelopes = sorted((e.envelope_id, e.to_bytes()) for e in world.envelopes)
    first, second = envelopes[0][1], envelopes[1][1]
    foreign = other.envelopes[0].to_bytes()
    return {
        "another mailbox": ("mailbox", [Answer(200, stranger)]),
        "a forged mailbox": ("mailbox", [Answer(200, forged)]),
        "half a mailbox": ("mailbox", [Answer(200, mailbox[:-1])]),
        "a status of no meaning": ("mailbox", [Answer(299, b"")]),
        "a page of the web": ("mailbox", [Answer(404, b"<html>")]),
        "an unknown word": ("mailbox", [Answer(400, b'{"error": "tea"}')]),
        "a word for others": ("mailbox", [Answer(400, b'{"error": "malformed"}')]),
        "a deep list": ("mailbox", [Answer(400, b"[" * 50_000)]),
        "a list": ("mailbox", [Answer(400, b"[1]")]),
        "a word that is no word": ("mailbox", [Answer(400, b'{"error": ["unknown"]}')]),
        "no acknowledgement": ("post", [Answer(201, b"")]),
        "another acknowledgement": ("post", [acknowledged(bytes(32))]),
        "an acknowledgement and more": ("post", [Answer(201, b'{"id": "00", "track": "you"}')]),
        "stored, it says": ("post", [Answer(200, acknowledged(envelopes[0][0]).body)]),
        "another envelope": ("fetch", [Answer(200, second)]),
        "half an envelope": ("fetch", [Answer(200, first[:-1])]),
        "a foreign envelope": ("read", [Answer(200, frame(foreign))]),
        "a cut page": ("read", [Answer(200, frame(first)[:-1])]),
        "a cut length": ("read", [Answer(200, frame(first) + b"\0\0")]),
        "no length": ("read", [Answer(200, bytes(4))]),
        "another order": ("read", [Answer(200, frame(second) + frame(first))]),
        "one twice": ("read", [Answer(200, frame(first) * 2)]),
        "the same page again": ("read", [Answer(200, frame(first))] * 2),
    }


LIES: Final = [
    *("another mailbox", "a forged mailbox", "half a mailbox", "a status of no meaning"),
    "a page of the web",
    *("an unknown word", "a word for others", "a deep list", "a list", "a word that is no word"),
    *(
        "no acknowledgement",
        "another acknowledgement",
        "an acknowledgement and more",
        "stored, it says",
    ),
    *("another envelope", "half an envelope", "a foreign envelope", "a cut page"),
    *("a cut length", "no length", "another order", "one twice", "the same page again"),
]


@pytest.mark.parametrize("name", LIES)
def test_a_relay_is_not_believed(village: World, committee: World, name: str) -> None:
    """Whatever a relay makes up is found out and called what it is."""
    lies = _lies(village, committee)
    assert list(lies) == LIES
    step, answers = lies[name]
    terms = relays.box_of_round(village).terms
    [(envelope_id, raw), *_] = sorted((e.envelope_id, e.to_bytes()) for e in village.envelopes)
    client = RelayClient(Script(*answers), lambda _s: None)
    steps: dict[str, Callable[[], Any]] = {
        "mailbox": lambda: client.mailbox(terms.address),
        "post": lambda: client.shelf(terms, ENVELOPES).post(raw),
        "fetch": lambda: client.shelf(terms, ENVELOPES).fetch(envelope_id),
        "read": lambda: list(client.shelf(terms, ENVELOPES, CAPABILITY).read(TODAY)),
    }
    with pytest.raises(RelayError, match="does not keep to the protocol") as caught:
        steps[step]()
    assert caught.type is RelayError


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_asks_for_the_right_url(village: World, status: int) -> None:
    """Most are to https, so the hint is about the URL and not about another relay."""
    client = RelayClient(Script(Answer(status, b"")), lambda _s: None)
    with pytest.raises(RelayError, match=f"redirect \\({status}\\)") as caught:
        client.mailbox(relays.box_of_round(village).terms.address)
    assert "begin with https?" in str(caught.value.hint)


ABSENT: Final = {
    "mailbox": ("no mailbox of this round", "check the URL"),
    "envelopes": ("does not have it", "send it again"),
    "openings": ("does not have it", "send it again"),
    "requests": ("does not have it", "send it again"),
    "responses": ("has not answered yet", "try again later, or ask the registrar"),
    "post": ("no mailbox of this round", "check the URL"),
}


@pytest.mark.parametrize("what", ABSENT)
def test_what_is_not_there_is_named(village: World, what: str) -> None:
    """The relay has one word for it; the client knows what was asked, and what helps."""
    client = RelayClient(Script(Answer(404, b'{"error":"unknown"}')), lambda _s: None)
    address = relays.box_of_round(village).terms.address
    steps: dict[str, Callable[[], Any]] = {
        "mailbox": lambda: client.mailbox(address),
        "post": lambda: client.shelf(relays.box_of_round(village).terms, ENVELOPES).post(
            village.envelopes[0].to_bytes()
        ),
    }
    for kind in (ENVELOPES, OPENINGS, REQUESTS, RESPONSES):
        shelf = client.shelf(posts.terms_of(village, kind.name), kind)
        steps[kind.name] = partial(shelf.fetch, bytes(32))
    message, hint = ABSENT[what]
    with pytest.raises(MissingError, match=message) as caught:
        steps[what]()
    assert hint in str(caught.value.hint)
    assert ("URL" in str(caught.value.hint)) == (what in {"mailbox", "post"})


def test_an_owner_erases(host: Hosted, village: World) -> None:
    """The mailbox is gone with its records; others are not; it can be registered again, empty."""
    box, other = relays.box_of_round(village), relays.box_of_registrar(village)
    raw = village.envelopes[0].to_bytes()
    with relays.connect(host.url) as client:
        shelf = client.shelf(box.terms, ENVELOPES, CAPABILITY)
        envelope_id = shelf.post(raw)
        later = relays.erasure_of_round(village, quota=3)
        with pytest.raises(RefusedError, match="other content"):
            client.erase(later)
        assert shelf.fetch(envelope_id) == raw
        order = relays.erasure_of_round(village)
        for _ in range(2):
            client.erase(order)
            for act in (
                lambda: client.mailbox(box.terms.address),
                lambda: shelf.fetch(envelope_id),
                lambda: shelf.post(raw),
                lambda: list(shelf.read(TODAY)),
            ):
                with pytest.raises(MissingError):
                    act()
        assert client.mailbox(other.terms.address) == other.terms
        client.register(box, TOKEN)
        assert list(shelf.read(TODAY)) == []


def test_relays_on_one_database_learn_of_an_erasure(tmp_path: Path, village: World) -> None:
    """A relay that remembers a mailbox that another one erased stores nothing in its place."""
    url, box = f"sqlite:///{tmp_path}/relay.sqlite", relays.box_of_round(village)
    again = relays.box_of_round(village, capability=Secret(b"n" * 32), difficulty=0)
    raw = village.envelopes[0].to_bytes()
    with (
        relays.hosting(url, box) as one,
        relays.hosting(url) as two,
        relays.connect(one.url) as here,
        relays.connect(two.url) as there,
    ):
        for client in (here, there):
            client.shelf(box.terms, ENVELOPES).post(raw)
        here.erase(relays.erasure_of_round(village))
        request = posts.post(village, "envelopes")
        assert request.send(two).word == "unknown"
        here.register(again, TOKEN)
        there.mailbox(box.terms.address)
        here.erase(relays.erasure_of_round(village, capability=Secret(b"n" * 32), difficulty=0))
        here.register(box, TOKEN)
        # It remembers the one before: nothing is stored by its terms.
        assert request.send(two).word == "storage"
        assert request.send(two).status == 201
        with pytest.raises(RefusedError):
            list(there.shelf(box.terms, ENVELOPES, Secret(b"n" * 32)).read(TODAY))
        assert list(there.shelf(box.terms, ENVELOPES, CAPABILITY).read(TODAY)) == [request.body]


def test_a_shelf_ends(village: World) -> None:
    """A relay that hands out more than the mailbox may hold is stopped."""
    terms = relays.box_of_round(village, quota=2).terms
    ordered = sorted((e.envelope_id, e.to_bytes()) for e in village.envelopes)
    pages = [Answer(200, frame(raw)) for _, raw in ordered]
    with pytest.raises(RelayError, match="more records than the mailbox takes"):
        list(RelayClient(Script(*pages)).shelf(terms, ENVELOPES, CAPABILITY).read(TODAY))


def test_ids_stand_in_no_url_of_a_member(village: World) -> None:
    """A log of URLs shows which mailbox, and not which envelope."""
    terms, envelope = relays.box_of_round(village).terms, village.envelopes[0]
    script = Script(acknowledged(envelope.envelope_id), Answer(200, envelope.to_bytes()))
    client = RelayClient(script)
    client.shelf(terms, ENVELOPES).post(envelope.to_bytes())
    client.shelf(terms, ENVELOPES).fetch(envelope.envelope_id)
    assert all(envelope.envelope_id.hex() not in path for _, path, _, _ in script.asked)
    assert script.asked[1][3] == envelope.envelope_id


@pytest.mark.parametrize(
    ("raw", "wait"), [(b"\0" * 8, 0.0), (b"\x80" + b"\0" * 7, 5.0), (b"\xff" * 8, 10.0)]
)
def test_a_delay_is_uniform(raw: bytes, wait: float) -> None:
    """The wait is the random number's share of the longest one, in steps that are told."""
    waits: list[float] = []
    told: list[tuple[int, int]] = []
    wait_randomly(10, lambda *now: told.append(now), lambda _n: raw, waits.append)
    assert sum(waits) == pytest.approx(wait)
    assert all(step <= 1 for step in waits)
    assert told == [(n, 10) for n in range(len(waits))]


def test_no_delay_is_none() -> None:
    """Who does not want to wait does not."""
    waits: list[float] = []
    wait_randomly(0, pause=waits.append)
    assert waits == []
