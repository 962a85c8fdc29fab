"""Signatures of ``ssh-keygen -Y``, both ways."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosign.errors import CosignError, MalformedError, VerificationError
from cosign.primitives.curve.edwards25519 import affine, encode
from cosign.primitives.ssh.signatures import NAMESPACE, SSHSIG_LIMIT, sign_sshsig, verify_sshsig
from cosign.secret import Secret
from tests.support import ssh
from tests.support.torsion import torsion

KEY = ssh.key_file()
SEED = Secret(ssh.seed_of(KEY))
RAW = ssh.public_key(KEY)
MESSAGE = b"a membership key \x00\xff"
OURS = sign_sshsig(SEED, MESSAGE)
BEGIN, END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"


def blob(signature: bytes) -> bytes:
    """Take the armor off."""
    return base64.b64decode("".join(signature.decode().splitlines()[1:-1]))


def armor(raw: bytes) -> bytes:
    """Put it on again."""
    return f"{BEGIN}\n{base64.encodebytes(raw).decode()}{END}\n".encode()


def made(
    public: bytes = ssh.wire(RAW),
    namespace: bytes = NAMESPACE.encode(),
    reserved: bytes = b"",
    hash_name: bytes = b"sha512",
    signature: bytes | None = None,
) -> bytes:
    """Put a signature together from parts, by default those of :data:`OURS`."""
    given = blob(OURS)[-83:] if signature is None else signature
    fields = ssh.strings(public, namespace, reserved, hash_name, given)
    return armor(b"SSHSIG" + (1).to_bytes(4, "big") + fields)


def test_parts_put_together_are_the_signature() -> None:
    """The negative tests below start from what is accepted."""
    assert blob(made()) == blob(OURS)
    assert verify_sshsig(made(), MESSAGE) == RAW


@pytest.mark.parametrize("message", [b"", MESSAGE, bytes(100_000)])
def test_ours_is_byte_for_byte_what_ssh_keygen_makes(message: bytes) -> None:
    """Ed25519 is deterministic, so even the armor is the same."""
    assert sign_sshsig(SEED, message) == ssh.sign(KEY, message)


def test_ssh_keygen_accepts_ours() -> None:
    """For this message, namespace and person only."""
    assert ssh.accepts(OURS, MESSAGE, KEY)
    assert not ssh.accepts(OURS, MESSAGE + b"\n", KEY)
    assert not ssh.accepts(OURS, MESSAGE, KEY, namespace="file")
    assert not ssh.accepts(OURS, MESSAGE, KEY, who="you@x")
    assert not ssh.accepts(OURS, MESSAGE, ssh.key_file(number=2))


@pytest.mark.parametrize("algorithm", ["sha512", "sha256"])
def test_ours_accepts_what_ssh_keygen_makes(algorithm: str) -> None:
    """With either hash; and gives the key that signed."""
    given = ssh.sign(KEY, MESSAGE, NAMESPACE, "-O", f"hashalg={algorithm}")
    assert verify_sshsig(given, MESSAGE) == RAW
    assert verify_sshsig(given.replace(b"\n", b"\r\n"), MESSAGE) == RAW
    with pytest.raises(VerificationError, match="an ssh signature is not valid"):
        verify_sshsig(given, MESSAGE + b"!")
    with pytest.raises(VerificationError, match="another purpose"):
        verify_sshsig(given, MESSAGE, "file")


def test_a_signature_for_another_namespace_is_refused() -> None:
    """What somebody signed for git or as a file vouches for nothing here."""
    for namespace in ("git", "file", NAMESPACE + "1", NAMESPACE[:-1]):
        with pytest.raises(VerificationError, match="made for another purpose"):
            verify_sshsig(ssh.sign(KEY, MESSAGE, namespace), MESSAGE)


def test_renaming_the_namespace_does_not_help() -> None:
    """It is under the signature."""
    foreign = ssh.sign(KEY, MESSAGE, "file")
    with pytest.raises(VerificationError, match="an ssh signature is not valid"):
        verify_sshsig(made(signature=blob(foreign)[-83:]), MESSAGE)


@pytest.mark.parametrize("kind", ["rsa", "ecdsa"])
def test_signatures_of_other_types_are_refused(kind: str) -> None:
    """However good they are."""
    with pytest.raises(MalformedError, match="not by an Ed25519 key"):
        verify_sshsig(ssh.sign(ssh.key_file(kind), MESSAGE), MESSAGE)


def test_a_certificate_is_no_key() -> None:
    """Nor the wire form of a security key."""
    for text in (ssh.certificate_line(), ssh.security_key_line()):
        with pytest.raises(CosignError):
            verify_sshsig(made(public=base64.b64decode(text.split()[1])), MESSAGE)


@pytest.mark.parametrize(
    "changes",
    [
        {"hash_name": b"sha384"},
        {"hash_name": b""},
        {"hash_name": b"sha256"},
        {"public": ssh.wire(RAW[:31])},
        {"public": ssh.wire(RAW + b"\0")},
        {"public": ssh.wire(RAW) + b"\0"},
        {"public": ssh.wire(RAW, "ssh-rsa")},
        {"public": ssh.wire(bytes(32))},
        {"public": ssh.wire(ssh.public_key(ssh.key_file(number=2)))},
        {"public": b""},
        {"signature": b""},
        {"signature": ssh.strings(b"ssh-ed25519", bytes(64))},
        {"signature": ssh.strings(b"ssh-ed25519", bytes(63))},
        {"signature": ssh.strings(b"ssh-ed25519", b"")},
        {"signature": ssh.strings(b"ssh-rsa", bytes(64))},
        {"namespace": b""},
        {"reserved": b"x"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_each_changed_part_is_refused(changes: dict[str, bytes]) -> None:
    """Key, namespace, hash and signature, in length, type and content."""
    with pytest.raises((MalformedError, VerificationError)):
        verify_sshsig(made(**changes), MESSAGE)


@pytest.mark.parametrize("multiple", range(8))
def test_keys_of_small_order_sign_nothing(multiple: int) -> None:
    """With R and S of zero such a key verifies in lax implementations."""
    point = encode(affine(torsion(multiple)))
    for first in (point, encode(affine(torsion(0)))):
        forged = ssh.strings(b"ssh-ed25519", first + bytes(32))
        with pytest.raises(VerificationError, match="is not valid"):
            verify_sshsig(made(public=ssh.wire(point), signature=forged), MESSAGE)


def test_every_flipped_bit_of_the_blob_is_refused() -> None:
    """Key, namespace, hash, signature, and each length."""
    raw = blob(OURS)
    for place in range(len(raw)):
        for bit in range(8):
            changed = raw[:place] + bytes([raw[place] ^ 1 << bit]) + raw[place + 1 :]
            with pytest.raises((MalformedError, VerificationError)):
                verify_sshsig(armor(changed), MESSAGE)


def test_every_flipped_byte_of_the_armor_never_vouches_for_another_message() -> None:
    """Also no crash for bytes that are not ASCII."""
    for place in range(len(OURS)):
        for mask in (1, 4, 32, 128, 255):
            changed = OURS[:place] + bytes([OURS[place] ^ mask]) + OURS[place + 1 :]
            with pytest.raises((MalformedError, VerificationError)):
                verify_sshsig(changed, b"another message")
            try:
                assert verify_sshsig(changed, MESSAGE) == RAW
            except (MalformedError, VerificationError):
                continue


def test_cut_and_extended_signatures_are_refused() -> None:
    """At every length, with the armor whole or not."""
    raw = blob(OURS)
    for size in range(len(raw)):
        with pytest.raises(MalformedError):
            verify_sshsig(armor(raw[:size]), MESSAGE)
    for size in range(len(OURS) - 1):
        with pytest.raises(MalformedError):
            verify_sshsig(OURS[:size], MESSAGE)
    for more in (b"\0", ssh.strings(b""), raw):
        with pytest.raises(MalformedError):
            verify_sshsig(armor(raw + more), MESSAGE)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"", b""),
        (b"", b"\n\n"),
        (b"", b"-- \nJ\xf6rg, sent from my phone\n"),
        (b"", OURS),
        (b"", b"garbage without a line end"),
        (b"> ", b""),
        (b"hello,\n\n", b""),
        (OURS[:40], b""),
    ],
)
def test_text_around_a_signature_is_taken_as_by_ssh_keygen(before: bytes, after: bytes) -> None:
    """What follows the END line does not count; what stands before makes it none."""
    given = before + OURS + after
    try:
        accepted = verify_sshsig(given, MESSAGE) == RAW
    except MalformedError:
        accepted = False
    assert accepted == ssh.accepts(given, MESSAGE, KEY)


@pytest.mark.parametrize(
    "changed",
    [
        b"\xef\xbb\xbf" + OURS,
        OURS.replace(b"\n", b"\r\n"),
        OURS.replace(b"\n", b"\r"),
        b"\n  " + OURS.replace(b"\n", b" \n "),
    ],
    ids=range(4),
)
def test_signatures_survive_editors(changed: bytes) -> None:
    """Some of these ssh-keygen refuses; what is signed is the same."""
    assert verify_sshsig(changed, MESSAGE) == RAW


@pytest.mark.parametrize("text", ["", BEGIN, END, BEGIN + END, BEGIN[:-5] + END, f"{BEGIN}\n{END}"])
def test_armor_without_content_is_no_signature(text: str) -> None:
    """Nor overlapping lines of it."""
    with pytest.raises(MalformedError):
        verify_sshsig(text.encode(), MESSAGE)


@pytest.mark.parametrize("mark", ["> ", ">> ", "Dear Kim,\n", "```\n"])
def test_a_quoted_signature_is_named(mark: str) -> None:
    """The hint of a file that is none at all would lead in a circle."""
    lines = OURS.decode().splitlines(keepends=True)
    quoted = mark.join(["", *lines]) if mark.startswith(">") else mark + "".join(lines)
    with pytest.raises(MalformedError, match="not an ssh signature") as caught:
        verify_sshsig(quoted.encode(), MESSAGE)
    assert "copy the block alone" in caught.value.hint


@given(st.binary(max_size=300))
def test_any_blob_is_refused(raw: bytes) -> None:
    """Random bytes, with and without the right start."""
    for content in (raw, b"SSHSIG" + (1).to_bytes(4, "big") + raw):
        with pytest.raises((MalformedError, VerificationError)):
            verify_sshsig(armor(content), MESSAGE)


def test_another_version_is_refused() -> None:
    changed = blob(OURS).replace(b"SSHSIG\0\0\0\x01", b"SSHSIG\0\0\0\x02", 1)
    with pytest.raises(MalformedError, match="version 1"):
        verify_sshsig(armor(changed), MESSAGE)


def test_a_signature_is_short_enough_to_be_read() -> None:
    """Also one for the longest namespace that makes sense."""
    assert len(sign_sshsig(SEED, MESSAGE, "n" * 1000)) < SSHSIG_LIMIT
