"""No command shows a secret on the way over a relay, nor does the relay itself, nor the demo.

As in test_secrets. What is looked for besides are the relay's token and the capability
of each mailbox, and in the relay's own output and files as well.
"""

import re
from pathlib import Path
from typing import Any, Final

import pytest
import typer

from cosign.primitives.codes import decode_code
from cosign.primitives.ssh.private_files import ed25519_seed
from cosign.records.enrolment import VOUCHER_BYTES
from cosign.records.voucher import CODE_BYTES
from cosign_cli import main
from tests.cli.test_secrets import FAULTS, raising
from tests.support import leaks, relayed
from tests.support.cli_fixture import vouchers
from tests.support.command_table import COMMANDS, JOINT, LEAVES, STAMPS
from tests.support.commands import Shop
from tests.support.relayed import STEPS, Played
from tests.support.relays import TOKEN, TOKEN_CODE
from tests.support.secret_lines import GIVEN

_ELSEWHERE: Final = {"relay stamp", *STAMPS, *JOINT}
"""They read public files only; campaign create signs, as round create does."""

_COLLECTED: Final = {"member key", "roster collect", "roster status"}
"""tests/cli/test_collecting_relay.py plays them over a relay, and searches what they say."""

REPEATED: Final = {"relay register, once more", "trustee open, another"}

FAULTS_THERE: Final = (
    *FAULTS,
    "cosign.records.mailbox.MailboxTerms.check",
    "cosign.relay.client.answers.check_acknowledged",
    "cosign.relay.client.transport.Transport.ask",
)


@pytest.fixture(scope="module")
def played(bare: Shop, locked: Shop, tmp_path_factory: pytest.TempPathFactory) -> Played:
    """A whole round over a relay; only read."""
    return relayed.play(bare, locked.copy(tmp_path_factory.mktemp("relayed") / "shop"))


def _takes_relay(name: str) -> bool:
    """Return whether a command has an option that names a relay."""
    found: Any = typer.main.get_command(main.build())
    for word in name.split():
        found = found.commands[word]
    return any("--relay" in parameter.opts for parameter in found.params)


def test_every_way_over_a_relay_is_played() -> None:
    """Whatever takes --relay is a step, and no command is left out of the search."""
    steps = {name.partition(",")[0] for name in STEPS}
    assert {name for name in LEAVES if _takes_relay(name)} <= steps | _COLLECTED
    assert {*steps, *COMMANDS, *_ELSEWHERE, "demo", "relay serve"} == set(LEAVES)


@pytest.mark.parametrize("name", STEPS)
def test_no_secret_is_shown_over_a_relay(played: Played, name: str) -> None:
    """Neither result nor notes show one, also where a mailbox is made or worked off."""
    done = played.steps[name].done
    assert leaks.leaks(done.out + done.err, played.known.texts) == []


def test_the_relay_keeps_and_tells_no_secret(played: Played) -> None:
    """Its output, database and exports hold none; a capability stands in its key alone."""
    assert "cosign-letter: warning: the time is" in played.said
    assert leaks.leaks(played.said, played.known.texts) == []
    assert relayed.written(played.shop, played.known, GIVEN) == []
    for name in (*relayed.MAILBOXES, "relay.token"):
        assert leaks.leaks((played.shop / name).read_bytes(), played.known.raws)


@pytest.mark.usefixtures("cheap_passphrases")
def test_no_secret_is_shown_where_a_relayed_command_breaks(bare: Shop, played: Played) -> None:
    """A fault anywhere, a slip or a repetition ends in words without secrets, the relay's too."""
    told, files = [], []
    host = played.shop.copy(played.shop.folder.parent / "host")
    with relayed.relay_in(host) as relay, leaks.building() as built:
        for name in STEPS.keys() - REPEATED:
            line, now = relayed.line_over(bare, name, relay.url)
            shown, made = break_everywhere(played.steps[name].before, f"{line} --debug", now)
            assert any("broken on purpose" in text for text in shown), line
            told += shown
            files += made
    known = played.known | leaks.made(host, built, set())
    assert leaks.leaks("\n".join([*told, relay.said]), known.texts) == []
    assert [path for path, raw in files if leaks.leaks(raw, known.raws)] == []
    assert relayed.written(host, known, GIVEN) == []


