"""``cosign-letter inspect``: show any record, but no secret."""

from dataclasses import fields
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.errors import naming
from cosign_cli.shared.files import open_input

if TYPE_CHECKING:
    from cosign.wire.record import Record

_HEX_BYTES: Final = 16
"""Longer byte strings are shortened in text, but not in JSON."""


@command()
def run(
    console: Console,
    path: Annotated[str, typer.Argument(metavar="FILE", help="Any file that this program wrote.")],
) -> None:
    """Show a record as text or JSON; nothing is verified and no secret is shown."""
    with naming(path):
        data = _read(path)
    console.result("\n".join(_lines(data, "")), data)


def _read(path: str) -> dict[str, Any]:
    from cosign import labels
    from cosign.errors import MalformedError, VersionError
    from cosign.records.public import PUBLIC_RECORDS
    from cosign.records.published import MAGIC, PublishedReader
    from cosign.wire.record import label_of, name_of

    with open_input(path) as stream:
        start = stream.peek(len(MAGIC))  # type: ignore[attr-defined]  # open_armor gives a BufferedReader
        if start.startswith(MAGIC):
            reader = PublishedReader(stream)
            return {
                **show_record(reader.header),
                "records": sum(1 for _ in reader.records()),
            }
        label = label_of(start)
        if label == labels.VAULT:
            return {"record": "vault", "content": "secret, not shown"}
        if label not in PUBLIC_RECORDS and name_of(label) in map(name_of, PUBLIC_RECORDS):
            raise VersionError(
                f"{label!r} is of another version, this program reads version {labels.VERSION}",
                hint="use the version of the program that wrote it",
            )
        if label not in PUBLIC_RECORDS:
            raise MalformedError(
                f"{label!r} is not a record that stands alone",
                hint="inspect shows files such as groups, rounds, envelopes and published letters",
            )
        record = PUBLIC_RECORDS[label]
        return show_record(record.from_bytes(stream.read(record.MAX_BYTES + 1)))


def show_record(record: "Record") -> dict[str, Any]:
    """Return a record's name, its fingerprint if it has one, and its fields."""
    from cosign.primitives.hashing import fingerprint
    from cosign.wire.record import name_of

    data: dict[str, Any] = {"record": name_of(record.LABEL)}
    for name in ("group_id", "round_id", "registrar_id", "request_id", "envelope_id"):
        value = getattr(record, name, None)
        if value is not None:
            data["fingerprint" if name in {"group_id", "round_id"} else name] = (
                fingerprint(value) if name in {"group_id", "round_id"} else value.hex()
            )
    return data | {f.name: _show(f.name, getattr(record, f.name)) for f in fields(record)}


def _show(name: str, value: Any) -> Any:
    from cosign.records.limits import show_minute
    from cosign.wire.record import Record

    if isinstance(value, Record):
        return show_record(value)
    if hasattr(value, "_asdict"):
        return {key: _show(key, v) for key, v in value._asdict().items()}
    if isinstance(value, tuple):
        return [_show(name, v) for v in value]
    if isinstance(value, bytes):
        return _show_bytes(name, value)
    if name in {"opens", "closes", "enrol_opens", "enrol_closes"}:
        return show_minute(value)
    return value


def _show_bytes(name: str, value: bytes) -> Any:
    from cosign.records.groups.group import group_from_bytes
    from cosign.records.letter import Letter

    if name == "letter":
        # The round is not verified, and its letter could hold escape sequences for the terminal.
        return Letter.from_bytes(value).text
    return show_record(group_from_bytes(value)) if name == "group" else value.hex()  # type: ignore[arg-type]  # every group is a record


def _lines(data: dict[str, Any], indent: str) -> list[str]:
    from cosign.primitives.hashing import fingerprint_beside

    lines = []
    for key, value in data.items():
        if isinstance(value, dict):
            lines += [f"{indent}{key}:", *_lines(value, indent + "  ")]
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for number, item in enumerate(value, 1):
                lines += [f"{indent}{key} {number}:", *_lines(item, indent + "  ")]
        elif key == "fingerprint":
            lines += fingerprint_beside(f"{indent}{key}: ", value).splitlines()
        else:
            lines.append(f"{indent}{key}: {_short(value)}")
    return lines


def _short(value: Any) -> str:
    text = ", ".join(map(_short, value)) if isinstance(value, list) else str(value)
    is_hex = len(text) > 2 * _HEX_BYTES and all(c in "0123456789abcdef" for c in text)
    return f"{text[: 2 * _HEX_BYTES]}... ({len(text) // 2} bytes)" if is_hex else text
