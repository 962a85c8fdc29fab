"""Refusals of mailboxes and of their keys."""

from dataclasses import replace
from typing import Any, Final

from cosign import labels
from cosign.errors import MalformedError, MismatchError, RefusedError, VerificationError
from cosign.primitives.ed25519 import SigningKey
from cosign.records.mailbox import Mailbox, Space
from cosign.records.mailbox_erasure import MailboxErasure
from cosign.secret import Secret
from tests.support import relays
from tests.support.forgery import SMALL_ORDER
from tests.vectors.refusal import Context, Make, Refusals, change, flip, foreign, put

REFUSALS: Final = Refusals()
add = REFUSALS.add

KIND, SUBJECT, REGISTRAR, OWNER, HASH, FIRST, END, LISTS, DIFFICULTY, OPEN, HELD = range(1, 12)
"""Places of the fields of the terms."""


def signed_by(seed: bytes, **changes: Any) -> Make:
    """Change the terms and sign them with a key that the terms name."""

    def make(c: Context, _: bytes) -> bytes:
        box, key = relays.box_of_round(c.world), SigningKey(Secret(seed))
        terms = replace(box.terms, owner_key=key.public_key, **changes)
        signature = key.sign(labels.MAILBOX_SIGNATURE, terms.to_bytes())
        return replace(box, terms=terms, signature=signature).to_bytes()

    return make


def signed_as_something_else(c: Context, _: bytes) -> bytes:
    """Sign the terms as if they were a round's."""
    box, key = relays.box_of_round(c.world), SigningKey(c.world.organizer.identity_seed)
    signature = key.sign(labels.ROUND_SIGNATURE, box.terms.to_bytes())
    return replace(box, signature=signature).to_bytes()


def larger(_: Context, raw: bytes) -> bytes:
    """Allow one envelope more than the owner signed."""
    box = Mailbox.from_bytes(raw)
    size, quota = box.terms.open_space
    return replace(box, terms=replace(box.terms, open_space=Space(size, quota + 1))).to_bytes()


add(
    "MailboxTerms",
    MalformedError,
    "windows, numbers and lengths are bounded",
    {
        "it ends before it begins": put(END, 9),
        "it ends as it begins": put(END, 10),
        "listed before it opens": put(LISTS, 9),
        "listed when it is closed": put(LISTS, 2_000_000),
        "listed in a time that no clock shows": put(LISTS, 2_932_897),
        "harder than any stamp": put(DIFFICULTY, 33),
        "no envelope fits": put(OPEN, [0, 1]),
        "no place": put(OPEN, [1, 0]),
        "longer than any envelope": put(OPEN, [37_237, 1]),
        "longer than any opening": put(HELD, [64_001_337, 1]),
        "more than members": put(HELD, [1, 1_000_001]),
        "one number": put(OPEN, [1]),
    },
)
add(
    "MailboxTerms",
    MalformedError,
    "a mailbox is of a kind, and its owner has a proper key",
    {
        "another kind": put(KIND, "trustee"),
        "a round's with a registrar": put(REGISTRAR, 1),
        "a key of small order": put(OWNER, SMALL_ORDER["order 8"]),
        "half a subject": put(SUBJECT, bytes(16)),
    },
)
add(
    "MailboxTerms",
    VerificationError,
    "the owner signs all of it",
    {
        "another capability": put(HASH, bytes(32)),
        "no work": put(DIFFICULTY, 0),
        "an earlier first day": put(FIRST, 9),
        "a later first list": put(LISTS, 11),
        "a registrar's": put(KIND, "registrar"),
    },
)
add(
    "Mailbox",
    VerificationError,
    "the owner signs the terms, for this purpose",
    {
        "a flipped bit": flip(-1),
        "a larger quota": larger,
        "another's signature": foreign(2, relays.box_of_round),
        "signed as a round": signed_as_something_else,
    },
)
add(
    "Mailbox",
    MismatchError,
    "an address has one owner",
    {
        "a squatter's": signed_by(bytes(32)),
        "of another round": lambda c, _: relays.box_of_round(c.other).to_bytes(),
    },
)
add(
    "MailboxKey",
    MalformedError,
    "the capability is the mailbox's",
    {"another capability": put(3, bytes(32)), "half of it": change(3, lambda key: key[:16])},
)
add(
    "MailboxKey",
    VerificationError,
    "a key is of a mailbox that its owner signed",
    {"a mailbox with a flipped bit": change(2, lambda raw: raw[:-1] + bytes([raw[-1] ^ 1]))},
)


def erased_for_another_purpose(c: Context, _: bytes) -> bytes:
    """Take the owner's signature of the mailbox itself for one that erases it."""
    box = relays.box_of_round(c.world)
    return MailboxErasure(box.terms, box.signature).to_bytes()


add(
    "MailboxErasure",
    VerificationError,
    "only the owner erases a mailbox, and says so",
    {
        "a flipped bit": flip(-1),
        "another's signature": foreign(2, relays.erasure_of_round),
        "signed as a mailbox": erased_for_another_purpose,
    },
)
add(
    "MailboxErasure",
    MismatchError,
    "one mailbox is erased, not what is registered at its address later",
    {"with another capability": lambda c, _: _erasure_of_a_later_mailbox(c)},
)


def _erasure_of_a_later_mailbox(c: Context) -> bytes:
    later = Secret(bytes(range(32)))
    return relays.erasure_of_round(c.world, capability=later).to_bytes()


def stamped_for_a_registrar(c: Context, raw: bytes) -> bytes:
    """Name another mailbox than the one that the stamp pays for."""
    return put(1, relays.box_of_registrar(c.world).terms.address)(c, raw)


add(
    "StampedRecord",
    MalformedError,
    "a stamp has 8 bytes, and something is stamped",
    {
        "half a stamp": change(2, lambda stamp: stamp[:4]),
        "a longer stamp": change(2, lambda stamp: stamp + b"\0"),
        "nothing": put(3, b""),
        "an envelope that is cut": change(3, lambda raw: raw[:-1]),
    },
)
add(
    "StampedRecord",
    RefusedError,
    "a stamp pays for one record",
    {"another stamp": put(2, b"\xff" * 8)},
)
add(
    "StampedRecord",
    MismatchError,
    "a stamp pays in one mailbox",
    {"another mailbox": stamped_for_a_registrar},
)
