"""SOCKS5: asking a proxy for a connection to a relay (docs/spec.md, "Reaching a relay").

The protocol is that of RFC 1928, signing in that of RFC 1929.

Tor keeps streams apart whose user names or passwords differ, so each connection has random
ones: two commands share no circuit, and neither do two requests of one command that must
not be tied together. A proxy without passwords ignores them.

A proxy that does not do its part is not the relay's fault, and asking it again at once is of
no use: that is a :class:`ProxyError`. A relay that the proxy cannot reach is another matter.
"""

import ipaddress
from typing import Final, NamedTuple, Protocol

from cosign.errors import UnreachableError
from cosign.randomness import Randomness

_CREDENTIAL_BYTES: Final = 16
_TOR_HINT: Final = (
    "start it, or name its port: Tor listens on 9050, Tor Browser on 9150; nothing was sent"
)
_NO_PASSWORD, _PASSWORD = 0, 2

_REPLIES: Final = {
    1: "general failure",
    2: "the proxy's rules forbid it",
    3: "the network cannot be reached",
    4: "the host cannot be reached",
    5: "the connection is refused",
    6: "it took too long",
    7: "the proxy does not know the command",
    8: "the proxy does not know such addresses",
}
"""RFC 1928, section 6."""


class ProxyError(UnreachableError):
    """The proxy, not the relay, is at fault."""


class RelayBehindProxyError(OSError):
    """The proxy does its part, and cannot reach the relay."""


class Stream(Protocol):
    """A connection to a proxy."""

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read at most ``max_bytes`` bytes; none at the end."""

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write all of the buffer."""


class Proxy(NamedTuple):
    """A SOCKS5 proxy.

    Attributes:
        host, port: where it listens.
        user, password: as its user named them; if empty, random ones are used.
    """

    host: str
    port: int
    user: str = ""
    password: str = ""

    def __str__(self) -> str:
        shown = f"[{self.host}]" if ":" in self.host else self.host
        return f"the proxy at {shown}:{self.port}"

    def refuses(self) -> ProxyError:
        """Return the error for a proxy to which there is no connection."""
        return ProxyError(f"{self} refuses: is Tor running?", hint=_TOR_HINT)

    def fails(self, what: str) -> ProxyError:
        """Return the error for a proxy that does not do its part."""
        return ProxyError(
            f"{self} {what}", hint="name a SOCKS5 proxy, such as Tor's: socks5h://127.0.0.1:9050"
        )

    def greet(self, stream: Stream, randomness: Randomness) -> None:
        """Agree on a user name and password, or on none.

        Raises:
            ProxyError: not a SOCKS5 proxy, or it does not accept the user.
        """
        stream.write(bytes([5, 2, _NO_PASSWORD, _PASSWORD]))
        version, method = self._take(stream, 2)
        if version != 5:  # noqa: PLR2004  # of the protocol
            raise self.fails("does not speak SOCKS5")
        if method == _PASSWORD:
            user, password = self._credentials(randomness)
            stream.write(b"\x01" + _counted(user) + _counted(password))
            _version, status = self._take(stream, 2)
            if status:
                raise self.fails("does not accept the user and password")
        elif method != _NO_PASSWORD:
            raise self.fails("wants another way of signing in than a password")

    def connect(self, stream: Stream, host: str, port: int) -> None:
        """Ask for a connection to a host; a name is looked up by the proxy.

        Raises:
            ProxyError: an answer that is not of the protocol.
            RelayBehindProxyError: the proxy cannot reach the host.
        """
        stream.write(b"\x05\x01\x00" + _address(host) + port.to_bytes(2, "big"))
        version, reply, _zero, kind = self._take(stream, 4, asked=True)
        if version != 5 or reply not in (0, *_REPLIES):  # noqa: PLR2004  # of the protocol
            raise self.fails("does not speak SOCKS5")
        if reply:
            raise RelayBehindProxyError(f"the proxy says: {_REPLIES[reply]}")
        length = {1: 4, 4: 16}.get(kind) or self._take(stream, 1, asked=True)[0]
        self._take(stream, length + 2, asked=True)

    def _take(self, stream: Stream, count: int, *, asked: bool = False) -> bytes:
        """Read exactly so many bytes."""
        found = b""
        while len(found) < count:
            more = stream.read(count - len(found))
            if not more and asked:  # some proxies end the connection if they cannot reach a host
                raise RelayBehindProxyError("the proxy ended the connection")
            if not more:
                raise self.fails("ends the connection at once")
            found += more
        return found

    def _credentials(self, randomness: Randomness) -> tuple[bytes, bytes]:
        if self.user:
            return self.user.encode(), self.password.encode()
        raw = randomness(2 * _CREDENTIAL_BYTES).hex().encode()
        return raw[: 2 * _CREDENTIAL_BYTES], raw[2 * _CREDENTIAL_BYTES :]


def _counted(text: bytes) -> bytes:
    return len(text).to_bytes(1, "big") + text


def _address(host: str) -> bytes:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return b"\x03" + _counted(host.encode("ascii"))
    return (b"\x01" if address.version == 4 else b"\x04") + address.packed  # noqa: PLR2004  # IP version 4
