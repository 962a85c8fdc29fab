"""Values of options, of every kind and in every command: what is meant, and what is refused."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import typer

from cosign_cli.main import build
from cosign_cli.shared.help import name_values
from cosign_cli.shared.values import FILES
from tests.support.commands import AFTERWARDS, BETWEEN, CLOSES, OPENS, SIGNING, Shop

OTHERS: Final = {
    *(
        "ADDRESS",
        ",|;|tab",
        "CODE",
        "DAY",
        "FINGERPRINT",
        "HOST:PORT",
        "I",
        "ID",
        "J",
        "KEY",
        "MINUTES",
    ),
    *("N", "NAME", "ROLE", "SECONDS", "T", "TEXT", "TIME", "URL", "WORDS", "registered"),
    *("rostered", ",", ";", "tab"),
}
"""What the help calls values that are no files."""


def parameters(command: Any) -> Iterator[Any]:
    """Yield every parameter of the program that has a value."""
    for inner in getattr(command, "commands", {}).values():
        yield from parameters(inner)
    yield from (p for p in command.params if p.metavar and not getattr(p, "is_flag", False))


def test_every_value_is_a_file_or_not() -> None:
    """A new name for values in the help has to be put with one or the other."""
    program = typer.main.get_command(build())
    name_values(program)
    found = {word for p in parameters(program) for word in p.metavar.rstrip(".").split("|")}
    assert found <= FILES | OTHERS
    assert found >= FILES
    for parameter in parameters(program):
        if parameter.type_descriptor.is_path:
            assert {*parameter.metavar.split("|")} <= FILES, parameter


# Files.

PLACES: Final = {
    "argument": "inspect '{}'",
    "one of several": "registrar issue early.request '{}' -o . --home homes/clerk",
    "input": "verify published.letter --group '{}'",
    "output": "trustee key --name New --home homes/new -o '{}'",
    "output, long": "trustee key --name New --home homes/new '--output={}'",
    "home": "trustee key --name New -o new '--home={}'",
    "passphrase": "trustee key --name New -o new --home homes/new '--passphrase-file={}'",
    "folder": "trustee open letter.round --envelopes '{}' --home homes/trustee-2 -o new",
    "page": "verify published.letter --html '{}'",
    "list": "registrar vouch open.group --people '{}' -o new --yes --home homes/clerk",
    "ssh key": "member key --prove-ssh '{}' -o new --home homes/new",
    "database": "relay export --database 'sqlite:///{}' -o new",
}
SPELLED: Final = (
    *("$HOME/x", "${HOME}/x", "$XDG_CONFIG_HOME", "x/$USER/y", "%USERPROFILE%/x"),
    *('"x"', '"~/x"', "\u201cx\u201d", "=x"),
)


@pytest.mark.parametrize("spelled", SPELLED)
@pytest.mark.parametrize("place", PLACES)
def test_what_a_shell_would_have_replaced_is_no_name(kept: Shop, place: str, spelled: str) -> None:
    """Nothing is made under it, and the error names the option and what was not replaced."""
    if place == "input" and spelled[0] in '"\u201c':
        return  # digits in quotes are digits
    bare = "" if place == "passphrase" else " --no-passphrase"
    secrets = bare if "--home" in PLACES[place] else ""
    with kept.unchanged():
        done = kept.call(PLACES[place].format(spelled) + secrets, code=2)
    message, hint = done.problem()
    assert spelled in message
    assert "was not replaced" in message or "a part of this name" in message
    assert "write its whole path" in hint
    option = PLACES[place].replace("{}", "").rpartition("'")[0].split()[-1].strip("'=")
    if option.startswith("--"):
        assert message.startswith(f"{option}: ")


@pytest.mark.parametrize("name", ["$HOME", '"x"', "=x", "~x", "~"])
def test_a_file_may_be_called_so(shop: Shop, name: str) -> None:
    """It is made under its whole path, and then meant by its name."""
    shop.call(f"trustee key --name New --home homes/new --no-passphrase -o '{shop / name}'")
    assert shop.call(f"inspect '{name}' --json").json["name"] == "New"


@pytest.mark.parametrize("place", sorted(set(PLACES) - {"database"}))
def test_a_tilde_is_the_person_s_folder(shop: Shop, tmp_path: Path, place: str) -> None:
    """In every option and argument: shells do not replace it behind an equals sign."""
    person = tmp_path / "person"
    person.mkdir()
    bare = "" if place == "passphrase" else " --no-passphrase"
    line = PLACES[place].format("~/x") + (bare if "--home" in PLACES[place] else "")
    done = shop.call(line, now=AFTERWARDS, env={"HOME": str(person)}, code=None)
    assert not list(shop.folder.rglob("~*"))
    made = {"output", "output, long", "home", "page"}
    assert (person / "x").exists() == (place in made)
    if place not in made:
        assert f"{person}/x" in done.err


# The folder of the home.

FOLDERS: Final[dict[str, tuple[dict[str, str], str]]] = {
    "XDG": ({"XDG_CONFIG_HOME": "{}/config"}, "config"),
    "relative XDG": ({"XDG_CONFIG_HOME": "config"}, "person/.config"),
    "empty XDG": ({"XDG_CONFIG_HOME": ""}, "person/.config"),
    "no HOME": ({"HOME": "", "XDG_CONFIG_HOME": "{}/config"}, "config"),
    "relative HOME": ({"HOME": "person", "XDG_CONFIG_HOME": "{}/config"}, "config"),
}


@pytest.mark.parametrize("name", FOLDERS)
def test_a_home_is_where_the_system_keeps_it(shop: Shop, tmp_path: Path, name: str) -> None:
    """Never in the working directory, where its owner would not find it again."""
    env, folder = FOLDERS[name]
    given = {"HOME": f"{tmp_path}/person"} | {k: v.format(tmp_path) for k, v in env.items()}
    before = {path.name for path in shop.folder.iterdir()}
    shop.call("trustee key --name New --no-passphrase -o new", env=given)
    assert {path.name for path in shop.folder.iterdir()} - before == {"new"}
    assert list((tmp_path / folder / "cosign-letter").glob("trustee-*.vault"))


@pytest.mark.parametrize("line", ["trustee key --name New --no-passphrase -o new", "member keys"])
def test_a_relative_home_is_no_place(kept: Shop, line: str) -> None:
    """HOME has to be a whole path; commands that use no home do not care."""
    env = {"HOME": "person", "XDG_CONFIG_HOME": ""}
    with kept.unchanged():
        done = kept.call(line, env=env, code=2)
    assert done.problem()[0] == "HOME is 'person', which is not the whole path of a folder"
    kept.call("verify published.letter --group staff.group --html -", env=env)


def test_an_empty_home_is_that_of_the_user_database(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if HOME were not set, as in services and timers."""

    class _User:
        pw_dir = str(tmp_path / "person")

    monkeypatch.setattr("cosign.stores.system._pwd.getpwuid", lambda _uid: _User)
    env = {"HOME": "", "XDG_CONFIG_HOME": ""}
    shop.call("trustee key --name New --no-passphrase -o new", env=env)
    assert list((tmp_path / "person/.config/cosign-letter").glob("trustee-*.vault"))


