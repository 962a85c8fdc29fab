"""OpenSSH keys: public lines and private Ed25519 files (docs/spec.md, "OpenSSH keys").

This module reads the lines of ``authorized_keys`` and ``allowed_signers`` (OpenSSH
sshd(8), "AUTHORIZED_KEYS FILE FORMAT"; ssh-keygen(1), "ALLOWED SIGNERS") far enough to
know the type of each key and the names given for its owner. pyca/cryptography reads
private key files.

Not protected: a comment is free text and proves nothing. The publisher of a roster has
to know who owns a key.
"""

import base64
import contextlib
import re
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_ssh_private_key,
)

from cosign.errors import MalformedError, PassphraseError, RefusedError
from cosign.randomness import SYSTEM, Randomness
from cosign.secret import Secret
from cosign.text.passphrases import passphrase_forms

ED25519: Final = "ssh-ed25519"
AUTHORITY: Final = "cert-authority"
"""The type reported for a key that only certifies other keys."""
KEY_BYTES: Final = 32
PRIVATE_LIMIT: Final = 65_536
"""Greatest length of a private key file in bytes."""

_KEY_TYPE: Final = re.compile(r"(ssh|ecdsa|sk)-[a-z0-9@.-]+")
_BLOB_START: Final = "AAAA"
"""How each blob begins: with the length of its type's name, which is below 2^8."""
_QUOTED: Final = r'"(?:\\"|[^"])*+"?+'
_TOKEN: Final = re.compile(rf'(?:\\"|{_QUOTED}|[^ \t"])++')
"""Splits options as OpenSSH does, in linear time even if a quote is never closed."""
_OPTION: Final = re.compile(
    r"(no-[a-z0-9-]+|restrict|cert-authority|verify-required|touch-required|agent-forwarding"
    r"|port-forwarding|pty|user-rc|x11-forwarding|(command|environment|expiry-time|from|permitopen"
    r"|permitlisten|principals|tunnel|namespaces|valid-after|valid-before)=.*)(,.*)?",
    re.IGNORECASE,
)
_BLANK: Final = " \t\r"
_WIRE: Final = len(ED25519).to_bytes(4, "big") + ED25519.encode() + KEY_BYTES.to_bytes(4, "big")
"""How the wire format of an Ed25519 key begins (RFC 8709, section 4)."""


class PublicLine(NamedTuple):
    """One key line.

    Attributes:
        names: the principals, or the comment; empty if there is neither.
        key_type: such as ``ssh-ed25519``; :data:`AUTHORITY` for keys that only certify.
        key: 32 bytes, or None if it is not a well-formed plain Ed25519 key.
    """

    names: tuple[str, ...]
    key_type: str
    key: bytes | None


def read_public_lines(text: str) -> list[PublicLine]:
    """Return the key lines of a file; blank lines and comments are skipped.

    Raises:
        MalformedError: a line has no key; the message gives its number.
    """
    # Not splitlines: a comment may contain characters that only Unicode treats as line ends.
    lines = ((number, line.strip(_BLANK)) for number, line in enumerate(text.split("\n"), 1))
    return [_read_line(line, number) for number, line in lines if line and line[0] != "#"]


def _read_line(line: str, number: int) -> PublicLine:
    tokens = list(_TOKEN.finditer(line))
    for place, token in enumerate(tokens):
        blob = tokens[place + 1] if place + 1 < len(tokens) else token
        if _KEY_TYPE.fullmatch(token.group()) and blob.group().startswith(_BLOB_START):
            before = [t.group() for t in tokens[:place]]
            names = _principals(before) or (line[blob.end() :].strip(_BLANK),)
            named = tuple(name for name in names if name)
            if any(_is_authority(options) for options in before):
                return PublicLine(named, AUTHORITY, None)
            return PublicLine(named, token.group(), _key(token.group(), blob.group()))
    raise MalformedError(
        f"line {number} has no OpenSSH key", hint="remove the line or repair the file"
    )


