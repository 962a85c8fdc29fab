"""Enrolment statements: how many members a registrar certified (docs/spec.md, "Groups").

For each kind of evidence, named in the registrar's own words, a statement says how many
people it admitted on it.

Not protected: a registrar can state kinds and numbers that are not true. A kind with one
person shows that this person enrolled, to people who know whom it fits
(docs/threat-model.md).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, ClassVar, Final, NamedTuple

from cosign import labels
from cosign.errors import MalformedError
from cosign.records.limits import MEMBER_LIMIT, Identifier, RegistrarIndex, Signature
from cosign.text.typed import is_blank, typed_text
from cosign.wire.codecs import Array, Row, Text, UInt
from cosign.wire.record import Record

KIND_LIMIT: Final = 8
"""Most kinds of evidence of a registrar."""

KIND_BYTES: Final = 40
"""Greatest length of the words for a kind of evidence, in bytes of UTF-8."""

NOT_STATED: Final = "not stated"
"""The kind of a voucher whose registrar named none."""

FEW: Final = 5
"""A kind of fewer people than this is told to the registrar, beside other kinds."""

KIND: Final = Text(KIND_BYTES, least=1)
"""The words for a kind of evidence."""


class Admitted(NamedTuple):
    """How many people a registrar admitted on one kind of evidence.

    Attributes:
        kind: the registrar's words, such as "in person"; one line of 1 to 40 bytes of UTF-8.
        people: how many vouchers of this kind were used, at least 1.
    """

    kind: str
    people: int


_ADMITTED: Final = Row((KIND, UInt(MEMBER_LIMIT, least=1)), Admitted)


@dataclass(frozen=True, slots=True)
class EnrolmentStatement(Record):
    """A registrar's signed statement of how many certificates it issued for each slot.

    Attributes:
        group_id: 32 bytes.
        registrar: the registrar's number in the group, from 0.
        admitted: the number of used vouchers of each kind of evidence, strictly ascending by
            the bytes of the kinds; a kind of which none was used is left out.
        signature: by the registrar's identity key.
    """

    LABEL: ClassVar[str] = labels.ENROLMENT_STATEMENT
    MAX_BYTES: ClassVar[int] = 200 + KIND_LIMIT * (KIND_BYTES + 8)

    group_id: Identifier
    registrar: RegistrarIndex
    admitted: Annotated[tuple[Admitted, ...], Array(_ADMITTED, KIND_LIMIT)]
    signature: Signature

    def check(self) -> None:
        """Check that no kind is named twice, and that the group is not too large."""
        # Code points ascend as their bytes of UTF-8 do.
        if any(a.kind >= b.kind for a, b in pairwise(self.admitted)):
            raise MalformedError("the kinds of evidence of an enrolment statement do not ascend")
        if self.issued > MEMBER_LIMIT:
            raise MalformedError(
                f"an enrolment statement of {self.issued} members, more than {MEMBER_LIMIT}"
            )

    @property
    def issued(self) -> int:
        """The number of certificates for each slot, which is that of used vouchers."""
        return sum(one.people for one in self.admitted)

    def signed_parts(self) -> tuple[bytes, ...]:
        """Return the parts that the signature covers."""
        return statement_parts(self.group_id, self.registrar, self.admitted)


def statement_parts(
    group_id: bytes, registrar: int, admitted: tuple[Admitted, ...]
) -> tuple[bytes, ...]:
    """Return the parts that a registrar signs: the group, its number, each kind and its count."""
    return group_id, registrar.to_bytes(8, "big"), *_parts(admitted)


def _parts(admitted: tuple[Admitted, ...]) -> Iterator[bytes]:
    for kind, people in admitted:
        yield kind.encode()
        yield people.to_bytes(8, "big")


def evidence_kind(words: str) -> str:
    """Return a registrar's words for a kind of evidence as they go into ledger and statement.

    Raises:
        MalformedError: they are empty, longer than 40 bytes, or may not stand in a record.

    >>> evidence_kind(" in  person ")
    'in person'
    """
    kind = " ".join(typed_text(words).split())
    if is_blank(kind):
        raise MalformedError("a kind of evidence without words", hint="name one, or leave it out")
    return KIND.read(kind, "the kind of evidence")


def totals(counts: Mapping[str, int]) -> tuple[Admitted, ...]:
    """Return the totals of a statement from the numbers of used vouchers by kind.

    >>> totals({"in person": 120, "staff list": 0, "company mail": 40})
    (Admitted(kind='company mail', people=40), Admitted(kind='in person', people=120))
    """
    return tuple(Admitted(kind, n) for kind, n in sorted(counts.items()) if n)


def small_kinds(counts: Mapping[str, int]) -> list[str]:
    """Return the kinds of few people, which could show who enrolled; none if there is one kind.

    >>> small_kinds({"in person": 120, "company mail": 1}), small_kinds({"in person": 3})
    (['company mail'], [])
    """
    held = {kind: n for kind, n in counts.items() if n}
    return [kind for kind, n in sorted(held.items()) if n < FEW and len(held) > 1]


Statements = tuple[EnrolmentStatement, ...]
