"""Caps of whole records against the caps of their fields."""

from typing import Any

import pytest

from cosign.records.key_file import KeyFile
from cosign.wire.codecs import Array, Bin, Choice, Optional, Row, SecretBin, Text, UInt
from cosign.wire.record import Embedded, Record, layout_of
from tests.support.examples.records import record_types
from tests.support.wire import pack


def head(size: int, *steps: tuple[int, int]) -> int:
    """Return the length of a head: one byte, or as the first step that ``size`` fits in says."""
    return next((length for bound, length in steps if size < bound), 5)


def largest(codec: Any) -> int:  # noqa: PLR0911  # a case for each codec
    """Return the most bytes that a field of this codec takes."""
    match codec:
        case Bin() | SecretBin():
            size = codec.size if codec.limit is None else codec.limit
            return size + head(size, (2**8, 2), (2**16, 3))
        case Text(limit=size):
            return size + head(size, (32, 1), (2**8, 2), (2**16, 3))
        case UInt():
            return len(pack(codec.most))
        case Choice():
            return max(len(pack(word)) for word in codec.words)
        case Optional():
            return largest(codec.codec)
        case Embedded():
            return largest(Bin(0, codec.record.MAX_BYTES))
        case Array(most=count):
            return count * largest(codec.codec) + head(count, (16, 1), (2**16, 3))
        case Row():
            return 1 + sum(map(largest, codec.codecs))
    raise TypeError(codec)


BY_FIELDS = [record for record in record_types() if record is not KeyFile]
"""All credentials of a key file together have the cap of the largest one alone."""


@pytest.mark.parametrize("record", BY_FIELDS, ids=lambda r: r.__name__)
def test_the_largest_record_fits_its_cap(record: type[Record]) -> None:
    """A record with every field at its cap can be read, and the cap allows little more."""
    fields = sum(largest(codec) for _, codec in layout_of(record))
    most = 1 + len(pack(record.LABEL)) + fields
    assert most <= record.MAX_BYTES <= 2000 + most * 1.3
