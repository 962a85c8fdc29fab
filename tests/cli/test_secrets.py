"""No command shows a secret that nobody asked for, whatever happens in it.

Every command runs in homes under a passphrase. What is looked for: every secret of
every home, the primes and scalars behind them, vouchers, receipts, the secret of an
invitation, and the passphrases of homes and of an ssh key, each in the forms in
which a program might write it.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, cast
from unittest import mock

import pytest
import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat

from cosign.primitives.codes import decode_code
from cosign.primitives.constant_time import scalar_from_seed
from cosign.primitives.openssh import make_ed25519
from cosign.records.invitation import INVITATION_PREFIX, INVITATION_SECRET_BYTES
from cosign.stores.files import TEMPORARY
from cosign.stores.home import Home
from cosign_cli import main
from tests.cli.test_manners import COMMANDS, ROUND, line_of
from tests.support import leaks
from tests.support.commands import AFTERWARDS, BETWEEN, ENROLMENT, SIGNING, Shop, environment
from tests.support.staff import vouchers
from tests.support.world import Seeded

SSH_SEED: Final = Seeded("ssh seed")(32)
SSH_PASSPHRASE: Final = "Tr0ub4dor&3"  # noqa: S105  # of a key that lives for one test run

MORE: Final = {
    "sign, invited": (
        "sign letter.invite --secret SECRET --min-set 2 --yes -o new",
        "member-3",
        SIGNING,
    ),
    "sign, with a roster key": (
        "sign keys.round --min-set 2 --yes -o new",
        "lister-1",
        SIGNING,
    ),
    "claim, with a roster key": (
        "claim keys.letter --challenge Hello --reveal-key -o new",
        "lister-1",
        AFTERWARDS,
    ),
    "sign, with an ssh key": (
        "sign ssh.round --min-set 2 --yes --ssh-key k --ssh-passphrase-file kp -o new",
        "new",
        SIGNING,
    ),
    "member key, vouched for": (
        "member key --prove-ssh k --ssh-passphrase-file kp -o new",
        "new",
        SIGNING,
    ),
    "member enrol, with a true voucher": (
        "member enrol open.group --voucher VOUCHER -o new",
        "new",
        ENROLMENT,
    ),
}
"""Lines with secrets in them, beside one line of every command."""

FAULTS: Final = (
    "cosign_cli.console.Console.check_output",
    "cosign_cli.console.Console.result",
    "cosign_cli.console.Console.write",
    "cosign.encoding.encode",
    "cosign.primitives.sealing.open_sealed",
    "cosign.primitives.sealing.seal",
    "cosign.primitives.signing.SigningKey.sign",
    "cosign.primitives.vault._derive",
    "cosign.stores.home._overwrite",
    "cosign.stores.home.unpad",
    "cosign.stores.home.write_file",
)
"""Where a fault of ours, or a disk, breaks a command."""

OPEN: Final = (
    "cosign.armor.",
    "cosign.encoding.",
    "cosign.padding.",
    "cosign.primitives.",
    "cosign.proofs.ring_claim.",
    "cosign.secret.",
    "cosign.stores.files.",
    "cosign.stores.home.",
    "cosign_cli.",
)
"""Modules whose functions compute with bare secrets, or pass on what was typed or read."""

GIVEN: Final = {"vouchers.csv", "open.csv", "passphrase", "kp", "invitation"}
"""Files in which people keep what they give to commands."""


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory, kept: Shop) -> Shop:
    """The staff council's shop with an invitation, rounds of rosters and an ssh key; only read."""
    shop = kept.copy(tmp_path_factory.mktemp("secrets") / "shop")
    code = shop.call("round invite letter.round -o letter.invite").out
    (shop / "invitation").write_text(code)
    public = make_ed25519("me@x", lambda _: SSH_SEED)[1]
    builder = PrivateFormat.OpenSSH.encryption_builder().kdf_rounds(1)
    key = Ed25519PrivateKey.from_private_bytes(SSH_SEED)
    locked = builder.build(SSH_PASSPHRASE.encode())
    (shop / "k").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, locked))
    (shop / "kp").write_text(SSH_PASSPHRASE)
    (shop / "authorized_keys").write_text(public)
    create = "roster create --name New --source them --member 1.member --ssh authorized_keys"
    shop.call(f"{create} -o ssh.roster", "organizer")
    for name in ("keys", "ssh"):
        line = f"{ROUND.replace('staff.group', f'{name}.roster')} -o {name}.round"
        shop.call(line, "organizer", now=BETWEEN)
    (shop / "listed").mkdir()
    shop.call("sign keys.round --min-set 2 --yes -o listed/1.sealed", "lister-1")
    publish = "publish keys.round --envelopes listed -o keys.letter"
    shop.call(publish, "organizer", now=AFTERWARDS)
    return shop


