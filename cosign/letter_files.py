"""Published letters as files: paths, streams, armored, in pages, and pins as people have them.

The steps that check a letter are pure and read a binary stream
(:mod:`cosign.roles.verifier`). This module opens files for them.

Not protected: a pin is worth what its source is worth. Digits that came with the
letter prove nothing.
"""

import contextlib
import io
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from cosign.errors import (
    CosignError,
    MalformedError,
    MissingError,
    OtherFileError,
    UsageError,
)
from cosign.primitives.progress import Progress, no_progress
from cosign.records.comparable import read_fingerprint
from cosign.records.groups.group import GROUP_LIMIT, Group, group_fingerprint, group_from_bytes
from cosign.records.joint import JointReader
from cosign.records.published import JOINT_MAGIC, MAGIC, PublishedReader, other_file
from cosign.records.round import VerifiedRound, verify_round
from cosign.roles import verifier
from cosign.roles.verifier.letter import PageState, Report
from cosign.stores.files import write_file
from cosign.stores.pages import READER, page_digests, shipped_pages
from cosign.stores.reading import open_file, read_file
from cosign.text.files import check_encoding
from cosign.text.typed import typed_line
from cosign.wire.armor import armor_chunks, armored_bytes, dearmor
from cosign.wire.container import Container, open_published, with_letter
from cosign.wire.kinds import START_BYTES, Kind, foreign_kind
from cosign.wire.record import label_of, name_of
from cosign.words import a

if TYPE_CHECKING:
    from cosign.primitives.time_stamping import Roots

LetterFile = str | os.PathLike[str] | BinaryIO
"""A published letter, in binary, armored or in a page: the path of its file, or a stream."""

ARMOR_NAME: Final = "published letter"
JOINT_ARMOR_NAME: Final = "joint letter"
_CHUNK_BYTES: Final = 2**16

Pin = str | os.PathLike[str] | Group
"""The group that a verifier trusts: its fingerprint, a file, or the group itself."""

_AUTHORITIES_LIMIT: Final = 2**20
"""Longest file with the certificates of authorities, in bytes."""

_DIGITS_FILE_LIMIT: Final = 400
"""Longest file, in bytes, that is read as a saved fingerprint, or as one in UTF-32 to name it."""


def verify_letter(
    letter: LetterFile,
    *,
    pin: Pin | None = None,
    authorities: str | os.PathLike[str] | None = None,
    executor: Executor | None = None,
    progress: Progress = no_progress,
) -> Report:
    """Verify a published letter, in one pass and bounded memory, without the network.

    A report is returned for every letter that is valid, also if its group is not
    pinned or its quorum not met: see :attr:`Report.exit_code`, ``pinned`` and
    ``quorum_met``. The letter's text is ``report.round.letter.text``.

    Args:
        letter: the path of the file, or a binary stream, which is read once and not
            closed; a pipe or an upload will do. Armored or not, or in a page that verifies
            itself; see ``page`` of the report.
        pin: the group that you trust. Its fingerprint of 60 digits with any spaces and
            dashes between them; or the path of a file with either the fingerprint or the
            group; or the group. None if you know none: then anybody may have made the group.
        authorities: the path of a file in PEM with the certificates of time stamp
            authorities that you trust; None for none, then the letter's time stamps are not
            checked. Needs the extra ``timestamps``.
        executor: where proofs are verified, such as a ``ProcessPoolExecutor``; in this
            thread if None. Worth it from about 1,000 cosignatures.
        progress: called with the number of verified records and about how many there are.

    Raises:
        UsageError: the pin is neither 60 digits nor a file with a group; the file of
            authorities has no certificates.
        OtherFileError: the file is no published letter, and nothing was verified.
        MalformedError: a published letter that is cut or damaged.
        VerificationError: a signature, proof, count or the pin does not hold.
        MismatchError: parts of the file belong to different rounds or groups.
        StorageError: the file cannot be read; MissingError if there is none.
        TypeError: a text stream, or bytes: wrap them in ``io.BytesIO``.
    """
    digits = None if pin is None else read_pin(pin)
    roots = () if authorities is None else read_authorities(Path(authorities))
    with open_form(letter) as (stream, container):
        check_kind(stream)
        report = verifier.verify_letter(
            stream, pin=digits, authorities=roots, executor=executor, progress=progress
        )
        return replace(report, page=page_state(container))


