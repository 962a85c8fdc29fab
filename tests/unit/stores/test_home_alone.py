"""Homes forget what they lose, and refuse what somebody else can have put there."""

import os
import stat
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from cosign.errors import StorageError
from cosign.proofs.certificate import Endorsement
from cosign.records.member_key import MemberKeySecrets
from cosign.records.secrets import MemberState, OrganizerSecrets, Use
from cosign.roles.member.forgetting import forget_keys, forget_slot
from cosign.roles.organizer.rounds import make_organizer
from cosign.secret import Secret
from cosign.stores import home as home_store
from cosign.stores.home import Home
from tests.support.world import committee
from tests.unit.stores.test_home import SECRETS, opened, texts

VAULT: Final = "organizer.vault"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with one bare secret."""
    home = opened(tmp_path / "home")
    home.write("organizer", SECRETS)
    return home


# Erasing.


def test_what_a_killed_process_left_is_erased(home: Home) -> None:
    """An unfinished file may hold a secret that was forgotten: the next command erases it."""
    litter = home.folder / ".cosign-unfinished"
    litter.write_bytes(SECRETS.to_bytes())
    with litter.open("rb") as held, home.lock():
        assert not litter.exists()
        assert set(held.read()) == {0}
    assert home.read("organizer", OrganizerSecrets) == SECRETS


def test_writing_erases_what_was_there(home: Home) -> None:
    """The old file holds zeros; the new one is whole, and there is nothing else."""
    other = make_organizer()
    with (home.folder / VAULT).open("rb") as held:
        home.write("organizer", other)
        assert set(held.read()) == {0}
    assert home.read("organizer", OrganizerSecrets) == other
    assert os.listdir(home.folder) == [VAULT]  # noqa: PTH208  # hidden ones, too


def test_an_interruption_before_erasing_leaves_nothing(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever ends the writing after the new file is there, the old one is erased."""

    def interrupted(_stream: object) -> None:
        monkeypatch.undo()
        raise KeyboardInterrupt

    with (home.folder / VAULT).open("rb") as held:
        monkeypatch.setattr(home_store, "overwrite", interrupted)
        with pytest.raises(KeyboardInterrupt):
            home.write("organizer", make_organizer())
        assert set(held.read()) == {0}
    assert os.listdir(home.folder) == [VAULT]  # noqa: PTH208  # hidden ones, too


def test_a_kill_before_erasing_leaves_what_the_next_command_finds(home: Home) -> None:
    """The old file has a second name until it holds zeros."""
    (home.folder / f".cosign-{VAULT}").hardlink_to(home.folder / VAULT)
    with (home.folder / VAULT).open("rb") as held:
        (home.folder / VAULT).unlink()
        with home.lock():
            assert set(held.read()) == {0}


def test_a_kill_before_replacing_loses_nothing(home: Home) -> None:
    """The second name goes, and what has another name is not erased."""
    (home.folder / f".cosign-{VAULT}").hardlink_to(home.folder / VAULT)
    with home.lock():
        assert not (home.folder / f".cosign-{VAULT}").exists()
        assert home.read("organizer", OrganizerSecrets) == SECRETS


def _no_links(_path: Path, _target: Path) -> None:
    raise PermissionError


def _full(*_given: object, **_options: object) -> None:
    raise StorageError("the disk is full", hint="free some space")


def _uncounted(number: int) -> os.stat_result:
    found = list(os.stat(number))  # a descriptor, not a path
    found[stat.ST_NLINK] = 1
    return os.stat_result(found)


@pytest.mark.parametrize("lack", ["links", "a count of them"])
def test_disks_with_fewer_gifts_lose_nothing(
    home: Home, monkeypatch: pytest.MonkeyPatch, lack: str
) -> None:
    """Where a second name cannot be had, or is not counted, a failure spares the old vault."""
    if lack == "links":
        monkeypatch.setattr(Path, "hardlink_to", _no_links)
    else:
        monkeypatch.setattr(os, "fstat", _uncounted)
    other = make_organizer()
    with monkeypatch.context() as full:
        full.setattr(home_store, "write_file", _full)
        with pytest.raises(StorageError, match="full"):
            home.write("organizer", other)
    assert home.read("organizer", OrganizerSecrets) == SECRETS
    home.write("organizer", other)
    assert home.read("organizer", OrganizerSecrets) == other
    assert os.listdir(home.folder) == [VAULT]  # noqa: PTH208  # hidden ones, too


