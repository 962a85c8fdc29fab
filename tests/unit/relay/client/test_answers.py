"""What a relay's answers do not tell (docs/relay.md, "Error answers").

Each row of a table is a case that a stranger may not tell from the others of it: their
answers are equal byte for byte, headers too.
"""

import contextlib
import logging
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pytest

from cosign.records.mailbox_erasure import MailboxErasure
from cosign.relay.server.database import Database
from tests.support import posts, relays
from tests.support.posts import HOLDER, OPERATOR, STRANGER, Request, post
from tests.support.relays import Hosted
from tests.support.world import World

QUOTA: Final = 2
DAYS: Final = {"window": relays.WINDOW[1], "early": relays.WINDOW[0] - 1}
"""The relay's day, where another one gives another answer."""
UNKNOWN: Final = "ab" * 32


@dataclass(frozen=True)
class Scene:
    """A relay with a mailbox that has room and one that is full, both of rounds.

    Attributes:
        kept: posts an envelope that lies in the mailbox with room.
        held: posts an opening that lies there.
        full: posts an envelope that lies in the full mailbox.
    """

    host: Hosted
    world: World
    crowd: World
    kept: Request
    held: Request
    full: Request

    @property
    def fresh(self) -> Request:
        """Posts an envelope that lies nowhere."""
        return post(self.world, "envelopes")

    @property
    def beyond(self) -> Request:
        """Posts an envelope for which there is no room."""
        return post(self.crowd, "envelopes")

    def answer(self, request: Request) -> bytes:
        """Send a request on a connection of its own and give all that comes back."""
        with self.host.line() as line:
            line.sendall(request.having("Connection", "close").head() + request.body)
            answer = b""
            with contextlib.suppress(ConnectionResetError):
                while more := line.recv(65_536):
                    answer += more
            return answer


@pytest.fixture(scope="module")
def scene(
    tmp_path_factory: pytest.TempPathFactory, village: World, committee: World
) -> Iterator[Scene]:
    """The relay; no test of this module adds to it."""
    boxes = relays.box_of_round(village), relays.box_of_round(committee, quota=QUOTA)
    url = f"sqlite:///{tmp_path_factory.mktemp('relay')}/relay.sqlite"
    with relays.hosting(url, *boxes) as host:
        sent = [post(village, "envelopes"), post(village, "openings")]
        sent += [post(committee, "envelopes") for _ in range(QUOTA)]
        assert [request.send(host).status for request in sent] == [201] * len(sent)
        yield Scene(host, village, committee, sent[0], sent[1], sent[2])


Case = Callable[[Scene], Request]


def at(request: Request, address: str) -> Request:
    """Return the request at another mailbox."""
    _, _, _, _, *rest = request.path.split("/")
    return replace(request, path="/".join(["/v1/mailboxes", address, *rest]))


def page(request: Request, bearer: str = STRANGER) -> Request:
    """Return the request that lists the shelf of another one."""
    return Request("GET", request.path).having("Authorization", bearer)


def fetch(request: Request, item_id: bytes = bytes(32)) -> Request:
    """Return the request that fetches from the shelf of another one."""
    return Request("POST", f"{request.path}/fetch").holding(item_id)


def own_id(scene: Scene, request: Request) -> bytes:
    """Return the id of what a request posts."""
    shelf = request.path.rpartition("/")[2]
    return posts.shelf_of(scene.world, shelf).check(request.body)


def unpaid(scene: Scene, request: Request) -> Request:
    """Return the request with a number for a stamp that does not pay."""
    world = scene.world if request.path == scene.kept.path else scene.crowd
    shelf = posts.shelf_of(world, "envelopes")
    item_id = shelf.check(request.body)
    return request.having("Cosign-Stamp", posts.no_stamp(shelf.terms, item_id))


def register(scene: Scene, **changes: int) -> Request:
    """Return the request that registers a mailbox without the token."""
    raw = relays.box_of_round(scene.world, **changes).to_bytes()
    return Request("POST", "/v1/mailboxes").having("Authorization", STRANGER).holding(raw)


def erase(raw: bytes) -> Request:
    """Return the request that has a mailbox erased."""
    return Request("POST", "/v1/erasures").holding(raw)


def forged(world: World, **changes: int) -> bytes:
    """Return the erasure of a round's mailbox with a signature of something else."""
    box = relays.box_of_round(world, **changes)
    return MailboxErasure(box.terms, box.signature).to_bytes()


