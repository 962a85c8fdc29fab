"""Every secret of a shop, in each form in which it could be shown, and where it must not be.

Homes may be bare or under :data:`PASSPHRASE`; :func:`lock_homes` puts them under it.
What a command makes and keeps, or only holds for a moment, is caught by :func:`building`.
"""

import base64
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple, cast
from unittest import mock

from cosign.primitives import vault
from cosign.primitives.codes import encode_code
from cosign.primitives.curve.constant_time import scalar_from_seed
from cosign.primitives.rsa.blind import PrivateKey
from cosign.records.invitation import INVITATION_PREFIX
from cosign.records.member_key import MemberKeySecrets
from cosign.records.secrets import MemberState, OrganizerSecrets, RegistrarSecrets, TrusteeSecrets
from cosign.roles.member.receipts import encode_receipt
from cosign.secret import Secret
from cosign.stores.home import Home
from cosign.stores.vault_file import VaultFile
from cosign.wire.padding import unpad
from cosign.wire.record import Record, label_of
from tests.support.commands import Shop
from tests.support.examples.records import record_types

RELAY_PREFIX: Final = "cosign-relay-"
PASSPHRASE: Final = "correct horse battery staple"  # noqa: S105  # of homes that live for one test
CHEAP: Final = vault.Parameters(1, 8192)

_SEED_BYTES: Final = 32
_LEAST_BYTES: Final = 16
"""Shorter ones are parts of others, or nothing: an opening without entries."""
_NUMBER_BYTES: Final = 512
"""Longer secrets are files, never numbers."""
_RSA: Final = bytes.fromhex("300d06092a864886f70d010101")
"""Stands near the start of a private key in PKCS #8 (RFC 8017, appendix A.1)."""
_VAULT_START: Final = VaultFile("none", 0, 0, bytes(16), bytes(24), Secret(b"\0")).to_bytes()[
    : len(VaultFile.LABEL) + 2
]
_TYPES: Final = {record.LABEL: record for record in record_types()}
_KINDS: Final[dict[str, type[Record]]] = {
    "member": MemberState,
    "key": MemberKeySecrets,
    "registrar": RegistrarSecrets,
    "trustee": TrusteeSecrets,
    "organizer": OrganizerSecrets,
}
"""What a locked vault file holds, by how its name begins."""


def secrets_in(value: Any) -> Iterator[bytes]:
    """Yield every secret inside a value."""
    if isinstance(value, Secret):
        yield value.reveal()
    elif isinstance(value, Record):
        for field in fields(value):
            yield from secrets_in(getattr(value, field.name))
    elif isinstance(value, tuple):
        for part in value:
            yield from secrets_in(part)


def vaults(shop: Shop) -> Iterator[tuple[Path, Record]]:
    """Yield every vault file of a shop, with the record in it; not what a fault left aside."""
    for path in sorted((shop / "homes").rglob("[!.]*.vault")):
        file = VaultFile.from_bytes(path.read_bytes())
        if file.kind == "none":
            raw = unpad(file.content.reveal())
            yield path, _TYPES[label_of(raw)].from_bytes(raw)
        else:
            yield path, _home(path.parent).read(path.stem, _KINDS[path.stem.partition("-")[0]])


def _home(folder: Path) -> Home:
    return Home(folder, lambda _name, _new: Secret(PASSPHRASE.encode()), CHEAP)


def ciphertexts(shop: Shop) -> set[bytes]:
    """Return what locked vault files hold: a ``Secret`` by its type, and meant for the disk.

    Key files are such files, too, wherever they lie.
    """
    raws = [path.read_bytes() for path in (shop / "homes").rglob("*.vault")]
    raws += [raw for name, raw in shop.files().items() if name.endswith(".keys") or name == "new"]
    files = (VaultFile.from_bytes(raw) for raw in raws if raw.startswith(_VAULT_START))
    return {file.content.reveal() for file in files if file.kind != "none"}


def receipts(shop: Shop) -> set[str]:
    """Return the receipt of everything that was said from the homes."""
    uses = (use for _path, record in vaults(shop) for use in getattr(record, "uses", ()))
    return {encode_receipt(use.tag) for use in uses}


