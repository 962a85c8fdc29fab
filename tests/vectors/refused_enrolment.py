"""Refusals of groups, registrars and everything that enrolment needs."""

from typing import Final

from cosign import labels
from cosign.errors import (
    MalformedError,
    MismatchError,
    ThresholdError,
    VerificationError,
    VersionError,
    VoucherError,
)
from cosign.secret import Secret
from tests.support.forgery import SMALL_ORDER, malleate, torsion_key
from tests.support.wire import CLAIMS, pack, unpack
from tests.vectors.refusal import Refusals, change, flip, foreign, head, put

REFUSALS: Final = Refusals()
add = REFUSALS.add

STATEMENT = "EnrolmentStatement"
add(
    STATEMENT,
    MalformedError,
    "one value has one encoding, and nothing else is read",
    {
        "nothing": lambda *_: b"",
        "cut by a byte": lambda _, r: r[:-1],
        "a trailing byte": lambda _, r: r + b"\0",
        "a long array head": lambda _, r: head(b"\xdd", 5) + r[1:],
        "a long label head": lambda _, r: r[:1] + head(b"\xdb", r[2]) + r[3:],
        "a long bytes head": lambda _, r: r.replace(b"\xc4\x40", head(b"\xc6", 64)),
        "a long number": lambda _, r: r.replace(b"mail\x01", b"mail\xcc\x01"),
        "a signed number": lambda _, r: r.replace(b"mail\x01", b"mail\xd0\x01"),
        "a promise of 2^32 - 1 entries": lambda *_: CLAIMS["array"],
        "a promise of 2^32 - 1 bytes": lambda _, r: r[:36] + CLAIMS["byte string"],
    },
)
add(
    STATEMENT,
    MalformedError,
    "fields have exact types",
    {
        "a float": put(2, 2.0),
        "a bool": put(2, bool(1)),
        "nil": put(2, None),
        "text": put(2, "2"),
        "a negative number": put(2, -1),
        "a map": put(2, {}),
        "an array": put(2, [2]),
        "bytes for a number": put(2, b"\x02"),
        "a number for an array": put(3, 2),
        "text for bytes": put(1, "x" * 32),
    },
)
add(
    STATEMENT,
    MalformedError,
    "fields have bounds, and their number is exact",
    {
        "31 bytes": put(1, bytes(31)),
        "33 bytes": put(1, bytes(33)),
        "registrar 16": put(2, 16),
        "a million and one": put(3, [["in person", 10**6 + 1]]),
        "2^63": put(3, [["in person", 2**63]]),
        "a kind of nobody": put(3, [["in person", 0]]),
        "a kind without words": put(3, [["", 2]]),
        "a kind of 41 bytes": put(3, [["é" * 20 + "e", 2]]),
        "nine kinds": put(3, [[f"kind {n}", 1] for n in range(9)]),
        "a kind without a number": put(3, [["in person"]]),
        "a kind with two numbers": put(3, [["in person", 1, 2]]),
        "a field less": lambda _, r: pack(unpack(r)[:-1]),
        "a field more": lambda _, r: pack([*unpack(r), None]),
        "no label": put(0, None),
        "another label": put(0, "statement"),
        "a version that is no number": put(0, labels.ENROLMENT_STATEMENT + ".1"),
        "a label of 41 letters": put(0, f"cosign/{'x' * 41}/1"),
        "a label with an escape": put(0, "cosign/\x1b[2J/1"),
    },
)
add(
    STATEMENT,
    MalformedError,
    "each kind of evidence once, in order, in words of one line, for a million people at most",
    {
        "kinds in another order": change(3, lambda kinds: kinds[::-1]),
        "a kind twice": change(3, lambda kinds: kinds[:1] * 2),
        "kinds in the order of UTF-16": put(3, [["\U0001f44b", 1], ["\uff0c", 1]]),
        "a kind with a line break": put(3, [["in\nperson", 2]]),
        "a kind with an escape": put(3, [["\x1b[2Jin person", 2]]),
        "a kind that turns the line around": put(3, [["\u202enosrep ni", 2]]),
        "a kind that is not in NFC": put(3, [["cafe\u0301", 2]]),
        "half a million and more, twice": put(3, [["in person", 500_000], ["staff", 500_001]]),
    },
)
add(
    STATEMENT,
    VersionError,
    "this is version 1",
    {"version 2": put(0, labels.ENROLMENT_STATEMENT[:-1] + "2")},
)
add(
    STATEMENT,
    MismatchError,
    "a record is of one kind",
    {"another record's label": put(0, labels.ROUND)},
)
add(
    STATEMENT,
    VerificationError,
    "the registrar signs group, number, kinds and counts",
    {
        "another count": change(3, lambda kinds: [kinds[0], [kinds[1][0], kinds[1][1] + 1]]),
        "another kind": change(3, lambda kinds: [kinds[0], ["interview", kinds[1][1]]]),
        "a kind less": change(3, lambda kinds: kinds[1:]),
        "a kind more": change(3, lambda kinds: [*kinds, ["staff list", 1]]),
        "one kind for two": change(3, lambda kinds: [["in person", sum(n for _, n in kinds)]]),
        "no kinds": put(3, []),
        "another registrar": put(2, 1),
        "a flipped signature": flip(-1),
        "S + l": change(4, malleate),
        "a zero signature": put(4, bytes(64)),
    },
)
add(
    STATEMENT,
    MismatchError,
    "a statement belongs to one group",
    {
        "another group": put(1, bytes(32)),
        "a registrar that the group lacks": put(2, 3),
    },
)

