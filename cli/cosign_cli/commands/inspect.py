"""``cosign-letter inspect``: show any record, but no secret."""

from dataclasses import fields
from typing import TYPE_CHECKING, Annotated, Any, Final, Self

import typer

from cosign.quoting import framed, quoted
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.errors import naming
from cosign_cli.shared.files import open_input
from cosign_cli.shared.options import InvitationSecret
from cosign_cli.shared.prompts import ask_secret, can_ask
from cosign_cli.shared.round_shown import show_compared

if TYPE_CHECKING:
    from typing import BinaryIO

    from cosign.records.round import VerifiedRound
    from cosign.wire.record import Record

_HEX_BYTES: Final = 16
"""Longer byte strings are shortened in text, but not in JSON."""

_COMPARED: Final = {
    "group_id": "group",
    "round_id": "round",
    "campaign_id": "campaign",
    "collection_id": "collection",
}
_FRAMED: Final = {"letter", "purpose"}
_NOTHING: Final = "(none)"
"""Stands for text and lists that are empty; in JSON they are as they are."""
_FROM_ZERO: Final = {"registrar"}
"""Fields that count from 0 in a record, and from 1 wherever people see them."""


_MINUTES: Final = {"opens", "closes", "enrol_opens", "enrol_closes"}
_DAYS: Final = {"first_day", "end_day", "lists_from"}
_OF_NO_REGISTRAR: Final = {"round", "collection"}
"""Kinds of mailboxes in which the number of a registrar says nothing."""


class Own(str):
    """Text that this program made; all other text in a record was written by a stranger."""

    __slots__ = ()


class Digits(Own):
    """A fingerprint.

    Attributes:
        kind: what it is the fingerprint of: ``round``, ``group`` or ``collection``.
    """

    __slots__ = ("kind",)

    kind: str

    def __new__(cls, identifier: bytes, kind: str) -> Self:
        """Make the fingerprint of an identifier, 32 bytes."""
        from cosign.primitives.hashing import fingerprint

        digits = super().__new__(cls, fingerprint(identifier))
        digits.kind = kind
        return digits


@command(anywhere=True)
def run(
    console: Console,
    path: Annotated[str, typer.Argument(metavar="FILE", help="Any file that this program wrote.")],
    secret: InvitationSecret = None,
) -> None:
    """Show a record as text or JSON, but no secret; the fingerprints come last.

    Nothing is verified, except the round in an invitation, which is shown to people who
    have the invitation's secret, also before it opens.
    """
    with naming(path):
        data, round_ = _read(path, secret)
    console.result("\n".join([*_lines(data, ""), *_fingerprints(data)]), data)
    if round_:
        show_compared(console, round_)


def _read(path: str, secret: str | None = None) -> "tuple[dict[str, Any], VerifiedRound | None]":
    """Return what is shown of a file, and the verified round of an invitation that was opened."""
    from cosign import labels
    from cosign.record_files import check_ours
    from cosign.records.published import MAGIC
    from cosign.wire.record import label_of, name_of

    with open_input(path) as stream:
        start = stream.peek(len(MAGIC))
        letters = _read_letters(stream, start)
        if letters is not None:
            return letters, None
        check_ours(start)
        label = label_of(start)
        if label in {labels.VAULT, labels.MAILBOX_KEY}:
            return {"record": Own(name_of(label)), "content": Own("secret, not shown")}, None
        kind = _public_kind(label)
        record = kind.from_bytes(stream.read(kind.MAX_BYTES + 1))
    data = show_record(record)
    if label != labels.INVITATION or not (secret or can_ask()):
        return data, None
    round_ = _open(record, secret)
    return {**data, "round": show_record(round_.round)}, round_


def _read_letters(stream: "BinaryIO", start: bytes) -> "dict[str, Any] | None":
    """Return what is shown of a published or joint letter; None for another file.

    Args:
        stream: of the file, at its first byte.
        start: its first bytes.
    """
    from cosign.records.joint import JointReader
    from cosign.records.published import JOINT_MAGIC, MAGIC, PublishedReader

    if start.startswith(MAGIC):
        reader = PublishedReader(stream)
        return {**show_record(reader.header), "records": sum(1 for _ in reader.records())}
    if start.startswith(JOINT_MAGIC):
        joint = JointReader(stream)
        return {**show_record(joint.header), "letters": sum(1 for _ in joint.parts())}
    return None


