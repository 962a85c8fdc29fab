"""The drop pages: what a browser sends is judged like what a client sends."""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from html.parser import HTMLParser
from itertools import count
from typing import Final

import pytest

from cosign.records.stamped import StampedRecord
from cosign.relay.server.drop import HEADERS
from cosign.relay.shelves import BoundShelf
from cosign.relay.stamps import is_stamp, make_stamp
from cosign.wire.armor import armor
from tests.support import posts
from tests.support.posts import OPEN, Request
from tests.support.relays import Hosted, Reply
from tests.support.world import World

_BOUNDARY: Final = "----browser"


def stamped(world: World, shelf: str) -> StampedRecord:
    """Make the file that a browser hands in."""
    raw, place = posts.record(world, shelf), posts.shelf_of(world, shelf)
    stamp = make_stamp(place.address, place.check(raw), place.terms.difficulty)
    return StampedRecord(place.address, stamp, raw)


def path_of(world: World, shelf: str) -> str:
    """Return the path of a mailbox's page."""
    return f"/drop/{posts.shelf_of(world, shelf).address.hex()}"


def form(path: str, file: bytes = b"", text: bytes = b"") -> Request:
    """Fill in the form as browsers do: both fields are sent, full or empty."""
    parts = [
        b'name="file"; filename="x"\r\nContent-Type: application/octet-stream\r\n\r\n' + file,
        b'name="text"\r\n\r\n' + text,
    ]
    start = f"--{_BOUNDARY}\r\nContent-Disposition: form-data; ".encode()
    body = b"".join(start + part + b"\r\n" for part in parts) + f"--{_BOUNDARY}--\r\n".encode()
    kind = f"multipart/form-data; boundary={_BOUNDARY}"
    return Request("POST", path).having("Content-Type", kind).holding(body)


def asked(path: str, text: str) -> Request:
    """Ask for a registrar's answer, as browsers do."""
    kind = "application/x-www-form-urlencoded"
    request = Request("POST", f"{path}/answer").having("Content-Type", kind)
    return request.holding(f"id={text}".encode())


def held(host: Hosted, world: World, shelf: str, raw: bytes) -> bool:
    """Return whether the relay has a record."""
    place = posts.shelf_of(world, shelf)
    return host.database.item(place, place.check(raw)) == raw


@pytest.mark.parametrize("way", ["file", "armored file", "text", "text with CRLF"])
@pytest.mark.parametrize("shelf", OPEN)
def test_a_form_hands_in_what_a_client_could_post(
    host: Hosted, village: World, shelf: str, way: str
) -> None:
    """File or text, once and again: the record is stored, and the page shows its id."""
    record = stamped(village, shelf)
    raw, path = record.to_bytes(), path_of(village, shelf)
    lines = armor("stamped record", raw)
    request = {
        "file": form(path, raw),
        "armored file": form(path, lines),
        "text": form(path, text=lines),
        "text with CRLF": form(path, text=b"\r\n" + lines.replace(b"\n", b"\r\n")),
    }[way]
    for _ in range(2):
        reply = request.send(host)
        assert reply.status == 201
        assert posts.shelf_of(village, shelf).check(record.content).hex() in reply.body.decode()
    assert held(host, village, shelf, record.content)


@pytest.mark.parametrize("shelf", OPEN)
def test_the_page_does_not_tell_whether_it_had_a_record(
    host: Hosted, village: World, shelf: str
) -> None:
    """New or handed in before, by a form or by a client: the answers side by side are the same."""
    record = stamped(village, shelf)
    request = form(path_of(village, shelf), record.to_bytes())
    first, again = request.send(host), request.send(host)
    assert posts.post(village, shelf, record.content).send(host).status == 201
    assert first == again == request.send(host)


def test_files_of_members_have_one_length(village: World) -> None:
    """What a browser sends shows neither whose envelope it is nor whether it withdraws."""
    lengths = {len(envelope.to_bytes()) for envelope in village.envelopes}
    made = [stamped(village, "envelopes") for _ in range(3)]
    assert len({len(one.to_bytes()) for one in made}) == 1
    assert {len(one.content) for one in made} == lengths
    place = posts.shelf_of(village, "envelopes")
    for one in made:  # the first number that fits: it does not depend on who looked for it
        item_id, difficulty = place.check(one.content), place.terms.difficulty
        numbers = (n.to_bytes(8, "big") for n in range(int.from_bytes(one.stamp, "big")))
        assert not any(is_stamp(n, place.address, item_id, difficulty) for n in numbers)


def _unpaid(record: StampedRecord, shelf: BoundShelf) -> StampedRecord:
    """Give a record the last number that is no stamp for it."""
    item_id, difficulty = shelf.check(record.content), shelf.terms.difficulty
    numbers = (n.to_bytes(8, "big") for n in count(2**64 - 1, -1))
    bad = next(n for n in numbers if not is_stamp(n, record.address, item_id, difficulty))
    return replace(record, stamp=bad)


