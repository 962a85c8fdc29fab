"""Homes keep secrets under a passphrase, whole, and for one process at a time."""

import contextlib
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from cosign import labels
from cosign.errors import (
    BusyError,
    CosignError,
    MalformedError,
    MismatchError,
    MissingError,
    PassphraseError,
    StorageError,
)
from cosign.primitives import vault
from cosign.records.limits import PURPOSE_LIMIT
from cosign.records.open_cosignature import NAME_LIMIT
from cosign.records.secrets import MemberState, OrganizerSecrets, TrusteeSecrets, Use
from cosign.roles.organizer.rounds import make_organizer
from cosign.roles.trustee import make_trustee
from cosign.secret import Secret
from cosign.stores import home as home_store
from cosign.stores.home import Home, PassphraseSource
from cosign.stores.vault_file import VaultFile
from cosign.wire.padding import BLOCK_BYTES
from tests.support.world import Seeded, World, village

CHEAP: Final = vault.Parameters(1, 8192)
SECRETS: Final = make_organizer(Seeded("organizer"))
TRUSTEE: Final = make_trustee("T", Seeded("trustee"))
RIGHT: Final = Secret(b"correct horse")


class Person:
    """Somebody who is asked for passphrases, and how often."""

    def __init__(self, *answers: Secret | None) -> None:
        self._answers = list(answers)
        self.asked: list[tuple[str, bool]] = []

    def __call__(self, name: str, new: bool) -> Secret | None:  # noqa: FBT001  # as Home calls it
        self.asked.append((name, new))
        return self._answers.pop(0)


def nobody(_name: str, _new: bool) -> Secret | None:  # noqa: FBT001  # as Home calls it
    """Want no passphrase."""
    return None


def opened(folder: Path, passphrase: PassphraseSource = nobody) -> Home:
    """Open a home whose passphrases are cheap to guess."""
    return Home(folder, passphrase, CHEAP, Seeded("home"))


@pytest.mark.parametrize("given", [RIGHT, None], ids=["passphrase", "bare"])
def test_what_is_written_is_read(tmp_path: Path, given: Secret | None) -> None:
    """A secret comes back from another process's home, for its owner only."""
    folder = tmp_path / "person" / "home"
    opened(folder, Person(given)).write("organizer", SECRETS)
    assert opened(folder, Person(given)).read("organizer", OrganizerSecrets) == SECRETS
    path = folder / "organizer.vault"
    assert path.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    file = VaultFile.from_bytes(path.read_bytes())
    assert file.kind == ("argon2id" if given else "none")
    assert (SECRETS.identity_seed.reveal() in path.read_bytes()) == (given is None)


def test_the_passphrase_is_asked_once(tmp_path: Path) -> None:
    """A new file asks for a new passphrase; one that was opened is closed with the same."""
    writer = Person(RIGHT)
    opened(tmp_path, writer).write("organizer", SECRETS)
    assert writer.asked == [("the organizer's keys", True)]
    reader = Person(RIGHT)
    home = opened(tmp_path, reader)
    for _ in range(2):
        home.read("organizer", OrganizerSecrets)
        home.write("organizer", SECRETS)
    assert reader.asked == [("the organizer's keys", False)]
    assert opened(tmp_path, Person(RIGHT)).read("organizer", OrganizerSecrets) == SECRETS


def test_a_bare_file_is_for_who_wants_no_passphrase(tmp_path: Path) -> None:
    """An attacker who can write into a home cannot plant a key in it."""
    opened(tmp_path).write("organizer", SECRETS)
    person = Person(RIGHT)
    with pytest.raises(PassphraseError, match=r"organizer\.vault: the file is under no passphrase"):
        opened(tmp_path, person).read("organizer", OrganizerSecrets)
    assert person.asked == [("the organizer's keys", False)]
    assert opened(tmp_path).read("organizer", OrganizerSecrets) == SECRETS


