"""The options that commands share, and what a command prints and writes.

The rules of the terminal:

- results go to stdout, everything else to stderr;
- with ``--json`` stdout holds exactly one JSON object, errors included;
- questions are asked on a terminal only; without one the answer has to be an option;
- progress is shown on a terminal only, and only for work of more than half a second;
- an output file appears whole or not at all, never over an existing one without ``--force``.
"""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cosign_cli.shared import prompts

if TYPE_CHECKING:
    from cosign.wire.record import Record

STREAM: Final = "-"
"""The name of stdin and stdout, where a file may be named."""


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
            import json

            print(json.dumps(data, ensure_ascii=False))
        else:
            print(text, file=sys.stderr if self.output == STREAM else sys.stdout)

    def note(self, text: str) -> None:
        """Print something that is not the result, on stderr."""
        print(text, file=sys.stderr)

    def confirm(self, question: str) -> None:
        """Ask a question, unless ``--yes`` answers it, and go on only after a yes.

        Raises:
            UsageError: there is no terminal and ``--yes`` was not given.
            typer.Abort: the person said no.
        """
        if not self.yes:
            prompts.confirm(question)

    # The command's file.

    def check_output(self) -> None:
        """Fail early where :meth:`write` would: before keys are made or vouchers spent.

        Raises:
            ExistsError: the file exists.
            MissingError: its folder does not exist.
            UsageError: neither a file nor a relay is named.
        """
        from cosign.errors import MissingError, UsageError
        from cosign.stores.files import check_place

        if not self.output and not self.relay:
            raise UsageError(
                "no place for the result was named", hint="add --output FILE or --relay URL"
            )
        if self.output in {"", STREAM}:
            return
        path = Path(self.output)
        check_place(path, force=self.force)
        if not path.parent.is_dir():
            raise MissingError(f"{path.parent}: there is no such folder", hint="create it first")

    def write(self, raw: bytes | Iterable[bytes], name: str, *, secret: bool = False) -> None:
        """Write the command's file: bytes as they are, or as armor of the record ``name``."""
        from cosign.stores.files import PUBLIC_MODE, SECRET_MODE, write_file
        from cosign.wire.armor import armor

        chunks: Iterable[bytes] = [raw] if isinstance(raw, bytes) else raw
        if self.armor:
            chunks = [armor(name, b"".join(chunks))]
        if self.output == STREAM:
            for chunk in chunks:
                sys.stdout.buffer.write(chunk)
            sys.stdout.buffer.flush()
            return
        mode = SECRET_MODE if secret else PUBLIC_MODE
        write_file(Path(self.output), chunks, mode=mode, force=self.force)

    def write_record(self, record: "Record", *, secret: bool = False) -> None:
        """Write a record as the command's file."""
        from cosign.wire.record import name_of

        self.write(record.to_bytes(), name_of(record.LABEL), secret=secret)
