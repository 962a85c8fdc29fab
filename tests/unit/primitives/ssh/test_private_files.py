"""Reading private Ed25519 key files."""

import base64
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from cosign.errors import CosignError, MalformedError, PassphraseError, RefusedError
from cosign.primitives.ed25519 import SigningKey
from cosign.primitives.ssh.lines import read_public_lines
from cosign.primitives.ssh.pkcs8 import slow_pkcs8
from cosign.primitives.ssh.private_files import Named, ed25519_seed, make_ed25519, slow_derivation
from cosign.primitives.ssh.strings import pack as strings
from cosign.secret import Secret
from tests.support import ssh

KEY = ssh.key_file()
PASSPHRASE = Secret(ssh.PASSPHRASE.encode())


def test_our_own_ssh_keys_are_what_ssh_keygen_makes() -> None:
    """``ssh-keygen -y`` gives the public line, and the seed belongs to it."""
    private, public = make_ed25519("me@x")
    path = ssh.folder() / "own"
    path.write_bytes(private)
    path.chmod(0o600)
    assert ssh.make("-y", "-f", path).split()[:2] == public.encode().split()[:2]
    [found] = read_public_lines(public)
    assert public.endswith(" me@x\n")
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
@pytest.mark.parametrize("form", ["", "-m PEM", "-m PKCS8"])
def test_other_types_are_refused(kind: str, form: str) -> None:
    """In every form, with or without a passphrase: only Ed25519 keys make ring proofs."""
    for passphrase in ("", ssh.PASSPHRASE):
        raw = ssh.key_file(kind, passphrase=passphrase, more=form).read_bytes()
        with pytest.raises(RefusedError, match="not of type Ed25519") as caught:
            ed25519_seed(raw, PASSPHRASE if passphrase else None)
        assert "hand it to the publisher" in caught.value.hint


def test_security_keys_are_refused() -> None:
    """Their files hold a handle and no secret."""
    with pytest.raises(RefusedError, match="on a security key") as caught:
        ed25519_seed(ssh.security_key_file(), None)
    assert "hand it to the publisher" in caught.value.hint


CIPHERS = [
    *("aes128-ctr", "aes192-ctr", "aes128-cbc", "aes192-cbc", "3des-cbc"),
    *("aes128-gcm@openssh.com", "chacha20-poly1305@openssh.com"),
]


@pytest.mark.parametrize("cipher", CIPHERS)
def test_the_hint_for_a_rare_cipher_opens_the_key(cipher: str, tmp_path: Path) -> None:
    """Typed as it stands, it gives a file that is read; where ssh-keygen can sign, that is told."""
    path = tmp_path / "my key"
    made = ssh.key_file(passphrase=ssh.PASSPHRASE, more=f"-Z {cipher}")
    shutil.copy(made, path)
    with pytest.raises(RefusedError, match=re.escape(cipher)) as caught:
        ed25519_seed(path.read_bytes(), PASSPHRASE, Named(str(path), "sign elsewhere"))
    assert caught.value.hint == "sign elsewhere"
    with pytest.raises(RefusedError) as caught:
        ed25519_seed(path.read_bytes(), None, Named(str(path)))
    typed = shlex.split(caught.value.hint.partition(": ")[2])
    ssh.make(*typed[1:], "-P", ssh.PASSPHRASE, "-N", ssh.PASSPHRASE, "-a", "1")
    found = SigningKey(ed25519_seed(path.read_bytes(), PASSPHRASE))
    assert found.public_key == ssh.public_key(made)


def openssl(*arguments: str | Path) -> None:
    """Run openssl, which has to succeed."""
    subprocess.run(["openssl", *arguments], capture_output=True, check=True)


