"""The member's cosignature or withdrawal (docs/spec.md, "Cosignatures").

Signing returns the use of the key, which the caller writes down *before* sending the
envelope. Then no crash can make a key sign in two rounds. :class:`~kept.Member` does
both in this order.

Not protected: a program that can read the member's unlocked home learns everything.
"""

from concurrent.futures import Executor
from typing import NamedTuple

from cosign.errors import (
    AnonymitySetError,
    MismatchError,
    MissingError,
    SlotError,
    VerificationError,
    WindowError,
)
from cosign.primitives import ed25519
from cosign.primitives.progress import Progress, no_progress
from cosign.proofs.certificate import CertificateProver
from cosign.proofs.interface import DEFAULT_MIN_SET, Action, Binding, MembershipProver
from cosign.proofs.ring.keys import KeyKind, MemberSecret
from cosign.proofs.ring.prover import RingProver
from cosign.randomness import SYSTEM, Randomness
from cosign.records.cosignature import STATEMENT, Cosignature
from cosign.records.credential import Credential, listed_secret
from cosign.records.envelope import Envelope
from cosign.records.groups.registered import RegisteredGroup
from cosign.records.groups.roster import Roster, load_ring
from cosign.records.open_cosignature import PublicName
from cosign.records.round import VerifiedRound
from cosign.records.secrets import MemberState, Use
from cosign.roles.member.naming import SigningName
from cosign.roles.shared.counting import Checks, Fault
from cosign.roles.shared.sealing import seal_cosignature
from cosign.secret import Secret
from cosign.words import counted


class Crowd(NamedTuple):
    """The people who can have made one member's cosignature.

    Attributes:
        certain: at least so many, the member among them, if the registrars' numbers are true
            and those who enrol do so with every registrar; 0 if unknown.
        most: at most so many; 0 if unknown.
    """

    certain: int
    most: int


def make_prover(
    credential: Credential,
    round_: VerifiedRound,
    *,
    seed: Secret | None = None,
    executor: Executor | None = None,
    progress: Progress = no_progress,
) -> MembershipProver:
    """Return the prover of a credential in a round.

    Args:
        credential: of this member.
        round_: verified.
        seed: 32 bytes of the ssh key that signs, where the credential is one.
        executor: of threads or processes, for large rosters; this thread if None. Secrets
            are given to threads only.
        progress: called with how much of a long proof is done, and of how much.

    Raises:
        MissingError: the credential is of another group, or its key was forgotten.
        MismatchError: the roster does not list the key, or lists it as another kind of key.
    """
    group, terms = round_.group, round_.terms
    if isinstance(group, Roster):
        listed = MemberSecret.from_seed(seed) if seed else None
        chosen = listed or listed_secret(credential, group.member_keys())
        if chosen is None:
            raise MissingError(
                "this home holds no key of the roster",
                hint="use the home that made your key, or name your ssh key with --ssh-key",
            )
        ring = load_ring(group.terms.keys, executor=executor, progress=progress)
        ids = terms.group_id, round_.round_id
        prover = RingProver(ring, *ids, chosen, executor=executor, progress=progress)
        _check_kind(chosen, group.kind_of(chosen.public_key))
        return prover
    if not isinstance(group, RegisteredGroup):
        raise TypeError(f"no prover for groups of kind {group.kind}")
    if not isinstance(credential, MemberState) or credential.group != group:
        raise MissingError(
            "this home holds no certificates of the round's group",
            hint="enrol with its registrars first",
        )
    held = credential.seeds[terms.slot - 1]
    if held is None:
        raise MissingError(
            f"this home forgot its key for slot {terms.slot}",
            hint="nothing can be signed, withdrawn or claimed with it any more",
        )
    key = ed25519.SigningKey(held)
    return CertificateProver(key, credential.endorsements[terms.slot - 1], group.threshold)


def _check_kind(secret: MemberSecret, listed_as: KeyKind) -> None:
    """Refuse a roster that says of the signer's own key what is not true."""
    if secret.kind != listed_as:
        raise MismatchError(
            f"the roster lists your {secret.kind} key as a key of kind {listed_as}",
            hint="ask its publisher for a roster that does not: every report repeats what it says",
        )


