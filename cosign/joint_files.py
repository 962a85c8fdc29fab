"""Joint letters as files: joined, opened and verified (docs/spec.md, "Joint letter").

Not protected: a joint letter has no signature of its own, so anybody can leave letters out.
"""

import contextlib
import io
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path
from typing import Final

from cosign.errors import UsageError, VerificationError, naming
from cosign.letter_files import (
    JOINT_ARMOR_NAME,
    LetterFile,
    Pin,
    check_kind,
    is_joint,
    open_form,
    open_stream,
    page_state,
    read_authorities,
    read_pin,
)
from cosign.primitives.progress import Progress, no_progress
from cosign.records.campaign import GROUP_LIMIT, Campaign
from cosign.records.joint import JointHeader, JointReader, PartRow, joint_chunks
from cosign.records.published import PublishedReader
from cosign.records.round import VerifiedRound, verify_round
from cosign.roles import verifier
from cosign.roles.shared.joining import Joining
from cosign.roles.verifier.joint import JointReport
from cosign.stores.files import write_file
from cosign.wire.armor import armor_chunks

_CHUNK_BYTES: Final = 2**16


def verify_joint(
    letter: LetterFile,
    *,
    pins: Sequence[Pin] = (),
    authorities: str | os.PathLike[str] | None = None,
    executor: Executor | None = None,
    progress: Progress = no_progress,
) -> JointReport:
    """Verify a joint letter, or a single published one, in one pass and bounded memory.

    Args:
        letter: as in :func:`~cosign.letter_files.verify_letter`. The report on a single letter
            has one entry in ``letters``.
        pins: the groups that you trust, each in a form of :func:`~cosign.letter_files.read_pin`.
            A letter whose group is not among them is not pinned; a pin without a letter in the
            file makes the file not valid.
        authorities: as in :func:`~cosign.letter_files.verify_letter`.
        executor: as there.
        progress: as there; begins again for each group's letter.

    Raises:
        UsageError, OtherFileError, StorageError, TypeError: as
            :func:`~cosign.letter_files.verify_letter` raises them.
        MalformedError, VerificationError, MismatchError: as there, for any of the letters.
        ThresholdError: too few registrars granted a slot to its round.
    """
    digits = list(dict.fromkeys(map(read_pin, pins)))
    roots = () if authorities is None else read_authorities(Path(authorities))
    with open_form(letter) as (stream, container):
        if is_joint(stream):
            report = verifier.verify_joint(
                stream, pins=digits, authorities=roots, executor=executor, progress=progress
            )
            return replace(report, page=page_state(container))
        check_kind(stream)
        if len(digits) > 1:
            raise VerificationError(
                f"the file is the letter of one group, and {len(digits)} groups were pinned",
                hint="the letters of the other groups are missing; name one group for this file",
            )
        pin = digits[0] if digits else None
        single = verifier.verify_letter(
            stream, pin=pin, authorities=roots, executor=executor, progress=progress
        )
        return JointReport((replace(single, page=page_state(container)),))


@contextlib.contextmanager
def open_letters(
    letter: LetterFile,
) -> Iterator[Iterator[tuple[VerifiedRound, PublishedReader, bool]]]:
    """Open the letters in a file one after another: those of a joint one, or the single one.

    Each is at its first record when it comes, and closed when the next one does. Its round
    is verified, its records are not. With each comes whether it is the last one.

    Args:
        letter: as in :func:`~cosign.letter_files.verify_letter`.

    Raises:
        OtherFileError, MalformedError, VerificationError, MismatchError, StorageError: as
            :func:`~cosign.letter_files.open_letter`.
    """
    with open_stream(letter) as stream:
        yield _letters(stream)


def _letters(stream: io.BufferedReader) -> Iterator[tuple[VerifiedRound, PublishedReader, bool]]:
    if is_joint(stream):
        joint = JointReader(stream)
        last = joint.header.parts[-1].round_id
        for round_id, part in joint.parts():
            reader = PublishedReader(part)
            yield verify_round(reader.header.round), reader, round_id == last
        return
    check_kind(stream)
    reader = PublishedReader(stream)
    yield verify_round(reader.header.round), reader, True


