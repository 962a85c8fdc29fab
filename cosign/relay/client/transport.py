"""The only connection that this program makes: to a relay (docs/spec.md, "Reaching a relay").

- It connects to the relay that the user named, or to the proxy that the user named.
- With a proxy it connects to the proxy only, and sends it the relay's *name*, so that
  the proxy looks up the address (:mod:`~cosign.relay.client.socks`).
- Environment variables, ``.netrc``, cookies and redirects change nothing; neither do
  ``SSLKEYLOGFILE``, with which others could read what was sent, and ``OPENSSL_CONF`` where
  it would weaken TLS.
- A request has the headers that HTTP requires, and none that tells the program's
  version, language or platform.
- Every step has a deadline, and every answer a longest length.

httpcore does nothing beyond this by itself; httpx would (docs/adr/0022).

Not protected: without Tor, the relay and the network see the sender's address and
the time. TLS shows the relay's name, and that the client is a Python program. OpenSSL loads
what ``OPENSSL_CONF`` names, and the system's resolver has variables of its own; the command
line says so if they are set (docs/adr/0059).
"""

import ipaddress
import ssl
import time
from collections.abc import Iterable
from typing import Any, Final, NamedTuple, Self
from urllib.parse import SplitResult, unquote, urlsplit

import certifi
import httpcore

from cosign.errors import RelayError, UnreachableError, UsageError
from cosign.randomness import SYSTEM, Randomness
from cosign.relay.client.socks import Proxy, ProxyError
from cosign.text.typed import typed_line

STEP_SECONDS: Final = 60.0
"""Deadline of one step, such as connecting; long, because Tor builds a circuit first."""

REQUEST_SECONDS: Final = 120.0
"""Deadline of a request and its answer together, without their bodies."""

_CREDENTIAL_LIMIT: Final = 255
"""RFC 1929: bytes of a user name, and of a password."""

_UNSAFE: Final = 0x4 | 0x40000
"""OpenSSL's SSL_OP_LEGACY_SERVER_CONNECT and SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION."""

_LEAST_SPEED: Final = 4096
"""Bytes a second; the deadline grows by the time that the bodies take at this speed."""

_FAILURES: Final = (
    httpcore.NetworkError,
    httpcore.TimeoutException,
    httpcore.ProtocolError,
    OSError,
)


class Answer(NamedTuple):
    """The answer to a request.

    Attributes:
        status: the HTTP status code.
        body: at most as long as the caller allowed.
    """

    status: int
    body: bytes