def cosign(  # noqa: PLR0913  # what is signed, and how: none of it belongs together
    prover: MembershipProver,
    round_: VerifiedRound,
    uses: tuple[Use, ...],
    *,
    action: Action = "cosign",
    statement: str = "",
    name: SigningName | None = None,
    minute: int,
    min_set: int = DEFAULT_MIN_SET,
    randomness: Randomness = SYSTEM,
    executor: Executor | None = None,
    progress: Progress = no_progress,
) -> tuple[Use, Envelope]:
    """Cosign a letter, or withdraw from it, and seal the result to the trustees.

    Args:
        prover: of this member in this round.
        round_: verified.
        uses: every earlier use of the credential.
        action: ``cosign`` or ``withdraw``.
        statement: public text, at most 280 bytes of UTF-8; empty when withdrawing.
        name: to sign openly, also after the round closed, if the member cosigned it before.
        minute: now, in minutes since 1970.
        min_set: the smallest crowd that a cosigner accepts; 0 for any. A withdrawal is made
            in any crowd, and who signs openly hides in none.
        randomness: for sealing.
        executor: for verifying the proof over a large roster; this thread if None.
        progress: told how much of that is done.

    Returns:
        The use to write down before the envelope leaves, and the envelope.

    Raises:
        WindowError: the round is not open. Withdrawing is possible at any time after it opens.
        AnonymitySetError: too few people to hide among, or their number is not known.
        SlotError: the slot signed in another round, or in this one with another statement,
            another name, or a withdrawal.
        ThresholdError: too few registrars certified the key, or attest the name.
        MismatchError: an attestation of another key or name, or of another group.
        MalformedError: the statement may not stand in a record.
        VerificationError: the proof that was made, or an attestation, is not valid.
    """
    STATEMENT.read(statement, "statement")
    if name and action == "withdraw":
        raise ValueError("a withdrawal has no name")
    called = name.public_name if name else PublicName("", "")
    use = Use(round_.terms.slot, round_.round_id, prover.tag, action, statement, *called)
    _check_window(round_, use, uses, minute)
    _check_uses(use, uses)
    if action == "cosign" and not name:
        check_set(round_, prover.certifiers, min_set)
    binding = Binding(round_.round_id, action, statement)
    anonymous = Cosignature(action, statement, prover.prove(binding))
    record = name.open(anonymous, round_, prover) if name else anonymous
    checks = Checks(round_.membership_verifier(executor, progress), round_.round_id)
    [found] = checks.run([record.to_bytes()], executor, progress)
    if isinstance(found, Fault):
        raise VerificationError(
            f"your own cosignature is not valid, so nothing was sent: {found.value}",
            hint="your certificates or your machine are faulty; enrol again or report this",
        )
    return use, seal_cosignature(record, round_, randomness)


def check_name_wanted(
    round_: VerifiedRound, tag: bytes, uses: tuple[Use, ...], name: PublicName, minute: int
) -> None:
    """Check that a registrar is not asked for a name with which this key cannot sign.

    From a request the registrar learns whose the key is, and so what it signed in another
    round, or that it signed nothing in this one.

    Args:
        round_: verified; it may open later.
        tag: of the member in it, 32 bytes.
        uses: every earlier use of the credential.
        name: what the member wants to be called.
        minute: now, in minutes since 1970.

    Raises:
        WindowError: the round is over, and the key did not cosign it.
        SlotError: the key is used up, withdrew, or signed with another name.
    """
    ids = round_.terms.slot, round_.round_id, tag
    here = [old for old in uses if old[:3] == ids and old.action == "cosign"]
    use = Use(*ids, "cosign", here[0].statement if here else "", *name)
    _check_uses(use, uses)
    if not here and minute >= round_.terms.closes:
        raise WindowError(
            "the round is over, and this home did not cosign it",
            hint="a name can only be added to what you cosigned; do not ask for one",
        )


