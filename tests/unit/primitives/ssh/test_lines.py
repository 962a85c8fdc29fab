"""Reading lines of authorized_keys and allowed_signers."""

import contextlib
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosign.errors import MalformedError
from cosign.primitives.ssh.lines import ED25519, PublicLine, read_public_lines
from cosign.primitives.ssh.options import AUTHORITY, NO_LIMITS, Limits, Moment
from tests.support import ssh

KEY = ssh.key_file()
LINE = ssh.line(ssh.blob_of(KEY))
RAW = ssh.public_key(KEY)


def read(text: str) -> PublicLine:
    """Read a file of one line."""
    (found,) = read_public_lines(text)
    return found


def moment(*parts: int, utc: bool = True) -> Moment:
    """Return a time in an option."""
    year, month, day, hour, minute = [*parts, 0, 0][:5]
    return Moment(datetime(year, month, day, hour, minute), utc=utc)  # noqa: DTZ001  # as Moment says


def test_a_line_of_ssh_keygen_gives_the_key_and_no_name() -> None:
    """The comment is free text: often of a machine, often the same for many people."""
    line = read(ssh.public_line(KEY))
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
    found = read(line)
    assert (found.key_type, found.key) == (key_type, None)


def test_an_authority_is_nobodys_key() -> None:
    """Who is listed for it is many people, whom it must not join."""
    assert read(f"anna@x,ben@x cert-authority {LINE}")[:4] == ((), AUTHORITY, None, "")


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
    found = read(f"{before}{LINE} c")
    assert (found.names, found.key_type, found.key) == (names, ED25519, RAW)


NOW = datetime(2026, 6, 1, 12, tzinfo=UTC).astimezone()  # dates without Z are local time
AT = "verify-time=20260601120000Z"


