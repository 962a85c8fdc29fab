"""The way to a relay through a proxy: what it is told, and whose fault a failure is."""

import socket
from typing import Final

import httpcore
import pytest

from cosign.errors import UnreachableError
from cosign.relay.client.client import PAUSES, RelayClient
from cosign.relay.client.socks import ProxyError
from cosign.relay.client.transport import Answer, Transport, _Gate
from tests.support import socks
from tests.support.listener import Listener
from tests.support.wires import OK, ONION, Wire, ask
from tests.support.witness import WITNESS


def place_of(proxy: str) -> tuple[str, int]:
    """Return where a proxy listens."""
    return "127.0.0.1", int(proxy.rpartition(":")[2])


def test_the_proxy_gets_the_name() -> None:
    """A relay's name goes to the proxy as a name; nothing else is looked up or reached."""
    with Wire() as listener, socks.Detour(listener.port) as proxy, WITNESS.watch() as seen:
        assert ask("http://relay.example:8000", proxy=proxy.url, allow_http=True).status == 200
        assert ask(f"http://{ONION}", proxy=proxy.url).status == 200
    assert proxy.asked == [(3, b"relay.example", 8000), (3, ONION.encode(), 80)]
    assert b"\r\nHost: relay.example:8000\r\n" in listener.heard[0]
    assert seen == {"127.0.0.1", place_of(proxy.url)}


@socks.needed
def test_a_real_proxy_gets_the_name() -> None:
    """The same with a SOCKS server that others use: it is told the name, and looks it up."""
    with Wire() as listener, socks.microsocks() as proxy, WITNESS.watch() as seen:
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
    with Wire() as listener, socks.Detour(listener.port) as proxy:
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
    with Wire() as listener, socks.Detour(listener.port, passwords=False) as proxy:
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
    with Wire() as listener, socks.Detour(listener.port) as proxy:
        assert ask(relay, proxy=proxy.url).status == 200
    assert proxy.asked == [asked]


def test_a_dead_proxy_is_not_gone_around() -> None:
    """Where no proxy listens, that is said, and the relay is not asked, though it could be."""
    with Wire() as dead:
        proxy = dead.url.replace("http", "socks5h")
    with Wire() as listener:
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


class Answering(Listener):
    """A proxy that answers so to everything, in two parts.

    Attributes:
        reached: how often it was reached.
    """

    def __init__(self, raw: bytes) -> None:
        super().__init__()
        self._raw = raw
        self.url = f"socks5h://127.0.0.1:{self.port}"
        self.reached = 0

    def serve(self, line: socket.socket) -> None:
        """See :class:`~tests.support.listener.Listener`."""
        self.reached += 1
        for part in (self._raw[:2], self._raw[2:]):
            line.recv(100)
            line.sendall(part)
            if not part:
                break


@pytest.mark.parametrize("name", OF_THE_PROXY)
def test_a_proxy_that_does_not_do_its_part_is_named(name: str) -> None:
    """Nothing goes another way, and asking it again is of no use."""
    raw, message = OF_THE_PROXY[name]
    pauses: list[float] = []
    with Answering(raw) as proxy, Wire() as target, WITNESS.watch() as seen:
        with Transport(target.url, proxy=proxy.url) as transport:
            client = RelayClient(transport, pauses.append)
            with pytest.raises(ProxyError, match=message) as caught:
                client.ask("GET", "/", {}, None, longest=9)
        assert caught.value.message.startswith(f"the proxy at 127.0.0.1:{proxy.port} ")
        assert target.heard == []
    assert seen == {"127.0.0.1", place_of(proxy.url)}
    assert (pauses, proxy.reached) == ([], 1)


@pytest.mark.parametrize("name", OF_THE_RELAY)
def test_a_relay_that_the_proxy_cannot_reach_is_asked_again(name: str) -> None:
    """The proxy works; the relay, or the way to it, may be there in a moment."""
    raw, message = OF_THE_RELAY[name]
    pauses: list[float] = []
    with Answering(raw) as proxy, Wire() as target, WITNESS.watch() as seen:
        with Transport(target.url, proxy=proxy.url) as transport:
            client = RelayClient(transport, pauses.append)
            with pytest.raises(UnreachableError, match=f"cannot be reached: {message}") as caught:
                client.ask("GET", "/", {}, None, longest=9)
            transport.check_proxy()
        assert caught.type is UnreachableError
        assert target.heard == []
    assert seen == {"127.0.0.1", place_of(proxy.url)}
    assert pauses == list(PAUSES)
    assert proxy.reached == len(PAUSES) + 2


def test_a_silent_proxy_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy that accepts and says nothing is not waited for without end."""
    monkeypatch.setattr("cosign.relay.client.transport.STEP_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        proxy = f"socks5h://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(ProxyError, match="does not answer"):
            ask(f"http://{ONION}", proxy=proxy)
