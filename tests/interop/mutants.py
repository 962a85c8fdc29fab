"""Files that differ a little from a valid one; the same seed gives the same files.

``raw`` mutants keep the old signatures. ``signed`` ones are signed again, so that they get as far
as the check that the change is about, and some are valid.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from tests.interop.crooked import OPEN
from tests.interop.parts import Parts, edited, frames, joined, unpack


def raw(file: bytes, seed: int, number: int) -> Iterator[tuple[str, bytes]]:
    """Mutants of the bytes of a file and of its frames."""
    rng = random.Random(seed)  # noqa: S311  # has to repeat
    for serial in range(number):
        how = rng.choice(["bytes", "cut", "extended", "frames"])
        if how == "bytes":
            changed = _changed(rng, file)
        elif how == "cut":
            changed = file[: rng.randrange(len(file))]
        elif how == "extended":
            changed = file + rng.randbytes(rng.randrange(1, 9))
        else:
            changed = joined(_moved(rng, frames(file)))
        if changed != file:
            yield f"{serial}, {how}", changed


def signed(
    parts: Parts, seed: int, number: int, only: Sequence[str] = ()
) -> Iterator[tuple[str, bytes]]:
    """Mutants of one part of a file, by all spoilers or by some."""
    rng = random.Random(seed)  # noqa: S311  # has to repeat
    for serial in range(number):
        how = rng.choice([*(only or SPOILERS)])
        yield f"{serial}, {how}", SPOILERS[how](rng, parts).file()


def _record(rng: random.Random, parts: Parts) -> Parts:
    records = [*parts.records]
    place = rng.randrange(len(records))
    records[place] = _changed(rng, records[place])
    return replace(parts, records=records)


def _statement(rng: random.Random, parts: Parts) -> Parts:
    records = [*parts.records]
    place = rng.randrange(len(records))
    statement = rng.choice(["", "x", "x" * 280, "x" * 281, "e\u0301", "a\nb", "\u202e"])
    records[place] = edited(records[place], {2: statement})
    return replace(parts, records=records)


def _name(rng: random.Random, parts: Parts) -> Parts:
    """Change a field of a record that is open; of any one if none is."""
    records = [*parts.records]
    openly = [place for place, one in enumerate(records) if unpack(one)[0] == OPEN]
    if not openly:
        return _record(rng, parts)
    place = rng.choice(openly)
    field = rng.randrange(1, 8)
    was = unpack(records[place])[field]
    new: Any
    if isinstance(was, bytes):
        new = rng.choice([_changed(rng, was), None])
    elif isinstance(was, str):
        new = rng.choice(["", "x", "x" * 100, "x" * 101, "e\u0301", "a\nb", "\u202e", was + " "])
    else:
        new = rng.choice([bytes(32), [], *([was[:1], was * 2, was[::-1]] if was else [])])
    records[place] = edited(records[place], {field: new})
    return replace(parts, records=records)


def _order(rng: random.Random, parts: Parts) -> Parts:
    return replace(parts, records=_moved(rng, parts.records))


def _figures(rng: random.Random, parts: Parts) -> Parts:
    figures = [rng.choice([0, 1, 4_000_000, 4_000_001, 2**32]) for _ in range(5)]
    return replace(parts, figures=figures)


# A proof is about one round, so files of another round have no records.


def _terms(rng: random.Random, parts: Parts) -> Parts:
    return replace(parts, records=[], terms=_changed(rng, parts.terms))


def _letter(rng: random.Random, parts: Parts) -> Parts:
    return replace(parts, records=[], letter=_changed(rng, parts.letter)).renamed()


def _group(rng: random.Random, parts: Parts) -> Parts:
    if unpack(parts.group)[0] == "cosign/roster/1":
        group = edited(parts.group, {1: _changed(rng, unpack(parts.group)[1])})
    else:
        registrars = unpack(parts.group)[6]
        place = rng.randrange(len(registrars))
        registrars[place] = _changed(rng, registrars[place])
        group = edited(parts.group, {6: registrars})
    return replace(parts, records=[], statements=[], group=group).renamed()


def _grants(rng: random.Random, parts: Parts) -> Parts:
    grants = parts.granted()
    if not grants:
        return replace(parts, grants=[rng.randbytes(200)])
    if rng.random() < 0.5:
        return replace(parts, grants=_moved(rng, grants))
    place = rng.randrange(len(grants))
    grants[place] = _changed(rng, grants[place])
    return replace(parts, grants=grants)


SPOILERS: Final[dict[str, Callable[[random.Random, Parts], Parts]]] = {
    "record": _record,
    "statement": _statement,
    "name": _name,
    "order": _order,
    "figures": _figures,
    "terms": _terms,
    "letter": _letter,
    "group": _group,
    "grants": _grants,
}


def _changed(rng: random.Random, content: bytes) -> bytes:
    """Flip a bit, replace a byte, remove it, or insert another before it."""
    at = rng.randrange(len(content))
    flipped = bytes([content[at] ^ 1 << rng.randrange(8)])
    byte = rng.randbytes(1)
    new = rng.choice([flipped, byte, b"", byte + content[at : at + 1]])
    return content[:at] + new + content[at + 1 :]


def _moved(rng: random.Random, items: list[bytes]) -> list[bytes]:
    """Swap two items, remove one, or have one twice."""
    one, other = rng.randrange(len(items)), rng.randrange(len(items))
    moved = [*items]
    how = rng.choice(["swap", "remove", "double"])
    if how == "swap":
        moved[one], moved[other] = moved[other], moved[one]
    elif how == "remove":
        del moved[one]
    else:
        moved.insert(one, moved[one])
    return moved