@pytest.mark.parametrize(
    "before",
    [
        "alice@x",
        '"alice@x,alice@y"',
        '"alice@x, alice@y"',
        "alice@y",
        "Alice@x",
        "*@x",
        "alice@y,!alice@x,*",
        "!alice@x,alice@x",
        "alice@x,!*@y",
        "alice@x cert-authority",
        *(
            f"alice@x {options}"
            for options in [
                f'namespaces="{ssh.MEMBERSHIP}"',
                'namespaces="git"',
                'namespaces="git,cosign-*"',
                'namespaces="*,!cosign-enrol@?"',
                'namespaces=""',
                'NAMESPACES="cosign-enrol@1"',
                "namespaces='cosign-enrol@1'",
                "namespaces=cosign-enrol@1",
                'namespaces="cosign-enrol@1", valid-before="20300101"',
                'namespaces="a",namespaces="cosign-enrol@1"',
                'valid-before="20260601"',
                'valid-before="20260602Z"',
                'valid-before="202606011159Z"',
                'valid-before="202606011200Z"',
                'valid-before="20260601115959Z"',
                'valid-before="20260601120000z"',
                'valid-after="20260601120000UTC"',
                'valid-after="20260601120001Z"',
                'valid-after="202606011200Z",valid-before="20260601120000Z"',
                'valid-after="20270101Z",valid-before="20260101Z"',
                'valid-after="20260101Z",valid-before="20270101Z"',
                'valid-after="20260230Z"',
                'valid-after="20260001Z"',
                'valid-after="20261301Z"',
                'valid-after="20260132Z"',
                'valid-after="20260101240000Z"',
                'valid-after="20260101006000Z"',
                'valid-after="20260101000061Z"',
                'valid-after="20260101000062Z"',
                'valid-after="19600101Z"',
                'valid-after="2026-01-01"',
                'valid-after="202601"',
                'valid-after="2026010112"',
                'valid-after=""',
                "valid-after",
                'cert-authority="x"',
                "no-pty",
                "such",
                'such="x"',
                'namespaces="cosign-enrol@1",',
                ',namespaces="cosign-enrol@1"',
                'valid-after="20260101Z",,valid-before="20270101Z"',
            ]
        ),
    ],
)
def test_signers_are_those_of_ssh_keygen(before: str) -> None:
    """A line lets alice@x sign here if and only if ``ssh-keygen -Y verify`` takes her signature."""
    text = f"{before} {LINE}\n"
    allowed, signature = ssh.folder() / "signers", ssh.folder() / "signature"
    allowed.write_text(text)
    signature.write_bytes(ssh.sign(KEY, b"m"))
    options = ("-f", allowed, "-n", ssh.MEMBERSHIP, "-O", AT, "-s", signature)
    taken = [
        who
        for who in ("alice@x", "alice@y", "Alice@x", "ben@x")
        if not ssh.keygen("-Y", "verify", "-I", who, *options, stdin=b"m").returncode
    ]
    try:
        [line] = read_public_lines(text)
        here = line.names if line.key and not line.limits.reason(ssh.MEMBERSHIP, NOW) else ()
    except MalformedError:
        here = ()
    patterns = {"ben@x", "alice@x", "Alice@x"} if before == "*@x" else set()
    patterns |= {"Alice@x", "ben@x"} if before.endswith(",*") else set()
    assert set(here) & {"alice@x", "alice@y", "Alice@x", "ben@x"} == set(taken) - patterns


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("no-pty, restrict {}", "a blank between or in them"),
        ("command='x y' {}", "a blank between or in them"),
        ("command='x' {}", "the value of option command is not in double quotes"),
        ("command=x {}", "the value of option command is not in double quotes"),
        ('command="x",command="y" {}', "option command stands twice"),
        ('from="a",from="b" {}', "option from stands twice"),
        ('such="x" {}', "unknown option such"),
        ("no-such {}", "unknown option no-such"),
        ("no-restrict {}", "unknown option no-restrict"),
        ("pty,such {}", "unknown option such"),
        ("no-pty;restrict {}", "';restrict' is no option"),
        ("restrict|pty {}", "'|pty' is no option"),
        ("restrict:pty {}", "':pty' is no option"),
        ('pty="x" {}', "option pty has a value"),
        ("command {}", "option command has no value"),
        ('principals="x" {}', "option principals without cert-authority"),
        ('environment="A b" {}', "option environment sets no variable"),
        ('environment="A-B=b" {}', "option environment sets no variable"),
        ('expiry-time="2099" {}', "option expiry-time has no date"),
        ('expiry-time="20990001" {}', "option expiry-time has no date"),
        ('expiry-time="20990101120062Z" {}', "option expiry-time has no date"),
        ('expiry-time="" {}', "option expiry-time has no date"),
        ('valid-before="20990101" {}', "unknown option valid-before"),
        ('namespaces="git" {}', "unknown option namespaces"),
        (f"{'a' * 1024} {{}}", "a list of names is too long"),
        (f"{'a,' * 8192}b {{}}", "a list of names is too long"),
        (f'anna namespaces="{"*" * 1024}" {{}}', "a list of names is too long"),
        ("anna such {}", "unknown option such"),
        ("anna no-pty {}", "unknown option no-pty"),
        ('anna namespaces="a", valid-after="20300101" {}', "a blank between or in them"),
    ],
)
def test_lines_that_openssh_ignores_are_refused(line: str, why: str) -> None:
    """With their number: sshd 9.2 lets nobody in by them, and ssh-keygen takes no signature."""
    with pytest.raises(MalformedError, match="line 2 has options that OpenSSH refuses") as caught:
        read_public_lines(f"# a comment\n{line.format(LINE)} c\n")
    assert why in caught.value.message
    assert "correct the line" in caught.value.hint


@pytest.mark.parametrize(
    ("options", "limits"),
    [
        ("no-pty,restrict", NO_LIMITS),
        ("RESTRICT,No-PTY", NO_LIMITS),
        ("no-touch-required,no-verify-required,verify-required,touch-required", NO_LIMITS),
        ("port-forwarding,agent-forwarding,x11-forwarding,user-rc,pty", NO_LIMITS),
        ("no-port-forwarding,no-agent-forwarding,no-X11-forwarding,no-user-rc", NO_LIMITS),
        ('environment="A=b",environment="C=",tunnel="any",permitopen="h:1"', NO_LIMITS),
        (",no-pty,,pty,", NO_LIMITS),
        ('command="a \\" b",no-pty', Limits(command=True)),
        ('expiry-time="20990230"', Limits(valid_before=moment(2099, 3, 2, utc=False))),
        (
            'Expiry-Time="20990101120060Z"',
            Limits(valid_before=moment(2099, 1, 1, 12, 1)),
        ),
        (
            'expiry-time="20990101",expiry-time="20200101utc"',
            Limits(valid_before=moment(2020, 1, 1)),
        ),
    ],
)
def test_options_that_sshd_takes(options: str, limits: Limits) -> None:
    """Each was tried with sshd 9.2; the earliest expiry counts."""
    assert read(f"{options} {LINE}").limits == limits


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
    assert read(f"{LINE} ssh-ed25519 AAAA and AAAA").key == RAW


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
        assert read(f"{before} {LINE} c\u00a0d\u200b").names == names


