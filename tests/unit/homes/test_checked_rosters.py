"""A note in the home of an organizer spares checking a roster again; nothing else hangs on it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from unittest import mock

import pytest

from cosign.errors import MalformedError, StorageError
from cosign.homes import organizer
from cosign.homes.organizer import check_roster, open_organizer
from cosign.primitives.curve import choice, core
from cosign.records.groups import roster as roster_module
from cosign.records.groups.roster import Roster
from cosign.stores import home as home_store
from cosign.stores.checked import is_checked, note_checked
from cosign.stores.home import Home
from tests.support import rosters
from tests.support.world import World

ROSTER = rosters.roster_of([rosters.credential(number).key for number in range(3)])


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Give the home of an organizer, without a passphrase."""
    found = Home(tmp_path / "home", lambda _what, _new: None)
    with open_organizer(found):
        pass
    return found


@pytest.fixture(autouse=True)
def _every_roster_is_large(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(organizer, "_NOTED", 2)
    roster_module._rings.clear()
    yield
    roster_module._rings.clear()


def checks(home: Home, roster: Roster = ROSTER) -> int:
    """Return how many keys a command with this home checks the order of."""
    roster_module._rings.clear()
    with mock.patch.object(core, "decode_keys", wraps=core.decode_keys) as counted:
        check_roster(home, roster)
    return sum(len(call.args[0]) for call in counted.call_args_list)


def note_of(home: Home) -> Path:
    """Return the one note in a home."""
    (note,) = home.folder.glob("*.checked")
    return note


def test_a_roster_is_checked_once(home: Home) -> None:
    """The next command of the same home reads the note; another home checks by itself."""
    assert (checks(home), checks(home), checks(home)) == (3, 0, 0)
    assert is_checked(home, ROSTER.group_id)
    other = rosters.roster_of([rosters.credential(number).key for number in range(2)])
    assert not is_checked(home, other.group_id)
    assert (checks(home, other), checks(home, other)) == (2, 0)


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", bytes(10_000), b"cosign-letter 0.0.1: all is well\n"]
)
def test_a_damaged_note_is_ignored(home: Home, content: bytes) -> None:
    """And replaced by the next check."""
    checks(home)
    good = note_of(home).read_bytes()
    note_of(home).write_bytes(content)
    assert (checks(home), checks(home)) == (3, 0)
    assert note_of(home).read_bytes() == good


@pytest.mark.parametrize("name", ["version", "core"])
def test_a_note_is_of_one_version(home: Home, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another version of the program, or of the compiled core, may check more."""
    checks(home)
    if name == "core":
        monkeypatch.setattr(choice, "NAME", "native core 99")
    else:
        monkeypatch.setattr("cosign.stores.checked.__version__", "99")
    assert (checks(home), checks(home)) == (3, 0)


def test_a_note_for_another_roster_says_nothing(home: Home) -> None:
    """It names the roster inside, too, so a renamed file does not help."""
    checks(home)
    other = rosters.roster_of([rosters.credential(number).key for number in range(2)])
    note_of(home).rename(home.path(f"roster-{other.group_id.hex()}", ".checked"))
    assert checks(home, other) == 2


def test_a_crooked_roster_is_not_noted(home: Home) -> None:
    keys = sorted([rosters.credential(0).key, bytes([1]) + bytes(31)])
    crooked = rosters.signed(replace(ROSTER.terms, fresh=bytes(1), keys=b"".join(keys)))
    for _ in range(2):
        with pytest.raises(MalformedError, match="roster key 1"):
            checks(home, crooked)
    assert not list(home.folder.glob("*.checked"))


def test_a_home_that_is_in_use_is_only_read(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Publishing needs no note, so it does not fail for one that cannot be made now."""
    monkeypatch.setattr(home_store, "_LOCK_SECONDS", 0.05)
    with Home(home.folder, lambda _what, _new: None).lock():
        assert checks(home) == 3
    assert not list(home.folder.glob("*.checked"))
    assert (checks(home), checks(home)) == (3, 0)


def test_a_home_that_cannot_be_written_is_only_read(home: Home) -> None:
    """As on a disk that is mounted for reading only: no lock can be taken there."""
    (home.folder / ".lock").unlink()
    (home.folder / ".lock").mkdir()
    assert (checks(home), checks(home)) == (3, 3)


def test_a_home_that_others_can_write_to_is_refused(home: Home) -> None:
    home.folder.chmod(0o777)
    for step in (is_checked, note_checked):
        with pytest.raises(StorageError):
            step(home, ROSTER.group_id)


def test_small_rosters_and_registered_groups_need_no_note(
    home: Home, committee: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are checked faster than a note is read, or list no keys."""
    monkeypatch.setattr(organizer, "_NOTED", 4)
    assert (checks(home), checks(home)) == (3, 3)
    check_roster(home, committee.round.group)
    assert not list(home.folder.glob("*.checked"))