def _check_window(round_: VerifiedRound, use: Use, uses: tuple[Use, ...], minute: int) -> None:
    """Check that the round is open, or takes a name for what the member cosigned before."""
    anonymous = use._replace(name="", role="")
    again = any(old._replace(name="", role="") == anonymous for old in uses)
    if use.name and not again and minute >= round_.terms.closes:
        raise WindowError(
            "the round is over, and this home did not cosign it with this statement before",
            hint="a name can still be added to what you cosigned: repeat its statement exactly",
        )
    round_.check_action(use.action, minute, again=again and bool(use.name))


def crowd_of(round_: VerifiedRound, certifiers: tuple[int, ...]) -> Crowd:
    """Return how many people can have made a cosignature.

    Args:
        round_: verified.
        certifiers: numbers of the registrars, from 0, whose certificates the proof shows; may
            be empty where all proofs show the same, or none.

    Raises:
        ValueError: no registrars are named in a group in which proofs differ by them.
    """
    membership = round_.membership
    most = [membership.anonymity_set]
    certain = [membership.anonymity_set]
    if certifiers:
        most.append(membership.combination_set(certifiers))
        certain.append(membership.certain_set(certifiers))
    elif round_.group.splits:
        raise ValueError("the crowd depends on the registrars of the proof: name them")
    return Crowd(_smallest(certain + most), _smallest(most))


def _smallest(sizes: list[int | None]) -> int:
    known = [size for size in sizes if size is not None]
    return min(known) if len(known) == len(sizes) else 0


def check_set(round_: VerifiedRound, certifiers: tuple[int, ...], min_set: int) -> Crowd:
    """Return the crowd of a cosignature, if enough people are certain to be in it.

    Args:
        round_: verified.
        certifiers: as in :func:`crowd_of`.
        min_set: the smallest crowd that the signer accepts.

    Raises:
        AnonymitySetError: smaller than the round's minimum or the signer's own.
        ValueError: as in :func:`crowd_of`.
    """
    crowd = crowd_of(round_, certifiers)
    least = max(min_set, round_.terms.min_set)
    if crowd.certain >= least:
        return crowd
    if not crowd.certain:
        raise AnonymitySetError(
            f"it is not known whether you would hide among {counted(least, 'person')}",
            hint="ask the organizer for a round with every registrar's enrolment statement",
        )
    less = "accept fewer with --min-set, if you take the risk; the round allows it"
    fixed = f"the round itself requires {round_.terms.min_set}; ask for a round with fewer"
    certain, most = crowd
    raise AnonymitySetError(
        f"you would hide among at most {counted(most, 'person')}, fewer than {least}"
        if certain == most
        else f"the crowd in which you hide is certain to be {certain}, fewer than {least}; "
        f"it may be larger, at most {most}, but that is not certain",
        hint=less if crowd.certain >= round_.terms.min_set else fixed,
    )


def _check_uses(use: Use, uses: tuple[Use, ...]) -> None:
    for old in uses:
        # One message for both, so that a refusal does not show that a member signed elsewhere.
        if use.slot and old.slot == use.slot and old.round_id != use.round_id:
            raise SlotError(
                f"your key for slot {use.slot} is used up: it signed in another round, or its "
                "certificate was written for a roster",
                hint="two uses of one key can be linked; "
                "the organizer has to open this round in a fresh slot",
            )
        if use.action == "withdraw" or (old.round_id, old.tag) != (use.round_id, use.tag):
            continue
        if old.action == "withdraw":
            raise SlotError(
                "you withdrew from this round", hint="a withdrawal cannot be taken back"
            )
        if old.statement != use.statement:
            raise SlotError(
                "you cosigned this round already, with another statement",
                hint="both statements would be left out; repeat the first one or do not sign",
            )
        _check_names(use, old)


def _check_names(use: Use, old: Use) -> None:
    """Refuse another name than the one before, or none after it."""
    if not old.name or use.public_name == old.public_name:
        return
    if not use.name:
        raise SlotError(
            f"you cosigned this round openly already, as {old.name!r}",
            hint="a name cannot be taken back, only the whole cosignature, with withdraw",
        )
    raise SlotError(
        f"you cosigned this round openly already, with another name or role: {old.name!r}"
        + (f", {old.role!r}" if old.role else ""),
        hint="neither would be shown; repeat the first ones exactly",
    )
