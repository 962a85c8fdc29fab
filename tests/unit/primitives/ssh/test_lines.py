"""Reading lines of authorized_keys and allowed_signers."""

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosign.errors import MalformedError
from cosign.primitives.ssh.lines import ED25519, read_public_lines
from cosign.primitives.ssh.options import AUTHORITY, NO_LIMITS
from tests.support import ssh

KEY = ssh.key_file()
LINE = ssh.line(ssh.blob_of(KEY))
RAW = ssh.public_key(KEY)


def test_a_line_of_ssh_keygen_gives_the_key_and_no_name() -> None:
    """The comment is free text: often of a machine, often the same for many people."""
    line = ssh.read_one(ssh.public_line(KEY))
    assert (line.names, line.key_type, line.key) == ((), ED25519, RAW)
    assert line.blob == ""
    assert line.limits == NO_LIMITS


@pytest.mark.parametrize(
    ("line", "key_type"),
    [
        (ssh.public_line(ssh.key_file("rsa")), "ssh-rsa"),
        (ssh.public_line(ssh.key_file("ecdsa")), "ecdsa-sha2-nistp256"),
        (ssh.security_key_line(), "sk-ssh-ed25519@openssh.com"),
        (ssh.certificate_line(), "ssh-ed25519-cert-v01@openssh.com"),
        (f"cert-authority {LINE}", AUTHORITY),
        (f'restrict,Cert-Authority,principals="x" {LINE}', AUTHORITY),
        (f"*@example.org cert-authority {LINE}", AUTHORITY),
    ],
)
def test_other_types_keep_their_name_and_have_no_key(line: str, key_type: str) -> None:
    """So that keys that are left out can be counted by reason."""
    found = ssh.read_one(line)
    assert (found.key_type, found.key) == (key_type, None)


def test_an_authority_is_nobodys_key() -> None:
    """Who is listed for it is many people, whom it must not join."""
    assert ssh.read_one(f"anna@x,ben@x cert-authority {LINE}")[:4] == ((), AUTHORITY, None, "")


@pytest.mark.parametrize(
    ("before", "names"),
    [
        ("", ()),
        ("no-pty ", ()),
        ("no-pty, ", ()),
        ('command="echo \\"a b\\", c",no-pty ', ()),
        ('environment="A=ssh-rsa AAAAB3NzaC1yc2EAAAA",from="10.0.0.0/8,!10.1.1.1" ', ()),
        ('command="cert-authority" ', ()),
        ('command="echo ,cert-authority," ', ()),
        ("alice@x ", ("alice@x",)),
        ('"alice@x" ', ("alice@x",)),
        ("alice@x,alice@y ", ("alice@x", "alice@y")),
        (",alice@x, ", ("alice@x",)),
        ('alice@x namespaces="git,file" ', ("alice@x",)),
        ('alice@x valid-after="20300101",namespaces="a b" ', ("alice@x",)),
        ("ssh-admin@x.org ", ("ssh-admin@x.org",)),
        ("sk-martin ", ("sk-martin",)),
        ("uid=anna ", ("uid=anna",)),
        ("ünï ", ("ünï",)),
        ("\t alice@x \t", ("alice@x",)),
        ("*@x ", ()),
        ("alice@?,alice@x ", ("alice@x",)),
        ("alice@x,!alice@y ", ("alice@x",)),
        ("alice@x,alice@y,!*@y ", ("alice@x",)),
        ("!alice@x ", ()),
    ],
)
def test_names_are_principals_that_are_no_patterns(before: str, names: tuple[str, ...]) -> None:
    """Options before the key, with quoted blanks, commas and keys, are not names either."""
    found = ssh.read_one(f"{before}{LINE} c")
    assert (found.names, found.key_type, found.key) == (names, ED25519, RAW)


@pytest.mark.parametrize(
    "text",
    [
        f"{LINE} anna@x{LINE} ben@x\n",
        f"{LINE} anna@x{ssh.public_line(ssh.key_file('rsa'))}\n",
        f"{LINE}{LINE}\n",
        f"{LINE} {LINE}\n",
        f'{LINE} anna@xcommand="x" {LINE}\n',
        f"anna@x {LINE}ben@x {LINE}\n",
        f"{ssh.public_line(ssh.key_file('rsa'))}{ssh.security_key_line()}\n",
        f"{LINE} anna@x{ssh.certificate_line()}\n",
        f"{LINE} anna@x\r{LINE}\n",
        f"{LINE} anna@x\u2028{LINE}\n",
    ],
)
def test_two_keys_in_one_line_are_refused(text: str) -> None:
    """``cat a.pub b.pub`` where the first has no line end: its comment would swallow the second."""
    with pytest.raises(MalformedError, match="line 3 has two keys"):
        read_public_lines(f"{LINE}\n# comment ssh-ed25519 AAAA\n{text}")
    assert ssh.read_one(f"{LINE} ssh-ed25519 AAAA and AAAA").key == RAW


def test_lines_end_as_openssh_ends_them() -> None:
    """CRLF ends a line; what only Unicode calls a line end does not."""
    for mark in "\x0b\x0c\x1c\x85\u2028\u2029":
        found = read_public_lines(f"# a\r\n\r\n{LINE} tom{mark}#\r\n  \t\r\ntom@x {LINE}")
        assert [(line.names, line.key) for line in found] == [((), RAW), (("tom@x",), RAW)]


