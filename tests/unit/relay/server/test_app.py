"""A relay takes what it should, and refuses everything else with one word."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from cosign.records.envelope import Envelope
from cosign.records.mailbox import Mailbox, Space
from cosign.relay.server import app
from cosign.relay.shelves import NOTICE_ID, PAGE_BYTES
from cosign.relay.stamps import is_stamp
from cosign.roles import organizer
from cosign.wire.framing import FRAME_LENGTH_BYTES
from tests.support import posts, relays
from tests.support.posts import (
    ABSENT,
    HELD,
    HOLDER,
    NAMES,
    NOTICES,
    OPEN,
    OPERATOR,
    STRANGER,
    Request,
    post,
    refused,
    registration,
)
from tests.support.relays import Hosted
from tests.support.world import Seeded, World

ID: Final = "ab" * 32


@pytest.mark.parametrize("shelf", NAMES)
def test_a_record_is_taken_and_acknowledged(host: Hosted, village: World, shelf: str) -> None:
    """What belongs on a shelf is taken, once and again, and the answer is its id."""
    request = post(village, shelf)
    item_id = posts.shelf_of(village, shelf).check(request.body)
    for _ in range(2):
        reply = request.send(host)
        assert (reply.status, json.loads(reply.body)) == (201, {"id": item_id.hex()})
    fetch = replace(request, path=f"{request.path}/fetch").without("Cosign-Stamp")
    reply = fetch.without("Authorization").holding(item_id).send(host)
    assert (reply.status, reply.body) == (200, request.body)


def _other_kind(request: Request) -> Request:
    other = {"envelopes": "openings", "openings": "envelopes"}
    other |= {"requests": "responses", "responses": "requests"}
    path, _, shelf = request.path.rpartition("/")
    return replace(request, path=f"{path}/{other[shelf]}")


def _address(request: Request, address: str) -> Request:
    _, _, shelf = request.path.rpartition("/")
    return replace(request, path=f"/v1/mailboxes/{address}/{shelf}")


BODIES: Final[dict[str, Callable[[bytes], bytes]]] = {
    "nothing": lambda _raw: b"",
    "a byte less": lambda raw: raw[:-1],
    "a byte more": lambda raw: raw + b"\0",
    "its first byte twice": lambda raw: raw[:1] + raw,
    "zeros": lambda raw: bytes(len(raw)),
    "another label": lambda raw: raw.replace(b"cosign/", b"cosigm/", 1),
    "another version": lambda raw: raw.replace(b"/1", b"/2", 1),
}


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("shelf", NAMES)
def test_other_bodies_are_malformed(host: Hosted, village: World, shelf: str, name: str) -> None:
    """A record that is not of the shelf's form is refused before its stamp is looked at."""
    request = post(village, shelf)
    refused(host, request.holding(BODIES[name](request.body)), 400, "malformed")


@pytest.mark.parametrize("shelf", [name for name in NAMES if name not in NOTICES])
def test_another_worlds_record_is_malformed(
    host: Hosted, village: World, committee: World, shelf: str
) -> None:
    """A record of another round or group does not get in, also where its length fits."""
    foreign = posts.record(committee, shelf)
    request = post(village, shelf)
    refused(host, request.holding(foreign), 400, "malformed")
    own = posts.terms_of(village, shelf).subject
    disguised = request.body.replace(own, posts.terms_of(committee, shelf).subject)
    refused(host, request.holding(disguised), 400, "malformed")


def test_another_group_is_malformed(host: Hosted, village: World, committee: World) -> None:
    """A registrar's notice is its own group; which round is in an invitation no relay can tell."""
    foreign = posts.record(committee, "group")
    refused(host, post(village, "group").holding(foreign), 400, "malformed")


def test_a_notice_stays(host: Hosted, committee: World) -> None:
    """Everybody fetches the first notice; another one is refused."""
    first = post(committee, "invitation")
    assert first.send(host).status == 201
    other = organizer.invite(committee.round, Seeded("another notice"))[1].to_bytes()
    refused(host, first.holding(other), 409, "different")
    fetch = Request("POST", f"{first.path}/fetch").holding(NOTICE_ID)
    assert fetch.send(host).body == first.body


def test_another_registrars_request_is_malformed(host: Hosted, committee: World) -> None:
    """A registrar's mailbox takes nothing for another registrar of the group."""
    other = next(e.request.to_bytes() for e in committee.enrolments if e.registrar == 1)
    own = posts.record(committee, "requests")
    assert len(other) == len(own)
    refused(host, post(committee, "requests").holding(other), 400, "malformed")


def test_an_envelope_for_other_trustees_is_malformed(
    host: Hosted, village: World, committee: World
) -> None:
    """An envelope of a round with more trustees is longer, and so none of this round."""
    envelope = replace(committee.envelopes[0], round_id=village.round.round_id)
    refused(host, post(village, "envelopes").holding(envelope.to_bytes()), 400, "malformed")


