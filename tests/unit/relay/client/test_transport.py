"""The way to a relay: what leaves this machine, where to, and what comes back."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import httpcore
import pytest

from cosign.errors import RelayError, UnreachableError, UsageError
from cosign.relay.client.client import PAUSES, RelayClient
from cosign.relay.client.socks import ProxyError
from cosign.relay.client.transport import Answer, Transport, _Gate
from tests.support import socks
from tests.support.certificates import make_certificate
from tests.support.witness import WITNESS

OK: Final = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
ONION: Final = "abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrstuvwx.onion"


class Wire:
    """A TCP listener that answers every connection with the same bytes.

    Attributes:
        port: where.
        heard: what came, a connection each.
    """

    def __init__(self, answer: bytes, tls: Path | None) -> None:
        self._answer, self._tls = answer, None
        if tls:
            self._tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            self._tls.load_cert_chain(tls)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.heard: list[bytes] = []
        self._thread = threading.Thread(target=self._work)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where, as a relay."""
        return f"http://127.0.0.1:{self.port}"

    def end(self) -> None:
        """Stop listening."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(30)

    def _work(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                line, _ = self._listener.accept()
                with line, contextlib.suppress(ssl.SSLError):
                    self._hear(self._tls.wrap_socket(line, server_side=True) if self._tls else line)

    def _hear(self, line: socket.socket) -> None:
        with line, line.makefile("rb") as stream:
            rows = list(iter(stream.readline, b"\r\n"))
            lengths = [int(row.split(b":")[1]) for row in rows if row.startswith(b"Content-Length")]
            self.heard.append(b"".join(rows) + b"\r\n" + stream.read(sum(lengths)))
            line.sendall(self._answer)


@contextlib.contextmanager
def wire(answer: bytes = OK, tls: Path | None = None) -> Iterator[Wire]:
    """Run a listener as long as the block."""
    listener = Wire(answer, tls)
    try:
        yield listener
    finally:
        listener.end()


def ask(url: str, **options: Any) -> Answer:
    """Send a request with a header and a body."""
    with Transport(url, **options) as transport:
        return transport.ask("POST", "/v1/x?after=00", {"Cosign-Stamp": "ab"}, b"body", 100)


def test_what_a_request_looks_like() -> None:
    """Byte for byte: no version, no language, no platform, nothing that was not asked for."""
    with wire() as listener:
        assert ask(f"{listener.url}/path/") == Answer(200, b"hi")
        with Transport(listener.url) as transport:
            transport.ask("GET", "/v1/x", {}, None, 100)
    host = f"Host: 127.0.0.1:{listener.port}\r\n".encode()
    assert listener.heard == [
        b"POST /path/v1/x?after=00 HTTP/1.1\r\n"
        + host
        + b"Content-Length: 4\r\nCosign-Stamp: ab\r\n\r\nbody",
        b"GET /v1/x HTTP/1.1\r\n" + host + b"\r\n",
    ]


def test_the_environment_has_no_say(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither proxies of the environment nor a .netrc change where a request goes."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password word\n")
    for name in (
        "http_proxy",
        "https_proxy",
        "all_proxy",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
    ):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.setenv("NETRC", str(netrc))
    with wire() as listener:
        assert ask(listener.url).status == 200
    assert b"uthorization" not in listener.heard[0]


def test_a_redirect_is_not_followed() -> None:
    """Who is sent elsewhere stays: the answer is handed out as it is."""
    with wire() as elsewhere:
        location = f"Location: {elsewhere.url}/\r\nSet-Cookie: a=b\r\n".encode()
        moved = b"HTTP/1.1 307 Moved\r\n" + location + b"Content-Length: 0\r\n\r\n"
        with wire(moved) as listener, Transport(listener.url) as transport:
            for _ in range(2):
                assert transport.ask("GET", "/", {}, None, 10) == Answer(307, b"")
        assert elsewhere.heard == []
    assert b"ookie" not in b"".join(listener.heard)


def test_an_answer_has_a_longest_length() -> None:
    """What goes on for longer than was asked for is dropped."""
    endless = (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"64\r\n" + b"x" * 100 + b"\r\n"
    )
    for answer in (
        endless + b"1\r\nx\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n" + b"x" * 101,
    ):
        with (
            wire(answer) as listener,
            pytest.raises(RelayError, match="more than 100 bytes") as caught,
        ):
            ask(listener.url)
        assert caught.type is RelayError


def test_an_answer_is_not_unpacked() -> None:
    """Compressed answers are not asked for, and bombs do not go off."""
    packed = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\x1f\x8b"
    with wire(packed) as listener:
        assert ask(listener.url).body == b"\x1f\x8b"


@pytest.mark.parametrize(
    "answer",
    [b"", b"SSH-2.0-x\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi", b"\x15\x03\x01"],
)
def test_a_broken_answer_is_none(answer: bytes) -> None:
    """An answer that ends early, or is no HTTP, counts as no answer."""
    with wire(answer) as listener, pytest.raises(UnreachableError, match="cannot be reached"):
        ask(listener.url)


def test_nobody_listens() -> None:
    """Where nobody answers, that is said."""
    with wire() as listener:
        url = listener.url
    with pytest.raises(UnreachableError, match="cannot be reached"):
        ask(url)


@pytest.mark.parametrize("when", ["silent", "dripping"])
def test_nobody_is_waited_for_forever(when: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relay that says nothing, or one byte now and then, is given up."""
    monkeypatch.setattr("cosign.relay.client.transport.REQUEST_SECONDS", 0.3)
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            line, _ = listener.accept()
            with line, contextlib.suppress(OSError):
                while not stop.wait(0.05):
                    line.sendall(b"H" if when == "dripping" else b"")

        thread = threading.Thread(target=serve)
        thread.start()
        with pytest.raises(UnreachableError, match="cannot be reached"):
            ask(f"http://127.0.0.1:{listener.getsockname()[1]}")
        stop.set()
        thread.join(30)


