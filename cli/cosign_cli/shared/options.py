"""Options that several commands have, declared once.

Each group maps fields of :class:`~cosign_cli.shared.console.Console` to their options; a
command that asks for a group receives its values in its console. The other options are
parameters of the commands that have them.
"""

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from cosign_cli.shared.environment import HOME_VARIABLE, PASSPHRASE_VARIABLE

Group = dict[str, Any]


def as_typed(text: str | None) -> str | None:
    """Return free text as it goes into a record: the callback of every option that takes some."""
    from cosign.text.typed import typed_text

    return None if text is None else typed_text(text)


_PROXY_HELP: Final = "SOCKS proxy for all traffic, such as socks5h://127.0.0.1:9050 for Tor."
_HTTP_HELP: Final = "Allow a relay without TLS: anyone on the network can read along."

Proxy = Annotated[str, typer.Option("--proxy", metavar="URL", help=_PROXY_HELP)]
AllowHttp = Annotated[bool, typer.Option("--allow-http", help=_HTTP_HELP)]
RelayUrl = Annotated[
    str, typer.Option("--relay", metavar="URL", help="The relay, such as https://relay.example.")
]
GroupFile = Annotated[str, typer.Argument(metavar="GROUP", help="The group's file.")]
EnvelopeFolder = Annotated[
    str | None, typer.Option("--envelopes", metavar="DIR", help="A folder of envelopes.")
]
Workers = Annotated[
    int | None, typer.Option(min=1, help="Number of processes; default: one for each core.")
]
RoundFile = Annotated[str, typer.Argument(metavar="ROUND", help="The round's file.")]
RoundOrInvite = Annotated[
    str, typer.Argument(metavar="ROUND|INVITE", help="The round's file, or an invitation to it.")
]
InvitationSecret = Annotated[
    str | None,
    typer.Option(
        metavar="CODE",
        help="The invitation's secret. Other users can see it here; if left out, you are asked.",
    ),
]
VoucherCode = Annotated[
    str | None,
    typer.Option(
        metavar="CODE",
        help="The voucher's code. Other users can see it here; if left out, you are asked.",
    ),
]
MailboxSubject = Annotated[
    str, typer.Argument(metavar="ROUND|GROUP|COLLECTION", help="The file whose mailbox it is.")
]
LetterFile = Annotated[str, typer.Argument(metavar="FILE", help="The published letter.")]
ChallengeText = Annotated[
    str,
    typer.Option(
        "--challenge", metavar="TEXT", help="Challenge text; it should name the person who asks."
    ),
]
SshKey = Annotated[
    Path | None,
    typer.Option(metavar="PATH", help="Sign with this ssh key; a key of the home is safer."),
]
SshPassphraseFile = Annotated[
    Path | None,
    typer.Option(
        help="File whose first line is the ssh key's passphrase; without it you are asked."
    ),
]

JSON: Final[Group] = {
    "json": Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")]
}
SECRETS: Final[Group] = {
    "home_folder": Annotated[
        Path | None,
        typer.Option(
            "--home",
            help=f"Folder of your secrets; default: {HOME_VARIABLE}, or the application folder.",
        ),
    ],
    "passphrase_file": Annotated[
        Path | None,
        typer.Option(
            help=f"File whose first line is the passphrase; default: {PASSPHRASE_VARIABLE}."
        ),
    ],
    "no_passphrase": Annotated[
        bool,
        typer.Option("--no-passphrase", help="Store and read secrets unencrypted."),
    ],
}
OUTPUT: Final[Group] = {
    "output": Annotated[
        str,
        typer.Option(
            "--output", "-o", help="Write the result to this file; - is stdout.", show_default=False
        ),
    ],
}
ARMOR: Final[Group] = {
    "armor": Annotated[bool, typer.Option("--armor", help="ASCII-armor the output.")],
}
FORCE: Final[Group] = {
    "force": Annotated[bool, typer.Option("--force", help="Overwrite an existing file.")],
}
RELAY: Final[Group] = {
    "relay": Annotated[
        str,
        typer.Option("--relay", metavar="URL", help="The relay, such as https://relay.example."),
    ],
    "proxy": Proxy,
    "delay": Annotated[
        int,
        typer.Option(
            "--delay",
            min=0,
            metavar="SECONDS",
            help="Wait a random time, at most this long, before posting.",
        ),
    ],
    "allow_http": AllowHttp,
}
MAILBOX: Final[Group] = {
    "mailbox": Annotated[
        str,
        typer.Option(
            "--mailbox", metavar="FILE", help="The mailbox's key, written by relay register."
        ),
    ]
}
YES: Final[Group] = {
    "yes": Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for confirmation.")]
}