def break_everywhere(shop: Shop, line: str, now: str) -> tuple[list[str], list[tuple[str, bytes]]]:
    """Break a line at each place, in copies of a shop; give words and new files outside homes."""
    told: list[str] = []
    spare = f"{shop.folder} and "
    copies, before = [shop.copy(Path(f"{spare}nothing"))], shop.files()
    for fault in FAULTS_THERE:
        if copies[-1].files() != before:  # what was done would be in the way
            copies.append(shop.copy(Path(f"{spare}{fault}")))
        with raising(fault) as errors:
            done = copies[-1].call(line, now=now, code=None)
        told += [done.out, done.err]
        for error in (link for e in errors for link in leaks.chain(e)):
            told += [repr(error), str(error), repr(error.args), repr(vars(error))]
    for variant in (f"{line} --json", f"{line} extra"):
        done = copies[-1].call(variant, now=now, code=None)
        told += [done.out, done.err]
    new = {(path, raw) for copy in copies for path, raw in copy.files().items()}
    return told, [
        (path, relayed.public(path, raw))
        for path, raw in new - set(before.items())
        if not path.startswith("homes/")
    ]


@pytest.mark.usefixtures("cheap_passphrases")
def test_a_token_that_is_refused_is_not_shown(bare: Shop, played: Played) -> None:
    """Neither where the relay does not take it nor where it is mistyped."""
    shop = played.shop.copy(played.shop.folder.parent / "refused")
    with relayed.relay_in(shop) as relay:
        line, now = relayed.line_over(bare, "relay register", relay.url)
        line = line.replace("relay.token", "wrong.token").replace("letter.mailbox", "new.mailbox")
        said = ""
        for text in (TOKEN_CODE, TOKEN_CODE[:-1], TOKEN_CODE.replace("-relay-", "-invite-")):
            (shop / "wrong.token").write_text(text)
            done = shop.call(f"{line} --force --debug", now=now, code=None)
            assert "hint: " in done.err
            said += done.out + done.err
    known = leaks.spell({TOKEN.reveal()})
    assert leaks.leaks(said + relay.said, known.texts) == []
    assert TOKEN_CODE.partition("-relay-")[2][:20] not in said + relay.said


@pytest.mark.parametrize("kind", ["registered", "rostered"])
def test_the_demo_shows_only_vouchers(tmp_path: Path, kind: str) -> None:
    """They stand in the command lines that it plays; all else stays in homes and keys' files."""
    shop = Shop(tmp_path)
    with leaks.building() as built:
        done = shop.call(f"demo --kind {kind} --members 2 --signers 2 --keep here")
    assert "the letter is valid: 2 of 2 members signed" in done.out
    assert (kind == "rostered") == ("--ssh-key id_2" in done.out)
    assert (kind == "rostered") == ("--prove-ssh id_1" in done.out)
    here = Shop(shop / "here")
    codes = set(vouchers(here)) if kind == "registered" else set()
    keys = {path.name: ed25519_seed(path.read_bytes(), None) for path in here.folder.glob("id_*")}
    held = {decode_code(code, CODE_BYTES)[:VOUCHER_BYTES] for code in codes}
    held |= {seed.reveal() for seed in keys.values()}
    known = leaks.made(here, built | held, set())
    assert len(known.raws) > 100
    typed = re.compile(r"^\$ cosign-letter member enrol .* --voucher (\S+) ", re.MULTILINE)
    assert set(typed.findall(done.out)) == codes
    assert leaks.leaks(typed.sub("", done.out) + done.err, known.texts) == []
    found = {path for path, _secret in relayed.written(here, known, {"vouchers.csv", *keys})}
    assert {path for path in found if not path.startswith("homes/")} == set()
