"""Bytes that do not leak by accident."""

import copy
import dataclasses
import json
import logging
import pickle
import traceback
from collections.abc import Callable
from typing import Any

import pytest

from cosign.secret import Secret

VALUE = b"correct horse battery"
SECRET = Secret(VALUE)


@dataclasses.dataclass
class Holder:
    """Something that has a secret."""

    secret: Secret


def logged(secret: Secret) -> str:
    """Return what a log line about a secret says."""
    record = logging.LogRecord("x", logging.INFO, "x", 1, "%s %r", (secret, secret), None)
    return record.getMessage()


def traced(secret: Secret) -> str:
    """Return a traceback that shows local variables."""
    try:
        {}[secret]  # type: ignore[index]  # raises, with the secret among the local variables
    except TypeError as e:
        return "".join(traceback.TracebackException.from_exception(e, capture_locals=True).format())
    raise AssertionError


SHOWN: dict[str, Callable[[Any], str]] = {
    "str": str,
    "repr": repr,
    "format": format,
    "format with a width": lambda s: format(s, ">80"),
    "f-string": lambda s: f"{s}",
    "f-string with !r": lambda s: f"{s!r}",
    "percent": lambda s: "%s %r" % (s, s),  # noqa: UP031  # one of the ways to leak
    "str.format": lambda s: "{} {!r}".format(s, s),  # noqa: UP032  # one of the ways to leak
    "in a list": lambda s: str([s, {"k": s}]),
    "in a dataclass": lambda s: repr(Holder(s)),
    "in JSON": lambda s: json.dumps(s, default=str),
    "in a log": logged,
    "in a traceback": traced,
    "in an exception": lambda s: str(ValueError(s)),
    "its attributes": lambda s: str(dir(s)),
}


@pytest.mark.parametrize("show", SHOWN.values(), ids=SHOWN)
def test_nothing_shows_a_secret(show: Callable[[Any], str]) -> None:
    """No way of making text of a secret shows its bytes, or their hex or base64."""
    text = show(SECRET)
    assert "horse" not in text
    assert VALUE.hex() not in text


REFUSED: dict[str, Callable[[Any], object]] = {
    "old pickle": lambda s: pickle.dumps(s, 0),
    "pickle": lambda s: pickle.dumps(s, pickle.HIGHEST_PROTOCOL),
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "asdict": lambda s: dataclasses.asdict(Holder(s)),
    "astuple": lambda s: dataclasses.astuple(Holder(s)),
    "iteration": iter,
    "list": list,
    "index": lambda s: s[0],
    "slice": lambda s: s[:4],
    "bytes": bytes,
    "bytearray": bytearray,
    "memoryview": memoryview,
    "contains": lambda s: b"horse" in s,
    "reversed": lambda s: list(reversed(s)),
    "hash": hash,
    "set": lambda s: {s},
    "JSON": json.dumps,
    "vars": vars,
    "join": lambda s: b"".join([s]),
    "add": lambda s: s + b"",
    "order": lambda s: s < Secret(b""),
}  # fmt: skip


@pytest.mark.parametrize("act", REFUSED.values(), ids=REFUSED)
def test_a_secret_does_not_travel(act: Callable[[Any], object]) -> None:
    """Pickling, copying, iterating, hashing and converting a secret is a TypeError."""
    with pytest.raises(TypeError) as caught:
        act(SECRET)
    assert "horse" not in str(caught.value)


@pytest.mark.parametrize("name", ["value", "_value", "__value", "__dict__", "new"])
def test_a_secret_has_no_open_attributes(name: str) -> None:
    """The bytes are reachable by reveal() and by no plain attribute."""
    with pytest.raises(AttributeError):
        getattr(SECRET, name)
    with pytest.raises(AttributeError):
        setattr(SECRET, name, 1)


def test_reveal_is_the_way_out() -> None:
    """``reveal`` gives the bytes, ``len`` their number."""
    assert SECRET.reveal() == VALUE
    assert len(SECRET) == len(VALUE)
    assert repr(SECRET) == "Secret(<21 bytes>)"


def test_secrets_compare_by_value_among_themselves() -> None:
    """Equal bytes are equal secrets; a secret never equals bare bytes."""
    assert Secret(VALUE) == SECRET
    assert Secret(VALUE[:-1]) != SECRET
    assert Secret(VALUE[:-1] + b"Y") != SECRET
    assert SECRET != VALUE
    assert VALUE != SECRET


@pytest.mark.parametrize("value", ["text", 5, None, bytearray(b"x"), memoryview(b"x"), SECRET])
def test_only_bytes_become_a_secret(value: Any) -> None:
    """What could change later, or is no byte string, is a TypeError that does not show it."""
    with pytest.raises(TypeError, match="a secret is made of bytes"):
        Secret(value)
