"""Ssh keys of every kind vouch for a fresh key, or the program says how."""

import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from cosign.records.groups.roster import Roster
from cosign.records.member_key import MemberKey
from cosign.wire.armor import dearmor
from tests.support import cli_fixture, ssh
from tests.support.commands import BETWEEN, CLOSES, Shop

RARE = ssh.key_file(number=3, passphrase=ssh.PASSPHRASE, more="-Z chacha20-poly1305@openssh.com")


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """Return a folder with an ssh key, its public half, and a list of two."""
    shop = Shop(tmp_path)
    for name, path in (("id", ssh.key_file()), ("rare", RARE)):
        shutil.copy(path, shop / name)
        shutil.copy(f"{path}.pub", shop / f"{name}.pub")
    keys = [ssh.key_file(), RARE, ssh.key_file(number=2)]
    lines = [f"p{number} {ssh.public_line(key)}\n" for number, key in enumerate(keys)]
    (shop / "allowed_signers").write_text("".join(lines))
    return shop


@pytest.fixture
def agent(shop: Shop) -> Iterator[dict[str, str]]:
    """Run an agent that holds the first key, and a program that answers for its passphrase."""
    answer = shop / "answer"
    answer.write_text(f"#!/bin/sh\necho '{ssh.PASSPHRASE}'\n", encoding="utf-8")
    answer.chmod(0o700)
    env = {**os.environ, "SSH_ASKPASS": str(answer), "SSH_ASKPASS_REQUIRE": "force"}
    socket = shop / "agent"
    with subprocess.Popen(["ssh-agent", "-D", "-a", socket], stdout=subprocess.DEVNULL) as running:
        try:
            while not socket.exists():
                assert running.poll() is None
            env["SSH_AUTH_SOCK"] = str(socket)
            subprocess.run(["ssh-add", "-q", shop / "id"], env=env, check=True)
            yield env
        finally:
            running.terminate()


def type_in(shop: Shop, hint: str, env: dict[str, str]) -> None:
    """Run the ssh-keygen command of a hint as it stands."""
    typed = shlex.split(hint.rpartition(": ")[2])
    assert typed[0] == "ssh-keygen"
    # Not on a terminal, so that a passphrase is asked of the program above.
    subprocess.run(typed, cwd=shop.folder, env=env, check=True, stdin=subprocess.DEVNULL)


def check_listed(shop: Shop, name: str) -> None:
    """Check that a fresh key with a proof stands on a roster."""
    line = f"roster create --name S --source x --ssh allowed_signers --proof {name} -o r --force"
    shop.call(line, "organizer")
    key = MemberKey.from_bytes(dearmor((shop / name).read_bytes())).key
    assert key in Roster.from_bytes((shop / "r").read_bytes()).member_keys()


@pytest.mark.parametrize("armor", ["", "--armor"])
def test_what_ssh_keygen_signs_is_what_is_checked(shop: Shop, armor: str) -> None:
    """The member's guide: ``member key``, then ``ssh-keygen -Y sign``; as text or binary."""
    shop.call(f"member key -o my.member {armor}", "m")
    ssh.make("-Y", "sign", "-q", "-f", shop / "id", "-n", ssh.MEMBERSHIP, shop / "my.member")
    check_listed(shop, "my.member")


@pytest.mark.parametrize("armor", ["", "--armor"])
def test_what_is_signed_here_is_what_ssh_keygen_checks(shop: Shop, armor: str) -> None:
    """The bytes of the file as it lies there, text or binary; the signature is text."""
    shop.call(f"member key --prove-ssh id -o my.member {armor}", "m")
    content, signature = (shop / "my.member").read_bytes(), (shop / "my.member.sig").read_bytes()
    assert content.startswith(b"-----BEGIN COSIGN") is bool(armor)
    assert signature.startswith(b"-----BEGIN SSH SIGNATURE-----")
    assert ssh.accepts(signature, content, ssh.key_file())
    check_listed(shop, "my.member")


@pytest.mark.parametrize("key", ["rare", "rare.pub", "id.pub"])
def test_the_hint_of_a_key_that_only_ssh_keygen_opens_is_a_way(
    shop: Shop, agent: dict[str, str], key: str
) -> None:
    """A rare cipher, the public half beside the private one, and a key in an agent alone."""
    if key == "id.pub":
        (shop / "id").unlink()
    with shop.unchanged():
        done = shop.call(f"member key --prove-ssh {key} -o 'my key'", "m", code=None)
    assert done.code in {1, 6}
    message, hint = done.problem()
    assert message.startswith(f"{key}: ")
    assert hint.startswith("make the key without --prove-ssh, then let ssh-keygen sign it: ")
    shop.call("member key -o 'my key'", "m")
    type_in(shop, hint, agent)
    for suffix in ("", ".sig"):
        shutil.copy(shop / f"my key{suffix}", shop / f"k.member{suffix}")
    check_listed(shop, "k.member")


def test_pkcs8_vouches(shop: Shop) -> None:
    """As OpenSSH reads it since 9.6."""
    path = str(shop / "pem")
    made = ["openssl", "genpkey", "-algorithm", "ed25519", "-out", path]
    subprocess.run(made, check=True, capture_output=True)
    shop.call("member key --prove-ssh pem -o my.member", "m")
    shown = ["openssl", "pkey", "-in", path, "-pubout", "-outform", "DER"]
    public = subprocess.run(shown, check=True, capture_output=True).stdout[-32:]
    with (shop / "allowed_signers").open("a") as listed:
        listed.write(f"pem {ssh.line(ssh.wire(public))}\n")
    check_listed(shop, "my.member")


def test_signing_with_a_rare_cipher_has_a_hint_that_works(
    shop: Shop, agent: dict[str, str]
) -> None:
    """Where ssh-keygen cannot sign in its place: the hint changes the cipher."""
    (shop / "letter.md").write_text(cli_fixture.LETTER)
    (shop / "passphrase").write_text(ssh.PASSPHRASE, encoding="utf-8")
    create = "roster create --name S --source x --ssh allowed_signers -o s.roster"
    shop.call(create, "organizer")
    opened = f"round create letter.md --opens {BETWEEN} --closes {CLOSES} --group s.roster"
    shop.call(f"{opened} -o s.round", "organizer", now=BETWEEN)
    sign = "sign s.round --min-set 2 --yes -o my.sealed --ssh-passphrase-file passphrase --ssh-key"
    done = shop.call(f"{sign} rare", "m", code=6)
    assert "the cipher of the ssh key, chacha20-poly1305@openssh.com, is not supported" in done.err
    type_in(shop, done.err.splitlines()[-1], agent)
    shop.call(f"{sign} rare", "m")
    done = shop.call(f"{sign} id.pub --force", "m", code=1)
    assert "hint: give the private file" in done.err


def test_many_rounds_are_told_before_they_are_run(shop: Shop) -> None:
    """So that nobody takes eleven seconds for a program that hangs."""
    path = shop / "slow"
    shutil.copy(ssh.key_file(number=2), path)
    ssh.make("-q", "-p", "-P", "", "-N", "x", "-a", "101", "-f", path)
    (shop / "passphrase").write_text("x\n")
    proven = "member key --prove-ssh slow --ssh-passphrase-file passphrase -o my.member"
    done = shop.call(proven, "m")
    assert done.err == "opening slow takes a while: 101 rounds of bcrypt\n"
    ssh.make("-q", "-p", "-P", "x", "-N", "x", "-a", "16", "-f", path)
    assert shop.call(f"{proven} --force", "m").err == ""