# Text.

NEW_GROUP: Final = (
    f"group create --registrar clerk.registrar --enrol-opens {OPENS} --enrol-closes {CLOSES} -o new"
)
NEW_ROUND: Final = (
    "round create letter.md --group staff.group --slot 3 -o new "
    f"--opens {BETWEEN} --closes {CLOSES}"
)
NEW_ROSTER: Final = "roster create --member 1.member --member 2.member -o new"
NEW_COLLECTION: Final = f"roster collection --closes {CLOSES} -o new"
TEXTS: Final = {
    "registrar keys --name": ("registrar keys --slots 1 -o new", "new"),
    "group create --name": (NEW_GROUP, None),
    "group create --purpose": (f"{NEW_GROUP} --name New", None),
    "roster create --name": (f"{NEW_ROSTER} --source them", "new"),
    "roster create --source": (f"{NEW_ROSTER} --name New", "new"),
    "roster create --publisher-name": (f"{NEW_ROSTER} --name New --source them", "new"),
    "roster collection --name": (f"{NEW_COLLECTION} --publisher-name Me", "new"),
    "roster collection --publisher-name": (f"{NEW_COLLECTION} --name New", "new"),
    "roster collection --purpose": (f"{NEW_COLLECTION} --name New --publisher-name Me", "new"),
    "roster publisher --name": ("roster publisher -o new", "new"),
    "trustee key --name": ("trustee key -o new", "new"),
    "round create --title": (NEW_ROUND, "organizer"),
    "campaign create --title": ("campaign create letter.round second.round -o new", "organizer"),
    "sign --statement": ("sign letter.round --min-set 2 --yes -o new", "member-3"),
    "sign --openly": ("sign letter.round --min-set 2 --yes -o new", "member-3"),
    "sign --role": ("sign letter.round --openly Ada --min-set 2 --yes -o new", "member-3"),
    "member name --role": (
        "member name letter.round Ada --registrar 1 --challenge x --yes -o new",
        "member-1",
    ),
    "member name --challenge": (
        "member name letter.round Ada --registrar 1 --yes -o new",
        "member-1",
    ),
    "registrar name --challenge": ("registrar name 1.name --yes -o new", "council"),
    "claim --challenge": ("claim published.letter -o new", "member-1"),
    "verify-claim --challenge": ("verify-claim 1.claim --letter published.letter", None),
}
BAD: Final = {
    "control": ("a\x07b", "control character U+0007"),
    "bidirectional": ("a\u202eb", "bidirectional control U+202E"),
    "unassigned": ("a\u0378b", "U+0378"),
    "marks": ("a" + "\u0301" * 40, "marks in a row"),
    "long": ("x" * 5000, "not within"),
    "not UTF-8": ("a\udcff", "this is not UTF-8"),
}
EMPTY: Final = {"empty": "", "blank": "  ", "invisible": "\u200b\u2060", "filler": "\u3164"}
MAY_BE_EMPTY: Final = {"--purpose", "--role", "--source", "--statement"}


