"""Records whose identifier is a hash of their exact bytes (docs/spec.md, "Hashing").

A record never changes, so its identifier is computed once: when its bytes are read, or when
the identifier of a new record is first used.
"""

from typing import ClassVar, Self

from cosign.primitives.hashing import identifier
from cosign.wire.record import Record


class Identified(Record):
    """Base of records that have an identifier."""

    __slots__ = ("_identifier",)

    IDENTIFIER_LABEL: ClassVar[str] = ""

    _identifier: bytes

    @classmethod
    def from_bytes(cls, raw: bytes) -> Self:
        """Decode ``raw``; see :class:`~cosign.wire.record.Record`."""
        record = super().from_bytes(raw)
        _keep(record, raw)
        return record

    @property
    def identifier(self) -> bytes:
        """32 bytes: the first half of H(label, encoded record)."""
        try:
            return self._identifier
        except AttributeError:
            _keep(self, self.to_bytes())
            return self._identifier


def _keep(record: Identified, raw: bytes) -> None:
    # A frozen dataclass refuses plain assignment, also to an attribute that is not a field.
    object.__setattr__(record, "_identifier", identifier(record.IDENTIFIER_LABEL, raw))
