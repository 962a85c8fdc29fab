"""Files that are no records are told by how they begin."""

import pytest

from cosign.wire.kinds import foreign_kind


@pytest.mark.parametrize(
    ("start", "name"),
    [
        (b"", "empty"),
        (b"<!doctype html>\n<html>", "page"),
        (b"version https://git-lfs.github.com/spec/v1\n", "pointer"),
        (b"PK\x03\x04", "ZIP"),
        (b"\x00\x01\x02\xff\xfe\x81", None),
    ],
)
def test_a_file_is_named(start: bytes, name: str | None) -> None:
    found = foreign_kind(start)
    assert found is None if name is None else found is not None and name in found.name