def page_state(container: Container | None) -> PageState | None:
    """Return whether the page around a letter is one that this package ships; None if no page."""
    if container is None:
        return None
    return "genuine" if container.digest() in page_digests().values() else "changed"


def read_authorities(path: Path) -> "Roots":
    """Read the certificates of time stamp authorities.

    Raises:
        UsageError: the file has none.
        ModuleNotFoundError: the extra ``timestamps`` is not installed.
    """
    from cosign.primitives.time_stamping import read_roots  # noqa: PLC0415  # an extra

    try:
        return read_roots(read_file(path, _AUTHORITIES_LIMIT))
    except CosignError as e:
        e.name_source(str(path))
        raise UsageError(e.message, hint=e.hint) from e


@contextlib.contextmanager
def open_letter(letter: LetterFile) -> Iterator[tuple[VerifiedRound, PublishedReader]]:
    """Open a published letter at its first record, to look for a cosignature or check a claim.

    Its round is verified, its records are not: steps that need them verify what they need.

    Args:
        letter: as in :func:`verify_letter`.

    Raises:
        OtherFileError: the file is no published letter.
        MalformedError: a published letter whose start is damaged.
        VerificationError, MismatchError: its round does not hold.
        StorageError: the file cannot be read; MissingError if there is none.
    """
    with open_stream(letter) as stream:
        check_kind(stream)
        reader = PublishedReader(stream)
        yield verify_round(reader.header.round), reader


@contextlib.contextmanager
def open_stream(letter: LetterFile) -> Iterator[io.BufferedReader]:
    """Open a published letter as a stream of its binary form.

    Args:
        letter: the path of the file, which is closed at the end, or a binary stream,
            which is not. Armored or not, or in a web page.

    Raises:
        StorageError: the file cannot be read; MissingError if there is none.
        OtherFileError: a page for letters without one.
        MalformedError: the armor or the page is damaged; also while the stream is read.
        TypeError: a text stream, or bytes.
    """
    with open_form(letter) as (stream, _container):
        yield stream


@contextlib.contextmanager
def open_form(letter: LetterFile) -> Iterator[tuple[io.BufferedReader, Container | None]]:
    """Open a published letter, and the page that it is in, if any."""
    if isinstance(letter, str | os.PathLike):
        with open_file(Path(letter)) as stream:
            yield open_published(stream)
    elif isinstance(letter, io.TextIOBase) or not hasattr(letter, "read"):
        kind = type(letter).__name__
        raise TypeError(f"a letter is a path or a binary stream, not {kind}: open it with 'rb'")
    else:
        yield open_published(letter)


def check_kind(stream: io.BufferedReader) -> None:
    """Check that a file begins like a published letter, or like one that was cut off.

    Raises:
        OtherFileError: it is a file of another kind; the message says which if it is known.
    """
    start = stream.peek(START_BYTES)[:START_BYTES]
    if start[: len(MAGIC)] == MAGIC[: len(start)] and start:
        return
    if start.startswith(JOINT_MAGIC):
        raise other_file(start[: len(MAGIC)])
    kind = foreign_kind(start)
    if kind is None:
        with contextlib.suppress(MalformedError):
            name = name_of(label_of(start))
            kind = Kind(a(name), "give the published letter instead")
    hint = kind.hint if kind else "this is not the file you meant, or its start is damaged"
    what = f", but {kind.name}" if kind else ""
    raise OtherFileError(f"not a published letter{what}", hint=hint)


def write_letter(
    path: str | os.PathLike[str],
    chunks: Iterable[bytes],
    *,
    armored: bool = False,
    force: bool = False,
) -> None:
    """Write a published letter into a file, whole or not at all.

    Args:
        path: of the file.
        chunks: from :meth:`~cosign.roles.organizer.publishing.Publication.chunks`.
        armored: write text instead of bytes.
        force: replace an existing file.

    Raises:
        ExistsError: the file exists, and ``force`` is not set.
        StorageError: the file cannot be written.
    """
    content = armor_chunks(ARMOR_NAME, chunks) if armored else chunks
    write_file(Path(path), content, force=force)


def write_page(path: str | os.PathLike[str], letter: LetterFile, *, force: bool = False) -> None:
    """Write a published letter as a web page that verifies it in a browser, without a network.

    Args:
        path: of the page.
        letter: as in :func:`verify_letter`.
        force: replace an existing file.

    Raises:
        ExistsError: the file exists, and ``force`` is not set.
        OtherFileError, MalformedError, VerificationError, StorageError: as :func:`page_chunks`.
    """
    write_file(Path(path), page_chunks(letter), force=force)


