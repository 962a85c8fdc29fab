"""Every secret of a shop, in each form in which it could be shown, and where it must not be.

Homes of a shop are bare, so that their secrets can be read here; :func:`lock_homes`
then puts them under a passphrase.
"""

import base64
import sys
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, Final, NamedTuple

from cosign.encoding import Record, label_of
from cosign.padding import unpad
from cosign.primitives import vault
from cosign.primitives.blind_rsa import PrivateKey
from cosign.primitives.codes import encode_code
from cosign.primitives.constant_time import scalar_from_seed
from cosign.records.invitation import INVITATION_PREFIX
from cosign.records.secrets import RegistrarSecrets
from cosign.roles.finding import encode_receipt
from cosign.secret import Secret
from cosign.stores.home import Home, VaultFile
from tests.support.commands import Shop
from tests.support.examples import record_types
from tests.support.staff import vouchers

PASSPHRASE: Final = "correct horse battery staple"  # noqa: S105  # of homes that live for one test
CHEAP: Final = vault.Parameters(1, 8192)

_KEPT_RETURNS: Final = 3
_SEED_BYTES: Final = 32
_NUMBER_BYTES: Final = 512
"""Longer secrets are files, never numbers."""
_TYPES: Final = {record.LABEL: record for record in record_types()}


def secrets_in(value: Any) -> Iterator[bytes]:
    """Give every secret inside a value."""
    if isinstance(value, Secret):
        yield value.reveal()
    elif isinstance(value, Record):
        for field in fields(value):
            yield from secrets_in(getattr(value, field.name))
    elif isinstance(value, tuple):
        for part in value:
            yield from secrets_in(part)


def vaults(shop: Shop) -> Iterator[tuple[Path, Record]]:
    """Give every bare vault file of a shop, with the record in it."""
    for path in sorted((shop / "homes").rglob("*.vault")):
        raw = unpad(VaultFile.from_bytes(path.read_bytes()).content.reveal())
        yield path, _TYPES[label_of(raw)].from_bytes(raw)


def receipts(shop: Shop) -> set[str]:
    """Give the receipt of everything that was said from the homes."""
    uses = (use for _path, record in vaults(shop) for use in getattr(record, "uses", ()))
    return {encode_receipt(use.tag) for use in uses}


def forms(secret: bytes) -> Iterator[str]:
    """Write a secret in each way in which a program might."""
    yield from (secret.hex(), secret.hex().upper(), repr(secret)[2:-1], str(list(secret))[1:-1])
    yield base64.b64encode(secret).decode().rstrip("=")
    yield base64.urlsafe_b64encode(secret).decode().rstrip("=")
    if len(secret) <= _NUMBER_BYTES:
        yield from (str(int.from_bytes(secret, order)) for order in ("big", "little"))
    yield from (encode_code(secret), encode_code(secret, INVITATION_PREFIX))


class Known(NamedTuple):
    """What nobody shows unasked.

    Attributes:
        texts: secrets in every form, vouchers, receipts, passphrases.
        raws: the same as bytes, and secrets as they are.
    """

    texts: frozenset[str]
    raws: frozenset[bytes]


def known(shop: Shop, more: Iterable[bytes]) -> Known:
    """Give every secret of a shop with bare homes, the passphrase, and more."""
    secrets = {PASSPHRASE.encode(), *more, *_secrets(shop)}
    codes = {code for name in ("vouchers.csv", "open.csv") for code in vouchers(shop, name)}
    written = {form for secret in secrets for form in forms(secret)}
    texts = frozenset(written | codes | receipts(shop) | {PASSPHRASE})
    return Known(texts, frozenset(secrets | {text.encode() for text in texts}))


def _secrets(shop: Shop) -> set[bytes]:
    """Give every secret of every home, and what is as good: scalars of seeds, primes of keys."""
    found: set[bytes] = set()
    for _path, record in vaults(shop):
        found.update(secrets_in(record))
        if isinstance(record, RegistrarSecrets):
            for der in record.slot_keys:
                key = PrivateKey.from_secret(der)
                size = key.public_key.bytes // 2
                found.update(int(part).to_bytes(size, "big") for part in (key._p, key._q))
    return found | {scalar_from_seed(s) for s in found if len(s) == _SEED_BYTES}


def leaks(shown: str | bytes, secrets: Iterable[str] | Iterable[bytes]) -> list[Any]:
    """Give the secrets that stand in what was shown or written."""
    return [secret for secret in secrets if secret in shown]  # type: ignore[operator]  # text in text, bytes in bytes


def lock_homes(shop: Shop) -> None:
    """Put every home of a shop under the passphrase, at little cost."""
    for path, record in list(vaults(shop)):
        home = Home(path.parent, lambda _name, _new: Secret(PASSPHRASE.encode()), CHEAP)
        home.write(path.stem, record)
    (shop / "passphrase").write_text(PASSPHRASE)


def chain(error: BaseException) -> Iterator[BaseException]:
    """Give an error with everything that caused it."""
    while True:
        yield error
        cause = error.__cause__ or error.__context__
        if cause is None:
            return
        error = cause


class Locals:
    """Watches functions of the library and the command line return, and keeps their locals.

    The first few returns of each function are kept, as text, to be searched later.
    """

    def __init__(self) -> None:
        self.kept: list[tuple[str, str]] = []
        self._seen: Counter[CodeType] = Counter()

    def __call__(self, frame: FrameType, event: str, _argument: object) -> None:
        module = frame.f_globals.get("__name__", "")
        if event != "return" or module.partition(".")[0] not in {"cosign", "cosign_cli"}:
            return
        self._seen[frame.f_code] += 1
        if self._seen[frame.f_code] > _KEPT_RETURNS:
            return
        sys.setprofile(None)
        values = "\n".join(map(repr, frame.f_locals.values()))
        self.kept.append((f"{module}.{frame.f_code.co_qualname}", values))
        sys.setprofile(self)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Watch this thread and those that start."""
        threading.setprofile(self)
        sys.setprofile(self)
        try:
            yield
        finally:
            sys.setprofile(None)
            threading.setprofile(None)

    def revealing(self, known: Known) -> set[str]:
        """Give the functions in whose local variables a secret stood in the open."""
        return {place for place, values in self.kept if leaks(values, known.texts)}
