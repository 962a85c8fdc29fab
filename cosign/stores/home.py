"""A home: the folder that holds one person's secrets (docs/spec.md, "Homes").

Each secret record is a vault file of its own. Writing replaces the whole file in one
step, and :meth:`Home.lock` keeps two processes from overwriting each other's work.
A home is not used if other users could exchange its files.

Not protected: the names of the files show everyone who can read the folder whether
its owner is a registrar or a member, and of which group; not what is in the files.
"""

import contextlib
import os
import re
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, TypeVar

from cosign.errors import (
    BusyError,
    MissingError,
    PassphraseError,
    StorageError,
    UnconfirmedError,
    naming,
)
from cosign.primitives import vault
from cosign.randomness import SYSTEM, Randomness
from cosign.records.groups.registered import RegisteredGroup
from cosign.secret import Secret
from cosign.stores import changes
from cosign.stores.files import (
    SECRET_MODE,
    TEMPORARY,
    erase_file,
    hide_time,
    overwrite,
    undo_file,
    write_file,
)
from cosign.stores.permissions import check_folder, is_ours_alone
from cosign.stores.reading import read_file
from cosign.stores.system import check_writable, lock_file
from cosign.stores.system_errors import storage_errors
from cosign.stores.vault_file import VaultFile, record_of, words_for
from cosign.wire.record import Record

_FOLDER_MODE: Final = 0o700
_LOCK_SECONDS: Final = 10.0
_LOCK_STEP: Final = 0.05
_SUFFIX: Final = ".vault"
_LOCK: Final = ".lock"
_NAME: Final = re.compile("organizer|(registrar|trustee)-[0-9a-f]{16}|(member|key)-[0-9a-f]{64}")

PassphraseSource = Callable[[str, bool], Secret | None]
"""Called with (what it opens, in words, and whether it is a new passphrase); returns it, or None
for none."""


def _never_again(_error: PassphraseError) -> bool:
    return False


R = TypeVar("R", bound=Record)


def is_home(folder: Path) -> bool:
    """Return whether a folder holds a person's secrets."""
    # Every home has been locked. A folder of many answers is not listed for each of them.
    inside = folder.iterdir() if (folder / _LOCK).exists() else ()
    return any(
        path.suffix in {_SUFFIX, ".sqlite"} and _NAME.fullmatch(path.stem) for path in inside
    )