_Change = Callable[[StampedRecord, BoundShelf], StampedRecord]
CHANGES: Final[dict[str, tuple[_Change, int]]] = {
    "another mailbox": (lambda r, _shelf: replace(r, address=bytes(32)), 400),
    "a stamp that does not pay": (_unpaid, 403),
    "a byte more": (lambda r, _shelf: replace(r, content=r.content + b"\0"), 400),
    "another record": (lambda r, _shelf: replace(r, content=bytes(len(r.content))), 400),
}


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("shelf", OPEN)
def test_changed_files_are_refused(host: Hosted, village: World, shelf: str, name: str) -> None:
    """An accepted file with one change is refused, with the status of the other route."""
    change, status = CHANGES[name]
    record = stamped(village, shelf)
    changed = change(record, posts.shelf_of(village, shelf))
    _refused(form(path_of(village, shelf), changed.to_bytes()).send(host), status)
    if shelf == "envelopes":  # which are new each time
        assert not held(host, village, shelf, record.content)


def test_a_stamp_of_another_mailbox_does_not_pay(
    host: Hosted, village: World, committee: World
) -> None:
    record = stamped(committee, "envelopes")
    _refused(form(path_of(village, "envelopes"), record.to_bytes()).send(host), 400)


def _of_kind(kind: str, request: Request, _raw: bytes) -> Request:
    """Send a form whose text is a surrogate in UTF-7, under another content type."""
    filled = form(request.path, text=b"+2AA-")
    return filled.having("Content-Type", kind.format(_BOUNDARY))


def _with_part(disposition: str, request: Request, _raw: bytes) -> Request:
    first = f"--{_BOUNDARY}\r\nContent-Disposition: {disposition}\r\n\r\nx\r\n"
    return request.holding(f"{first}--{_BOUNDARY}--\r\n".encode())


FORMS: Final[dict[str, Callable[[Request, bytes], Request]]] = {
    "nothing filled in": lambda request, _raw: form(request.path),
    "file and text": lambda request, raw: form(request.path, raw, armor("stamped record", raw)),
    "text that is no armor": lambda request, _raw: form(request.path, text=b"hello"),
    "no form": lambda request, raw: request.without("Content-Type").holding(raw),
    "no boundary": lambda request, _raw: request.having("Content-Type", "multipart/form-data"),
    "a form that is cut": lambda request, _raw: request.holding(request.body[:200]),
    "three files": lambda request, _raw: request.holding(_three_parts(request.body)),
    "too long": lambda request, _raw: form(request.path, bytes(2**16)),
    **{
        f"a form of the kind {number}": partial(_of_kind, kind)
        for number, kind in enumerate(
            (
                "multipart/form-data; boundary={}; charset=undefined",
                "multipart/form-data; boundary={}; charset=utf-7",
                "multipart/form-data; boundary={}; charset=punycode",
                "multipart/form-data; boundary={}; CHARSET*=utf-8''utf-8",
                "multipart/form-data; boundary*=a; boundary*1={}",
                f"multipart/form-data; boundary={{}}; a*{'1' * 5_000}*=x",
                "multipart/mixed; boundary={}",
                "application/x-www-form-urlencoded",
            )
        )
    },
    **{
        f"a part with {name[:60]}": partial(_with_part, name)
        for name in (
            "form-data",
            "form-data; filename=x",
            "form-data; name*=a; name*1=b",
            f"form-data; name=a; b*{'1' * 4_500}*=x",
            "form-data; name*=punycode''x; name=a; filename*=undefined''%ff",
        )
    },
}


def _three_parts(body: bytes) -> bytes:
    first, second, rest = body.split(f"--{_BOUNDARY}\r\n".encode(), 2)
    mark = f"--{_BOUNDARY}\r\n".encode()
    return mark.join([first, second, second, second, rest])


@pytest.mark.parametrize("name", FORMS)
def test_other_forms_are_malformed(host: Hosted, village: World, name: str) -> None:
    raw = stamped(village, "envelopes").to_bytes()
    request = FORMS[name](form(path_of(village, "envelopes"), raw), raw)
    _refused(request.send(host), 400)


def test_a_form_without_a_length_is_refused(host: Hosted, village: World) -> None:
    request = form(path_of(village, "envelopes"), b"x").without("Content-Length")
    _refused(replace(request, body=b"").send(host), 411)


def test_a_closed_mailbox_takes_nothing(host: Hosted, village: World) -> None:
    request = form(path_of(village, "envelopes"), stamped(village, "envelopes").to_bytes())
    day, host.day = host.day, 5
    try:
        _refused(request.send(host), 409)
    finally:
        host.day = day


