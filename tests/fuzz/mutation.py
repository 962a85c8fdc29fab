"""Damage that keeps the form: records with a field changed, files with a frame changed.

Bytes changed blindly are nearly always refused by the first check. A mutant made
here is still MessagePack, or still framed, so that what lies behind is reached.
"""

import random
from collections.abc import Callable
from typing import Any, Final

from cosign.records.published import MAGIC
from cosign.wire.framing import frame
from tests.fuzz.material import cut_frames
from tests.support.wire import FOREIGN, pack, unpack

Blind = Callable[[bytes, int], bytes]
"""The fuzzer's own mutation: bytes and the greatest length of the result."""

Mutator = Callable[[bytes, int, int, Blind], bytes]
"""Bytes, the greatest length, a seed, and the blind mutation."""

_NUMBERS: Final = (0, 1, 127, 128, 2**16, 2**32, 2**63 - 1, 2**63, 2**64 - 1)
_BLINDLY: Final = 0.3
"""How often bytes are changed without regard to their form."""
_STRANGE: Final = 0.05
"""How often a value becomes one of another type."""


def mutate_record(raw: bytes, most: int, seed: int, blind: Blind) -> bytes:
    """Change one value somewhere in a record, also in a record inside it."""
    choose = random.Random(seed)  # noqa: S311  # the fuzzer's seed decides
    wire = _wire(raw)
    if wire is None or choose.random() < _BLINDLY:
        return blind(raw, most)
    return pack(_changed(wire, choose, blind))[:most]


def mutate_file(raw: bytes, most: int, seed: int, blind: Blind) -> bytes:
    """Change the order or the content of frames, after the magic line if there is one."""
    choose = random.Random(seed)  # noqa: S311  # the fuzzer's seed decides
    start = MAGIC if raw.startswith(MAGIC) else b""
    frames = cut_frames(raw.removeprefix(start))
    if not frames or choose.random() < _BLINDLY:
        return blind(raw, most)
    if choose.random() < 0.5:
        frames = _shuffled(frames, choose)
    else:
        place = choose.randrange(len(frames))
        frames[place] = mutate_record(frames[place], most, choose.getrandbits(32), blind)
    return (start + b"".join(map(frame, frames)))[:most]


def _wire(raw: bytes) -> list[Any] | None:
    try:
        wire = unpack(raw)
    except Exception:  # noqa: BLE001  # whatever it is, it is not MessagePack
        return None
    return wire if isinstance(wire, list) and wire else None


def _shuffled(values: list[Any], choose: random.Random) -> list[Any]:
    """Leave one out, put one twice, or exchange two."""
    one, two = choose.randrange(len(values)), choose.randrange(len(values))
    changed = [*values]
    match choose.randrange(3):
        case 0:
            del changed[one]
        case 1:
            changed.insert(one, changed[two])
        case _:
            changed[one], changed[two] = changed[two], changed[one]
    return changed


def _changed(value: Any, choose: random.Random, blind: Blind) -> Any:
    """Change a value a little, or rarely put a value of another type in its place."""
    strange = choose.choice(list(FOREIGN.values()))
    if choose.random() < _STRANGE:
        return strange
    match value:
        case [_, *_]:
            return _list_changed(value, choose, blind)
        case bytes():
            return _bytes_changed(value, choose, blind)
        case str():
            return blind(value.encode(), len(value) + 8).decode(errors="replace")
        case int():
            return choose.choice((*_NUMBERS, min(value + 1, 2**64 - 1), abs(value - 1)))
    return strange


def _list_changed(values: list[Any], choose: random.Random, blind: Blind) -> list[Any]:
    if choose.random() < 3 * _STRANGE:
        return _shuffled(values, choose)
    place = choose.randrange(len(values))
    return [*values[:place], _changed(values[place], choose, blind), *values[place + 1 :]]


def _bytes_changed(raw: bytes, choose: random.Random, blind: Blind) -> bytes:
    """Change bytes, or what they hold if they hold a record."""
    inner = _wire(raw)
    if inner is None or choose.random() < _BLINDLY:
        return blind(raw, len(raw) + choose.choice((0, 0, 1, 32)))
    return pack(_changed(inner, choose, blind))


def blindly(raw: bytes, most: int, _seed: int, blind: Blind) -> bytes:
    """Change bytes that have no form worth keeping."""
    return blind(raw, most)


_BY_NAME: Final[dict[str, Mutator]] = {
    "exported": mutate_file,
    "inspected": mutate_record,
    "pages": mutate_file,
    "posted": mutate_record,
    "published": mutate_file,
    "records": mutate_record,
    "signed": mutate_file,
    "steps": mutate_record,
    "values": mutate_record,
}


def mutator(name: str) -> Mutator:
    """Return how the input of a harness is changed."""
    return _BY_NAME.get(name, blindly)