class Transport:
    """A connection to one relay; a context manager.

    Args:
        url: of the relay, with or without a path.
        proxy: ``socks5h://HOST:PORT``, or empty for none.
        allow_http: whether to connect without TLS, so that everyone on the network path
            can read the requests.
        authorities: PEM file of the certificate authorities to trust. If None, those of
            certifi (Mozilla's list), without any that were added to this machine.
        randomness: for the names with which a proxy keeps connections apart.

    Raises:
        UsageError: not a usable URL, or one that would be reached without TLS or Tor.
    """

    def __init__(
        self,
        url: str,
        *,
        proxy: str = "",
        allow_http: bool = False,
        authorities: str | None = None,
        randomness: Randomness = SYSTEM,
    ) -> None:
        self._url = _relay_url(url, has_proxy=bool(proxy), allow_http=allow_http)
        place = self._url.hostname or "", _port(self._url)
        self._gate = _Gate(place, _proxy(proxy) if proxy else None, randomness)
        self._pool = httpcore.ConnectionPool(
            ssl_context=_tls_context(authorities or certifi.where()),
            max_connections=1,
            http2=False,
            network_backend=self._gate,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self._pool.close()
        self._gate.shut()

    def check_proxy(self) -> None:
        """Check that the proxy, if there is one, does its part; the relay is not reached.

        Raises:
            ProxyError: it does not.
        """
        self._gate.check_proxy()

    def ask(
        self, method: str, path: str, headers: dict[str, str], body: bytes | None, longest: int
    ) -> Answer:
        """Send one request and return its answer.

        Args:
            method: of HTTP.
            path: appended to the path of the relay's URL; with the query.
            headers: besides Host and Content-Length.
            body: None for none.
            longest: longest body of the answer, in bytes.

        Raises:
            ProxyError: the proxy does not do its part; the relay received nothing.
            UnreachableError: no answer; the relay may have received the request.
            RelayError: a longer answer; no more than ``longest`` bytes of it are kept.
        """
        length = [("Content-Length", str(len(body)))] if body is not None else []
        lines = [("Host", self._url.netloc), *length, *headers.items()]
        target = f"{self._url.scheme}://{self._url.netloc}{self._url.path.rstrip('/')}{path}"
        self._gate.allow(REQUEST_SECONDS + (len(body or b"") + longest) / _LEAST_SPEED)
        try:
            with self._pool.stream(method, target, headers=lines, content=body) as response:
                return Answer(response.status, _read(response.iter_stream(), longest))
        except ProxyError:
            self._gate.shut()
            raise
        except _FAILURES as e:
            self._gate.shut()
            reason = str(e).rstrip(".") or type(e).__name__
            raise UnreachableError(
                f"the relay cannot be reached: {reason}",
                hint="try again later; posting twice does no harm",
            ) from e


def _read(chunks: Iterable[bytes], longest: int) -> bytes:
    body = b""
    for chunk in chunks:
        body += chunk
        if len(body) > longest:
            raise RelayError(
                f"the relay answers with more than {longest} bytes", hint="check its URL"
            )
    return body


class _Gate(httpcore.NetworkBackend):
    """Connects to one relay, through the proxy if there is one, and ends steps at a deadline."""

    def __init__(
        self, relay: tuple[str, int], proxy: Proxy | None, randomness: Randomness = SYSTEM
    ) -> None:
        self._relay, self._proxy, self._randomness = relay, proxy, randomness
        self._system = httpcore.SyncBackend()
        self._streams: list[httpcore.NetworkStream] = []
        self._deadline = 0.0

    def allow(self, seconds: float) -> None:
        """Set the deadline of the next request, in seconds from now."""
        self._deadline = time.monotonic() + seconds

    def left(self) -> float:
        """Return how many seconds the next step may take."""
        return max(0.001, min(STEP_SECONDS, self._deadline - time.monotonic()))

    def shut(self) -> None:
        """Close connections that httpcore left open, as after a proxy's refusal."""
        while self._streams:
            self._streams.pop().close()

    def check_proxy(self) -> None:
        """Greet the proxy, if there is one."""
        if self._proxy:
            self.allow(STEP_SECONDS)
            try:
                self._greet(self._proxy)
            finally:
                self.shut()

    def _greet(self, proxy: Proxy) -> httpcore.NetworkStream:
        """Connect to the proxy and sign in."""
        try:
            stream = self._open(proxy.host, proxy.port)
        except _FAILURES as e:
            raise proxy.refuses() from e
        try:
            proxy.greet(stream, self._randomness)
        except _FAILURES as e:
            raise proxy.fails("does not answer") from e
        return stream

    def _open(
        self, host: str, port: int, options: Iterable[httpcore.SOCKET_OPTION] | None = None
    ) -> httpcore.NetworkStream:
        stream = self._system.connect_tcp(host, port, self.left(), socket_options=options)
        self._streams.append(stream)
        return _Timed(stream, self)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002  # the deadline counts
        local_address: str | None = None,  # noqa: ARG002  # the system chooses it
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the relay."""
        if (host, port) != self._relay:
            raise httpcore.ConnectError("a connection would not lead to the relay")
        if self._proxy is None:
            return self._open(host, port, socket_options)
        stream = self._greet(self._proxy)
        self._proxy.connect(stream, host, port)
        return stream


class _Timed(httpcore.NetworkStream):
    """A stream whose steps end at the deadline, also those for which httpcore sets none."""

    def __init__(self, stream: httpcore.NetworkStream, gate: _Gate) -> None:
        self._stream, self._gate = stream, gate

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002  # the deadline counts
        """Read at most ``max_bytes`` bytes."""
        return self._stream.read(max_bytes, self._gate.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002  # the deadline counts
        """Write all of the buffer."""
        self._stream.write(buffer, self._gate.left())

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002  # the deadline counts
    ) -> httpcore.NetworkStream:
        """Return this stream under TLS."""
        stream = self._stream.start_tls(ssl_context, server_hostname, self._gate.left())
        return _Timed(stream, self._gate)

    def get_extra_info(self, info: str) -> Any:
        """Return httpcore's information about the socket."""
        return self._stream.get_extra_info(info)


# URLs.


def _relay_url(text: str, *, has_proxy: bool, allow_http: bool) -> SplitResult:
    url = _split(text, ("https", "http"), "a relay's URL is like https://relay.example")
    if "@" in url.netloc or url.query or url.fragment:
        raise UsageError(
            "a relay's URL has no user, query or fragment", hint="leave that part of it out"
        )
    host = url.hostname or ""
    is_onion = host.endswith(".onion")
    if is_onion and not has_proxy:
        raise UsageError(
            "an onion service can only be reached through Tor",
            hint="start Tor and add --proxy socks5h://127.0.0.1:9050",
        )
    if url.scheme == "http" and not (is_onion or allow_http or _is_loopback(host)):
        raise UsageError(
            "without https, everyone on the network path can read the requests",
            hint="use https or an onion service; add --allow-http if you control the network",
        )
    return url


def _proxy(text: str) -> Proxy:
    hint = "write socks5h://127.0.0.1:9050: with the h, the proxy looks names up"
    url = _split(text, ("socks5h",), hint)
    if url.port is None or url.path.strip("/") or url.query or url.fragment:
        raise UsageError("a proxy's URL has a host and a port", hint=hint)
    user, password = unquote(url.username or ""), unquote(url.password or "")
    if max(len(user.encode()), len(password.encode())) > _CREDENTIAL_LIMIT:
        raise UsageError("a proxy's user or password is too long", hint=hint)
    return Proxy(url.hostname or "", url.port, user, password)


def _tls_context(authorities: str) -> ssl.SSLContext:
    """Return a context that trusts these authorities.

    Not Python's default one, which writes the keys of connections to the file that the
    environment names. Python chooses ciphers and security level itself.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # What OpenSSL took from its configuration file is set once more.
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.maximum_version = ssl.TLSVersion.MAXIMUM_SUPPORTED
    context.verify_mode = ssl.CERT_REQUIRED
    context.options &= ~_UNSAFE
    context.load_verify_locations(authorities)
    return context


def _split(text: str, schemes: tuple[str, ...], hint: str) -> SplitResult:
    text = typed_line(text)
    try:
        url = urlsplit(text)
        _ = url.port
    except ValueError as e:
        raise UsageError(f"{text!r} is not a URL", hint=hint) from e
    if not text.isascii() or not text.isprintable() or " " in text:
        raise UsageError(f"{text!r} is not a URL", hint=hint)
    if url.scheme not in schemes or not url.hostname:
        raise UsageError(f"{text!r} does not begin with {schemes[0]}://", hint=hint)
    return url


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _port(url: SplitResult) -> int:
    return url.port or (443 if url.scheme == "https" else 80)
