"""What a relay's answers mean (docs/spec.md, "Requests").

An honest relay refuses with one word, and each word that an honest client can get
is an error of its own. Every other answer is the relay's fault: a
:class:`~cosign.errors.RelayError`.
"""

import contextlib
import json
from collections.abc import Iterator
from typing import Final

from cosign.errors import (
    CosignError,
    MalformedError,
    MismatchError,
    MissingError,
    RefusedError,
    RelayError,
    UnreachableError,
    VerificationError,
    WindowError,
)
from cosign.relay.client.transport import Answer

_TEMPORARY: Final = frozenset({429, 500, 502, 503, 504})

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})

_REFUSALS: Final[dict[str, tuple[type[CosignError], str, str]]] = {
    "capability": (
        RefusedError,
        "the relay does not accept this token or capability",
        "use the one that belongs to this relay and mailbox",
    ),
    "unknown": (
        MissingError,
        "the relay has no mailbox of this round, registrar or collection",
        "check the URL of the relay, and ask the owner whether it was registered or erased there",
    ),
    "window": (
        WindowError,
        "the mailbox is not open today",
        "ask its owner how else to send it",
    ),
    "early": (
        WindowError,
        "by the relay's clock, the mailbox is not listed yet",
        "the clocks of the relay and of this machine differ: correct the wrong one, or wait",
    ),
    "full": (RefusedError, "the mailbox is full", "tell its owner"),
    "different": (
        RefusedError,
        "the relay has other content in this place",
        "it was registered or answered before, with other content",
    ),
}


def is_temporary(answer: Answer) -> bool:
    """Return whether the same request may succeed later."""
    return answer.status in _TEMPORARY


def expect(status: int, answer: Answer) -> bytes:
    """Return the body of an answer that has this status.

    Raises:
        RefusedError, MissingError, WindowError: what the relay's one word means.
        UnreachableError: the relay is out of order.
        RelayError: an answer that no honest relay gives.
    """
    if answer.status == status:
        return answer.body
    if is_temporary(answer):
        raise UnreachableError(
            f"the relay is out of order ({answer.status})",
            hint="try again later; posting twice does no harm",
        )
    if answer.status in _REDIRECTS:
        raise RelayError(
            f"the relay answers with a redirect ({answer.status}), which is not followed",
            hint="does its URL begin with https? ask its operator for the whole URL",
        )
    word = parse_object(answer.body).get("error", "")
    if word not in _REFUSALS:
        raise dishonest(f"it answers with status {answer.status}")
    error, message, hint = _REFUSALS[word]
    raise error(message, hint=hint)


def check_acknowledged(answer: Answer, item_id: bytes, status: int = 201) -> None:
    """Check that the relay says it stored the item with this id, or with 200 that it erased it.

    Raises:
        RelayError: it says something else; further errors as in :func:`expect`.
    """
    if parse_object(expect(status, answer)) != {"id": item_id.hex()}:
        raise dishonest("it acknowledges another item")


def parse_object(body: bytes) -> dict[str, str]:
    """Read a JSON object of strings; return an empty one if the body is anything else."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    is_plain = isinstance(found, dict) and all(isinstance(value, str) for value in found.values())
    return found if is_plain else {}


@contextlib.contextmanager
def blaming_the_relay() -> Iterator[None]:
    """Turn errors about what a relay sent into :class:`RelayError`: it must not store that."""
    try:
        yield
    except (MalformedError, VerificationError, MismatchError) as e:
        raise dishonest(e.message) from e


def dishonest(what: str) -> RelayError:
    """Return the error for an answer that no honest relay gives."""
    return RelayError(
        f"the relay does not keep to the protocol: {what}",
        hint="check its URL; if it is right, use another relay",
    )