BARE = f"{LINE} c"
OPTIONS = f"no-pty {LINE}"
SIGNER = f"ann@x {LINE}"


@pytest.mark.parametrize("other", [BARE, OPTIONS, f", {LINE}"])
@pytest.mark.parametrize(
    "word", ["frobnicate", "ann", "x11", "permit-pty,pty-", ",frobnicate", "a,"]
)
def test_a_word_that_can_be_an_option_is_no_name(other: str, word: str) -> None:
    """To sshd it is an unknown option, to ssh-keygen a name; the file's other lines tell."""
    doubtful = f"{word} {LINE}"
    for lines in ((other, doubtful), (doubtful, other), (SIGNER, doubtful, other)):
        with pytest.raises(MalformedError, match="is no option of sshd") as caught:
            read_public_lines("\n".join(lines))
        assert f"line {lines.index(doubtful) + 1}:" in caught.value.message
        assert "a file of their own" in caught.value.hint
    names = tuple(name for name in word.split(",") if name)
    found = read_public_lines(f"{SIGNER}\n{doubtful}")
    assert [line.names for line in found] == [("ann@x",), names]


@pytest.mark.parametrize("word", ["ann@x", '"ann"', "ann.adler", "*@x", "!ann", "uid=ann", "änn"])
def test_a_word_that_can_be_no_option_is_a_name(word: str) -> None:
    """In whatever file it stands, and so is one with the options of allowed_signers behind it."""
    for before in (f"{word} ", f'ann namespaces="{ssh.MEMBERSHIP}" '):
        assert len(read_public_lines(f"{BARE}\n{before}{LINE}")) == 2


@pytest.mark.parametrize(
    "word", ["frobnicate,no-pty", "ann,restrict", 'x,command="y"', "ann,FROM=x"]
)
def test_one_option_makes_options_of_all(word: str) -> None:
    """Also in a file whose other lines have principals."""
    with pytest.raises(MalformedError, match="line 2 has options that OpenSSH refuses"):
        read_public_lines(f"{SIGNER}\n{word} {LINE}\n")


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
    found = read(f"{ED25519} {blob} c")
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
    ("line", "what"),
    [
        *(
            (f"-----BEGIN {kind}PRIVATE KEY-----", "a private key")
            for kind in ("OPENSSH ", "RSA ", "EC ", "", "ENCRYPTED ")
        ),
        ("PuTTY-User-Key-File-3: ssh-ed25519", "a private key"),
        ("---- BEGIN SSH2 PUBLIC KEY ----", "a public key of another program"),
        ("-----BEGIN PUBLIC KEY-----", "a public key of another program"),
        ("-----BEGIN SSH SIGNATURE-----", "a signature"),
        (f"|1|F1E1FsoLFVYD/1nfO8FdsLhCkbA=|5fQ0= {LINE}", "a known_hosts file"),
        (f"[web1.example.org]:2222,[10.0.0.7]:2222 {LINE}", "a known_hosts file"),
        (f"@cert-authority *.example.org {LINE}", "a known_hosts file"),
        (f"@revoked * {LINE}", "a known_hosts file"),
    ],
)
def test_another_file_is_named(line: str, what: str) -> None:
    """Removing the line, as other hints say, would not help."""
    with pytest.raises(MalformedError, match=f"line 2 is of {what}") as caught:
        read_public_lines(f"# a comment\n{line}\n")
    assert "remove the line" not in caught.value.hint


def test_a_key_in_another_form_is_converted_as_the_hint_says() -> None:
    """PuTTY and others write public keys as in RFC 4716."""
    exported = ssh.make("-e", "-f", f"{KEY}.pub").decode()
    with pytest.raises(MalformedError, match="line 1 is of a public key") as caught:
        read_public_lines(exported)
    path = ssh.folder() / "exported"
    path.write_text(exported)
    typed = caught.value.hint.rpartition(": ")[2].split()
    assert (typed[0], typed[-1]) == ("ssh-keygen", "KEY")
    assert read(ssh.make(*typed[1:-1], path).decode()).key == RAW


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
        assert read(line).key == RAW
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
