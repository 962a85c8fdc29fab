"""Values of options that sshd refuses; each row was tried with sshd 9.2."""

import pytest

from cosign.errors import MalformedError
from cosign.primitives.ssh.options import server_limits

TAKEN = {
    "from": [
        *(
            "127.0.0.1",
            "127.0.0.0/8",
            "0.0.0.0/0",
            "::/0",
            "!10.0.0.1,*",
            "*",
            "?*",
            "h*.example.org",
        ),
        *("999.0.0.1/8", "10.0.0.1/129", "10.0.0.0/8x", "10.0.0.1/255.0.0.0", "10.0.0.0/08"),
        *("010.0.0.0/7", "fe80::1%nope/64", "[::1]/64", "127.0.0.1;10.0.0.1", "10.0.0.1, 10.0.0.2"),
        *("a b,127.0.0.1", "10.0.0.0/99999999999999999999", "a" * 1025),
    ],
    "permitopen": [
        *(
            "h:1",
            "h:*",
            "*:*",
            "*:80",
            "[::1]:80",
            "[::1]/80",
            "h/80",
            ":80",
            "/80",
            "[]:80",
            "a[b:80",
        ),
        *("h: 80", "h:+80", "h:080", "h:ssh", "h:iso-tsap", " h:80", "a" * 1024 + ":1"),
        "h:" + "0" * 50 + "80",
    ],
    "permitlisten": ["80", "*", " 80", "+80", "ssh", "h:80", "*:80", ":80", "[::1]:80", "h:*"],
    "environment": ["A=b", "A=", "1A=c", "A=b=c", "_=x"],
    "tunnel": ["0", "00", "any", "ANY", " 5", "+5", "-0", "2147483645", "0" * 40 + "1"],
    "command": ["", "x"],
    "expiry-time": ["20301231", "203012312359", "20301231235961", "20301231Z", "99991231235961"],
}
REFUSED = {
    "from": [
        *("", ",", "!", "127.0.0.1,", ",127.0.0.1", "127.0.0.1,,10.0.0.1", "!,127.0.0.1"),
        *("127.0.0.1/8", "127.0.0.1/8,!*", "10.0.0.1/8,127.0.0.1", "127.0.0.1,0.0.0.1/0"),
        *("127.0.0.1/33", "127.0.0.1/33,127.0.0.1", "::1/64,127.0.0.1", "::ffff:10.0.0.1/96,*"),
        *("10.0.0.1/00000000008,127.0.0.1", "!127.0.0.1/8,*", "!10.0.0.1", "!a,!b", " 127.0.0.1"),
    ],
    "permitopen": [
        *("", "h", "80", "none", "any", "h:", "h:0", "h:-0", "h:-1", "h:65536", "h:**", "h:80 "),
        *("::1:80", "::1/80", "h:80,i:81", "h:80/tcp", "h:80:81", "[h:80", "[::1]80", "[::1]"),
        "a" * 1025 + ":1",
    ],
    "permitlisten": ["", "0", "65536", "h:0", "::1:80", "h/80", "[::1]", "[80", "80 "],
    "environment": ["", "=b", "A", "A-B=c", "A B=c", "\u00c4=c"],
    "tunnel": ["", "x", "-1", "1 ", "0x10", "0:1", "point-to-point", "2147483646", "2147483648"],
    "expiry-time": ["", "0", "always", "20301301", " 20301231", "20301231+01"],
}


def rows(table: dict[str, list[str]]) -> list[str]:
    """Return each option with each of its values."""
    return [f'{name}="{value}"' for name, values in table.items() for value in values]


@pytest.mark.parametrize("option", rows(TAKEN))
def test_values_that_sshd_takes(option: str) -> None:
    """Alone, among others, and in capitals."""
    name, _, value = option.partition("=")
    for options in (option, f"no-pty,{option},pty", f"{name.upper()}={value}"):
        server_limits(options)


@pytest.mark.parametrize("option", rows(REFUSED))
def test_values_that_sshd_refuses(option: str) -> None:
    """The message names the option."""
    for options in (option, f"no-pty,{option},pty"):
        with pytest.raises(MalformedError, match=f"option {option.partition('=')[0]} "):
            server_limits(options)


def test_a_network_is_named_as_sshd_wants_it() -> None:
    with pytest.raises(MalformedError, match=r"if the network is meant, it is 192\.168\.1\.0/24"):
        server_limits('from="192.168.1.7/24"')
