"""``cosign-letter trustee``: keep envelopes shut, then open them."""

from typing import TYPE_CHECKING, Annotated, Final

import typer

from cosign_cli.commands import command
from cosign_cli.console import Console, InvitationSecret, RoundOrInvite, counted, usage_errors
from cosign_cli.envelopes import EnvelopeFolder, read_envelopes
from cosign_cli.relays import connect

if TYPE_CHECKING:
    from cosign.records.round import VerifiedRound
    from cosign.stores.home import Home

app: Final = typer.Typer(help="Keep envelopes shut until a round closes, then open them.")
_PREFIX: Final = "trustee-"


def trustee_name(sealing_key: bytes) -> str:
    """Give the name of a trustee's vault file."""
    from cosign import labels
    from cosign.primitives.hashing import identifier

    return _PREFIX + identifier(labels.TRUSTEE_ID, sealing_key)[:8].hex()


@command(app, "key", secrets=True, output=True)
def make_key(
    console: Console,
    name: Annotated[str, typer.Option(help="What people call this trustee.")],
) -> None:
    """Make a trustee's key."""
    from cosign.roles.trustee import make_trustee

    console.check_output()
    with usage_errors():
        secrets = make_trustee(name)
        secrets.to_bytes()
    home = console.home()
    with home.lock():
        home.write(trustee_name(secrets.trustee.sealing_key), secrets)
    console.write_record(secrets.trustee)
    console.result(
        f"{console.output}: the public key of trustee {name!r}; give the file to the organizer",
        {"output": console.output, "name": name},
    )


@command(app, "open", secrets=True, output=True, relay=True, posts=True, mailbox=True)
def open_envelopes(
    console: Console,
    round_file: RoundOrInvite,
    envelopes: EnvelopeFolder = None,
    secret: InvitationSecret = None,
) -> None:
    """Open this trustee's shares, sealed to the organizer; only after the round closed."""
    from cosign.errors import MissingError
    from cosign.records.secrets import TrusteeSecrets
    from cosign.roles.trustee import open_shares

    console.check_output()
    round_ = console.read_round(round_file, secret)
    home = console.home()
    name = _held(home, round_)
    minute = console.minute()
    round_.check_closed(minute)
    secrets = home.read(name, TrusteeSecrets)
    with console.progress("opening") as progress:
        found = read_envelopes(console, envelopes, round_, progress)
        opening = open_shares(secrets.seed, round_, found, minute)
    if not found.taken:
        raise MissingError(
            "there is no envelope of the round",
            hint="look for the folder or relay in which they are; nothing was written",
        )
    if console.output:
        console.write_record(opening)
    if found.key:
        from cosign.relay.shelves import OPENINGS

        key = found.key
        with connect(console) as client:
            client.post(key.mailbox.terms, OPENINGS, opening.to_bytes(), capability=key.capability)
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
    """Find which of the round's trustees this home is."""
    from cosign.errors import MissingError

    names = {trustee_name(t.sealing_key) for t in round_.terms.trustees}
    held = [name for name in home.names(_PREFIX) if name in names]
    if not held:
        raise MissingError(
            "this home holds no trustee's key of the round",
            hint="use --home with the folder in which trustee key ran",
        )
    return held[0]
