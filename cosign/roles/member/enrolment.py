"""The member's side of enrolment (docs/spec.md, "Enrolment").

Each step takes the member's state and returns the new one, which the caller writes
down *before* sending what the step made. :class:`~kept.Member` does both in this order.

Not protected: a program that can read the member's unlocked home learns everything.
"""

import dataclasses
from typing import Final

from cosign.errors import (
    MismatchError,
    MissingError,
    RefusedError,
    SlotError,
)
from cosign.primitives import ed25519, hpke
from cosign.primitives.rsa import blind as blind_rsa
from cosign.primitives.rsa import pss as rsa_pss
from cosign.proofs.certificate import Endorsement, membership_message
from cosign.randomness import SYSTEM, Randomness
from cosign.records.credential import EXPORTED
from cosign.records.enrolment import (
    REPLY_KEY_BYTES,
    EnrolmentPlea,
    EnrolmentRequest,
    EnrolmentResponse,
    MembershipCertificate,
    cut_signatures,
    request_info,
    response_info,
)
from cosign.records.groups.registered import RegisteredGroup
from cosign.records.secrets import SEED_BYTES, MemberState, Pending, Use
from cosign.secret import Secret

VARIANT: Final = rsa_pss.PSS_RANDOMIZED
"""RSABSSA-SHA384-PSS-Randomized (RFC 9474, section 5)."""


def join(group: RegisteredGroup, randomness: Randomness = SYSTEM) -> MemberState:
    """Return a new membership: a fresh Ed25519 seed for each slot, and no certificates.

    Args:
        group: to become a member of.
        randomness: for the seeds, 32 bytes each.
    """
    seeds = tuple(Secret(randomness(SEED_BYTES)) for _ in range(group.slots))
    return MemberState(group, seeds, (), ((),) * group.slots, ())


def enrol(
    state: MemberState,
    registrar: int,
    voucher: Secret,
    minute: int,
    randomness: Randomness = SYSTEM,
) -> tuple[MemberState, EnrolmentRequest]:
    """Blind the membership key of every slot, and seal them with the voucher to a registrar.

    The same voucher again gives the same request. Another voucher, where the first was
    wrong, gives a new request with the same blinded messages: so a registrar cannot be
    made to sign two different keys of one member.

    Args:
        state: from :func:`join` or an earlier enrolment.
        registrar: its number in the group, from 0.
        voucher: 16 bytes, from the registrar.
        minute: now, in minutes since 1970.
        randomness: for prefixes, blinding factors and the reply key.

    Returns:
        The state to write down before the request is sent, and the request.

    Raises:
        MismatchError: the group has no such registrar.
        WindowError: outside the enrolment window.
        RefusedError: this registrar certified the keys already, or a key was forgotten.
    """
    group = state.group
    group.check_enrolment(minute)
    group.check_registrar(registrar)
    if any(e.registrar == registrar for slot in state.endorsements for e in slot):
        raise RefusedError(
            "this registrar certified your membership keys already",
            hint="nothing is left to do here; sign when a round opens",
        )
    pending = _pending(state, registrar)
    if pending and pending.voucher == voucher:
        return state, pending.request
    blinds, blinded = (
        (pending.blinds, pending.blinded) if pending else _blind(state, registrar, randomness)
    )
    reply_key = Secret(randomness(REPLY_KEY_BYTES))
    plea = EnrolmentPlea(voucher, reply_key, blinded)
    request_key = hpke.SealingPublicKey.from_bytes(group.registrars[registrar].request_key)
    info = request_info(group.group_id, registrar)
    sealed = hpke.seal(request_key, info, plea.to_bytes())
    request = EnrolmentRequest(group.group_id, registrar, sealed)
    entry = Pending(registrar, voucher, reply_key, request, blinds, blinded)
    others = tuple(p for p in state.pending if p.registrar != registrar)
    return dataclasses.replace(state, pending=(*others, entry)), request


