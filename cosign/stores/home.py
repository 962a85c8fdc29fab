"""A home: the folder where one person's secrets live (docs/spec.md, "Homes").

Each secret record is a vault file of its own, under a passphrase unless its
owner said that none is wanted. Writing replaces the whole file in one step, and
:meth:`Home.lock` keeps two processes from writing over each other.

Not protected: whoever reads the disk sees which files exist (so that this home
is a registrar's or a member's, and of which group), not what is in them.
"""

import contextlib
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, BinaryIO, ClassVar, Final, Literal, TypeVar

from cosign import labels
from cosign.encoding import Bin, Choice, Record, SecretBin, UInt
from cosign.errors import (
    BusyError,
    CosignError,
    MalformedError,
    MissingError,
    PassphraseError,
    StorageError,
)
from cosign.padding import BLOCK_BYTES, damaged, pad_to_blocks, unpad
from cosign.primitives import vault
from cosign.randomness import SYSTEM, Randomness
from cosign.records.group import RegisteredGroup
from cosign.records.member_key import MemberKeySecrets
from cosign.records.secrets import (
    MemberState,
    OrganizerSecrets,
    RegistrarSecrets,
    TrusteeSecrets,
)
from cosign.secret import Secret
from cosign.stores.files import (
    FILE_TIME,
    SECRET_MODE,
    TEMPORARY,
    read_file,
    storage_errors,
    write_file,
)

_LARGEST: Final = max(
    cls.MAX_BYTES
    for cls in (MemberKeySecrets, MemberState, OrganizerSecrets, RegistrarSecrets, TrusteeSecrets)
)
_FOLDER_MODE: Final = 0o700
_OTHERS_WRITE: Final = 0o022
_LOCK_SECONDS: Final = 10.0
_LOCK_STEP: Final = 0.05
_SUFFIX: Final = ".vault"

PassphraseSource = Callable[[str, bool], Secret | None]
"""Asked with (file name, whether it is chosen now); gives the passphrase, or None for none."""

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class VaultFile(Record):
    """A secret record as it lies on the disk.

    Attributes:
        kind: ``argon2id``, or ``none`` where the owner wanted no passphrase.
        opslimit, memlimit, salt, nonce: of the vault; zeros for ``none``.
        content: the encrypted record, or the bare one for ``none``.
    """

    LABEL: ClassVar[str] = labels.VAULT
    MAX_BYTES: ClassVar[int] = _LARGEST + 2 * BLOCK_BYTES + 200

    kind: Annotated[Literal["argon2id", "none"], Choice(("argon2id", "none"))]
    opslimit: Annotated[int, UInt()]
    memlimit: Annotated[int, UInt()]
    salt: Annotated[bytes, Bin(vault.SALT_BYTES)]
    nonce: Annotated[bytes, Bin(vault.NONCE_BYTES)]
    content: Annotated[Secret, SecretBin(1, _LARGEST + 2 * BLOCK_BYTES + vault.TAG_BYTES)]

    def check(self) -> None:
        """Check that a bare file has one form."""
        parts = self.opslimit, self.memlimit, *self.salt, *self.nonce
        if self.kind == "none" and any(parts):
            raise MalformedError(
                "a bare secret file has the parts of an encrypted one",
                hint="the file is damaged or was made by a faulty program",
            )


def _padded(record: Record) -> bytes:
    """Hide the length, which would tell who signed: a use shows at no length of the rest."""
    raw = record.to_bytes()
    if not isinstance(record, MemberState | MemberKeySecrets):
        return pad_to_blocks(raw)
    return pad_to_blocks(raw, grown=len(raw) - len(replace(record, uses=()).to_bytes()))


