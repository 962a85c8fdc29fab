"""Reading envelopes from a folder and a relay; what is no envelope of the round is skipped."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cosign_cli.shared.console import Console
from cosign_cli.shared.errors import show_error
from cosign_cli.shared.extras import needs_extra
from cosign_cli.shared.files import check_folder
from cosign_cli.shared.relay_client import check_mailbox, connect, read_mailbox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cosign.errors import CosignError
    from cosign.primitives.progress import Progress
    from cosign.records.envelope import Envelope
    from cosign.records.mailbox import MailboxKey
    from cosign.records.round import VerifiedRound
    from cosign.stores.folders import Listing, Names

_PROGRESS_STEP: Final = 100
_MANY: Final = 1_000
_LARGE_CROWD: Final = 10_000
"""Keys on a roster from which on few proofs take long, too."""


@dataclass
class Envelopes:
    """The envelopes of one round, read one at a time.

    Attributes:
        console: of the command.
        folder: where files are that may be envelopes.
        names: of these files.
        key: of the round's mailbox on a relay, if there is one.
        round: the round whose envelopes are wanted.
        minute: the current time, in minutes since 1970.
        taken: number of envelopes of the round that were read so far.
        left_out: number of other files, each named on stderr.
    """

    console: Console
    folder: Path
    names: "Names"
    key: "MailboxKey | None"
    round: "VerifiedRound"
    minute: int
    taken: int = 0
    left_out: int = 0

    @property
    def workers(self) -> int | None:
        """How many processes are worth it to open them: one, or None for one on each core.

        With a relay nobody knows yet how many there are.
        """
        crowd = self.round.membership.anonymity_set or 0
        many = self.key or len(self.names) >= _MANY or crowd >= _LARGE_CROWD
        return None if many else 1

    def read(self, progress: "Progress") -> "Iterator[Envelope]":
        """Yield the envelopes.

        Args:
            progress: called with the number of files read.
        """
        from cosign.roles.shared.gathering import gather_envelopes

        for envelope in gather_envelopes(self.round, self._sources(progress), self._leave_out):
            self.taken += 1
            yield envelope

    def _leave_out(self, error: "CosignError") -> None:
        self.left_out += 1
        show_error(error)

    def _sources(self, progress: "Progress") -> "Iterator[tuple[str, bytes]]":
        from cosign.roles.shared.gathering import ENVELOPE_FILE_LIMIT
        from cosign.stores.folders import paths_in
        from cosign.stores.reading import read_files

        paths = paths_in(self.folder, self.names)
        for done, source in enumerate(read_files(paths, ENVELOPE_FILE_LIMIT)):
            if done % _PROGRESS_STEP == 0:
                progress(done, len(self.names))
            yield source
        if self.key:
            yield from self._relayed(self.key, progress)

    def _relayed(self, key: "MailboxKey", progress: "Progress") -> "Iterator[tuple[str, bytes]]":
        from cosign.records.mailbox import DAY_MINUTES
        from cosign.relay.shelves import ENVELOPES

        terms, today = key.mailbox.terms, self.minute // DAY_MINUTES
        with connect(self.console) as client:
            for raw in client.shelf(terms, ENVELOPES, key.capability).read(today):
                progress(self.taken, max(self.taken + 1, terms.open_space.quota))
                yield self.console.relay, raw


def find_envelopes(
    console: Console, folder: str | None, round_: "VerifiedRound", minute: int
) -> Envelopes:
    """Return the envelopes of a round; reading starts when they are iterated.

    Raises:
        UsageError: neither a folder nor a relay was named.
        MissingError: there is no such folder.
    """
    from cosign.errors import UsageError
    from cosign.stores.folders import Names, scan_folder

    if folder is None and not console.relay:
        raise UsageError(
            "no folder or relay with the envelopes was named",
            hint="add --envelopes DIR, or --relay URL and --mailbox FILE",
        )
    names = Names(())
    if folder is not None:
        check_folder(Path(folder), hint="check the name")
        found = scan_folder(Path(folder))
        names = found.files
        _tell_skipped(console, Path(folder), found)
    place = Path(folder or "")
    return Envelopes(console, place, names, round_key(console, round_), round_, minute)


def _tell_skipped(console: Console, folder: Path, found: "Listing") -> None:
    """Name the folders inside a folder, and in one note what file managers left there."""
    if found.litter:
        console.note(f"{folder}: skipped what file managers leave there: {', '.join(found.litter)}")
    for name in found.others:
        path = folder / name
        console.note(f"warning: {path} is not a file and is skipped, with everything in it")


def round_key(console: Console, round_: "VerifiedRound") -> "MailboxKey | None":
    """Return the key of a round's mailbox, or None if no relay was named.

    Raises:
        MismatchError: the key is of another mailbox.
        UsageError: a relay was named, but no key.
    """
    if not console.relay:
        return None
    with needs_extra("client"):
        from cosign.relay.owners import round_address
    key = read_mailbox(console)
    check_mailbox(console.mailbox, key, round_address(round_))
    return key
