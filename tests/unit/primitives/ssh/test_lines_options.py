"""What stands before a key: options as sshd and ssh-keygen read them, or names."""

from datetime import UTC, datetime

import pytest

from cosign.errors import MalformedError
from cosign.primitives.ssh.lines import read_public_lines
from cosign.primitives.ssh.options import NO_LIMITS, Limits, Moment
from tests.support import ssh

KEY = ssh.key_file()
LINE = ssh.line(ssh.blob_of(KEY))
RAW = ssh.public_key(KEY)


def moment(*parts: int, utc: bool = True) -> Moment:
    """Return a time in an option."""
    year, month, day, hour, minute = [*parts, 0, 0][:5]
    return Moment(datetime(year, month, day, hour, minute), utc=utc)  # noqa: DTZ001  # as Moment says


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
    assert ssh.read_one(f"{options} {LINE}").limits == limits


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
