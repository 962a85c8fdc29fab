"""Records as files: paths, streams, armored or not, and invitations to rounds.

The steps of the protocol take records and return them. This module reads them from
files and writes them. Errors that the content of a file causes begin with its name.

Not protected: a record that was read is well-formed and unverified, except for rounds.
"""

import contextlib
import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Final, TypeVar

from cosign import labels
from cosign.errors import (
    CosignError,
    MalformedError,
    MismatchError,
    OtherFileError,
    UsageError,
    naming,
)
from cosign.records.campaign import Campaign
from cosign.records.claim import Claim
from cosign.records.collection import KeyDelivery
from cosign.records.comparable import Comparable, read_fingerprint
from cosign.records.enrolment import EnrolmentRequest
from cosign.records.envelope import Envelope
from cosign.records.groups.group import GROUP_LIMIT, Group, group_from_bytes
from cosign.records.groups.registered import RegisteredGroup
from cosign.records.groups.roster import Roster
from cosign.records.invitation import Invitation
from cosign.records.mailbox import MailboxKey
from cosign.records.names import NameAttestation, NameRequest
from cosign.records.published import JOINT_MAGIC, MAGIC, PublishedHeader, PublishedReader
from cosign.records.round import DraftRound, Round, VerifiedRound, verify_draft, verify_round
from cosign.roles.organizer.invitations import decode_secret, open_invitation
from cosign.roles.shared.gathering import ENVELOPE_FILE_LIMIT, gather_envelopes
from cosign.stores.files import PUBLIC_MODE, SECRET_MODE, write_file
from cosign.stores.folders import read_folder
from cosign.stores.reading import open_file
from cosign.wire.armor import armor, armored_bytes, dearmor
from cosign.wire.container import open_published
from cosign.wire.kinds import START_BYTES, foreign_kind
from cosign.wire.record import Record, label_of, name_of
from cosign.words import a

R = TypeVar("R", bound=Record)

Source = str | os.PathLike[str] | BinaryIO
"""The path of a file, or a binary stream."""

_COMPARABLE: Final[dict[str, type[Round | Invitation | Campaign | RegisteredGroup | Roster]]] = {
    name_of(record.LABEL): record
    for record in (Round, Invitation, Campaign, RegisteredGroup, Roster)
}
"""Records that people compare, beside published letters, by name."""

_COMPARABLE_LIMIT: Final = max(PublishedHeader.MAX_BYTES, Invitation.MAX_BYTES) + 1000
"""More bytes than any of them has, and the header of a published letter in its frame."""

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
            with open_file(Path(source)) as stream:
                raw = stream.read(longest + 1)
        else:
            raw = source.read(longest + 1)
        if len(raw) > longest:
            raise _too_long(raw, limit)
        return dearmor(raw)


def _too_long(raw: bytes, limit: int) -> CosignError:
    """Return the error for a file that is longer than the wanted one, and say what it is."""
    if kind := foreign_kind(raw[:START_BYTES]):
        return OtherFileError(f"not a record of this tool, but {kind.name}", hint=kind.hint)
    with contextlib.suppress(CosignError):
        found = (
            "published letter" if raw.startswith((MAGIC, JOINT_MAGIC)) else name_of(label_of(raw))
        )
        message = f"this is {a(found)}; here another file is wanted"
        return MalformedError(message, hint="check the name")
    return MalformedError(f"larger than {limit} bytes", hint="this is not the file you meant")


def _read(source: Source, limit: int) -> bytes:
    """Return what is in the file of a record; as :func:`read_bytes`."""
    with _named(source):
        raw = read_bytes(source, limit)
        check_ours(raw)
        return raw


def check_ours(raw: bytes) -> None:
    """Check that a file does not begin like one of another kind, such as a web page.

    Args:
        raw: at least its first ``START_BYTES``, without armor.

    Raises:
        OtherFileError: it does; the message says of which.
    """
    if kind := foreign_kind(raw[:START_BYTES]):
        raise OtherFileError(f"not a record of this tool, but {kind.name}", hint=kind.hint)


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
        return record.from_bytes(_read(source, record.MAX_BYTES))


def read_group(source: Source) -> Group:
    """Return the group of either kind in a file; it is well-formed, but not verified.

    Raises:
        MissingError: there is no such file.
        MalformedError: not a group in its one encoding.
        MismatchError: another record.
        StorageError: the file cannot be read.
    """
    with _named(source):
        return group_from_bytes(_read(source, GROUP_LIMIT))


def read_round(
    source: Source,
    code: str | Callable[[], str] | None = None,
    *,
    expected: str | None = None,
) -> VerifiedRound:
    """Return the verified round in a file, or in an invitation to it.

    Args:
        source: the path of a file, or a binary stream; armored or not.
        code: the secret of an invitation, as the organizer's program printed it, or a
            function that asks for it. A round needs none.
        expected: the round's fingerprint, 60 digits or a scanned code, as another member
            has it; None to compare it later.

    Raises:
        UsageError: an invitation without its secret, a mistyped secret or fingerprint.
        MismatchError: another round than the expected one, the secret of another
            invitation, or parts that do not belong together.
        ThresholdError: too few registrars granted the slot to the round.
        VerificationError: the round is not signed by its organizer, or was changed.
        MalformedError: neither a round nor an invitation.
        MissingError: there is no such file.
        StorageError: the file cannot be read.
    """
    wanted = None if expected is None else read_fingerprint(expected, "round")
    if expected is not None and wanted is None:
        raise UsageError("a fingerprint has 60 digits", hint="copy all twelve groups")
    with _named(source):
        raw = _read(source, ROUND_LIMIT)
        if label_of(raw) == labels.INVITATION:
            round_ = _open_round(Invitation.from_bytes(raw), code)
        else:
            round_ = verify_round(Round.from_bytes(raw))
        if wanted not in {None, round_.fingerprint}:
            raise MismatchError(
                f"this is round {round_.fingerprint}, not the one you expected",
                hint="do not sign: you were given another letter, group or set of trustees",
            )
        return round_