def _public_kind(label: str) -> "type[Record]":
    """Return the kind of record that is a file of its own and not secret.

    Raises:
        VersionError: this program reads another version of it.
        MalformedError: no such record has this label.
    """
    from cosign import labels
    from cosign.errors import MalformedError, VersionError
    from cosign.records.public import PUBLIC_RECORDS
    from cosign.wire.record import name_of

    if label in PUBLIC_RECORDS:
        return PUBLIC_RECORDS[label]
    if name_of(label) in map(name_of, PUBLIC_RECORDS):
        raise VersionError(
            f"{label!r} is of another version, this program reads version {labels.VERSION}",
            hint="use the version of the program that wrote it",
        )
    raise MalformedError(
        f"{label!r} is not a record that stands alone",
        hint="inspect shows files such as groups, rounds, envelopes and published letters",
    )


def _open(invitation: "Record", secret: str | None) -> "VerifiedRound":
    """Open an invitation with its secret, for which the person is asked if it is None."""
    import io

    from cosign import record_files

    stream = io.BytesIO(invitation.to_bytes())
    return record_files.read_round(stream, secret or ask_secret)


def show_record(record: "Record") -> dict[str, Any]:
    """Return a record's name, its fingerprint if it has one, and its fields."""
    from cosign.wire.record import name_of

    data: dict[str, Any] = {"record": Own(name_of(record.LABEL))}
    for name in (*_COMPARED, "registrar_id", "request_id", "envelope_id", "delivery_id"):
        value = getattr(record, name, None)
        if value is not None and name in _COMPARED:
            data["fingerprint"] = Digits(value, _COMPARED[name])
        elif value is not None:
            data[name] = Own(value.hex())
    shown = {f.name: _show(f.name, getattr(record, f.name)) for f in fields(record)}
    if shown.get("kind") in _OF_NO_REGISTRAR:
        del shown["registrar"]
    return data | shown


def _show(name: str, value: Any) -> Any:
    from cosign.records.limits import show_day, show_minute
    from cosign.wire.record import Record

    if isinstance(value, Record):
        return show_record(value)
    if hasattr(value, "_asdict"):
        return {key: _show(key, v) for key, v in value._asdict().items()}
    if isinstance(value, tuple):
        return [_show(name, v) for v in value]
    if isinstance(value, bytes):
        return _show_bytes(name, value)
    if name in _MINUTES | _DAYS:
        return Own(show_day(value) if name in _DAYS else show_minute(value))
    return value + 1 if name in _FROM_ZERO else value


def _show_bytes(name: str, value: bytes) -> Any:
    from cosign.records.groups.group import group_from_bytes
    from cosign.records.letter import Letter

    if name == "letter":
        # The round is not verified, and its letter could hold escape sequences for the terminal.
        return Letter.from_bytes(value).text
    return show_record(group_from_bytes(value)) if name == "group" else Own(value.hex())  # type: ignore[arg-type]  # every group is a record


def _lines(data: dict[str, Any], indent: str) -> list[str]:
    """Return the fields of a record but for fingerprints; strangers' words quoted or framed."""
    lines = []
    for key, value in data.items():
        if isinstance(value, Digits):
            continue
        if isinstance(value, dict):
            lines += [f"{indent}{key}:", *_lines(value, indent + "  ")]
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for number, item in enumerate(value, 1):
                lines += [f"{indent}{key} {number}:", *_lines(item, indent + "  ")]
        elif value in ("", []):
            lines.append(f"{indent}{key}: {_NOTHING}")
        elif key in _FRAMED:
            frame = framed(value.rstrip("\n"), None)
            lines += [f"{indent}{key}:", *(f"{indent}  {row}" for row in frame)]
        else:
            lines.append(f"{indent}{key}: {_short(value)}")
    return lines


def _fingerprints(data: dict[str, Any]) -> list[str]:
    """Return the fingerprints of a record and of what it contains, its own last."""
    from cosign.primitives.hashing import fingerprint_beside

    lines: list[str] = []
    for value in data.values():
        if isinstance(value, dict):
            lines = [*_fingerprints(value), *lines]
        elif isinstance(value, Digits):
            lines += fingerprint_beside(f"{value.kind}  ", value).splitlines()
    return lines


def _short(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_short, value))
    if not isinstance(value, Own):
        return quoted(value) if isinstance(value, str) else str(value)
    is_hex = len(value) > 2 * _HEX_BYTES and all(c in "0123456789abcdef" for c in value)
    return f"{value[: 2 * _HEX_BYTES]}... ({len(value) // 2} bytes)" if is_hex else value
