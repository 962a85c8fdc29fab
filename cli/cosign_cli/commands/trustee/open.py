"""``cosign-letter trustee open``: open the envelopes of a closed round."""

from typing import TYPE_CHECKING

from cosign_cli.shared.clock import current_minute
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console, counted
from cosign_cli.shared.envelopes import read_envelopes
from cosign_cli.shared.homes import open_home
from cosign_cli.shared.options import EnvelopeFolder, InvitationSecret, RoundOrInvite
from cosign_cli.shared.progress import show_progress
from cosign_cli.shared.relay_client import connect
from cosign_cli.shared.rounds import read_round
from cosign_cli.shared.trustee_vault import TRUSTEE, trustee_name

if TYPE_CHECKING:
    from cosign.records.round import VerifiedRound
    from cosign.stores.home import Home


@command(secrets=True, output=True, relay=True, posts=True, mailbox=True)
def run(
    console: Console,
    round_file: RoundOrInvite,
    envelopes: EnvelopeFolder = None,
    secret: InvitationSecret = None,
) -> None:
    """Once the round has closed, open your share of each envelope for the organizer."""
    from cosign.errors import MissingError
    from cosign.records.secrets import TrusteeSecrets
    from cosign.roles.trustee import open_shares

    console.check_output()
    round_ = read_round(round_file, secret)
    home = open_home(console)
    name = _held(home, round_)
    minute = current_minute()
    round_.check_closed(minute)
    secrets = home.read(name, TrusteeSecrets)
    with show_progress("opening") as progress:
        found = read_envelopes(console, envelopes, round_, progress)
        opening = open_shares(secrets.seed, round_, found, minute)
    if not found.taken:
        raise MissingError(
            "no envelope of the round was found, and nothing was written",
            hint="check --envelopes or --relay: the envelopes are elsewhere",
        )
    if console.output:
        console.write_record(opening)
    if found.key:
        from cosign.relay.shelves import OPENINGS

        key = found.key
        with connect(console) as client:
            client.shelf(key.mailbox.terms, OPENINGS, key.capability).post(opening.to_bytes())
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


def _held(home: "Home", round_: "VerifiedRound") -> str:
    """Return the name of this home's vault file for the round.

    Raises:
        MissingError: the home holds no key of a trustee of the round.
    """
    from cosign.errors import MissingError

    names = {trustee_name(t.sealing_key) for t in round_.terms.trustees}
    held = [name for name in home.names(TRUSTEE) if name in names]
    if not held:
        raise MissingError(
            "this home has no key of a trustee of this round",
            hint="name the home of cosign-letter trustee key with --home",
        )
    return held[0]
