"""Every record type against every kind of damage.

Record types enrol by themselves: one without an accepted example fails. A mutant
has to be refused by the decoder or by the step that verifies the record, with an
error of ours and no other exception. Fields have their matrix in ``test_fields.py``,
caps in ``test_limits.py``, second encodings in ``test_second_encodings.py``.
"""

import os
import random
import struct
from collections.abc import Iterator
from functools import cache, partial
from typing import Any, NamedTuple

import pytest

from cosign.errors import CosignError, MalformedError, MismatchError, VersionError
from cosign.records.enrolment import EnrolmentPlea
from cosign.records.groups.roster import Roster
from cosign.records.key_file import KeyFile
from cosign.records.member_key import MemberKey, MemberKeySecrets
from cosign.records.round import Round
from cosign.records.secrets import (
    MemberState,
    OrganizerSecrets,
    RegistrarSecrets,
    TrusteeSecrets,
)
from cosign.records.time_stamp import TimeStamp
from cosign.stores.vault_file import VaultFile
from cosign.wire.codecs import Array, Codec, Optional, Row
from cosign.wire.record import Record, _outline
from tests.support.examples.further import FURTHER, further_example
from tests.support.examples.records import example, record_types
from tests.support.examples.rostered import ROSTERED, rostered_example
from tests.support.examples.steps import Example
from tests.support.wire import CLAIMS, pack, peak_bytes, unpack
from tests.support.world import committee, village

TYPES = record_types()
IN_A_VAULT = {
    KeyFile,
    MemberKeySecrets,
    MemberState,
    OrganizerSecrets,
    RegistrarSecrets,
    TrusteeSecrets,
}
"""Never leave a home; the vault around them authenticates every bit (see VaultFile here)."""

SPACE = 2**21
"""Bytes that reading hostile ones may cost beside twice their length."""

EVERY_BIT = "EVERY_BIT" in os.environ
"""Set for `make sweep`: a quarter of an hour of CPU instead of four minutes."""
WHOLE_BYTES, FLIPS = 1_400, 400
"""Records up to this length are tried with every bit, longer ones with so many."""


class Case(NamedTuple):
    """A record type, and which of its examples."""

    name: str
    record: type[Record]


CASES = [*(Case(r.__name__, r) for r in TYPES), *(Case(*named) for named in ROSTERED.items())]
FURTHER_CASES = [Case(*named) for named in FURTHER.items()]
each_case = pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
every_case = pytest.mark.parametrize("case", [*CASES, *FURTHER_CASES], ids=lambda c: c.name)


@cache
def accepted(case: Case) -> Example:
    """Return the accepted example."""
    if case.name in ROSTERED:
        found: Example | None = rostered_example(case.name)
    elif case.name in FURTHER:
        found = further_example(case.name)
    else:
        found = example(case.record, committee(), village())
    if found is None:
        pytest.fail(f"{case.name} has no example in tests/support/examples/records.py")
    case.record.from_bytes(found.record.to_bytes())  # its layout is worked out only once
    return found


def bits(case: Case, raw: bytes) -> list[int]:
    """Return the places of bits to flip: all, or a seeded choice with the ends."""
    count = len(raw) * 8
    slow = case.record is EnrolmentPlea or len(raw) > WHOLE_BYTES  # a plea is played by both sides
    if EVERY_BIT or not slow:
        return list(range(count))
    ends = [*range(64), *range(count - 64, count)]
    chosen = random.Random(count).sample(range(64, count - 64), FLIPS - len(ends))  # noqa: S311  # a choice of tests
    return sorted(ends + chosen)


def survives(case: Case, raw: bytes) -> bool:
    """Return whether damaged bytes pass; an exception that is not ours fails the test."""
    try:
        accepted(case).check(raw)
    except CosignError as e:
        return not e.message
    return True


def with_field(case: Case, place: int, value: Any) -> bytes:
    """Return the example with another wire value in one field."""
    wire = unpack(accepted(case).record.to_bytes())
    wire[place] = value
    return pack(wire)


@every_case
def test_the_example_is_accepted(case: Case) -> None:
    """Each type has an example that decodes, verifies and encodes to the same bytes."""
    found = accepted(case)
    raw = found.record.to_bytes()
    assert case.record.from_bytes(raw) == found.record
    assert case.record.from_bytes(raw).to_bytes() == raw
    assert case.record.from_bytes(found.other.to_bytes()) == found.other
    assert survives(case, raw)


@each_case
def test_every_flipped_bit_is_noticed(case: Case) -> None:
    """No bit of a record can change."""
    raw = accepted(case).record.to_bytes()
    number = int.from_bytes(raw, "big")
    passed = [
        i for i in bits(case, raw) if survives(case, (number ^ 1 << i).to_bytes(len(raw), "big"))
    ]
    # An authority's answer has parts that its signature does not cover.
    assert case.record in IN_A_VAULT | {TimeStamp} or not passed


@each_case
def test_every_prefix_is_refused(case: Case) -> None:
    """A cut record does not decode."""
    raw = accepted(case).record.to_bytes()
    for size in range(len(raw)):
        with pytest.raises(MalformedError):
            case.record.from_bytes(raw[:size])


@each_case
def test_nothing_may_follow_or_precede(case: Case) -> None:
    """A record with something before or after it does not decode."""
    raw = accepted(case).record.to_bytes()
    for damaged in (raw + b"\0", raw + b"\xc0", raw + raw, b"\0" + raw, b"\x91" + raw, b"\n" + raw):
        with pytest.raises(MalformedError):
            case.record.from_bytes(damaged)


