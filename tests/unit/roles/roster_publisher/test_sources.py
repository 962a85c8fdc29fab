"""Entries of a roster, from what people hand in."""

import secrets
from dataclasses import replace

import pytest

from cosign.errors import MalformedError, MismatchError, VerificationError
from cosign.primitives.ssh.signatures import sign_sshsig
from cosign.proofs.ring.keys import MemberSecret
from cosign.records.member_key import MemberKey, make_member_key
from cosign.roles.roster_publisher import (
    ED25519,
    FRESH,
    Entry,
    gather,
    member_entry,
    read_ssh_lines,
    ssh_entries,
    verify_proof,
)
from cosign.secret import Secret
from tests.support import ssh

SEED = Secret(ssh.seed_of(ssh.key_file()))
SSH_KEY = ssh.public_key(ssh.key_file())
OTHER = ssh.public_key(ssh.key_file(number=2))
LISTED = "".join(
    f"{ssh.public_line(key).split('@')[0]}\n"
    for key in (ssh.key_file(), ssh.key_file(number=2), ssh.key_file("rsa"))
).encode()


@pytest.fixture
def fresh() -> MemberKey:
    """A key that a member made for rosters."""
    return make_member_key(MemberSecret.draw(secrets.token_bytes), secrets.token_bytes)


def test_a_members_key_is_an_entry_without_a_name(fresh: MemberKey) -> None:
    """Its maker has to hold it."""
    assert member_entry(fresh) == Entry((), FRESH, fresh.key)
    with pytest.raises(VerificationError):
        member_entry(replace(fresh, key=OTHER))


def test_lists_of_ssh_keys_are_entries() -> None:
    """Each line is one, also of a type that cannot be used."""
    entries = list(ssh_entries(read_ssh_lines(LISTED)))
    assert [(e.key_type, e.key) for e in entries] == [
        (ED25519, SSH_KEY),
        (ED25519, OTHER),
        ("ssh-rsa", None),
    ]
    with pytest.raises(MalformedError, match="not UTF-8"):
        read_ssh_lines(b"\xff")


def test_a_fresh_key_stands_in_place_of_the_ssh_key_that_vouches(fresh: MemberKey) -> None:
    """It comes first, so that it is chosen where a person has several keys."""
    vouching = verify_proof(fresh, sign_sshsig(SEED, fresh.to_bytes()))
    assert vouching == SSH_KEY
    lines = [line._replace(names=("anna",)) for line in reversed(read_ssh_lines(LISTED))]
    entries = list(ssh_entries(lines, {vouching: fresh}))
    assert (entries[0].key, entries[0].key_type) == (fresh.key, FRESH)
    assert gather(entries).keys == (fresh.key,)


def test_a_proof_is_by_the_ssh_key_over_this_fresh_key(fresh: MemberKey) -> None:
    """Another key's record, and one that its maker does not hold, are refused."""
    signature = sign_sshsig(SEED, fresh.to_bytes())
    another = make_member_key(MemberSecret.draw(secrets.token_bytes), secrets.token_bytes)
    with pytest.raises(VerificationError):
        verify_proof(another, signature)
    stolen = replace(fresh, key=OTHER)
    with pytest.raises(VerificationError):
        verify_proof(stolen, sign_sshsig(SEED, stolen.to_bytes()))


def test_a_proof_by_a_key_that_no_list_has_is_told(fresh: MemberKey) -> None:
    """Its maker would be missing from the roster without a word."""
    with pytest.raises(MismatchError, match="1 proof by ssh keys that no --ssh file lists"):
        list(ssh_entries(read_ssh_lines(LISTED), {fresh.key: fresh}))
