"""The member's steps: enrol, cosign, withdraw (docs/spec.md, "Enrolment").

State is a value: each step takes the old one and gives the new one, and the
caller writes it down *before* it sends what the step made. Then no crash can
make a membership key speak in two rounds.

Not protected: whoever reads the member's unlocked home learns everything.
"""

import dataclasses
from collections.abc import Collection
from concurrent.futures import Executor
from typing import Final

from cosign.errors import (
    AnonymitySetError,
    MismatchError,
    MissingError,
    RefusedError,
    SlotError,
    VerificationError,
)
from cosign.primitives import blind_rsa, rsa_pss, sealing, signing
from cosign.primitives.parallel import Progress, no_progress
from cosign.proofs.certificate import CertificateProver, Endorsement, membership_message
from cosign.proofs.membership import Action, Binding, MembershipProver
from cosign.proofs.ring_prover import RingProver
from cosign.randomness import SYSTEM, Randomness
from cosign.records.cosignature import STATEMENT, Cosignature
from cosign.records.enrolment import (
    REPLY_KEY_BYTES,
    EnrolmentPlea,
    EnrolmentRequest,
    EnrolmentResponse,
    MembershipCertificate,
)
from cosign.records.envelope import Envelope
from cosign.records.group import RegisteredGroup
from cosign.records.member_key import MemberKeySecrets
from cosign.records.roster import Roster, load_ring
from cosign.records.round import VerifiedRound
from cosign.records.secrets import SEED_BYTES, MemberState, Pending, Use
from cosign.roles.envelopes import seal_cosignature
from cosign.roles.registrar import request_info, response_info
from cosign.secret import Secret

VARIANT: Final = rsa_pss.PSS_RANDOMIZED
EXPORTED: Final = bytes(32)
"""Stands for a round's identifier where a slot was spent by :func:`export_certificate`."""

LEAST_SET: Final = 16
"""Smallest anonymity set that a signer accepts without saying otherwise."""


def join(group: RegisteredGroup, randomness: Randomness = SYSTEM) -> MemberState:
    """Start a membership: one fresh membership key a slot, no certificates yet."""
    seeds = tuple(Secret(randomness(SEED_BYTES)) for _ in range(group.slots))
    return MemberState(group.to_bytes(), seeds, (), ((),) * group.slots, ())


def enrol(
    state: MemberState,
    registrar: int,
    voucher: Secret,
    minute: int,
    randomness: Randomness = SYSTEM,
) -> tuple[MemberState, EnrolmentRequest]:
    """Blind every slot's membership key and seal them with the voucher to a registrar.

    The same voucher again gives the same request; another voucher (the first was
    wrong) seals the same blinded messages anew.

    Args:
        state: from :func:`join` or an earlier enrolment.
        registrar: its number in the group, from 0.
        voucher: 16 bytes.
        minute: now.
        randomness: for prefixes, blinding factors and the reply key.

    Raises:
        WindowError: outside the enrolment window.
        RefusedError: this registrar certified the keys already, or one was forgotten.
    """
    group = RegisteredGroup.from_bytes(state.group)
    group.check_enrolment(minute)
    if not 0 <= registrar < len(group.registrars):
        raise MismatchError(
            f"the group has registrars 1 to {len(group.registrars)}, not {registrar + 1}",
            hint="choose one with --registrar",
        )
    if any(e.registrar == registrar for slot in state.endorsements for e in slot):
        raise RefusedError(
            "this registrar certified your membership keys already",
            hint="nothing is left to do here; sign when a round opens",
        )
    pending = _pending(state, registrar)
    if pending and pending.voucher == voucher:
        return state, EnrolmentRequest.from_bytes(pending.request)
    blinds, blinded = (
        (pending.blinds, pending.blinded)
        if pending
        else _blind(group, state, registrar, randomness)
    )
    reply_key = Secret(randomness(REPLY_KEY_BYTES))
    plea = EnrolmentPlea(voucher, reply_key, blinded)
    request_key = sealing.SealingPublicKey.from_bytes(group.registrars[registrar].request_key)
    info = request_info(group.group_id, registrar)
    sealed = sealing.seal(request_key, info, plea.to_bytes())
    request = EnrolmentRequest(group.group_id, registrar, sealed)
    entry = Pending(registrar, voucher, reply_key, request.to_bytes(), blinds, blinded)
    others = tuple(p for p in state.pending if p.registrar != registrar)
    return dataclasses.replace(state, pending=(*others, entry)), request


def _blind(
    group: RegisteredGroup, state: MemberState, registrar: int, randomness: Randomness
) -> tuple[tuple[tuple[bytes, Secret], ...], tuple[bytes, ...]]:
    """Prepare and blind one message a slot (RFC 9474, sections 4.1 and 4.2)."""
    blinds, blinded = [], []
    for slot, (seed, spki) in enumerate(
        zip(_every_seed(state), group.registrars[registrar].slot_keys, strict=True), 1
    ):
        key = signing.SigningKey(seed).public_key
        message = membership_message(group.group_id, slot, key)
        prepared = blind_rsa.prepare(VARIANT, message, randomness)
        issuer = rsa_pss.PublicKey.from_spki(spki)
        hidden, inverse = blind_rsa.blind(issuer, prepared, VARIANT, randomness)
        blinds.append((prepared[: VARIANT.prefix_bytes], inverse))
        blinded.append(hidden)
    return tuple(blinds), tuple(blinded)


