"""The configuration of nginx in docs/relay.md works, and writes nothing to nginx's disk."""

import contextlib
import os
import re
import shutil
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from cosign.relay.client.client import RelayClient
from cosign.relay.client.transport import Transport
from cosign.relay.shelves import ENVELOPES, OPENINGS
from tests.support import relays
from tests.support.certificates import make_certificate
from tests.support.daemons import daemon, free_port
from tests.support.places import ROOT
from tests.support.posts import HOLDER, Request
from tests.support.relays import CAPABILITY, TODAY, TOKEN, Hosted
from tests.support.world import World

_PROGRAM: Final = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")

pytestmark = pytest.mark.skipif(
    _PROGRAM is None,
    reason="nginx is not installed: tests of a relay behind it are left out",
)

LIMIT: Final = 16
"""Connections of one address, as the document says."""

_AROUND: Final = """
daemon off;
pid {folder}/pid;
error_log stderr emerg;
events {{}}
http {{
    client_body_temp_path {folder}/bodies;
    proxy_temp_path {folder}/answers;
    fastcgi_temp_path {folder}/other;
    uwsgi_temp_path {folder}/other;
    scgi_temp_path {folder}/other;
    {sample}
}}
"""


class Proxied(NamedTuple):
    """A relay behind nginx.

    Attributes:
        host: the relay.
        folder: of nginx's files.
        port: on which nginx listens, with TLS.
        certificate: of localhost, in PEM.
    """

    host: Hosted
    folder: Path
    port: int
    certificate: Path

    @contextlib.contextmanager
    def client(self) -> Iterator[RelayClient]:
        """Provide a client that trusts the certificate."""
        url, authorities = f"https://localhost:{self.port}", str(self.certificate)
        with Transport(url, authorities=authorities) as transport:
            yield RelayClient(transport, pause=lambda _seconds: None)

    def on_disk(self) -> int:
        """Return how many bytes nginx has in its temporary folders."""
        return sum(
            path.stat().st_size
            for name in ("bodies", "answers")
            for path in (self.folder / name).rglob("*")
            if path.is_file()
        )


def sample(port: int, relay: int, certificate: Path) -> str:
    """Return the document's configuration, with places of this test."""
    text = (ROOT / "docs/relay.md").read_text("utf-8")
    [found] = re.findall(r"With nginx, without logs:\n\n```text\n(.*?)```", text, re.DOTALL)
    for old, new in (
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        ("server 127.0.0.1:8463", f"server 127.0.0.1:{relay}"),
        ("/etc/ssl/relay.pem", str(certificate)),
        ("/etc/ssl/relay.key", str(certificate)),
    ):
        assert old in found
        found = found.replace(old, new)
    return str(found)


@pytest.fixture
def proxied(tmp_path: Path, village: World) -> Iterator[Proxied]:
    """A relay behind nginx, configured as the document says."""
    certificate = tmp_path / "pem"
    certificate.write_bytes(make_certificate())
    port = free_port()
    box = relays.box_of_round(village)
    with relays.hosting(f"sqlite:///{tmp_path}/relay.sqlite", box) as host:
        inside = sample(port, host.port, certificate)
        settings = tmp_path / "nginx.conf"
        settings.write_text(_AROUND.format(folder=tmp_path, sample=inside))
        assert _PROGRAM
        if os.getuid() == 0:  # its workers run as another user
            tmp_path.chmod(0o755)
        command = [_PROGRAM, "-p", str(tmp_path), "-c", str(settings), "-e", "stderr"]
        with daemon(command, port):
            yield Proxied(host, tmp_path, port, certificate)


def test_a_round_goes_through_the_proxy(proxied: Proxied, village: World) -> None:
    """Envelopes, large openings and lists; nothing waits on the proxy's disk."""
    box = relays.box_of_round(village)
    large = relays.large_opening(village, 2**21)
    with proxied.client() as client:
        client.register(box, TOKEN)
        posted = [
            client.shelf(box.terms, ENVELOPES).post(relays.lookalike(village)) for _ in range(20)
        ]
        opening_id = client.shelf(box.terms, OPENINGS, CAPABILITY).post(large)
        assert client.shelf(box.terms, OPENINGS).fetch(opening_id) == large
        found = list(client.shelf(box.terms, ENVELOPES, CAPABILITY).read(TODAY))
    assert len(found) == len(posted)
    assert proxied.on_disk() == 0


def test_a_body_that_does_not_end_is_not_on_the_proxys_disk(
    proxied: Proxied, village: World
) -> None:
    """An opening under way goes to the relay; an answer that is not taken stays there."""
    raw = relays.large_opening(village, 2**22)
    address = relays.box_of_round(village).terms.address.hex()
    request = Request("POST", f"/v1/mailboxes/{address}/openings")
    request = request.having("Authorization", HOLDER).holding(raw)
    context = relays.trusting(proxied.certificate)
    with contextlib.ExitStack() as stack:
        line = stack.enter_context(socket.create_connection(("127.0.0.1", proxied.port), 30))
        line = stack.enter_context(context.wrap_socket(line, server_hostname="localhost"))
        line.sendall(request.head() + raw[:-1])
        assert proxied.on_disk() == 0
        line.sendall(raw[-1:])
        assert line.recv(12) == b"HTTP/1.1 201"
        page = Request("GET", request.path).having(
            "Authorization", dict(request.headers)["Authorization"]
        )
        line.recv(10_000)
        line.sendall(page.head())
        assert line.recv(12) == b"HTTP/1.1 200"
        time.sleep(0.2)
        assert proxied.on_disk() == 0


def test_one_address_has_few_connections(proxied: Proxied) -> None:
    """Beyond the limit the proxy refuses, and the relay sees nothing of it."""
    context = relays.trusting(proxied.certificate)
    with contextlib.ExitStack() as stack:
        answers = []
        for _ in range(LIMIT + 4):
            line = stack.enter_context(socket.create_connection(("127.0.0.1", proxied.port), 30))
            line = stack.enter_context(context.wrap_socket(line, server_hostname="localhost"))
            # Each holds a request that is under way: a body that does not end.
            head = Request("POST", "/v1/mailboxes").having("Content-Length", "300").head()
            line.sendall(head)
            line.settimeout(0.3)
            try:
                answers.append(line.recv(12))
            except TimeoutError:
                answers.append(b"")
        assert answers.count(b"") == LIMIT
        assert set(answers) == {b"", b"HTTP/1.1 503"}
        assert proxied.host.connections <= 1
