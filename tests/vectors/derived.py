"""Values on the way to a record, for those who write a second implementation."""

from collections.abc import Callable
from typing import Any, Final

from cosign import labels
from cosign.primitives import ed25519, hpke, shamir
from cosign.primitives.hashing import H, fingerprint, identifier
from cosign.proofs.certificate import membership_message
from cosign.records.collection import delivery_info
from cosign.records.enrolment import request_info, response_info, voucher_hash
from cosign.records.voucher import encode_slip
from cosign.roles.roster_publisher import collection_ledger_key, key_id
from cosign.roles.shared import sealing
from cosign.roles.trustee import opening_info
from cosign.secret import Secret
from tests.support.examples import collecting
from tests.support.world import World
from tests.vectors.with_names import name_attestation, name_request


def shares_of(world: World) -> dict[int, Secret]:
    """Return each trustee's share of the first envelope."""
    opened = world.openings(world.envelopes[:1], (1, 2, 3))
    return {o.trustee: share for o in opened for share in o.shares().values()}


def first_key(world: World) -> ed25519.SigningKey:
    """Return the first member's membership key."""
    seed = world.members[0].seeds[0]
    if seed is None:
        raise ValueError("members of a test world forget nothing")
    return ed25519.SigningKey(seed)


def _plea(world: World, _record: Any) -> dict[str, Any]:
    log, key = world.enrolments[0], first_key(world)
    prefix, inverse = log.before.pending[0].blinds[0]
    return {
        "membership_seed": key.seed,
        "membership_key": key.public_key,
        "membership_message": membership_message(world.group.group_id, 1, key.public_key),
        "prefix": prefix,
        "inverse": inverse,
        "voucher_hash": log.opened.voucher_hash,
        "blinded_hash": log.opened.blinded_hash,
    }


def _response(world: World, record: Any) -> dict[str, Any]:
    log = world.enrolments[0]
    return {
        "reply_key": log.opened.reply_key,
        "associated": response_info(record.group_id, record.registrar, record.request_id),
        "blind_signatures": log.signatures,
        "endorsements": world.members[0].endorsements[0],
    }


def _cosignature(world: World, record: Any) -> dict[str, Any]:
    binding = record.binding(world.round.round_id)
    verifier = world.round.membership_verifier()
    return {
        "round_id": binding.round_id,
        "signed": H(labels.COSIGN, *binding.parts()),
        "tag": verifier.tag(record.proof),
        "registrars": verifier.certifiers(record.proof),
    }


def _open_cosignature(world: World, record: Any) -> dict[str, Any]:
    naming = record.naming(world.round.round_id)
    return {
        **_cosignature(world, record),
        "consented": H(labels.OPEN_SIGNATURE, *naming.parts()),
    }


def _envelope(world: World, record: Any) -> dict[str, Any]:
    round_id, shares = record.round_id, shares_of(world)
    scalar = shamir.Polynomial({n: shares[n] for n in (1, 2)}, 2).secret
    key, info = sealing.content_key(round_id, scalar), sealing.content_info(round_id)
    return {
        "envelope_id": record.envelope_id,
        "scalar": scalar,
        "shares": tuple(shares.values()),
        "share_infos": tuple(sealing.share_info(round_id, n) for n in shares),
        "content_key": key,
        "content_info": info,
        "padded": hpke.decrypt_once(key, info, record.ciphertext),
    }


DERIVED: Final[dict[str, Callable[[World, Any], dict[str, Any]]]] = {
    "Registrar": lambda _, r: {"registrar_id": r.registrar_id},
    "RegisteredGroup": lambda _, r: {
        "group_id": r.group_id,
        "fingerprint": fingerprint(r.group_id),
    },
    "EnrolmentPlea": _plea,
    "EnrolmentRequest": lambda w, r: {
        "request_seed": w.secrets[0].request_seed,
        "info": request_info(r.group_id, r.registrar),
        "request_id": r.request_id,
    },
    "EnrolmentResponse": _response,
    "EnrolmentStatement": lambda w, r: {
        "identity_seed": w.secrets[0].identity_seed,
        "signed": H(labels.STATEMENT_SIGNATURE, *r.signed_parts()),
    },
    "SlotGrant": lambda w, r: {
        "identity_seed": w.secrets[0].identity_seed,
        "signed": H(labels.GRANT_SIGNATURE, *r.signed_parts()),
    },
    "MembershipCertificate": lambda _, r: {
        "membership_message": membership_message(r.group_id, r.slot, r.key)
    },
    "Collection": lambda w, r: {
        "identity_seed": collecting.secrets_of(w).identity_seed,
        "sealing_seed": collecting.secrets_of(w).sealing_seed,
        "collection_id": r.collection_id,
        "fingerprint": fingerprint(r.collection_id),
        "ledger_key": collection_ledger_key(collecting.secrets_of(w), r),
        "code": encode_slip(r, collecting.voucher(w)),
    },
    "KeyPlea": lambda w, r: {
        "voucher_hash": voucher_hash(collecting.collection(w).collection_id, 0, r.voucher),
        "key_id": key_id(r.member_key.key),
    },
    "KeyDelivery": lambda w, r: {
        "sealing_seed": collecting.secrets_of(w).sealing_seed,
        "info": delivery_info(r.collection_id),
        "delivery_id": r.delivery_id,
    },
    "RosterTerms": lambda _, r: {
        "group_id": identifier(labels.GROUP_ID, r.to_bytes()),
        "signed": H(labels.ROSTER_SIGNATURE, r.to_bytes()),
    },
    "RoundTerms": lambda _, r: {"round_id": r.round_id, "fingerprint": fingerprint(r.round_id)},
    "Round": lambda w, r: {
        "organizer_seed": w.organizer.identity_seed,
        "registrar_seeds": tuple(s.identity_seed for s in w.secrets),
        "signed": H(labels.ROUND_SIGNATURE, r.terms.to_bytes()),
    },
    "Cosignature": _cosignature,
    "OpenCosignature": _open_cosignature,
    "NameRequest": name_request,
    "NameAttestation": name_attestation,
    "Envelope": _envelope,
    "Opening": lambda w, r: {
        "sealing_seed": w.organizer.sealing_seed,
        "info": opening_info(r.round_id, r.trustee),
        "opening_id": identifier(labels.OPENING_ID, r.to_bytes()),
    },
    "MailboxTerms": lambda _, r: {"address": r.address},
    "Mailbox": lambda w, r: {
        "organizer_seed": w.organizer.identity_seed,
        "signed": H(labels.MAILBOX_SIGNATURE, r.terms.to_bytes()),
    },
    "PublishedTrailer": lambda w, r: {
        "signed": H(
            labels.PUBLISHED_SIGNATURE, w.round.round_id, r.count.to_bytes(8, "big"), r.digest
        )
    },
    "VaultFile": lambda *_: {
        "passphrase": "a passphrase",
        "inside": labels.ORGANIZER_SECRETS,
        "file": "organizer.vault",
    },
}