def test_somebody_s_copy_by_another_name_is_spared(home: Home, tmp_path: Path) -> None:
    """A backup of hard links keeps its content, as every backup does."""
    copy = tmp_path / "backup"
    copy.hardlink_to(home.folder / VAULT)
    content = copy.read_bytes()
    home.write("organizer", make_organizer())
    assert copy.read_bytes() == content


def test_a_planted_link_erases_nothing_else(home: Home, tmp_path: Path) -> None:
    """An attacker who can write into a home cannot make it overwrite files outside."""
    outside = tmp_path / "outside"
    outside.write_bytes(b"dear")
    for name in (".cosign-link", ".cosign-hard", ".cosign-pipe", ".cosign-folder"):
        place = home.folder / name
        if "link" in name:
            place.symlink_to(outside)
        elif "hard" in name:
            place.hardlink_to(outside)
        elif "pipe" in name:
            os.mkfifo(place)
        else:
            place.mkdir()
    with home.lock():
        assert [p.name for p in home.folder.glob(".cosign-*")] == [".cosign-folder"]
    assert outside.read_bytes() == b"dear"


def test_a_large_file_is_erased_in_pieces(home: Home) -> None:
    """It takes no memory."""
    litter = home.folder / ".cosign-large"
    litter.write_bytes(b"x" * (2**20 + 5))
    with litter.open("rb") as held, home.lock():
        assert held.read() == bytes(2**20 + 5)


STATE: Final = MemberState(
    committee().group,
    (Secret(b"s" * 32),) * 2,
    (),
    ((Endorsement(0, b"p" * 32, b"e" * 384), Endorsement(2, b"q" * 32, b"f" * 512)),) * 2,
    (),
)
KEY: Final = MemberKeySecrets(bytes(32), Secret(b"s" * 64), ())
USE: Final = Use(1, bytes(32), bytes(32), "cosign", "")


@pytest.mark.parametrize("length", range(0, 4096, 31))
def test_forgetting_shortens_no_file(tmp_path: Path, length: int) -> None:
    """Who never signed and who forgot have files of one length."""
    home, silent = opened(tmp_path), replace(STATE, group=replace(STATE.group, **texts(length)))
    spoken = replace(silent, uses=(USE,))
    states = {
        "silent": silent,
        "round": forget_slot(spoken, USE.slot),
        "kept": forget_slot(spoken, USE.slot, keep_receipts=True),
        "never signed": forget_slot(silent, USE.slot),
        "keys": forget_keys(spoken),
        "nothing": forget_keys(silent),
    }
    for name, state in states.items():
        home.write(name, state)
    assert len({path.stat().st_size for path in tmp_path.iterdir()}) == 1
    assert home.read("keys", MemberState) == states["keys"]


def test_forgetting_a_key_shortens_no_file(tmp_path: Path) -> None:
    home = opened(tmp_path)
    home.write("key", KEY)
    home.write("forgotten", replace(KEY, secret=None))
    assert len({path.stat().st_size for path in tmp_path.iterdir()}) == 1


# Others.


def hold(home: Home) -> None:
    """Lock and unlock."""
    with home.lock():
        pass


@pytest.mark.parametrize("mode", [0o720, 0o702, 0o777], ids=oct)
def test_a_home_that_others_write_to(home: Home, mode: int) -> None:
    """Where others can exchange files nothing is read, written, locked or named."""
    home.folder.chmod(mode)
    for touch in (
        lambda: home.read("organizer", OrganizerSecrets),
        lambda: home.write("organizer", SECRETS),
        lambda: home.forget("organizer"),
        lambda: home.path("registrar-0", ".sqlite"),
        lambda: hold(home),
    ):
        with pytest.raises(StorageError, match="others can write to this home"):
            touch()
    home.folder.chmod(0o755)
    assert home.read("organizer", OrganizerSecrets) == SECRETS


