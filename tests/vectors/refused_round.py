"""Refusals of rounds, cosignatures, envelopes, openings and vaults."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from cosign import labels
from cosign.errors import (
    MalformedError,
    MismatchError,
    PassphraseError,
    QuorumError,
    ThresholdError,
    VerificationError,
)
from cosign.primitives import hpke
from cosign.primitives.ed25519 import SigningKey
from cosign.records.cosignature import Cosignature
from cosign.records.groups.grants import SlotGrant
from cosign.roles.trustee import opening_info
from cosign.secret import Secret
from tests.support.dealer import Dealer
from tests.support.forgery import SMALL_ORDER, assemble, malleate, take_apart
from tests.support.published import split
from tests.support.wire import pack, unpack
from tests.vectors.refusal import Context, Make, Refusals, change, flip, foreign, put

REFUSALS: Final = Refusals()
add = REFUSALS.add

CROOKED: Final = SMALL_ORDER["order 8"]


def resigned(**changes: Any) -> Make:
    """Change the terms of the round and sign them again."""

    def make(c: Context, _: bytes) -> bytes:
        terms = replace(c.world.round.terms, **changes)
        key = SigningKey(c.world.organizer.identity_seed)
        signature = key.sign(labels.ROUND_SIGNATURE, terms.to_bytes())
        return replace(c.world.round.round, terms=terms, signature=signature).to_bytes()

    return make


add("Trustee", MalformedError, "a trustee's key is a key", {"a key of zeros": put(2, bytes(1216))})
add(
    "RoundTerms",
    MalformedError,
    "a round has to be possible",
    {
        "closes when it opens": put(13, 200),
        "a threshold of 4": put(9, 4),
        "a threshold of 0": put(9, 0),
        "a quorum of 0": put(10, 0),
        "one trustee twice": change(8, lambda t: [t[0], t[0], t[2]]),
        "another kind": put(4, "secret"),
        "an organizer of small order": put(6, SMALL_ORDER["order 8"]),
    },
)
add(
    "RoundTerms",
    VerificationError,
    "the organizer signs every term",
    {
        "another title": put(1, "x"),
        "another letter": put(2, bytes(32)),
        "another group": put(3, bytes(32)),
        "another slot": put(5, 2),
        "a trustee less": change(8, lambda t: t[:2]),
        "another quorum": put(10, 2),
        "another minimum": put(11, 1),
        "another end": put(13, 301),
    },
)
add(
    "Round",
    VerificationError,
    "the signature is the organizer's",
    {
        "a flipped bit": change(2, lambda s: s[:-1] + bytes([s[-1] ^ 1])),
        "S + l": change(2, malleate),
        "another label's signature": lambda c, r: put(
            2, unpack(split(c.world.published).trailer)[3]
        )(c, r),
    },
)
add(
    "Round",
    MismatchError,
    "letter, group and statements are those of the terms",
    {
        "another letter": change(3, lambda t: t + b"\n"),
        "another group": foreign(4, lambda w: w.round.round),
        "another group's statements": foreign(5, lambda w: w.round.round),
        "a roster": resigned(kind="rostered"),
    },
)
add(
    "Round",
    MalformedError,
    "signed terms have to be possible, too",
    {
        "slot 0": resigned(slot=0),
        "slot 2 of 1": resigned(slot=2),
        "opens during enrolment": resigned(opens=199),
        "statements descend": change(5, lambda s: s[::-1]),
        "a statement twice": change(5, lambda s: s[:1] * 2),
        "a letter with CR": put(3, b"a\r\nb"),
        "a letter that is not UTF-8": put(3, b"\xff"),
        "a letter that is not NFC": put(3, "e\u0301".encode()),
        "an override": put(3, "\u202ea".encode()),
        "a letter with 31 marks in a row": put(3, ("x" + 31 * "\u0301").encode()),
        "no letter": put(3, b""),
    },
)
GRANTS: Final = 6
"""Place of the grants of a round."""

SLOT, ROUND_ID, GRANTED_BY, GRANT_SIGNATURE = 2, 3, 4, 5
"""Places of the fields of a grant."""


def grant_instead(slot: int, round_id: bytes | None = None) -> Make:
    """Let the first registrar sign for another slot or round."""

    def make(c: Context, _: bytes) -> bytes:
        return c.world.keys[0].grant_slot(slot, round_id or c.world.round.round_id).to_bytes()

    return make


def granted_instead(slot: int, round_id: bytes | None = None) -> Make:
    """Put such a grant into a round."""

    def make(c: Context, raw: bytes) -> bytes:
        grant = grant_instead(slot, round_id)(c, raw)
        return change(GRANTS, lambda rows: [grant, *rows[1:]])(c, raw)

    return make


def signed_as_a_statement(c: Context, raw: bytes) -> bytes:
    """Sign the parts of the grant under the label of enrolment statements."""
    grant = SlotGrant.from_bytes(raw)
    identity = SigningKey(c.world.secrets[0].identity_seed)
    signature = identity.sign(labels.STATEMENT_SIGNATURE, *grant.signed_parts())
    return replace(grant, signature=signature).to_bytes()


add(
    "SlotGrant",
    VerificationError,
    "the registrar signs all of it",
    {
        "another slot": put(SLOT, 2),
        "another round": put(ROUND_ID, bytes(32)),
        "a flipped bit": flip(-1),
        "S + l": change(GRANT_SIGNATURE, malleate),
        "a signature of zeros": put(GRANT_SIGNATURE, bytes(64)),
        "signed as a statement": signed_as_a_statement,
    },
)
add(
    "SlotGrant",
    MismatchError,
    "a grant is for this round of this group, and its slot",
    {
        "another group": put(1, bytes(32)),
        "truly of another slot": grant_instead(2),
        "truly of another round": grant_instead(1, bytes(32)),
    },
)
add(
    "SlotGrant",
    MalformedError,
    "slots count from 1 to 64, registrars from 0 to 15",
    {
        "slot 0": put(SLOT, 0),
        "slot 65": put(SLOT, 65),
        "registrar 16": put(GRANTED_BY, 16),
    },
)
add(
    "Round",
    ThresholdError,
    "all of three registrars have to grant the slot where two certify a member",
    {
        "no grants": put(GRANTS, []),
        "the first grant alone": change(GRANTS, lambda rows: rows[:1]),
        "as many grants as certify a member": change(GRANTS, lambda rows: rows[1:]),
    },
)
add(
    "Round",
    MalformedError,
    "grants ascend by registrar",
    {
        "grants descend": change(GRANTS, lambda rows: rows[::-1]),
        "a grant twice": change(GRANTS, lambda rows: [rows[0], rows[0], rows[1]]),
    },
)
add(
    "Round",
    MismatchError,
    "each grant is of this round, its slot and its group, and every one that is there is checked",
    {
        "a grant in the place of the statements": lambda c, r: put(5, unpack(r)[GRANTS])(c, r),
        "another group's grant": foreign(GRANTS, lambda w: w.round.round),
        "a grant of another slot": granted_instead(2),
        "a grant of another round": granted_instead(1, bytes(32)),
    },
)

add(
    "Cosignature",
    MalformedError,
    "a statement is one short line of plain text",
    {
        "a line break": put(2, "a\nb"),
        "a tab": put(2, "a\tb"),
        "an override": put(2, "\u202ea"),
        "an isolate": put(2, "\u2066a"),
        "not NFC": put(2, "e\u0301"),
        "281 bytes": put(2, "x" * 281),
        "a line separator": put(2, "\u2028"),
        "a control": put(2, "\x7f"),
        "31 marks in a row": put(2, "x" + 31 * "\u0301"),
        "31 enclosing marks": put(2, "x" + 31 * "\u0489"),
        "31 marks and joiners": put(2, "x" + 11 * "\u0301\u200d\u0489"),
        "a character that is younger than Unicode 14": put(2, "\u0ece"),
        "words with a withdrawal": put(1, "withdraw"),
        "another action": put(1, "retract"),
        "no tag": put(3, bytes(31)),
    },
)


def proof(how: Callable[[bytes, bytes, list[Any]], bytes]) -> Make:
    """Put the parts of the proof together in another way."""
    return change(3, lambda raw: how(*take_apart(raw)))


add(
    "Cosignature",
    VerificationError,
    "the proof binds, and has one form",
    {
        "another statement": put(2, "no"),
        "no statement": put(2, ""),
        "another key": proof(lambda k, s, e: assemble(SigningKey(Secret(k)).public_key, s, e)),
        "a key of small order": proof(lambda _k, _s, e: assemble(CROOKED, CROOKED + bytes(32), e)),
        "S + l": proof(lambda k, s, e: assemble(k, malleate(s), e)),
        "a zero signature": proof(lambda k, _s, e: assemble(k, bytes(64), e)),
        "registrars swapped": proof(lambda k, s, e: assemble(k, s, e[::-1])),
        "one registrar twice": proof(lambda k, s, e: assemble(k, s, [e[0], e[0]])),
        "a registrar renumbered": proof(
            lambda k, s, e: assemble(k, s, [e[0], e[1]._replace(registrar=2)])
        ),
        "an unknown registrar": proof(
            lambda k, s, e: assemble(k, s, [e[0], e[1]._replace(registrar=3)])
        ),
        "an endorsement less": proof(lambda k, s, e: assemble(k, s, e[:1])),
        "an endorsement more": proof(
            lambda k, s, e: assemble(k, s, [*e, e[1]._replace(registrar=2)])
        ),
        "a byte more": proof(lambda k, s, e: assemble(k, s, e) + b"\0"),
        "an RSA signature of zeros": proof(
            lambda k, s, e: assemble(k, s, [e[0], e[1]._replace(signature=bytes(384))])
        ),
        "prefixes exchanged": proof(
            lambda k, s, e: assemble(k, s, [e[0]._replace(prefix=e[1].prefix), e[1]])
        ),
    },
)


def dealt(how: Callable[[Dealer, bytes], Any]) -> Make:
    """Let a dishonest signer seal the first member's cosignature."""

    def make(c: Context, _: bytes) -> bytes:
        dealer = Dealer(c.world.round)
        padded = dealer.pad(Cosignature.from_bytes(c.world.publication.records[0]))
        return bytes(how(dealer, padded).to_bytes())

    return make


