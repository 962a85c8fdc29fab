"""Lists of ssh keys, as people have them: who is a person, and which keys count."""

import base64
import itertools
import json
from pathlib import Path
from typing import Any

import pytest

from tests.support import ssh
from tests.support.commands import Shop

CREATE = "roster create --name Devs --source 'dev keys' -o new.roster"
KEYS = [ssh.line(ssh.wire(ssh.public_key(ssh.key_file(number=n)))) for n in range(1, 7)]


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """Return an empty folder."""
    return Shop(tmp_path)


def created(shop: Shop, *files: str | bytes, **options: Any) -> tuple[dict[str, Any], str]:
    """Create a roster of files with these contents; return the result and the notes."""
    named = []
    for number, content in enumerate(files):
        raw = content if isinstance(content, bytes) else content.encode()
        (shop / f"list{number}").write_bytes(raw)
        named.append(f"--ssh list{number}")
    done = shop.call(f"{CREATE} {' '.join(named)} --force --json", "organizer", **options)
    return (done.json if options.get("code", 0) == 0 else {}), done.err


MACHINES = ["anna@laptop", "anna@desktop", "anna@phone", "bob@work rmbp", "bob@work portal", ""]
DEFAULTS = ["eddsa-key-20241023"] * 2 + ["root@localhost"] * 2 + ["dora@example.org", "cardno:1"]


@pytest.mark.parametrize("comments", [MACHINES, DEFAULTS, [""] * 6, ["same"] * 6])
def test_comments_are_no_people(shop: Shop, comments: list[str]) -> None:
    """Neither one person's many machines nor many people's one default: all are warned of."""
    lines = [f"{key} {comment}" for key, comment in zip(KEYS, comments, strict=True)]
    found, told = created(shop, "".join(f"{line}\n" for line in lines))
    assert (found["keys"], found["unnamed"], sum(found["left_out"].values())) == (6, 6, 0)
    assert "warning: 6 keys without the name of a person" in told
    assert "use an allowed_signers file" in told


def test_principals_are_people(shop: Shop) -> None:
    """The way out that the warning names; nothing is warned of then."""
    names = ["anna", "anna", "anna", "bob", "bob", "carol@example.org"]
    lines = [f"{name} {key} x" for name, key in zip(names, KEYS, strict=True)]
    found, told = created(shop, "\n".join(lines))
    assert (found["keys"], found["unnamed"], found["left_out"]["same_person"]) == (3, 0, 3)
    assert told == (
        "left out: 3 keys of a person who has another key on the roster\n"
        "keys listed for one person: 'anna' (3), 'bob' (2); if a name is not one person's, give "
        "its keys other names\n"
    )


def test_a_name_that_many_keys_have_stands_out(shop: Shop) -> None:
    """No list of defaults is complete, so the publisher sees which names join most keys."""
    keys = [ssh.line(ssh.wire(ssh.public_key(ssh.key_file(number=n)))) for n in range(1, 17)]
    names = [*["staff"] * 4, *(f"p{n // 2}" for n in range(12))]
    lines = [f"{name} {key}" for name, key in zip(names, keys, strict=True)]
    found, told = created(shop, "\n".join(lines))
    assert (found["keys"], found["left_out"]["same_person"]) == (7, 9)
    assert "one person: 'staff' (4), 'p0' (2), 'p1' (2), 'p2' (2), 'p3' (2) and 2 more; " in told
    assert found["merged"][0] == ["staff", 3]


def test_shared_keys_are_told(shop: Shop) -> None:
    """They make one person of two names; from the sixth pair on, by number."""
    lines = [f"team {KEYS[0]}", *(f"n{i} {KEYS[0]}" for i in range(7)), f"z {KEYS[1]}"]
    found, told = created(shop, "\n".join(lines))
    assert (found["keys"], len(found["shared"])) == (2, 7)
    assert "warning: 'team' and 'n0' count as one person" in told
    assert "'n5'" not in told
    assert "warning: and 2 pairs of names more" in told


