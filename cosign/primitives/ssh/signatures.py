"""Signatures that ``ssh-keygen -Y`` makes and verifies (docs/spec.md, "OpenSSH keys").

The format is OpenSSH's PROTOCOL.sshsig, for Ed25519 only. Each signature is made for a
namespace, so it cannot be used for another purpose.
"""

import base64
import binascii
import hashlib
from typing import Final

from nacl import bindings
from nacl.exceptions import BadSignatureError

from cosign.errors import MalformedError, VerificationError
from cosign.primitives.ssh.strings import pack, unpack
from cosign.secret import Secret
from cosign.text.files import read_legacy_text

NAMESPACE: Final = "cosign-enrol@1"
"""The namespace for signatures on membership keys, as given to ``ssh-keygen -n``."""

SSHSIG_LIMIT: Final = 4096
"""Greatest length of an armored signature in bytes."""

_MAGIC: Final = b"SSHSIG"
_VERSION: Final = (1).to_bytes(4, "big")
_TYPE: Final = b"ssh-ed25519"
_BEGIN: Final = "-----BEGIN SSH SIGNATURE-----"
_END: Final = "-----END SSH SIGNATURE-----"
_LINE: Final = 70
_HASHES: Final = {b"sha512": hashlib.sha512, b"sha256": hashlib.sha256}


def sign_sshsig(seed: Secret, message: bytes, namespace: str = NAMESPACE) -> bytes:
    """Return a signature as ``ssh-keygen -Y sign`` makes it, with SHA-512.

    Args:
        seed: the 32 bytes of the ssh key.
        message: any bytes.
        namespace: the purpose of the signature.

    Returns:
        The armored signature, which ``ssh-keygen -Y verify`` accepts.
    """
    public, secret = bindings.crypto_sign_seed_keypair(seed.reveal())
    digest = hashlib.sha512(message).digest()
    signed = _signed_data(namespace.encode(), b"sha512", digest)
    signature = bindings.crypto_sign(signed, secret)[: bindings.crypto_sign_BYTES]
    blob = (
        _MAGIC
        + _VERSION
        + pack(pack(_TYPE, public), namespace.encode(), b"", b"sha512")
        + pack(pack(_TYPE, signature))
    )
    text = base64.b64encode(blob).decode()
    lines = [text[i : i + _LINE] for i in range(0, len(text), _LINE)]
    return "\n".join([_BEGIN, *lines, _END, ""]).encode()


def verify_sshsig(armored: bytes, message: bytes, namespace: str = NAMESPACE) -> bytes:
    """Verify a signature and return the 32-byte public key that made it.

    Args:
        armored: the signature, as ``ssh-keygen -Y sign`` writes it.
        message: any bytes.
        namespace: the purpose for which it has to be made.

    Raises:
        MalformedError: not an SSHSIG by an Ed25519 key.
        VerificationError: the signature is on another message or for another namespace.
    """
    fields = _fields(_dearmor(armored))
    start = pack(_TYPE)
    if not (fields[0].startswith(start) and fields[4].startswith(start)):
        raise MalformedError(
            "an ssh signature is not by an Ed25519 key", hint="sign with an ssh-ed25519 key"
        )
    if fields[3] not in _HASHES:
        raise MalformedError("an ssh signature uses an unknown hash", hint="sign with sha512")
    if fields[2]:
        raise MalformedError("an ssh signature has something in its reserved field")
    (_, public), (_, signature) = _cut(fields[0], 2), _cut(fields[4], 2)
    if fields[1] != namespace.encode():
        raise VerificationError(
            "an ssh signature was made for another purpose", hint=f"its namespace is {namespace}"
        )
    digest = _HASHES[fields[3]](message).digest()
    signed = _signed_data(fields[1], fields[3], digest)
    if len(public) != bindings.crypto_sign_PUBLICKEYBYTES or len(signature) != 64:  # noqa: PLR2004  # RFC 8032
        raise MalformedError("an ssh signature has parts of the wrong length")
    try:
        bindings.crypto_sign_open(signature + signed, public)
    except BadSignatureError as e:
        raise VerificationError(
            "an ssh signature is not valid", hint="ask its owner to make it again"
        ) from e
    return public


def _signed_data(namespace: bytes, hash_name: bytes, digest: bytes) -> bytes:
    """Return the bytes that the key signs (PROTOCOL.sshsig, section 3)."""
    return _MAGIC + pack(namespace, b"", hash_name, digest)


def _cut(raw: bytes, count: int) -> list[bytes]:
    """Return the ``count`` SSH strings of which ``raw`` consists."""
    parts = []
    for _ in range(count):
        try:
            part, raw = unpack(raw)
        except ValueError as e:
            raise MalformedError("an ssh signature is cut off") from e
        parts.append(part)
    if raw:
        raise MalformedError("something follows an ssh signature")
    return parts


def _fields(blob: bytes) -> list[bytes]:
    """Return public key, namespace, reserved field, hash name and signature."""
    start = _MAGIC + _VERSION
    if not blob.startswith(start):
        raise MalformedError("not an ssh signature of version 1")
    return _cut(blob[len(start) :], 5)


def _dearmor(armored: bytes) -> bytes:
    """Return the bytes inside the armor; text after its END line is passed over, as by OpenSSH."""
    text = " ".join(read_legacy_text(armored).split())
    body, end, _ = text.removeprefix(_BEGIN).partition(_END)
    if not (text.startswith(_BEGIN) and end):
        raise MalformedError(
            "not an ssh signature",
            hint="copy the block alone, without words or > before it"
            if _BEGIN in text
            else "give the .sig file of ssh-keygen -Y sign",
        )
    try:
        return binascii.a2b_base64(body.replace(" ", ""), strict_mode=True)
    except ValueError as e:  # also raised for text that is not ASCII
        raise MalformedError("an ssh signature is not base64") from e