def _other(found: os.stat_result, *, user: int | None = None) -> os.stat_result:
    changed = list(found)
    changed[stat.ST_UID] = found.st_uid if user is None else user
    return os.stat_result(changed)


@pytest.mark.parametrize(
    ("mode", "private", "refused"),
    [
        (0o755, False, False),
        (0o777, False, True),
        (0o757, False, True),
        (0o775, False, True),
        (0o775, True, False),
        (0o777, True, True),
        (0o1777, False, False),
        (0o1775, False, False),
    ],
)
def test_a_folder_above_that_others_write_to(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    mode: int,
    private: bool,  # noqa: FBT001  # pytest names it
    refused: bool,  # noqa: FBT001  # pytest names it
) -> None:
    """They could exchange the whole home; where names are protected (/tmp) they cannot."""
    monkeypatch.setattr("cosign.stores.permissions.is_private_group", lambda _group: private)
    home = opened(tmp_path / "shared" / "home")
    home.write("organizer", SECRETS)
    home.folder.parent.chmod(mode)
    for touch in (
        lambda: home.read("organizer", OrganizerSecrets),
        lambda: opened(tmp_path / "shared" / "other").write("organizer", SECRETS),
    ):
        if refused:
            with pytest.raises(StorageError, match=f"shared has mode {mode:o}") as caught:
                touch()
            assert f"chmod go-w {home.folder.parent}" in caught.value.hint
            assert "umask=077" in caught.value.hint
        else:
            touch()


@pytest.mark.parametrize("name", ["home", "shared"])
@pytest.mark.parametrize("user", [0, 12345])
def test_a_folder_of_somebody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, user: int
) -> None:
    """The owner of a folder can exchange what is in it; only the administrator may, above."""
    home = opened(tmp_path / "shared" / "home")
    home.write("organizer", SECRETS)
    real, me = Path.stat, 1000

    def owned(path: Path, **options: bool) -> os.stat_result:
        return _other(real(path, **options), user=user if path.name == name else me)

    monkeypatch.setattr(Path, "stat", owned)
    monkeypatch.setattr(Path, "lstat", lambda path: owned(path, follow_symlinks=False))
    monkeypatch.setattr(os, "geteuid", lambda: me)
    if (name, user) == ("shared", 0):
        assert home.read("organizer", OrganizerSecrets) == SECRETS
    else:
        with pytest.raises(StorageError, match=f"{name} belongs to another user"):
            home.read("organizer", OrganizerSecrets)


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666], ids=oct)
def test_a_file_that_others_write_to(home: Home, mode: int) -> None:
    """A secret file, or a ledger, that others can change is not used."""
    (home.folder / VAULT).chmod(mode)
    with pytest.raises(StorageError, match=r"organizer\.vault: not a regular file that only"):
        home.read("organizer", OrganizerSecrets)
    with pytest.raises(StorageError, match=r"organizer\.vault: not a regular file that only"):
        home.path("organizer")


def test_links_and_pipes_are_no_secret_files(home: Home, tmp_path: Path) -> None:
    """What a link leads to is neither read nor overwritten; nobody waits at a pipe."""
    outside, path = tmp_path / "outside", home.folder / VAULT
    path.rename(outside)
    content = outside.read_bytes()
    for put in (partial(path.symlink_to, outside), partial(os.mkfifo, path), path.mkdir):
        put()
        for touch in (
            lambda: home.read("organizer", OrganizerSecrets),
            lambda: home.write("organizer", SECRETS),
        ):
            with pytest.raises(StorageError, match="not a regular file that only you can"):
                touch()
        path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
    assert outside.read_bytes() == content


def test_a_planted_lock_touches_nothing_else(home: Home, tmp_path: Path) -> None:
    """The lock, too, is the home's own file."""
    (home.folder / ".lock").symlink_to(tmp_path / "outside")
    with pytest.raises(StorageError, match="not a regular file"), home.lock():
        pytest.fail("a link was locked")
    assert not (tmp_path / "outside").exists()
