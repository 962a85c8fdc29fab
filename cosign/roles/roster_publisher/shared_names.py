"""Names in lists of keys that do not name a person (docs/spec.md, "Rosters").

These are defaults of programs, accounts of machines, and placeholders in instructions.
Principals are often copied from comments, and comments from what a program or an instruction
suggests. Keys of many owners share such a name; if it were taken for one person's, all of
these keys but one would be left out.

Not protected: a list of known names is never complete, so the names with the most keys are
shown to the publisher.
"""

import re
from typing import Final

_ACCOUNT: Final = (
    r"(admin|administrator|ansible|backup|ci|core|deploy|deployer|git|gitlab-runner|jenkins|nobody"
    r"|opc|postgres|runner|www-data|centos|debian|ec2-user|azureuser|fedora|pi|ubuntu|vagrant)"
)
_MACHINE: Final = (
    r"(@([^.]*(\.(local|localdomain|internal|lan|home))?|(ip-[0-9-]+|vagrant|[^.]*-vm)(\..*)?))?"
)
"""Behind an account: nothing, or a machine, but no domain in which people have addresses."""

_WORD: Final = (
    r"(me|foo|test|((first|last|full|user|nick|e)?[-_. ]?"
    r"(mail|name|user|login|account|address|comment)[0-9]?[-_. ]?){1,3})"
)
_EXAMPLE: Final = (
    r"(your|my|the|some)?[-_. ]?(([^@]*\.)?example|host|host-?name|server|machine|domain|company"
    r"|provider|e?mail|address|bar|test)(\.[a-z]+)?"
)

SHARED_NAMES: Final = (
    # Programs, smart cards and clouds.
    r"(.*[- ])?key[- ][0-9]{4}-?[0-9]{2}-?[0-9]{2}([- ].*)?",
    r"(imported-openssh|phpseclib-generated)-key",
    r"generated[- ]by[- ].*",
    r".* insecure public key",
    r"(cardno|openpgp|piv|yubikey)[: ].*",
    r"id_(rsa|dsa|ecdsa|ed25519)(_sk)?",
    r"((my|ssh|default|public|private|new)[-_ ]?)*key",
    # Accounts that are the same on many machines.
    r"root(@.*)?",
    r".*@localhost(\.localdomain)?",
    _ACCOUNT + _MACHINE,
    r"[0-9]+(\.[0-9]+){3}|[0-9a-f]*:[0-9a-f:.]+",
    # What instructions tell people to replace.
    rf"(your|my|the|some|you)[-_. ]?{_WORD}(@.*)?",
    r"you@.*",
    rf"{_WORD}@{_EXAMPLE}",
    r"[(<\[]?(none|no[-_ ]?comment|comment|placeholder|default|unknown|test|user|n/a)[)>\]]?",
    r"<.*>",
)
"""Extended regular expressions for whole names, without those of Perl."""
_SHARED_NAME: Final = re.compile("|".join(SHARED_NAMES))


def is_shared_name(name: str) -> bool:
    """Return whether a name stands for no person.

    Args:
        name: folded by :func:`cosign.text.names.name_key`.

    >>> is_shared_name("your_email@example.com"), is_shared_name("anna@example.com")
    (True, False)
    """
    return not any(map(str.isalnum, name)) or _SHARED_NAME.fullmatch(name) is not None