class Home:
    """One person's secrets.

    Args:
        folder: created, for its owner only, when something is first written.
        passphrase: asked when a vault file is opened or made.
        parameters: what guessing a passphrase costs.
        randomness: for salts and nonces.
    """

    def __init__(
        self,
        folder: Path,
        passphrase: PassphraseSource,
        parameters: vault.Parameters = vault.MODERATE,
        randomness: Randomness = SYSTEM,
    ) -> None:
        self.folder = folder
        self._passphrase = passphrase
        self._parameters = parameters
        self._randomness = randomness
        self._opened: dict[str, Secret] = {}

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """Hold this home alone; wait a little for another process first.

        Raises:
            BusyError: another process held it for ten seconds.
            StorageError: the folder cannot be written.
        """
        self._create()
        path = self.folder / ".lock"
        with storage_errors(path):
            number = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, SECRET_MODE)
            os.utime(number, (FILE_TIME, FILE_TIME))  # it is as old as the first secret
        try:
            self._wait(number)
            self._sweep()
            yield
        finally:
            os.close(number)

    def _sweep(self) -> None:
        """Erase what a killed process left: an unfinished file may hold a forgotten secret."""
        for path in self.folder.glob(f"{TEMPORARY}*"):
            _erase(path)

    def _wait(self, number: int) -> None:
        deadline = time.monotonic() + _LOCK_SECONDS
        while True:
            try:
                fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as e:
                if time.monotonic() > deadline:
                    raise BusyError(
                        f"{self.folder}: another process is using this home",
                        hint="wait until it has finished, then repeat the command",
                    ) from e
                time.sleep(_LOCK_STEP)
            else:
                return

    def names(self, prefix: str) -> list[str]:
        """List the vault files whose names start with ``prefix``, without their suffix."""
        if not self.folder.is_dir():
            return []
        found = self.folder.glob(f"{prefix}*{_SUFFIX}")
        return sorted(path.name.removesuffix(_SUFFIX) for path in found)

    def path(self, name: str, suffix: str = _SUFFIX) -> Path:
        """Give the path of a file of this home."""
        return self.folder / f"{name}{suffix}"

    def read(self, name: str, record: type[R]) -> R:
        """Open a vault file.

        Raises:
            MissingError: this home has no such file.
            PassphraseError: no passphrase, a wrong one, or one for a bare file.
            MalformedError: the file is damaged.
            StorageError: others can write to this home.
        """
        path = self.path(name)
        if not path.exists():
            raise MissingError(
                f"{path}: there is no such file in this home",
                hint="use --home with the folder in which the keys were made",
            )
        self._check_alone()
        raw = read_file(path, VaultFile.MAX_BYTES)
        with _naming(path):
            file = VaultFile.from_bytes(raw)
        content = self._open(name, record.LABEL, file)
        with _naming(path):
            found = record.from_bytes(unpad(content))
            if _padded(found) != content:
                raise damaged()
            return found

    def _open(self, name: str, label: str, file: VaultFile) -> bytes:
        path = self.path(name)
        given = self._opened.get(name) or self._passphrase(path.name, False)  # noqa: FBT003  # chosen before
        if file.kind == "none":
            return _bare(path, given, file)
        if given is None:
            raise PassphraseError(
                f"{path} is under a passphrase", hint="do not say --no-passphrase"
            )
        box = vault.VaultBox(
            file.opslimit, file.memlimit, file.salt, file.nonce, file.content.reveal()
        )
        with _naming(path):
            secret = vault.open_vault(given, _bound(name, label), box)
        self._opened[name] = given
        return secret.reveal()

    def write(self, name: str, record: Record) -> None:
        """Write a vault file in one step; what an older one held is overwritten then.

        Raises:
            PassphraseError: no passphrase, and nobody said that none is wanted.
            StorageError: the disk is full or read-only; the older file is untouched.
        """
        path = self.path(name)
        # What opened the file closes it: a slip in a second answer would lock its owner out.
        given = self._opened.get(name) or self._passphrase(path.name, True)  # noqa: FBT003  # chosen now
        self._create()
        content = _padded(record)
        if given is None:
            empty = bytes(vault.SALT_BYTES), bytes(vault.NONCE_BYTES)
            file = VaultFile("none", 0, 0, *empty, Secret(content))
        else:
            bound, plain = _bound(name, record.LABEL), Secret(content)
            box = vault.seal_vault(given, bound, plain, self._parameters, self._randomness)
            file = VaultFile("argon2id", *box[:-1], Secret(box.ciphertext))
        with storage_errors(path), contextlib.ExitStack() as stack:
            # Most of what a record loses is a secret that is to be forgotten.
            old = stack.enter_context(path.open("r+b")) if path.exists() else None
            write_file(path, [file.to_bytes()], mode=SECRET_MODE, force=True)
            if old:
                _overwrite(old)

    def keep_group(self, group: RegisteredGroup) -> None:
        """Keep a group's public record, so that requests can be answered by its identifier."""
        with self.lock():
            path = self.path(f"group-{group.group_id.hex()}", ".group")
            write_file(path, [group.to_bytes()], force=True)

    def group(self, group_id: bytes) -> RegisteredGroup:
        """Give a group that was kept.

        Raises:
            MissingError: this home keeps no such group.
        """
        path = self.path(f"group-{group_id.hex()}", ".group")
        if not path.exists():
            raise MissingError(
                "this home serves no such group",
                hint="the request is for another registrar, or no vouchers were written yet",
            )
        return RegisteredGroup.from_bytes(read_file(path, RegisteredGroup.MAX_BYTES))

    def forget(self, name: str) -> None:
        """Overwrite and remove a file; what a disk or a backup keeps of it stays."""
        _erase(self.path(name))

    def _create(self) -> None:
        with storage_errors(self.folder):
            self.folder.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        self._check_alone()

    def _check_alone(self) -> None:
        """Check that nobody else can exchange a file, or read one while it is written."""
        if self.folder.stat().st_mode & _OTHERS_WRITE:
            raise StorageError(
                f"{self.folder}: others can write to this home",
                hint="see that every file in it is yours, then: chmod go-rwx on the folder",
            )


def _bound(name: str, label: str) -> tuple[bytes, bytes]:
    """Give what a locked file is: one that is renamed does not open."""
    return label.encode(), name.encode()


def _bare(path: Path, given: Secret | None, file: VaultFile) -> bytes:
    """Give what a bare file holds, to whoever wants no passphrase: anybody can make one."""
    if given is not None:
        raise PassphraseError(
            f"{path} is under no passphrase",
            hint="if you made it so, say --no-passphrase; if not, somebody put it there",
        )
    return file.content.reveal()


@contextlib.contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Put a vault file's name before the message of an error that its content causes."""
    try:
        yield
    except CosignError as e:
        e.message = f"{path}: {e.message}"
        e.args = (e.message,)
        raise


def _erase(path: Path) -> None:
    with storage_errors(path):
        if not path.is_symlink():  # what a link leads to is not of this home
            with path.open("r+b") as stream:
                _overwrite(stream)
        path.unlink()


def _overwrite(stream: BinaryIO) -> None:
    stream.write(bytes(os.fstat(stream.fileno()).st_size))
    stream.flush()
    os.fsync(stream.fileno())