@pytest.mark.parametrize("mark", ["\ufeff", "\ufeff\ufeff", " \ufeff "])
def test_a_byte_order_mark_may_begin_any_line(mark: str) -> None:
    """``cat a.pub b.pub`` of files that an editor saved with one."""
    found = read_public_lines(
        f"{mark}{LINE}\n{mark}{LINE} b\n{mark}# c\n{mark}ann@x {LINE}\n{mark}"
    )
    assert [(line.names, line.key) for line in found] == [((), RAW), ((), RAW), (("ann@x",), RAW)]


@pytest.mark.parametrize(
    "line",
    [
        "\u00a0{}",
        "\u00a0 {}",
        "no-pty\u00a0{}",
        "no-pty\u00a0 {}",
        "anna@x\u00a0{}",
        "anna\u00a0adler {}",
        "anna@x,\u2003ben@x {}",
        "anna@x\v{}",
        "anna@x \f{}",
        "\u200b{}",
        "\u200b {}",
        "anna@x \u2060{}",
        "anna@x \ufeff{}",
        "\udca0{}",
        LINE.replace(" ", "\u00a0"),
        LINE.replace(" ", " \u200b"),
        LINE.replace("-ed", "-\u00aded"),
        f"{LINE}\u00a0anna",
        f"{LINE}\u200b anna",
        f"{LINE}\u2028",
    ],
)
def test_blanks_that_are_none_to_openssh_are_named(line: str) -> None:
    """From web pages and word processors; whoever removes such a line loses a person."""
    with pytest.raises(MalformedError, match=r"line 2 has U\+[0-9A-F]{4}.* its key") as caught:
        read_public_lines(f"# a comment\n{line.format(LINE)} c\n")
    assert "put a space in its place" in caught.value.hint


def test_quotes_and_comments_may_have_any_blanks() -> None:
    """Within quotes a no-break space is part of a name, and some scripts write invisible marks."""
    for before, names in (('"anna\u00a0adler"', ("anna\u00a0adler",)), ("a\u200cb", ("a\u200cb",))):
        assert ssh.read_one(f"{before} {LINE} c\u00a0d\u200b").names == names


@pytest.mark.parametrize(
    "blob",
    [
        "AAAA!",
        "AAAAC3NzaC1lZDI1NTE5AAAAI",
        "AAAAÄ",
        ssh.line(ssh.wire(RAW)[:-1]).split()[1],
        ssh.line(ssh.wire(RAW) + b"\0").split()[1],
        ssh.line(ssh.wire(RAW[:31])).split()[1],
        ssh.line(ssh.wire(RAW + b"\0")).split()[1],
        ssh.line(ssh.wire(RAW, "ssh-ed25518")).split()[1],
        ssh.line(ssh.wire(RAW, "ssh-rsa")).split()[1],
        ssh.line(ssh.wire(RAW) + ssh.strings(b"more")).split()[1],
        ssh.line(ssh.wire(RAW)).split()[1] + "=",
    ],
)
def test_damaged_blobs_are_no_key(blob: str) -> None:
    """Cut, extended, of another inner type, or no base64: the line is kept to be counted."""
    found = ssh.read_one(f"{ED25519} {blob} c")
    assert (found.key_type, found.key, found.blob) == (ED25519, None, blob)


@pytest.mark.parametrize(
    "line",
    [
        "hello",
        "ssh-ed25519",
        "ssh-ed25519 !!!",
        LINE.split()[1],
        'command="x',
        f'command="x {LINE}',
        "2048 65537 1234 old@x",
        "host\u00a0key",
        "ssh-ed25519\u00a0key",
    ],
)
def test_a_line_without_a_key_is_named(line: str) -> None:
    """Nothing is passed over in silence."""
    with pytest.raises(MalformedError, match="line 2 has no OpenSSH key"):
        read_public_lines(f"# a comment\n{line}\n")


@pytest.mark.parametrize(
    "line",
    [
        f"{LINE} {'c' * 1_000_000}",
        f'command="{"a " * 300_000}" {LINE} c',
        '"\\' * 300_000,
        '"\\"' * 300_000,
        "\\" * 1_000_000,
        "ssh-" * 250_000,
        f"{'no-pty,' * 130_000} {LINE}",
        f"{'ab,' * 2000 + '!x*,' * 2000} {LINE}",
        f"{'a' * 1023},!{'*a' * 500}b {LINE}",
        f"{LINE} {'AAAA ' * 200_000}",
        'environment="A=b",' * 50_000 + f" {LINE}",
        "a=," * 300_000,
    ],
    ids=range(12),
)
def test_huge_lines_take_linear_time(line: str) -> None:
    """A megabyte takes a moment, whatever the quotes; quadratic time would be an hour."""
    started = time.process_time()
    try:
        assert ssh.read_one(line).key == RAW
    except MalformedError:
        assert LINE not in line
    assert time.process_time() - started < 20


@given(st.text(alphabet=st.sampled_from('"\\ \t,=#ask-ecdrt-AAAA@é\u2028\x00\r')))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Nothing but our own error, and never a key out of nothing."""
    with contextlib.suppress(MalformedError):
        assert all(line.key is None for line in read_public_lines(text))


@given(st.integers(0, len(LINE) - 1), st.characters(codec="utf-8"))
def test_a_changed_line_is_never_the_same_key_twice(place: int, letter: str) -> None:
    """One character changed gives another key, none, or an error."""
    changed = LINE[:place] + letter + LINE[place + 1 :]
    try:
        found = read_public_lines(changed)
    except MalformedError:
        return
    assert changed == LINE or all(line.key != RAW or letter in '\n"\\' for line in found)
