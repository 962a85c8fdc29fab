"""Which entries of a roster's sources belong to one person (docs/spec.md, "Rosters").

Entries are the nodes of a graph, and two that share a name or a key are joined: each
connected component is one person. The result does not depend on the order of the sources.

Not protected: two people under one name, and one person under two names and two keys.
"""

from collections.abc import Hashable, Sequence
from itertools import pairwise
from typing import NamedTuple, Protocol, cast

from cosign.roles.roster_publisher.shared_names import is_shared_name
from cosign.text.names import name_key


class Listed(Protocol):
    """What is read of an entry."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names, as the source gives them."""

    @property
    def key(self) -> bytes | None:
        """The key that would be on the roster, or None."""

    @property
    def ssh_key(self) -> bytes:
        """The key that stands in the source in its place, or b""."""


class SharedKey(NamedTuple):
    """Two names that are one person only because one key is listed for both."""

    first: str
    second: str


class People:
    """The people of some entries.

    Attributes:
        shared: pairs of names that a key joins and no name does.
    """

    def __init__(self, entries: Sequence[Listed]) -> None:
        self.shared: list[SharedKey] = []
        self._parent: dict[_Node, _Node] = {}
        """Of each name and key that another one stands for."""
        self._name: dict[_Node, str] = {}
        """Of each person who has one, a name as the source gives it."""
        self._folded: dict[str, str] = {}
        for entry in entries:  # names first, so that a key joins only what no name does
            self._join_names(entry.names)
        for entry in entries:
            self._join_keys(entry)

    def person(self, entry: Listed) -> Hashable:
        """Return what stands for the person of an entry: equal for entries of one person."""
        node = next(iter([*_keys(entry), *self._telling(entry.names)]), None)
        return None if node is None else self._find(node)

    def name(self, person: Hashable) -> str | None:
        """Return a name of the person as an entry gives it; None if no entry names them."""
        return self._name.get(cast("_Node", person))

    def _join_names(self, names: tuple[str, ...]) -> None:
        telling = self._telling(names)
        for node, name in telling.items():
            self._name.setdefault(self._find(node), name)
            self._join(next(iter(telling)), node)

    def _join_keys(self, entry: Listed) -> None:
        nodes = [*_keys(entry), *self._telling(entry.names)]
        for first, node in pairwise(nodes):
            a, b = self._find(first), self._find(node)
            if a != b and a in self._name and b in self._name:
                self.shared.append(SharedKey(self._name[a], self._name[b]))
            self._join(a, b)

    def _join(self, one: "_Node", other: "_Node") -> None:
        a, b = self._find(one), self._find(other)
        if a != b:
            if a not in self._name:  # so that the name of the two, if there is one, stays
                a, b = b, a
            self._parent[b] = a
            self._name.pop(b, None)

    def _find(self, node: "_Node") -> "_Node":
        parents = self._parent
        while (parent := parents.get(node)) is not None:
            above = parents.get(parent)
            if above is None:
                return parent
            parents[node] = node = above
        return node

    def _telling(self, names: tuple[str, ...]) -> dict["_Node", str]:
        """Return the names that can be a person's, as they are compared and as they stand."""
        for name in names:
            if name not in self._folded:
                folded = name_key(name)
                # Of a million names, most are folded already: one object for both.
                self._folded[name] = (
                    "" if is_shared_name(folded) else name if folded == name else folded
                )
        return {folded: name for name in names if (folded := self._folded[name])}


_Node = str | bytes
"""A name, folded, or a key."""


def _keys(entry: Listed) -> list[_Node]:
    return [key for key in dict.fromkeys((entry.ssh_key, entry.key)) if key]