def _blind(
    state: MemberState, registrar: int, randomness: Randomness
) -> tuple[tuple[tuple[bytes, Secret], ...], tuple[bytes, ...]]:
    """Prepare and blind one message for each slot (RFC 9474, sections 4.1 and 4.2)."""
    blinds, blinded = [], []
    issuers = state.group.registrars[registrar].public_keys
    for slot, (seed, issuer) in enumerate(zip(_every_seed(state), issuers, strict=True), 1):
        key = ed25519.SigningKey(seed).public_key
        message = membership_message(state.group.group_id, slot, key)
        prepared = blind_rsa.prepare(VARIANT, message, randomness)
        hidden, inverse = blind_rsa.blind(issuer, prepared, VARIANT, randomness)
        blinds.append((prepared[: VARIANT.prefix_bytes], inverse))
        blinded.append(hidden)
    return tuple(blinds), tuple(blinded)


def _every_seed(state: MemberState) -> list[Secret]:
    """Return the seeds of all slots: a registrar signs all keys in one answer.

    Raises:
        RefusedError: a key was forgotten.
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
    """Unblind and verify a registrar's signatures, and drop the blinding factors.

    Args:
        state: with the request that was answered.
        response: from the registrar.

    Returns:
        The state to write down.

    Raises:
        MismatchError: a response for another group, or to another request.
        RefusedError: no request waits for this response, or a key was forgotten.
        VerificationError: the registrar signed something else, or the response was changed.
    """
    group = state.group
    pending = _pending(state, response.registrar)
    if response.group_id != group.group_id:
        raise MismatchError(
            "the response is for another group", hint="use the home that made the request"
        )
    if pending is None:
        raise RefusedError(
            "no request of this home waits for this response",
            hint="it may have been finished before: member keys shows what is here",
        )
    request_id = pending.request.request_id
    if response.request_id != request_id:
        raise MismatchError(
            "the response answers another request", hint="send your newest request again"
        )
    associated = response_info(group.group_id, response.registrar, request_id)
    joined = hpke.decrypt_once(pending.reply_key, associated, response.encrypted)
    hidden = cut_signatures(group.registrars[response.registrar], joined)
    found = _finalize(state, pending, hidden)
    pairs = zip(state.endorsements, found, strict=True)
    return dataclasses.replace(
        state,
        pending=tuple(p for p in state.pending if p.registrar != response.registrar),
        endorsements=tuple(tuple(sorted((*old, new))) for old, new in pairs),
    )


def _finalize(
    state: MemberState, pending: Pending, signatures: tuple[bytes, ...]
) -> list[Endorsement]:
    """Unblind one signature for each slot, and verify it (RFC 9474, section 4.4)."""
    issuers = state.group.registrars[pending.registrar].public_keys
    slots = zip(issuers, _every_seed(state), pending.blinds, signatures, strict=True)
    found = []
    for slot, (issuer, seed, (prefix, inverse), hidden) in enumerate(slots, 1):
        key = ed25519.SigningKey(seed).public_key
        prepared = prefix + membership_message(state.group.group_id, slot, key)
        signature = blind_rsa.finalize(issuer, prepared, hidden, inverse, VARIANT)
        found.append(Endorsement(pending.registrar, prefix, signature))
    return found


def export_certificate(state: MemberState, slot: int) -> tuple[MemberState, MembershipCertificate]:
    """Return the certificate of one slot, whose key can be put on a roster; spend the slot.

    In a registered round the key is the tag of its cosignature, so people who were given
    the certificate would know who signed. Therefore the slot signs no registered round
    afterwards.

    Args:
        state: of a member.
        slot: from 1.

    Returns:
        The state to write down before the certificate is passed on, and the certificate.

    Raises:
        SlotError: the slot signed already.
        MissingError: no registrar certified it.
        ThresholdError: too few registrars certified it.
    """
    found = {certificate.slot: certificate for certificate in state.certificates()}
    if slot not in found:
        raise MissingError(f"slot {slot} has no certificate", hint="finish enrolment first")
    found[slot].verify(state.group)
    spent = Use(slot, EXPORTED, found[slot].key, "cosign", "")
    if any(use.slot == slot and use != spent for use in state.uses):
        raise SlotError(
            f"your key for slot {slot} signed already: handing it out would name you",
            hint="choose a slot that was not used",
        )
    uses = state.uses if spent in state.uses else (*state.uses, spent)
    return dataclasses.replace(state, uses=uses), found[slot]
