"""No command shows a secret that nobody asked for, whatever happens in it.

Every command runs in homes under a passphrase. What is looked for: every secret of
every home, before and after, every other one that the command made or held, the primes
and scalars behind them, vouchers, receipts, the secret of an invitation, and the
passphrases of homes and of an ssh key, each in the forms in which a program might
write it. What commands are run for is left out where it belongs, and there alone.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from unittest import mock

import pytest
import typer

from cosign.stores.files import TEMPORARY
from cosign_cli import main
from tests.support import leaks
from tests.support.commands import Shop
from tests.support.secret_lines import LINES, SHOWN, SSH_SEED, line_in, told, unasked, written

pytestmark = pytest.mark.usefixtures("cheap_passphrases")

FAULTS: Final = (
    "cosign_cli.shared.console.Console.check_output",
    "cosign_cli.shared.console.Console.result",
    "cosign_cli.shared.console.Console.write",
    "cosign.wire.record.encode",
    "cosign.primitives.hpke.open_sealed",
    "cosign.primitives.hpke.seal",
    "cosign.primitives.ed25519.SigningKey.sign",
    "cosign.primitives.vault._derive",
    "cosign.stores.home.overwrite",
    "cosign.stores.vault_file.unpad",
    "cosign.stores.home.write_file",
)
"""Where a fault of ours, or a disk, breaks a command."""


def left_behind(shop: Shop) -> list[Path]:
    """Return the temporary files that are still there."""
    return [*(shop / "tmp").iterdir(), *shop.folder.rglob(f"{TEMPORARY}*")]


@pytest.mark.parametrize("name", LINES)
def test_no_secret_is_shown_or_written(
    bare: Shop, locked: Shop, known: leaks.Known, tmp_path: Path, name: str
) -> None:
    """Neither result, note, traceback nor file shows one, and no temporary file is left."""
    line, now = line_in(bare, name)
    shop = locked.copy(tmp_path / "shop")
    env, shown = {"TMPDIR": str(shop / "tmp")}, ""
    again = f"{line} --json --force" if "-o new" in line else f"{line} --json"
    with leaks.building() as built:
        for variant, code in ((line, 0), (again, None), (f"{line} extra", None)):
            shown += told(name, shop.call(f"{variant} --debug", now=now, code=code, env=env))
    every = known | leaks.made(shop, built, leaks.ciphertexts(locked))
    assert leaks.leaks(shown, every.texts) == []
    assert written(shop, every, name) == []
    assert left_behind(shop) == []


def test_secrets_are_found_where_they_are(bare: Shop, known: leaks.Known) -> None:
    """The search finds what is really there: in every bare home, in each form, in receipts."""
    found = {Path(name).parts[1] for name, _secret in written(bare, known) if "homes" in name}
    assert found == {path.name for path in (bare / "homes").iterdir()}
    assert len(known.texts) > 500
    assert leaks.leaks(f"a traceback with {SSH_SEED!r} in it", known.texts)


@pytest.mark.parametrize("name", ["member key", "registrar keys", "trustee key", "member enrol"])
def test_fresh_secrets_are_found(bare: Shop, locked: Shop, tmp_path: Path, name: str) -> None:
    """What a command has just made is known in each form, whether a home keeps it or not."""
    line, now = line_in(bare, name)
    shop = locked.copy(tmp_path / "shop")
    before = leaks.known(shop)
    with leaks.building() as built:
        shop.call(line, now=now)
    after = leaks.known(shop)
    every = leaks.made(shop, built, leaks.ciphertexts(locked))
    fresh = [s for _path, record in leaks.vaults(shop) for s in leaks.secrets_in(record)]
    fresh = [secret for secret in fresh if any(secret) and secret not in before.raws]
    assert fresh
    assert before.raws < after.raws < every.raws
    assert leaks.spell(fresh).raws < after.raws


@pytest.mark.parametrize("name", SHOWN)
def test_what_a_command_is_for_is_left_out_once(
    bare: Shop, locked: Shop, tmp_path: Path, name: str
) -> None:
    """It stands in its place and is found there; nowhere else, nor twice, is it let through."""
    line, now = line_in(bare, name)
    for variant in (line, f"{line} --json"):
        shop = locked.copy(tmp_path / f"shop{len(variant)}")
        with leaks.building() as built:
            done = shop.call(variant, now=now)
        every = leaks.made(shop, built, leaks.ciphertexts(locked))
        where = SHOWN[name][0]
        raw = done.raw if where == "stdout" else (shop / where).read_bytes()
        assert leaks.leaks(raw, every.raws)
        assert not leaks.leaks(unasked(name, where, raw), every.raws)
        assert leaks.leaks(unasked(name, where, raw + raw), every.raws)
        assert leaks.leaks(unasked(name, "stderr", raw), every.raws)
        assert leaks.leaks(unasked("sign", where, raw), every.raws)


@pytest.mark.parametrize("name", LINES)
def test_no_secret_is_shown_where_a_command_breaks(
    bare: Shop, locked: Shop, known: leaks.Known, tmp_path: Path, name: str
) -> None:
    """A fault anywhere ends in an error whose message, traceback and arguments hold no secret."""
    line, now = line_in(bare, name)
    shown: list[str] = []
    shops, before = [locked.copy(tmp_path / "shop")], locked.files()
    with leaks.building() as built:
        for fault in FAULTS:
            if shops[-1].files() != before:  # what was done would be in the way
                shops.append(locked.copy(tmp_path / fault))
            with raising(fault) as errors:
                shown.append(told(name, shops[-1].call(f"{line} --debug", now=now, code=None)))
            for error in (link for e in errors for link in leaks.chain(e)):
                shown += [repr(error), str(error), repr(error.args), repr(vars(error))]
    assert any("broken on purpose" in text for text in shown)
    for shop in shops:
        every = known | leaks.made(shop, built, leaks.ciphertexts(locked))
        assert leaks.leaks("\n".join(shown), every.texts) == []
        assert written(shop, every, name) == []


@contextmanager
def raising(place: str) -> Iterator[list[Exception]]:
    """Let a function fail as nobody expects; gives the errors in which commands ended."""
    errors: list[Exception] = []
    tell = main._fail

    def fail(error: Exception, *, as_json: bool) -> int:
        errors.append(error)
        return tell(error, as_json=as_json)

    def broken(*_arguments: object, **_named: object) -> None:
        raise RuntimeError("broken on purpose")

    with mock.patch.object(main, "_fail", fail), mock.patch(place, broken):
        yield errors


def parameters(command: Any) -> Iterator[Any]:
    """Yield the arguments and options of a command and of those inside it."""
    yield from command.params
    for inner in getattr(command, "commands", {}).values():
        yield from parameters(inner)


PARAMETERS: Final = list(parameters(typer.main.get_command(main.build())))


def test_no_option_takes_a_passphrase() -> None:
    """Passphrases come from a file, the environment or a terminal, never from the command line."""
    options = [p for p in PARAMETERS if "pass" in f"{p.name}{p.opts}"]
    assert {p.name for p in options} >= {"passphrase_file", "ssh_passphrase_file"}
    assert {p.type_descriptor.annotation for p in options} == {Path, bool}


@pytest.mark.parametrize("option", ["--voucher", "--secret", "--receipt"])
def test_help_warns_of_codes_on_the_command_line(option: str) -> None:
    """Whatever takes a secret code says that others see it there, and how to avoid it."""
    helps = [p.help for p in PARAMETERS if option in p.opts and not p.is_flag]
    assert helps
    for text in helps:
        assert "Other users can see it here" in text
        assert option == "--receipt" or "if left out, you are asked" in text
