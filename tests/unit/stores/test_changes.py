"""What a command has read and changed."""

from pathlib import Path

from cosign.stores import changes
from cosign.stores.files import undo_file, write_file


def test_nothing_is_noted_outside_a_recording(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_file(path, [b"new"])
    changes.note_undone(path)
    undo_file(path)
    assert path.read_bytes() == b"new"
    assert not changes.was_made(path)


def test_only_what_is_new_is_undone(tmp_path: Path) -> None:
    """A file that was replaced stays as the command left it."""
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_bytes(b"before")
    with changes.recording() as found:
        for path in (old, new):
            write_file(path, [b"after"], force=True)
            undo_file(path)
        assert (changes.was_made(old), changes.was_made(new)) == (False, False)
        assert found.changed == {old: False}
    assert (old.read_bytes(), new.exists()) == (b"after", False)
