"""The registrar's steps: make keys and vouchers, issue certificates, say how many, grant slots.

A namespace: names are loaded when they are first used.
"""

from typing import TYPE_CHECKING

from cosign.lazy import lazy_exports

if TYPE_CHECKING:
    from cosign.records.voucher import encode_voucher as encode_voucher
    from cosign.roles.registrar.granting import grant_slot as grant_slot
    from cosign.roles.registrar.issuing import Ledger as Ledger
    from cosign.roles.registrar.issuing import end_enrolment as end_enrolment
    from cosign.roles.registrar.issuing import issue as issue
    from cosign.roles.registrar.keys import OpenedRequest as OpenedRequest
    from cosign.roles.registrar.keys import RegistrarKeys as RegistrarKeys
    from cosign.roles.registrar.keys import ledger_key as ledger_key
    from cosign.roles.registrar.keys import make_registrar as make_registrar
    from cosign.roles.registrar.keys import make_voucher as make_voucher
    from cosign.roles.registrar.mailbox import MailboxWork as MailboxWork
    from cosign.roles.registrar.naming import attest_name as attest_name
    from cosign.roles.registrar.people import People as People
    from cosign.roles.registrar.people import read_people as read_people
    from cosign.roles.registrar.people import read_person as read_person

__all__ = [
    "Ledger",
    "MailboxWork",
    "OpenedRequest",
    "People",
    "RegistrarKeys",
    "attest_name",
    "encode_voucher",
    "end_enrolment",
    "grant_slot",
    "issue",
    "ledger_key",
    "make_registrar",
    "make_voucher",
    "read_people",
    "read_person",
]

if not TYPE_CHECKING:  # else mypy would take any name for an export
    __getattr__, __dir__ = lazy_exports(
        globals(),
        {
            "Ledger": f"{__name__}.issuing",
            "MailboxWork": f"{__name__}.mailbox",
            "OpenedRequest": f"{__name__}.keys",
            "People": f"{__name__}.people",
            "RegistrarKeys": f"{__name__}.keys",
            "attest_name": f"{__name__}.naming",
            "encode_voucher": "cosign.records.voucher",
            "end_enrolment": f"{__name__}.issuing",
            "grant_slot": f"{__name__}.granting",
            "issue": f"{__name__}.issuing",
            "ledger_key": f"{__name__}.keys",
            "make_registrar": f"{__name__}.keys",
            "make_voucher": f"{__name__}.keys",
            "read_people": f"{__name__}.people",
            "read_person": f"{__name__}.people",
        },
    )
