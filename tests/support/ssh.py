"""Real OpenSSH: key files of every type, made once a run, and what ssh-keygen signs and accepts."""

import atexit
import base64
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from cosign.primitives.ssh.lines import PublicLine, read_public_lines

if shutil.which("ssh-keygen") is None:
    pytest.skip(
        "ssh-keygen is not installed: tests that hold our ssh files against it are left out",
        allow_module_level=True,
    )

ED25519: Final = "ssh-ed25519"
PASSPHRASE: Final = "grüne Heide 7"  # noqa: S105  # of keys that live for one test run
MEMBERSHIP: Final = "cosign-enrol@1"

_SIZES: Final = {"rsa": "2048", "ecdsa": "256"}


@cache
def folder() -> Path:
    """Return the folder where this run's keys lie."""
    path = Path(tempfile.mkdtemp(prefix="cosign-ssh-"))
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


def keygen(*arguments: str | Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run ssh-keygen, whatever it answers."""
    return subprocess.run(
        ["ssh-keygen", *arguments], input=stdin, capture_output=True, check=False, timeout=60
    )


def make(*arguments: str | Path, stdin: bytes = b"") -> bytes:
    """Run ssh-keygen, which has to succeed, and give its stdout."""
    done = keygen(*arguments, stdin=stdin)
    assert done.returncode == 0, done.stderr
    return done.stdout


def key_file(kind: str = "ed25519", number: int = 1, passphrase: str = "", more: str = "") -> Path:
    """Make a private key file; its public one lies beside it, commented ``KIND-NUMBER@x``."""
    path = folder() / f"{kind}-{number}-{len(passphrase)}{more.replace(' ', '')}"
    size = ["-b", _SIZES[kind]] if kind in _SIZES else []
    options = [*size, *more.split(), "-a", "1", "-N", passphrase, "-C", f"{kind}-{number}@x"]
    if not path.exists():
        make("-q", "-t", kind, *options, "-f", path)
    return path


def public_line(path: Path) -> str:
    """Return a key's public line, without its end."""
    return Path(f"{path}.pub").read_text(encoding="utf-8").strip()


def blob_of(path: Path) -> bytes:
    """Return a key's public wire form."""
    return base64.b64decode(public_line(path).split()[1])


def public_key(path: Path) -> bytes:
    """Return the 32 bytes of an Ed25519 key, which end its wire form."""
    return blob_of(path)[-32:]


def body(path: Path) -> bytes:
    """Return what a private key file armors."""
    return base64.b64decode("".join(path.read_text().splitlines()[1:-1]))


def armored(raw: bytes) -> bytes:
    """Armor the content of a private key file."""
    begin, end = (f"-----{word} OPENSSH PRIVATE KEY-----\n".encode() for word in ("BEGIN", "END"))
    return begin + base64.encodebytes(raw) + end


def seed_of(path: Path) -> bytes:
    """Return an unprotected key's secret: in the file, it stands before the last public key."""
    raw = body(path)
    end = raw.rindex(public_key(path))
    return raw[end - 32 : end]


def strings(*parts: bytes) -> bytes:
    """Write SSH strings (RFC 4251, section 5)."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def wire(key: bytes, key_type: str = ED25519) -> bytes:
    """Return the wire form of an Ed25519 key."""
    return strings(key_type.encode(), key)


def line(blob: bytes, key_type: str = ED25519) -> str:
    """Write a public line without a comment."""
    return f"{key_type} {base64.b64encode(blob).decode()}"


def security_key_line(number: int = 1) -> str:
    """Return the public line of a security key of type Ed25519, for which there is no device."""
    kind = "sk-ssh-ed25519@openssh.com"
    parts = strings(kind.encode(), public_key(key_file(number=number)), b"ssh:")
    return f"{line(parts, kind)} yubi@x"


def security_key_file() -> bytes:
    """Write the private file of a security key: a handle, no secret."""
    kind, key = b"sk-ssh-ed25519@openssh.com", public_key(key_file())
    private = bytes(8) + strings(kind, key, b"ssh:") + b"\x01" + strings(b"handle", b"", b"c")
    private += bytes(range(1, 1 + -len(private) % 8))
    head = b"openssh-key-v1\0" + strings(b"none", b"none", b"") + (1).to_bytes(4, "big")
    return armored(head + strings(strings(kind, key, b"ssh:"), private))


@cache
def certificate_line() -> str:
    """Have one key certify another, as an ssh authority does."""
    subject = folder() / "certified"
    shutil.copy(f"{key_file(number=2)}.pub", f"{subject}.pub")
    make("-q", "-s", key_file(), "-I", "somebody", "-n", "root", f"{subject}.pub")
    return Path(f"{subject}-cert.pub").read_text(encoding="utf-8").strip()


def sign(path: Path, message: bytes, namespace: str = MEMBERSHIP, *more: str) -> bytes:
    """Sign with ``ssh-keygen -Y sign``."""
    return make("-Y", "sign", "-q", "-f", path, "-n", namespace, *more, stdin=message)


def accepts(
    signature: bytes, message: bytes, path: Path, namespace: str = MEMBERSHIP, who: str = "me@x"
) -> bool:
    """Ask ``ssh-keygen -Y verify`` whether ``who``, whose key is ``path``, signed."""
    with tempfile.TemporaryDirectory() as name:
        allowed, given = Path(name) / "allowed", Path(name) / "sig"
        allowed.write_text(f"me@x {public_line(path)}\n")
        given.write_bytes(signature)
        options = ("-f", allowed, "-I", who, "-n", namespace, "-s", given)
        return keygen("-Y", "verify", *options, stdin=message).returncode == 0


def read_one(text: str) -> PublicLine:
    """Read a list of one key with the library."""
    (found,) = read_public_lines(text)
    return found
