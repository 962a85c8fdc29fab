"""What a debugger or a crash reporter would show: few functions hold bare secrets (SECURITY.md).

Each function that may is named here, with a reason. So a new one, wherever it is, has to
give its own, or keep the secret in a ``Secret``.
"""

from pathlib import Path
from typing import Final

import pytest

from tests.support import leaks
from tests.support.commands import Shop
from tests.support.secret_lines import LINES, line_in

pytestmark = pytest.mark.usefixtures("cheap_passphrases")

COMPUTES: Final = ("cosign.primitives.", "cosign.proofs.ring.claim.prove_claim")
"""They compute with secrets. Those of ``primitives`` are not named one by one, because what each
of them has is what it works on, and which ones hold a secret changes with every equation."""

ENCODES: Final = (
    "cosign.wire.record.",
    "cosign.wire.codecs.",
    "cosign.wire.padding.",
    "cosign.wire.armor._Raw.readinto",
)
"""Each codec passes on bytes of a record, and does not know which of them are a secret's. The
buffer that ``readinto`` is handed is not cleared, so it shows what was in memory before."""

OPENS: Final = {
    "cosign.secret.Secret.__init__",
    "cosign.stores.files.read_file",
    "cosign.stores.files.write_file",
    "cosign.stores.home.Home.read",
    "cosign.stores.home.Home.write",
    "cosign.stores.home._padded",
}
"""Between the disk and a ``Secret``: bare vaults, passphrases and vouchers are files."""

TYPED: Final = {
    "cosign.roles.member.receipts.decode_receipt",
    "cosign_cli.commands.check.run",
    "cosign_cli.shared.options.command.<locals>.extend.<locals>.run",
    "cosign_cli.shared.console.Console._open_invitation",
    "cosign_cli.shared.console.Console.read_round",
    "cosign_cli.commands.member.forget._target",
    "cosign_cli.commands.member.forget._target_of_file",
    "cosign_cli.commands.member.forget.run",
    "cosign_cli.main.run",
    "cosign_cli.commands.member.enrol.run",
    "cosign_cli.shared.signing.read_expected_round",
    "cosign_cli.commands.sign.run",
    "cosign_cli.commands.withdraw.run",
    "cosign_cli.commands.trustee.open.run",
}
"""What stood on the command line: a voucher, an invitation's secret, a receipt."""

ASKED: Final = {
    "cosign_cli.shared.console.Console._passphrase",
    "cosign_cli.shared.ssh.read_ssh_seed",
}
"""Passphrases, until they are in a ``Secret``."""

SHOWS: Final = {
    "cosign_cli.shared.console.Console.result",
    "cosign_cli.shared.console.Console.write",
    "cosign_cli.commands.registrar.vouch.run",
    "cosign_cli.commands.round.invite.run",
    "cosign_cli.shared.signing.seal",
}
"""What a command is run for: vouchers, an invitation's secret, a receipt."""

NAMED: Final = OPENS | TYPED | ASKED | SHOWS


def test_few_functions_hold_bare_secrets(
    bare: Shop, locked: Shop, known: leaks.Known, tmp_path: Path
) -> None:
    """The named functions do, those that compute and encode, and no other one."""
    found: dict[str, set[str]] = {}
    for name in LINES:
        line, now = line_in(bare, name)
        shop, watch = locked.copy(tmp_path / name), leaks.Locals()
        with leaks.building() as built, watch.watching():
            shop.call(line, now=now)
        assert watch.kept
        every = known | leaks.made(shop, built, leaks.ciphertexts(locked))
        for place in watch.revealing(every):
            if not place.startswith((*COMPUTES, *ENCODES)):
                found.setdefault(place, set()).add(name)
    assert {place: names for place, names in found.items() if place not in NAMED} == {}
    assert set(found) == NAMED
