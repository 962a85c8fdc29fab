"""The commands; the path of a module is the name of its command.

``member/forget.py`` is ``member forget``. Each package lists its commands in the order of
its help. A module's function ``run`` carries its command out. No command imports another.
"""

from typing import Final

COMMANDS: Final = (
    "demo",
    "guide",
    "sign",
    "withdraw",
    "check",
    "claim",
    "verify-claim",
    "publish",
    "verify",
    "page",
    "pages",
    "inspect",
    "compare",
    "fingerprint",
    "registrar",
    "group",
    "roster",
    "trustee",
    "member",
    "round",
    "campaign",
    "joint",
    "relay",
    "timestamp",
)