@pytest.fixture(scope="module")
def locked(bare: Shop) -> Shop:
    """The same, its homes under the passphrase; only copied."""
    shop = bare.copy(bare.folder.parent / "locked")
    leaks.lock_homes(shop)
    (shop / "tmp").mkdir()
    return shop


@pytest.fixture(autouse=True)
def _passphrases_are_cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    cheap = (leaks.CHEAP, *cast("tuple[Any, ...]", Home.__init__.__defaults__)[1:])
    monkeypatch.setattr(Home.__init__, "__defaults__", cheap)


@pytest.fixture(scope="module")
def known(bare: Shop) -> leaks.Known:
    """Every secret of the shop."""
    code = (bare / "invitation").read_text().strip()
    invitation = decode_code(code, INVITATION_SECRET_BYTES, INVITATION_PREFIX)
    more = {invitation, SSH_SEED, scalar_from_seed(SSH_SEED), SSH_PASSPHRASE.encode()}
    return leaks.known(bare, more)


def command_of(bare: Shop, name: str) -> tuple[str, str]:
    """Give a line, with a locked home where there is one, and its time."""
    line, home, now = MORE[name] if name in MORE else line_of(bare, name)
    line = line.replace("SECRET", (bare / "invitation").read_text().strip())
    line = line.replace("VOUCHER", vouchers(bare, "open.csv")[2])
    if home:
        line = f"{line} --home homes/{home} --passphrase-file passphrase"
    return line, now


def written(shop: Shop, known: leaks.Known) -> list[tuple[str, bytes]]:
    """Give every secret that stands in a file, homes included, with the file's name."""
    return [
        (name, found)
        for name, raw in shop.files().items()
        if name not in GIVEN
        for found in leaks.leaks(raw, known.raws)
    ]


def left_behind(shop: Shop) -> list[Path]:
    """Give the temporary files that are still there."""
    return [*(shop / "tmp").iterdir(), *shop.folder.rglob(f"{TEMPORARY}*")]


@pytest.mark.parametrize("name", [*COMMANDS, *MORE])
def test_no_secret_is_shown_or_written(
    bare: Shop, locked: Shop, known: leaks.Known, tmp_path: Path, name: str
) -> None:
    """Neither result, note, traceback nor file shows one, and no temporary file is left."""
    line, now = command_of(bare, name)
    shop = locked.copy(tmp_path / "shop")
    env, shown = {"TMPDIR": str(shop / "tmp")}, ""
    again = f"{line} --json --force" if "-o new" in line else f"{line} --json"
    for variant, code in ((line, 0), (again, None), (f"{line} extra", None)):
        done = shop.call(f"{variant} --debug", now=now, code=code, env=env)
        shown += done.out + done.err
    assert leaks.leaks(shown, known.texts) == []
    assert written(shop, known) == []
    assert left_behind(shop) == []


