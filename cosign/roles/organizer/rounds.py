"""The organizer's steps before publication: keys, groups, rounds (docs/spec.md, "Rounds").

Not protected: an organizer can refuse to publish, or leave envelopes out. Members
notice with ``check``; nobody can be made to publish.
"""

from dataclasses import dataclass
from typing import Final

from cosign import labels
from cosign.errors import MismatchError
from cosign.primitives import ed25519, hpke
from cosign.randomness import SYSTEM, Randomness
from cosign.records.groups.group import Group
from cosign.records.groups.registered import RegisteredGroup, Registrar, Statements
from cosign.records.letter import Letter
from cosign.records.limits import SALT_BYTES
from cosign.records.round import Round, RoundTerms, Trustee, VerifiedRound, verify_round
from cosign.records.secrets import SEED_BYTES, OrganizerSecrets
from cosign.secret import Secret

ORGANIZER_AS_TRUSTEE: Final = "the organizer"
"""Name of the trustee where the organizer is the only one."""


def make_organizer(randomness: Randomness = SYSTEM) -> OrganizerSecrets:
    """Make an organizer's identity and sealing keys."""
    return OrganizerSecrets(Secret(randomness(SEED_BYTES)), Secret(randomness(SEED_BYTES)))


def make_group(
    name: str,
    purpose: str,
    registrars: tuple[Registrar, ...],
    threshold: int,
    window: tuple[int, int],
    randomness: Randomness = SYSTEM,
) -> RegisteredGroup:
    """Put registrars together to a group whose members any ``threshold`` of them certify.

    Args:
        name: what people call the group.
        purpose: who belongs to it.
        registrars: in the order that members will prefer.
        threshold: t.
        window: first minute of enrolment, and the minute at which it is over.
        randomness: for the salt.

    Raises:
        MalformedError: keys that serve twice, an empty window, an impossible threshold.
    """
    return RegisteredGroup(name, purpose, *window, threshold, registrars, randomness(SALT_BYTES))


@dataclass(frozen=True, slots=True)
class Plan:
    """What an organizer decides about a round.

    Attributes:
        title: a short name of the letter.
        slot: from 1 for registered groups, 0 for rosters.
        window: first minute of signing, and the minute at which it is over.
        trustees: who opens the envelopes; the organizer alone if empty.
        threshold: how many trustees it takes.
        quorum: fewest cosigners to publish with.
        min_set: smallest anonymity set in which anybody may sign.
    """

    title: str
    slot: int
    window: tuple[int, int]
    trustees: tuple[Trustee, ...] = ()
    threshold: int = 1
    quorum: int = 1
    min_set: int = 0


def open_round(
    secrets: OrganizerSecrets,
    plan: Plan,
    letter: Letter,
    group: Group,
    statements: Statements = (),
    randomness: Randomness = SYSTEM,
) -> VerifiedRound:
    """Open a signing round.

    Args:
        secrets: the organizer's.
        plan: what the organizer decided.
        letter: what people cosign.
        group: who may.
        statements: enrolment statements known so far.
        randomness: for the salt.

    Raises:
        MalformedError: a window, slot or threshold that the rules do not allow.
        MismatchError, VerificationError: statements that do not belong to the group.
    """
    identity = ed25519.SigningKey(secrets.identity_seed)
    sealing_key = hpke.SealingSecretKey(secrets.sealing_seed).public_key.to_bytes()
    terms = RoundTerms(
        plan.title,
        letter.letter_id,
        group.group_id,
        group.kind,
        plan.slot,
        identity.public_key,
        sealing_key,
        plan.trustees or (Trustee(ORGANIZER_AS_TRUSTEE, sealing_key),),
        plan.threshold,
        plan.quorum,
        plan.min_set,
        *plan.window,
        randomness(SALT_BYTES),
    )
    signature = identity.sign(labels.ROUND_SIGNATURE, terms.to_bytes())
    round_ = verify_round(Round(terms, signature, letter.raw, group.to_bytes(), statements))
    round_.membership_verifier()  # a roster with a bad key fails here, not at every member
    return round_


def check_organizer(secrets: OrganizerSecrets, round_: VerifiedRound) -> ed25519.SigningKey:
    """Give the organizer's identity key, if the round is signed by it.

    Raises:
        MismatchError: the round was opened from another home.
    """
    identity = ed25519.SigningKey(secrets.identity_seed)
    if identity.public_key != round_.terms.organizer_key:
        raise MismatchError(
            "this home did not open the round", hint="publish from the organizer's own home"
        )
    return identity
