"""What a refused vector is: one failure, and the accepted vector that it mutates."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cosign.errors import (
    CosignError,
)
from tests.support.wire import pack, unpack
from tests.support.world import World


@dataclass(frozen=True)
class Context:
    """The worlds that refusals are made in."""

    world: World
    other: World


Make = Callable[[Context, bytes], bytes]


@dataclass(frozen=True)
class Refusal:
    """A mutant and the error that it gives.

    Attributes:
        mutates: name of the accepted vector.
        name: unique for that vector.
        comment: the rule that is broken.
        error: exact class.
        make: gives the mutant.
    """

    mutates: str
    name: str
    comment: str
    error: type[CosignError]
    make: Make


class Refusals(list[Refusal]):
    """Refusals in the order in which they are listed."""

    def add(
        self, mutates: str, error: type[CosignError], comment: str, cases: dict[str, Make]
    ) -> None:
        """List mutants of one vector that break one rule."""
        self.extend(Refusal(mutates, name, comment, error, make) for name, make in cases.items())


def flip(place: int) -> Make:
    """Flip the lowest bit of a byte."""

    def make(_: Context, raw: bytes) -> bytes:
        changed = bytearray(raw)
        changed[place] ^= 1
        return bytes(changed)

    return make


def put(place: int, value: Any) -> Make:
    """Put another wire value into a field; field 0 is the label."""

    def make(_: Context, raw: bytes) -> bytes:
        wire = unpack(raw)
        wire[place] = value
        return pack(wire)

    return make


def change(place: int, how: Callable[[Any], Any]) -> Make:
    """Change the wire value of a field."""
    return lambda c, raw: put(place, how(unpack(raw)[place]))(c, raw)


def foreign(place: int, of: Callable[[World], Any]) -> Make:
    """Put a field of another group's record into its place."""
    return lambda c, raw: put(place, unpack(of(c.other).to_bytes())[place])(c, raw)


def head(kind: bytes, size: int) -> bytes:
    """Return a head of five bytes."""
    return kind + size.to_bytes(4, "big")