def test_the_order_of_files_does_not_matter(shop: Shop) -> None:
    """A key that stands in both formats joins its owner's other keys."""
    files = (f"{KEYS[0]} a\n{KEYS[1]} b\n", f"ann {KEYS[0]}\nann {KEYS[2]}\n", f"bob {KEYS[3]}\n")
    for order in itertools.permutations(files):
        found, _ = created(shop, *order)
        assert (found["keys"], found["unnamed"], found["left_out"]["same_person"]) == (3, 1, 1)


LIMITS = """expiry-time="20200101" {} bob
expiry-time="202001011200Z",no-pty {} carol
command="/usr/bin/rsync --server .",restrict {} backup
dora valid-after="209901010000" {}
emil namespaces="git" {}
fritz valid-before="20990101" {}
"""


def test_limits_are_honoured_and_told(shop: Shop) -> None:
    """With the number of each kind, and on the roster as one number."""
    listed = LIMITS.format(*KEYS)
    more = ssh.line(ssh.wire(ssh.public_key(ssh.key_file(number=7))))
    found, told = created(shop, listed, f"anna {more}\n")
    assert (found["keys"], found["left_out"]["limited"]) == (2, 5)
    assert found["limited"] == {
        "expired": 2,
        "not_yet_valid": 1,
        "forced_command": 1,
        "other_namespace": 1,
    }
    assert "left out: 5 keys that the options in their source exclude" in told
    words = "2 expired, 1 not valid yet, 1 with a forced command, 1 for other namespaces"
    assert f"\nof these, {words}; if one is a member's own key" in told
    left_out = json.loads(shop.call("roster check new.roster --json").raw)["left_out"]
    assert left_out["limited"] == 5


@pytest.mark.parametrize(("now", "keys"), [("2030-06-30T23:59Z", 2), ("2030-07-01T00:01Z", 3)])
def test_limits_follow_the_clock(shop: Shop, now: str, keys: int) -> None:
    """One key expires and two become valid at the same moment."""
    lines = [
        f'a valid-before="20300701Z" {KEYS[0]}',
        f'b valid-after="203007010000Z" {KEYS[1]}',
        f'c valid-after="20300701000000Z" {KEYS[2]}',
        f"d {KEYS[3]}",
    ]
    found, _ = created(shop, "\n".join(lines), now=now)
    assert found["keys"] == keys


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (f"{KEYS[0]} a\n{KEYS[1]} b{KEYS[2]} c\n", "list0: line 2 has two keys"),
        (f"{KEYS[0]}{KEYS[1]}", "list0: line 1 has two keys"),
        (f"{KEYS[0]}\nno-pty, restrict {KEYS[1]}\n", "list0: line 2 has options that OpenSSH"),
        (f"{KEYS[0]}\ncommand='x y' {KEYS[1]}\n", "list0: line 2 has options that OpenSSH"),
        (f'{KEYS[0]}\nsuch="x" {KEYS[1]}\n', "unknown option such"),
        (f"{KEYS[0]}\n{KEYS[1]}\n".encode("utf-16"), "list0: the text is in UTF-16"),
    ],
)
def test_lines_that_lose_somebody_are_refused(shop: Shop, content: Any, words: str) -> None:
    """With file and line; nothing is written."""
    _, told = created(shop, content, code=1)
    assert words in told
    assert "hint: " in told
    assert not (shop / "new.roster").exists()


@pytest.mark.parametrize(
    "content",
    [
        f"{KEYS[0]} J\xf6rg\n{KEYS[1]} b\n".encode("latin-1"),
        f"\ufeff{KEYS[0]} a\r\n{KEYS[1]} b\r\n".encode(),
        f"{KEYS[0]} a\n# {base64.b64encode(bytes(60)).decode()}\n\n{KEYS[1]}".encode(),
    ],
    ids=range(3),
)
def test_files_of_all_editors_are_read(shop: Shop, content: bytes) -> None:
    """Comments in Latin-1, a byte order mark, no line end at the end."""
    assert created(shop, content)[0]["keys"] == 2
