"""What is erased was overwritten, to its last byte, and nothing else was."""

from pathlib import Path

import pytest

from cosign.errors import StorageError
from cosign.stores.files import erase_file

MEBIBYTE = 2**20


@pytest.mark.parametrize("size", [0, 1, MEBIBYTE, MEBIBYTE + 1])
def test_every_byte_is_overwritten_before_the_name_goes(tmp_path: Path, size: int) -> None:
    """Also where the file is longer by one byte than what is written at once."""
    path = tmp_path / "secret"
    path.write_bytes(b"x" * size)
    with path.open("rb") as held:
        erase_file(path)
        assert held.read() == bytes(size)
    assert not path.exists()


def test_what_another_name_holds_stays(tmp_path: Path) -> None:
    """A second hard link, or the file behind a symbolic one, may be needed by its owner."""
    path, other, link = (tmp_path / name for name in ("secret", "other", "link"))
    path.write_bytes(b"kept")
    other.hardlink_to(path)
    link.symlink_to(other)
    erase_file(path)
    erase_file(link)
    assert [p.name for p in tmp_path.iterdir()] == ["other"]
    assert other.read_bytes() == b"kept"


def test_what_is_missing_may_be_missing(tmp_path: Path) -> None:
    erase_file(tmp_path / "none", missing_ok=True)
    with pytest.raises(StorageError):
        erase_file(tmp_path / "none")
