"""The organizer's steps before publication: keys, groups, rounds (docs/spec.md, "Rounds").

Not protected: an organizer can refuse to publish, or leave envelopes out. Members notice
that with ``check``.
"""

from dataclasses import dataclass, replace
from typing import Final

from cosign import labels
from cosign.errors import MismatchError
from cosign.primitives import ed25519, hpke
from cosign.randomness import SYSTEM, Randomness
from cosign.records.groups.grants import Grants, SlotGrant
from cosign.records.groups.group import Group
from cosign.records.groups.registered import RegisteredGroup
from cosign.records.groups.registrar import Registrar
from cosign.records.groups.statements import Statements
from cosign.records.letter import Letter
from cosign.records.limits import SALT_BYTES
from cosign.records.round import (
    DraftRound,
    Round,
    RoundTerms,
    Trustee,
    VerifiedRound,
    verify_draft,
    verify_round,
)
from cosign.records.secrets import SEED_BYTES, OrganizerSecrets
from cosign.secret import Secret

ORGANIZER_AS_TRUSTEE: Final = "the organizer"
"""Name of the trustee where the organizer is the only one."""


def make_organizer(randomness: Randomness = SYSTEM) -> OrganizerSecrets:
    """Make an organizer's keys: one seed for signing and one for sealing, 32 bytes each."""
    return OrganizerSecrets(Secret(randomness(SEED_BYTES)), Secret(randomness(SEED_BYTES)))


def make_group(
    name: str,
    purpose: str,
    registrars: tuple[Registrar, ...],
    threshold: int,
    window: tuple[int, int],
    randomness: Randomness = SYSTEM,
) -> RegisteredGroup:
    """Make a group, whose members are certified by any ``threshold`` of its registrars.

    Args:
        name: what people call the group.
        purpose: who belongs to it, in plain words.
        registrars: up to 16; their numbers are their places here.
        threshold: how many registrars each member needs.
        window: the first minute of enrolment and the first minute after it, since 1970.
        randomness: for the salt, 32 bytes.

    Raises:
        MalformedError: a key that two registrars share, registrars with different numbers
            of slots, an empty window, or a threshold above the number of registrars.
    """
    return RegisteredGroup(name, purpose, *window, threshold, registrars, randomness(SALT_BYTES))


@dataclass(frozen=True, slots=True)
class Plan:
    """What an organizer decides about a round.

    Attributes:
        title: a short name of the letter.
        slot: from 1 for registered groups, one that no other letter of the group used; 0
            for rosters.
        window: the first minute of signing and the first minute after it, since 1970.
        trustees: who opens the envelopes; the organizer alone if empty.
        threshold: how many trustees are needed to open.
        quorum: the smallest number of cosigners with which the letter is published.
        min_set: the smallest anonymity set in which members may sign.
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
) -> DraftRound:
    """Sign the terms of a round; :func:`complete_round` makes it ready for members.

    Args:
        secrets: the organizer's.
        plan: what the organizer decided.
        letter: the text to cosign.
        group: the people who may.
        statements: enrolment statements of the group's registrars, as far as known.
        randomness: for the salt, 32 bytes.

    Raises:
        MalformedError: a window, slot or threshold that the rules do not allow, or a
            roster with a key that is not a point of prime order.
        MismatchError: a statement of another group.
        VerificationError: a statement that its registrar did not sign.
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
    raw = letter.raw, group.to_bytes()
    draft = verify_draft(Round(terms, signature, *raw, statements, ()))
    group.verifier(terms.slot, draft.round_id)  # a bad key on a roster fails here, not later
    return draft


def complete_round(draft: DraftRound, grants: Grants = ()) -> VerifiedRound:
    """Return a round that members can sign: with the grants of its slot, and verified.

    Args:
        draft: opened by :func:`open_round`.
        grants: by registrars of its group, in any order, beside those that the draft has; none
            for a roster.

    Raises:
        ThresholdError: too few registrars granted the slot to the round.
        MismatchError: a grant of another group, slot or round; or two by one registrar for one
            slot and two rounds, which prove that the registrar broke the rules.
        VerificationError: a grant is not signed by its registrar.
    """
    given = (*draft.round.grants, *grants)
    draft.group.check_grants(given, draft.terms.slot, draft.round_id)
    merged: dict[int, SlotGrant] = {g.registrar: g for g in given}
    ordered = tuple(merged[number] for number in sorted(merged))
    return verify_round(replace(draft.round, grants=ordered))


def check_organizer(secrets: OrganizerSecrets, round_: VerifiedRound) -> ed25519.SigningKey:
    """Return the organizer's identity key, which signs the published letter.

    Args:
        secrets: the organizer's.
        round_: verified.

    Raises:
        MismatchError: another organizer signed the round.
    """
    identity = ed25519.SigningKey(secrets.identity_seed)
    if identity.public_key != round_.terms.organizer_key:
        raise MismatchError(
            "this home did not open the round", hint="publish from the organizer's own home"
        )
    return identity
