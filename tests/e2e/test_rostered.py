"""A rostered round as people play it: real processes, real ssh keys, real files."""

import contextlib
import shutil
import socket
from pathlib import Path

import pytest

from cosign.records.groups.roster import Roster
from cosign.records.member_key import MemberKey
from tests.support import ssh
from tests.support.commands import AFTERWARDS, BETWEEN, CLOSES, Shop

RAW, PROTECTED = ssh.key_file(), ssh.key_file(number=2, passphrase=ssh.PASSPHRASE)
SILENT = ssh.key_file(number=3)
OTHER = [ssh.key_file("rsa"), ssh.key_file("ecdsa")]
WARNING = "make a fresh key with member key --prove-ssh"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Play a round: one member signs with a proven fresh key, one with a fresh one, one with ssh.

    A fifth key is listed, whose owner does nothing; nobody writes to the folder later.
    """
    shop = Shop(tmp_path_factory.mktemp("rostered"))
    for name, path in (("raw", RAW), ("protected", PROTECTED), ("rsa", OTHER[0])):
        shutil.copy(path, shop / name)
    (shop / "passphrase").write_text(f"{ssh.PASSPHRASE}\nsecond line\n", encoding="utf-8")
    keys = [RAW, PROTECTED, SILENT, *OTHER, RAW]
    lines = [*map(ssh.public_line, keys), ssh.security_key_line(), ssh.certificate_line()]
    (shop / "authorized_keys").write_text("# ours\n" + "\r\n".join(lines) + "\n")
    proven = "member key --prove-ssh protected --ssh-passphrase-file passphrase -o proven.member"
    shop.run(proven, "proven")
    shop.run("member key -o fresh.member", "fresh")
    shop.run("member key -o absent.member", "absent")
    shop.run(
        "roster create --name Staff --source 'our servers' --ssh authorized_keys "
        "--proof proven.member --member fresh.member --member absent.member -o staff.roster",
        "organizer",
    )
    (shop / "letter.md").write_text("# To the board\n\nPlease stop.\n")
    shop.run(
        f"round create letter.md --group staff.roster --opens {BETWEEN} --closes {CLOSES} "
        "--quorum 3 -o letter.round",
        "organizer",
        now=BETWEEN,
    )
    (shop / "envelopes").mkdir()
    sign = "sign letter.round --min-set 5 --yes -o envelopes"
    shop.run(f"{sign}/1 --statement 'I was there'", "proven")
    shop.run(f"{sign}/2", "fresh")
    shop.run(f"{sign}/3 --ssh-key raw", "ssh")
    shop.run(f"{sign}/4 --ssh-key raw", "ssh")
    shop.run(f"{sign}/5", "absent")
    shop.run("withdraw letter.round --yes -o envelopes/6", "absent")
    publish = "publish letter.round --envelopes envelopes -o published.letter"
    shop.run(publish, "organizer", now=AFTERWARDS)
    return shop


def test_ssh_keygen_accepts_the_proof(shop: Shop) -> None:
    """For the fresh key's very bytes, in its namespace, by its owner's key alone."""
    record, proof = (shop / "proven.member").read_bytes(), (shop / "proven.member.sig").read_bytes()
    assert ssh.accepts(proof, record, PROTECTED)
    assert not ssh.accepts(proof, (shop / "fresh.member").read_bytes(), PROTECTED)
    assert not ssh.accepts(proof, record, RAW)
    assert not ssh.accepts(proof, record, PROTECTED, namespace="file")


def test_the_roster_holds_the_fresh_key_in_the_place_of_the_ssh_key(shop: Shop) -> None:
    """And everybody else is listed or counted."""
    roster = Roster.from_bytes((shop / "staff.roster").read_bytes())
    fresh = [
        MemberKey.from_bytes((shop / f"{name}.member").read_bytes()).key
        for name in ("proven", "fresh", "absent")
    ]
    assert set(roster.member_keys()) == {*fresh, ssh.public_key(RAW), ssh.public_key(SILENT)}
    found = shop.run("roster check staff.roster --json").json
    assert found["keys"] == 5
    assert found["left_out"] == {
        "other_type": 3,
        "security_key": 1,
        "limited": 0,
        "bad_key": 0,
        "same_person": 0,
        "same_key": 1,
    }


def test_the_letter_verifies_with_the_pinned_roster(shop: Shop) -> None:
    """By its file or its fingerprint: three of at most five, two counted once, one gone."""
    shown = shop.run("verify published.letter --group staff.roster").out
    assert "VALID: 3 distinct members signed, out of at most 5 members" in shown
    left_out = (
        "5 keys, as the publisher says (3 of another type, 1 on a security key, 1 listed again)"
    )
    assert f"left out {left_out}" in " ".join(shown.split())
    pin = shop.run("roster check staff.roster --json").json["fingerprint"]
    found = shop.run(f"verify published.letter --json --group '{pin}'").json
    assert (found["cosigners"], found["duplicates"], found["withdrawn"]) == (3, 0, 0)
    said = found["organizer_says"]
    assert (said["duplicates"], said["withdrawn"]) == (1, 1)
    assert (found["anonymity"], found["statements"]) == ("mixed", ["I was there"])


def test_the_exit_code_says_what_holds(shop: Shop, tmp_path: Path) -> None:
    """0 pinned, 3 not pinned, 1 changed or by others, 2 no such file."""
    shop.run("verify published.letter", code=3)
    raw = (shop / "published.letter").read_bytes()
    for place in (-400, -900, 30_000 % len(raw), 2_000):
        changed = bytearray(raw)
        changed[place] ^= 1
        (tmp_path / "changed").write_bytes(changed)
        shop.run(f"verify {tmp_path}/changed --group staff.roster", code=1)
    shop.run(f"verify published.letter --group '{'00000 ' * 12}'", code=1)
    shop.run("verify missing.letter --group staff.roster", code=2)
    shop.run("verify published.letter --group missing.roster", code=2)


def test_members_find_their_own_cosignature(shop: Shop) -> None:
    """So does a member who signed with an ssh key, which is not needed for it."""
    for home in ("fresh", "ssh"):
        shop.run("check published.letter", home)
    assert "'I was there'" in shop.run("check published.letter", "proven").out
    shop.run("check published.letter", "absent", code=1)
    shop.run("check published.letter", "stranger", code=16)


def test_all_envelopes_have_one_size(shop: Shop) -> None:
    """Cosigning, withdrawing, with a statement, with an ssh key."""
    assert len({path.stat().st_size for path in (shop / "envelopes").iterdir()}) == 1


def test_the_home_of_an_ssh_signer_holds_no_ssh_secret(shop: Shop) -> None:
    """Neither do the home that a protected key vouched in, nor any public file."""
    inner = ssh.make("-y", "-P", ssh.PASSPHRASE, "-f", shop / "protected")
    assert ssh.public_line(PROTECTED).split()[1] in inner.decode()
    unlocked = shop / "unlocked"
    shutil.copy(shop / "protected", unlocked)
    ssh.make("-q", "-p", "-P", ssh.PASSPHRASE, "-N", "", "-f", unlocked)
    shutil.copy(f"{PROTECTED}.pub", f"{unlocked}.pub")
    secrets = [ssh.seed_of(RAW), ssh.seed_of(unlocked), ssh.PASSPHRASE.encode()]
    unlocked.unlink()
    keys = {"raw", "protected", "passphrase"}
    for name, content in shop.files().items():
        if name not in keys:
            assert not any(secret in content for secret in secrets), name


def test_signing_with_an_ssh_key_is_warned_of(shop: Shop, tmp_path: Path) -> None:
    """On stderr, before the question; signing with a fresh key is not."""
    again = shop.copy(tmp_path / "again")
    sign = "sign letter.round --min-set 5 --yes -o again.sealed --force"
    done = again.run(f"{sign} --ssh-key raw", "ssh")
    assert WARNING in done.err
    assert "age" in done.err
    assert WARNING not in done.out
    assert WARNING not in again.run(sign, "fresh").err


def test_keys_that_make_no_proofs_get_a_clear_no(shop: Shop, tmp_path: Path) -> None:
    """RSA, a security key, a public file as for an agent, the agent's socket; nothing is left."""
    again = shop.copy(tmp_path / "again")
    (again / "sk").write_bytes(ssh.security_key_file())
    (again / "agent.pub").write_text(ssh.public_line(RAW))
    with contextlib.chdir(again.folder):
        agent = socket.socket(socket.AF_UNIX)
        agent.bind("agent")
    with agent, again.unchanged():
        for name, code, words in (
            ("rsa", 6, "the ssh key is not of type Ed25519"),
            ("sk", 6, "the ssh key is on a security key"),
            ("agent.pub", 1, "this is the public half of an ssh key"),
            ("protected", 13, "the ssh key is protected by a passphrase"),
            ("missing", 16, "missing"),
            ("agent", 1, "agent: this is the socket of an agent"),
        ):
            sign = f"sign letter.round --min-set 5 --yes -o no.sealed --ssh-key {name}"
            done = again.run(sign, "ssh", code=code)
            assert words in done.err
            assert "hint: " in done.err
            proof = f"member key --prove-ssh {name} -o no.member"
            assert words in again.run(proof, "ssh", code=code).err


def test_an_agents_signature_is_a_proof_too(shop: Shop, tmp_path: Path) -> None:
    """A member whose ssh key never leaves an agent signs the fresh key with ssh-keygen itself."""
    again = shop.copy(tmp_path / "again")
    again.run("member key -o third.member", "third")
    ssh.make("-Y", "sign", "-q", "-f", SILENT, "-n", ssh.MEMBERSHIP, again / "third.member")
    again.run(
        "roster create --name Staff --source x --ssh authorized_keys --proof third.member "
        "-o third.roster",
        "organizer",
    )
    listed = Roster.from_bytes((again / "third.roster").read_bytes()).member_keys()
    assert MemberKey.from_bytes((again / "third.member").read_bytes()).key in listed
    assert ssh.public_key(SILENT) not in listed
