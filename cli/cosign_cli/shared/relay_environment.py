"""Variables that people set for other programs, and what they mean for a relay.

The client reads none of them. Some are read by libraries below it, before it could object;
others are not used although people rely on them. Both are told when a relay is named
(docs/adr/0059). Variables without any effect here, such as SSL_CERT_FILE, are not told.
"""

import os
from collections.abc import Iterator
from typing import Final

PROXIES: Final = (
    "ALL_PROXY",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "all_proxy",
    "https_proxy",
    "http_proxy",
)
OPENSSL: Final = ("OPENSSL_CONF", "OPENSSL_MODULES", "OPENSSL_ENGINES")
RESOLVER: Final = ("LOCALDOMAIN", "RES_OPTIONS", "HOSTALIASES")


def environment_notes(proxy: str) -> Iterator[str]:
    """Yield what to say of the environment before a relay is reached.

    Args:
        proxy: the one that the person named; empty for none.
    """
    if (names := _set(PROXIES)) and not proxy:
        yield f"warning: {names} set, but not used here: name your proxy with --proxy"
    if names := _set(OPENSSL):
        yield (
            f"warning: {names} set: OpenSSL runs with that, also for the relay; unset what you did "
            "not set yourself"
        )
    if (names := _set(RESOLVER)) and not proxy:
        yield (
            f"warning: {names} set: it changes how this machine looks names up, the relay's, too; "
            "unset what you did not set yourself"
        )


def _set(names: tuple[str, ...]) -> str:
    """Return which variables are set, as the beginning of a sentence."""
    found = [name for name in names if os.environ.get(name)]
    verb = "is" if len(found) == 1 else "are"
    return f"{' and '.join(found)} {verb}" if found else ""
