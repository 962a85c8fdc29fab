"""Anonymous co-signing of letters by members of a verified group.

A newsroom checks a published letter offline. It needs the file and the 60 digits of
the group's fingerprint, which it got from people it trusts, not from the file::

    >>> import cosign
    >>> report = cosign.verify_letter(
    ...     "published.letter",
    ...     pin="26667 89716 13766 64495 48031 86116 63846 18086 12988 40438 75358 38165",
    ... )
    >>> report.cosigners, report.anonymity_set, report.quorum_met
    (2, 3, True)
    >>> report.statements
    ('I was there',)

A letter that is not valid raises an error, and so does a mistyped pin::

    >>> cosign.verify_letter("published.letter", pin="26667 89716")
    Traceback (most recent call last):
    cosign.errors.UsageError: 26667 89716: neither a file nor a fingerprint of 60 digits

The names in ``__all__`` are promised. Other modules can be imported too, but may change.

- :func:`~cosign.letter_files.verify_letter` returns a
  :class:`~cosign.roles.verifier.letter.Report`.
- Each role has a namespace, in which each step of the protocol is a function:
  :mod:`~cosign.roles.organizer`, :mod:`~cosign.roles.registrar`,
  :mod:`~cosign.roles.roster_publisher`, :mod:`~cosign.roles.member`,
  :mod:`~cosign.roles.trustee` and :mod:`~cosign.roles.verifier`.
- Every error of the tree in :mod:`cosign.errors`. All of them are a
  :class:`~cosign.errors.CosignError` with a ``message``, a ``hint`` and an ``exit_code``.

A module is loaded when one of its names is first used, so ``import cosign`` alone costs
next to nothing.
"""

from typing import TYPE_CHECKING

from cosign.lazy import lazy_exports

if TYPE_CHECKING:
    from cosign.errors import AnonymitySetError as AnonymitySetError
    from cosign.errors import BusyError as BusyError
    from cosign.errors import CosignError as CosignError
    from cosign.errors import ExistsError as ExistsError
    from cosign.errors import FaultError as FaultError
    from cosign.errors import MalformedError as MalformedError
    from cosign.errors import MismatchError as MismatchError
    from cosign.errors import MissingError as MissingError
    from cosign.errors import PassphraseError as PassphraseError
    from cosign.errors import QuorumError as QuorumError
    from cosign.errors import RefusedError as RefusedError
    from cosign.errors import RelayError as RelayError
    from cosign.errors import SlotError as SlotError
    from cosign.errors import StorageError as StorageError
    from cosign.errors import ThresholdError as ThresholdError
    from cosign.errors import UnreachableError as UnreachableError
    from cosign.errors import UsageError as UsageError
    from cosign.errors import VerificationError as VerificationError
    from cosign.errors import VersionError as VersionError
    from cosign.errors import VoucherError as VoucherError
    from cosign.errors import WindowError as WindowError
    from cosign.letter_files import verify_letter as verify_letter
    from cosign.roles import member as member
    from cosign.roles import organizer as organizer
    from cosign.roles import registrar as registrar
    from cosign.roles import roster_publisher as roster_publisher
    from cosign.roles import trustee as trustee
    from cosign.roles import verifier as verifier
    from cosign.roles.verifier.letter import Report as Report

__version__ = "0.1.0"

__all__ = [
    "AnonymitySetError",
    "BusyError",
    "CosignError",
    "ExistsError",
    "FaultError",
    "MalformedError",
    "MismatchError",
    "MissingError",
    "PassphraseError",
    "QuorumError",
    "RefusedError",
    "RelayError",
    "Report",
    "SlotError",
    "StorageError",
    "ThresholdError",
    "UnreachableError",
    "UsageError",
    "VerificationError",
    "VersionError",
    "VoucherError",
    "WindowError",
    "member",
    "organizer",
    "registrar",
    "roster_publisher",
    "trustee",
    "verifier",
    "verify_letter",
]

if not TYPE_CHECKING:  # else mypy would take any name for an export
    __getattr__, __dir__ = lazy_exports(
        globals(),
        {
            "AnonymitySetError": "cosign.errors",
            "BusyError": "cosign.errors",
            "CosignError": "cosign.errors",
            "ExistsError": "cosign.errors",
            "FaultError": "cosign.errors",
            "MalformedError": "cosign.errors",
            "MismatchError": "cosign.errors",
            "MissingError": "cosign.errors",
            "PassphraseError": "cosign.errors",
            "QuorumError": "cosign.errors",
            "RefusedError": "cosign.errors",
            "RelayError": "cosign.errors",
            "Report": "cosign.roles.verifier.letter",
            "SlotError": "cosign.errors",
            "StorageError": "cosign.errors",
            "ThresholdError": "cosign.errors",
            "UnreachableError": "cosign.errors",
            "UsageError": "cosign.errors",
            "VerificationError": "cosign.errors",
            "VersionError": "cosign.errors",
            "VoucherError": "cosign.errors",
            "WindowError": "cosign.errors",
            "member": "cosign.roles.member",
            "organizer": "cosign.roles.organizer",
            "registrar": "cosign.roles.registrar",
            "roster_publisher": "cosign.roles.roster_publisher",
            "trustee": "cosign.roles.trustee",
            "verifier": "cosign.roles.verifier",
            "verify_letter": "cosign.letter_files",
        },
    )
