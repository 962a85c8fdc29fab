"""Reading OpenSSH's public lines and private files."""

import base64
import contextlib
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosign.errors import CosignError, MalformedError, PassphraseError, RefusedError
from cosign.primitives.ed25519 import SigningKey
from cosign.primitives.ssh.keys import (
    AUTHORITY,
    ED25519,
    PublicLine,
    ed25519_seed,
    make_ed25519,
    read_public_lines,
)
from cosign.secret import Secret
from tests.support import ssh

KEY = ssh.key_file()
LINE = ssh.line(ssh.blob_of(KEY))
RAW = ssh.public_key(KEY)
PASSPHRASE = Secret(ssh.PASSPHRASE.encode())


def read(text: str) -> PublicLine:
    """Read a file of one line."""
    (found,) = read_public_lines(text)
    return found


def test_a_line_of_ssh_keygen_gives_key_and_comment() -> None:
    """Type, 32 bytes, and the comment as the only name."""
    assert read(ssh.public_line(KEY)) == (("ed25519-1@x",), ED25519, RAW)


@pytest.mark.parametrize(
    ("line", "key_type"),
    [
        (ssh.public_line(ssh.key_file("rsa")), "ssh-rsa"),
        (ssh.public_line(ssh.key_file("ecdsa")), "ecdsa-sha2-nistp256"),
        (ssh.security_key_line(), "sk-ssh-ed25519@openssh.com"),
        (ssh.certificate_line(), "ssh-ed25519-cert-v01@openssh.com"),
        (f"cert-authority {LINE}", AUTHORITY),
        (f'restrict,Cert-Authority,command="x" {LINE}', AUTHORITY),
        (f"*@example.org cert-authority {LINE}", AUTHORITY),
    ],
)
def test_other_types_keep_their_name_and_have_no_key(line: str, key_type: str) -> None:
    """So that keys that are left out can be counted by reason."""
    assert read(line)[1:] == (key_type, None)


@pytest.mark.parametrize(
    ("before", "names"),
    [
        ("", ("c",)),
        ("no-pty ", ("c",)),
        ('command="echo \\"a b\\", c",no-pty ', ("c",)),
        ('environment="A=ssh-rsa AAAAB3NzaC1yc2EAAAA",from="10.0.0.0/8,!10.1.1.1" ', ("c",)),
        ('command="cert-authority" ', ("c",)),
        ('command="echo ,cert-authority," ', ("c",)),
        ("alice@x ", ("alice@x",)),
        ('"alice@x" ', ("alice@x",)),
        ("alice@x,alice@y ", ("alice@x", "alice@y")),
        (",alice@x, ", ("alice@x",)),
        ('alice@x namespaces="git,file" ', ("alice@x",)),
        ('alice@x valid-after="20300101",namespaces="a b" ', ("alice@x",)),
        ("ssh-admin@x.org ", ("ssh-admin@x.org",)),
        ("sk-martin ", ("sk-martin",)),
        ("ünï ", ("ünï",)),
        ("\t alice@x \t", ("alice@x",)),
    ],
)
def test_names_are_principals_or_else_the_comment(before: str, names: tuple[str, ...]) -> None:
    """Options before the key, with quoted blanks, commas and keys, are not names."""
    assert read(f"{before}{LINE} c") == (names, ED25519, RAW)


def test_ssh_keygen_reads_the_same_principals() -> None:
    """A principals list with quotes and commas means to OpenSSH what it means here."""
    allowed = ssh.folder() / "principals"
    allowed.write_text(f'"alice@x,alice@y" namespaces="{ssh.MEMBERSHIP}" {LINE}\n')
    for name in read(allowed.read_text()).names:
        ssh.make("-Y", "match-principals", "-f", allowed, "-I", name)
    assert ssh.keygen("-Y", "match-principals", "-f", allowed, "-I", "alice").returncode


def test_lines_end_as_openssh_ends_them() -> None:
    """CRLF ends a line; what only Unicode calls a line end stays in the comment."""
    other = ssh.line(ssh.blob_of(ssh.key_file(number=2)))
    for mark in "\x0b\x0c\x1c\x85\u2028\u2029":
        found = read_public_lines(f"# a\r\n\r\n{LINE} tom{mark}{other}\r\n  \t\r\n{LINE}")
        assert [line.key for line in found] == [RAW, RAW]
        assert found[0].names == (f"tom{mark}{other}",)
        assert found[1].names == ()


def test_unicode_comments_stay_as_they_are() -> None:
    """Names need not be ASCII, and may hold blanks."""
    assert read(f"{LINE}  Zoë  Łukasz 名前 \r").names == ("Zoë  Łukasz 名前",)


