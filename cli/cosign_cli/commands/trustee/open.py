"""``cosign-letter trustee open``: open the envelopes of a closed round."""

from typing import TYPE_CHECKING

from cosign.words import counted
from cosign_cli.shared.clock import current_minute
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.envelopes import Envelopes, find_envelopes
from cosign_cli.shared.homes import open_home
from cosign_cli.shared.options import EnvelopeFolder, InvitationSecret, RoundOrInvite, Workers
from cosign_cli.shared.progress import show_progress
from cosign_cli.shared.relay_client import connect
from cosign_cli.shared.rounds import read_round
from cosign_cli.shared.workers import process_pool

if TYPE_CHECKING:
    from cosign.records.envelope import Opening
    from cosign.records.mailbox import MailboxKey


@command(secrets=True, output=True, relay=True, posts=True, mailbox=True)
def run(
    console: Console,
    round_file: RoundOrInvite,
    envelopes: EnvelopeFolder = None,
    secret: InvitationSecret = None,
    workers: Workers = None,
) -> None:
    """Once the round has closed, open your share of each envelope for the organizer."""
    from cosign.errors import MissingError
    from cosign.homes import find_trustee
    from cosign.roles.trustee import open_shares

    console.check_output()
    round_ = read_round(round_file, secret)
    minute = current_minute()
    round_.check_closed(minute)
    found = find_envelopes(console, envelopes, round_, minute)
    # Workers start before the home is open, so they hold none of its secrets.
    with process_pool(workers or found.workers, at_once=True) as executor:
        secrets = find_trustee(open_home(console), round_)
        with show_progress("opening envelopes") as progress:
            read = found.read(progress)
            opening = open_shares(secrets.seed, round_, read, minute, executor)
    if not found.taken:
        raise MissingError(
            "no envelope of the round was found, and nothing was written",
            hint="check --envelopes or --relay: the envelopes are elsewhere",
        )
    _deliver(console, opening, found.key)
    _tell(console, found)


def _deliver(console: Console, opening: "Opening", key: "MailboxKey | None") -> None:
    """Write the opening, post it, or both."""
    if console.output:
        console.write_record(opening)
    if key:
        from cosign.relay.shelves import OPENINGS

        with connect(console) as client:
            client.shelf(key.mailbox.terms, OPENINGS, key.capability).post(opening.to_bytes())


def _tell(console: Console, found: Envelopes) -> None:
    where = "; posted for the organizer" if found.key else "; give the file to the organizer"
    if found.left_out:
        where = f", {counted(found.left_out, 'other file')} left out{where}"
    console.result(
        f"{console.output or console.relay}: {counted(found.taken, 'envelope')} opened{where}",
        {
            "output": console.output,
            "envelopes": found.taken,
            "left_out": found.left_out,
            "posted": bool(found.key),
        },
    )
