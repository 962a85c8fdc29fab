"""Where outputs may go, and which folder is a home."""

import os
import shutil
from itertools import product
from pathlib import Path
from typing import Final

import pytest

from tests.cli.test_faults import tree
from tests.support.cli_fixture import vouchers
from tests.support.commands import AFTERWARDS, BETWEEN, CLOSES, SIGNING, Shop

ROUND: Final = f"round create letter.md --group staff.group --opens {BETWEEN} --closes {CLOSES}"

# What was read is not written over.

READS: Final = {
    "verify, the letter": (
        "verify published.letter --group staff.group --html",
        "published.letter",
        None,
        SIGNING,
    ),
    "verify, the pin": (
        "verify published.letter --group staff.group --html",
        "staff.group",
        None,
        SIGNING,
    ),
    "verify, stdin": ("verify - --group staff.group --html", "staff.group", None, SIGNING),
    "fingerprint": ("fingerprint letter.png -o", "letter.png", None, SIGNING),
    "round create, the letter": (f"{ROUND} -o", "letter.md", "organizer", BETWEEN),
    "round create, the group": (f"{ROUND} -o", "staff.group", "organizer", BETWEEN),
    "round create, a statement": (
        f"{ROUND} --enrolment council.statement -o",
        "council.statement",
        "organizer",
        BETWEEN,
    ),
    "round invite": ("round invite letter.round -o", "letter.round", None, SIGNING),
    "round grant": (
        "round grant letter.draft --grant letter.grant -o",
        "letter.grant",
        None,
        SIGNING,
    ),
    "sign": ("sign letter.round --min-set 2 --yes -o", "letter.round", "member-3", SIGNING),
    "withdraw": ("withdraw letter.round --yes -o", "letter.round", "member-1", SIGNING),
    "registrar issue": ("registrar issue early.request -o", "early.request", "clerk", SIGNING),
    "registrar vouch": ("registrar vouch open.group -o", "open.group", "clerk", SIGNING),
    "registrar close": ("registrar close staff.group -o", "staff.group", "council", BETWEEN),
    "registrar grant": (
        "registrar grant letter.draft --yes -o",
        "letter.draft",
        "council",
        SIGNING,
    ),
    "member certificate": (
        "member certificate staff.group --yes --slot 2 -o",
        "staff.group",
        "exporter",
        SIGNING,
    ),
    "trustee open, the round": (
        "trustee open letter.round --envelopes envelopes -o",
        "letter.round",
        "trustee-2",
        AFTERWARDS,
    ),
    "trustee open, an envelope": (
        "trustee open letter.round --envelopes envelopes -o",
        "envelopes/1.sealed",
        "trustee-2",
        AFTERWARDS,
    ),
    "publish, an opening": (
        "publish letter.round --envelopes envelopes --opening 1.opening --opening 3.opening -o",
        "3.opening",
        "organizer",
        AFTERWARDS,
    ),
    "publish, the letter": (
        "publish second.round --envelopes late --opening late.opening --append second.letter -o",
        "second.letter",
        "organizer",
        AFTERWARDS,
    ),
    "claim": (
        "claim published.letter --challenge Hello -o",
        "published.letter",
        "member-1",
        SIGNING,
    ),
    "roster create": (
        "roster create --name N --source them --member 1.member --member 2.member -o",
        "2.member",
        "organizer",
        SIGNING,
    ),
    "roster sign": ("roster sign draft.roster --yes -o", "draft.roster", "organizer", SIGNING),
    "roster evidence": (
        "roster evidence keys.roster --group staff.group --certificate 3.certificate -o",
        "3.certificate",
        None,
        SIGNING,
    ),
}


def by_name(shop: Shop, name: str) -> str:
    """Return the file's own name."""
    assert (shop / name).exists()
    return name


def by_path(shop: Shop, name: str) -> str:
    """Return the file's whole path."""
    return str(shop / name)


def by_other_name(shop: Shop, name: str) -> str:
    """Return a second name of the file."""
    (shop / f"other{Path(name).suffix}").hardlink_to(shop / name)
    return f"other{Path(name).suffix}"


@pytest.mark.parametrize("naming", [by_name, by_path, by_other_name])
@pytest.mark.parametrize("name", READS)
def test_an_input_is_no_output(shop: Shop, name: str, naming: object) -> None:
    """Not even with --force, and not under another name of the same file."""
    shutil.copy(shop / "letter.round", shop / "letter.png")
    line, file, home, now = READS[name]
    assert callable(naming)
    output, letter = naming(shop, file), (shop / "published.letter").read_bytes()
    before = tree(shop)
    done = shop.call(f"{line} {output} --force", home, now=now, code=15, stdin=letter)
    assert f"{output}: this command reads the file, and would write over it\n" in done.err
    assert "--force" not in done.err
    assert tree(shop) == before


@pytest.mark.parametrize("name", sorted(READS))
def test_another_file_is(shop: Shop, name: str) -> None:
    """What the command does not read may be replaced by it."""
    shutil.copy(shop / "letter.round", shop / "letter.png")
    line, _file, home, now = READS[name]
    letter = (shop / "published.letter").read_bytes()
    output = "old.png"
    (shop / output).write_bytes(b"old")
    shop.call(f"{line} {output} --force", home, now=now, stdin=letter)
    assert (shop / output).read_bytes() != b"old"


# Homes are for secrets.

LINES: Final = {
    "sign": ("sign letter.round --min-set 2 --yes", "member-3"),
    "trustee key": ("trustee key --name New", "new"),
    "registrar vouch": ("registrar vouch open.group", "clerk"),
    "verify": ("verify published.letter", None),
}


