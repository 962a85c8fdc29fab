"""One reading of text: every entry takes what every other entry takes.

A table of entries and a table of what editors, shells and word processors do to text;
each pair is a command on real files.
"""

import shlex
import shutil
import unicodedata
from collections.abc import Callable, Iterator
from inspect import unwrap
from typing import Any, Final, NamedTuple

import pytest
import typer

from cosign_cli.main import build
from cosign_cli.shared.options import as_typed
from tests.support.cli_fixture import invite, vouchers
from tests.support.commands import BETWEEN, CLOSES, ENROLMENT, Done, Shop
from tests.support.ssh import key_file, public_line

# What happens to files.

SAVED: Final[dict[str, Callable[[str], bytes]]] = {
    "as it is": str.encode,
    "byte order mark": lambda text: text.encode("utf-8-sig"),
    "CRLF": lambda text: text.replace("\n", "\r\n").encode(),
    "CR": lambda text: text.replace("\n", "\r").encode(),
    "byte order mark and CRLF": lambda text: text.replace("\n", "\r\n").encode("utf-8-sig"),
    "NFD": lambda text: unicodedata.normalize("NFD", text).encode(),
    "no line end": lambda text: text.rstrip("\n").encode(),
}

REFUSED: Final[dict[str, Callable[[str], bytes]]] = {
    "UTF-16": lambda text: text.encode("utf-16"),
    "UTF-16 of the other order": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "UTF-16 without a mark": lambda text: text.encode("utf-16-le"),
    "UTF-16 of the other order without a mark": lambda text: text.encode("utf-16-be"),
    "UTF-32": lambda text: text.encode("utf-32"),
}


class FileEntry(NamedTuple):
    """A text file that a command reads.

    Attributes:
        text: its content.
        name: of the file.
        command: that reads it; ``new`` is what it writes.
        home: of the command.
        now: the time.
    """

    text: str
    name: str
    command: str
    home: str | None = None
    now: str = BETWEEN


_ROUND: Final = (
    "round create {} --group staff.group --enrolment council.statement --trustee 1.trustee "
    f"--opens {BETWEEN} --closes {CLOSES} -o new"
)
_ROSTER: Final = "roster create --name Devs --source keys -o new"


def file_entries(shop: Shop) -> dict[str, FileEntry]:
    """Return every text file that commands read."""
    shutil.copytree(shop / "homes/clerk", shop / "clerk")
    digits = shop.call("inspect staff.group --json").json["fingerprint"]
    letter = "# Pour Zo\u00eb\n\nWe ask.\n"
    return {
        "letter": FileEntry(letter, "text.md", _ROUND.format("text.md"), "organizer"),
        "letter on stdin": FileEntry(letter, "-", _ROUND.format("-"), "organizer"),
        "list of people": FileEntry(
            "Zo\u00eb\nMax\nAnna\n",
            "people.csv",
            "registrar vouch open.group --people people.csv --no-header --yes -o new",
            "clerk",
            ENROLMENT,
        ),
        "saved fingerprint": FileEntry(
            f"{digits}\n", "digits.txt", "verify published.letter --group digits.txt"
        ),
        **_key_lists(shop),
        **_armored_records(shop),
    }


def _key_lists(shop: Shop) -> dict[str, FileEntry]:
    """Return the files that ``roster create`` reads."""
    keys = [public_line(key_file(number=number)).strip() for number in (1, 2)]
    lines = f"{keys[0]} zo\u00eb\n{keys[1]} max\n"
    (shop / "keys").write_text(lines)
    shop.call(f"member key --prove-ssh {key_file()} -o zoe.member", "zoe")
    return {
        "authorized_keys": FileEntry(lines, "new.keys", f"{_ROSTER} --ssh new.keys", "organizer"),
        "allowed_signers": FileEntry(
            "".join(f"zo\u00eb{number} {key}\n" for number, key in enumerate(keys)),
            "new.signers",
            f"{_ROSTER} --ssh new.signers",
            "organizer",
        ),
        "ssh signature": FileEntry(
            (shop / "zoe.member.sig").read_text(),
            "zoe.member.sig",
            f"{_ROSTER} --ssh keys --proof zoe.member",
            "organizer",
        ),
    }


