"""Records as files: paths, streams, armored or not, and invitations to rounds.

The steps of the protocol take records and return them. This module reads them from
files and writes them. Errors that the content of a file causes begin with its name.

Not protected: a record that was read is well-formed and unverified, except for rounds.
"""

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, TypeVar

from cosign import labels
from cosign.errors import CosignError, MalformedError, UsageError, naming
from cosign.records.envelope import Envelope
from cosign.records.groups.group import GROUP_LIMIT, Group, group_from_bytes
from cosign.records.invitation import Invitation
from cosign.records.round import Round, VerifiedRound, verify_round
from cosign.roles.organizer.invitations import decode_secret, open_invitation
from cosign.roles.shared.gathering import ENVELOPE_FILE_LIMIT, gather_envelopes
from cosign.stores.files import PUBLIC_MODE, SECRET_MODE, read_file, read_folder, write_file
from cosign.wire.armor import armor, armored_bytes, dearmor
from cosign.wire.record import Record, label_of, name_of

R = TypeVar("R", bound=Record)

Source = str | os.PathLike[str] | BinaryIO
"""The path of a file, or a binary stream."""

ROUND_LIMIT = max(Round.MAX_BYTES, Invitation.MAX_BYTES)
"""Longest round or invitation, in bytes."""


def read_bytes(source: Source, limit: int) -> bytes:
    """Return what is in a file, without its armor.

    Args:
        source: the path of a file, or a binary stream, which is not closed.
        limit: most bytes inside.

    Raises:
        MissingError: there is no such file.
        MalformedError: the content is longer, or its armor is damaged.
        StorageError: the file cannot be read.
    """
    longest = armored_bytes(limit)
    with _named(source):
        if isinstance(source, str | os.PathLike):
            return dearmor(read_file(Path(source), longest))
        raw = source.read(longest + 1)
        if len(raw) > longest:
            raise MalformedError(
                f"larger than {limit} bytes", hint="this is not the file you meant"
            )
        return dearmor(raw)


def read_record(source: Source, record: type[R]) -> R:
    """Return the record in a file; it is well-formed, but not verified.

    Args:
        source: the path of a file, or a binary stream; armored or not.
        record: its type, such as :class:`~cosign.records.groups.roster.Roster`.

    Raises:
        MissingError: there is no such file.
        MalformedError: not a record in its one encoding.
        MismatchError: a record of another type.
        StorageError: the file cannot be read.
    """
    with _named(source):
        return record.from_bytes(read_bytes(source, record.MAX_BYTES))


def read_group(source: Source) -> Group:
    """Return the group of either kind in a file; as :func:`read_record`."""
    with _named(source):
        return group_from_bytes(read_bytes(source, GROUP_LIMIT))


def read_round(source: Source, code: str | Callable[[], str] | None = None) -> VerifiedRound:
    """Return the verified round in a file, or in an invitation to it.

    Args:
        source: the path of a file, or a binary stream; armored or not.
        code: the secret of an invitation, as the organizer's program printed it, or a
            function that asks for it. A round needs none.

    Raises:
        UsageError: an invitation without its secret, or a mistyped secret.
        MismatchError: the secret of another invitation, or parts that do not belong together.
        VerificationError: the round is not signed by its organizer, or was changed.
        MalformedError: neither a round nor an invitation.
        MissingError: there is no such file.
        StorageError: the file cannot be read.
    """
    with _named(source):
        raw = read_bytes(source, ROUND_LIMIT)
        if label_of(raw) != labels.INVITATION:
            return verify_round(Round.from_bytes(raw))
        invitation = Invitation.from_bytes(raw)
        if code is None:
            raise UsageError("an invitation needs its secret", hint="ask the organizer for it")
        secret = decode_secret(code if isinstance(code, str) else code())
        return verify_round(open_invitation(invitation, secret))


def read_envelopes(
    folder: str | os.PathLike[str],
    round_: VerifiedRound,
    left_out: Callable[[CosignError], None] = lambda _error: None,
) -> Iterator[Envelope]:
    """Read the envelopes of a round in a folder, one at a time, and leave out other files.

    Args:
        folder: hidden files and folders inside it are not looked at.
        round_: verified.
        left_out: called with the error of each file that is no envelope of the round; the
            message begins with the name of the file.

    Raises:
        MissingError: there is no such folder.
        StorageError: a file cannot be read.
    """
    files = read_folder(Path(folder), ENVELOPE_FILE_LIMIT)
    return gather_envelopes(round_, files, left_out)


def write_record(
    path: str | os.PathLike[str],
    record: Record,
    *,
    armored: bool = False,
    secret: bool = False,
    force: bool = False,
) -> None:
    """Write a record into a file, whole or not at all.

    Args:
        path: of the file.
        record: of any type.
        armored: write text that survives a mail or a chat instead of bytes.
        secret: whether only the file's owner may read it.
        force: replace an existing file.

    Raises:
        ExistsError: the file exists, and ``force`` is not set.
        StorageError: the file cannot be written.
    """
    raw = record.to_bytes()
    content = armor(name_of(record.LABEL), raw) if armored else raw
    write_file(Path(path), [content], mode=SECRET_MODE if secret else PUBLIC_MODE, force=force)


def _named(source: Source) -> contextlib.AbstractContextManager[None]:
    """Name a file in errors; the name of a stream is known to its owner."""
    if isinstance(source, str | os.PathLike):
        return naming(os.fspath(source))
    return contextlib.nullcontext()
