"""Variables that people set for other programs: what is said of them before a relay is used."""

from itertools import product
from typing import Final

import pytest

from cosign_cli.shared.relay_environment import OPENSSL, PROXIES, RESOLVER
from tests.support.commands import SIGNING, Shop
from tests.support.wires import Wire

COMMANDS: Final = {
    "sign": ("sign letter.round --min-set 2 --yes --relay {}", "member-3"),
    "enrol": ("member enrol open.group --voucher UNKNOWN-VOUCHER --relay {}", "new"),
    "finish": ("member finish --relay {}", "early"),
    "check": (f"relay check {'00' * 32} --round letter.round --relay {{}}", None),
}
SILENT: Final = (
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"),
    *("SSLKEYLOGFILE", "NO_PROXY", "NETRC"),
)
"""Variables that change nothing and on which nobody relies to be hidden."""

NOWHERE: Final = "socks5h://127.0.0.1:1"


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for no relay."""
    monkeypatch.setattr("cosign.relay.client.client.PAUSES", ())


def notes(shop: Shop, name: str, env: dict[str, str], proxy: str) -> list[str]:
    """Return the warnings about the environment of a command that reaches for a relay."""
    line, home = COMMANDS[name]
    with Wire(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n") as relay:
        url = f"{relay.url} --proxy {proxy}" if proxy else relay.url
        done = shop.call(line.format(url), home, now=SIGNING, code=None, env=env)
        assert (done.code == 0) is False
        assert bool(relay.heard) == (not proxy)  # straight to it, whatever is set
    return [row for row in done.err.splitlines() if any(key in row for key in env)]


@pytest.mark.parametrize("proxy", ["", NOWHERE])
@pytest.mark.parametrize("variable", [*PROXIES, *OPENSSL, *RESOLVER, *SILENT])
def test_each_variable_is_told_where_it_matters(kept: Shop, variable: str, proxy: str) -> None:
    """Those of a resolver or a proxy do nothing once a proxy is named."""
    told = notes(kept, "check", {variable: "http://127.0.0.1:1"}, proxy)
    matters = variable in OPENSSL or (variable not in SILENT and not proxy)
    assert len(told) == matters
    if matters:
        assert told[0].startswith(f"warning: {variable} is set")
    assert notes(kept, "check", {variable: ""}, proxy) == []


@pytest.mark.parametrize(("name", "proxy"), list(product(COMMANDS, ("", NOWHERE))))
def test_every_command_with_a_relay_tells(shop: Shop, name: str, proxy: str) -> None:
    """Once, and several variables in one sentence."""
    env = {"ALL_PROXY": "x", "https_proxy": "y", "OPENSSL_CONF": "/dev/null", "LOCALDOMAIN": "z"}
    told = notes(shop, name, env, proxy)
    assert len(told) == (1 if proxy else 3)
    if not proxy:
        assert told[0] == (
            "warning: ALL_PROXY and https_proxy are set, but not used here: name your proxy with "
            "--proxy"
        )


def test_without_a_relay_nothing_is_told(kept: Shop) -> None:
    env = dict.fromkeys([*PROXIES, *OPENSSL, *RESOLVER], "x")
    assert "warning" not in kept.call("verify published.letter --group staff.group", env=env).err
