"""Files that a command reads; ``-`` is stdin, and armor is taken off."""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeVar

from cosign_cli.shared.console import STREAM
from cosign_cli.shared.errors import naming

if TYPE_CHECKING:
    from cosign.records.groups.group import Group
    from cosign.wire.record import Record

    R = TypeVar("R", bound=Record)


def read_bytes(path: str, limit: int) -> bytes:
    """Read a file or stdin, armored or not; at most ``limit`` bytes without the armor.

    Raises:
        MalformedError: larger than that, or damaged armor.
        MissingError: there is no such file.
    """
    from cosign.errors import MalformedError
    from cosign.stores.files import read_file
    from cosign.wire.armor import armored_bytes, dearmor

    longest = armored_bytes(limit)
    if path != STREAM:
        return dearmor(read_file(Path(path), longest))
    raw = sys.stdin.buffer.read(longest + 1)
    if len(raw) > longest:
        raise MalformedError(
            f"stdin: larger than {limit} bytes", hint="this is probably not the file you meant"
        )
    return dearmor(raw)


def read_record(path: str, record: "type[R]") -> "R":
    """Read a record of one type; errors name the file."""
    with naming(path):
        return record.from_bytes(read_bytes(path, record.MAX_BYTES))


def read_group(path: str) -> "Group":
    """Read a group of either kind; errors name the file."""
    from cosign.records.groups.group import GROUP_LIMIT, group_from_bytes

    with naming(path):
        return group_from_bytes(read_bytes(path, GROUP_LIMIT))


@contextlib.contextmanager
def open_input(path: str) -> Iterator[BinaryIO]:
    """Open a file or stdin as a stream of bytes, armored or not."""
    from cosign.errors import MissingError, StorageError
    from cosign.wire.armor import open_armor

    try:
        with contextlib.ExitStack() as stack:
            raw = sys.stdin.buffer if path == STREAM else stack.enter_context(Path(path).open("rb"))
            yield open_armor(raw)
    except FileNotFoundError as e:
        raise MissingError(f"{path}: there is no such file", hint="check the name") from e
    except OSError as e:
        raise StorageError(
            f"{path}: {(e.strerror or str(e)).lower()}", hint="check the file and its permissions"
        ) from e
