"""``member export`` and ``member import``: copies of keys, and what each of them signed."""

from typing import Final

import pytest

from cosign.homes import import_keys, open_key_file
from cosign.records.key_file import KeyFile
from cosign.records.secrets import MemberState
from cosign.secret import Secret
from cosign.stores.home import Home
from cosign.stores.vault_file import VaultFile
from tests.support.commands import Shop

OTHER: Final = "other words for the key file"
SIGN: Final = "sign letter.round --min-set 2 --yes -o"


@pytest.fixture
def exported(shop: Shop) -> Shop:
    """A shop in which member 3, who signed nothing, has exported the keys."""
    (shop / "words").write_text(f"{OTHER}\n")
    shop.call("member export --key-passphrase-file words -o keys", "member-3")
    return shop


def vaults(shop: Shop, home: str) -> dict[str, bytes]:
    """Return a home's secrets as they lie on the disk."""
    return {path.stem: path.read_bytes() for path in (shop / "homes" / home).glob("*.vault")}


def test_copy_has_the_same_keys(exported: Shop) -> None:
    """A home of its own, with which the member signs; it is safe to import twice."""
    assert (exported / "keys").stat().st_mode & 0o077 == 0
    for _ in range(2):
        exported.call("member import keys --key-passphrase-file words", "phone")
    assert vaults(exported, "phone") == vaults(exported, "member-3")
    exported.call(f"{SIGN} 3.sealed", "phone")


def test_each_copy_learns_what_the_other_signed(exported: Shop) -> None:
    """Once merged, a home keeps to the other copy's words, and forgets none of its own."""
    exported.call("member import keys --key-passphrase-file words", "phone")
    exported.call(f"{SIGN} 3.sealed --statement Hello", "phone")
    exported.call("sign second.round --min-set 2 --yes -o second.sealed", "member-3")
    exported.call("member export --key-passphrase-file words -o later", "phone")
    told = exported.call("member import later --key-passphrase-file words", "member-3")
    assert "neither knows what the other signs" in told.err
    done = exported.call(f"{SIGN} again", "member-3", code=9)
    assert "with another statement" in done.err
    [held] = exported.call("member keys --json", "member-3").json["memberships"]
    assert held["used_slots"] == [1, 2]


@pytest.mark.parametrize(
    "lines",
    [
        [f"{SIGN} 3.sealed --statement Hello"],
        [f"{SIGN} 3.sealed", "sign second.round --min-set 2 --yes -o second.sealed"],
        ["withdraw letter.round --yes -o 3.sealed"],
    ],
    ids=["signed", "signed twice", "withdrew"],
)
def test_nothing_tells_whether_its_owner_signed(exported: Shop, lines: list[str]) -> None:
    """Copies made before and after it, homes made of them, and what import says are alike."""
    for line in lines:
        exported.call(line, "member-3")
    answers, sizes = [], []
    for home in ("before", "after"):
        made = exported.call("member export --key-passphrase-file words -o new --force", "member-3")
        if home == "before":
            (exported / "new").write_bytes((exported / "keys").read_bytes())
        done = exported.call("member import new --key-passphrase-file words", home)
        answers.append((made.out, made.err, done.out, done.err))
        held = sorted(vaults(exported, home).items())
        sizes.append((len((exported / "new").read_bytes()), [len(raw) for _name, raw in held]))
    assert answers[0] == answers[1]
    assert sizes[0] == sizes[1]


def test_what_was_forgotten_stays_forgotten(exported: Shop) -> None:
    exported.call("member forget letter.round --yes", "member-3")
    exported.call("member import keys --key-passphrase-file words", "member-3")
    exported.call(f"{SIGN} new", "member-3", code=16)


def test_two_memberships_are_not_merged(exported: Shop) -> None:
    before = vaults(exported, "member-1")
    line = "member import keys --key-passphrase-file words"
    message, hint = exported.call(line, "member-1", code=5).problem()
    assert "different keys of the group 'Staff'" in message
    assert "two memberships" in hint
    assert vaults(exported, "member-1") == before


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("member export -o new", 13, "under no passphrase"),
        ("member export --key-passphrase-file empty -o new", 13, "protects nothing"),
        ("member export --key-passphrase-file words -o keys", 15, "keys"),
        ("member import keys", 13, "under a passphrase"),
        ("member import keys --key-passphrase-file letter.md", 13, "does not open"),
        ("member import letter.round --key-passphrase-file words", 5, "not a vault"),
    ],
)
def test_refusals(exported: Shop, line: str, code: int, words: str) -> None:
    (exported / "empty").write_text("\n")
    message, _hint = exported.call(line, "member-3", code=code).problem()
    assert words in message


def test_home_without_keys(exported: Shop) -> None:
    line = "member export --key-passphrase-file words -o new"
    assert "no memberships" in exported.call(line, "nobody", code=16).problem()[0]


def test_file_of_a_home_is_no_key_file(exported: Shop) -> None:
    """It is bound to another name, and to another kind of record."""
    [name] = vaults(exported, "member-3")
    (exported / "stolen").write_bytes(vaults(exported, "member-3")[name])
    line = "member import stolen --key-passphrase-file words"
    message, _hint = exported.call(line, "phone", code=13).problem()
    assert "under no passphrase" in message


def test_library(exported: Shop) -> None:
    """The same from Python; a home with a passphrase exports under it."""
    raw = (exported / "keys").read_bytes()
    record = open_key_file(VaultFile.from_bytes(raw), Secret(OTHER.encode()))
    assert isinstance(record, KeyFile)
    home = Home(exported / "homes/library", lambda _what, _new: None)
    [name] = import_keys(home, record)
    assert (home.read(name, MemberState),) == record.memberships