add(
    "Registrar",
    MalformedError,
    "every key is checked where it is read",
    {
        "no slot": put(2, []),
        "one key for two slots": change(2, lambda k: k * 2),
        "no RSA key": put(2, [b"\x30\x00"]),
        "an even modulus": change(2, lambda k: [k[0][:-6] + b"\x00" + k[0][-5:]]),
        "exponent 65539": change(2, lambda k: [k[0][:-1] + b"\x03"]),
        **{f"identity key: {n}": put(3, key) for n, key in SMALL_ORDER.items()},
        "identity key with torsion": put(3, torsion_key(Secret(b"\x07" * 32))),
        "a lattice key that is not reduced": put(4, b"\xff" * 1216),
        "an X25519 key of small order": change(4, lambda k: k[:1184] + bytes(32)),
        "an X25519 key that is not reduced": change(4, lambda k: k[:1184] + b"\xff" * 31 + b"\x7f"),
        "no name": put(1, ""),
        "a name with a line break": put(1, "R\n1"),
    },
)
add(
    "Registrar",
    MismatchError,
    "the group commits to the registrar's keys",
    {"another name": put(1, "R9")},
)

add(
    "RegisteredGroup",
    MalformedError,
    "a group has to be possible",
    {
        "closes when it opens": put(4, 100),
        "a threshold of 0": put(5, 0),
        "a threshold of 4": put(5, 4),
        "no registrars": put(6, []),
        "one registrar twice": change(6, lambda r: [r[0], r[0], r[2]]),
        "a registrar with a trailing byte": change(6, lambda r: [*r[:2], r[2] + b"\0"]),
    },
)
add(
    "RegisteredGroup",
    MismatchError,
    "group_id commits to everything",
    {
        "another threshold": put(5, 1),
        "registrars in another order": change(6, lambda r: r[::-1]),
        "another purpose": put(2, ""),
        "another salt": put(7, bytes(32)),
    },
)

add(
    "EnrolmentRequest",
    MismatchError,
    "a request is for one registrar of one group",
    {
        "another registrar": put(2, 1),
        "another group": put(1, bytes(32)),
    },
)
add(
    "EnrolmentRequest",
    VerificationError,
    "only what was sealed to the registrar opens",
    {
        "a flipped bit": flip(-1),
        "noise": put(3, bytes(1136)),
        "another request": foreign(3, lambda w: w.enrolments[0].request),
    },
)
add(
    "EnrolmentPlea",
    MalformedError,
    "blinded messages lie between 0 and n, one a slot",
    {
        "zero": put(3, [bytes(384)]),
        "at least n": put(3, [b"\xff" * 384]),
        "none": put(3, []),
        "two": change(3, lambda b: b * 2),
        "too long": put(3, [b"\1" * 512]),
        "too short": put(3, [bytes(383)]),
    },
)
add(
    "EnrolmentPlea",
    VoucherError,
    "a voucher is known to the ledger",
    {"another voucher": put(1, bytes(16))},
)
add(
    "EnrolmentPlea",
    VerificationError,
    "the member finds out what was not signed for it",
    {
        "another reply key": put(2, bytes(32)),
        "another message": put(3, [b"\1" * 384]),
    },
)
add(
    "EnrolmentResponse",
    MismatchError,
    "a response answers one request",
    {
        "another group": put(1, bytes(32)),
        "another request": put(3, bytes(32)),
    },
)
add(
    "EnrolmentResponse",
    VerificationError,
    "only the registrar that read the request answers it",
    {
        "a flipped bit": flip(-1),
        "cut": change(4, lambda e: e[:-1]),
        "another response": foreign(4, lambda w: w.enrolments[0].response),
    },
)
add(
    "MembershipCertificate",
    VerificationError,
    "registrars signed group, slot and key",
    {
        "another key": put(3, bytes(32)),
        "another prefix": change(4, lambda e: [[0, bytes(32), e[0][2]], *e[1:]]),
        "signatures exchanged": change(
            4, lambda e: [[0, e[0][1], e[1][2]], [1, e[1][1], e[0][2]], *e[2:]]
        ),
        "a signature of zeros": change(4, lambda e: [[0, e[0][1], bytes(384)], *e[1:]]),
        "a registrar that the group lacks": change(4, lambda e: [*e[:2], [15, *e[2][1:]]]),
    },
)
add(
    "MembershipCertificate",
    ThresholdError,
    "a key is one person's if every registrar endorsed it",
    {
        "without the first": change(4, lambda e: e[1:]),
        "without the last": change(4, lambda e: e[:-1]),
    },
)
add(
    "MembershipCertificate",
    MalformedError,
    "endorsements ascend",
    {
        "swapped": change(4, lambda e: e[::-1]),
        "twice": change(4, lambda e: e[:1] * 2),
        "none": put(4, []),
        "slot 0": put(2, 0),
        "slot 65": put(2, 65),
    },
)
