"""The OpenAPI document and the real server say the same."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, assume, settings
from schemathesis.checks import CHECKS

import cosign.relay
from cosign.relay.shelves import SHELVES
from tests.support import posts, relays
from tests.support.posts import ABSENT, HOLDER, OPERATOR, STRANGER, Request
from tests.support.relays import Hosted
from tests.support.world import World

DOCUMENT: Final = Path(cosign.relay.__file__).parent / "server" / "openapi.json"
SCHEMA: Final = schemathesis.openapi.from_path(str(DOCUMENT))
NAMES: Final = [name for shelves in SHELVES.values() for name in shelves]
MADE_UP: Final[list[Any]] = [CHECKS.get_one("positive_data_acceptance")]
"""Made-up bytes are no records; the second test posts real ones."""

AS_HOLDER: Final[list[Any]] = [
    *MADE_UP,
    *(CHECKS.get_one(name) for name in ("ignored_auth", "negative_data_rejection")),
]
"""They take capability and address for made up, but then these are the right ones."""


FRAMING: Final = {"connection", "content-length", "expect", "transfer-encoding", "upgrade"}
"""Headers that say where a request ends: with a wrong one it is no HTTP (test_server_http)."""


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory, village: World) -> Iterator[Hosted]:
    """A relay with a mailbox of each kind."""
    boxes = (
        relays.box_of_round(village),
        relays.box_of_registrar(village),
        relays.box_of_collection(village),
    )
    url = f"sqlite:///{tmp_path_factory.mktemp('relay')}/relay.sqlite"
    with relays.hosting(url, *boxes) as hosted:
        yield hosted


@pytest.mark.filterwarnings("ignore:Generating overly large repr")  # it would hide a failure
@SCHEMA.parametrize()
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
def test_made_up_requests_get_documented_answers(
    case: schemathesis.Case[Any], host: Hosted, village: World
) -> None:
    """Whatever is made up from the document, or against it, is answered as the document says."""
    assume(FRAMING.isdisjoint(name.lower() for name in case.headers or ()))
    case.call_and_validate(base_url=host.url, excluded_checks=MADE_UP)
    if "address" in case.path_parameters:
        terms = posts.terms_of(village, str(case.path_parameters.get("shelf", "envelopes")))
        case.path_parameters["address"] = terms.address.hex()
        case.headers["Authorization"] = HOLDER
        case.call_and_validate(base_url=host.url, excluded_checks=AS_HOLDER)


def _real_requests(world: World) -> Iterator[tuple[str, str, Request, int]]:
    """Yield operations of the document with requests for them and the status of their answers."""
    box = relays.box_of_round(world)
    register = Request("POST", "/v1/mailboxes").having("Authorization", OPERATOR)
    yield "/v1/mailboxes", "POST", register.holding(box.to_bytes()), 201
    yield "/v1/mailboxes", "POST", register.holding(b"?"), 400
    yield "/v1/mailboxes", "POST", register.having("Authorization", STRANGER), 401
    other = relays.box_of_round(world, quota=3)
    yield "/v1/mailboxes", "POST", register.holding(other.to_bytes()), 409
    yield "/v1/mailboxes", "POST", register, 411
    address = f"/v1/mailboxes/{box.terms.address.hex()}"
    yield "/v1/mailboxes/{address}", "GET", Request("GET", address), 200
    yield "/openapi.json", "GET", Request("GET", "/openapi.json"), 200
    shelf, fetch = "/v1/mailboxes/{address}/{shelf}", "/v1/mailboxes/{address}/{shelf}/fetch"
    for name in NAMES:
        post = posts.post(world, name)
        item_id = posts.shelf_of(world, name).check(post.body)
        yield shelf, "POST", post, 201
        yield shelf, "POST", post.holding(post.body[:-1]), 400
        bare = post.without("Cosign-Stamp").without("Authorization")
        yield shelf, "POST", bare, 403 if posts.shelf_of(world, name).kind.open else 401
        yield shelf, "POST", post.without("Content-Length"), 411
        page = Request("GET", post.path)
        yield shelf, "GET", page.having("Authorization", HOLDER), 200
        yield shelf, "GET", page, 401
        fetching = Request("POST", f"{post.path}/fetch")
        yield fetch, "POST", fetching.holding(item_id), 200
        yield fetch, "POST", fetching.holding(ABSENT), 404


def _erasing(world: World) -> Iterator[tuple[str, str, Request, int]]:
    """Yield requests that come last, because they leave nothing."""
    erase = Request("POST", "/v1/erasures")
    order = relays.erasure_of_round(world).to_bytes()
    yield "/v1/erasures", "POST", erase, 411
    yield "/v1/erasures", "POST", erase.holding(order[:-1]), 400
    other = relays.erasure_of_round(world, quota=3).to_bytes()
    yield "/v1/erasures", "POST", erase.holding(other), 409
    for _ in range(2):
        yield "/v1/erasures", "POST", erase.holding(order), 200


def test_real_requests_get_documented_answers(host: Hosted, village: World) -> None:
    """Every answer to a real request is one that the document describes, headers and body too."""
    seen = set()
    for path, method, request, status in (*_real_requests(village), *_erasing(village)):
        answer = requests.request(
            method,
            host.url + request.path,
            headers={k: v for k, v in request.headers if k != "Content-Length"},
            data=_body(request),
            timeout=30,
        )
        assert answer.status_code == status, (path, request.headers)
        SCHEMA[path][method].validate_response(answer)
        seen.add((path, method.lower()))
    document = json.loads(DOCUMENT.read_text())
    operations = {
        (p, m) for p, item in document["paths"].items() for m in item if m != "parameters"
    }
    assert seen == operations


def _body(request: Request) -> Any:
    """Return a body whose length is declared exactly if the request declares one."""
    if "Content-Length" in dict(request.headers) or request.method == "GET":
        return request.body
    return iter([request.body or b"?"])
