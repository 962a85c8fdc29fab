"""Private Ed25519 key files: OpenSSH's own format, and PKCS #8 (docs/spec.md, "OpenSSH keys").

pyca/cryptography reads both. For files that it does not read (another cipher, another
program's format, the public half, a security key) the error names the kind and says what
works instead.

Not protected: the file decides how long the derivation of its key takes.
"""

import base64
import contextlib
import re
import shlex
from collections.abc import Callable
from typing import Any, Final, NamedTuple, NoReturn

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_ssh_private_key,
)

from cosign.errors import MalformedError, PassphraseError, RefusedError
from cosign.primitives.ssh.lines import ED25519, WIRE
from cosign.primitives.ssh.pkcs8 import slow_pkcs8
from cosign.primitives.ssh.strings import unpack
from cosign.randomness import SYSTEM, Randomness
from cosign.secret import Secret
from cosign.text.passphrases import passphrase_forms

PRIVATE_LIMIT: Final = 65_536
"""Greatest length of a private key file in bytes."""

_OPENSSH: Final = b"BEGIN OPENSSH PRIVATE KEY"
_PKCS8: Final = (b"BEGIN PRIVATE KEY", b"BEGIN ENCRYPTED PRIVATE KEY")
_OLD_PEM: Final = re.compile(rb"BEGIN (RSA|EC|DSA) PRIVATE KEY")
_CIPHERS: Final = frozenset({"none", "aes256-ctr", "aes256-cbc", "aes256-gcm@openssh.com"})
"""The ciphers of private key files that pyca knows."""
_PUTTY: Final = b"PuTTY-User-Key-File-"
_PUBLIC: Final = re.compile(rb"((ssh|ecdsa|sk)-[a-z0-9@.-]+)[ \t]+AAAA")
_MAGIC: Final = b"openssh-key-v1\0"

_SLOW_BCRYPT: Final = 100
"""From here on, deriving a key takes about a second."""

_DAMAGED: Final = "use a copy that ssh-keygen -y can read"
_HAND_IN: Final = (
    "make a key with member key alone, and hand it to the publisher of the roster in person"
)


class Named(NamedTuple):
    """How hints call the key file, and what they offer.

    Attributes:
        path: of the file, as the person typed it.
        sign_elsewhere: a hint for keys that this program cannot open and ssh-keygen can use;
            empty if a signature of ssh-keygen does not help.
    """

    path: str = "KEY"
    sign_elsewhere: str = ""

    @property
    def quoted(self) -> str:
        """The path as a shell takes it."""
        return shlex.quote(self.path)

    def copy(self, suffix: str) -> str:
        """Return a path beside it as a shell takes it."""
        return shlex.quote(f"{self.path}.{suffix}")


_UNNAMED: Final = Named()


class _Head(NamedTuple):
    """What stands unencrypted at the start of an OpenSSH key file."""

    cipher: str
    rounds: int
    key_type: str


def ed25519_seed(raw: bytes, passphrase: Secret | None, named: Named = _UNNAMED) -> Secret:
    """Return the 32-byte seed of an Ed25519 private key file.

    Args:
        raw: the file, of OpenSSH or PKCS #8.
        passphrase: None if the file has none. Its other normal forms are tried, too.
        named: for the hints of errors.

    Raises:
        PassphraseError: the passphrase is missing, wrong, or given though the file has none.
        RefusedError: the key is on a security key, of another type, or under a cipher that
            is not supported.
        MalformedError: no such file, or a damaged one.
    """
    if passphrase:
        *others, passphrase = map(Secret, passphrase_forms(passphrase.reveal()))
        for form in others:
            with contextlib.suppress(PassphraseError):
                return _seed(raw, form, named)
    return _seed(raw, passphrase, named)


def _seed(raw: bytes, passphrase: Secret | None, named: Named) -> Secret:
    if _OPENSSH in raw:
        _check_head(raw, named)
        key = _load(load_ssh_private_key, raw, passphrase, "type it again")
        # pyca compares the two copies of the public key, but not with the secret.
        if WIRE + key.public_key().public_bytes_raw() not in _body(raw):
            raise MalformedError("the ssh key is damaged", hint=_DAMAGED)
    elif any(begin in raw for begin in _PKCS8):
        # pyca does not tell a wrong passphrase from some of the ciphers that it does not know.
        copy = f"openssl pkey -aes256 -in {named.quoted} -out {named.copy('pem')}"
        retry = f"type it again; if it is right, write a copy under another cipher: {copy}"
        key = _load(load_pem_private_key, raw, passphrase, retry)
    else:
        _refuse(raw, named)
    return Secret(key.private_bytes_raw())


