"""Secret files under a passphrase."""

import secrets
from typing import Any, NoReturn

import pytest
from nacl import bindings
from nacl import exceptions as nacl_errors

from cosign.errors import MalformedError, PassphraseError
from cosign.primitives.vault import (
    MODERATE,
    TAG_BYTES,
    Parameters,
    VaultBox,
    open_vault,
    seal_vault,
)
from cosign.secret import Secret

QUICK = Parameters(opslimit=1, memlimit=8 * 2**10)
PASSPHRASE = Secret("correct horse — Æsop".encode())
CONTENT = Secret(b"the registrar's keys")
KIND = (b"registrar", b"registrar-1")


def make_box(content: Secret = CONTENT) -> VaultBox:
    """Seal with the least cost."""
    return seal_vault(PASSPHRASE, KIND, content, QUICK, secrets.token_bytes)


def with_part(box: VaultBox, field: str, value: bytes) -> VaultBox:
    """Exchange one part of a box."""
    return VaultBox(**(box._asdict() | {field: value}))


def forbidden(*_args: Any) -> NoReturn:
    """Stand in for a step that must not be reached."""
    pytest.fail("a key was derived")


@pytest.mark.parametrize("content", [b"", b"x", bytes(10_000)], ids=len)
def test_round_trip(content: bytes) -> None:
    """What is sealed opens with the same passphrase and kind."""
    box = make_box(Secret(content))
    assert (box.opslimit, box.memlimit) == QUICK
    assert len(box.ciphertext) == len(content) + TAG_BYTES
    assert open_vault(PASSPHRASE, KIND, box) == Secret(content)


def test_moderate_is_libsodiums() -> None:
    """The default costs are those that libsodium calls moderate, and open again."""
    assert MODERATE.opslimit == bindings.crypto_pwhash_argon2id_OPSLIMIT_MODERATE
    assert MODERATE.memlimit == bindings.crypto_pwhash_argon2id_MEMLIMIT_MODERATE


def test_fresh_salt_and_nonce() -> None:
    """Sealing twice takes a new salt and nonce from the given randomness."""
    first, second = make_box(), make_box()
    assert first.salt != second.salt
    assert first.nonce != second.nonce
    scripted = iter([bytes(16), b"\x01" * 24])
    box = seal_vault(PASSPHRASE, KIND, CONTENT, QUICK, lambda _: next(scripted))
    assert (box.salt, box.nonce) == (bytes(16), b"\x01" * 24)


@pytest.mark.parametrize("wrong", ["", "correct horse", "Correct horse — Æsop"])
def test_wrong_passphrase(wrong: str) -> None:
    """Another passphrase does not open it."""
    with pytest.raises(PassphraseError, match="does not open"):
        open_vault(Secret(wrong.encode()), KIND, make_box())


def test_wrong_kind() -> None:
    """A file of another kind or name does not open, nor where the border lies elsewhere."""
    box = make_box()
    kinds = (b"trustee", KIND[1]), (KIND[0], b"registrar-2"), (b"registrarregistrar-1",), KIND[::-1]
    for kind in kinds:
        with pytest.raises(PassphraseError):
            open_vault(PASSPHRASE, kind, box)


