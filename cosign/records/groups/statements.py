"""Enrolment statements: how many members a registrar certified (docs/spec.md, "Groups")."""

from dataclasses import dataclass
from typing import ClassVar

from cosign import labels
from cosign.records.limits import Count, Identifier, RegistrarIndex, Signature
from cosign.wire.record import Record


@dataclass(frozen=True, slots=True)
class EnrolmentStatement(Record):
    """A registrar's signed statement of how many certificates it issued for each slot.

    Attributes:
        group_id: 32 bytes.
        registrar: the registrar's number in the group, from 0.
        issued: the number of certificates for each slot, which is that of used vouchers.
        signature: by the registrar's identity key.
    """

    LABEL: ClassVar[str] = labels.ENROLMENT_STATEMENT
    MAX_BYTES: ClassVar[int] = 200

    group_id: Identifier
    registrar: RegistrarIndex
    issued: Count
    signature: Signature

    def signed_parts(self) -> tuple[bytes, bytes, bytes]:
        """Return the parts that the signature covers."""
        return statement_parts(self.group_id, self.registrar, self.issued)


def statement_parts(group_id: bytes, registrar: int, issued: int) -> tuple[bytes, bytes, bytes]:
    """Return the parts that a registrar signs: the group, its number and the count."""
    return group_id, registrar.to_bytes(8, "big"), issued.to_bytes(8, "big")


Statements = tuple[EnrolmentStatement, ...]
