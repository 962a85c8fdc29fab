"""Verified cosignatures as strings that sort like records (docs/spec.md, "Publishing").

An entry is the tag, the record's bytes, and what counting needs, so that nothing is decoded
or verified again after sorting. A record is prefix-free, so entries ascend by tag, and those
with one tag by their records (:func:`cosign.records.published.sort_key`).
"""

import struct
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final, NamedTuple, Self

from cosign.proofs.interface import Action
from cosign.records.open_cosignature import PublicName
from cosign.roles.shared.counting import Checked

_TAG_BYTES: Final = 32
_ACTIONS: Final[tuple[Action, ...]] = ("cosign", "withdraw")
_END: Final = struct.Struct(">HBBBBB")
"""The end of an entry: lengths of statement, name, role and key, number of certifiers, action."""


class Entry(NamedTuple):
    """A valid cosignature or withdrawal.

    Attributes:
        raw: its exact bytes.
        checked: its content.
    """

    raw: bytes
    checked: Checked

    def pack(self) -> bytes:
        """Return the entry as a byte string: the inverse of :meth:`unpack`."""
        tag, action, statement, certifiers, name, key = self.checked
        texts = [text.encode() for text in (statement, *(name or ("", "")))]
        parts = [*texts, key or b"", bytes(certifiers)]
        end = _END.pack(*map(len, parts), _ACTIONS.index(action))
        return b"".join((tag, self.raw, *parts, end))

    @classmethod
    def unpack(cls, packed: bytes) -> Self:
        """Return the entry in a byte string."""
        end = len(packed) - _END.size
        *lengths, action = _END.unpack_from(packed, end)
        parts = []
        for length in reversed(lengths):
            parts.append(packed[end - length : end])
            end -= length
        certifiers, key, role, name, statement = parts
        called = PublicName(name.decode(), role.decode()) if name else None
        checked = Checked(
            packed[:_TAG_BYTES],
            _ACTIONS[action],
            statement.decode(),
            tuple(certifiers),
            called,
            key or None,
        )
        return cls(packed[_TAG_BYTES:end], checked)


def by_member(packed: Iterable[bytes]) -> Iterator[tuple[bytes, Iterator[Entry]]]:
    """Yield each tag with its entries, which are unpacked as they are taken.

    One member can hand in any number of envelopes, so a member's entries are not held either.

    Args:
        packed: entries, ascending.
    """
    for tag, entries in groupby(packed, key=lambda entry: entry[:_TAG_BYTES]):
        yield tag, map(Entry.unpack, entries)
