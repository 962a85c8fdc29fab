"""Trustees' openings: read from files and the relay, and held against the envelopes."""

from typing import TYPE_CHECKING

from cosign.quoting import quoted
from cosign.words import counted
from cosign_cli.shared.console import Console
from cosign_cli.shared.envelopes import round_key
from cosign_cli.shared.errors import naming, show_error
from cosign_cli.shared.files import read_record
from cosign_cli.shared.homes import open_home
from cosign_cli.shared.relay_client import connect

if TYPE_CHECKING:
    from cosign.primitives.ed25519 import SigningKey
    from cosign.records.envelope import OpenedShares
    from cosign.records.round import VerifiedRound
    from cosign.records.secrets import OrganizerSecrets
    from cosign.roles.organizer.gaps import Gaps
    from cosign.roles.organizer.openings import OwnKey


def read_openings(
    console: Console, round_: "VerifiedRound", paths: list[str], minute: int
) -> "tuple[SigningKey, list[OpenedShares | OwnKey]]":
    """Open the home, and return the signing key and what envelopes are opened with.

    Args:
        console: of the command; names the relay, if there is one.
        round_: verified, and closed.
        paths: of trustees' openings.
        minute: now, in minutes since 1970.
    """
    from cosign.homes import find_organizer
    from cosign.records.envelope import Opening
    from cosign.roles.organizer.openings import own_key, read_opening
    from cosign.roles.organizer.rounds import check_organizer

    secrets = find_organizer(open_home(console))
    identity = check_organizer(secrets, round_)
    opened: list[OpenedShares | OwnKey] = []
    for path in paths:
        record = read_record(path, Opening)
        with naming(path):
            opened.append(read_opening(secrets, round_, record))
    # The organizer opens its own shares: on the relay, an opening in its name is forged.
    given = {*round_.organizer_trustees, *(o.trustee for o in opened)}
    opened += _relayed(console, secrets, round_, minute, given)
    return identity, [*opened, *own_key(secrets, round_)]


def _relayed(
    console: Console,
    secrets: "OrganizerSecrets",
    round_: "VerifiedRound",
    minute: int,
    given: set[int],
) -> "list[OpenedShares]":
    """Read openings from the relay, for the trustees whose opening was not given as a file."""
    from cosign.roles.organizer.openings import choose_openings

    key = round_key(console, round_)
    if key is None:
        return []
    from cosign.records.mailbox import DAY_MINUTES
    from cosign.relay.shelves import OPENINGS

    with connect(console) as client:
        shelf = client.shelf(key.mailbox.terms, OPENINGS, key.capability)
        posted = shelf.read(minute // DAY_MINUTES)
        sources = ((console.relay, raw) for raw in posted)
        chosen = choose_openings(secrets, round_, sources, show_error)
    for trustee in chosen.differing:
        console.note(
            f"warning: trustee {_trustee(round_, trustee)} posted openings that differ; the "
            "largest is used; to use another, add --opening FILE"
        )
    return [opened for opened in chosen.openings if opened.trustee not in given]


def check_gaps(
    console: Console, round_: "VerifiedRound", gaps: "Gaps", *, incomplete: bool
) -> None:
    """Refuse openings that lack envelopes which another one has: a cosignature could be lost.

    An envelope that no trustee opened can be junk, which anybody can send.

    Raises:
        RefusedError: and ``incomplete`` is not set; then it is only warned of them.
    """
    from cosign.errors import RefusedError

    if gaps.unopened:
        console.note(
            f"warning: no trustee opened {counted(gaps.unopened, 'envelope')}: either this is "
            "junk, or the trustees had another folder; ask them how many envelopes they had"
        )
    found = [
        f"trustee {_trustee(round_, number)} did not open {counted(count, 'envelope')} that "
        "another trustee opened"
        for number, count in gaps.missing.items()
    ]
    if found and not incomplete:
        raise RefusedError(
            "; ".join(found),
            hint="give the trustee this folder and ask for a new opening; if that cannot be, add "
            "--incomplete, and the cosignatures in these envelopes may be left out",
        )
    for lack in found:
        console.note(f"warning: {lack}: cosignatures may be left out")


def warn_of_bad_shares(
    console: Console, round_: "VerifiedRound", bad_shares: dict[int, int]
) -> None:
    """Warn of shares that do not fit the others, by trustee number from 1."""
    for number, count in bad_shares.items():
        console.note(
            f"warning: {counted(count, 'share')} of trustee {_trustee(round_, number)} "
            "did not match the others; a dishonest signer causes one, a dishonest trustee many"
        )


def _trustee(round_: "VerifiedRound", number: int) -> str:
    """Return a trustee's name in quotes, by the number from 1."""
    return quoted(round_.terms.trustees[number - 1].name)
