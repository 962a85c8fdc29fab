"""Refusals of collections of keys, and of keys that are handed in."""

from typing import Final

from cosign.errors import MalformedError, MismatchError, VerificationError, VoucherError
from tests.support.examples import collecting
from tests.support.forgery import SMALL_ORDER
from tests.vectors.refusal import Make, Refusals, change, flip, foreign, put
from tests.vectors.refused_roster import mixed

REFUSALS: Final = Refusals()
add = REFUSALS.add

NAME, PURPOSE, PUBLISHER, SEALING_KEY, CLOSES, SALT = range(1, 7)
VOUCHER, MEMBER_KEY = 1, 2
COLLECTION_ID, SEALED = 1, 2


def of_the_key(make: Make) -> Make:
    """Mutate the member's key inside a plea."""
    return lambda c, raw: change(MEMBER_KEY, lambda key: make(c, key))(c, raw)


add(
    "Collection",
    MalformedError,
    "a collection has a name, a publisher and a key that seals",
    {
        "no name": put(NAME, ""),
        "a name with a line break": put(NAME, "a\nb"),
        "a purpose that is too long": put(PURPOSE, "x" * 4001),
        "no publisher": put(PUBLISHER, b""),
        "a publisher with a trailing byte": change(PUBLISHER, lambda p: p + b"\0"),
        "a sealing key of zeros in X25519": change(SEALING_KEY, lambda k: k[:1184] + bytes(32)),
        "a short sealing key": change(SEALING_KEY, lambda k: k[:-1]),
        "after the year 9999": put(CLOSES, 4223371680),
        "a short salt": put(SALT, bytes(31)),
    },
)
add(
    "Collection",
    MismatchError,
    "a slip is for one collection, to its last byte",
    {
        "another name": put(NAME, "another"),
        "another purpose": put(PURPOSE, ""),
        "another publisher": foreign(PUBLISHER, collecting.collection),
        "another sealing key": foreign(SEALING_KEY, collecting.collection),
        "a minute later": put(CLOSES, collecting.CLOSES + 1),
        "another salt": put(SALT, bytes(32)),
    },
)
add(
    "KeyPlea",
    MalformedError,
    "a plea has one form and one length, and its key is a point of prime order",
    {
        "a short voucher": put(VOUCHER, bytes(15)),
        "no key": put(MEMBER_KEY, b""),
        "a key with a trailing byte": change(MEMBER_KEY, lambda k: k + b"\0"),
        "a point of order two added": of_the_key(mixed(4)),
        "a point of small order": of_the_key(put(1, next(iter(SMALL_ORDER.values())))),
        "a field more": lambda _, raw: bytes([raw[0] + 1]) + raw[1:] + b"\xc0",
    },
)
add(
    "KeyPlea",
    VerificationError,
    "who hands in a key has its secret",
    {
        "another's key, with the own proof": of_the_key(put(1, b"\x58" + b"\x66" * 31)),
        "a proof of zeros": of_the_key(put(2, bytes(96))),
    },
)
add(
    "KeyPlea",
    VoucherError,
    "a voucher is known, and good for one key",
    {
        "another voucher": put(VOUCHER, bytes(16)),
        "another key with its proof": foreign(MEMBER_KEY, collecting.plea),
    },
)
add(
    "KeyDelivery",
    MalformedError,
    "all deliveries have one length",
    {
        "a byte less": change(SEALED, lambda s: s[:-1]),
        "a byte more": change(SEALED, lambda s: s + b"\0"),
        "nothing sealed": put(SEALED, b""),
    },
)
add(
    "KeyDelivery",
    MismatchError,
    "a key is handed in for one collection",
    {"another collection": put(COLLECTION_ID, bytes(32))},
)
add(
    "KeyDelivery",
    VerificationError,
    "only what was sealed to the publisher opens",
    {
        "a flipped bit": flip(-1),
        "noise": put(SEALED, bytes(1328)),
        "a key for another publisher": foreign(SEALED, collecting.delivery),
    },
)