def test_a_locked_file_is_for_who_has_a_passphrase(tmp_path: Path) -> None:
    """Who wants no passphrase opens nothing that has one; writing a bare file again locks it."""
    opened(tmp_path).write("organizer", SECRETS)
    opened(tmp_path, Person(RIGHT)).write("organizer", SECRETS)
    with pytest.raises(PassphraseError, match="the file is under a passphrase"):
        opened(tmp_path).read("organizer", OrganizerSecrets)


def test_a_renamed_file_does_not_open(tmp_path: Path) -> None:
    """Two locked files of one kind and passphrase cannot be exchanged."""
    home = opened(tmp_path, lambda _name, _new: RIGHT)
    for name in ("trustee-1", "trustee-2"):
        home.write(name, make_trustee(name, Seeded(name)))
    (tmp_path / "trustee-1.vault").replace(tmp_path / "trustee-2.vault")
    with pytest.raises(PassphraseError, match=r"trustee-2\.vault: .* does not open"):
        home.read("trustee-2", TrusteeSecrets)


def test_a_wrong_passphrase(tmp_path: Path) -> None:
    """A wrong passphrase opens nothing and is not remembered."""
    opened(tmp_path, Person(RIGHT)).write("organizer", SECRETS)
    person = Person(Secret(b"wrong"), RIGHT)
    home = opened(tmp_path, person)
    with pytest.raises(PassphraseError, match=r"organizer\.vault: the passphrase does not open"):
        home.read("organizer", OrganizerSecrets)
    assert home.read("organizer", OrganizerSecrets) == SECRETS


def test_nothing_is_there(tmp_path: Path) -> None:
    """A home that was never written to holds nothing, and is not made by looking."""
    home = opened(tmp_path / "home")
    assert home.names("") == []
    with pytest.raises(MissingError, match="no such file in this home"):
        home.read("organizer", OrganizerSecrets)
    with pytest.raises(MissingError, match="serves no such group"):
        home.group(bytes(32))
    with pytest.raises(StorageError):
        home.forget("organizer")
    assert not home.folder.exists()


@pytest.mark.parametrize("given", [RIGHT, None], ids=["passphrase", "bare"])
def test_damaged_files_are_refused(tmp_path: Path, given: Secret | None) -> None:
    """Cut, extended or with a bit flipped, a file is refused, by its name."""
    opened(tmp_path, Person(given)).write("trustee", TRUSTEE)
    path = tmp_path / "trustee.vault"
    whole = path.read_bytes()
    # A bare file has nothing by which to tell another key from its own.
    places = [*range(100), *(range(100, len(whole), 11) if given else ())]
    flipped = [whole[:i] + bytes([whole[i] ^ 1]) + whole[i + 1 :] for i in places]
    for damaged in (b"", whole[:-1], whole + b"\0", whole[:40], *flipped):
        path.write_bytes(damaged)
        with pytest.raises(CosignError, match=r"trustee\.vault: ") as caught:
            opened(tmp_path, Person(given)).read("trustee", TrusteeSecrets)
        assert isinstance(caught.value, MalformedError | MismatchError | PassphraseError)


def test_one_kind_of_secret_is_not_another(tmp_path: Path) -> None:
    """A file under another name is not taken for what the name says."""
    opened(tmp_path, Person(RIGHT)).write("organizer", SECRETS)
    with pytest.raises(PassphraseError):
        opened(tmp_path, Person(RIGHT)).read("organizer", TrusteeSecrets)
    opened(tmp_path).write("bare", SECRETS)
    with pytest.raises(MismatchError, match="not a trustee secrets"):
        opened(tmp_path).read("bare", TrusteeSecrets)


def test_costs_of_a_hostile_file(tmp_path: Path) -> None:
    """A file that asks for all memory of the machine is refused before it gets any."""
    file = VaultFile("argon2id", 1, 2**40, bytes(16), bytes(24), Secret(bytes(40)))
    (tmp_path / "organizer.vault").write_bytes(file.to_bytes())
    with pytest.raises(MalformedError, match="more work or memory than is allowed"):
        opened(tmp_path, Person(RIGHT)).read("organizer", OrganizerSecrets)


