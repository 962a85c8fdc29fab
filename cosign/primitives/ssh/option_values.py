"""Values of options in ``authorized_keys`` with which sshd refuses every login.

They are in docs/spec.md, "OpenSSH keys"; see sshd(8), "AUTHORIZED_KEYS FILE FORMAT".
A key with such an option opens no login, so its line is a mistake that went unnoticed; and
one wrong address in a ``from`` list shuts out every host.

Not protected: names of hosts and of ports are looked up where sshd runs, so any name is
taken; and so are the short, octal and scoped forms of addresses, such as ``10.1``.
"""

import ipaddress
import re
from collections.abc import Callable, Mapping
from typing import Final

from cosign.errors import MalformedError

_VARIABLE: Final = re.compile(r"[A-Za-z0-9_]+=.*", re.ASCII | re.DOTALL)
_HOST_AND_PORT: Final = re.compile(r"(\[[^\]]*\]|[^\[:/][^:/]*|)[:/](.*)", re.DOTALL)
_HOST_CHARACTERS: Final = 1024
_NUMBER: Final = re.compile(r"[ \t\n\v\f\r]*[+-]?0*\d{1,19}", re.ASCII)
"""As strtonum(3) reads one."""
_SERVICE: Final = re.compile(r"(?=.*[a-z])[a-z0-9](-?[a-z0-9]){0,14}", re.IGNORECASE | re.ASCII)
"""Names of ports (RFC 6335, section 5.1)."""
_LAST_PORT: Final = 65_535
_LAST_TUNNEL: Final = 0x7FFFFFFD
_MASK: Final = re.compile(r"(.+)/(\d+)", re.ASCII)
_ADDRESS_CHARACTERS: Final = 63
_LONGEST_MASK: Final = 128
"""In bits. What is longer is no address to sshd, but a pattern that matches nothing."""


def check_value(name: str, value: str) -> None:
    """Refuse a value that sshd refuses.

    Args:
        name: of the option, in lower case.
        value: without its quotes.

    Raises:
        MalformedError: sshd would accept the key from no host; the message says why.
    """
    if check := _CHECKS.get(name):
        check(value)


def _check_from(value: str) -> None:
    """Check that some host can match (sshd(8), "from"; ssh_config(5), "PATTERNS")."""
    parts = value.split(",")
    if any(part in {"", "!"} for part in parts):
        raise MalformedError("option from has an empty pattern, which shuts out every host")
    for part in parts:
        _check_address(part.removeprefix("!"))
    # No host has a blank in its name or address.
    if not any(part[0] != "!" and not re.search(r"\s", part) for part in parts):
        raise MalformedError("option from lets no host in")


def _check_address(pattern: str) -> None:
    """Refuse an address with a mask that does not fit; sshd then matches nothing in the list."""
    found = _MASK.fullmatch(pattern) if len(pattern) <= _ADDRESS_CHARACTERS else None
    if not found or int(found[2]) > _LONGEST_MASK or "%" in pattern:
        return
    try:
        address = ipaddress.ip_address(found[1])
    except ValueError:
        return  # a pattern of names
    bits = int(found[2])
    if bits > address.max_prefixlen:
        raise MalformedError(f"option from has a mask that is too long: {pattern}")
    network = ipaddress.ip_network((address, bits), strict=False)
    if network.network_address != address:
        raise MalformedError(
            f"option from has an address that its mask cuts, {pattern}, which shuts out every "
            f"host; if the network is meant, it is {network}"
        )


def _check_permitopen(value: str) -> None:
    _check_host_and_port("permitopen", value)


def _check_permitlisten(value: str) -> None:
    # A port alone stands for any host.
    _check_host_and_port("permitlisten", value if ":" in value else f"*:{value}")


def _check_host_and_port(name: str, value: str) -> None:
    found = _HOST_AND_PORT.fullmatch(value)
    if not found or len(found[1]) > _HOST_CHARACTERS:
        raise MalformedError(f"option {name} is not of the form HOST:PORT")
    port = found[2]
    if _in_range(port, 1, _LAST_PORT) or port == "*" or _SERVICE.fullmatch(port):
        return
    raise MalformedError(f"option {name} has no port after the host")


def _check_tunnel(value: str) -> None:
    if value.lower() != "any" and not _in_range(value, 0, _LAST_TUNNEL):
        raise MalformedError("option tunnel has no number of a device")


def _check_environment(value: str) -> None:
    if not _VARIABLE.fullmatch(value):
        raise MalformedError("option environment sets no variable")


def _in_range(text: str, least: int, most: int) -> bool:
    return bool(_NUMBER.fullmatch(text)) and least <= int(text) <= most


_CHECKS: Final[Mapping[str, Callable[[str], None]]] = {
    "environment": _check_environment,
    "from": _check_from,
    "permitlisten": _check_permitlisten,
    "permitopen": _check_permitopen,
    "tunnel": _check_tunnel,
}
