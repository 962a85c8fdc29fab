"""``cosign-letter trustee forget``: erase a trustee's key for good."""

from typing import Annotated

import typer

from cosign.words import counted
from cosign_cli.shared.clock import current_minute
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.errors import naming
from cosign_cli.shared.files import read_bytes
from cosign_cli.shared.homes import open_home
from cosign_cli.shared.options import InvitationSecret
from cosign_cli.shared.rounds import read_round


@command(secrets=True, asks=True)
def run(
    console: Console,
    path: Annotated[
        str,
        typer.Argument(
            metavar="ROUND|INVITE|KEY",
            help="The round that names the key, or the file that trustee key wrote.",
        ),
    ],
    secret: InvitationSecret = None,
) -> None:
    """Erase a trustee's key for good; its envelopes can no longer be opened with it.

    Do this once the letter is published. If the key was made for one round only, a
    person who then gets this machine and the envelopes cannot open them with it.
    """
    from cosign.homes import forget_trustee, trustee_keys

    home = open_home(console)
    names = trustee_keys(home, _keys(console, path, secret))
    console.confirm(
        f"{counted(len(names), 'key')} of this home can then open no envelope any more, in this "
        "or any other round; erase for good?"
    )
    forget_trustee(home, names)
    console.note(
        "erased here; the disk, a snapshot or a backup may still hold older copies of the files"
    )
    console.result("\n".join(f"{name}: forgotten" for name in names), {"forgotten": names})


def _keys(console: Console, path: str, secret: str | None) -> list[bytes]:
    """Return the public keys that a round or a key file names; warn of a round that is open."""
    from cosign import labels
    from cosign.records.limits import show_minute
    from cosign.records.round import Round, Trustee
    from cosign.wire.record import label_of

    with naming(path):
        raw = read_bytes(path, Round.MAX_BYTES)
    if label_of(raw) == labels.TRUSTEE:
        with naming(path):
            return [Trustee.from_bytes(raw).sealing_key]
    round_ = read_round(path, secret)
    if current_minute() < round_.terms.closes:
        console.note(
            f"warning: the round is open until {show_minute(round_.terms.closes)}; without "
            "this key its envelopes may never be opened"
        )
    return [trustee.sealing_key for trustee in round_.terms.trustees]