def _every_seed(state: MemberState) -> list[Secret]:
    """Give the keys of all slots, which registrars sign together.

    Raises:
        RefusedError: one was forgotten.
    """
    held = [seed for seed in state.seeds if seed]
    if len(held) < len(state.seeds):
        raise RefusedError(
            "a key of this membership was forgotten, so no registrar can certify it any more",
            hint="sign with the slots that are left: member keys shows them",
        )
    return held


def _pending(state: MemberState, registrar: int) -> Pending | None:
    return next((p for p in state.pending if p.registrar == registrar), None)


def finish(state: MemberState, response: EnrolmentResponse) -> MemberState:
    """Unblind and verify a registrar's signatures; forget the blinding factors.

    Raises:
        MismatchError: a response for another group, or to another request.
        RefusedError: nothing is waiting for this response.
        VerificationError: the registrar signed something else, or the response was changed.
    """
    group = RegisteredGroup.from_bytes(state.group)
    pending = _pending(state, response.registrar)
    if response.group_id != group.group_id:
        raise MismatchError("the response is for another group", hint="use its own home or group")
    if pending is None:
        raise RefusedError(
            "no request of this home waits for this response",
            hint="it may have been finished before: member keys shows what is here",
        )
    request = EnrolmentRequest.from_bytes(pending.request)
    if response.request_id != request.request_id:
        raise MismatchError(
            "the response answers another request", hint="send your newest request again"
        )
    associated = response_info(group.group_id, response.registrar, request.request_id)
    joined = sealing.decrypt_once(pending.reply_key, associated, response.encrypted)
    found = _finalize(group, state, pending, joined)
    pairs = zip(state.endorsements, found, strict=True)
    return dataclasses.replace(
        state,
        pending=tuple(p for p in state.pending if p.registrar != response.registrar),
        endorsements=tuple(tuple(sorted((*old, new))) for old, new in pairs),
    )


def _finalize(
    group: RegisteredGroup, state: MemberState, pending: Pending, joined: bytes
) -> list[Endorsement]:
    """Unblind one signature a slot (RFC 9474, section 4.4, which verifies each)."""
    registrar = group.registrars[pending.registrar]
    issuers = [rsa_pss.PublicKey.from_spki(k) for k in registrar.slot_keys]
    if len(joined) != sum(k.bytes for k in issuers):
        raise VerificationError(
            f"registrar {registrar.name!r} answered with the wrong number of bytes",
            hint="tell the registrar; your request is kept",
        )
    seeds, found, place = _every_seed(state), [], 0
    for slot, issuer in enumerate(issuers, 1):
        key = signing.SigningKey(seeds[slot - 1]).public_key
        prefix, inverse = pending.blinds[slot - 1]
        prepared = prefix + membership_message(group.group_id, slot, key)
        hidden = joined[place : place + issuer.bytes]
        signature = blind_rsa.finalize(issuer, prepared, hidden, inverse, VARIANT)
        found.append(Endorsement(pending.registrar, prefix, signature))
        place += issuer.bytes
    return found


def export_certificate(state: MemberState, slot: int) -> tuple[MemberState, MembershipCertificate]:
    """Give one slot's certificate, to have its key put on a roster, and spend the slot.

    In a registered round the key is the tag, so whoever was handed the certificate
    would know the cosigner. Write the state down first.

    Raises:
        SlotError: the slot signed already.
        MissingError: no registrar certified it.
        ThresholdError: not every registrar did.
    """
    found = {certificate.slot: certificate for certificate in state.certificates()}
    if slot not in found:
        raise MissingError(f"slot {slot} has no certificate", hint="finish enrolment first")
    found[slot].verify(RegisteredGroup.from_bytes(state.group))
    spent = Use(slot, EXPORTED, found[slot].key, "cosign", "")
    if any(use.slot == slot and use != spent for use in state.uses):
        raise SlotError(
            f"your key for slot {slot} signed already: handing it out would name you",
            hint="choose a slot that was not used",
        )
    uses = state.uses if spent in state.uses else (*state.uses, spent)
    return dataclasses.replace(state, uses=uses), found[slot]


Credential = MemberState | MemberKeySecrets
"""What a member signs with; its ``uses`` are written down before an envelope leaves."""