@pytest.mark.parametrize(
    "blob",
    [
        "AAAA!",
        "AAAAC3NzaC1lZDI1NTE5AAAAI",
        "AAAAÄ",
        ssh.line(ssh.wire(RAW)[:-1]).split()[1],
        ssh.line(ssh.wire(RAW) + b"\0").split()[1],
        ssh.line(ssh.wire(RAW[:31])).split()[1],
        ssh.line(ssh.wire(RAW + b"\0")).split()[1],
        ssh.line(ssh.wire(RAW, "ssh-ed25518")).split()[1],
        ssh.line(ssh.wire(RAW, "ssh-rsa")).split()[1],
        ssh.line(ssh.wire(RAW) + ssh.strings(b"more")).split()[1],
        ssh.line(ssh.wire(RAW)).split()[1] + "=",
        ssh.line(ssh.wire(RAW)).split()[1] + "\u2028",
    ],
)
def test_damaged_blobs_are_no_key(blob: str) -> None:
    """Cut, extended, of another inner type, or no base64: the line is kept to be counted."""
    assert read(f"{ED25519} {blob} c") == (("c",), ED25519, None)


@pytest.mark.parametrize(
    "line",
    [
        "hello",
        "ssh-ed25519",
        "ssh-ed25519 !!!",
        LINE.split()[1],
        'command="x',
        f'command="x {LINE}',
        "2048 65537 1234 old@x",
        "-----BEGIN OPENSSH PRIVATE KEY-----",
        "\ufeff" + LINE,
        f"host\u00a0{LINE}",
    ],
)
def test_a_line_without_a_key_is_named(line: str) -> None:
    """Nothing is passed over in silence."""
    with pytest.raises(MalformedError, match="line 2 has no OpenSSH key"):
        read_public_lines(f"# a comment\n{line}\n")


@pytest.mark.parametrize(
    "line",
    [
        f"{LINE} {'c' * 3_000_000}",
        f'command="{"a " * 1_000_000}" {LINE} c',
        '"\\' * 1_000_000,
        '"\\"' * 1_000_000,
        "\\" * 3_000_000,
        "ssh-" * 700_000,
        f"{'no-pty,' * 400_000} {LINE}",
        "a=," * 1_000_000,
    ],
    ids=range(8),
)
def test_huge_lines_take_linear_time(line: str) -> None:
    """Three megabytes take a moment, whatever the quotes; quadratic time would be hours."""
    started = time.process_time()
    try:
        assert read(line).key == RAW
    except MalformedError:
        assert LINE not in line
    assert time.process_time() - started < 20


@given(st.text(alphabet=st.sampled_from('"\\ \t,=#ask-ecdrt-AAAA@é\u2028\x00\r')))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Nothing but our own error, and never a key out of nothing."""
    with contextlib.suppress(MalformedError):
        assert all(line.key is None for line in read_public_lines(text))


@given(st.integers(0, len(LINE) - 1), st.characters(codec="utf-8"))
def test_a_changed_line_is_never_the_same_key_twice(place: int, letter: str) -> None:
    """One character changed gives another key, none, or an error."""
    changed = LINE[:place] + letter + LINE[place + 1 :]
    try:
        found = read_public_lines(changed)
    except MalformedError:
        return
    assert changed == LINE or all(line.key != RAW or letter in '\n"\\' for line in found)


def test_our_own_ssh_keys_are_what_ssh_keygen_makes() -> None:
    """``ssh-keygen -y`` gives the public line, and the seed belongs to it."""
    private, public = make_ed25519("me@x")
    path = ssh.folder() / "own"
    path.write_bytes(private)
    path.chmod(0o600)
    assert ssh.make("-y", "-f", path).split()[:2] == public.encode().split()[:2]
    found = read(public)
    assert found.names == ("me@x",)
    assert SigningKey(ed25519_seed(private, None)).public_key == found.key


def test_an_unprotected_file_gives_its_seed() -> None:
    """The 32 bytes of RFC 8032; an empty passphrase is none."""
    for passphrase in (None, Secret(b"")):
        assert ed25519_seed(KEY.read_bytes(), passphrase).reveal() == ssh.seed_of(KEY)


@pytest.mark.parametrize("cipher", ["", "-Z aes256-cbc", "-Z aes256-gcm@openssh.com"])
def test_a_protected_file_needs_its_passphrase(cipher: str) -> None:
    """Also one that is not ASCII; none and a wrong one are told apart."""
    path = ssh.key_file(passphrase=ssh.PASSPHRASE, more=cipher)
    raw = path.read_bytes()
    assert SigningKey(ed25519_seed(raw, PASSPHRASE)).public_key == ssh.public_key(path)
    with pytest.raises(PassphraseError, match="the ssh key is protected by a passphrase"):
        ed25519_seed(raw, None)
    with pytest.raises(PassphraseError, match="does not open the ssh key"):
        ed25519_seed(raw, Secret(ssh.PASSPHRASE.upper().encode()))


def test_a_passphrase_in_another_normal_form() -> None:
    """ssh-keygen took NFC here; a keyboard that types NFD, or a byte order mark, opens it too."""
    path = ssh.key_file(passphrase=ssh.PASSPHRASE)
    for typed in ("gru\u0308ne Heide 7", f"\ufeff{ssh.PASSPHRASE}"):
        found = ed25519_seed(path.read_bytes(), Secret(typed.encode()))
        assert SigningKey(found).public_key == ssh.public_key(path)


def test_a_passphrase_for_a_file_without_one_is_said_so() -> None:
    """Rather than asking for one."""
    with pytest.raises(PassphraseError, match="the ssh key has no passphrase"):
        ed25519_seed(KEY.read_bytes(), PASSPHRASE)


@pytest.mark.parametrize("kind", ["rsa", "ecdsa"])
def test_other_types_are_refused(kind: str) -> None:
    """With or without a passphrase: only Ed25519 keys make ring proofs."""
    for passphrase in ("", ssh.PASSPHRASE):
        raw = ssh.key_file(kind, passphrase=passphrase).read_bytes()
        with pytest.raises(RefusedError, match="not of type Ed25519") as caught:
            ed25519_seed(raw, PASSPHRASE if passphrase else None)
        assert "member key" in caught.value.hint


def test_security_keys_and_rare_ciphers_are_refused() -> None:
    """A security key's file holds a handle and no secret."""
    rare = ssh.key_file(passphrase=ssh.PASSPHRASE, more="-Z chacha20-poly1305@openssh.com")
    for raw in (ssh.security_key_file(), rare.read_bytes()):
        with pytest.raises(
            RefusedError, match="security keys, and ssh keys of this type or cipher"
        ):
            ed25519_seed(raw, None)


