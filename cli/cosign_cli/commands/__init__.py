"""The commands; where a file is says how its command is called.

``member/forget.py`` is ``member forget``. A package is a group: it has the line of help
and the names of its commands, in the order of its help. Every other module is a command,
which its function ``run`` carries out. A command imports no other one.
"""

from typing import Final

COMMANDS: Final = (
    "demo",
    "sign",
    "withdraw",
    "check",
    "claim",
    "verify-claim",
    "publish",
    "verify",
    "inspect",
    "compare",
    "registrar",
    "group",
    "roster",
    "trustee",
    "member",
    "round",
    "relay",
)