# Proxies.


def place_of(proxy: str) -> tuple[str, int]:
    """Return where a proxy listens."""
    return "127.0.0.1", int(proxy.rpartition(":")[2])


def test_the_proxy_gets_the_name() -> None:
    """A relay's name goes to the proxy as a name; nothing else is looked up or reached."""
    with wire() as listener, socks.detour(listener.port) as proxy, WITNESS.watch() as seen:
        assert ask("http://relay.example:8000", proxy=proxy.url, allow_http=True).status == 200
        assert ask(f"http://{ONION}", proxy=proxy.url).status == 200
    assert proxy.asked == [(3, b"relay.example", 8000), (3, ONION.encode(), 80)]
    assert b"\r\nHost: relay.example:8000\r\n" in listener.heard[0]
    assert seen == {"127.0.0.1", place_of(proxy.url)}


@socks.needed
def test_a_real_proxy_gets_the_name() -> None:
    """The same with a SOCKS server that others use: it is told the name, and looks it up."""
    with wire() as listener, socks.microsocks() as proxy, WITNESS.watch() as seen:
        url = f"http://localhost:{listener.port}"
        assert ask(url, proxy=proxy.url) == Answer(200, b"hi")
        assert proxy.asked_for() == [f"localhost:{listener.port}"]
        assert "localhost" not in seen
        assert place_of(url) not in seen


def test_nothing_is_asked_elsewhere() -> None:
    """Whatever the libraries above may try, a connection to another place is refused."""
    with pytest.raises(httpcore.ConnectError, match="would not lead to the relay"):
        _Gate(("127.0.0.1", 9050), None).connect_tcp("127.0.0.1", 9051)


def test_connections_have_users_of_their_own() -> None:
    """By user and password Tor keeps connections on different circuits."""
    with wire() as listener, socks.detour(listener.port) as proxy:
        for _ in range(2):
            with Transport(f"http://{ONION}", proxy=proxy.url) as transport:
                for _ in range(2):  # the listener answers one request on each connection
                    transport.ask("GET", "/v1/x", {}, None, 100)
        named = proxy.url.replace("//", "//a%40b:c@")
        ask(f"http://{ONION}", proxy=named)
    *random, last = proxy.signed_in
    assert last == (b"a@b", b"c")
    assert len(set(random)) == len({user for user, _ in random}) == 4
    assert all(len(user) == len(password) == 32 for user, password in random)


def test_a_proxy_without_passwords_serves() -> None:
    with wire() as listener, socks.detour(listener.port, passwords=False) as proxy:
        assert ask(f"http://{ONION}", proxy=proxy.url).status == 200
    assert proxy.signed_in == []


@pytest.mark.parametrize(
    ("relay", "asked"),
    [
        ("http://127.0.0.9:81", socks.Asked(1, bytes([127, 0, 0, 9]), 81)),
        ("http://[::1]:82", socks.Asked(4, bytes(15) + b"\1", 82)),
        ("http://localhost:83", socks.Asked(3, b"localhost", 83)),
    ],
)
def test_the_proxy_is_asked_for_the_relay(relay: str, asked: socks.Asked) -> None:
    """Addresses as addresses, names as names (RFC 1928, section 5)."""
    with wire() as listener, socks.detour(listener.port) as proxy:
        assert ask(relay, proxy=proxy.url).status == 200
    assert proxy.asked == [asked]


