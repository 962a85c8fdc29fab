"""Reading a folder of envelopes: hostile files are left out and named, never fatal."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cosign_cli.console import Console, warn

if TYPE_CHECKING:
    from cosign.records.envelope import Envelope
    from cosign.records.round import VerifiedRound


@dataclass
class Folder:
    """The envelopes of one round in a folder, read one at a time.

    Attributes:
        taken: envelopes of the round that were read so far.
        left_out: other files, each named on stderr.
    """

    console: Console
    paths: list[Path]
    round: "VerifiedRound"
    progress: Callable[[int, int], None]
    taken: int = 0
    left_out: int = 0

    def __iter__(self) -> "Iterator[Envelope]":
        from cosign.errors import MalformedError, MismatchError

        for done, path in enumerate(self.paths):
            self.progress(done, len(self.paths))
            try:
                envelope = self._read(path)
            except (MalformedError, MismatchError) as e:  # a disk that fails is no envelope's fault
                self.left_out += 1
                warn(e)
            else:
                self.taken += 1
                yield envelope

    def _read(self, path: Path) -> "Envelope":
        from cosign.errors import MismatchError
        from cosign.records.envelope import Envelope

        envelope = self.console.read_record(str(path), Envelope)
        if envelope.round_id != self.round.round_id:
            raise MismatchError(f"{path}: an envelope of another round", hint="it is left out")
        return envelope


def read_envelopes(
    console: Console, folder: str, round_: "VerifiedRound", progress: Callable[[int, int], None]
) -> Folder:
    """Find the files of a folder.

    Raises:
        MissingError: there is no such folder.
    """
    from cosign.errors import MissingError

    if not Path(folder).is_dir():
        raise MissingError(f"{folder}: there is no such folder", hint="check the name")
    paths = sorted(p for p in Path(folder).iterdir() if p.is_file() and p.name[0] != ".")
    return Folder(console, paths, round_, progress)