def slow_derivation(raw: bytes) -> str | None:
    """Return what makes opening a key file take more than about a second, in words.

    >>> slow_derivation(b"-----BEGIN OPENSSH PRIVATE KEY-----") is None
    True
    """
    head = _head(raw)
    if head and head.rounds > _SLOW_BCRYPT:
        return f"{head.rounds} rounds of bcrypt"
    body = raw.partition(_PKCS8[1] + b"-----")[2].partition(b"-----END")[0]
    with contextlib.suppress(ValueError):
        return slow_pkcs8(base64.b64decode(body))
    return None


def make_ed25519(comment: str, randomness: Randomness = SYSTEM) -> tuple[bytes, str]:
    """Return a new private key file and public line, as ``ssh-keygen -t ed25519 -N ''`` does."""
    key = Ed25519PrivateKey.from_private_bytes(randomness(32))
    private = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    public = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    return private, f"{public.decode()} {comment}\n"


def _load(
    load: Callable[..., Any], raw: bytes, passphrase: Secret | None, retry: str
) -> Ed25519PrivateKey:
    """Read a file with a function of pyca, and return its key if it is of Ed25519.

    ``retry`` is the hint where the passphrase does not open it.
    """
    try:
        key = load(raw, passphrase.reveal() if passphrase else None)
    except TypeError as e:
        if passphrase:
            raise PassphraseError(
                "the ssh key has no passphrase", hint="leave the passphrase out"
            ) from e
        raise PassphraseError(
            "the ssh key is protected by a passphrase", hint="give it with --ssh-passphrase-file"
        ) from e
    except (ValueError, InvalidTag, UnsupportedAlgorithm) as e:
        if passphrase:
            raise PassphraseError("the passphrase does not open the ssh key", hint=retry) from e
        raise MalformedError("the ssh key is damaged", hint=_DAMAGED) from e
    if not isinstance(key, Ed25519PrivateKey):
        raise RefusedError("the ssh key is not of type Ed25519", hint=_HAND_IN)
    return key


def _check_head(raw: bytes, named: Named) -> None:
    """Refuse a security key, and ciphers that pyca does not know."""
    if not (head := _head(raw)):
        return  # pyca says what is wrong
    if head.key_type.startswith("sk-"):
        raise RefusedError("the ssh key is on a security key, which cannot do this", hint=_HAND_IN)
    if head.key_type != ED25519:
        raise RefusedError("the ssh key is not of type Ed25519", hint=_HAND_IN)
    if head.cipher not in _CIPHERS:
        change = f"ssh-keygen -p -Z aes256-ctr -f {named.quoted}"
        raise RefusedError(
            f"the cipher of the ssh key, {head.cipher}, is not supported",
            hint=named.sign_elsewhere or f"encrypt it with another cipher: {change}",
        )


def _refuse(raw: bytes, named: Named) -> NoReturn:
    """Raise the error for a file that is neither OpenSSH's nor PKCS #8."""
    if _OLD_PEM.search(raw):
        raise RefusedError("the ssh key is not of type Ed25519", hint=_HAND_IN)
    if _PUTTY in raw:
        copy = f"puttygen {named.quoted} -O private-openssh -o {named.copy('openssh')}"
        raise MalformedError(
            "this is a key file of PuTTY, not of OpenSSH",
            hint=f"write a copy for OpenSSH, and use that: {copy}",
        )
    if found := _PUBLIC.search(raw):
        if named.sign_elsewhere and found[1] == ED25519.encode():
            hint = named.sign_elsewhere
        else:
            hint = "give the private file; a key that is in an agent only does not work here"
        raise MalformedError("this is the public half of an ssh key", hint=hint)
    raise MalformedError(
        "not a private key file of OpenSSH", hint="give the file that ssh -i takes"
    )


def _head(raw: bytes) -> _Head | None:
    """Return the head of an OpenSSH key file, or None if it is damaged."""
    body = _body(raw)
    try:
        cipher, rest = unpack(body.removeprefix(_MAGIC))
        _, rest = unpack(rest)
        options, rest = unpack(rest)
        public, _ = unpack(rest[4:])
        rounds = int.from_bytes(unpack(options)[1]) if options else 0
        return _Head(cipher.decode(), rounds, unpack(public)[0].decode())
    except ValueError:
        return None


def _body(raw: bytes) -> bytes:
    """Return the bytes inside the armor of an OpenSSH key file, or b"" if it is damaged."""
    body = raw.partition(_OPENSSH + b"-----")[2].partition(b"-----END")[0]
    try:
        return base64.b64decode(body)
    except ValueError:  # an incomplete BEGIN line, which pyca ignored
        return b""
