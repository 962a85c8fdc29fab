"""Entries of a roster, from what people hand in."""

import base64
import itertools
import secrets
import tracemalloc
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cosign.errors import MalformedError, MismatchError, VerificationError
from cosign.primitives.ssh import lines
from cosign.primitives.ssh.lines import WIRE
from cosign.primitives.ssh.options import Limit
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
from cosign.roles.roster_publisher.shared_names import SHARED_NAMES
from cosign.secret import Secret
from cosign.wire.armor import armor
from tests.support import ssh
from tests.support.rings import key_of

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
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
    entries = list(ssh_entries(read_ssh_lines(LISTED), NOW))
    assert [(e.key_type, e.key) for e in entries] == [
        (ED25519, SSH_KEY),
        (ED25519, OTHER),
        ("ssh-rsa", None),
    ]


K1, K2 = (f"{ED25519} {base64.b64encode(ssh.wire(key)).decode()}" for key in (SSH_KEY, OTHER))


@pytest.mark.parametrize(
    "raw",
    [
        f"{K1} Jörg\n{K2} b\n".encode("latin-1"),
        f"{K1} Jörg\n{K2} b\n".encode("cp1252"),
        f"# Jörg\nann {K1} \xff\nben {K2}\n".encode("latin-1"),
        f"\ufeff{K1} a\r\n{K2} b\r\n".encode(),
        f"{K1} a\r{K2} b\r".encode(),
        f"\n  {K1}\n\t{K2}".encode(),
    ],
    ids=range(6),
)
def test_lists_are_read_as_editors_save_them(raw: bytes) -> None:
    """ssh-keygen, too, takes comments in any encoding."""
    assert [line.key for line in read_ssh_lines(raw)] == [SSH_KEY, OTHER]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_lists_in_utf_16_are_named(encoding: str) -> None:
    """As PowerShell writes them; sshd reads none of it."""
    with pytest.raises(MalformedError, match="the text is in UTF-"):
        read_ssh_lines(f"{K1}\n{K2}\n".encode(encoding))


def test_principals_that_are_not_utf_8_are_compared_as_bytes() -> None:
    """One person with two keys is one person."""
    lines = read_ssh_lines(f"jörg {K1}\njörg {K2}\n".encode("latin-1"))
    assert len(gather(ssh_entries(lines, NOW)).keys) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ann@example.org", "Ann@Example.ORG"),
        ("jörg", "jo\N{COMBINING DIAERESIS}rg"),
        ("jörg", "JÖRG"),
        ("ann", "\N{FULLWIDTH LATIN SMALL LETTER A}nn"),
        ("ann", "an\N{ZERO WIDTH SPACE}n"),
        ('"ann adler"', '"ann\N{NO-BREAK SPACE}adler"'),
        ('"ann adler"', '"Ann  Adler"'),
        ("ann,ann@x", "ann@X"),
        ("ann,!ben", "ann,*@x"),
    ],
)
def test_one_person_under_two_spellings_is_one(one: str, other: str) -> None:
    """By the comparison that lists of people have, too."""
    for order in ((one, other), (other, one)):
        raw = "".join(f"{name} {key}\n" for name, key in zip(order, (K1, K2), strict=True))
        found = gather(ssh_entries(read_ssh_lines(raw.encode()), NOW))
        assert (len(found.keys), found.left_out.same_person, found.unnamed) == (1, 1, 0)


