"""The way to a relay: what leaves this machine, where to, and what comes back."""

import contextlib
import json
import os
import socket
import ssl
import subprocess
import sys
import threading
from pathlib import Path
from typing import Final

import pytest

from cosign.errors import RelayError, UnreachableError, UsageError
from cosign.relay.client.transport import Answer, Transport
from tests.support import socks
from tests.support.certificates import make_certificate
from tests.support.wires import ONION, Wire, ask
from tests.support.witness import WITNESS


def test_what_a_request_looks_like() -> None:
    """Byte for byte: no version, no language, no platform, nothing that was not asked for."""
    with Wire() as listener:
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
    with Wire() as listener:
        assert ask(listener.url).status == 200
    assert b"uthorization" not in listener.heard[0]


def test_a_redirect_is_not_followed() -> None:
    """Who is sent elsewhere stays: the answer is handed out as it is."""
    with Wire() as elsewhere:
        location = f"Location: {elsewhere.url}/\r\nSet-Cookie: a=b\r\n".encode()
        # The listener closes each connection; unless it says so, the second request can meet that.
        ending = b"Connection: close\r\nContent-Length: 0\r\n\r\n"
        moved = b"HTTP/1.1 307 Moved\r\n" + location + ending
        with Wire(moved) as listener, Transport(listener.url) as transport:
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
            Wire(answer) as listener,
            pytest.raises(RelayError, match="more than 100 bytes") as caught,
        ):
            ask(listener.url)
        assert caught.type is RelayError


def test_an_answer_is_not_unpacked() -> None:
    """Compressed answers are not asked for, and bombs do not go off."""
    packed = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\x1f\x8b"
    with Wire(packed) as listener:
        assert ask(listener.url).body == b"\x1f\x8b"


@pytest.mark.parametrize(
    "answer",
    [b"", b"SSH-2.0-x\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi", b"\x15\x03\x01"],
)
def test_a_broken_answer_is_none(answer: bytes) -> None:
    """An answer that ends early, or is no HTTP, counts as no answer."""
    with Wire(answer) as listener, pytest.raises(UnreachableError, match="cannot be reached"):
        ask(listener.url)


def test_nobody_listens() -> None:
    """Where nobody answers, that is said."""
    with Wire() as listener:
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
    with Wire(tls=certificate) as listener, socks.Detour(listener.port) as detour:
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
    with Wire(tls=certificate) as listener:
        monkeypatch.setenv("SSLKEYLOGFILE", str(log))  # after the listener read it
        assert ssl.create_default_context().keylog_filename == str(log)
        log.unlink()
        url = f"https://localhost:{listener.port}"
        assert ask(url, authorities=str(certificate)).status == 200
    assert not log.exists()


_DESCRIBE: Final = """
import certifi, json
from cosign.relay.client.transport import _tls_context
context = _tls_context(certifi.where())
ciphers = [cipher["name"] for cipher in context.get_ciphers()]
print(json.dumps([
    context.minimum_version, context.maximum_version, context.verify_mode, context.check_hostname,
    context.security_level, context.options, len(context.get_ca_certs()), context.verify_flags,
    context.keylog_filename, ciphers,
]))
"""
WEAK: Final = {
    "versions": ["MinProtocol = TLSv1", "MaxProtocol = TLSv1.2"],
    "ciphers": ["CipherString = ALL:eNULL:aNULL@SECLEVEL=0"],
    "no check": ["VerifyMode = None"],
    "renegotiation": ["Options = UnsafeLegacyRenegotiation,UnsafeLegacyServerConnect"],
}


@pytest.mark.parametrize("name", WEAK)
def test_a_configuration_of_openssl_does_not_weaken_tls(tmp_path: Path, name: str) -> None:
    """Whatever OPENSSL_CONF says, and whichever certificates other variables name."""
    sections = "openssl_conf=i\n[i]\nssl_conf=s\n[s]\nsystem_default=w\n[w]\n"
    (tmp_path / "weak.cnf").write_text(sections + "\n".join(WEAK[name]) + "\n")
    (tmp_path / "empty.pem").write_text("")
    weak = {
        "OPENSSL_CONF": str(tmp_path / "weak.cnf"),
        "SSL_CERT_FILE": str(tmp_path / "empty.pem"),
        "SSL_CERT_DIR": str(tmp_path),
        "REQUESTS_CA_BUNDLE": str(tmp_path / "empty.pem"),
        "CURL_CA_BUNDLE": str(tmp_path / "empty.pem"),
    }
    plain, weakened = (
        subprocess.run(
            [sys.executable, "-c", _DESCRIBE],
            env={**os.environ, **more},
            capture_output=True,
            check=True,
        ).stdout
        for more in ({}, weak)
    )
    assert json.loads(weakened) == json.loads(plain)


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


@pytest.mark.parametrize("who", [f"{'u' * 256}:p", f"u:{'p' * 256}"], ids=["user", "password"])
def test_a_proxy_takes_short_credentials(who: str) -> None:
    """One byte counts the length of each (RFC 1929)."""
    with pytest.raises(UsageError, match="user or password is too long"):
        Transport("http://127.0.0.1:1", proxy=f"socks5h://{who}@127.0.0.1:9050")
