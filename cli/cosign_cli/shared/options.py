"""Options that several commands have, declared once.

Those in the groups reach a command through its :class:`~cosign_cli.shared.console.Console`;
a group maps the fields of that class to their options. The others are parameters of the
commands that want them.
"""

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from cosign_cli.shared.environment import HOME_VARIABLE, PASSPHRASE_VARIABLE

Group = dict[str, Any]

_PROXY_HELP: Final = (
    "SOCKS proxy that everything goes through, such as socks5h://127.0.0.1:9050 for Tor."
)
_HTTP_HELP: Final = "Without TLS, where anybody on the way reads along."

Proxy = Annotated[str, typer.Option("--proxy", metavar="URL", help=_PROXY_HELP)]
AllowHttp = Annotated[bool, typer.Option("--allow-http", help=_HTTP_HELP)]
RelayUrl = Annotated[
    str, typer.Option("--relay", metavar="URL", help="The relay, such as https://relay.example.")
]
GroupFile = Annotated[str, typer.Argument(metavar="GROUP", help="The group's file.")]
EnvelopeFolder = Annotated[
    str | None, typer.Option("--envelopes", metavar="DIR", help="A folder of envelopes.")
]
RoundOrInvite = Annotated[
    str, typer.Argument(metavar="ROUND|INVITE", help="The round's file, or an invitation to it.")
]
InvitationSecret = Annotated[
    str | None,
    typer.Option(
        metavar="S",
        help="Opens an invitation; asked for if left out, since the process list shows it.",
    ),
]
LetterFile = Annotated[str, typer.Argument(metavar="FILE", help="The published letter.")]
ChallengeText = Annotated[
    str, typer.Option("--challenge", metavar="TEXT", help="Words of whoever asks; name them.")
]
SshKey = Annotated[
    Path | None,
    typer.Option(metavar="PATH", help="Use this ssh key; a fresh key is safer."),
]
SshPassphraseFile = Annotated[
    Path | None,
    typer.Option(help="File whose first line is the ssh key's passphrase; asked for if left out."),
]

JSON: Final[Group] = {
    "json": Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]
}
SECRETS: Final[Group] = {
    "home_folder": Annotated[
        Path | None,
        typer.Option(
            "--home",
            help=f"Folder of secrets; {HOME_VARIABLE} or the platform's application folder.",
        ),
    ],
    "passphrase_file": Annotated[
        Path | None,
        typer.Option(help=f"File whose first line is the passphrase; or {PASSPHRASE_VARIABLE}."),
    ],
    "no_passphrase": Annotated[
        bool,
        typer.Option("--no-passphrase", help="Keep and read secrets without a passphrase."),
    ],
}
OUTPUT: Final[Group] = {
    "output": Annotated[
        str, typer.Option("--output", "-o", help="File to write; - is stdout.", show_default=False)
    ],
    "armor": Annotated[bool, typer.Option("--armor", help="Write text instead of bytes.")],
}
FORCE: Final[Group] = {
    "force": Annotated[bool, typer.Option("--force", help="Overwrite an existing file.")],
}
RELAY: Final[Group] = {
    "relay": Annotated[
        str,
        typer.Option(
            "--relay", metavar="URL", help="A relay to use, such as https://relay.example."
        ),
    ],
    "proxy": Proxy,
    "delay": Annotated[
        int,
        typer.Option(
            "--delay",
            min=0,
            metavar="SECONDS",
            help="Before posting, wait a random time of at most so long.",
        ),
    ],
    "allow_http": AllowHttp,
}
MAILBOX: Final[Group] = {
    "mailbox": Annotated[
        str,
        typer.Option("--mailbox", metavar="FILE", help="The mailbox's key, from relay register."),
    ]
}
YES: Final[Group] = {"yes": Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]}
