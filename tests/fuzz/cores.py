"""Harnesses of the arithmetic below ring proofs: what both cores do with hostile bytes.

Where the compiled core is not in use, the core in Python is held against definitions alone.
"""

from collections.abc import Callable
from hashlib import shake_256
from typing import Any, Final

from cosign.errors import CosignError
from cosign.primitives.curve import choice, core, pure_core
from cosign.primitives.curve.decoded_keys import pack_tables
from cosign.primitives.curve.edwards25519 import (
    ORDER,
    POINT_BYTES,
    SCALAR_BYTES,
    affine,
    decode_scalar,
    encode,
    is_prime_order,
)
from cosign.primitives.curve.prime_order import COIN_BYTES
from cosign.primitives.curve.signature_rules import PUBLIC_KEY_BYTES, SIGNATURE_BYTES
from cosign.primitives.ed25519 import SigningKey, signed_hash
from cosign.secret import Secret
from tests.support.points import NO_POINTS, OTHER_ORDER, PRIME_ORDER

CORES: Final[tuple[Any, ...]] = (
    (pure_core, core._core) if choice.IS_NATIVE else (pure_core, pure_core)
)
_RADICES: Final = (2, 3)
_SIGNED_BYTES: Final = PUBLIC_KEY_BYTES + SIGNATURE_BYTES
_TABLE_BYTES: Final = SCALAR_BYTES * (1 + sum(_RADICES))


def points(raw: bytes) -> None:
    """Points: both cores accept the same, and refuse in the same words."""
    encoded = [raw[i : i + POINT_BYTES] for i in range(0, len(raw), POINT_BYTES)]
    coins = shake_256(raw).digest(COIN_BYTES * len(encoded))
    factors = [(7 * i + 1) % ORDER for i in range(len(encoded))]
    for decode in (
        lambda a_core: a_core.decode(encoded),
        lambda a_core: a_core.decode_prime_order(encoded),
        lambda a_core: a_core.decode_keys(encoded, coins, 0),
    ):
        pure, native = (_outcome(a_core, decode, factors) for a_core in CORES)
        assert pure == native
    if not isinstance(_outcome(pure_core, decode, factors), str):
        assert all(map(is_prime_order, encoded))


def signatures(raw: bytes) -> None:
    """Signatures: both cores accept the same, of any key and message; one is made to be valid."""
    key, signature, message = raw[:POINT_BYTES], raw[POINT_BYTES:_SIGNED_BYTES], raw[_SIGNED_BYTES:]
    own = SigningKey(Secret(shake_256(raw).digest(32)))
    good = (own.public_key, own.sign("", raw), signed_hash("", raw))
    items = [(key, signature, message), good, (own.public_key, signature, raw)]
    pure, native = (a_core.find_bad_signatures(items) for a_core in CORES)
    assert pure == native
    assert 1 not in pure


def _outcome(a_core: Any, decode: Callable[[Any], core.Points], factors: list[int]) -> Any:
    """Return a sum over what was decoded, or the message of the refusal."""
    try:
        found = decode(a_core)
    except CosignError as e:
        return e.message
    total = a_core.sum_of_products([(a_core.scalars(factors), found)])
    return encode(affine(total))


def weights(raw: bytes) -> None:
    """Scalars of tables: both cores compute the same weights."""
    numbers = [int.from_bytes(raw[i : i + 32], "little") % ORDER for i in range(0, len(raw), 32)]
    size = 1 + sum(_RADICES)
    tables = [
        (part[0], [part[1:3], part[3:]])
        for part in (numbers[i : i + size] for i in range(0, len(numbers), size))
        if len(part) == size
    ]
    first, last = sorted((len(raw) % 6, len(tables) % 6))
    at = pack_tables(tables), bytes(_RADICES), first, last - first + 1
    pure, native = (a_core.key_weights(*at, 5) for a_core in CORES)
    assert b"".join(int(w).to_bytes(32, "little") for w in pure) == _bytes(native)


def _bytes(found: Any) -> bytes:
    if isinstance(found, list):
        return b"".join(int(w).to_bytes(32, "little") for w in found)
    return bytes(found)


def native_bytes(raw: bytes) -> None:
    """The compiled core's own functions: a value, or a ``ValueError``, for bytes of any length."""
    import cosign_letter_native as native  # noqa: PLC0415  # optional

    half = len(raw) // 2
    one, other, number = raw[:half], raw[half:], len(raw) % 8
    decoded = _value(native.decode, raw)
    assert decoded is None or bytes(decoded) == raw
    scalars = _value(native.Scalars, raw)
    assert (scalars is None) == (len(raw) % SCALAR_BYTES != 0 or not _are_reduced(raw))
    assert scalars is None or bytes(scalars) == raw
    points = _value(native.decode, one) or native.decode(b"".join(PRIME_ORDER))
    for call in (
        lambda: native.decode_prime_order(raw),
        lambda: native.decode_keys(one, other),
        lambda: native.find_bad_signatures(one, other, raw),
        lambda: native.key_weights(one, other[:number], 0, number, other[number : number + 32]),
        lambda: native.key_weights(raw, bytes(_RADICES), number // 2, number, bytes(SCALAR_BYTES)),
        lambda: native.key_weights(raw, raw[-number:], 2**63, 2**63 + number, None),
        lambda: native.secret_sum(other, points),
        lambda: native.sum_of_products([(native.Scalars(other), points)]),
        lambda: native.Nodes.of_keys(points, 0, number, other, raw[:number], one[:number]),
        lambda: native.Nodes.of_keys(points, number, 2**63, other, b"", b""),
        lambda: native.Nodes.join([], other, raw[:1], raw[-1:]),
        lambda: native.Nodes.join([_node(native, points, 0)] * 2, other, bytes([half // 32]), b"0"),
        lambda: native.Nodes.join([_node(native, points, n) for n in (0, 1)], b"", b"", b""),
    ):
        _value(call)


def _node(native: Any, points: Any, levels: int) -> Any:
    row = bytes(SCALAR_BYTES) * levels
    return native.Nodes.of_keys(points, 0, len(points), row, bytes([1]) * levels, bytes(levels))


def _value(function: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return function(*arguments)
    except ValueError:
        return None


def _are_reduced(raw: bytes) -> bool:
    try:
        for i in range(0, len(raw), SCALAR_BYTES):
            decode_scalar(raw[i : i + SCALAR_BYTES])
    except CosignError:
        return False
    return True


HARNESSES: Final = (points, signatures, weights, *((native_bytes,) if choice.IS_NATIVE else ()))


def seeds() -> dict[str, list[bytes]]:
    """Return where fuzzing of these harnesses starts."""
    encodings = [*PRIME_ORDER, *OTHER_ORDER, *NO_POINTS]
    top = int(ORDER - 1).to_bytes(SCALAR_BYTES, "little")
    some = [b"".join(PRIME_ORDER), b"".join(OTHER_ORDER), *(raw for raw in encodings if raw)]
    scalars = [top * (_TABLE_BYTES // SCALAR_BYTES), bytes(range(32)) * 6 * 3, bytes(_TABLE_BYTES)]
    signed = [key + R + top + b"text" for key in encodings for R in encodings if len(key + R) == 64]
    return {
        "points": some,
        "signatures": signed,
        "weights": scalars,
        "native_bytes": [*some, *scalars],
    }
