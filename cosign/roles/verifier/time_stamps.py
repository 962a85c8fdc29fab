"""Time stamps of a published letter (docs/spec.md, "Time stamps").

::

    published letter --> request --authority--> answer --> the same letter with a time stamp
    time stamp, certificates of authorities --> when the letter existed at the latest

What is stamped is the trailer's record. Its digest covers the file up to it, so a stamp says
that this file, with these cosignatures, existed. It does not say when they were made.

Everything but the file itself needs the extra ``timestamps``.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from cosign.errors import CosignError, RefusedError, naming
from cosign.records.published import MAGIC, PublishedReader
from cosign.records.time_stamp import STAMP_LIMIT, TimeStamp
from cosign.wire.framing import frame

if TYPE_CHECKING:
    from cosign.primitives.time_stamping import Roots  # an extra

StampState = Literal["checked", "unchecked", "false"]
"""An authority that was named stamped this file; nobody named one; it is no stamp of this file,
or of none of the authorities that were named."""

LIBRARIES: Final = frozenset({"asn1crypto", "rfc3161_client"})
"""What the extra ``timestamps`` installs."""


class FoundStamp(NamedTuple):
    """What a verifier found out about a time stamp.

    Attributes:
        state: what it is worth.
        authority: who made it, in its own words; "" if it does not say.
        time: what it states, in UTC; None if it cannot be read.
        problem: why it is false, or could not be read; else "".
    """

    state: StampState
    authority: str
    time: datetime | None
    problem: str


def request_stamp(reader: PublishedReader) -> bytes:
    """Return the request for an authority: a TimeStampReq in DER, of about 90 bytes.

    The file is read to its end, and its trailer checked; its proofs are not.

    Args:
        reader: of the published letter, at its first record.

    Raises:
        MalformedError, VerificationError: the file is cut or was changed.
        ModuleNotFoundError: the extra ``timestamps`` is not installed.
    """
    from cosign.primitives.time_stamping import make_request  # noqa: PLC0415  # an extra

    for _ in reader.records():
        pass
    return make_request(_message(reader))


def add_stamps(reader: PublishedReader, answers: Mapping[str, bytes]) -> Iterator[bytes]:
    """Yield the chunks of the same file with more time stamps; what it has already, stays.

    Args:
        reader: of the published letter, at its first record.
        answers: of authorities, each a TimeStampResp in DER, by names for error messages.

    Raises:
        MalformedError, VerificationError: the file is cut or was changed; an answer is none, or
            one about another file.
        RefusedError: the file would have too many.
        ModuleNotFoundError: the extra ``timestamps`` is not installed.
    """
    from cosign.primitives.time_stamping import Answer  # noqa: PLC0415  # an extra

    yield MAGIC + frame(reader.header.to_bytes())
    yield from map(frame, reader.records())
    message = _message(reader)
    for name, raw in answers.items():
        with naming(name, file=True):
            Answer.from_bytes(raw).check_message(message)
    stamps = {stamp.to_bytes() for stamp in (*reader.stamps, *map(TimeStamp, answers.values()))}
    if len(stamps) > STAMP_LIMIT:
        raise RefusedError(
            f"a file has at most {STAMP_LIMIT} time stamps",
            hint="take the file without those that you do not need",
        )
    yield frame(message)
    yield from map(frame, sorted(stamps))


def check_stamps(reader: PublishedReader, roots: "Roots") -> tuple[FoundStamp, ...]:
    """Return what the time stamps of a file are worth.

    Args:
        reader: of the published letter, at its end.
        roots: certificates of the authorities that the verifier trusts; empty for none.
    """
    return tuple(_check(stamp.answer, _message(reader), roots) for stamp in reader.stamps)


def _check(raw: bytes, message: bytes, roots: "Roots") -> FoundStamp:
    try:
        from cosign.primitives.time_stamping import Answer  # noqa: PLC0415  # an extra
    except ModuleNotFoundError as e:
        return FoundStamp("unchecked", "", None, f"{e.name} is not installed")
    try:
        answer = Answer.from_bytes(raw)
    except CosignError as e:
        return FoundStamp("false", "", None, e.message)
    try:
        answer.check_message(message)
        if roots:
            answer.check(message, roots)
    except CosignError as e:
        return FoundStamp("false", answer.authority, answer.time, e.message)
    return FoundStamp("checked" if roots else "unchecked", answer.authority, answer.time, "")


def _message(reader: PublishedReader) -> bytes:
    if reader.trailer is None:
        raise ValueError("the file is stamped at its end, which was not reached")
    return reader.trailer.to_bytes()