def page_chunks(letter: LetterFile) -> Iterator[bytes]:
    """Yield the chunks of a copy of the reader's page with a published letter in it.

    Memory use does not grow with the letter. Its frames and its trailer are checked on the way,
    its proofs are not.

    Args:
        letter: as in :func:`verify_letter`, or a joint letter; from a page it goes into a new
            one.

    Raises:
        OtherFileError: the file is no published letter.
        MalformedError, VerificationError: it is cut or damaged; also when much was yielded.
        StorageError: the file cannot be read; MissingError if there is none.
    """
    with open_form(letter) as (stream, _container):
        if is_joint(stream):
            armored = armor_chunks(JOINT_ARMOR_NAME, _whole_joint(stream))
        else:
            check_kind(stream)
            armored = armor_chunks(ARMOR_NAME, _whole(stream))
        yield from with_letter(shipped_pages()[READER], armored)


def _whole(stream: io.BufferedReader) -> Iterator[bytes]:
    """Yield the bytes of a published letter while its frames and its trailer are checked."""
    copy = _Copied(stream)
    for _record in PublishedReader(io.BufferedReader(copy, _CHUNK_BYTES)).records():
        if copy.passed:
            yield copy.take()
    yield copy.take()


def _whole_joint(stream: io.BufferedReader) -> Iterator[bytes]:
    """Yield the bytes of a joint letter while the frames and trailers in it are checked."""
    copy = _Copied(stream)
    for _round_id, part in JointReader(io.BufferedReader(copy, _CHUNK_BYTES)).parts():
        for _record in PublishedReader(part).records():
            if copy.passed:
                yield copy.take()
        yield copy.take()
    yield copy.take()


def is_joint(stream: io.BufferedReader) -> bool:
    """Return whether a file begins like a joint letter; nothing of it is consumed."""
    return stream.peek(len(JOINT_MAGIC)).startswith(JOINT_MAGIC)


class _Copied(io.RawIOBase):
    """A stream that keeps a copy of what is read from it, until the copy is taken."""

    def __init__(self, stream: io.BufferedReader) -> None:
        self._stream = stream
        self.passed = bytearray()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # the buffer io passes
        size = self._stream.readinto(buffer)
        self.passed += buffer[:size]
        return size

    def take(self) -> bytes:
        taken = bytes(self.passed)
        self.passed.clear()
        return taken


def read_pin(pin: Pin) -> str:
    """Return the fingerprint of the group that a pin means: twelve groups of five digits.

    Args:
        pin: a fingerprint of 60 digits with any spaces and dashes between them; the code
            that ``fingerprint --qr`` shows; the path of a file with a fingerprint or a
            group, armored or not; or a group.

    Raises:
        UsageError: it is none of these.
        TypeError: neither text, nor a path, nor a group.
    """
    if not isinstance(pin, str | os.PathLike):
        if not hasattr(pin, "group_id"):
            raise TypeError(f"a pin is digits, a path or a group, not {type(pin).__name__}")
        return group_fingerprint(pin)
    text = os.fspath(pin)
    if not typed_line(text):
        raise UsageError("the pin is empty", hint="give the group's file or its 60 digits")
    return read_fingerprint(text, "group") or _pin_in(Path(text))


def _saved_digits(raw: bytes) -> str | None:
    """Return the fingerprint that a short file holds; None if it is no text."""
    check_encoding(raw)
    return read_fingerprint(raw.decode(errors="replace"), "group")


def _pin_in(path: Path) -> str:
    """Return the fingerprint that a file holds, or that of the group in it."""
    try:
        raw = read_file(path, armored_bytes(GROUP_LIMIT))
        if len(raw) <= _DIGITS_FILE_LIMIT:
            digits = _saved_digits(raw)
            if digits is not None:
                return digits
        return group_fingerprint(group_from_bytes(dearmor(raw)))
    except MissingError as e:
        raise UsageError(
            f"{path}: neither a file nor a fingerprint of 60 digits",
            hint="copy all twelve groups of five digits",
        ) from e
    except CosignError as e:
        e.name_source(str(path))
        raise UsageError(e.message, hint=e.hint) from e
