"""Refusals of member keys, rosters, their publishers and claims."""

from typing import Any, Final

from cosign import labels
from cosign.errors import MalformedError, ThresholdError, VerificationError
from cosign.primitives.curve.edwards25519 import ORDER
from cosign.primitives.ed25519 import SigningKey
from cosign.records.groups.roster import Roster
from cosign.records.groups.roster_terms import RosterTerms
from cosign.records.member_key import MemberKey
from tests.support.examples.listing import published_roster, publisher_secrets
from tests.support.forgery import SMALL_ORDER
from tests.support.torsion import shifted
from tests.vectors.refusal import Context, Make, Refusals, change, foreign, put

REFUSALS: Final = Refusals()
add = REFUSALS.add

NAME, SOURCE, PUBLISHERS, THRESHOLD, LEFT_OUT, FRESH, KEYS = range(1, 8)
"""Places of the fields of the terms."""

SIGNATURES: Final = 2
"""Place of the signatures of a roster."""

KEY, PROOF = 1, 2
"""Places of the fields of a member key and, the key's, of a publisher's key."""


def reduced_again(place: int) -> Make:
    """Add the order to one of the scalars of a proof of possession."""

    def add_order(proof: bytes) -> bytes:
        part = slice(32 * place, 32 * (place + 1))
        longer = int(int.from_bytes(proof[part], "little") + ORDER).to_bytes(32, "little")
        return proof[: part.start] + longer + proof[part.stop :]

    return change(PROOF, add_order)


def mixed(multiple: int) -> Make:
    """Add a point of small order to a key."""
    return change(KEY, lambda key: shifted(key, multiple))


def signed_as_a_round(c: Context, raw: bytes) -> list[Any]:
    """Sign the terms as if they were a round's."""
    terms = Roster.from_bytes(raw).terms.to_bytes()
    keys = [SigningKey(held.identity_seed) for held in publisher_secrets(c.world)]
    return [[i, key.sign(labels.ROUND_SIGNATURE, terms)] for i, key in enumerate(keys)]


def turned(_: Context, raw: bytes) -> bytes:
    """Put the second key before the first."""
    keys = RosterTerms.from_bytes(raw).keys
    return put(KEYS, keys[32:64] + keys[:32] + keys[64:])(_, raw)


add(
    "MemberKey",
    MalformedError,
    "a key is a point of prime order",
    {
        **{name: put(KEY, key) for name, key in SMALL_ORDER.items()},
        "a point of order two added": mixed(4),
        "a point of order eight added": mixed(1),
        "no point": put(KEY, (2).to_bytes(32, "little")),
    },
)
add(
    "MemberKey",
    VerificationError,
    "its maker knows both of its scalars",
    {
        "another's key": foreign(
            KEY, lambda w: MemberKey(published_roster(w).terms.keys[:32], b"x" * 96)
        ),
        "a proof of zeros": put(PROOF, bytes(96)),
        "the answers exchanged": change(PROOF, lambda p: p[:32] + p[64:] + p[32:64]),
        "another challenge": change(PROOF, lambda p: bytes([p[0] ^ 1]) + p[1:]),
        "another answer for x": change(PROOF, lambda p: p[:32] + bytes([p[32] ^ 1]) + p[33:]),
        "another answer for r": change(PROOF, lambda p: p[:64] + bytes([p[64] ^ 1]) + p[65:]),
        "a challenge plus the order": reduced_again(0),
        "an answer for x plus the order": reduced_again(1),
        "an answer for r plus the order": reduced_again(2),
    },
)
add(
    "MemberKey",
    MalformedError,
    "a proof has one length",
    {
        "a signature": put(PROOF, bytes(64)),
        "a byte too many": change(PROOF, lambda proof: proof + b"\0"),
    },
)
add(
    "Publisher",
    MalformedError,
    "a publisher has a name and a proper key",
    {"no name": put(1, ""), "a key of small order": put(2, SMALL_ORDER["order 8"])},
)
add(
    "RosterTerms",
    MalformedError,
    "keys are whole, ascend, and each is of a kind",
    {
        "a cut key": change(KEYS, lambda keys: keys[:-1]),
        "the first twice": change(KEYS, lambda keys: keys[:32] * 2 + keys[64:]),
        "in another order": turned,
        "one alone": change(KEYS, lambda keys: keys[:32]),
        "a kind of a key that is not there": change(FRESH, lambda f: bytes([f[0] | 128])),
        "a byte of kinds too many": change(FRESH, lambda f: f + b"\0"),
        "no kinds": put(FRESH, b""),
    },
)
add(
    "RosterTerms",
    MalformedError,
    "there is a count for each of six reasons",
    {
        "a reason too few": change(LEFT_OUT, lambda counts: counts[:-1]),
        "a reason too many": change(LEFT_OUT, lambda counts: [*counts, 0]),
    },
)
add(
    "RosterTerms",
    MalformedError,
    "publishers are different, and as many as have to sign",
    {
        "one twice": change(PUBLISHERS, lambda p: [p[0], p[0]]),
        "three have to": put(THRESHOLD, 3),
        "nobody has to": put(THRESHOLD, 0),
        "none": put(PUBLISHERS, []),
    },
)
add(
    "RosterTerms",
    VerificationError,
    "publishers sign all of it",
    {
        "an ssh key called fresh": change(FRESH, lambda f: bytes([f[0] ^ 1])),
        "another source": put(SOURCE, "y"),
        "one has to": put(THRESHOLD, 1),
        "the other way round": change(PUBLISHERS, lambda p: p[::-1]),
        "a key less": change(KEYS, lambda keys: keys[32:]),
        "other counts": put(LEFT_OUT, [0, 0, 0, 0, 0, 1]),
    },
)
add(
    "Roster",
    ThresholdError,
    "both of its publishers have to sign",
    {
        "the first alone": change(SIGNATURES, lambda s: s[:1]),
        "the second alone": change(SIGNATURES, lambda s: s[1:]),
        "nobody": put(SIGNATURES, []),
    },
)
add(
    "Roster",
    MalformedError,
    "a publisher signs once, and is one of those named",
    {
        "the first twice": change(SIGNATURES, lambda s: [s[0], s[0]]),
        "in another order": change(SIGNATURES, lambda s: s[::-1]),
        "a third": change(SIGNATURES, lambda s: [*s, [2, s[0][1]]]),
    },
)
add(
    "Roster",
    VerificationError,
    "a signature is the publisher's, over these terms, for this purpose",
    {
        "exchanged": change(SIGNATURES, lambda s: [[0, s[1][1]], [1, s[0][1]]]),
        "one by both": change(SIGNATURES, lambda s: [s[0], [1, s[0][1]]]),
        "a flipped bit": change(
            SIGNATURES, lambda s: [s[0], [1, s[1][1][:-1] + bytes([s[1][1][-1] ^ 1])]]
        ),
        "another roster's": foreign(SIGNATURES, published_roster),
        "signed as a round": lambda c, raw: put(SIGNATURES, signed_as_a_round(c, raw))(c, raw),
    },
)
add(
    "Claim",
    MalformedError,
    "a proof is as long as what it shows",
    {
        "a key with a short proof": put(3, bytes(32)),
        "a long proof without a key": change(4, lambda proof: proof + bytes(32)),
        "a cut proof": change(4, lambda proof: proof[:-1]),
    },
)
