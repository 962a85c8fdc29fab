"""OpenSSH keys: public lines and private Ed25519 files (docs/spec.md, "OpenSSH keys").

Reads the lines of ``authorized_keys`` and ``allowed_signers`` (OpenSSH sshd(8),
"AUTHORIZED_KEYS FILE FORMAT"; ssh-keygen(1), "ALLOWED SIGNERS") far enough to know
whose key it is and of which type. Private files are pyca/cryptography's business.

Not protected: a comment is what somebody typed. Who stands behind a key is for
the publisher of the roster to know.
"""

import base64
import binascii
import re
from typing import Final, NamedTuple

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_ssh_private_key,
)

from cosign.errors import MalformedError, PassphraseError, RefusedError
from cosign.secret import Secret

ED25519: Final = "ssh-ed25519"
PRIVATE_LIMIT: Final = 65_536
"""Longest private key file, in bytes."""

_KEY_TYPE: Final = re.compile(r"(ssh|ecdsa|sk)-[a-z0-9@.-]+")
_TOKEN: Final = re.compile(r'(?:"(?:\\.|[^"\\])*"|[^\s"])+')
_OPTION: Final = re.compile(
    r"(no-[a-z0-9-]+|restrict|cert-authority|verify-required|touch-required|agent-forwarding"
    r"|port-forwarding|pty|user-rc|x11-forwarding|(command|environment|expiry-time|from|permitopen"
    r"|permitlisten|principals|tunnel|namespaces|valid-after|valid-before)=.*)(,.*)?",
    re.IGNORECASE,
)
_WIRE: Final = len(ED25519).to_bytes(4, "big") + ED25519.encode() + (32).to_bytes(4, "big")
"""How the wire form of an Ed25519 key begins (RFC 8709, section 4)."""


class PublicLine(NamedTuple):
    """One key line.

    Attributes:
        person: a principal or the comment; empty if there is neither.
        key_type: such as ``ssh-ed25519``.
        key: 32 bytes, or None where it is not a plain Ed25519 key in good form.
    """

    person: str
    key_type: str
    key: bytes | None


def read_public_lines(text: str) -> list[PublicLine]:
    """Read every key line of a file; blank lines and comments are passed over.

    Raises:
        MalformedError: a line that holds no key; it is named.
    """
    lines = enumerate(text.splitlines(), 1)
    return [
        _read_line(line.strip(), number)
        for number, line in lines
        if line.strip() and not line.lstrip().startswith("#")
    ]


def _read_line(line: str, number: int) -> PublicLine:
    tokens = list(_TOKEN.finditer(line))
    for place, token in enumerate(tokens):
        if _KEY_TYPE.fullmatch(token.group()) and place + 1 < len(tokens):
            before = [t.group() for t in tokens[:place]]
            blob = tokens[place + 1]
            principal = before[0] if before and not _OPTION.fullmatch(before[0]) else ""
            authority = any("cert-authority" in option.lower() for option in before)
            key = None if authority else _key(token.group(), blob.group())
            return PublicLine(principal or line[blob.end() :].strip(), token.group(), key)
    raise MalformedError(
        f"line {number} holds no OpenSSH key", hint="remove the line or mend the file"
    )


def _key(key_type: str, blob: str) -> bytes | None:
    try:
        raw = base64.b64decode(blob, validate=True)
    except binascii.Error:
        return None
    fits = key_type == ED25519 and raw.startswith(_WIRE) and len(raw) == len(_WIRE) + 32
    return raw[len(_WIRE) :] if fits else None


def ed25519_seed(raw: bytes, passphrase: Secret | None) -> Secret:
    """Give the 32-byte seed of an OpenSSH Ed25519 private key file.

    Args:
        raw: the file, ``-----BEGIN OPENSSH PRIVATE KEY-----``.
        passphrase: None if the file has none.

    Raises:
        PassphraseError: the file has one, or another one.
        RefusedError: a security key, RSA or another type.
        MalformedError: no OpenSSH private key.
    """
    if b"BEGIN OPENSSH PRIVATE KEY" not in raw:
        raise MalformedError(
            "not an OpenSSH private key file",
            hint="keys in an agent or on a security key do not work: name the file itself",
        )
    try:
        key = load_ssh_private_key(raw, passphrase.reveal() if passphrase else None)
    except TypeError as e:
        raise PassphraseError("the ssh key is under a passphrase", hint="give it") from e
    except UnsupportedAlgorithm as e:
        raise RefusedError("security keys and rare types do not work", hint=_HINT) from e
    except ValueError as e:
        if passphrase:
            raise PassphraseError("the passphrase does not open the ssh key", hint="retry") from e
        raise MalformedError("the ssh key is damaged or needs a passphrase", hint="give it") from e
    if not isinstance(key, Ed25519PrivateKey):
        raise RefusedError("the ssh key is not of type Ed25519", hint=_HINT)
    return Secret(key.private_bytes_raw())


_HINT: Final = "make a fresh key with member key, and ask to have it put on the roster"


def make_ed25519(comment: str) -> tuple[bytes, str]:
    """Make an ssh key as ``ssh-keygen -t ed25519 -N ''`` does: private file, public line."""
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    public = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    return private, f"{public.decode()} {comment}\n"
