"""Everything that can go wrong, as one tree.

::

    CosignError                     exit  who is at fault
    |-- UsageError                     2  the caller: an argument, option or code is mistyped
    |-- MalformedError                 1  the maker of these bytes
    |   |-- VersionError               1  no one: another version of the protocol made them
    |   `-- OtherFileError             1  the caller: this file is of another kind
    |-- VerificationError              1  the maker of this record: it claims what is false
    |-- MismatchError                  5  the caller: these records do not belong together
    |-- RefusedError                   6  no one: the rules of the round or group say no
    |   |-- WindowError                7  too early or too late
    |   |-- VoucherError               8  voucher unknown, revoked, or used otherwise
    |   |-- SlotError                  9  slot already used in another round
    |   |-- AnonymitySetError         10  the crowd is smaller than what was asked for
    |   |-- QuorumError               11  too few cosigners to publish
    |   `-- ThresholdError            12  too few shares or signatures
    |-- FaultError                    18  this machine: it computed wrongly
    |-- RelayError                    19  the relay: it gave an answer that breaks the protocol
    |   `-- UnreachableError          20  no one: the relay is out of order or out of reach
    |-- PassphraseError               13  passphrase missing or wrong
    `-- StorageError                  14  the disk: full, read-only, damaged
        |-- ExistsError               15  would overwrite a file
        |-- MissingError              16  no such file, or not in this home
        |-- BusyError                 17  another process holds this home
        `-- UnconfirmedError          21  the file is there; a loss of power may undo that

Exit codes 3 and 4 belong to ``verify`` (valid but not pinned; below quorum).
Each error carries a ``hint``: what the person who reads it can do next.
"""

import contextlib
from collections.abc import Iterator
from typing import ClassVar


class CosignError(Exception):
    """Root of all errors that this library raises because of input, state or rules.

    Args:
        message: what is wrong, and whose file or action caused it; lowercase, no full stop.
        hint: what to do next, in the same style; may be empty.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self._names_file = False

    def name_source(self, source: str, *, file: bool = False) -> None:
        """Put what the error is about, such as a file's name, before the message, once.

        Args:
            source: what the error is about.
            file: whether it is a file by itself and no part of what a caller names. Then this
                name is the last: an error that names two files blames the wrong one.
        """
        if self._names_file:
            return
        self._names_file = file
        if not self.message.startswith(f"{source}:"):
            self.message = f"{source}: {self.message}"
            self.args = (self.message,)


@contextlib.contextmanager
def naming(source: str, *, file: bool = False) -> Iterator[None]:
    """Name the source in errors that its content causes; see :meth:`CosignError.name_source`."""
    try:
        yield
    except CosignError as e:
        e.name_source(source, file=file)
        raise


class UsageError(CosignError):
    """An argument, option or code cannot mean anything as it was typed."""

    exit_code = 2


class MalformedError(CosignError):
    """Bytes that no honest implementation of this version makes."""


class VersionError(MalformedError):
    """A record of another protocol version."""


class OtherFileError(MalformedError):
    """A file of another kind than the one that is needed, such as a web page."""


class VerificationError(CosignError):
    """A well-formed record whose signature, proof or commitment is false."""


class MismatchError(CosignError):
    """Records that are valid alone but belong to different rounds, groups or people."""

    exit_code = 5


class RefusedError(CosignError):
    """The rules of the round or group do not allow this step."""

    exit_code = 6


class WindowError(RefusedError):
    """The step is outside its time window."""

    exit_code = 7


class VoucherError(RefusedError):
    """The voucher is unknown, revoked, or was used for a different request or key."""

    exit_code = 8


class SlotError(RefusedError):
    """The key already signed: in another round of its slot, or with another statement or name."""

    exit_code = 9


class AnonymitySetError(RefusedError):
    """The signer would hide among too few people."""

    exit_code = 10


class QuorumError(RefusedError):
    """Fewer valid cosigners than the round's quorum."""

    exit_code = 11


class ThresholdError(RefusedError):
    """Fewer shares, openings, registrar signatures or attestations than the threshold."""

    exit_code = 12


class PassphraseError(CosignError):
    """A secret file needs a passphrase, or this one does not open it."""

    exit_code = 13


class StorageError(CosignError):
    """The file system did not do what the program asked."""

    exit_code = 14

    def name_source(self, source: str, *, file: bool = False) -> None:
        """See :class:`CosignError`; what the system refused has its file's name already."""
        if not isinstance(self.__cause__, OSError):
            super().name_source(source, file=file)


class ExistsError(StorageError):
    """An output file already exists."""

    exit_code = 15

    def name_source(self, source: str, *, file: bool = False) -> None:
        """Leave the message as it is: it begins with the file that exists."""


class MissingError(StorageError):
    """There is no such file, or the home holds no such key, certificate or ledger."""

    exit_code = 16


class BusyError(StorageError):
    """Another process is using the same home."""

    exit_code = 17


class UnconfirmedError(StorageError):
    """A file is in its place, but the system does not confirm that it will stay there."""

    exit_code = 21


class FaultError(CosignError):
    """This machine computed a wrong signature, which was not released."""

    exit_code = 18


class RelayError(CosignError):
    """A relay gave an answer that breaks the protocol."""

    exit_code = 19


class UnreachableError(RelayError):
    """A relay gave no answer or is broken; what was sent to it may have arrived."""

    exit_code = 20
