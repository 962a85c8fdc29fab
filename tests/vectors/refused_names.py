"""Refusals of open cosignatures, of what registrars attest, and of joint files."""

from collections.abc import Callable
from typing import Any, Final

from cosign import labels
from cosign.errors import MalformedError, MismatchError, VerificationError
from cosign.primitives.ed25519 import SigningKey
from cosign.proofs.interface import Challenge
from cosign.secret import Secret
from tests.support import rosters
from tests.support.examples.steps import open_record
from tests.support.forgery import SMALL_ORDER, malleate
from tests.vectors.refusal import Context, Make, Refusals, change, foreign, put

REFUSALS: Final = Refusals()
add = REFUSALS.add

STATEMENT, PROOF, NAME, ROLE, KEY, CONSENT, ATTESTATIONS = range(1, 8)
"""The places of the fields of an OpenCosignature."""
LISTED: Final = "OpenCosignature of a roster"
ORDER: Final = 2**252 + 27742317777372353535851937790883648493


def signed(label: str, *parts: bytes) -> Make:
    """Put another signature of the membership key in the place of the consent."""

    def make(c: Context, raw: bytes) -> bytes:
        seed = c.world.members[0].seeds[0]
        assert isinstance(seed, Secret)
        return put(CONSENT, SigningKey(seed).sign(label, *parts))(c, raw)

    return make


def attested(how: Callable[[list[Any]], list[Any]]) -> Make:
    """Change the rows of registrar and signature."""
    return change(ATTESTATIONS, how)


def raised(start: int) -> Make:
    """Add the group's order to a scalar of the consent."""

    def longer(raw: bytes) -> bytes:
        number = int.from_bytes(raw[start : start + 32], "little") + ORDER
        return raw[:start] + number.to_bytes(32, "little") + raw[start + 32 :]

    return change(CONSENT, longer)


for mutated in ("OpenCosignature", LISTED):
    add(
        mutated,
        MalformedError,
        "a name and a role are short lines of plain text",
        {
            "no name": put(NAME, ""),
            "a name of 101 bytes": put(NAME, "x" * 101),
            "a role of 101 bytes": put(ROLE, "x" * 101),
            "a line break in the name": put(NAME, "Ada\nExample"),
            "an override in the role": put(ROLE, "\u202eengineer"),
            "a name that is not NFC": put(NAME, "Ade\u0301"),
            "a control in the name": put(NAME, "Ada\x7f"),
            "a younger character in the role": put(ROLE, "\u0ece"),
        },
    )
    add(
        mutated,
        VerificationError,
        "the consent binds every word",
        {
            "another name": put(NAME, "Eva Example"),
            "another role": put(ROLE, "director"),
            "no role": put(ROLE, ""),
            "another statement": put(STATEMENT, "I was not there"),
            "a flipped consent": change(CONSENT, lambda raw: raw[:-1] + bytes([raw[-1] ^ 1])),
            "zeros for a consent": change(CONSENT, lambda raw: bytes(len(raw))),
        },
    )
    add(
        mutated,
        MalformedError,
        "key, consent and attestations are of one kind of group",
        {
            "a consent of 65 bytes": put(CONSENT, bytes(65)),
            "no consent": put(CONSENT, b""),
        },
    )

add(
    "OpenCosignature",
    MalformedError,
    "in a registered group there is no key, and each registrar attests once, in order",
    {
        "a key": put(KEY, bytes(32)),
        "no attestations": put(ATTESTATIONS, []),
        "one registrar twice": attested(lambda rows: [rows[0], rows[0]]),
        "registrars swapped": attested(lambda rows: rows[::-1]),
        "seventeen attestations": attested(lambda rows: [[n, rows[0][1]] for n in range(17)]),
        "registrar 16": attested(lambda rows: [rows[0], [16, rows[1][1]]]),
        "a short signature": attested(lambda rows: [rows[0], [1, bytes(63)]]),
    },
)
add(
    "OpenCosignature",
    VerificationError,
    "exactly t registrars attest this name, of this key in this slot",
    {
        "one attestation of two": attested(lambda rows: rows[:1]),
        "three attestations of two": attested(lambda rows: [*rows, [2, rows[0][1]]]),
        "a registrar renumbered": attested(lambda rows: [rows[0], [2, rows[1][1]]]),
        "a registrar that the group lacks": attested(lambda rows: [rows[0], [3, rows[1][1]]]),
        "signatures swapped": attested(lambda rows: [[0, rows[1][1]], [1, rows[0][1]]]),
        "another group's attestations": foreign(ATTESTATIONS, open_record),
        "S + l": change(CONSENT, malleate),
        "a consent of small order": put(CONSENT, SMALL_ORDER["order 8"] + bytes(32)),
        "a claim for a consent": signed(
            labels.CLAIM_SIGNATURE, *Challenge(bytes(32), "Ada Example").parts()
        ),
    },
)
add(
    LISTED,
    MalformedError,
    "on a roster the key is there, and nobody attests it",
    {
        "no key": put(KEY, None),
        "a key of 31 bytes": put(KEY, bytes(31)),
        "a consent of 64 bytes": put(CONSENT, bytes(64)),
        "an attestation": put(ATTESTATIONS, [[0, bytes(64)]]),
    },
)
add(
    LISTED,
    VerificationError,
    "the consent is by the listed key whose tag it is",
    {
        "a key that is not listed": put(KEY, bytes(31) + b"\x10"),
        "a key of small order": put(KEY, SMALL_ORDER["order 8"]),
        "another listed key": put(KEY, rosters.credential(1).key),
        "c + l": raised(0),
        "z + l": raised(32),
        "z_r + l": raised(64),
    },
)

add(
    "NameRequest",
    VerificationError,
    "the owner of the key asks for this name",
    {
        "another name": put(2, "Eva Example"),
        "another role": put(3, "director"),
        "a zero signature": put(4, bytes(64)),
        "S + l": change(4, malleate),
    },
)
add("NameRequest", MalformedError, "a name is not empty", {"no name": put(2, "")})
add(
    "NameRequest",
    MismatchError,
    "the certificate is of the registrar's group",
    {"another group's certificate": foreign(1, lambda w: w.name_request(0, 0))},
)
add(
    "NameAttestation",
    VerificationError,
    "the registrar signs every word",
    {
        "another name": put(5, "Eva Example"),
        "another role": put(6, "director"),
        "another slot": put(3, 2),
        "another registrar": put(2, 1),
        "another key": put(4, bytes(32)),
        "a zero signature": put(7, bytes(64)),
    },
)
add(
    "NameAttestation",
    MismatchError,
    "the registrar is one of the group's",
    {"another group": put(1, bytes(32)), "an unknown registrar": put(2, 3)},
)
add(
    "NameAttestation",
    MalformedError,
    "there are 64 slots and 16 registrars at most",
    {"slot 0": put(3, 0), "slot 65": put(3, 65), "registrar 16": put(2, 16)},
)
