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
import re
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, BinaryIO, ClassVar, Final, Literal, TypeVar

from cosign import labels
from cosign.errors import (
    BusyError,
    MalformedError,
    MissingError,
    PassphraseError,
    StorageError,
    naming,
)
from cosign.primitives import vault
from cosign.randomness import SYSTEM, Randomness
from cosign.records.groups.registered import RegisteredGroup
from cosign.records.member_key import MemberKeySecrets
from cosign.records.secrets import (
    SEED_BYTES,
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
from cosign.wire.codecs import Bin, Choice, SecretBin, UInt
from cosign.wire.padding import BLOCK_BYTES, damaged, pad_to_blocks, unpad
from cosign.wire.record import Record

_LARGEST: Final = max(
    cls.MAX_BYTES
    for cls in (MemberKeySecrets, MemberState, OrganizerSecrets, RegistrarSecrets, TrusteeSecrets)
)
_FOLDER_MODE: Final = 0o700
_LOCK_SECONDS: Final = 10.0
_LOCK_STEP: Final = 0.05
_SUFFIX: Final = ".vault"
_NAME: Final = re.compile("organizer|(registrar|trustee)-[0-9a-f]{16}|(member|key)-[0-9a-f]{64}")
_ANY_SEED: Final = Secret(bytes(SEED_BYTES))
_ZEROS: Final = bytes(2**20)

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
    """Hide the length, which would tell who signed: neither a use nor a forgotten seed shows."""
    raw, silent = record.to_bytes(), record
    if isinstance(record, MemberState):
        silent = replace(record, seeds=(_ANY_SEED,) * len(record.seeds), uses=())
    elif isinstance(record, MemberKeySecrets):
        silent = replace(record, seed=_ANY_SEED, uses=())
    if silent is record:
        return pad_to_blocks(raw)
    return pad_to_blocks(raw, grown=len(raw) - len(silent.to_bytes()))


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
        path = self.path("", ".lock")
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
            if path.is_symlink() or not path.is_dir():
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
        self._check_alone()
        found = (path.stem for path in self.folder.glob(f"{prefix}*{_SUFFIX}"))
        return sorted(name for name in found if _NAME.fullmatch(name))

    def path(self, name: str, suffix: str = _SUFFIX) -> Path:
        """Give the path of a file of this home, which nobody else can have made or changed.

        Raises:
            StorageError: others can.
        """
        self._check_alone()
        path = self.folder / f"{name}{suffix}"
        if os.path.lexists(path):
            found = path.lstat()
            if not stat.S_ISREG(found.st_mode) or not _is_ours(found):
                raise StorageError(
                    f"{path}: a link, no file, or one that is not only yours",
                    hint="look who put it there or can change it; a home needs the file itself",
                )
        return path

    def is_bare(self, name: str) -> bool:
        """Tell whether a vault file is under no passphrase."""
        return self._file(name).kind == "none"

    def _file(self, name: str) -> VaultFile:
        path = self.path(name)
        if not path.exists():
            raise MissingError(
                f"{path}: there is no such file in this home",
                hint="use --home with the folder in which the keys were made",
            )
        raw = read_file(path, VaultFile.MAX_BYTES)
        with naming(str(path)):
            return VaultFile.from_bytes(raw)

    def read(self, name: str, record: type[R]) -> R:
        """Open a vault file.

        Raises:
            MissingError: this home has no such file.
            PassphraseError: no passphrase, a wrong one, or one for a bare file.
            MalformedError: the file is damaged.
            StorageError: others can write to this home.
        """
        content = self._open(name, record.LABEL, self._file(name))
        with naming(str(self.path(name))):
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
        with naming(str(path)):
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
        self._replace(path, file.to_bytes())

    def _replace(self, path: Path, raw: bytes) -> None:
        """Write a file; most of what a record loses is a secret that is to be forgotten."""
        with storage_errors(path), contextlib.ExitStack() as stack:
            old = stack.enter_context(path.open("r+b")) if path.exists() else None
            if old:
                aside = self.folder / f"{TEMPORARY}{path.name}"
                with contextlib.suppress(OSError):  # a name by which the rest of a kill is found
                    aside.hardlink_to(path)
                if os.fstat(old.fileno()).st_nlink == 1:  # this disk does not count names
                    aside.unlink(missing_ok=True)
                stack.callback(_erase, aside, missing_ok=True)
            write_file(path, [raw], mode=SECRET_MODE, force=True)
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
        """Check that nobody else can exchange the folder, or files in it."""
        if not self.folder.exists():
            return
        if not self.folder.is_dir():
            raise StorageError(f"{self.folder}: not a folder", hint="name the folder of a home")
        folder = self.folder.resolve()
        above = [place.stat().st_mode for place in folder.parents]
        if not _is_ours(folder.stat()) or any(_is_open(mode) for mode in above):
            raise StorageError(
                f"{self.folder}: others can write to this home, or to a folder above it",
                hint="see that every file in it is yours, then change the owner or chmod go-w",
            )


def _is_ours(found: os.stat_result) -> bool:
    return found.st_uid == os.geteuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _is_open(mode: int) -> bool:
    """Tell whether everybody can rename what lies in a folder."""
    return bool(mode & stat.S_IWOTH and not mode & stat.S_ISVTX)


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


def _erase(path: Path, *, missing_ok: bool = False) -> None:
    if missing_ok and not os.path.lexists(path):
        return
    with storage_errors(path):
        if stat.S_ISREG(path.lstat().st_mode):  # what a link leads to is not of this home
            with path.open("r+b") as stream:
                _overwrite(stream)
        path.unlink()


def _overwrite(stream: BinaryIO) -> None:
    """Fill with zeros what has no other name: another one is somebody's copy, or still needed."""
    found = os.fstat(stream.fileno())
    if found.st_nlink > 1:
        return
    starts = range(0, found.st_size, len(_ZEROS))
    stream.writelines(_ZEROS[: found.st_size - start] for start in starts)
    stream.flush()
    os.fsync(stream.fileno())
