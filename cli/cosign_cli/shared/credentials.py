"""The key with which a member signs and claims: one of the home, or an ssh key."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cosign_cli.shared.console import Console
from cosign_cli.shared.progress import show_progress
from cosign_cli.shared.ssh import read_ssh_seed

if TYPE_CHECKING:
    from cosign.proofs.interface import MembershipProver
    from cosign.records.round import VerifiedRound
    from cosign.stores.home import Home
    from cosign.stores.keys import Held

_SSH_WARNING: Final = (
    "warning: an ssh key is less private: someone who gets you to decrypt a file with it (as age "
    "does), or who obtains it later, can tell which cosignature is yours; for the next roster, "
    "make a fresh key with member key --prove-ssh"
)


@contextlib.contextmanager
def open_prover(
    console: Console,
    home: "Home",
    round_: "VerifiedRound",
    ssh_key: Path | None,
    ssh_passphrase_file: Path | None,
) -> "Iterator[tuple[Held, MembershipProver]]":
    """Provide the credential that signs in a round, and its prover.

    Args:
        console: of the command.
        home: where the credential is, and where its uses are noted.
        round_: the round.
        ssh_key: the file of an ssh key that signs instead of a key of the home.
        ssh_passphrase_file: its first line opens the ssh key.

    Raises:
        MissingError: neither the home nor the ssh key can sign in the round.
        PassphraseError: a passphrase is missing or wrong.
    """
    from concurrent.futures import ThreadPoolExecutor

    from cosign.roles.member.signing import make_prover
    from cosign.stores.keys import find_credential, ssh_credential

    seed = None
    if ssh_key:
        console.note(_SSH_WARNING)
        seed = read_ssh_seed(ssh_key, ssh_passphrase_file)
    with show_progress("proving") as progress, ThreadPoolExecutor(os.cpu_count()) as executor:
        held = ssh_credential(home, seed) if seed else find_credential(home, round_)
        yield (
            held,
            make_prover(held.credential, round_, seed=seed, executor=executor, progress=progress),
        )