class Home:
    """One person's secrets.

    Args:
        folder: created, for its owner only, when something is first written.
        passphrase: called when a vault file is opened, or the first one is made.
        again: called with the error if a passphrase is wrong; whether to call ``passphrase``
            once more.
        parameters: what guessing a passphrase costs.
        randomness: for salts and nonces.
    """

    def __init__(
        self,
        folder: Path,
        passphrase: PassphraseSource,
        parameters: vault.Parameters = vault.MODERATE,
        randomness: Randomness = SYSTEM,
        *,
        again: Callable[[PassphraseError], bool] = _never_again,
    ) -> None:
        self.folder = folder
        self._passphrase = passphrase
        self._again = again
        self._parameters = parameters
        self._randomness = randomness
        self._opened: dict[str, Secret] = {}
        self._described: dict[str, str] = {}

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """Lock this home for the block, after waiting up to ten seconds for another process.

        Raises:
            BusyError: another process still holds it.
            StorageError: the folder cannot be written, or others can write to it.
        """
        self._create()
        path = self.path("", _LOCK)
        with storage_errors(path):
            number = os.open(path, os.O_RDWR | os.O_CREAT, SECRET_MODE)
        try:
            with storage_errors(path):
                # Its time would show when the home was used.
                hide_time(number, path, private=True)
                self._wait(number)
            self._sweep()
            yield
        finally:
            os.close(number)

    def _sweep(self) -> None:
        """Erase what a killed process left: an unfinished file may hold a forgotten secret."""
        for path in self.folder.glob(f"{TEMPORARY}*"):
            if path.is_symlink() or not path.is_dir():
                erase_file(path)

    def _wait(self, number: int) -> None:
        deadline = time.monotonic() + _LOCK_SECONDS
        while not lock_file(number):
            if time.monotonic() > deadline:
                raise BusyError(
                    f"{self.folder}: another process is using this home",
                    hint="wait until it has finished, then repeat the command",
                )
            time.sleep(_LOCK_STEP)

    def check_writable(self) -> None:
        """Check that this home can be written, or made, before a person is asked anything.

        Raises:
            StorageError: it cannot, or others can write to it.
        """
        self._check_alone()
        place = self.folder
        while not place.exists() and place != place.parent:
            place = place.parent
        with storage_errors(place):
            check_writable(place)

    def names(self, prefix: str) -> list[str]:
        """List the vault files whose names start with ``prefix``, without their suffix."""
        self._check_alone()
        found = (path.stem for path in self.folder.glob(f"{prefix}*{_SUFFIX}"))
        return sorted(name for name in found if _NAME.fullmatch(name))

    def path(self, name: str, suffix: str = _SUFFIX) -> Path:
        """Return the path of a file of this home, which other users cannot have made or changed.

        Raises:
            StorageError: they can.
        """
        self._check_alone()
        path = self.folder / f"{name}{suffix}"
        if os.path.lexists(path):
            found = path.lstat()
            if not stat.S_ISREG(found.st_mode) or not is_ours_alone(found):
                raise StorageError(
                    f"{path}: not a regular file that only you can write",
                    hint="find out who put it there or can change it; a link is not used either",
                )
        return path

    def is_bare(self, name: str) -> bool:
        """Return whether a vault file is under no passphrase."""
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
        """Open a vault file and return its record.

        Raises:
            MissingError: this home has no such file.
            PassphraseError: no passphrase, a wrong one, or one for a bare file.
            MalformedError: the file is damaged.
            MismatchError: the file has a record of another type.
            StorageError: others can write to this home.
        """
        file, path = self._file(name), self.path(name)
        given = self._opened.get(name) or self._held(file, name, record)
        while True:
            secret = given or self._passphrase(self._words(name), False)  # noqa: FBT003  # not a new one
            try:
                with naming(str(path)):
                    found = file.open(name, record, secret)
            except PassphraseError as e:
                if given or secret is None or file.kind == "none" or not self._again(e):
                    raise
                continue
            if secret is not None:
                self._opened[name] = secret
            return found

    def _held(self, file: VaultFile, name: str, record: type[Record]) -> Secret | None:
        """Return a passphrase that opened another file of this home and fits this one, too."""
        return next(
            (s for s in self._distinct() if file.kind != "none" and file.fits(name, record, s)),
            None,
        )

    def _distinct(self) -> list[Secret]:
        """Return the passphrases that opened files so far, each once."""
        found: list[Secret] = []
        found += (secret for secret in self._opened.values() if secret not in found)
        return found

    def given_passphrase(self) -> Secret:
        """Return the passphrase that opened a file of this home last.

        Raises:
            PassphraseError: no file was opened with one.
        """
        if not self._opened:
            raise PassphraseError(
                f"{self.folder}: this home is under no passphrase",
                hint="a key file needs one: add --key-passphrase-file PATH",
            )
        return next(reversed(self._opened.values()))

    def describe(self, name: str, words: str) -> None:
        """Record what a vault file holds, for the question for its passphrase.

        Args:
            name: of the file, without its suffix.
            words: as the person knows it, such as ``your membership in 'Staff'``.
        """
        self._described[name] = words

    def _words(self, name: str) -> str:
        return self._described.get(name) or words_for(name)

    def add(self, name: str, record: Record, words: str) -> None:
        """Hold the home, and write a vault file for keys that were just made.

        Args:
            name: of the file, without its suffix.
            record: what is kept.
            words: as for :meth:`describe`.

        Raises:
            MalformedError: a record that cannot be encoded, such as one with a name that no
                record may hold; the home is untouched.
            BusyError: another process holds the home.
            PassphraseError, StorageError: the home cannot be written.
        """
        record.to_bytes()  # fails here, before a passphrase is asked for
        self.describe(name, words)
        with self.lock():
            self.write(name, record)

    def write(self, name: str, record: Record) -> None:
        """Write a vault file in one step, then overwrite the content of the older one.

        Raises:
            PassphraseError: there is no passphrase, and no choice to have none.
            StorageError: the disk is full or read-only; the older file is unchanged.
        """
        path = self.path(name)
        # With the passphrase that opened it, if any: a typing mistake in a second answer would
        # lock the owner out.
        given = self._opened.get(name) or self._choose(name)
        self._create()
        file = VaultFile.seal(name, record, given, self._parameters, self._randomness)
        self._replace(path, file.to_bytes())
        if given is not None:
            self._opened[name] = given

    def _choose(self, name: str) -> Secret | None:
        """Return the passphrase for a new file: that of this home, if it has one.

        Raises:
            PassphraseError: another one than that of the other files.
        """
        if self._opened:
            return next(reversed(self._opened.values()))
        locked = [n for n in self.names("") if n != name and not self.is_bare(n)]
        if not locked:
            return self._passphrase(self._words(name), True)  # noqa: FBT003  # a new one
        while True:
            given = self._passphrase(f"this home, for {self._words(name)}", False)  # noqa: FBT003  # not a new one
            if given is None or any(self._file(n).fits(n, record_of(n), given) for n in locked):
                return given
            error = PassphraseError(
                f"{self.folder}: the other files of this home are under another passphrase",
                hint="a home has one passphrase: type that one, or choose another --home",
            )
            if not self._again(error):
                raise error

    def _replace(self, path: Path, raw: bytes) -> None:
        """Replace a file and overwrite the old content: it may be a secret that is forgotten."""
        with storage_errors(path), contextlib.ExitStack() as stack:
            old = stack.enter_context(path.open("r+b")) if path.exists() else None
            if old:
                # A temporary link, so that the next run can find and erase leftovers of a crash.
                aside = self.folder / f"{TEMPORARY}{path.name}"
                with contextlib.suppress(OSError):
                    aside.hardlink_to(path)
                if os.fstat(old.fileno()).st_nlink == 1:
                    # There is no link, or the file system does not report hard-link counts. Then
                    # the next run would overwrite the file itself if this one died here.
                    aside.unlink(missing_ok=True)
                stack.callback(erase_file, aside, missing_ok=True)
            write_file(path, [raw], mode=SECRET_MODE, force=True, must_stay=True)
            if old:
                overwrite(old)

    def keep_group(self, group: RegisteredGroup) -> None:
        """Keep a group's public record, so that requests can be answered by its identifier."""
        with self.lock():
            path, raw = self.path(f"group-{group.group_id.hex()}", ".group"), group.to_bytes()
            if not path.exists() or read_file(path, RegisteredGroup.MAX_BYTES) != raw:
                write_file(path, [raw], mode=SECRET_MODE, force=True, must_stay=True)

    def group(self, group_id: bytes) -> RegisteredGroup:
        """Return a group that was kept.

        Args:
            group_id: 32 bytes.

        Raises:
            MissingError: this home keeps no such group.
            MalformedError: the file is damaged.
        """
        path = self.path(f"group-{group_id.hex()}", ".group")
        if not path.exists():
            raise MissingError(
                "this home serves no such group",
                hint="the request is for another registrar, or no vouchers were written yet",
            )
        with naming(str(path)):
            return RegisteredGroup.from_bytes(read_file(path, RegisteredGroup.MAX_BYTES))

    def forget(self, name: str) -> None:
        """Overwrite and remove a vault file; copies in the disk's journal or in backups remain."""
        erase_file(self.path(name))

    @contextlib.contextmanager
    def undoing(self) -> Iterator[None]:
        """Erase the vault files that the block makes if it fails, while changes are recorded.

        A key whose public half could not be written is of no use. Files that were there
        before stay as the block left them, and so does everything once the public half is
        in its place.
        """
        try:
            yield
        except UnconfirmedError:
            raise
        except BaseException:
            for path in changes.new_files(self.folder):
                undo_file(path)
            raise

    def _create(self) -> None:
        with storage_errors(self.folder):
            self.folder.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        self._check_alone()

    def _check_alone(self) -> None:
        """Check that no other user can exchange the folder, or files in it."""
        if not self.folder.exists():
            return
        if not self.folder.is_dir():
            raise StorageError(f"{self.folder}: not a folder", hint="name the folder of a home")
        check_folder(self.folder)