def texts(length: int) -> dict[str, Any]:
    """Return the texts of a group, which take one byte more than ``length``, at most 4096."""
    purpose = "p" * min(length, PURPOSE_LIMIT)
    return {"name": "n" * (1 + length - len(purpose)), "purpose": purpose}


def state_in_group(length: int) -> MemberState:
    """Return the state of a member whose group's texts have this length."""
    state = village().members[0]
    return replace(state, group=replace(state.group, **texts(length)))


@pytest.mark.parametrize("length", range(0, 4096, 60))
def test_lengths_tell_nothing(tmp_path: Path, length: int) -> None:
    """Whether somebody signed, perhaps by name, is not told by the length of the file.

    However long the group is, and with seven of the longest uses.
    """
    home, said = opened(tmp_path), ("x" * 280, "n" * NAME_LIMIT, "r" * NAME_LIMIT)
    uses = (Use(64, bytes(32), bytes(32), "cosign", *said),) * 7
    state = state_in_group(length)
    home.write("before", state)
    home.write("after", replace(state, uses=uses))
    sizes = {path.stat().st_size for path in tmp_path.iterdir()}
    assert len(sizes) == 1
    assert home.read("after", MemberState).uses == uses


def test_uses_have_their_own_blocks(tmp_path: Path) -> None:
    """A block more or less than the uses need is another form of the record, and refused."""
    home = opened(tmp_path)
    home.write("member", state_in_group(0))
    path = tmp_path / "member.vault"
    file = VaultFile.from_bytes(path.read_bytes())
    whole = file.content.reveal()
    assert len(whole) % BLOCK_BYTES == 0
    for content in (whole[:-BLOCK_BYTES], whole + bytes(BLOCK_BYTES)):
        path.write_bytes(replace(file, content=Secret(content)).to_bytes())
        with pytest.raises(MalformedError, match="the padding is damaged"):
            home.read("member", MemberState)


PLAIN: Final = SECRETS.to_bytes()
FRAMED: Final = len(PLAIN).to_bytes(4, "big") + PLAIN
PADDINGS: Final = {
    "none": FRAMED,
    "a byte short": FRAMED.ljust(BLOCK_BYTES - 1, b"\0"),
    "a byte more": FRAMED.ljust(BLOCK_BYTES + 1, b"\0"),
    "a block more": FRAMED.ljust(2 * BLOCK_BYTES, b"\0"),
    "not zero": FRAMED.ljust(BLOCK_BYTES - 1, b"\0") + b"\1",
    "a length beyond the end": b"\xff" * 4 + FRAMED[4:].ljust(BLOCK_BYTES - 4, b"\0"),
    "no length": PLAIN.ljust(BLOCK_BYTES, b"\0"),
}


@pytest.mark.parametrize("content", PADDINGS.values(), ids=PADDINGS)
def test_padding_has_one_form(tmp_path: Path, content: bytes) -> None:
    """Zeros up to the next whole block, and nothing else."""
    whole = FRAMED.ljust(BLOCK_BYTES, b"\0")
    home = opened(tmp_path)
    home.write("organizer", SECRETS)
    path = tmp_path / "organizer.vault"
    file = VaultFile.from_bytes(path.read_bytes())
    assert file.content.reveal() == whole
    path.write_bytes(replace(file, content=Secret(content)).to_bytes())
    with pytest.raises(MalformedError, match=r"organizer\.vault: the padding is damaged"):
        home.read("organizer", OrganizerSecrets)


def test_the_label_of_vaults() -> None:
    """A vault file says what it is."""
    assert VaultFile.LABEL == labels.VAULT