@pytest.mark.parametrize(
    ("name", "place"),
    [
        *product(LINES, ["its own", "another", "a vault", "a ledger"]),
        ("verify", "an empty one"),
    ],
)
def test_no_output_lies_in_a_home(shop: Shop, name: str, place: str) -> None:
    """Neither a new file nor, with --force, one in the place of a secret."""
    line, home = LINES[name]
    (shop / "homes/empty").mkdir()
    output = {
        "its own": f"homes/{home or 'council'}/new",
        "another": "homes/trustee-1/new",
        "a vault": str(next((shop / "homes/member-1").glob("*.vault"))),
        "a ledger": str(next((shop / "homes/council").glob("*.sqlite"))),
        "an empty one": "homes/empty/new",
    }[place]
    env = {"COSIGN_LETTER_HOME": str(shop / "homes/empty")}
    option = "--html" if name == "verify" else "-o"
    if place == "its own":
        (shop / "homes/new").mkdir(exist_ok=True)
    with shop.unchanged():
        done = shop.call(f"{line} {option} {output} --force", home, code=15, env=env)
    assert done.problem()[0] == f"{output}: this file would be in a home, which is for secrets only"


@pytest.mark.parametrize("force", ["", "--force"])
@pytest.mark.parametrize("target", ["letter.md", "nowhere", "envelopes"])
def test_links_are_no_outputs(shop: Shop, target: str, force: str) -> None:
    """The error says where the link leads; the link and its file stay."""
    (shop / "link").symlink_to(target)
    with shop.unchanged():
        done = shop.call(f"round invite letter.round -o link {force}", code=15)
    assert done.problem()[0] == f"link: a link to {target}"
    assert (shop / "link").is_symlink()


# The person's own folder.

SPELLINGS: Final = {
    "option": ("--home=~/secrets", {}),
    "two words": ("--home ~/secrets", {}),
    "variable": ("", {"COSIGN_LETTER_HOME": "~/secrets"}),
}


@pytest.mark.parametrize("name", SPELLINGS)
def test_a_tilde_is_the_person_s_folder(shop: Shop, tmp_path: Path, name: str) -> None:
    """Where no shell replaces it, too."""
    options, env = SPELLINGS[name]
    person = tmp_path / "person"
    env = {"HOME": str(person), **env}
    shop.call(f"trustee key --name New --no-passphrase {options} -o new", env=env)
    assert list((person / "secrets").glob("trustee-*.vault"))
    assert not list(shop.folder.rglob("~*"))


@pytest.mark.parametrize(
    "options", ["--home=~nobody-of-this-name/x", "--home ~nobody-of-this-name"]
)
def test_a_person_who_is_not_there(shop: Shop, options: str) -> None:
    with shop.unchanged():
        done = shop.call(f"trustee key --name New --no-passphrase {options} -o new", code=2)
    assert "there is no such user" in done.problem()[0]
    assert not list(shop.folder.rglob("~*"))


def test_a_tilde_in_a_database(shop: Shop, tmp_path: Path) -> None:
    """Neither the database nor a folder by that name appears in the working directory."""
    person = tmp_path / "person"
    person.mkdir()
    env = {"HOME": str(person)}
    url = "--database sqlite:///~/relay.sqlite"
    shop.call(f"relay export {url} -o new", env=env, code=16)
    (shop / "empty").write_bytes(b"")
    shop.call(f"relay import empty {url}", env=env, code=None)
    assert (person / "relay.sqlite").exists()
    assert not list(shop.folder.rglob("~*"))
    target = person / "relay.sqlite"
    before = target.read_bytes()
    done = shop.call(f"relay export {url} -o {target} --force", env=env, code=15)
    assert "this command reads the file" in done.problem()[0]
    assert target.read_bytes() == before


# Modes.

CREATED: Final = {
    "sign": ("sign letter.round --min-set 2 --yes -o new", "member-3", SIGNING, 0o600),
    "withdraw": ("withdraw letter.round --yes -o new", "member-1", SIGNING, 0o600),
    "claim": ("claim published.letter --challenge Hi -o new", "member-1", SIGNING, 0o600),
    "enrol": ("member enrol open.group --voucher CODE -o new", "fresh", SIGNING, 0o600),
    "vouch": ("registrar vouch open.group -o new", "clerk", SIGNING, 0o600),
    "armored": ("sign letter.round --min-set 2 --yes --armor -o new", "member-3", SIGNING, 0o600),
    "page": ("verify published.letter --group staff.group --html new", None, SIGNING, 0o644),
    "invite": ("round invite letter.round -o new", None, SIGNING, 0o644),
    "trustee key": ("trustee key --name New -o new", "fresh", SIGNING, 0o644),
    "round create": (f"{ROUND} -o new", "organizer", BETWEEN, 0o644),
}


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o027, 0o077], ids=oct)
@pytest.mark.parametrize("name", CREATED)
def test_a_file_is_as_open_as_its_kind_and_the_umask_allow(
    shop: Shop, name: str, mask: int
) -> None:
    """Nothing opens a file that the umask closes, and what names its maker is never open."""
    line, home, now, mode = CREATED[name]
    line = line.replace("CODE", vouchers(shop, "open.csv")[2])
    before = os.umask(mask)
    try:
        shop.call(line, home, now=now)
    finally:
        os.umask(before)
    assert (shop / "new").stat().st_mode & 0o777 == mode & ~mask
