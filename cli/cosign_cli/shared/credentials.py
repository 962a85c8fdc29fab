"""The key with which a member signs and claims: one of the home, or an ssh key."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypedDict

from cosign_cli.shared.console import Console
from cosign_cli.shared.progress import show_progress
from cosign_cli.shared.ssh import read_ssh_seed

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from cosign.primitives.progress import Progress
    from cosign.records.credential import Credential
    from cosign.records.round import VerifiedRound
    from cosign.secret import Secret

_SSH_WARNING: Final = (
    "warning: an ssh key is less private: someone who gets you to decrypt a file with it (as age "
    "does), or who obtains it later, can tell which cosignature is yours; for the next roster, "
    "make a fresh key with member key --prove-ssh"
)

_COMPUTATIONAL: Final = (
    "warning: the roster lists your key as an ssh key, so your anonymity is computational: a "
    "quantum computer of the future could tell that you signed; for the next roster, make a fresh "
    "key with member key, whose anonymity is everlasting"
)


class Proving(TypedDict):
    """What :func:`cosign.homes.open_member` wants beside the home and the round."""

    ssh_seed: "Secret | None"
    executor: "Executor | None"
    progress: "Progress"


def warn_of_kind(console: Console, round_: "VerifiedRound", credential: "Credential") -> None:
    """Warn a member who signs for a roster with a key that is not fresh."""
    from cosign.records.member_key import MemberKeySecrets

    fresh = isinstance(credential, MemberKeySecrets) and credential.secret
    if round_.group.key_kinds and not fresh:
        console.note(_COMPUTATIONAL)


@contextlib.contextmanager
def proving(
    console: Console,
    round_: "VerifiedRound",
    ssh_key: Path | None,
    ssh_passphrase_file: Path | None,
) -> "Iterator[Proving]":
    """Provide what a proof needs: the seed of an ssh key if one is named, workers, a bar.

    The keys of a roster are checked first, so processes that help start before a secret is
    read, and have none in their memory.
    """
    from cosign_cli.shared.workers import process_pool  # a member who reads --help needs none

    with process_pool() as executor:
        with show_progress("checking keys") as progress:
            round_.membership_verifier(executor, progress)
        seed = None
        if ssh_key:
            console.note(_SSH_WARNING)
            seed = read_ssh_seed(console, ssh_key, ssh_passphrase_file)
        with show_progress("proving") as progress:
            yield {"ssh_seed": seed, "executor": executor, "progress": progress}
