"""``cosign-letter withdraw``: take a cosignature back."""

from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.homes import open_home
from cosign_cli.shared.options import InvitationSecret, RoundOrInvite, SshKey, SshPassphraseFile
from cosign_cli.shared.signing import (
    Enrolment,
    ExpectRound,
    SigningOptions,
    ask_to_sign,
    read_expected_round,
    seal,
)


@command(secrets=True, output=True, asks=True, relay=True, posts=True)
def run(
    console: Console,
    round_file: RoundOrInvite,
    secret: InvitationSecret = None,
    enrolment: Enrolment = None,
    expect_round: ExpectRound = None,
    ssh_key: SshKey = None,
    ssh_passphrase_file: SshPassphraseFile = None,
) -> None:
    """Take a cosignature back; the envelope looks like any other.

    If you withdraw while the round is open, the cosignature is not published. Later, the
    organizer can add the withdrawal to the published letter, with publish --append.
    """
    round_ = read_expected_round(round_file, secret, enrolment, expect_round)
    options = SigningOptions("withdraw", "", 0, ssh_key, ssh_passphrase_file, receipt=False)
    home = open_home(console)
    ask_to_sign(
        console, home, round_, options, "withdraw for good", expected=expect_round is not None
    )
    seal(console, home, round_, options)