def test_a_failed_write_keeps_the_old_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a full disk the older file stays as it was."""
    home = opened(tmp_path)
    home.write("organizer", SECRETS)

    def refuse(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", refuse)
    with pytest.raises(StorageError, match="no space left"):
        home.write("organizer", make_organizer())
    assert home.read("organizer", OrganizerSecrets) == SECRETS
    assert [p.name for p in tmp_path.iterdir()] == ["organizer.vault"]


def test_names_by_prefix(tmp_path: Path) -> None:
    """Files are listed by prefix, sorted, without suffix; other files are not."""
    home, names = opened(tmp_path), [f"trustee-{n:016x}" for n in (1, 2)]
    for name in (*names[::-1], "organizer"):
        home.write(name, SECRETS)
    others = (
        *("trustee-0000000000000003.txt", "trustee-4.vault", "trustee-.vault"),
        *(f"{names[0]} (1).vault", "organizer-2.vault"),  # copies that a person made
    )
    for other in others:
        (tmp_path / other).touch()
    assert home.names("trustee-") == names
    assert home.names("") == ["organizer", *names]


def test_forgetting(tmp_path: Path) -> None:
    """What is forgotten was overwritten before its name went."""
    home = opened(tmp_path)
    home.write("organizer", SECRETS)
    with (tmp_path / "organizer.vault").open("rb") as held:
        home.forget("organizer")
        assert set(held.read()) == {0}
    assert home.names("") == []


def test_groups_are_kept_by_identifier(tmp_path: Path, village: World) -> None:
    """A registrar's home gives back the group that a request names."""
    home = opened(tmp_path / "home")
    home.keep_group(village.group)
    home.keep_group(village.group)
    assert home.group(village.group.group_id) == village.group


_HOLDER: Final = """
import sys
from pathlib import Path
from cosign.stores.home import Home
with Home(Path(sys.argv[1]), lambda *_: None).lock():
    print("held", flush=True)
    input()
"""


def _holder(folder: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    return process


def test_two_processes_take_turns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one process holds a home another waits, gets it, or gives up in time."""
    with _holder(tmp_path) as process:
        monkeypatch.setattr(home_store, "_LOCK_SECONDS", 0.1)
        with pytest.raises(BusyError, match="another process"), opened(tmp_path).lock():
            pytest.fail("two processes hold one home")
        monkeypatch.setattr(home_store, "_LOCK_SECONDS", 30.0)
        process.communicate("\n")
        with opened(tmp_path).lock():
            pass


def test_a_killed_process_holds_nothing(tmp_path: Path) -> None:
    """The lock ends with its process, however that ended."""
    with _holder(tmp_path) as process:
        process.kill()
        process.wait()
        started = time.monotonic()
        with opened(tmp_path).lock():
            pass
        assert time.monotonic() - started < home_store._LOCK_SECONDS


def test_a_lock_is_released_after_an_error(tmp_path: Path) -> None:
    """What fails inside does not keep others out."""
    with pytest.raises(ZeroDivisionError), opened(tmp_path).lock():
        _ = 1 // 0
    with opened(tmp_path).lock():
        pass


def test_a_home_that_cannot_be_made(tmp_path: Path) -> None:
    """Where a file stands in the way, the error names it."""
    (tmp_path / "file").touch()
    home = opened(tmp_path / "file")
    with pytest.raises(StorageError, match="file: file exists"), home.lock():
        pytest.fail("a file is no home")
    with pytest.raises(StorageError, match="not a folder"):
        home.write("organizer", SECRETS)


@pytest.mark.parametrize("again", [True, False], ids=["asked again", "given up"])
def test_a_wrong_passphrase_may_be_typed_again(tmp_path: Path, again: bool) -> None:  # noqa: FBT001  # pytest names it
    """When an old file is opened, and when a new one joins the files that are locked."""
    opened(tmp_path, Person(RIGHT)).write("organizer", SECRETS)
    told: list[PassphraseError] = []

    def ask_again(error: PassphraseError) -> bool:
        told.append(error)
        return again

    steps: tuple[Callable[[Home], object], ...] = (
        lambda home: home.read("organizer", OrganizerSecrets),
        lambda home: home.write("trustee-0123456789abcdef", TRUSTEE),
    )
    for step in steps:
        home = Home(tmp_path, Person(Secret(b"wrong"), RIGHT), CHEAP, again=ask_again)
        with contextlib.nullcontext() if again else pytest.raises(PassphraseError):
            step(home)
    assert len(told) == 2