@pytest.fixture(scope="module")
def pkcs8(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an Ed25519 key as openssl does."""
    path = tmp_path_factory.mktemp("pkcs8") / "key"
    openssl("genpkey", "-algorithm", "ed25519", "-out", path)
    return path


def public_of(path: Path) -> bytes:
    """Return the public key of a PKCS #8 file, as openssl shows it."""
    shown = subprocess.run(
        ["openssl", "pkey", "-in", path, "-pubout", "-outform", "DER"],
        capture_output=True,
        check=True,
    )
    return shown.stdout[-32:]


@pytest.mark.parametrize(
    "options",
    ["", "-v2 aes-256-cbc", "-v2 aes-128-cbc", "-v2 des3", "-scrypt", "-v1 PBE-SHA1-3DES"],
)
def test_pkcs8_is_read(options: str, pkcs8: Path, tmp_path: Path) -> None:
    """As by OpenSSH since 9.6: plain, and under what openssl protects it with."""
    path, passphrase = pkcs8, None
    if options:
        path, passphrase = tmp_path / "protected", PASSPHRASE
        ends = ("-in", pkcs8, "-out", path, "-passout", f"pass:{ssh.PASSPHRASE}")
        openssl("pkcs8", "-topk8", *options.split(), *ends)
        with pytest.raises(PassphraseError, match="is protected by a passphrase"):
            ed25519_seed(path.read_bytes(), None)
        with pytest.raises(PassphraseError, match="does not open"):
            ed25519_seed(path.read_bytes(), Secret(b"wrong"))
    else:
        with pytest.raises(PassphraseError, match="has no passphrase"):
            ed25519_seed(path.read_bytes(), PASSPHRASE)
    found = SigningKey(ed25519_seed(path.read_bytes(), passphrase))
    assert found.public_key == public_of(pkcs8)


def test_the_hint_for_a_rare_cipher_of_pkcs8_opens_the_key(pkcs8: Path, tmp_path: Path) -> None:
    """The library behind calls it a wrong passphrase, so the hint says both."""
    path = tmp_path / "my key"
    secret = f"pass:{ssh.PASSPHRASE}"
    ends = ("-in", pkcs8, "-out", path, "-passout", secret)
    openssl("pkcs8", "-topk8", "-v2", "camellia-256-cbc", *ends)
    with pytest.raises(PassphraseError, match="does not open the ssh key") as caught:
        ed25519_seed(path.read_bytes(), PASSPHRASE, Named(str(path)))
    typed = shlex.split(caught.value.hint.partition(": ")[2])
    openssl(*typed[1:], "-passin", secret, "-passout", secret)
    copy = Path(typed[-1]).read_bytes()
    assert SigningKey(ed25519_seed(copy, PASSPHRASE)).public_key == public_of(pkcs8)


PUTTY = b"PuTTY-User-Key-File-3: ssh-ed25519\r\nEncryption: none\r\n"


@pytest.mark.parametrize(
    ("raw", "message", "hint"),
    [
        (PUTTY, "a key file of PuTTY", "puttygen k -O private-openssh -o k.openssh"),
        (Path(f"{KEY}.pub").read_bytes(), "the public half", "sign elsewhere"),
        (b"\xef\xbb\xbf" + Path(f"{KEY}.pub").read_bytes(), "the public half", "sign elsewhere"),
        (ssh.public_line(ssh.key_file("rsa")).encode(), "the public half", "give the private file"),
        (ssh.security_key_line().encode(), "the public half", "give the private file"),
        (ssh.certificate_line().encode(), "the public half", "give the private file"),
        (b"", "not a private key file", "ssh -i"),
        (b"-----BEGIN CERTIFICATE-----\n", "not a private key file", "ssh -i"),
        (b"\0" * 1000, "not a private key file", "ssh -i"),
    ],
)
def test_other_files_are_no_private_key(raw: bytes, message: str, hint: str) -> None:
    """Each is told by what it is; an Ed25519 key in an agent can still sign by ssh-keygen."""
    for passphrase in (None, PASSPHRASE):
        with pytest.raises(MalformedError, match=message) as caught:
            ed25519_seed(raw, passphrase, Named("k", "sign elsewhere"))
        assert hint in caught.value.hint
        with pytest.raises(MalformedError, match=message) as caught:
            ed25519_seed(raw, passphrase)
        assert caught.value.hint
        assert "elsewhere" not in caught.value.hint


def test_puttygen_makes_the_copy_that_the_hint_says(tmp_path: Path) -> None:
    """A .ppk of PuTTY becomes a file that is read."""
    if not shutil.which("puttygen"):
        pytest.skip("puttygen is not installed: its files are left out")
    path = tmp_path / "my key"
    subprocess.run(["puttygen", KEY, "-O", "private", "-o", path], check=True)
    with pytest.raises(MalformedError) as caught:
        ed25519_seed(path.read_bytes(), None, Named(str(path)))
    typed = shlex.split(caught.value.hint.partition(": ")[2])
    subprocess.run(typed, check=True)
    assert ed25519_seed(Path(typed[-1]).read_bytes(), None).reveal() == ssh.seed_of(KEY)


def test_a_slow_bcrypt_is_told() -> None:
    """With the number of rounds that the file asks for; usual files are fast."""
    for rounds, words in ((16, None), (100, None), (101, "101 rounds of bcrypt")):
        options = strings(bytes(16)) + rounds.to_bytes(4, "big")
        head = strings(b"aes256-ctr", b"bcrypt", options) + (1).to_bytes(4, "big")
        raw = ssh.armored(b"openssh-key-v1\0" + head + strings(ssh.blob_of(KEY), b""))
        assert slow_derivation(raw) == words


def test_a_slow_derivation_of_pkcs8_is_told(pkcs8: Path, tmp_path: Path) -> None:
    """Only of a file that is whole."""
    aes = ("-v2", "aes-256-cbc", "-iter")
    for how, words in [
        ((*aes, "2048"), None),
        ((*aes, "2000001"), "2000001 rounds of PBKDF2"),
        (("-v1", "PBE-SHA1-3DES", "-iter", "2000001"), "2000001 rounds of PKCS #12"),
        (("-scrypt",), None),
        (
            ("-scrypt", "-scrypt_N", "16384", "-scrypt_r", "8", "-scrypt_p", "16"),
            "scrypt with N = 16384, p = 16",
        ),
    ]:
        path = tmp_path / str(len(list(tmp_path.iterdir())))
        openssl("pkcs8", "-topk8", "-in", pkcs8, *how, "-passout", "pass:x", "-out", path)
        assert slow_derivation(path.read_bytes()) == words
        der = base64.b64decode(b"".join(path.read_bytes().splitlines()[1:-1]))
        assert {slow_pkcs8(der[:size]) for size in range(len(der))} == {None}


def test_files_that_derive_no_key_are_not_slow(pkcs8: Path) -> None:
    for raw in (
        *(b"", b"-----BEGIN ENCRYPTED PRIVATE KEY-----\n=x\n-----END"),
        *(pkcs8.read_bytes(), KEY.read_bytes(), Path(f"{KEY}.pub").read_bytes()),
    ):
        assert slow_derivation(raw) is None
    for digits in (
        "3000",
        "30023000",
        "300630040600 3000",
        "3008300606003002 0400",
        "30063004 06000400",
    ):
        assert slow_pkcs8(bytes.fromhex(digits)) is None


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
