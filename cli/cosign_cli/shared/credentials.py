"""What a member signs and claims with: a key of the home, or an ssh key by choice."""

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
    "warning: whoever makes your ssh key decrypt something of theirs (age does that) can confirm "
    "that a cosignature is yours, and whoever seizes it later can too; "
    "member key --prove-ssh gives you a fresh key instead"
)


@contextlib.contextmanager
def open_prover(
    console: Console,
    home: "Home",
    round_: "VerifiedRound",
    ssh_key: Path | None,
    ssh_passphrase_file: Path | None,
) -> "Iterator[tuple[Held, MembershipProver]]":
    """Give what this home, or an ssh key, signs with in a round, and its prover."""
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