@pytest.mark.parametrize(
    ("one", "other", "unnamed"),
    [
        ("{} ann", "{} ann", 2),
        ("{} eddsa-key-20241023", "{} eddsa-key-20241023", 2),
        ("{} root@localhost", "{} root@localhost", 2),
        ("{}", "{}", 2),
        ("ann {}", "ben {}", 0),
        ("ann@x {} x", "{} ann", 1),
        *(
            (f"{name} {{}}", f"{name} {{}}", 2)
            for name in (
                *("*@example.org", "!ann", "a?n", "*"),
                *(
                    "root",
                    "root@localhost",
                    "Root@web1",
                    "eddsa-key-20241023",
                    "cardno:000612345678",
                ),
                *("anna@localhost", "pi@raspberrypi", "ubuntu@ip-10-0-0-1", "imported-openssh-key"),
                *("openpgp:0xABCD1234", '"(none)"', "id_ed25519", '"no comment"'),
                *("your_email@example.com", "YourName@Company.org", "you@example.com", "<comment>"),
                *("user@example.com", "e-mail@example.org", "name@domain.com", "username@hostname"),
                *("user.name@host", "me@example.net", "foo@bar.com", "test@test", '"your name"'),
                *("ssh-key-2024-01-01", "ssh-key-20240101", '"my key"', "deploy", "git@web1.local"),
                *("ubuntu@ip-10-0-0-1.ec2.internal", "Generated-by-Nova", '"YubiKey #7 PIV 9a"'),
                *("-", "--", "10.0.0.7", "fe80::1", "::1"),
            )
        ),
        ("ann,*@x {}", "ben,*@x {}", 0),
        ("root,ann {}", "root,ben {}", 0),
    ],
)
def test_what_is_no_name_joins_nobody(one: str, other: str, unnamed: int) -> None:
    """Comments, patterns, machines, and what programs give to any key: two keys, counted."""
    raw = f"{one.format(K1)}\n{other.format(K2)}\n".encode()
    found = gather(ssh_entries(read_ssh_lines(raw), NOW))
    assert (len(found.keys), sum(found.left_out), found.unnamed) == (2, 0, unnamed)


@pytest.mark.parametrize(
    "name",
    [
        *("anna@example.com", "anna", "root-cause", "rooth@x.org", "pivot@x.org", "pia@web1"),
        *("keyes@x.org", "you.know@x.org", "mail@anna.org", "info@anna.org", "git@anna.org"),
        *("namer@example.com", "mona.key-20@x.org", "example@anna.org", "testa@x.org"),
    ],
)
def test_names_that_only_look_like_defaults_are_names(name: str) -> None:
    """Two keys of one person, who is named."""
    raw = f"{name} {K1}\n{name} {K2}\n".encode()
    found = gather(ssh_entries(read_ssh_lines(raw), NOW))
    assert (len(found.keys), found.unnamed, found.merged) == (1, 0, ((name, 1),))


def test_the_specification_has_the_same_defaults() -> None:
    """Two publishers with the same sources have to make the same roster."""
    listed = "".join(f"    {expression}\n" for expression in SHARED_NAMES)
    spec = Path(__file__).parents[4] / "docs" / "spec.md"
    assert f"\n\n{listed}\n" in spec.read_text(encoding="utf-8")


def test_an_authority_joins_nobody() -> None:
    """Its line names the people whom it may certify."""
    raw = f"ann,ben cert-authority {K1}\nann {K1}\nben {K2}\n".encode()
    found = gather(ssh_entries(read_ssh_lines(raw), NOW))
    assert (len(found.keys), found.left_out.other_type) == (2, 1)


def test_keys_join_whatever_their_type() -> None:
    """Two names of one RSA key are one person, who has two Ed25519 keys."""
    rsa = ssh.public_line(ssh.key_file("rsa"))
    raw = f"ann@work {rsa}\nann@home {rsa}\nann@work {K1}\nann@home {K2}\n".encode()
    found = gather(ssh_entries(read_ssh_lines(raw), NOW))
    assert (len(found.keys), found.left_out.same_person) == (1, 1)
    assert found.shared == (("ann@work", "ann@home"),)


def test_files_may_come_in_any_order(fresh: MemberKey) -> None:
    """A key in ``authorized_keys`` joins its owner's others in ``allowed_signers``."""
    rows = [f"{K1} a", f"ann@x {K1}", f"ann@x {K2}", f"{K2} b"]
    for proofs in ({}, {SSH_KEY: fresh}):
        for order in itertools.permutations(rows):
            lines = read_ssh_lines("\n".join(order).encode())
            found = gather(ssh_entries(lines, NOW, proofs))
            assert (len(found.keys), found.unnamed, found.shared) == (1, 0, ())
            assert found.fresh == {proof.key for proof in proofs.values()}