def _armored_records(shop: Shop) -> dict[str, FileEntry]:
    secret = shop.call("round invite letter.round -o made.invite --armor --json").json["secret"]
    text = (shop / "made.invite").read_text()
    compare = f"compare {{}} --words 'acorn beaver zebra kiwi' --secret {secret}"
    return {
        "armored record": FileEntry(text, "made.invite", compare.format("made.invite")),
        "armored record on stdin": FileEntry(text, "-", compare.format("-")),
    }


def read(shop: Shop, entry: FileEntry, raw: bytes) -> Done:
    """Save a file and run the command that reads it, from the same start each time."""
    shutil.rmtree(shop / "homes/clerk")
    shutil.copytree(shop / "clerk", shop / "homes/clerk")
    if entry.name != "-":
        (shop / entry.name).write_bytes(raw)
    stdin = raw if entry.name == "-" else b""
    return shop.call(f"{entry.command} --json", entry.home, now=entry.now, code=None, stdin=stdin)


def heard(done: Done) -> Any:
    """Return what a command understood: its result without what is drawn at random."""
    found = done.json
    return done.code, {k: v for k, v in found.items() if k not in {"round", "fingerprint"}}


def test_every_text_file_is_read_alike(shop: Shop) -> None:
    """Byte order mark, line ends and normal form change nothing, in no file and not on stdin."""
    for name, entry in file_entries(shop).items():
        expected = None
        for variant, save in SAVED.items():
            (shop / "new").unlink(missing_ok=True)
            done = read(shop, entry, save(entry.text))
            expected = expected or heard(done)
            assert done.code == 0, (name, variant, done)
            assert heard(done) == expected, (name, variant)


def test_utf_16_is_named_in_every_text_file(shop: Shop) -> None:
    """Every file in UTF-16 or UTF-32 is refused by its name, with what to do."""
    for name, entry in file_entries(shop).items():
        (shop / "new").unlink(missing_ok=True)
        for variant, save in REFUSED.items():
            done = read(shop, entry, save(entry.text))
            assert done.code in {1, 2}, (name, variant, done)
            assert f"is in {variant[:6]}" in done.json["error"], (name, variant, done)
            assert "save it as UTF-8" in done.json["hint"], (name, variant)
            assert not (shop / "new").exists()


# What happens to what people type.

BLANKS: Final = "\u00a0\u202f\u2009\u2003\u3000\t\n"
DASHES: Final = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
INVISIBLE: Final = "\ufeff\u200b\u200e\u2060\u00ad"
QUOTES: Final = ['""', "''", "\u201c\u201d", "\u201e\u201c", "\u00ab\u00bb", "``", "\u2018\u2019"]


def around(first: str, last: str) -> Callable[[str], str]:
    """Return what puts characters around a text."""
    return lambda text: first + text + last


def instead(old: str, new: str) -> Callable[[str], str]:
    """Return what exchanges a character."""
    return lambda text: text.replace(old, new)


def within(char: str) -> Callable[[str], str]:
    """Return what puts a character into a text."""
    return lambda text: text[:6] + char + text[6:]


TYPED: Final[dict[str, Callable[[str], str]]] = {
    "as it is": str,
    **{f"blank {char!a} around": around(char, char) for char in BLANKS},
    **{f"{char!a} in front": around(char, "") for char in INVISIBLE},
    **{f"{char!a} within": within(char) for char in INVISIBLE},
    **{f"in {pair}": around(pair[0], pair[1]) for pair in QUOTES},
    **{f"dash {char!a}": instead("-", char) for char in DASHES},
    **{f"blank {char!a}": instead(" ", char) for char in BLANKS},
}


