"""Issuing certificates: bind, sign, store (docs/spec.md, "Ledger").

This order ensures that a voucher yields one certificate for each slot, even if the process
dies between two steps:

1. bind the voucher to a hash of the blinded messages; durable before anything is signed;
2. sign; the same messages always give the same signatures;
3. store the signatures, so that a repeated request gets the same bytes.

The step does no I/O of its own: the caller passes a :class:`Ledger`, such as
:class:`cosign.stores.ledger.Ledger`.

Not protected: a ledger that is replaced by an older copy has lost its entries.
"""

from collections.abc import Mapping
from typing import Protocol

from cosign.errors import VerificationError
from cosign.randomness import SYSTEM, Randomness
from cosign.records.enrolment import (
    EnrolmentRequest,
    EnrolmentResponse,
    cut_signatures,
    join_signatures,
)
from cosign.records.groups.registered import RegisteredGroup
from cosign.records.groups.statements import EnrolmentStatement, totals
from cosign.roles.registrar.keys import OpenedRequest, RegistrarKeys


class Ledger(Protocol):
    """What issuing needs of a registrar's ledger; each method is durable when it returns."""

    def bind(
        self, voucher_hash: bytes, blinded_hash: bytes, *, may_bind: bool = True
    ) -> bytes | None:
        """Bind a voucher to blinded messages, once; return what :meth:`store` kept for it.

        Raises:
            VoucherError: the voucher is unknown, or bound to other messages.
            WindowError: the voucher is not bound yet, and ``may_bind`` is False or
                enrolment was ended.
        """

    def store(self, voucher_hash: bytes, signatures: bytes) -> None:
        """Keep the joined signatures for a bound voucher."""

    def grant(self, slot: int, round_id: bytes) -> None:
        """Grant a slot to a round, once; the same round may ask again.

        Raises:
            SlotError: the slot was granted to another round.
        """

    def end(self) -> Mapping[str, int]:
        """End enrolment for good and return the number of bound vouchers of each kind."""


def issue(
    keys: RegistrarKeys,
    group: RegisteredGroup,
    ledger: Ledger,
    request: EnrolmentRequest,
    minute: int,
    randomness: Randomness = SYSTEM,
) -> EnrolmentResponse:
    """Answer a request: bind, sign, store; the same request always gets the same bytes.

    Args:
        keys: of the registrar, for this group.
        group: whose enrolment window counts.
        ledger: of these keys.
        request: from a member.
        minute: now.
        randomness: blinds the private exponents while they sign.

    Raises:
        VoucherError: the voucher is unknown, or was used for other messages.
        WindowError: a new request outside the enrolment window or after the end.
        MismatchError, VerificationError, MalformedError: as in
            :meth:`~cosign.roles.registrar.keys.RegistrarKeys.open_request`.
        FaultError: this machine computed a wrong signature; none was released.
        StorageError: the ledger failed, or another program changed it.
    """
    opened = keys.open_request(request)
    may_bind = group.enrol_opens <= minute < group.enrol_closes
    stored = ledger.bind(opened.voucher_hash, opened.blinded_hash, may_bind=may_bind)
    signatures = _checked(keys, opened, stored)
    if signatures is None:
        signatures = keys.sign_blinded(opened.blinded, randomness)
        ledger.store(opened.voucher_hash, join_signatures(signatures))
    return keys.answer(opened, signatures)


def _checked(
    keys: RegistrarKeys, opened: OpenedRequest, stored: bytes | None
) -> tuple[bytes, ...] | None:
    """Return stored signatures if all are right; else None, and they are made again.

    Nothing seals them in the ledger. A corrupt signature must not leave: the reply key
    may encrypt one content only, and the member could never use it.
    """
    if stored is None:
        return None
    try:
        signatures = cut_signatures(keys.public, stored)
    except VerificationError:
        return None
    return signatures if keys.are_signatures(opened.blinded, signatures) else None


def end_enrolment(keys: RegistrarKeys, ledger: Ledger) -> EnrolmentStatement:
    """End enrolment for good and sign how many certificates were issued for each slot.

    Args:
        keys: of the registrar.
        ledger: of these keys.

    Raises:
        StorageError: the ledger failed, or another program changed it.
    """
    return keys.state_issued(totals(ledger.end()))