def _principals(before: list[str]) -> tuple[str, ...]:
    """Return the names in front of a key; none if there are options or nothing in front."""
    if not before or _OPTION.fullmatch(before[0]):
        return ()
    return tuple(before[0].replace('"', "").split(","))


def _is_authority(options: str) -> bool:
    return AUTHORITY in re.sub(_QUOTED, "", options).lower().split(",")


def _key(key_type: str, blob: str) -> bytes | None:
    try:
        raw = base64.b64decode(blob, validate=True)
    except ValueError:  # also raised for text that is not ASCII
        return None
    key = raw[len(_WIRE) :]
    # Encoded again and compared, because Python accepts too much padding.
    fits = len(key) == KEY_BYTES and base64.b64encode(_WIRE + key).decode() == blob
    return key if fits and key_type == ED25519 else None


def ed25519_seed(raw: bytes, passphrase: Secret | None) -> Secret:
    """Return the 32-byte seed of an OpenSSH Ed25519 private key file.

    Args:
        raw: the file, which begins with ``-----BEGIN OPENSSH PRIVATE KEY-----``.
        passphrase: None if the file has none. Its other normal forms are tried, too.

    Raises:
        PassphraseError: the passphrase is missing, wrong, or given though the file has none.
        RefusedError: the key is a security key, or of RSA or another type.
        MalformedError: not an OpenSSH private key.
    """
    if b"BEGIN OPENSSH PRIVATE KEY" not in raw:
        raise MalformedError(
            "not an OpenSSH private key file",
            hint="give the private file, not the .pub file; agents and security keys do not work",
        )
    if passphrase:
        *others, passphrase = map(Secret, passphrase_forms(passphrase.reveal()))
        for form in others:
            with contextlib.suppress(PassphraseError):
                return _seed(raw, form)
    return _seed(raw, passphrase)


def _seed(raw: bytes, passphrase: Secret | None) -> Secret:
    try:
        key = load_ssh_private_key(raw, passphrase.reveal() if passphrase else None)
    except TypeError as e:
        if passphrase:
            raise PassphraseError(
                "the ssh key has no passphrase", hint="leave the passphrase out"
            ) from e
        raise PassphraseError(
            "the ssh key is protected by a passphrase", hint="give it with --ssh-passphrase-file"
        ) from e
    except UnsupportedAlgorithm as e:
        raise RefusedError(
            "security keys, and ssh keys of this type or cipher, are not supported", hint=_HINT
        ) from e
    except (ValueError, InvalidTag) as e:
        if passphrase:
            raise PassphraseError(
                "the passphrase does not open the ssh key", hint="type it again"
            ) from e
        raise MalformedError("the ssh key is damaged", hint=_DAMAGED) from e
    if not isinstance(key, Ed25519PrivateKey):
        raise RefusedError("the ssh key is not of type Ed25519", hint=_HINT)
    # pyca compares the two copies of the public key, but does not compare them with the secret.
    if _WIRE + key.public_key().public_bytes_raw() not in _body(raw):
        raise MalformedError("the ssh key is damaged", hint=_DAMAGED)
    return Secret(key.private_bytes_raw())


def _body(raw: bytes) -> bytes:
    """Return the bytes inside the armor of a private key file that was parsed before."""
    body = raw.partition(b"BEGIN OPENSSH PRIVATE KEY-----")[2].partition(b"-----END")[0]
    try:
        return base64.b64decode(body)
    except ValueError:  # an incomplete BEGIN line, which pyca ignored
        return b""


_DAMAGED: Final = "use a copy that ssh-keygen -y can read"
_HINT: Final = "make a fresh key with member key, and ask to have it put on the roster"


def make_ed25519(comment: str, randomness: Randomness = SYSTEM) -> tuple[bytes, str]:
    """Return a new private key file and public line, as ``ssh-keygen -t ed25519 -N ''`` does."""
    key = Ed25519PrivateKey.from_private_bytes(randomness(32))
    private = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    public = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    return private, f"{public.decode()} {comment}\n"
