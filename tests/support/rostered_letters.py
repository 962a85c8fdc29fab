"""Letters of rostered groups of some sizes, and their envelopes, made once a run."""

import io
from functools import cache

from cosign.records.cosignature import Cosignature
from cosign.records.envelope import Envelope
from cosign.records.published import PublishedReader
from tests.support.rosters import file_of, round_of, speak


@cache
def envelope(size: int, who: int, action: str = "cosign", statement: str = "") -> Envelope:
    """Let a member speak in the round of so many, once a run."""
    return speak(round_of(size), who, action=action, statement=statement)[1]


@cache
def letter(size: int) -> bytes:
    """Publish: all but the first sign, the last with a statement."""
    last = envelope(size, size - 1, statement="I was there")
    return file_of(round_of(size), [*(envelope(size, i) for i in range(1, size - 1)), last])


def records(raw: bytes) -> list[Cosignature]:
    """Return a file's cosignatures."""
    return [Cosignature.from_bytes(r) for r in PublishedReader(io.BytesIO(raw)).records()]
