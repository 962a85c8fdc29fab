"""Listing a folder, and reading its files one after another (docs/spec.md, "Files").

Hidden files are left out, and so is what file managers leave there.
"""

import os
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from cosign.stores.reading import read_files
from cosign.stores.system_errors import reading_errors

FOLDER_FILE_LIMIT: Final = 2**20
"""Most bytes that are read of each file in a folder; an envelope has less than 2**16."""

_LITTER: Final = frozenset({
    ".directory", ".ds_store", ".fseventsd", ".localized", ".spotlight-v100", ".trashes",
    "__macosx", "$recycle.bin", "desktop.ini", "ehthumbs.db", "ehthumbs_vista.db", "icon\r",
    "system volume information", "thumbs.db",
})  # fmt: skip
"""Names of what file managers and systems leave in folders, in lower case."""


def is_litter(name: str) -> bool:
    """Return whether a file or folder of this name was left there by a file manager."""
    return name.lower() in _LITTER or name.startswith("._")


class Names:
    """Names of files, in one byte string: as objects, a million would take 60 MB.

    Args:
        names: in the order in which they are iterated.
    """

    __slots__ = ("_count", "_raw")

    def __init__(self, names: Collection[str]) -> None:
        self._count = len(names)
        self._raw = b"".join(os.fsencode(name) + b"\0" for name in names)

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[str]:
        start = 0
        while start < len(self._raw):
            end = self._raw.index(b"\0", start)
            yield os.fsdecode(self._raw[start:end])
            start = end + 1


class Listing(NamedTuple):
    """What is in a folder, by name, sorted; hidden files and folders are left out.

    Attributes:
        files: names of files.
        litter: names of what file managers leave, hidden or not.
        others: names of all else, such as folders.
    """

    files: Names
    litter: list[str]
    others: list[str]


def scan_folder(folder: Path) -> Listing:
    """Return the names in a folder, without opening anything in it.

    Raises:
        MissingError: there is no such folder.
        StorageError: the system cannot read it.
    """
    files: list[str] = []
    litter: list[str] = []
    others: list[str] = []
    with reading_errors(folder), os.scandir(folder) as entries:
        for entry in entries:
            if is_litter(entry.name):
                litter.append(entry.name)
            elif not entry.name.startswith("."):
                (files if entry.is_file() else others).append(entry.name)
    return Listing(Names(sorted(files)), sorted(litter), sorted(others))


def paths_in(folder: Path, names: Iterable[str]) -> Iterator[str]:
    """Yield the paths of files in a folder, written as ``Path`` does, in a tenth of its time."""
    start = str(folder / "_")[:-1]
    return (start + name for name in names)


def list_folder(folder: Path) -> list[Path]:
    """Return the files in a folder, by name.

    Folders inside are left out, and so are hidden files and what file managers leave.

    Raises:
        MissingError: there is no such folder.
        StorageError: the system cannot read it.
    """
    return [folder / name for name in scan_folder(folder).files]


def read_folder(folder: Path, limit: int = FOLDER_FILE_LIMIT) -> Iterator[tuple[str, bytes]]:
    """Read the files in a folder, in the order of their names, without hidden files.

    Folders inside it are left out too.

    Args:
        folder: with envelopes, for instance.
        limit: as in :func:`read_files`.

    Raises:
        MissingError: there is no such folder.
        StorageError: as in :func:`read_files`.
    """
    return read_files(paths_in(folder, scan_folder(folder).files), limit)
