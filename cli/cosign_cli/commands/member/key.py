"""``cosign-letter member key``: make a fresh key for a roster, and hand it in with a slip."""

import contextlib
import shlex
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cosign.quoting import quoted
from cosign_cli.shared.clock import current_minute
from cosign_cli.shared.collections import read_collection
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.extras import needs_extra
from cosign_cli.shared.homes import open_home
from cosign_cli.shared.options import SshPassphraseFile
from cosign_cli.shared.prompts import ask_code
from cosign_cli.shared.relay_client import deliver, repeatable, warn_of_address
from cosign_cli.shared.ssh import read_ssh_seed
from cosign_cli.shared.streams import STREAM

if TYPE_CHECKING:
    from cosign.records.collection import Collection, KeyDelivery


_CollectionFile = Annotated[
    str | None,
    typer.Option(metavar="FILE", help="Hand the key in for this collection, with a slip's code."),
]
_SlipCode = Annotated[
    str | None,
    typer.Option(
        metavar="CODE",
        help="The slip's code. Other users can see it here; if left out, you are asked.",
    ),
]
_SshKey = Annotated[
    Path | None, typer.Option(metavar="PATH", help="Let this ssh key vouch for the fresh key.")
]


@command(secrets=True, output=True, relay=True, posts=True)
def run(
    console: Console,
    collection: _CollectionFile = None,
    slip: _SlipCode = None,
    prove_ssh: _SshKey = None,
    ssh_passphrase_file: SshPassphraseFile = None,
) -> None:
    """Make a fresh membership key for a roster.

    With --collection it is sealed to the person who collects keys, together with the code of
    your slip. The same command again hands in the same key.
    """
    from cosign.errors import UsageError

    if collection is None:
        if slip or console.relay:
            raise UsageError(
                "a slip is for a collection of keys", hint="add --collection, with the file of it"
            )
        _make(console, prove_ssh, ssh_passphrase_file)
    elif prove_ssh:
        raise UsageError(
            "a key that is handed in with a slip needs no ssh key", hint="leave one of them out"
        )
    else:
        _hand_in(console, collection, slip)


def _make(console: Console, ssh_key: Path | None, ssh_passphrase_file: Path | None) -> None:
    """Make a key and write its public record, with an ssh key's signature beside it."""
    from cosign.errors import UsageError
    from cosign.homes import add_member_key
    from cosign.primitives.ssh.signatures import sign_sshsig
    from cosign.wire.armor import armor
    from cosign.wire.record import name_of

    if ssh_key and console.output == STREAM:
        raise UsageError("--prove-ssh writes two files", hint="name a file with --output")
    beside = replace(console, output=f"{console.output}.sig", armor=False)  # text in any case
    console.check_output()
    ssh_seed = None
    if ssh_key:
        beside.check_output()
        elsewhere = _by_ssh_keygen(ssh_key, console.output)
        ssh_seed = read_ssh_seed(console, ssh_key, ssh_passphrase_file, elsewhere)
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


def _hand_in(console: Console, path: str, slip: str | None) -> None:
    """Seal the home's key for a collection with a slip's code, and write or post it."""
    from functools import partial

    from cosign.homes import key_for
    from cosign.roles.member import decode_slip, deliver_key

    made = read_collection(path)
    made.check_open(current_minute())
    console.check_output()
    home = open_home(console)
    home.check_writable()
    if console.relay:
        warn_of_address(console.proxy)
    decode = partial(decode_slip, made)
    voucher = decode(slip or ask_code("slip", decode))
    # What was posted may have arrived, so the key is kept in any case.
    with contextlib.nullcontext() if console.relay else home.undoing():
        record = key_for(home, made)
        delivery = deliver_key(made, voucher, record, current_minute())
        _deliver(console, made, delivery)
    _say_handed_in(console, made, record.key)


def _say_handed_in(console: Console, made: "Collection", key: bytes) -> None:
    """Say what was handed in, with what the member compares.

    Args:
        console: of the command.
        made: the collection.
        key: the member's, 32 bytes.
    """
    from cosign.primitives.hashing import fingerprint, fingerprint_beside

    shown = fingerprint(made.collection_id)
    sent = "" if console.relay else "; send the file to the publisher"
    console.result(
        f"{console.output or console.relay}: your key for the roster {quoted(made.name)}, "
        f"sealed to {quoted(made.publisher.name)}{sent}\n"
        f"compare with your slip\n{fingerprint_beside('fingerprint  ', shown)}",
        {
            "output": console.output,
            "key": key.hex(),
            "collection": shown,
            "posted": bool(console.relay),
        },
    )


def _deliver(console: Console, collection: "Collection", delivery: "KeyDelivery") -> None:
    """Write the sealed key, post it, or both."""
    if not console.relay:
        console.write_record(delivery)
        return
    with needs_extra("client"):
        from cosign.relay.owners import collection_address
        from cosign.relay.shelves import DELIVERIES
    with repeatable(console, "the key is kept in your home"):
        deliver(console, collection_address(collection), DELIVERIES, delivery)


def _by_ssh_keygen(ssh_key: Path, output: str) -> str:
    """Return the way for ssh keys that only ssh-keygen can use."""
    from cosign.primitives.ssh.signatures import NAMESPACE

    key, file = shlex.quote(str(ssh_key)), shlex.quote(output)
    return (
        "make the key without --prove-ssh, then let ssh-keygen sign it: "
        f"ssh-keygen -Y sign -f {key} -n {NAMESPACE} {file}"
    )
