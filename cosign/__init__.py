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

- Files: :func:`~cosign.letter_files.verify_letter`, which returns a
  :class:`~cosign.roles.verifier.letter.Report`,
  :func:`~cosign.letter_files.open_letter`, :func:`~cosign.letter_files.write_letter` and
  :func:`~cosign.letter_files.write_page` for published letters;
  :func:`~cosign.joint_files.verify_joint`, which returns a
  :class:`~cosign.roles.verifier.joint.JointReport`, and :func:`~cosign.joint_files.write_joint`
  for the letters of several groups in one file;
  :func:`~cosign.record_files.read_record`, :func:`~cosign.record_files.read_group`,
  :func:`~cosign.record_files.read_round`, :func:`~cosign.record_files.read_draft`,
  :func:`~cosign.record_files.read_envelopes` and
  :func:`~cosign.record_files.write_record` for everything else.
- Roles, a namespace each, in which each step of the protocol is a function:
  :mod:`~cosign.roles.organizer`, :mod:`~cosign.roles.registrar`,
  :mod:`~cosign.roles.roster_publisher`, :mod:`~cosign.roles.member`,
  :mod:`~cosign.roles.trustee` and :mod:`~cosign.roles.verifier`.
- The namespace :mod:`~cosign.homes`, the same roles with their secrets in encrypted files,
  and :class:`~cosign.secret.Secret`, in which keys and passphrases travel.
- The namespaces :mod:`~cosign.records`, the types of all that is written or sent, and
  :mod:`~cosign.reports`, a verifier's report as text, page and JSON.
- Errors, the whole tree of :mod:`cosign.errors`. All of them are a
  :class:`~cosign.errors.CosignError` with a ``message``, a ``hint`` and an ``exit_code``.

A module is loaded when one of its names is first used, so ``import cosign`` alone costs
next to nothing.
"""

from typing import TYPE_CHECKING

from cosign.lazy import lazy_exports

if TYPE_CHECKING:
    from cosign import homes as homes
    from cosign import records as records
    from cosign import reports as reports
    from cosign.errors import AnonymitySetError as AnonymitySetError
    from cosign.errors import BusyError as BusyError
    from cosign.errors import CosignError as CosignError
    from cosign.errors import ExistsError as ExistsError
    from cosign.errors import FaultError as FaultError
    from cosign.errors import MalformedError as MalformedError
    from cosign.errors import MismatchError as MismatchError
    from cosign.errors import MissingError as MissingError
    from cosign.errors import OtherFileError as OtherFileError
    from cosign.errors import PassphraseError as PassphraseError
    from cosign.errors import QuorumError as QuorumError
    from cosign.errors import RefusedError as RefusedError
    from cosign.errors import RelayError as RelayError
    from cosign.errors import SlotError as SlotError
    from cosign.errors import StorageError as StorageError
    from cosign.errors import ThresholdError as ThresholdError
    from cosign.errors import UnconfirmedError as UnconfirmedError
    from cosign.errors import UnreachableError as UnreachableError
    from cosign.errors import UsageError as UsageError
    from cosign.errors import VerificationError as VerificationError
    from cosign.errors import VersionError as VersionError
    from cosign.errors import VoucherError as VoucherError
    from cosign.errors import WindowError as WindowError
    from cosign.joint_files import verify_joint as verify_joint
    from cosign.joint_files import write_joint as write_joint
    from cosign.letter_files import open_letter as open_letter
    from cosign.letter_files import verify_letter as verify_letter
    from cosign.letter_files import write_letter as write_letter
    from cosign.letter_files import write_page as write_page
    from cosign.record_files import read_draft as read_draft
    from cosign.record_files import read_envelopes as read_envelopes
    from cosign.record_files import read_group as read_group
    from cosign.record_files import read_record as read_record
    from cosign.record_files import read_round as read_round
    from cosign.record_files import write_record as write_record
    from cosign.roles import member as member
    from cosign.roles import organizer as organizer
    from cosign.roles import registrar as registrar
    from cosign.roles import roster_publisher as roster_publisher
    from cosign.roles import trustee as trustee
    from cosign.roles import verifier as verifier
    from cosign.roles.verifier.joint import JointReport as JointReport
    from cosign.roles.verifier.letter import Report as Report
    from cosign.secret import Secret as Secret

__version__ = "0.1.0"

__all__ = [
    "AnonymitySetError",
    "BusyError",
    "CosignError",
    "ExistsError",
    "FaultError",
    "JointReport",
    "MalformedError",
    "MismatchError",
    "MissingError",
    "OtherFileError",
    "PassphraseError",
    "QuorumError",
    "RefusedError",
    "RelayError",
    "Report",
    "Secret",
    "SlotError",
    "StorageError",
    "ThresholdError",
    "UnconfirmedError",
    "UnreachableError",
    "UsageError",
    "VerificationError",
    "VersionError",
    "VoucherError",
    "WindowError",
    "homes",
    "member",
    "open_letter",
    "organizer",
    "read_draft",
    "read_envelopes",
    "read_group",
    "read_record",
    "read_round",
    "records",
    "registrar",
    "reports",
    "roster_publisher",
    "trustee",
    "verifier",
    "verify_joint",
    "verify_letter",
    "write_joint",
    "write_letter",
    "write_page",
    "write_record",
]

if not TYPE_CHECKING:  # else mypy would take any name for an export
    __getattr__, __dir__ = lazy_exports(
        globals(),
        {
            "write_joint": "cosign.joint_files",
            "verify_joint": "cosign.joint_files",
            "JointReport": "cosign.roles.verifier.joint",
            "AnonymitySetError": "cosign.errors",
            "BusyError": "cosign.errors",
            "CosignError": "cosign.errors",
            "ExistsError": "cosign.errors",
            "FaultError": "cosign.errors",
            "MalformedError": "cosign.errors",
            "MismatchError": "cosign.errors",
            "MissingError": "cosign.errors",
            "OtherFileError": "cosign.errors",
            "PassphraseError": "cosign.errors",
            "QuorumError": "cosign.errors",
            "RefusedError": "cosign.errors",
            "RelayError": "cosign.errors",
            "Report": "cosign.roles.verifier.letter",
            "Secret": "cosign.secret",
            "SlotError": "cosign.errors",
            "StorageError": "cosign.errors",
            "ThresholdError": "cosign.errors",
            "UnconfirmedError": "cosign.errors",
            "UnreachableError": "cosign.errors",
            "UsageError": "cosign.errors",
            "VerificationError": "cosign.errors",
            "VersionError": "cosign.errors",
            "VoucherError": "cosign.errors",
            "WindowError": "cosign.errors",
            "homes": "cosign.homes",
            "member": "cosign.roles.member",
            "open_letter": "cosign.letter_files",
            "organizer": "cosign.roles.organizer",
            "read_draft": "cosign.record_files",
            "read_envelopes": "cosign.record_files",
            "read_group": "cosign.record_files",
            "read_record": "cosign.record_files",
            "read_round": "cosign.record_files",
            "records": "cosign.records",
            "registrar": "cosign.roles.registrar",
            "reports": "cosign.reports",
            "roster_publisher": "cosign.roles.roster_publisher",
            "trustee": "cosign.roles.trustee",
            "verifier": "cosign.roles.verifier",
            "verify_letter": "cosign.letter_files",
            "write_letter": "cosign.letter_files",
            "write_page": "cosign.letter_files",
            "write_record": "cosign.record_files",
        },
    )
