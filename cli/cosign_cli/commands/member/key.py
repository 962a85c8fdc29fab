"""``cosign-letter member key``: make a fresh key for a roster."""

import shlex
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.homes import open_home
from cosign_cli.shared.options import SshPassphraseFile
from cosign_cli.shared.ssh import read_ssh_seed
from cosign_cli.shared.streams import STREAM


@command(secrets=True, output=True)
def run(
    console: Console,
    prove_ssh: Annotated[
        Path | None,
        typer.Option(metavar="PATH", help="Let this ssh key vouch for the fresh key."),
    ] = None,
    ssh_passphrase_file: SshPassphraseFile = None,
) -> None:
    """Make a fresh membership key for a roster."""
    from cosign.errors import UsageError
    from cosign.homes import add_member_key
    from cosign.primitives.ssh.signatures import sign_sshsig
    from cosign.wire.armor import armor
    from cosign.wire.record import name_of

    if prove_ssh and console.output == STREAM:
        raise UsageError("--prove-ssh writes two files", hint="name a file with --output")
    beside = replace(console, output=f"{console.output}.sig", armor=False)  # text in any case
    console.check_output()
    if prove_ssh:
        beside.check_output()
    ssh_seed = None
    if prove_ssh:
        elsewhere = _by_ssh_keygen(prove_ssh, console.output)
        ssh_seed = read_ssh_seed(console, prove_ssh, ssh_passphrase_file, elsewhere)
    home = open_home(console)
    with home.undoing():
        record = add_member_key(home)
        console.write_record(record)
    if ssh_seed:
        raw = record.to_bytes()
        signed = armor(name_of(record.LABEL), raw) if console.armor else raw
        beside.write(sign_sshsig(ssh_seed, signed), "ssh proof")
    also = f" and {beside.output}" if ssh_seed else ""
    console.result(
        f"{console.output}{also}: your key; give it to the person who publishes the roster",
        {"output": console.output, "key": record.key.hex(), "proof": bool(ssh_seed)},
    )


def _by_ssh_keygen(ssh_key: Path, output: str) -> str:
    """Return the way for ssh keys that only ssh-keygen can use."""
    from cosign.primitives.ssh.signatures import NAMESPACE

    key, file = shlex.quote(str(ssh_key)), shlex.quote(output)
    return (
        "make the key without --prove-ssh, then let ssh-keygen sign it: "
        f"ssh-keygen -Y sign -f {key} -n {NAMESPACE} {file}"
    )