STAMPS: Final[dict[str, Callable[[str], str]]] = {
    "empty": lambda _stamp: "",
    "in capitals": lambda stamp: "AB" + stamp[2:],
    "a digit less": lambda stamp: stamp[:-1],
    "a byte more": lambda stamp: stamp + "00",
    "no digits": lambda _stamp: "x" * 16,
    "with a blank": lambda stamp: stamp[:8] + " " + stamp[8:],
}


@pytest.mark.parametrize("name", STAMPS)
@pytest.mark.parametrize("shelf", OPEN)
def test_ill_written_stamps_are_refused(
    host: Hosted, village: World, shelf: str, name: str
) -> None:
    request = post(village, shelf)
    stamp = dict(request.headers)["Cosign-Stamp"]
    refused(host, request.having("Cosign-Stamp", STAMPS[name](stamp)), 403, "stamp")
    refused(host, request.without("Cosign-Stamp"), 403, "stamp")


@pytest.mark.parametrize("shelf", OPEN)
def test_work_that_does_not_fit_is_refused(host: Hosted, village: World, shelf: str) -> None:
    """Too little work pays for nothing, and the capability does not replace it."""
    request, terms = post(village, shelf), posts.terms_of(village, shelf)
    item_id = posts.shelf_of(village, shelf).check(request.body)
    wrong = request.having("Cosign-Stamp", posts.no_stamp(terms, item_id))
    refused(host, wrong, 403, "stamp")
    refused(host, wrong.having("Authorization", HOLDER), 403, "stamp")


def test_a_stamp_pays_for_one_record(host: Hosted, village: World) -> None:
    """The stamp of one envelope does not pay for another one."""
    shelf = posts.shelf_of(village, "envelopes")
    address, difficulty = shelf.terms.address, shelf.terms.difficulty
    one, other = post(village, "envelopes"), posts.record(village, "envelopes")
    while is_stamp(stamp_of(one), address, shelf.check(other), difficulty):
        other = posts.record(village, "envelopes")
    refused(host, one.holding(other), 403, "stamp")


def stamp_of(request: Request) -> bytes:
    """Return the stamp of a request."""
    return bytes.fromhex(dict(request.headers)["Cosign-Stamp"])


BEARERS: Final = {
    "another": STRANGER,
    "of the operator": OPERATOR,
    "empty": "",
    "without a scheme": HOLDER.removeprefix("Bearer "),
    "of another scheme": HOLDER.replace("Bearer", "Basic"),
    "in capitals": HOLDER.upper().replace("BEARER", "Bearer"),
    "a digit less": HOLDER[:-1],
    "a byte more": HOLDER + "00",
    "a blank more": HOLDER.replace(" ", "  "),
}


@pytest.mark.parametrize("name", BEARERS)
@pytest.mark.parametrize("shelf", HELD)
def test_who_lacks_the_capability_does_not_post(
    host: Hosted, village: World, shelf: str, name: str
) -> None:
    """Openings and responses are posted with the mailbox's capability."""
    request = post(village, shelf)
    refused(host, request.having("Authorization", BEARERS[name]), 401, "capability")
    refused(host, request.without("Authorization"), 401, "capability")


@pytest.mark.parametrize("name", BEARERS)
@pytest.mark.parametrize("shelf", NAMES)
def test_who_lacks_the_capability_does_not_read(
    host: Hosted, village: World, shelf: str, name: str
) -> None:
    """Not even the number of records is told to others: an empty shelf is refused alike."""
    page = Request("GET", post(village, shelf).path)
    refused(host, page.having("Authorization", BEARERS[name]), 401, "capability")
    refused(host, page, 401, "capability")


def test_pages_ascend_by_id(host: Hosted, village: World) -> None:
    """Envelopes come by their hashes, however they arrived, each once, pages of a few KiB."""
    sent = [post(village, "envelopes") for _ in range(300)]
    for request in sent:
        assert request.send(host).status == 201
    page = Request("GET", sent[0].path).having("Authorization", HOLDER)
    ids: list[bytes] = []
    while raw := page.send(host).body:
        assert len(raw) <= PAGE_BYTES + 300 * FRAME_LENGTH_BYTES
        size = len(sent[0].body)
        starts = range(0, len(raw), FRAME_LENGTH_BYTES + size)
        for start in starts:
            middle = start + FRAME_LENGTH_BYTES
            assert raw[start:middle] == size.to_bytes(4, "big")
            ids.append(Envelope.from_bytes(raw[middle : middle + size]).envelope_id)
        page = replace(page, path=f"{sent[0].path}?after={ids[-1].hex()}")
    assert ids == sorted(set(ids))
    assert {Envelope.from_bytes(request.body).envelope_id for request in sent} <= set(ids)


@pytest.mark.parametrize(
    "after", ["", "00", "AB" * 32, "ab" * 31, "ab" * 33, "zz" * 32, "%00" * 32]
)
def test_ill_written_places_are_malformed(host: Hosted, village: World, after: str) -> None:
    """A page begins after an id, or at the start."""
    path = f"{post(village, 'envelopes').path}?after={after}"
    refused(host, Request("GET", path).having("Authorization", HOLDER), 400, "malformed")


