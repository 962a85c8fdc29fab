"""Vouchers as codes, which say whose they are (docs/spec.md, "Vouchers").

A code holds the voucher and a tag of the group and the registrar, or of the collection of
keys. So a member's program notices before anything is sent that a voucher is for another one.

Not protected: a tag authenticates nothing; which vouchers exist only the ledger knows.
"""

from typing import Final

from cosign import labels
from cosign.errors import MismatchError
from cosign.primitives.codes import decode_code, encode_code
from cosign.primitives.hashing import H
from cosign.records.collection import Collection
from cosign.records.enrolment import VOUCHER_BYTES
from cosign.records.groups.registered import RegisteredGroup
from cosign.secret import Secret

TAG_BYTES: Final = 2
CODE_BYTES: Final = VOUCHER_BYTES + TAG_BYTES
"""Bytes in a voucher's code, which has 29 characters for them and 3 check characters."""

_COLLECTS: Final = 0
"""The number of a collection's publisher, in the place of a registrar's."""


def voucher_tag(group_id: bytes, registrar: int, voucher: Secret) -> bytes:
    """Return the 2 bytes that say for whom a voucher is.

    Args:
        group_id: 32 bytes; for a collection of keys its collection_id.
        registrar: its number in the group, from 0; 0 for a collection.
        voucher: 16 bytes.
    """
    number = registrar.to_bytes(8, "big")
    return H(labels.VOUCHER_TAG, group_id, number, voucher.reveal())[:TAG_BYTES]


def registrars_of(group: RegisteredGroup, voucher: Secret, tag: bytes) -> list[int]:
    """Return the numbers of the registrars, from 0, for whom a voucher with this tag can be."""
    numbers = range(len(group.registrars))
    return [n for n in numbers if voucher_tag(group.group_id, n, voucher) == tag]


def encode_voucher(group: RegisteredGroup, registrar: int, voucher: Secret) -> str:
    """Return a voucher as the code that a person types; it shows the voucher.

    Args:
        group: whose registrar made it.
        registrar: its number in the group, from 0.
        voucher: 16 bytes.
    """
    return _encode(group.group_id, registrar, voucher)


def encode_slip(collection: Collection, voucher: Secret) -> str:
    """Return a voucher for handing in a key as the code that a person types; it shows the voucher.

    Args:
        collection: whose publisher made it.
        voucher: 16 bytes.
    """
    return _encode(collection.collection_id, _COLLECTS, voucher)


def _encode(subject: bytes, number: int, voucher: Secret) -> str:
    held = Secret(voucher.reveal() + voucher_tag(subject, number, voucher))
    return encode_code(held.reveal())


def _decode(code: str) -> tuple[Secret, bytes]:
    """Return the voucher and its tag."""
    held = Secret(decode_code(code, CODE_BYTES))
    return Secret(held.reveal()[:VOUCHER_BYTES]), held.reveal()[VOUCHER_BYTES:]


def decode_slip(collection: Collection, code: str) -> Secret:
    """Return the voucher, 16 bytes, of a slip for handing in a key.

    Args:
        collection: for which the slip was made.
        code: as it was typed.

    Raises:
        UsageError: mistyped, or another kind of code.
        MismatchError: a slip for another collection, or a voucher of a registrar.
    """
    voucher, tag = _decode(code)
    if tag != voucher_tag(collection.collection_id, _COLLECTS, voucher):
        raise MismatchError(
            "this slip is for another collection of keys",
            hint="use the collection's file that came with the slip, or ask its publisher",
        )
    return voucher


def decode_voucher(
    group: RegisteredGroup, code: str, registrar: int | None = None
) -> tuple[int, Secret]:
    """Return the registrar and the voucher that a person typed.

    Args:
        group: in which the person enrols.
        code: as it was typed.
        registrar: who gave it, by the number in the group, from 0; None to take it from the code.

    Returns:
        The registrar's number, and the voucher, 16 bytes.

    Raises:
        UsageError: mistyped, or another kind of code.
        MismatchError: a voucher for another group or registrar, or the group has no such
            registrar.
    """
    group.check_registrar(registrar or 0)
    voucher, tag = _decode(code)
    found = registrars_of(group, voucher, tag)
    if not found:
        raise MismatchError(
            "this voucher is for another group",
            hint="use the group's file that came with the voucher, or ask the registrar",
        )
    if registrar is None or registrar in found:
        return found[0] if registrar is None else registrar, voucher
    right = f"registrar {found[0] + 1}, {group.registrars[found[0]].name!r}"
    raise MismatchError(
        f"this voucher is from {right}, not from registrar {registrar + 1}, "
        f"{group.registrars[registrar].name!r}",
        hint=f"add --registrar {found[0] + 1}, or leave --registrar out",
    )