add(
    "Envelope",
    QuorumError,
    "what two of three trustees cannot read is not counted",
    {
        "another commitment": put(3, bytes(64)),
        "another ciphertext": change(4, lambda t: bytes(len(t))),
        "shares swapped": change(2, lambda s: [s[1], s[0], s[2]]),
        "a share of noise": change(2, lambda s: [bytes(1168), *s[1:]]),
        "a share less": change(2, lambda s: s[:2]),
        "a share more": change(2, lambda s: [*s, s[2]]),
        "a longer ciphertext": change(4, lambda t: t + b"\0"),
        "inconsistent shares": dealt(
            lambda d, p: d.envelope(p, [Secret(bytes([i]) + bytes(31)) for i in (1, 2, 4)])
        ),
        "shares that are no scalars": dealt(lambda d, p: d.envelope(p, [Secret(b"\xff" * 32)] * 3)),
        "fill that is not zero": dealt(lambda d, p: d.envelope(p[:-1] + b"\1")),
        "a length beyond the end": dealt(lambda d, p: d.envelope(b"\xff" * 4 + p[4:])),
        "no cosignature inside": dealt(lambda d, p: d.envelope(p[:4] + bytes(len(p) - 4))),
    },
)
add("Envelope", MismatchError, "an envelope is of one round", {"another round": put(1, bytes(32))})
add(
    "Envelope",
    MalformedError,
    "shares have one length",
    {
        "a long share": change(2, lambda s: [s[0] + b"\0", *s[1:]]),
        "no shares": put(2, []),
    },
)
add(
    "OpenedShares",
    MalformedError,
    "entries of 64 bytes ascend, trustees count from 1 to 16",
    {
        "twice": change(3, lambda e: e * 2),
        "descending": change(3, lambda e: e + bytes(64)),
        "trustee 0": put(2, 0),
        "trustee 17": put(2, 17),
        "a share of 31 bytes": change(3, lambda e: e[:-1]),
        "a share of 33 bytes": change(3, lambda e: e + b"\0"),
        "an entry without share": change(3, lambda e: e[:32]),
        "an array of entries": change(3, lambda e: [[e[:32], e[32:]]]),
        "nil for entries": put(3, None),
    },
)
add(
    "OpenedShares",
    QuorumError,
    "a false share opens nothing",
    {
        "another share": change(3, lambda e: e[:32] + bytes(32)),
        "no scalar": change(3, lambda e: e[:32] + b"\xff" * 32),
        "another envelope": change(3, lambda e: bytes(32) + e[32:]),
        "no entry": put(3, b""),
        "another trustee": put(2, 3),
    },
)