def make_prover(
    credential: Credential,
    round_: VerifiedRound,
    *,
    seed: Secret | None = None,
    executor: Executor | None = None,
    progress: Progress = no_progress,
) -> MembershipProver:
    """Give the prover of a credential in a round.

    Args:
        credential: of this member.
        round_: verified.
        seed: of an ssh key, whose credential does not hold it.
        executor: of threads, for large rosters.
        progress: told how much of a long proof is done.

    Raises:
        MissingError: a credential of another group.
    """
    group, terms = round_.group, round_.terms
    if isinstance(group, Roster):
        chosen = seed or listed_seed(credential, set(group.member_keys()))
        if chosen is None:
            raise MissingError(
                "this home holds no key of the roster",
                hint="use the home that made your key, or name your ssh key with --ssh-key",
            )
        ring, ids = load_ring(group.terms.keys), (terms.group_id, round_.round_id)
        return RingProver(ring, *ids, chosen, executor=executor, progress=progress)
    if not isinstance(group, RegisteredGroup):
        raise TypeError(f"no prover for groups of kind {group.kind}")
    if not isinstance(credential, MemberState) or credential.group != group.to_bytes():
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
    key = signing.SigningKey(held)
    return CertificateProver(key, credential.endorsements[terms.slot - 1], group.threshold)


def listed_seed(credential: Credential, listed: Collection[bytes]) -> Secret | None:
    """Give the secret that signs for a roster: of a listed member key or exported slot, or None.

    The key of any other slot is published as the tag of a registered round, or will be.
    Whoever puts such a tag on a roster would see its owner sign there.
    """
    if not isinstance(credential, MemberState):
        held = [credential.seed]
    else:
        exported = {use.slot for use in credential.uses if use.round_id == EXPORTED}
        held = [seed for slot, seed in enumerate(credential.seeds, 1) if slot in exported]
    seeds = (seed for seed in held if seed and signing.SigningKey(seed).public_key in listed)
    return next(seeds, None)


def cosign(
    prover: MembershipProver,
    round_: VerifiedRound,
    uses: tuple[Use, ...],
    *,
    action: Action = "cosign",
    statement: str = "",
    minute: int,
    least_set: int = LEAST_SET,
    randomness: Randomness = SYSTEM,
) -> tuple[Use, Envelope]:
    """Cosign a letter, or withdraw from it, and seal the result to the trustees.

    Args:
        prover: of this member in this round.
        round_: verified.
        uses: every earlier use of the member's keys.
        action: ``cosign`` or ``withdraw``.
        statement: public text, at most 280 bytes; empty when withdrawing.
        minute: now.
        least_set: the smallest anonymity set that the signer accepts.
        randomness: for sealing.

    Returns:
        The use to write down before the envelope leaves, and the envelope.

    Raises:
        WindowError: the round is not open; a withdrawal can be made at any time after it opens.
        AnonymitySetError: too few people to hide among, or nobody said how many.
        SlotError: the slot spoke in another round, or in this one with other words.
        ThresholdError: too few registrar signatures.
        MalformedError: a statement that may not stand in a record.
    """
    round_.check_action(action, minute)
    STATEMENT.read(statement, "statement")
    use = Use(round_.terms.slot, round_.round_id, prover.tag, action, statement)
    _check_uses(use, uses)
    binding = Binding(round_.round_id, action, statement)
    cosignature = Cosignature(action, statement, prover.prove(binding))
    verifier = round_.membership_verifier()
    check_set(round_, verifier.vouchers(cosignature.proof), least_set)
    if verifier.verify_batch([(binding, cosignature.proof)]):
        raise VerificationError(
            "your own proof does not verify, so nothing was sent",
            hint="your certificates or your machine are faulty; enrol again or report this",
        )
    return use, seal_cosignature(cosignature, round_, randomness)


def check_set(round_: VerifiedRound, vouchers: tuple[int, ...], least_set: int) -> int:
    """Give the anonymity set of a cosignature by these registrars, if it is large enough.

    Raises:
        AnonymitySetError: smaller than the round's minimum or the signer's own.
    """
    group, statements = round_.group, round_.statements
    sizes = [group.anonymity_set(statements)]
    if vouchers:
        sizes.append(group.combination_set(vouchers, statements))
    size = 0 if None in sizes else min(s for s in sizes if s is not None)
    least = max(least_set, round_.terms.min_set)
    if size < least:
        if not size:
            raise AnonymitySetError(
                f"nobody says whether you would hide among {least} people",
                hint="ask the organizer for a round with every registrar's enrolment statement",
            )
        less = "accept less with --min-set, if you dare; your organizer accepts as few"
        fixed = f"this round asks for {round_.terms.min_set}: only another one can ask for fewer"
        raise AnonymitySetError(
            f"you would hide among at most {size} people, fewer than {least}",
            hint=less if size >= round_.terms.min_set else fixed,
        )
    return size


def _check_uses(use: Use, uses: tuple[Use, ...]) -> None:
    for old in uses:
        if use.slot and old.slot == use.slot and old.round_id != use.round_id:
            raise SlotError(
                f"your key for slot {use.slot} already signed in another round",
                hint="two cosignatures with one key can be linked; "
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
                hint="both would be left out; repeat the first statement or do not sign again",
            )
