"""Files that a command reads; ``-`` is stdin, and armor is taken off."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeVar

from cosign_cli.shared.errors import naming
from cosign_cli.shared.streams import STREAM, stdin_bytes

if TYPE_CHECKING:
    import io

    from cosign.records.groups.group import Group
    from cosign.wire.record import Record

    R = TypeVar("R", bound=Record)


def source(path: str) -> str | BinaryIO:
    """Return what the library reads: a path, or stdin."""
    return stdin_bytes() if path == STREAM else path


def check_folder(folder: Path, hint: str = "create it first") -> None:
    """Check that a folder is there.

    Args:
        folder: that a command reads or writes.
        hint: what to do where nothing is.

    Raises:
        MissingError: nothing is there, or no folder.
    """
    from cosign.errors import MissingError

    if folder.is_dir():
        return
    if folder.exists():
        raise MissingError(f"{folder}: not a folder", hint="name a folder")
    raise MissingError(f"{folder}: there is no such folder", hint=hint)


def read_bytes(path: str, limit: int) -> bytes:
    """Read a file or stdin, armored or not; at most ``limit`` bytes without the armor.

    Raises:
        MalformedError: larger than that, or damaged armor.
        MissingError: there is no such file.
    """
    from cosign import record_files

    with naming(path):
        return record_files.read_bytes(source(path), limit)


def read_plain(path: str, limit: int, kind: str, shorter: str) -> bytes:
    """Read a file of plain text or stdin, as it is.

    Args:
        path: of the file, or ``-``.
        limit: most bytes.
        kind: what it should be, such as "letter".
        shorter: a hint for one that is longer.

    Raises:
        MalformedError: longer than that, or a file of a word processor, however long.
        MissingError: there is no such file.
    """
    from cosign.errors import MalformedError
    from cosign.stores.reading import open_file
    from cosign.text.files import check_format
    from cosign.words import a

    with naming(path):
        if path == STREAM:
            raw = stdin_bytes().read(limit + 1)
        else:
            with open_file(Path(path)) as stream:
                raw = stream.read(limit + 1)
        check_format(raw)
        if len(raw) > limit:
            raise MalformedError(f"longer than {a(kind)} can be: {limit} bytes", hint=shorter)
        return raw


def read_record(path: str, record: "type[R]") -> "R":
    """Read a record of one type; errors name the file."""
    from cosign import record_files

    with naming(path):
        return record_files.read_record(source(path), record)


def read_group(path: str) -> "Group":
    """Read a group of either kind; errors name the file."""
    from cosign import record_files

    with naming(path):
        return record_files.read_group(source(path))


@contextlib.contextmanager
def open_input(path: str) -> Iterator["io.BufferedReader"]:
    """Open a file or stdin as a stream of bytes, armored or not."""
    from cosign.letter_files import open_stream

    with open_stream(source(path)) as stream:
        yield stream