def test_a_dead_proxy_is_not_gone_around() -> None:
    """Where no proxy listens, that is said, and the relay is not asked, though it could be."""
    with wire() as dead:
        proxy = dead.url.replace("http", "socks5h")
    with wire() as listener:
        for act in (_ask_through, _greet):
            with pytest.raises(ProxyError) as caught:
                act(listener.url, proxy)
            place = proxy.removeprefix("socks5h://")
            assert caught.value.message == f"the proxy at {place} refuses: is Tor running?"
            assert "Tor Browser on 9150" in str(caught.value.hint)
        assert listener.heard == []


def _ask_through(url: str, proxy: str) -> None:
    ask(url, proxy=proxy)


def _greet(url: str, proxy: str) -> None:
    with Transport(url, proxy=proxy) as transport:
        transport.check_proxy()


OF_THE_PROXY: Final = {
    "nothing": (b"", "ends the connection at once"),
    "another protocol": (OK, "does not speak SOCKS5"),
    "an older version": (b"\x04\x5b", "does not speak SOCKS5"),
    "no method": (b"\x05\xff", "wants another way of signing in"),
    "a way that was not offered": (b"\x05\x01", "wants another way of signing in"),
    "a wrong password": (b"\x05\x02" + b"\x01\x01", "does not accept the user"),
    "the end of signing in": (b"\x05\x02" + b"\x01", "ends the connection at once"),
    "another version later": (b"\x05\x00" + b"\x04\x00\x00\x01", "does not speak SOCKS5"),
    "a reply that does not exist": (b"\x05\x00" + b"\x05\x09\x00\x01", "does not speak SOCKS5"),
    "nonsense": (b"\x05\x00" + b"\xff" * 20, "does not speak SOCKS5"),
}
OF_THE_RELAY: Final = {
    **{
        f"reply {number}": (b"\x05\x00" + bytes([5, number, 0, 1]) + bytes(6), "the proxy says")
        for number in range(1, 9)
    },
    "the end, once it was asked": (b"\x05\x00" + b"\x05", "the proxy ended the connection"),
}


@contextlib.contextmanager
def answering(raw: bytes) -> Iterator[tuple[str, list[int]]]:
    """Run a proxy that answers so to everything; yield its URL and how often it was reached."""
    reached: list[int] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    line, _ = listener.accept()
                    reached.append(1)
                    with line, contextlib.suppress(OSError):
                        for part in (raw[:2], raw[2:]):
                            line.recv(100)
                            line.sendall(part)
                            if not part:
                                break

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"socks5h://127.0.0.1:{listener.getsockname()[1]}", reached
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(30)


@pytest.mark.parametrize("name", OF_THE_PROXY)
def test_a_proxy_that_does_not_do_its_part_is_named(name: str) -> None:
    """Nothing goes another way, and asking it again is of no use."""
    raw, message = OF_THE_PROXY[name]
    pauses: list[float] = []
    with answering(raw) as (proxy, reached), wire() as target, WITNESS.watch() as seen:
        with Transport(target.url, proxy=proxy) as transport:
            client = RelayClient(transport, pauses.append)
            with pytest.raises(ProxyError, match=message) as caught:
                client.ask("GET", "/", {}, None, longest=9)
        assert caught.value.message.startswith(f"the proxy at {proxy.removeprefix('socks5h://')} ")
        assert target.heard == []
    assert seen == {"127.0.0.1", place_of(proxy)}
    assert (pauses, len(reached)) == ([], 1)


@pytest.mark.parametrize("name", OF_THE_RELAY)
def test_a_relay_that_the_proxy_cannot_reach_is_asked_again(name: str) -> None:
    """The proxy works; the relay, or the way to it, may be there in a moment."""
    raw, message = OF_THE_RELAY[name]
    pauses: list[float] = []
    with answering(raw) as (proxy, reached), wire() as target, WITNESS.watch() as seen:
        with Transport(target.url, proxy=proxy) as transport:
            client = RelayClient(transport, pauses.append)
            with pytest.raises(UnreachableError, match=f"cannot be reached: {message}") as caught:
                client.ask("GET", "/", {}, None, longest=9)
            transport.check_proxy()
        assert caught.type is UnreachableError
        assert target.heard == []
    assert seen == {"127.0.0.1", place_of(proxy)}
    assert pauses == list(PAUSES)
    assert len(reached) == len(PAUSES) + 2


