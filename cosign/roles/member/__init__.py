"""The member's steps: enrol, sign, withdraw, find, claim, forget.

A namespace: names are loaded when they are first used.
"""

from typing import TYPE_CHECKING

from cosign.lazy import lazy_exports

if TYPE_CHECKING:
    from cosign.proofs.interface import DEFAULT_MIN_SET as DEFAULT_MIN_SET
    from cosign.records.credential import Credential as Credential
    from cosign.records.voucher import decode_slip as decode_slip
    from cosign.records.voucher import decode_voucher as decode_voucher
    from cosign.roles.member.claiming import claim as claim
    from cosign.roles.member.delivering import deliver_key as deliver_key
    from cosign.roles.member.enrolment import enrol as enrol
    from cosign.roles.member.enrolment import export_certificate as export_certificate
    from cosign.roles.member.enrolment import finish as finish
    from cosign.roles.member.enrolment import join as join
    from cosign.roles.member.forgetting import forget_keys as forget_keys
    from cosign.roles.member.forgetting import forget_round as forget_round
    from cosign.roles.member.forgetting import forget_slot as forget_slot
    from cosign.roles.member.kept import Kept as Kept
    from cosign.roles.member.kept import Member as Member
    from cosign.roles.member.kept import Signed as Signed
    from cosign.roles.member.merging import merge as merge
    from cosign.roles.member.naming import SigningName as SigningName
    from cosign.roles.member.naming import request_name as request_name
    from cosign.roles.member.receipts import Found as Found
    from cosign.roles.member.receipts import decode_receipt as decode_receipt
    from cosign.roles.member.receipts import encode_receipt as encode_receipt
    from cosign.roles.member.receipts import find as find
    from cosign.roles.member.receipts import own_tags as own_tags
    from cosign.roles.member.receipts import require_counted as require_counted
    from cosign.roles.member.signing import Crowd as Crowd
    from cosign.roles.member.signing import check_set as check_set
    from cosign.roles.member.signing import cosign as cosign
    from cosign.roles.member.signing import crowd_of as crowd_of
    from cosign.roles.member.signing import make_prover as make_prover
    from cosign.roles.organizer.invitations import open_invitation as open_invitation
    from cosign.roles.organizer.publishing import merge_statements as merge_statements

__all__ = [
    "DEFAULT_MIN_SET",
    "Credential",
    "Crowd",
    "Found",
    "Kept",
    "Member",
    "Signed",
    "SigningName",
    "check_set",
    "claim",
    "cosign",
    "crowd_of",
    "decode_receipt",
    "decode_slip",
    "decode_voucher",
    "deliver_key",
    "encode_receipt",
    "enrol",
    "export_certificate",
    "find",
    "finish",
    "forget_keys",
    "forget_round",
    "forget_slot",
    "join",
    "make_prover",
    "merge",
    "merge_statements",
    "open_invitation",
    "own_tags",
    "request_name",
    "require_counted",
]

if not TYPE_CHECKING:  # else mypy would take any name for an export
    __getattr__, __dir__ = lazy_exports(
        globals(),
        {
            "Credential": "cosign.records.credential",
            "Crowd": f"{__name__}.signing",
            "DEFAULT_MIN_SET": "cosign.proofs.interface",
            "Found": f"{__name__}.receipts",
            "Kept": f"{__name__}.kept",
            "Member": f"{__name__}.kept",
            "Signed": f"{__name__}.kept",
            "SigningName": f"{__name__}.naming",
            "request_name": f"{__name__}.naming",
            "check_set": f"{__name__}.signing",
            "claim": f"{__name__}.claiming",
            "cosign": f"{__name__}.signing",
            "crowd_of": f"{__name__}.signing",
            "decode_receipt": f"{__name__}.receipts",
            "decode_slip": "cosign.records.voucher",
            "decode_voucher": "cosign.records.voucher",
            "deliver_key": f"{__name__}.delivering",
            "encode_receipt": f"{__name__}.receipts",
            "enrol": f"{__name__}.enrolment",
            "export_certificate": f"{__name__}.enrolment",
            "find": f"{__name__}.receipts",
            "finish": f"{__name__}.enrolment",
            "forget_keys": f"{__name__}.forgetting",
            "forget_round": f"{__name__}.forgetting",
            "forget_slot": f"{__name__}.forgetting",
            "join": f"{__name__}.enrolment",
            "make_prover": f"{__name__}.signing",
            "merge": f"{__name__}.merging",
            "merge_statements": "cosign.roles.organizer.publishing",
            "open_invitation": "cosign.roles.organizer.invitations",
            "own_tags": f"{__name__}.receipts",
            "require_counted": f"{__name__}.receipts",
        },
    )