def read_draft(source: Source) -> DraftRound:
    """Return the round in a file, with or without grants of its slot.

    This is for its organizer and for registrars, who grant the slot. :func:`read_round` is for
    everybody else.

    Args:
        source: the path of a file, or a binary stream; armored or not.

    Raises:
        MismatchError: a record of another type, or parts that do not belong together.
        VerificationError: the round is not signed by its organizer, or was changed.
        MalformedError, MissingError, StorageError: as :func:`read_record`.
    """
    with _named(source):
        return verify_draft(Round.from_bytes(_read(source, Round.MAX_BYTES)))


def _open_round(invitation: Invitation, code: str | Callable[[], str] | None) -> VerifiedRound:
    if code is None:
        raise UsageError("an invitation needs its secret", hint="ask the organizer for it")
    secret = decode_secret(code if isinstance(code, str) else code())
    return verify_round(open_invitation(invitation, secret))


def read_comparable(source: Source, code: str | Callable[[], str] | None = None) -> Comparable:
    """Return what two people compare about a file.

    Rounds, rosters and campaigns are verified; a round may still lack grants of its slot. Of a
    published letter only the round is looked at.

    Args:
        source: the path of a file, or a binary stream, with a round, an invitation, a
            published letter, a campaign or a group; armored or not.
        code: the secret of an invitation; as for :func:`read_round`.

    Raises:
        MismatchError: a record of another kind, or parts that do not belong together.
        VerificationError: the round or roster is not signed by its maker.
        UsageError, MalformedError, MissingError, StorageError: as :func:`read_round`.
    """
    with _named(source), _opened(source) as stream:
        raw = stream.read(_COMPARABLE_LIMIT)
        if raw.startswith(MAGIC):
            return _compared(verify_draft(PublishedReader(io.BytesIO(raw)).header.round))
        if raw.startswith(JOINT_MAGIC):
            raise MismatchError(
                "a joint letter has several rounds to compare",
                hint="take its letters out with cosign-letter joint split FILE -o FOLDER",
            )
        check_ours(raw)
        name = name_of(label_of(raw))
        if name not in _COMPARABLE:
            raise MismatchError(
                f"a file of type {name!r} has nothing to compare",
                hint="name a round, an invitation, a campaign, a published letter or a group",
            )
        record = _COMPARABLE[name].from_bytes(raw)
        if isinstance(record, Round):
            return _compared(verify_draft(record))
        if isinstance(record, Invitation):
            return _compared(_open_round(record, code))
        if isinstance(record, Campaign):
            return Comparable("campaign", record.verify().campaign_id)
        record.membership(())  # checks the signature of a roster
        return Comparable("group", record.group_id)


def _compared(round_: DraftRound) -> Comparable:
    return Comparable("round", round_.round_id)


@contextlib.contextmanager
def _opened(source: Source) -> Iterator[BinaryIO]:
    """Open a file as a stream of its binary form."""
    with contextlib.ExitStack() as stack:
        if isinstance(source, str | os.PathLike):
            source = stack.enter_context(open_file(Path(source)))
        yield open_published(source)[0]


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


_OWNERS_ONLY: Final = (
    Claim,
    EnrolmentRequest,
    Envelope,
    KeyDelivery,
    MailboxKey,
    NameAttestation,
    NameRequest,
)
"""Records whose file names their maker, or opens a mailbox, until they are delivered."""


def is_private(record: Record) -> bool:
    """Return whether the file of a record is for its owner only, on a shared machine too.

    An envelope's file shows the organizer whose cosignature it is, a claim, a request and
    a key that is handed in name their maker, a request for a name and what answers it name a
    membership key's owner, who need not sign openly then, and the key of a mailbox opens it.
    """
    return isinstance(record, _OWNERS_ONLY)


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
        secret: whether only the file's owner may read it, also where :func:`is_private` does
            not ask for that.
        force: replace an existing file.

    Raises:
        ExistsError: the file exists, and ``force`` is not set.
        StorageError: the file cannot be written.
    """
    raw = record.to_bytes()
    content = armor(name_of(record.LABEL), raw) if armored else raw
    mode = SECRET_MODE if secret or is_private(record) else PUBLIC_MODE
    write_file(Path(path), [content], mode=mode, force=force)


def _named(source: Source) -> contextlib.AbstractContextManager[None]:
    """Name a file in errors; the name of a stream is known to its owner."""
    if isinstance(source, str | os.PathLike):
        return naming(os.fspath(source))
    return contextlib.nullcontext()