NOT_THERE: Final[dict[str, Case]] = {
    "no such path": lambda _: Request("GET", "/v1"),
    "no such mailbox": lambda _: Request("GET", f"/v1/mailboxes/{UNKNOWN}"),
    "no address": lambda _: Request("GET", "/v1/mailboxes/x"),
    "no such shelf": lambda s: page(replace(s.kept, path=f"{s.kept.path}s"), HOLDER),
    "a shelf of another kind": lambda s: page(
        replace(s.kept, path=s.kept.path.replace("envelopes", "requests")), HOLDER
    ),
    "a page of no mailbox": lambda s: page(at(s.kept, UNKNOWN)),
    "a page of no mailbox, as a holder": lambda s: page(at(s.kept, UNKNOWN), HOLDER),
    "a post to no mailbox": lambda s: at(s.kept, UNKNOWN),
    "a post to no mailbox, unpaid": lambda s: at(s.kept, UNKNOWN).without("Cosign-Stamp"),
    "junk to no mailbox": lambda s: at(s.kept, UNKNOWN).holding(b"?"),
    "a record that is not there": lambda s: fetch(s.kept),
    "a record of another shelf": lambda s: fetch(s.held, own_id(s, s.kept)),
    "a record of another mailbox": lambda s: fetch(s.full, own_id(s, s.kept)),
    "a record of no mailbox": lambda s: fetch(at(s.kept, UNKNOWN), own_id(s, s.kept)),
}
NO_CAPABILITY: Final[dict[str, Case]] = {
    "a shelf with records": lambda s: page(s.kept),
    "a shelf that is full": lambda s: page(s.full),
    "an empty shelf": lambda s: page(replace(s.full, path=s.full.path[:-9] + "openings")),
    "without a capability": lambda s: page(s.kept).without("Authorization"),
    "the operator": lambda s: page(s.kept, OPERATOR),
    "an ill-written place": lambda s: replace(page(s.kept), path=f"{s.kept.path}?after=x"),
    "a record that is there": lambda s: s.held.having("Authorization", STRANGER),
    "a new record": lambda s: post(s.world, "openings").having("Authorization", STRANGER),
    "a record that is too long": lambda s: s.held.holding(bytes(10**6)).having(
        "Authorization", STRANGER
    ),
    "junk": lambda s: s.held.holding(b"?").having("Authorization", STRANGER),
    "no length": lambda s: (
        replace(s.held, body=b"").without("Content-Length").having("Authorization", STRANGER)
    ),
    "a mailbox that is registered": register,
    "other terms for it": lambda s: register(s, quota=7),
    "a mailbox that is none": lambda s: register(s).holding(b"?"),
    "a mailbox without length": lambda s: replace(register(s), body=b"").without("Content-Length"),
}
NO_STAMP: Final[dict[str, Case]] = {
    "a record that is there": lambda s: unpaid(s, s.kept),
    "a new record": lambda s: unpaid(s, s.fresh),
    "a record in a full mailbox": lambda s: unpaid(s, s.full),
    "a record beyond its quota": lambda s: unpaid(s, s.beyond),
    "an ill-written stamp": lambda s: s.fresh.having("Cosign-Stamp", "x"),
    "no stamp, and junk": lambda s: s.kept.holding(b"?").without("Cosign-Stamp"),
}
MALFORMED: Final[dict[str, Case]] = {
    "too short": lambda s: s.kept.holding(s.kept.body[:-1]),
    "too long": lambda s: s.kept.holding(s.kept.body + b"\0"),
    "another label": lambda s: s.kept.holding(s.kept.body.replace(b"cosign/", b"cosigm/", 1)),
    "another version": lambda s: s.kept.holding(s.kept.body.replace(b"/1", b"/2", 1)),
    "of another round": lambda s: s.kept.holding(
        s.kept.body.replace(s.world.round.round_id, bytes(32))
    ),
    "too short for a full mailbox": lambda s: s.full.holding(b"?"),
    "no id": lambda s: fetch(s.kept, b"?"),
    "no id, of a full mailbox": lambda s: fetch(s.full, b"?"),
    "no erasure": lambda _: erase(b"?"),
    "an erasure by somebody else": lambda s: erase(forged(s.world)),
    "the same, of a mailbox that is not there": lambda s: erase(forged(s.world, difficulty=9)),
}
CLOSED: Final[dict[str, Case]] = {
    "a record that is there": lambda s: s.kept,
    "a new record": lambda s: s.fresh,
    "a record beyond the quota": lambda s: s.beyond,
    "junk": lambda s: s.kept.holding(b"?"),
    "no stamp": lambda s: s.kept.without("Cosign-Stamp"),
    "no length": lambda s: replace(s.kept, body=b"").without("Content-Length"),
    "a holder": lambda s: s.held,
    "no capability": lambda s: s.held.having("Authorization", STRANGER),
}
EARLY: Final[dict[str, Case]] = {
    "a holder": lambda s: page(s.kept, HOLDER),
    "a stranger": lambda s: page(s.kept),
    "without a capability": lambda s: page(s.kept).without("Authorization"),
    "a shelf that is full": lambda s: page(s.full, HOLDER),
    "an empty shelf": lambda s: page(replace(s.full, path=s.full.path[:-9] + "openings"), HOLDER),
    "the held shelf": lambda s: page(s.held, HOLDER),
    "an ill-written place": lambda s: replace(page(s.kept, HOLDER), path=f"{s.kept.path}?after=x"),
}
TABLE: Final = {
    "unknown": NOT_THERE,
    "capability": NO_CAPABILITY,
    "stamp": NO_STAMP,
    "malformed": MALFORMED,
    "window": CLOSED,
    "early": EARLY,
}