def join_letters(
    letters: Sequence[str | os.PathLike[str]], campaigns: Sequence[Campaign] = ()
) -> Iterator[bytes]:
    """Yield the chunks of a joint letter.

    Each file is read twice: to check its frames, its trailer and that it belongs with the
    others, and to copy it. Proofs are not verified. Memory does not grow with the letters.

    Args:
        letters: the paths of 2 to 16 published letters, in any of their forms.
        campaigns: that name the letters' rounds.

    Raises:
        UsageError: another number of letters.
        MismatchError: letters with different texts, two of one round or group, or a campaign
            that is about another letter, does not name a round with its group, or is by
            none of the organizers.
        VerificationError: a letter or a campaign is not signed by its organizer.
        OtherFileError, MalformedError, StorageError: a file that is no published letter, or
            that changed between the two readings.
    """
    if not 1 < len(letters) <= GROUP_LIMIT:
        raise UsageError(
            f"a joint letter has 2 to {GROUP_LIMIT} letters, not {len(letters)}",
            hint="name the published letter of each group",
        )
    ordered = tuple(sorted(set(campaigns), key=Campaign.to_bytes))
    joining = Joining(ordered)
    paths = {}
    for letter in letters:
        path = str(letter)
        round_, length = _survey(letter)
        joining.add(round_, path)
        paths[PartRow(round_.round_id, length)] = letter
    joining.end()
    rows = tuple(sorted(paths))
    return joint_chunks(JointHeader(ordered, rows), (_bytes_of(paths[row]) for row in rows))


def _survey(letter: str | os.PathLike[str]) -> tuple[VerifiedRound, int]:
    """Check a letter's frames and trailer; return its round, and its length in binary form."""
    with naming(str(letter)), open_stream(letter) as stream:
        check_kind(stream)
        counted = _Counted(stream)
        reader = PublishedReader(io.BufferedReader(counted, _CHUNK_BYTES))
        round_ = verify_round(reader.header.round)
        for _record in reader.records():
            pass
        return round_, counted.passed


def _bytes_of(letter: str | os.PathLike[str]) -> Iterator[bytes]:
    with naming(str(letter)), open_stream(letter) as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            yield chunk


class _Counted(io.RawIOBase):
    """A stream that counts the bytes that are read from it."""

    def __init__(self, stream: io.BufferedReader) -> None:
        self._stream = stream
        self.passed = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # the buffer io passes
        size = self._stream.readinto(buffer)
        self.passed += size
        return size


def write_joint(
    path: str | os.PathLike[str],
    letters: Sequence[str | os.PathLike[str]],
    campaigns: Sequence[Campaign] = (),
    *,
    armored: bool = False,
    force: bool = False,
) -> None:
    """Join published letters in one file, which appears whole or not at all.

    Args:
        path: of the joint letter.
        letters: as in :func:`join_letters`.
        campaigns: as there.
        armored: write text instead of bytes.
        force: replace an existing file.

    Raises:
        ExistsError: the file exists, and ``force`` is not set.
        UsageError, MismatchError, VerificationError, MalformedError, StorageError: as
            :func:`join_letters`.
    """
    chunks = join_letters(letters, campaigns)
    write_file(
        Path(path), armor_chunks(JOINT_ARMOR_NAME, chunks) if armored else chunks, force=force
    )


@contextlib.contextmanager
def open_joint(letter: LetterFile) -> Iterator[JointReader]:
    """Open a joint letter, to take its parts out.

    Args:
        letter: as in :func:`~cosign.letter_files.verify_letter`.

    Raises:
        MalformedError: no joint letter, or its start is damaged.
        StorageError: the file cannot be read; MissingError if there is none.
    """
    with open_stream(letter) as stream:
        if not is_joint(stream):
            check_kind(stream)
            raise UsageError(
                "this is the published letter of one group, not a joint one",
                hint="there is nothing to split; use the file as it is",
            )
        yield JointReader(stream)