def test_secrets_are_found_where_they_are(bare: Shop, known: leaks.Known, tmp_path: Path) -> None:
    """The search finds what is really there: in every bare home, in each form, in receipts."""
    found = {Path(name).parts[1] for name, _secret in written(bare, known) if "homes" in name}
    assert found == {path.name for path in (bare / "homes").iterdir()}
    assert len(known.texts) > 500
    assert leaks.leaks(f"a traceback with {SSH_SEED!r} in it", known.texts)
    shop = bare.copy(tmp_path / "shop")
    sent = shop.call("sign letter.round --min-set 2 --yes --receipt -o new", "member-3")
    assert leaks.leaks(sent.out, leaks.receipts(shop))
    watch = leaks.Locals()
    with watch.watching():
        shop.call("registrar close staff.group -o closed", "council", now=BETWEEN)
    assert "cosign.primitives.signing.SigningKey.__init__" in watch.revealing(known)


@pytest.mark.parametrize("name", [*COMMANDS, *MORE])
def test_no_secret_is_shown_where_a_command_breaks(
    bare: Shop, locked: Shop, known: leaks.Known, tmp_path: Path, name: str
) -> None:
    """A fault anywhere ends in an error whose message, traceback and arguments hold no secret."""
    line, now = command_of(bare, name)
    told: list[str] = []
    shop = locked.copy(tmp_path / "shop")
    for fault in FAULTS:
        with raising(fault) as errors:
            done = shop.call(f"{line} --debug", now=now, code=None)
        if not errors:  # not reached: what was done must not be in the way of the next one
            shop = locked.copy(tmp_path / fault)
        told += [done.out, done.err]
        for error in (link for e in errors for link in leaks.chain(e)):
            told += [repr(error), str(error), repr(error.args), repr(vars(error))]
    assert any("broken on purpose" in text for text in told)
    assert leaks.leaks("\n".join(told), known.texts) == []
    assert written(shop, known) == []


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


@pytest.mark.parametrize("name", [*COMMANDS, *MORE])
def test_steps_and_records_hold_secrets_shut(
    bare: Shop, locked: Shop, known: leaks.Known, tmp_path: Path, name: str
) -> None:
    """What a debugger or a crash reporter would show: locals of few modules hold bare secrets."""
    line, now = command_of(bare, name)
    shop, watch = locked.copy(tmp_path / "shop"), leaks.Locals()
    with watch.watching():
        shop.call(line, now=now)
    assert watch.kept
    assert {place for place in watch.revealing(known) if not place.startswith(OPEN)} == set()


def parameters(command: Any) -> Iterator[Any]:
    """Give the arguments and options of a command and of those inside it."""
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
        assert "process list" in text
        assert option == "--receipt" or "asked for if left out" in text


_WATCHED_POOL: Final = """
import concurrent.futures, os, pickle, sys
from pathlib import Path

seen = Path("seen")

def look():
    for what in ("cmdline", "environ"):
        Path(seen / f"{os.getpid()}-{what}").write_bytes(Path(f"/proc/self/{what}").read_bytes())

class Pool(concurrent.futures.ProcessPoolExecutor):
    def __init__(self, *arguments, **named):
        super().__init__(*arguments, initializer=look, **named)

    def submit(self, *task):
        Path(seen / f"{len(os.listdir(seen))}-task").write_bytes(pickle.dumps(task))
        return super().submit(*task)

concurrent.futures.ProcessPoolExecutor = Pool
os.cpu_count = lambda: 2
from cosign_cli import main, workers
workers._WORTH_BYTES = 0
main.main()
"""


def test_processes_that_help_are_told_no_secret(
    bare: Shop, locked: Shop, known: leaks.Known, tmp_path: Path
) -> None:
    """Neither arguments, environment nor tasks of a process pool hold one, though keys are open."""
    line, now = command_of(bare, "publish")
    shop = locked.copy(tmp_path / "shop")
    (shop / "seen").mkdir()
    subprocess.run(
        [sys.executable, "-c", _WATCHED_POOL, *line.split()],
        cwd=shop.folder,
        env=environment(now),
        capture_output=True,
        check=True,
    )
    seen = list((shop / "seen").iterdir())
    assert {path.name.partition("-")[2] for path in seen} == {"cmdline", "environ", "task"}
    told = b"".join(path.read_bytes() for path in seen)
    assert b"check_chunk" in told
    assert leaks.leaks(told, known.raws) == []
