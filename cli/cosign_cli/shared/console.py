"""The options that commands share, and what a command prints and writes.

The rules of the terminal:

- results go to stdout, everything else to stderr;
- what strangers wrote cannot pass for a line of ours: see :mod:`cosign.quoting`;
- with ``--json`` stdout holds exactly one JSON object, errors included;
- questions are asked on a terminal only; without one the answer has to be an option;
- progress is shown on a terminal only, and only for work of more than half a second;
- an output file appears whole or not at all, never over an existing one without ``--force``.
"""

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cosign_cli.shared import prompts, terminal
from cosign_cli.shared.environment import HOME_VARIABLE
from cosign_cli.shared.files import check_folder
from cosign_cli.shared.streams import STREAM, check_open, print_json
from cosign_cli.shared.values import application_folder, file_name

if TYPE_CHECKING:
    from cosign.wire.record import Record


@dataclass(frozen=True)
class Console:
    """The options that commands share, and the output that follows them.

    Attributes:
        json: print one JSON object on stdout instead of text.
        home_folder: the folder of secrets; None for the default.
        passphrase_file: a file whose first line is the passphrase.
        no_passphrase: keep and read secrets without a passphrase.
        output: the file that the command writes; ``-`` is stdout.
        armor: write that file as text.
        force: overwrite an existing file.
        yes: do not ask for confirmation.
        relay: the URL of a relay; nothing touches the network without one.
        proxy: the URL of a SOCKS proxy through which the relay is reached.
        delay: the most seconds to wait before something is posted.
        allow_http: reach the relay without TLS.
        mailbox: the file with a mailbox's key.
    """

    json: bool = False
    home_folder: Path | None = None
    passphrase_file: Path | None = None
    no_passphrase: bool = False
    output: str = ""
    armor: bool = False
    force: bool = False
    yes: bool = False
    relay: str = ""
    proxy: str = ""
    delay: int = 0
    allow_http: bool = False
    mailbox: str = ""

    def __post_init__(self) -> None:
        from cosign.errors import UsageError

        if self.json and self.output == STREAM:
            raise UsageError(
                "--json and the file cannot both go to stdout", hint="name a file instead of -"
            )
        if (self.proxy or self.delay or self.allow_http or self.mailbox) and not self.relay:
            raise UsageError(
                "--proxy, --delay, --allow-http and --mailbox need a relay", hint="add --relay URL"
            )

    # What people read.

    def result(self, text: str, data: dict[str, Any]) -> None:
        """Print a command's result: ``text`` for people or ``data`` for scripts."""
        if self.json:
            print_json(data)
        else:
            terminal.show(text, sys.stderr if self.output == STREAM else sys.stdout)

    def long_result(self, text: str, data: dict[str, Any]) -> None:
        """Print a result of our own words that can be long: with a pager on a terminal."""
        size = terminal.terminal_size(sys.stdout)
        lines = text.split("\n")
        if not self.json and size and len(lines) >= size.lines and terminal.page(lines, sys.stdout):
            return
        self.result(text, data)

    def check_told(self) -> None:
        """Check that the result can be printed, for commands whose result is a secret.

        Raises:
            UsageError: the stream to which :meth:`result` prints is closed.
        """
        check_open("stderr" if self.output == STREAM and not self.json else "stdout")

    def note(self, text: str) -> None:
        """Print one sentence that is not the result, on stderr."""
        terminal.say(text)

    def facts(self, text: str) -> None:
        """Print lines that are not the result, as they are laid out, on stderr."""
        terminal.show(text, sys.stderr, lost=True)

    def frame(self, text: str) -> None:
        """Print a letter on stderr, in a frame; if a question follows, a long one is paged."""
        terminal.show_frame(text, paged=not self.yes)

    def confirm(self, question: str) -> None:
        """Ask a question, unless ``--yes`` answers it, and go on only after a yes.

        Raises:
            UsageError: there is no terminal and ``--yes`` was not given.
            typer.Abort: the person said no.
        """
        if not self.yes:
            prompts.confirm(question)

    # The command's files.

    def home_path(self) -> Path:
        """Return the folder of secrets that the options, the environment or the system names.

        Raises:
            UsageError: the variable names no folder, or the user's own folder is not known.
        """
        if self.home_folder:
            return self.home_folder
        if named := os.environ.get(HOME_VARIABLE):
            return Path(file_name(named, HOME_VARIABLE))
        return application_folder()

    def check_output(self) -> None:
        """Fail early where :meth:`write` would: before keys are made or vouchers spent.

        Raises:
            ExistsError: the file exists, was read by this command, or would be in a home.
            MissingError: its folder does not exist.
            StorageError: its folder cannot be written.
            UsageError: neither a file nor a relay is named, or stdout is closed.
        """
        from cosign.errors import UsageError
        from cosign.stores.system import check_writable
        from cosign.stores.system_errors import storage_errors

        if not self.output and not self.relay:
            raise UsageError(
                "no place for the result was named", hint="add --output FILE or --relay URL"
            )
        if self.output == STREAM:
            check_open("stdout")
        if self.output in {"", STREAM}:
            return
        path = Path(self.output)
        self._check_place(path)
        check_folder(path.parent)
        with storage_errors(path):
            check_writable(path.parent)

    def _check_place(self, path: Path) -> None:
        from cosign.errors import ExistsError
        from cosign.stores.files import check_place
        from cosign.stores.home import is_home
        from cosign.stores.system_errors import storage_errors

        check_place(path, force=self.force)
        with storage_errors(path):
            if is_home(path.parent) or path.parent.resolve() == self._known_home():
                raise ExistsError(
                    f"{path}: this file would be in a home, which is for secrets only",
                    hint="choose another folder",
                )

    def _known_home(self) -> Path | None:
        """Return the whole path of the home; None if nothing says where it is."""
        from cosign.errors import UsageError

        try:
            return self.home_path().resolve()
        except UsageError:  # a command that uses the home says so
            return None

    def write(self, raw: bytes | Iterable[bytes], name: str, *, secret: bool = False) -> None:
        """Write the command's file: bytes as they are, or as armor of the record ``name``."""
        from cosign.stores.files import PUBLIC_MODE, SECRET_MODE, write_file
        from cosign.wire.armor import armor_chunks

        chunks: Iterable[bytes] = [raw] if isinstance(raw, bytes) else raw
        if self.armor:
            chunks = armor_chunks(name, chunks)
        if self.output == STREAM:
            for chunk in chunks:
                sys.stdout.buffer.write(chunk)
            sys.stdout.buffer.flush()
            return
        mode, path = SECRET_MODE if secret else PUBLIC_MODE, Path(self.output)
        self._check_place(path)
        write_file(path, chunks, mode=mode, force=self.force)

    def write_record(self, record: "Record") -> None:
        """Write a record as the command's file."""
        from cosign.record_files import is_private
        from cosign.wire.record import name_of

        self.write(record.to_bytes(), name_of(record.LABEL), secret=is_private(record))