def test_a_silent_proxy_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy that accepts and says nothing is not waited for without end."""
    monkeypatch.setattr("cosign.relay.client.transport.STEP_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        proxy = f"socks5h://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(ProxyError, match="does not answer"):
            ask(f"http://{ONION}", proxy=proxy)


# TLS.


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for localhost that nobody vouches for, with its key."""
    path = tmp_path / "pem"
    path.write_bytes(make_certificate())
    return path


@pytest.mark.parametrize("way", ["straight", "by proxy"])
def test_a_certificate_is_checked(
    certificate: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """Only an authority of the web vouches for a relay; not one that this machine was given."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with wire(tls=certificate) as listener, socks.detour(listener.port) as detour:
        proxy = detour.url if way == "by proxy" else ""
        url = f"https://localhost:{listener.port}"
        assert ask(url, proxy=proxy, authorities=str(certificate)).status == 200
        with pytest.raises(UnreachableError, match="certificate verify failed"):
            ask(url, proxy=proxy)
        with pytest.raises(UnreachableError, match="certificate verify failed"):
            ask(url.replace("localhost", "127.0.0.1"), proxy=proxy, authorities=str(certificate))
    assert len(listener.heard) == 1


def test_keys_of_connections_are_written_nowhere(
    certificate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With SSLKEYLOGFILE, programs let others decrypt what they send; this one does not."""
    log = tmp_path / "keys"
    with wire(tls=certificate) as listener:
        monkeypatch.setenv("SSLKEYLOGFILE", str(log))  # after the listener read it
        assert ssl.create_default_context().keylog_filename == str(log)
        log.unlink()
        url = f"https://localhost:{listener.port}"
        assert ask(url, authorities=str(certificate)).status == 200
    assert not log.exists()


# URLs.


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("", "does not begin with https"),
        ("relay.example", "does not begin with https"),
        ("ftp://relay.example", "does not begin with https"),
        ("file:///etc/passwd", "does not begin with https"),
        ("https://", "does not begin with https"),
        ("https://relay.example:port", "is not a URL"),
        ("https://relay.example:99999", "is not a URL"),
        ("https://[::1", "is not a URL"),
        ("https://relay example", "is not a URL"),
        ("https://relay.example/\r\nX: y", "is not a URL"),
        ("https://relé.example", "is not a URL"),
        ("https://me@relay.example", "has no user"),
        ("https://:word@relay.example", "has no user"),
        ("https://relay.example/?a=b", "has no user, query or fragment"),
        ("https://relay.example/#a", "has no user, query or fragment"),
        ("http://relay.example", "without https, everyone"),
        ("http://127.0.0.1.relay.example", "without https, everyone"),
        ("http://192.168.0.1", "without https, everyone"),
        ("http://localhost.relay.example", "without https, everyone"),
        ("http://onion.relay.example", "without https, everyone"),
        (f"http://{ONION}", "reached through Tor"),
        (f"https://{ONION}", "reached through Tor"),
        (f"http://{ONION.upper()}", "reached through Tor"),
    ],
)
def test_urls_that_are_refused(url: str, message: str) -> None:
    """A URL that means nothing, or leads through the open, is refused before anything is sent."""
    with WITNESS.watch() as seen, pytest.raises(UsageError, match=message):
        Transport(url)
    assert not seen


@pytest.mark.parametrize(
    "url",
    ["https://relay.example", "https://relay.example:8443/a/b", "http://127.9.9.9", "http://[::1]:80",
     "http://localhost:8000"],
)  # fmt: skip
def test_urls_that_are_taken(url: str) -> None:
    """With TLS anywhere, without it on this machine; making a way sends nothing."""
    with WITNESS.watch() as seen, Transport(url), Transport(url, proxy="socks5h://127.0.0.1:9050"):
        pass
    with Transport("http://relay.example", allow_http=True):
        pass
    assert not seen


@pytest.mark.parametrize(
    "proxy",
    [
        "socks5://127.0.0.1:9050",
        "socks4a://127.0.0.1:9050",
        "http://127.0.0.1:8080",
        "127.0.0.1:9050",
        "socks5h://127.0.0.1",
        "socks5h://:9050",
        "socks5h://127.0.0.1:9050/x",
        "socks5h://127.0.0.1:9050?x",
    ],
)
def test_proxies_that_are_refused(proxy: str) -> None:
    """A proxy is one that looks names up itself, and nothing else."""
    with pytest.raises(UsageError):
        Transport("https://relay.example", proxy=proxy)