LIMITED = [
    ('expiry-time="20260601" {}', "expired"),
    ('expiry-time="202606010000Z",no-pty {}', "expired"),
    ('command="rsync",restrict {}', "forced_command"),
    ('ann valid-before="20200101" {}', "expired"),
    ('ann valid-after="209901010000" {}', "not_yet_valid"),
    ('ann namespaces="git" {}', "other_namespace"),
]


@pytest.mark.parametrize(("line", "limit"), LIMITED)
def test_limits_of_keys_are_honoured(line: str, limit: Limit, fresh: MemberKey) -> None:
    """For the ssh key and for a fresh one for which it vouches: ssh-keygen would not take it."""
    lines = read_ssh_lines(line.format(K1).encode())
    for proofs in ({}, {SSH_KEY: fresh}):
        found = gather(ssh_entries(lines, NOW, proofs))
        assert (found.keys, found.left_out.limited, found.limited[limit]) == ((), 1, 1)


@pytest.mark.parametrize(
    "line",
    [
        'expiry-time="20990101",from="10.0.0.0/8" {}',
        'ann valid-before="20990101",valid-after="20200101",namespaces="git,cosign-enrol@*" {}',
        "restrict,pty {}",
    ],
)
def test_keys_within_their_limits_are_listed(line: str) -> None:
    assert gather(ssh_entries(read_ssh_lines(line.format(K1).encode()), NOW)).keys == (SSH_KEY,)


def test_a_fresh_key_stands_in_place_of_the_ssh_key_that_vouches(fresh: MemberKey) -> None:
    """It comes first, so that it is chosen where a person has several keys."""
    vouching = verify_proof(fresh, sign_sshsig(SEED, fresh.to_bytes()))
    assert vouching == SSH_KEY
    lines = [line._replace(names=("anna",)) for line in reversed(read_ssh_lines(LISTED))]
    entries = list(ssh_entries(lines, NOW, {vouching: fresh}))
    assert (entries[0].key, entries[0].key_type) == (fresh.key, FRESH)
    assert gather(entries).keys == (fresh.key,)


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_a_proof_over_the_armored_key_counts(fresh: MemberKey, line_end: bytes) -> None:
    """``member key --armor`` writes text, and ``ssh-keygen -Y sign`` signs the file as it is."""
    armored = armor("member key", fresh.to_bytes()).replace(b"\n", line_end)
    assert verify_proof(fresh, ssh.sign(ssh.key_file(), armored)) == SSH_KEY
    with pytest.raises(VerificationError):
        verify_proof(fresh, ssh.sign(ssh.key_file(), armored + b"\n"))
    with pytest.raises(VerificationError, match="another purpose"):
        verify_proof(fresh, ssh.sign(ssh.key_file(), armored, "file"))


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
    with pytest.raises(MismatchError, match="1 proof by ssh keys that no line lists"):
        list(ssh_entries(read_ssh_lines(LISTED), NOW, {fresh.key: fresh}))


def test_a_long_list_takes_bounded_memory() -> None:
    """Lines and entries are not in memory at once, so that a million keys fit in most machines."""
    blobs = (base64.b64encode(WIRE + key_of(member)).decode() for member in range(2_000))
    raw = "\n".join(f"m{i}@example.org {ED25519} {blob}" for i, blob in enumerate(blobs)).encode()
    tracemalloc.start()
    try:
        gathered = gather(ssh_entries(read_ssh_lines(raw), NOW))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(gathered.keys) == 2_000
    assert peak < 2_000 * 700


def test_reading_a_list_tells_its_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of all lines, comments and blank ones among them."""
    monkeypatch.setattr(lines, "_PROGRESS_STEP", 2)
    told: list[tuple[int, int]] = []
    read_ssh_lines(LISTED + b"\n# end\n", lambda *args: told.append(args))
    assert told == [(2, 6), (4, 6), (6, 6)]
