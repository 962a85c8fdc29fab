"""Everything that can go wrong, as one tree.

::

    CosignError                     exit  who is at fault
    |-- UsageError                     2  whoever typed the command
    |-- MalformedError                 1  whoever made these bytes
    |   `-- VersionError               1  nobody: made by another version
    |-- VerificationError              1  whoever made this record: it claims what is not so
    |-- MismatchError                  5  whoever combined records that belong to different things
    |-- RefusedError                   6  nobody: the rules of the round or group say no
    |   |-- WindowError                7  too early or too late
    |   |-- VoucherError               8  voucher unknown, or used for another request
    |   |-- SlotError                  9  slot already used in another round
    |   |-- AnonymitySetError         10  the crowd is smaller than what was asked for
    |   |-- QuorumError               11  too few cosigners to publish
    |   `-- ThresholdError            12  too few shares or signatures
    |-- FaultError                    18  this machine: it computed wrongly
    |-- RelayError                    19  the relay: it answers what no honest relay answers
    |   `-- UnreachableError          20  nobody: the relay is out of order or out of reach
    |-- PassphraseError               13  passphrase missing or wrong
    `-- StorageError                  14  the disk: full, read-only, damaged
        |-- ExistsError               15  would overwrite a file
        |-- MissingError              16  this home does not hold what the command needs
        `-- BusyError                 17  another process holds this home

Exit codes 3 and 4 belong to ``verify`` (valid but not pinned; below quorum).
Each error carries a ``hint``: what the person who reads it can do next.
"""

from typing import ClassVar


class CosignError(Exception):
    """Root of all errors that this library raises for input, state and rules.

    Args:
        message: what is wrong and whose bytes or act it concerns; lowercase, no full stop.
        hint: what to do next, in the same style; may be empty.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(CosignError):
    """The command cannot mean anything as it was typed."""

    exit_code = 2


class MalformedError(CosignError):
    """Bytes that no honest implementation of this version produces."""


class VersionError(MalformedError):
    """A record of another protocol version."""


class VerificationError(CosignError):
    """A well-formed record whose signature, proof or commitment is false."""


class MismatchError(CosignError):
    """Records that are fine alone but belong to different rounds, groups or people."""

    exit_code = 5


class RefusedError(CosignError):
    """The rules of the round or group do not allow this step."""

    exit_code = 6


class WindowError(RefusedError):
    """The step is outside its time window."""

    exit_code = 7


class VoucherError(RefusedError):
    """The voucher is unknown, or was used for a different request."""

    exit_code = 8


class SlotError(RefusedError):
    """The slot's key already spoke, in another round or with another text."""

    exit_code = 9


class AnonymitySetError(RefusedError):
    """The set of people among whom a signer hides is too small."""

    exit_code = 10


class QuorumError(RefusedError):
    """Fewer valid cosigners than the round's quorum."""

    exit_code = 11


class ThresholdError(RefusedError):
    """Fewer shares, openings or registrar signatures than the threshold."""

    exit_code = 12


class PassphraseError(CosignError):
    """A secret file needs a passphrase, or this one does not open it."""

    exit_code = 13


class StorageError(CosignError):
    """The file system did not do what was asked."""

    exit_code = 14


class ExistsError(StorageError):
    """An output file already exists."""

    exit_code = 15


class MissingError(StorageError):
    """The home holds no such key, certificate or ledger."""

    exit_code = 16


class BusyError(StorageError):
    """Another process is using the same home."""

    exit_code = 17


class FaultError(CosignError):
    """This machine computed a wrong signature, which was not released."""

    exit_code = 18


class RelayError(CosignError):
    """A relay answered what no honest relay answers."""

    exit_code = 19


class UnreachableError(RelayError):
    """A relay gave no answer, or is out of order; what was sent to it may have arrived."""

    exit_code = 20
