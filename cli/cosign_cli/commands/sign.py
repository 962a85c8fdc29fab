"""``cosign-letter sign``: cosign a letter anonymously, or openly with a name."""

from typing import Annotated

import typer

from cosign.proofs.interface import DEFAULT_MIN_SET
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.errors import usage_errors
from cosign_cli.shared.homes import open_home
from cosign_cli.shared.open_names import (
    Attested,
    Openly,
    Role,
    check_attested,
    read_name,
    shown_name,
)
from cosign_cli.shared.options import (
    InvitationSecret,
    RoundOrInvite,
    SshKey,
    SshPassphraseFile,
    as_typed,
)
from cosign_cli.shared.signing import (
    CampaignFile,
    Enrolment,
    ExpectRound,
    MinSet,
    Receipt,
    SigningOptions,
    ask_to_sign,
    read_campaign,
    read_expected_round,
    seal,
)


@command(secrets=True, output=True, asks=True, relay=True, posts=True)
def run(
    console: Console,
    round_file: RoundOrInvite,
    secret: InvitationSecret = None,
    statement: Annotated[
        str, typer.Option(callback=as_typed, help="Public statement published with your signature.")
    ] = "",
    openly: Openly = None,
    role: Role = "",
    attested: Attested = None,
    min_set: MinSet = DEFAULT_MIN_SET,
    enrolment: Enrolment = None,
    expect_round: ExpectRound = None,
    campaign: CampaignFile = None,
    receipt: Receipt = False,
    ssh_key: SshKey = None,
    ssh_passphrase_file: SshPassphraseFile = None,
) -> None:
    """Cosign a letter, anonymously or by name, and seal the cosignature to the trustees.

    With --openly, your name is published beside it, and you count once all the same. A
    registered group asks for attestations of the name, from member name. If you cosigned
    anonymously, you can repeat this with --openly and the same statement, also after the
    round closed; then the organizer adds the name with publish --append.
    """
    from cosign.records.cosignature import STATEMENT

    with usage_errors():
        STATEMENT.read(statement, "statement")  # before anything is shown or asked
    name = read_name(openly, role, attested)
    round_ = read_expected_round(round_file, secret, enrolment, expect_round)
    known = read_campaign(campaign, round_) if campaign else None
    options = SigningOptions(
        "cosign", statement, min_set, ssh_key, ssh_passphrase_file, receipt, known, name
    )
    if name:
        check_attested(name, round_, attested)
    home = open_home(console)
    how = f" openly, as {shown_name(name.public_name)}" if name else ""
    what = f"sign this letter{how}"
    ask_to_sign(console, home, round_, options, what, expected=expect_round is not None)
    seal(console, home, round_, options)