@pytest.mark.parametrize("field", ["salt", "nonce", "ciphertext"])
def test_every_flipped_bit(field: str) -> None:
    """A box with any bit of salt, nonce or ciphertext changed does not open."""
    box = make_box()
    raw = getattr(box, field)
    for place in range(len(raw) * 8):
        changed = bytearray(raw)
        changed[place // 8] ^= 1 << place % 8
        with pytest.raises(PassphraseError):
            open_vault(PASSPHRASE, KIND, with_part(box, field, bytes(changed)))


def test_costs_are_bound() -> None:
    """Costs that give the same key, or another, are noticed when changed."""
    box = make_box()
    # Argon2 counts in KiB: this memory limit derives the very same key.
    for changed in (box._replace(memlimit=box.memlimit + 1), box._replace(opslimit=2)):
        with pytest.raises(PassphraseError):
            open_vault(PASSPHRASE, KIND, changed)


@pytest.mark.parametrize(
    ("opslimit", "memlimit"),
    [
        (0, QUICK.memlimit),
        (-1, QUICK.memlimit),
        (11, QUICK.memlimit),
        (2**62, QUICK.memlimit),
        (1, 0),
        (1, QUICK.memlimit - 1),
        (1, 2**30 + 1),
        (1, 2**62),
    ],
)
def test_costs_are_capped(opslimit: int, memlimit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Costs out of range are refused before any memory is taken."""
    monkeypatch.setattr(bindings, "crypto_pwhash_alg", forbidden)
    hostile = VaultBox(opslimit, memlimit, bytes(16), bytes(24), bytes(16))
    with pytest.raises(MalformedError, match="more work or memory"):
        open_vault(PASSPHRASE, KIND, hostile)
    with pytest.raises(ValueError, match="opslimit"):
        seal_vault(PASSPHRASE, KIND, CONTENT, Parameters(opslimit, memlimit), secrets.token_bytes)


@pytest.mark.parametrize(
    ("field", "size"),
    [
        ("salt", 15),
        ("salt", 17),
        ("nonce", 23),
        ("nonce", 25),
        ("ciphertext", 15),
        ("ciphertext", 0),
    ],
)
def test_lengths(field: str, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of the wrong length are refused before any memory is taken."""
    box = make_box()
    monkeypatch.setattr(bindings, "crypto_pwhash_alg", forbidden)
    with pytest.raises(MalformedError, match="wrong length"):
        open_vault(PASSPHRASE, KIND, with_part(box, field, bytes(size)))


def test_truncated_and_extended() -> None:
    """A ciphertext that is cut or extended does not open."""
    box = make_box()
    for ciphertext in (box.ciphertext[:-1], box.ciphertext[1:], box.ciphertext + b"\x00"):
        with pytest.raises(PassphraseError):
            open_vault(PASSPHRASE, KIND, box._replace(ciphertext=ciphertext))


def test_too_little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without the memory says so, instead of blaming the passphrase."""

    def fail(*_args: Any) -> NoReturn:
        raise nacl_errors.RuntimeError

    box = make_box()
    monkeypatch.setattr(bindings, "crypto_pwhash_alg", fail)
    with pytest.raises(PassphraseError, match="MiB of free memory"):
        open_vault(PASSPHRASE, KIND, box)


NFC, NFD = "caf\u00e9 cheval".encode(), "cafe\u0301 cheval".encode()


@pytest.mark.parametrize(
    "chosen", [NFC, NFD, b"\xef\xbb\xbf" + NFC, NFC.replace(b" ", b"\xc2\xa0")]
)
def test_a_passphrase_opens_from_every_keyboard(chosen: bytes) -> None:
    """Normal forms, a byte order mark and a no-break space make no other passphrase."""
    box = seal_vault(Secret(chosen), KIND, CONTENT, QUICK, secrets.token_bytes)
    for typed in (NFC, NFD, b"\xef\xbb\xbf" + NFD):
        assert open_vault(Secret(typed), KIND, box) == CONTENT


@pytest.mark.parametrize("old", [NFD, b"\xef\xbb\xbfhorse", "horse".encode("utf-16")])
def test_a_file_of_before_opens_with_the_bytes_that_were_typed(
    old: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Programs derived keys from these bytes once; others still do not open it."""
    with monkeypatch.context() as unprepared:
        unprepared.setattr("cosign.primitives.vault.prepare_passphrase", lambda raw: raw)
        unprepared.setattr("cosign.primitives.vault.check_passphrase", lambda _: None)
        box = seal_vault(Secret(old), KIND, CONTENT, QUICK, secrets.token_bytes)
    assert open_vault(Secret(old), KIND, box) == CONTENT
    with pytest.raises(PassphraseError):
        open_vault(Secret(b"horse "), KIND, box)


def test_a_passphrase_in_utf_16_is_named() -> None:
    """It makes no file, and where it opens none the hint says why."""
    wide = Secret("correct horse".encode("utf-16"))
    with pytest.raises(MalformedError, match="UTF-16"):
        seal_vault(wide, KIND, CONTENT, QUICK, secrets.token_bytes)
    with pytest.raises(PassphraseError) as caught:
        open_vault(wide, KIND, make_box())
    assert "UTF-16" in caught.value.hint
