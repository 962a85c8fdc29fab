"""Refusals of whole published files."""

from collections.abc import Callable
from typing import Any, Final

from cosign.errors import (
    MalformedError,
    VerificationError,
)
from cosign.records.published import MAGIC
from cosign.wire.framing import FRAME_LENGTH_BYTES
from tests.support.published import boundaries, join, rewrite, split
from tests.vectors.refusal import Context, Make, Refusals, flip

REFUSALS: Final = Refusals()
add = REFUSALS.add

FILE = "published file"


def records(how: Callable[[tuple[bytes, ...]], Any], *, sign: bool) -> Make:
    """Rearrange the records; under a new trailer if ``sign``."""

    def make(c: Context, raw: bytes) -> bytes:
        parts = split(raw)
        changed = tuple(how(parts.records))
        return rewrite(c.world, changed) if sign else join(parts._replace(records=changed))

    return make


def frame_of_4_gib(_: Context, raw: bytes) -> bytes:
    """Let the first record's frame promise four gigabytes."""
    place = boundaries(raw)[3]
    return raw[:place] + b"\xff" * FRAME_LENGTH_BYTES + raw[place + FRAME_LENGTH_BYTES :]


add(
    FILE,
    MalformedError,
    "a file is whole, and nothing follows it",
    {
        "nothing": lambda *_: b"",
        "another magic line": lambda _, r: MAGIC.lower() + r[16:],
        "no trailer": lambda _, r: r[: boundaries(r)[-3]],
        "cut by a byte": lambda _, r: r[:-1],
        "a trailing byte": lambda _, r: r + b"\0",
        "a frame of 4 GiB": frame_of_4_gib,
    },
)
add(
    FILE,
    VerificationError,
    "the organizer signs count and content",
    {
        "a record removed": records(lambda r: r[1:], sign=False),
        "a record doubled": records(lambda r: (r[0], *r), sign=False),
        "records swapped": records(lambda r: (r[1], r[0], *r[2:]), sign=False),
        "a flipped bit in the signature": flip(-1),
        "another file's trailer": lambda c, r: join(
            split(r)._replace(trailer=split(c.other.published).trailer)
        ),
    },
)
add(
    FILE,
    VerificationError,
    "records ascend strictly, even if the organizer signs otherwise",
    {
        "swapped and signed": records(lambda r: (r[1], r[0], *r[2:]), sign=True),
        "doubled and signed": records(lambda r: (r[0], *r), sign=True),
    },
)
add(
    FILE,
    VerificationError,
    "every record is valid for this round, even if the organizer signs otherwise",
    {
        "noise": records(lambda r: (*r, b"\x90"), sign=True),
        "an empty record": records(lambda r: (*r, b""), sign=True),
        "a record of another group": lambda c, _: rewrite(
            c.world, [c.other.publication.records[0]]
        ),
    },
)
