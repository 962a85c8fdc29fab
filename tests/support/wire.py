"""Hostile encodings that many tests feed to decoders, and a meter for memory."""

import struct
import tracemalloc
from collections.abc import Callable
from typing import Any, Final

import msgpack

HUGE: Final = 2**32 - 1

CLAIMS: Final = {
    "array": b"\xdd" + struct.pack(">I", HUGE),
    "byte string": b"\xc6" + struct.pack(">I", HUGE),
    "text": b"\xdb" + struct.pack(">I", HUGE),
    "map": b"\xdf" + struct.pack(">I", HUGE),
    "extension": b"\xc9" + struct.pack(">I", HUGE) + b"\x05",
}
"""Five bytes that promise 2^32 - 1 entries."""

FOREIGN: Final[dict[str, Any]] = {
    "nil": None,
    "true": True,
    "zero": 0,
    "a negative number": -1,
    "a number of 64 bits": 2**64 - 1,
    "a float": 1.0,
    "no bytes": b"",
    "one byte": b"\x00",
    "no text": "",
    "text": "x",
    "an empty array": [],
    "a nested array": [[b""]],
    "an empty map": {},
    "a map": {"a": 1},
    "an extension": msgpack.ExtType(5, b""),
}
"""One value of each type, to stand where another type belongs."""


def pack(values: Any) -> bytes:
    """Encode anything that MessagePack knows, without our rules."""
    return bytes(msgpack.packb(values, use_bin_type=True))


def unpack(raw: bytes) -> Any:
    """Decode what the library encoded."""
    return msgpack.unpackb(raw, raw=False)


def second_encodings(raw: bytes) -> list[bytes]:
    """Return other encodings of a record: longer heads of the array and of its label."""
    count, label = raw[0] & 0x0F, unpack(raw)[0].encode()
    fields = raw[1 + len(_head(label)) + len(label) :]
    return [
        b"\xdc" + struct.pack(">H", count) + raw[1:],
        b"\xdd" + struct.pack(">I", count) + raw[1:],
        raw[:1] + b"\xda" + struct.pack(">H", len(label)) + label + fields,
        raw[:1] + b"\xdb" + struct.pack(">I", len(label)) + label + fields,
    ]


def _head(label: bytes) -> bytes:
    return b"\xa0" if len(label) < 32 else b"\xd9\x00"


def peak_bytes(action: Callable[[], object]) -> int:
    """Return the most memory that Python held at once while ``action`` ran."""
    tracemalloc.start()
    try:
        action()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
