"""Reading the envelopes of a round from untrusted bytes (docs/spec.md, "Opening").

A single hostile file must not stop a round. So bytes that are not an envelope of the
round are left out and reported, and the others are read.

Not protected: an envelope whose content is junk is accepted here, and found when it is opened.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from cosign.errors import CosignError, MalformedError, MismatchError
from cosign.records.envelope import Envelope
from cosign.records.round import VerifiedRound
from cosign.wire.armor import armored_bytes, dearmor

ENVELOPE_FILE_LIMIT: Final = armored_bytes(Envelope.MAX_BYTES)
"""Greatest length of an envelope's file in bytes, armored or not."""


def read_envelope(round_: VerifiedRound, raw: bytes) -> Envelope:
    """Return the envelope in these bytes, armored or not.

    Raises:
        MalformedError: not an envelope, or longer than envelopes can be.
        MismatchError: an envelope of another round, or a record of another type.
    """
    if len(raw) > ENVELOPE_FILE_LIMIT:
        raise MalformedError(
            "larger than an envelope can be", hint="this is not the file you meant"
        )
    envelope = Envelope.from_bytes(dearmor(raw))
    if envelope.round_id != round_.round_id:
        raise MismatchError("an envelope of another round", hint="it is left out")
    return envelope


def gather_envelopes(
    round_: VerifiedRound,
    sources: Iterable[tuple[str, bytes]],
    left_out: Callable[[CosignError], None] = lambda _error: None,
) -> Iterator[Envelope]:
    """Yield the envelopes of a round, and leave out everything else.

    Args:
        round_: the round, verified.
        sources: for each envelope its source, such as the name of its file, and its bytes,
            armored or not. :func:`cosign.stores.folders.read_folder` reads a folder, and a
            relay's shelf lists its records.
        left_out: called with the error for each source that has no envelope of the round;
            the message begins with the name of the source.
    """
    for name, raw in sources:
        try:
            yield read_envelope(round_, raw)
        except (MalformedError, MismatchError) as e:
            e.name_source(name)
            left_out(e)
