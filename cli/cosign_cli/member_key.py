"""``cosign-letter member key`` and ``member certificate``: what a roster can be made of."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from cosign_cli.commands import command
from cosign_cli.console import STREAM, Console
from cosign_cli.member import app, load_member
from cosign_cli.ssh import SshPassphraseFile, read_ssh_seed


@command(app, "key", secrets=True, output=True)
def make_key(
    console: Console,
    prove_ssh: Annotated[
        Path | None,
        typer.Option(metavar="PATH", help="Have this ssh key vouch for the fresh one."),
    ] = None,
    ssh_passphrase_file: SshPassphraseFile = None,
) -> None:
    """Make a fresh membership key for a roster."""
    _make_key(console, prove_ssh, ssh_passphrase_file)


@command(app, "certificate", secrets=True, output=True)
def certificate(
    console: Console,
    group_file: Annotated[str, typer.Argument(metavar="GROUP", help="The group's file.")],
    slot: Annotated[int, typer.Option(metavar="J", min=1, help="Of which slot.")] = 1,
) -> None:
    """Write the certificate of one slot's key, to have the key put on a roster.

    The slot is spent: a key that somebody knows to be yours signs no registered round.
    """
    from cosign.roles.member.enrolment import export_certificate
    from cosign.stores.keys import member_name

    console.check_output()
    group = console.read_group(group_file)
    home = console.home()
    with home.lock():
        state, record = export_certificate(load_member(home, group.group_id), slot)
        # Written before the file leaves: whoever gets it knows whose key this is, so the
        # key must never be the tag of a registered round.
        home.write(member_name(group.group_id), state)
    console.write_record(record)
    console.result(
        f"{console.output}: the certificate of slot {slot}",
        {"output": console.output, "slot": slot},
    )


def _make_key(console: Console, prove_ssh: Path | None, passphrase_file: Path | None) -> None:
    from cosign.errors import UsageError
    from cosign.primitives.ssh.signatures import sign_sshsig
    from cosign.randomness import SYSTEM
    from cosign.records.member_key import MemberKeySecrets, make_member_key
    from cosign.records.secrets import SEED_BYTES
    from cosign.secret import Secret
    from cosign.stores.keys import key_name

    if prove_ssh and (console.output == STREAM or console.armor):
        raise UsageError(
            "a proof by an ssh key is two binary files", hint="name a file with --output"
        )
    beside = replace(console, output=f"{console.output}.sig")
    console.check_output()
    if prove_ssh:
        beside.check_output()
    ssh_seed = read_ssh_seed(prove_ssh, passphrase_file) if prove_ssh else None
    seed = Secret(SYSTEM(SEED_BYTES))
    record = make_member_key(seed)
    home = console.home()
    with home.lock():
        home.write(key_name(record.key), MemberKeySecrets(record.key, seed, ()))
    console.write_record(record)
    if ssh_seed:
        beside.write(sign_sshsig(ssh_seed, record.to_bytes()), "ssh proof")
    also = f" and {beside.output}" if ssh_seed else ""
    console.result(
        f"{console.output}{also}: your key; give it to whoever publishes the roster",
        {"output": console.output, "key": record.key.hex(), "proof": bool(ssh_seed)},
    )