def test_the_table_names_every_text() -> None:
    """Options that go into a record as they are typed."""
    program = typer.main.get_command(build())
    name_values(program)

    def found(command: Any, name: str) -> Iterator[str]:
        for key, inner in getattr(command, "commands", {}).items():
            yield from found(inner, f"{name} {key}".strip())
        for p in parameters(command) if not hasattr(command, "commands") else ():
            if p.param_type_name == "option" and p.metavar in {"TEXT", "NAME"}:
                yield f"{name} {p.opts[0]}"

    compared = {
        *("registrar revoke --person", "registrar vouch --for"),
        *("roster revoke --person", "roster vouch --for"),
    }
    assert {*found(program, "")} == {*TEXTS} | compared


@pytest.mark.parametrize("bad", [*BAD, *EMPTY])
@pytest.mark.parametrize("name", TEXTS)
def test_the_hint_for_a_text_speaks_of_its_option(kept: Shop, name: str, bad: str) -> None:
    """Not of a damaged file, and not of "the options"; nothing is made."""
    line, home = TEXTS[name]
    option = name.rsplit(maxsplit=1)[-1]
    if bad in EMPTY and option in MAY_BE_EMPTY:
        return
    value, told = BAD.get(bad) or (EMPTY[bad], "")
    with kept.unchanged():
        done = kept.call(f"{line} {option} '{value}'", home, now=SIGNING, code=2)
    message, hint = done.problem()
    assert message.startswith(f"{option}: ")
    assert told in message
    assert option in hint


@pytest.mark.parametrize(
    "line",
    [
        "registrar revoke open.group --person '{}' --yes",
        "registrar vouch open.group --people open.csv --column '{}' --yes -o new",
        "member enrol open.group --voucher '{}' -o new",
        "sign letter.round --secret '{}' -o new",
        "sign letter.round --expect-round '{}' -o new",
        "check published.letter --receipt '{}'",
        "compare letter.round --words '{}'",
        "verify published.letter --group '{}'",
        "sign letter.round --relay '{}' -o new",
        "relay check {} --round letter.round --relay https://relay.invalid",
        "group create --name X --registrar clerk.registrar -o n --enrol-closes 9 --enrol-opens {}",
        "inspect '{}'",
        "trustee key --name X -o '{}/x'",
    ],
)
def test_bytes_that_are_no_text_are_no_defect(kept: Shop, line: str) -> None:
    """Of codes, times and addresses, too; only files may be named so."""
    own = ("registrar", "member", "sign", "check")
    home = "clerk" if line.startswith(own) else None
    with kept.unchanged():
        done = kept.call(line.format("a\udcff"), home, code=None)
    assert done.code in {2, 16}, done
    assert "\udcff" not in done.err


def test_text_is_read_where_the_system_is_not_set_to_utf_8(shop: Shop) -> None:
    """Python keeps its bytes there, and they are UTF-8 all the same."""
    env = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    shop.run("trustee key --name für -o new --home homes/new --no-passphrase", env=env)
    assert shop.call("inspect new --json").json["name"] == "für"