def pem_files() -> dict[str, bytes]:
    """Make what people name by mistake."""
    made = subprocess.run(
        ["openssl", "genpkey", "-algorithm", "ed25519"], capture_output=True, check=True
    )
    return {
        "pkcs8": made.stdout,
        "pem": ssh.key_file("rsa", more="-m PEM").read_bytes(),
        "public": Path(f"{KEY}.pub").read_bytes(),
        "certificate": ssh.certificate_line().encode(),
        "empty": b"",
        "putty": b"PuTTY-User-Key-File-3: ssh-ed25519\r\nEncryption: none\r\n",
    }


@pytest.mark.parametrize("name", pem_files())
def test_other_files_are_no_private_key(name: str) -> None:
    """A public key given by mistake, PKCS #8, PEM."""
    for passphrase in (None, PASSPHRASE):
        with pytest.raises(MalformedError, match="not an OpenSSH private key file") as caught:
            ed25519_seed(pem_files()[name], passphrase)
        assert "give the private file" in caught.value.hint


def test_a_damaged_file_never_gives_another_key() -> None:
    """Each flipped byte is refused, or stands in the comment or between the lines."""
    raw, seed = KEY.read_bytes(), ssh.seed_of(KEY)
    refused = 0
    for place in range(len(raw)):
        for mask in (1, 128):
            changed = raw[:place] + bytes([raw[place] ^ mask]) + raw[place + 1 :]
            try:
                assert ed25519_seed(changed, None).reveal() == seed
            except (MalformedError, RefusedError):
                refused += 1
    assert refused > 1.9 * len(raw) - 40


@pytest.mark.parametrize("passphrase", ["", ssh.PASSPHRASE])
def test_a_cut_file_is_refused(passphrase: str) -> None:
    """Wherever it ends, also if its armor is whole."""
    path = ssh.key_file(passphrase=passphrase)
    given, inner = (PASSPHRASE if passphrase else None), ssh.body(path)
    for size in range(0, len(inner), 7):
        with pytest.raises(CosignError):
            ed25519_seed(ssh.armored(inner[:size]), given)
        with pytest.raises(CosignError):
            ed25519_seed(path.read_bytes()[: size + 20], given)


def test_a_seed_that_is_not_the_public_keys_is_refused() -> None:
    """OpenSSH stores both; a signature under the wrong one could leak the secret."""
    seed, inner = ssh.seed_of(KEY), ssh.body(KEY)
    changed = inner.replace(seed, bytes(32))
    assert changed != inner
    with pytest.raises(MalformedError, match="the ssh key is damaged"):
        ed25519_seed(ssh.armored(changed), None)
    assert ed25519_seed(ssh.armored(inner), None).reveal() == seed
    assert base64.b64encode(inner)[:8] == b"b3BlbnNz"


def test_half_a_begin_line_makes_a_file_damaged() -> None:
    """The library behind looks past it to a whole one; what stands between is no base64."""
    raw = KEY.read_bytes()
    assert ed25519_seed(raw, None).reveal() == ssh.seed_of(KEY)
    with pytest.raises(MalformedError, match="the ssh key is damaged"):
        ed25519_seed(b"-BEGIN OPENSSH PRIVATE KEY-----" + raw, None)