@pytest.mark.parametrize("word", TABLE)
def test_answers_of_a_class_are_equal(
    scene: Scene, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Why a relay refuses shows in one word; what led to the word shows in nothing."""
    if word in DAYS:
        monkeypatch.setattr(scene.host, "day", DAYS[word])
    answers = {name: scene.answer(make(scene)) for name, make in TABLE[word].items()}
    first = next(iter(answers.values()))
    assert first.endswith(b'\r\n\r\n{"error":"%s"}' % word.encode())
    assert {name: answer for name, answer in answers.items() if answer != first} == {}


def test_an_acknowledgement_does_not_tell_whether_a_record_is_new(
    scene: Scene, tmp_path: Path
) -> None:
    """Posting again, also into a mailbox that is full by now, is answered as posting was."""
    box = relays.box_of_round(scene.world, quota=1)
    with relays.hosting(f"sqlite:///{tmp_path}/relay.sqlite", box) as host:
        elsewhere = replace(scene, host=host)
        first = elsewhere.answer(scene.kept)
        assert first.startswith(b"HTTP/1.1 201 ")
        assert {elsewhere.answer(scene.kept), scene.answer(scene.kept)} == {first}


def test_an_erasure_does_not_tell_whether_anything_was_there(
    village: World, tmp_path: Path, scene: Scene
) -> None:
    """Nor how much: a mailbox with records, an empty one and none are answered alike."""
    box, order = relays.box_of_round(village), erase(relays.erasure_of_round(village).to_bytes())
    answers = set()
    for number, boxes in enumerate(((box,), (box,), ())):
        with relays.hosting(f"sqlite:///{tmp_path}/{number}.sqlite", *boxes) as host:
            if number == 1:
                assert post(village, "envelopes").send(host).status == 201
            answers |= {replace(scene, host=host).answer(order) for _ in range(2)}
    [answer] = answers
    assert answer.startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("path", ["", "/envelopes", "/letters", "/envelopes/fetch"])
def test_methods_do_not_tell_whether_a_mailbox_is_there(scene: Scene, path: str) -> None:
    """A path has its methods whether its mailbox exists or not."""
    there = scene.kept.path.removesuffix("/envelopes")
    paths = [there, f"/v1/mailboxes/{UNKNOWN}", "/v1/mailboxes/x"]
    [answer] = {scene.answer(Request("PUT", f"{place}{path}")) for place in paths}
    assert answer.startswith(b"HTTP/1.1 405 ")


_REFUSE_A_METHOD: Final = """
import sys
from pathlib import Path
from tests.support import relays
with relays.hosting(f"sqlite:///{sys.argv[1]}/relay.sqlite") as host:
    print(host.raw(b"PUT /v1/mailboxes/a/b HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n").headers["allow"])
"""


def test_every_run_of_a_relay_answers_alike(tmp_path: Path) -> None:
    """Methods stand in one order: nobody sees a restart, or which of two relays answers."""
    told = {
        subprocess.run(
            [sys.executable, "-c", _REFUSE_A_METHOD, tmp_path],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert told == {"GET, HEAD, POST\n"}


def test_a_damaged_database_is_no_other_failure(
    scene: Scene, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A mailbox that cannot be read is answered, and logged, like a disk that fails."""
    path, address = tmp_path / "relay.sqlite", scene.kept.path.split("/")[3]
    with Database(f"sqlite:///{path}") as database:
        database.register(relays.box_of_round(scene.world))
    with contextlib.closing(sqlite3.connect(path)) as damaged:
        damaged.execute("UPDATE mailboxes SET record = x'00'")
        damaged.commit()
    with relays.hosting(f"sqlite:///{path}") as host:
        caplog.set_level(logging.WARNING)
        broken = replace(scene, host=host)
        answers = {
            broken.answer(request)
            for request in (
                scene.kept,
                page(scene.kept),
                Request("GET", f"/v1/mailboxes/{address}"),
            )
        }
    [answer] = answers
    assert answer.startswith(b"HTTP/1.1 503 ")
    assert answer.endswith(b'\r\n\r\n{"error":"storage"}')
    assert [record.exc_info for record in caplog.records] == [None] * 3
    assert address not in caplog.text