@cache
def forms(secret: bytes) -> tuple[str, ...]:
    """Write a secret in each way in which a program might."""
    in_base64 = base64.b64encode(secret), base64.urlsafe_b64encode(secret)
    orders: list[Literal["big", "little"]] = ["big", "little"]
    numbers = orders if len(secret) <= _NUMBER_BYTES else []
    return (
        *(secret.hex(), secret.hex().upper(), repr(secret)[2:-1], str(list(secret))[1:-1]),
        *(text.decode().rstrip("=") for text in in_base64),
        *(str(int.from_bytes(secret, order)) for order in numbers),
        *(encode_code(secret, prefix) for prefix in ("", INVITATION_PREFIX, RELAY_PREFIX)),
    )


class Known(NamedTuple):
    """What no command may show unless it was asked for.

    Attributes:
        texts: secrets in every form, vouchers, receipts, passphrases.
        raws: the same as bytes, and secrets as they are.
    """

    texts: frozenset[str]
    raws: frozenset[bytes]

    def __or__(self, other: "Known") -> "Known":
        """Join two."""
        return Known(self.texts | other.texts, self.raws | other.raws)


def spell(secrets: Iterable[bytes], texts: Iterable[str] = ()) -> Known:
    """Write secrets in each form, with what is as good, and add what is text already."""
    every = frozenset(part for secret in secrets for part in (secret, *_parts(secret)))
    written = frozenset(texts).union(form for secret in every for form in forms(secret))
    return Known(written, every.union(text.encode() for text in written))


@cache
def _parts(secret: bytes) -> tuple[bytes, ...]:
    """Return what is as good as a secret: the scalar of a seed, the primes of an RSA key."""
    if len(secret) == _SEED_BYTES:
        return (scalar_from_seed(secret),)
    if _RSA in secret[:_SEED_BYTES]:
        key = PrivateKey.from_secret(Secret(secret))
        size = key.public_key.bytes // 2
        return tuple(int(prime).to_bytes(size, "big") for prime in (key._p, key._q))
    return ()


def known(shop: Shop, more: Iterable[bytes] = ()) -> Known:
    """Return every secret in the homes of a shop, receipts, the passphrase, and more."""
    held = {secret for _path, record in vaults(shop) for secret in secrets_in(record)}
    told = {secret for secret in held if _is_telling(secret)}
    return spell({PASSPHRASE.encode(), *more, *told}, receipts(shop))


def _is_telling(secret: bytes) -> bool:
    """Return whether to look for a secret: not for a voucher of zeros, nor for nothing."""
    return len(secret) >= _LEAST_BYTES and any(secret)


@contextmanager
def building() -> Iterator[set[bytes]]:
    """Collect every secret that is built in this process as long as the block."""
    built: set[bytes] = set()
    start = Secret.__init__

    def build(secret: Secret, value: bytes) -> None:
        start(secret, value)
        built.add(value)

    with mock.patch.object(Secret, "__init__", build):
        yield built


def made(shop: Shop, built: AbstractSet[bytes], aside: AbstractSet[bytes]) -> Known:
    """Return the secrets that a command made, and those that its homes hold since.

    Args:
        shop: where it ran.
        built: what :func:`building` collected.
        aside: what locked vault files held before.
    """
    closed = aside | ciphertexts(shop)
    return known(shop, {secret for secret in built - closed if _is_telling(secret)})


def leaks(shown: str | bytes, secrets: Iterable[str] | Iterable[bytes]) -> list[Any]:
    """Return the secrets that stand in what was shown or written."""
    return [secret for secret in secrets if secret in shown]  # type: ignore[operator]  # text in text, bytes in bytes


def lock_homes(shop: Shop) -> None:
    """Put every home of a shop under the passphrase, at little cost."""
    for path, record in list(vaults(shop)):
        _home(path.parent).write(path.stem, record)
    (shop / "passphrase").write_text(PASSPHRASE)


@contextmanager
def cheap_passphrases() -> Iterator[None]:
    """Let passphrases cost commands little as long as the block."""
    cheap = (CHEAP, *cast("tuple[Any, ...]", Home.__init__.__defaults__)[1:])
    with mock.patch.object(Home.__init__, "__defaults__", cheap):
        yield


def chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error with everything that caused it."""
    while True:
        yield error
        cause = error.__cause__ or error.__context__
        if cause is None:
            return
        error = cause