def relabelled(c: Context, _: bytes) -> bytes:
    """Seal shares that name trustee 2 in the opening of trustee 1."""
    opened = replace(c.world.openings(c.world.envelopes[:1], (1,))[0], trustee=2)
    key = hpke.SealingPublicKey.from_bytes(c.world.round.terms.organizer_sealing_key)
    info = opening_info(c.world.round.round_id, 1)
    return pack(
        [labels.OPENING, c.world.round.round_id, 1, hpke.seal(key, info, opened.to_bytes())]
    )


add(
    "Opening",
    MismatchError,
    "an opening says the same inside and outside",
    {
        "another trustee inside": relabelled,
        "another round": put(1, bytes(32)),
        "a fourth trustee": put(2, 4),
    },
)
add(
    "Opening",
    VerificationError,
    "only the organizer's key opens it",
    {"another trustee": put(2, 2), "a flipped bit": flip(-1)},
)
add(
    "VaultFile",
    MalformedError,
    "costs are bounded before memory is taken",
    {
        "no passes": put(2, 0),
        "eleven passes": put(2, 11),
        "too little memory": put(3, 8191),
        "more than a gibibyte": put(3, 2**30 + 1),
        "another kind": put(1, "scrypt"),
        "encrypted, but said to be bare": put(1, "none"),
    },
)
add(
    "VaultFile",
    PassphraseError,
    "everything in a vault is authenticated",
    {
        "two passes": put(2, 2),
        "another salt": put(4, bytes(16)),
        "another nonce": put(5, bytes(24)),
        "a flipped bit": flip(-1),
    },
)