@pytest.mark.parametrize("shelf", NAMES)
def test_nobody_guesses_an_id(host: Hosted, village: World, shelf: str) -> None:
    """A record that is not there is unknown, and so is one that lies on another shelf."""
    request = post(village, shelf)
    fetch = Request("POST", f"{request.path}/fetch")
    refused(host, fetch.holding(ABSENT), 404, "unknown")
    for size in (0, 31, 33, 64):
        refused(host, fetch.holding(bytes(size)), 400, "malformed")
    refused(host, fetch, 411, "length")


# Windows and quotas.


@pytest.mark.parametrize("shelf", NAMES)
def test_a_mailbox_has_a_window(
    host: Hosted, village: World, shelf: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From its first day until before its end records are taken; reading goes on after it."""
    first, end = posts.terms_of(village, shelf).first_day, posts.terms_of(village, shelf).end_day
    request = post(village, shelf)
    page = Request("GET", request.path).having("Authorization", HOLDER)
    for day, status in ((first - 1, 409), (end, 200)):
        monkeypatch.setattr(host, "day", day)
        refused(host, request, 409, "window")
        assert page.send(host).status == status
    for day in (first, end - 1):
        monkeypatch.setattr(host, "day", day)
        assert request.send(host).status == 201


def test_a_mailbox_has_a_quota(village: World, tmp_path: Path) -> None:
    """What is beyond the quota is refused; what is there already is acknowledged again."""
    box = relays.box_of_round(village, quota=3)
    with relays.hosting(f"sqlite:///{tmp_path}/relay.sqlite", box) as small:
        sent = [post(village, "envelopes") for _ in range(4)]
        assert [request.send(small).status for request in sent[:3]] == [201] * 3
        refused(small, sent[3], 409, "full")
        assert sent[0].send(small).status == 201


def test_more_mailboxes_than_are_remembered(
    village: World, committee: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A relay that remembers one mailbox at a time finds the others again in its database."""
    monkeypatch.setattr(app, "_MAILBOX_CACHE", 1)
    boxes = relays.box_of_round(village), relays.box_of_round(committee)
    with relays.hosting(f"sqlite:///{tmp_path}/relay.sqlite", *boxes) as host:
        for world in (village, committee, village):
            assert post(world, "envelopes").send(host).status == 201


def test_a_request_has_one_response(host: Hosted, village: World) -> None:
    """A second answer to a request is refused; the first stays."""
    request = post(village, "responses")
    assert request.send(host).status == 201
    changed = request.body[:-1] + bytes([request.body[-1] ^ 1])
    refused(host, request.holding(changed), 409, "different")
    request_id = village.enrolments[0].request.request_id
    fetch = Request("POST", f"{request.path}/fetch").holding(request_id)
    assert fetch.send(host).body == request.body


# Registering.


def test_a_mailbox_is_registered_once(host: Hosted, village: World) -> None:
    """Again is the same as once; other terms at the same address are refused."""
    for world in (village, village):
        reply = registration(relays.box_of_round(world)).send(host)
        address = relays.box_of_round(world).terms.address.hex()
        assert (reply.status, json.loads(reply.body)) == (201, {"id": address})
    changed = registration(relays.box_of_round(village, quota=5))
    refused(host, changed, 409, "different")
    kept = Request("GET", f"/v1/mailboxes/{address}").send(host)
    assert kept.body == relays.box_of_round(village).to_bytes()


@pytest.mark.parametrize("name", [name for name in BEARERS if name != "of the operator"])
def test_who_lacks_the_token_registers_nothing(host: Hosted, village: World, name: str) -> None:
    """Registering needs the operator's token; a mailbox's capability is none."""
    request = registration(relays.box_of_round(village))
    refused(host, request.having("Authorization", BEARERS[name]), 401, "capability")
    refused(host, request.having("Authorization", HOLDER), 401, "capability")
    refused(host, request.without("Authorization"), 401, "capability")


def test_mailboxes_that_cannot_be_are_malformed(host: Hosted, village: World) -> None:
    """A mailbox that its owner did not sign, or that is no mailbox, is refused."""
    mailbox = relays.box_of_round(village)
    raw = mailbox.to_bytes()
    terms = replace(mailbox.terms, open_space=Space(1, 1))
    for body in (
        replace(mailbox, terms=terms).to_bytes(),
        replace(mailbox, signature=bytes(64)).to_bytes(),
        raw[:-1],
        raw + b"\0",
        b"",
        bytes(Mailbox.MAX_BYTES + 1),
        village.envelopes[0].to_bytes(),
    ):
        refused(host, registration(mailbox).holding(body), 400, "malformed")


def test_a_window_that_is_over_is_not_registered(host: Hosted, village: World) -> None:
    """Nobody registers a mailbox that takes nothing any more."""
    mailbox = relays.box_of_round(village, window=(host.day - 9, host.day))
    refused(host, registration(mailbox), 409, "window")


def test_without_a_token_nobody_registers(village: World, tmp_path: Path) -> None:
    """A relay whose operator gave no token takes no mailboxes, whatever is sent."""
    with relays.hosting(f"sqlite:///{tmp_path}/relay.sqlite", token=None) as closed:
        refused(closed, registration(relays.box_of_round(village)), 401, "capability")
