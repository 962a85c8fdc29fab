"""Files mistaken for lists of ssh keys, recognized by one line (docs/spec.md, "OpenSSH keys").

A line without a key is not always a mistake in a list: the whole file may be of another
kind, and then the usual advice, to remove the line, is wrong.

Not protected: only the words of an error depend on this. Host keys under names that are
not addresses cannot be distinguished from people's.
"""

import re
from typing import Final, NamedTuple


class OtherFile(NamedTuple):
    """What a file is that is no list of ssh keys, and what to do."""

    name: str
    hint: str


_PRIVATE: Final = OtherFile(
    "a private key", "give a list of public keys, and show this file to nobody"
)
_KNOWN_HOSTS: Final = OtherFile(
    "a known_hosts file, whose keys are machines'", "give a list of people's keys"
)
_STARTS: Final = (
    (re.compile(r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----"), _PRIVATE),
    (re.compile(r"PuTTY-User-Key-File-\d"), _PRIVATE),
    (
        re.compile(r"---- BEGIN SSH2 PUBLIC KEY ----"),
        OtherFile(
            "a public key of another program",
            "write each key as OpenSSH does, on one line: ssh-keygen -i -f KEY",
        ),
    ),
    (
        re.compile(r"-----BEGIN PUBLIC KEY-----"),
        OtherFile(
            "a public key of another program",
            "ask its owner for the line that OpenSSH writes, which begins with ssh-",
        ),
    ),
    (
        re.compile(r"-----BEGIN SSH SIGNATURE-----"),
        OtherFile("a signature", "give the lists of keys with --ssh, and proofs with --proof"),
    ),
    (re.compile(r"(@(cert-authority|revoked)[ \t]|\|1\||\[[^\]]+\]:\d+[ ,])"), _KNOWN_HOSTS),
)


def other_file(line: str) -> OtherFile | None:
    """Return what a file is in which a line stands, if it is one that is taken for a list.

    >>> other_file("|1|F1E=|a2V5= ssh-ed25519 AAAA").name
    "a known_hosts file, whose keys are machines'"
    """
    return next((kind for start, kind in _STARTS if start.match(line)), None)