def typed_entries(shop: Shop) -> dict[str, tuple[str, list[str], str | None, str]]:
    """Return for every typed word: its text, the command before it, the home and the time."""
    group = shop.call("inspect staff.group --json").json["fingerprint"]
    round_ = shop.call("fingerprint letter.round --json").json["fingerprint"]
    secret = invite(shop)
    again = "sign letter.round --min-set 2 --yes -o again --receipt --json"
    receipt = shop.call(again, "member-1").json["receipt"]
    sign = "sign letter.round --min-set 2 --yes --force -o new"
    words = ["compare", "letter.round", "--words"]
    create = _ROUND.format("letter.md").replace(f" --closes {CLOSES}", "").split()
    return {
        "group": (group, ["verify", "published.letter", "--group"], None, BETWEEN),
        "group's code": (
            shop.call("fingerprint staff.group --json").json["code"],
            ["verify", "published.letter", "--group"],
            None,
            BETWEEN,
        ),
        "round": (round_, [*sign.split(), "--expect-round"], "member-1", "2030-03-09"),
        "invitation": (secret, ["compare", "letter.invite", "--secret"], None, BETWEEN),
        "receipt": (receipt, ["check", "published.letter", "--receipt"], "member-1", BETWEEN),
        "voucher": (
            vouchers(shop, "open.csv")[2],
            ["member", "enrol", "open.group", "--force", "-o", "new", "--voucher"],
            "new",
            ENROLMENT,
        ),
        "words": ("acorn beaver-zebra kiwi", words, None, BETWEEN),
        "time": ("2030-03-18T00:00Z", [*create, "--force", "--closes"], "organizer", BETWEEN),
    }


def test_every_typed_word_is_read_alike(shop: Shop) -> None:
    """Blanks, dashes, quotation marks and invisible characters of other programs do not count."""
    for name, (text, command, home, now) in typed_entries(shop).items():
        named = ["--home", f"homes/{home}", "--no-passphrase"] if home else []
        for variant, change in TYPED.items():
            line = shlex.join([*command, change(text), *named])
            done = shop.call(line, now=now, code=None)
            assert done.code in {0, 3}, (name, variant, done)


def test_other_letters_and_digits_are_still_mistyped(shop: Shop) -> None:
    """What is a sign, not something around it, counts: words in front, other digits, one less."""
    digits = shop.call("inspect staff.group --json").json["fingerprint"]
    arabic = digits.translate({ord(str(n)): 0x660 + n for n in range(10)})
    for wrong in (f"group {digits}", arabic, digits[:-1], digits.replace(" ", ".")):
        line = shlex.join(["verify", "published.letter", "--group", wrong])
        done = shop.call(line, code=2)
        assert "60 digits" in done.err


@pytest.mark.parametrize("text", ["Zoe\u0308", "\ufeffZo\u00eb"], ids=["NFD", "byte order mark"])
def test_free_text_is_normalized_in_every_option(shop: Shop, text: str) -> None:
    """A statement, a name, a title or a challenge in another form is the same."""
    for line, home in {
        f"sign letter.round --min-set 2 --yes -o new --force --statement '{text}'": "member-3",
        f"registrar keys --slots 1 -o new --force --name '{text}'": "new",
        f"trustee key -o new --force --name '{text}'": "new",
        f"roster publisher -o new --force --name '{text}'": "new",
        f"claim published.letter -o new --force --challenge '{text}'": "member-1",
        f"{_ROUND.format('letter.md')} --force --title '{text}'": "organizer",
    }.items():
        shop.call(line, home)
    names = shop.call("inspect new --json").json
    assert "Zo\u00eb" in str(names)


def test_no_text_option_is_left_out() -> None:
    """Each option without a name for its value takes free text, and reads it as the others do."""
    program = typer.main.get_command(build())
    found = {
        f"{path} {option.opts[0]}": option.callback
        for path, option in _options(program)
        if option.type_descriptor.annotation is str and option.metavar in {None, "TEXT"}
    }
    others = {name for name, called in found.items() if unwrap(called or str) is not as_typed}
    assert {name for name in others if not name.endswith("--output")} == {
        "claim --challenge",  # read by its command, as verify-claim does
        "verify-claim --challenge",
        "member name --challenge",
        "registrar name --challenge",
    }


def _options(command: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    for name, inner in getattr(command, "commands", {}).items():
        yield from _options(inner, f"{path} {name}".strip())
    if not hasattr(command, "commands"):
        yield from ((path, option) for option in command.params)