@each_case
def test_labels_are_checked(case: Case) -> None:
    """Another version, another kind of record and no record at all are three different errors."""
    versions = [case.record.LABEL[:-1] + v for v in ("0", "2", "999999")]
    others = [r.LABEL for r in TYPES if r is not case.record]
    nonsense: list[Any] = [
        None,
        1,
        b"",
        "",
        "cosign",
        case.record.LABEL.encode(),
        case.record.LABEL + "/1",
        case.record.LABEL[:-1],
        case.record.LABEL + ".1",
        case.record.LABEL + "000000",
        case.record.LABEL.upper(),
        [],
        "x" * 40,
    ]
    for error, labels in (
        (VersionError, versions),
        (MismatchError, others),
        (MalformedError, nonsense),
    ):
        for label in labels:
            with pytest.raises(error) as caught:
                case.record.from_bytes(with_field(case, 0, label))
            assert type(caught.value) is error


@each_case
def test_arity_is_exact(case: Case) -> None:
    """A field too few or too many does not decode, wherever it is."""
    wire = unpack(accepted(case).record.to_bytes())
    damaged = [[*wire, None], [*wire, wire[-1]], wire[:1], [wire[0], wire], []]
    damaged += [wire[:i] + wire[i + 1 :] for i in range(1, len(wire))]
    for values in damaged:
        with pytest.raises(MalformedError):
            case.record.from_bytes(pack(values))


@every_case
def test_the_other_example_differs(case: Case) -> None:
    """Exchanging fields tests something: the other example is valid elsewhere, not here."""
    assert accepted(case).record != accepted(case).other
    stands_alone = case.record in IN_A_VAULT | {MemberKey, Roster, Round, TimeStamp, VaultFile}
    assert survives(case, accepted(case).other.to_bytes()) == stands_alone


@each_case
def test_claims_take_no_memory(case: Case) -> None:
    """A field that promises four billion entries is refused before anything is allocated."""
    wire = [pack(v) for v in unpack(accepted(case).record.to_bytes())]
    for place in range(1, len(wire)):
        for claim in CLAIMS.values():
            raw = bytes([0x90 + len(wire)]) + b"".join(wire[:place]) + claim

            def read(raw: bytes = raw) -> None:
                with pytest.raises(MalformedError):
                    case.record.from_bytes(raw)

            assert peak_bytes(read) < len(raw) + 2**17


FILLINGS = {
    "empty arrays": b"\x90",
    "arrays in arrays": b"\x91\x91\x90",
    "empty strings": b"\xa0",
    "short strings": b"\xa2xy",
    "short bytes": b"\xc4\x01x",
    "numbers": b"\xcd\xff\xff",
}


def filled(start: bytes, filling: bytes, room: int, longest: int) -> Iterator[bytes]:
    """Fill ``room`` bytes after a start: a long array, arrays of ``longest``, no array, depth."""
    count = room // len(filling)
    yield start + b"\xdd" + struct.pack(">I", count) + filling * count
    row = b"\xdd" + struct.pack(">I", longest) + filling * longest
    rows = room // len(row)
    if rows:
        yield start + b"\xdd" + struct.pack(">I", rows) + row * rows
        yield start + b"\xdd" + struct.pack(">I", min(rows, longest)) + row * rows
    yield start + filling * count
    yield start + (b"\xdd" + struct.pack(">I", longest)) * (room // 5)


def _lengths(codec: Codec) -> Iterator[int]:
    """Yield the most entries of each array in a value."""
    match codec:
        case Array(inner, most):
            yield from (most, *_lengths(inner))
        case Row(codecs):
            yield from (len(codecs), *(n for c in codecs for n in _lengths(c)))
        case Optional(inner):
            yield from _lengths(inner)


@each_case
@pytest.mark.parametrize("filling", FILLINGS.values(), ids=FILLINGS)
def test_many_small_values_take_little_memory(case: Case, filling: bytes) -> None:
    """Up to a megabyte of values as small as possible costs little more than its length."""
    wire = [pack(v) for v in unpack(accepted(case).record.to_bytes())]
    longest = max(_lengths(_outline(case.record).shape))
    for place in {1, len(wire) - 1}:
        start = bytes([0x90 + len(wire)]) + b"".join(wire[:place])
        room = min(case.record.MAX_BYTES, 2**20) - len(start) - 5
        for raw in filled(start, filling, room, longest):
            assert peak_bytes(partial(refuse, case, raw)) < 2 * len(raw) + SPACE


@each_case
def test_as_many_arrays_as_there_can_be_take_little_memory(case: Case) -> None:
    """Every array as long as it may be, of entries of one byte: the most that is read."""
    outline = _outline(case.record)
    raw = outline.start + b"".join(map(_fullest, outline.shape.codecs[1:]))
    assert peak_bytes(partial(refuse, case, raw)) < 2 * len(raw) + SPACE


def _fullest(codec: Codec) -> bytes:
    match codec:
        case Array(inner, most):
            return pack([None] * most)[:-most] + _fullest(inner) * most
        case Row(codecs):
            return pack([None] * len(codecs))[: -len(codecs)] + b"".join(map(_fullest, codecs))
        case Optional(inner):
            return _fullest(inner)
    return pack(None)


def refuse(case: Case, raw: bytes) -> None:
    """Read bytes that are no record, though not too many for one."""
    assert len(raw) <= case.record.MAX_BYTES
    with pytest.raises(MalformedError):
        case.record.from_bytes(raw)


def test_labels_are_the_record_types_own() -> None:
    """No two record types share a label, and each has a cap."""
    assert len({r.LABEL for r in TYPES}) == len(TYPES) >= 21
    assert all(r.MAX_BYTES for r in TYPES)