def test_an_answer_is_handed_out_by_its_id(host: Hosted, village: World) -> None:
    """The answer comes as a file; without it, or without the mailbox, the page is the same."""
    path, answer = path_of(village, "requests"), village.enrolments[0].response
    number = answer.request_id.hex()
    absent = asked(path, "ab" * 32).send(host)
    assert (absent.status, absent.body) == _told(asked(f"/drop/{'cd' * 32}", number).send(host))
    assert posts.post(village, "responses", answer.to_bytes()).send(host).status == 201
    for typed in (number, f"+{number.upper()}++"):
        reply = asked(path, typed).send(host)
        assert (reply.status, reply.body) == (200, answer.to_bytes())
        assert reply.headers["content-disposition"] == 'attachment; filename="answer"'
    for typed in ("", number[:-1], f"{number}0", "x" * 64):
        _refused(asked(path, typed).send(host), 400)
    _refused(asked(path_of(village, "envelopes"), number).send(host), 404)


@pytest.mark.parametrize(("shelf", "name"), [("envelopes", "invitation"), ("requests", "group")])
def test_a_notice_is_handed_out_to_everybody(
    host: Hosted, village: World, shelf: str, name: str
) -> None:
    """It is the bytes that the owner posted, as a file; before that there is a page."""
    fetch = Request("GET", f"{path_of(village, shelf)}/notice")
    _refused(fetch.send(host), 404)
    notice = posts.post(village, name)
    assert notice.send(host).status == 201
    reply = fetch.send(host)
    assert (reply.status, reply.body) == (200, notice.body)
    assert reply.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert reply.headers["content-security-policy"] == HEADERS["Content-Security-Policy"]


def test_the_mailbox_is_a_file_with_a_name(host: Hosted, village: World) -> None:
    """The same bytes as from the interface for programs."""
    path = path_of(village, "envelopes")
    reply = Request("GET", f"{path}/mailbox").send(host)
    plain = Request("GET", path.replace("/drop/", "/v1/mailboxes/")).send(host)
    assert (reply.status, reply.body) == (200, plain.body)
    assert reply.headers["content-disposition"] == 'attachment; filename="mailbox"'
    _refused(Request("GET", f"/drop/{'cd' * 32}/mailbox").send(host), 404)


def test_the_history_does_not_tell_who_handed_in(host: Hosted, village: World) -> None:
    """Browsers keep address and title of a page."""
    path = path_of(village, "envelopes")
    handing_in = form(path, stamped(village, "envelopes").to_bytes())
    shown, taken = Request("GET", path).send(host), handing_in.send(host)
    assert taken.status == 201
    titles = [re.findall(b"<title>(.*)</title>", reply.body) for reply in (shown, taken)]
    assert titles == [[b"Mailbox"], [b"Mailbox"]]


def _told(reply: Reply) -> tuple[int, bytes]:
    return reply.status, reply.body


def test_unknown_mailboxes_have_one_page(host: Hosted) -> None:
    """Whatever stands in the place of an address, the page is the same."""
    pages = {
        Request("GET", f"/drop/{text}").send(host).body
        for text in ("ab" * 32, "AB" * 32, "x", "ab" * 31)
    }
    assert len(pages) == 1


class _Loads(HTMLParser):
    """Collects the tags, and whatever could load or lead somewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.places: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        names = {"src", "href", "action", "formaction", "background", "style"}
        self.places |= {str(value) for name, value in attrs if name in names}
        assert not [name for name, _ in attrs if name.startswith("on")]


@pytest.mark.parametrize("shelf", OPEN)
def test_a_page_is_static_and_leads_nowhere_else(host: Hosted, village: World, shelf: str) -> None:
    """No script, no cookie, nothing to load; links and forms stay at this mailbox."""
    path = path_of(village, shelf)
    first, again = Request("GET", path).send(host), Request("GET", path).send(host)
    assert (first.status, first.body) == (200, again.body)
    for reply in (
        first,
        form(path).send(host),
        form(path, stamped(village, shelf).to_bytes()).send(host),
        Request("GET", "/drop/x").send(host),
    ):
        page = _Loads()
        page.feed(reply.body.decode())
        assert not page.tags & {"script", "img", "link", "iframe", "object", "base"}
        address = path.removeprefix("/drop/")
        assert all(re.match(rf"/(drop|v1/mailboxes)/{address}", place) for place in page.places)
        assert "set-cookie" not in reply.headers
        assert {name: reply.headers[name.lower()] for name in HEADERS} == HEADERS


def _refused(reply: Reply, status: int) -> None:
    """Check that a page says that nothing was stored, or that nothing is there."""
    assert reply.status == status, reply.body
    assert re.search(rb"<h1>Nothing (was stored|is here)</h1><p>[A-Z]", reply.body)
