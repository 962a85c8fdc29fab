"""``cosign-letter member forget``: erase keys and receipts for good."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.files import read_bytes, read_group
from cosign_cli.shared.homes import open_home, openable
from cosign_cli.shared.options import InvitationSecret
from cosign_cli.shared.rounds import read_round

if TYPE_CHECKING:
    from cosign.records.round import VerifiedRound
    from cosign.stores.home import Home


@command(secrets=True, asks=True)
def run(
    console: Console,
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME|FINGERPRINT|FILE",
            help="A name from member keys, or a group or round: its fingerprint or file.",
        ),
    ],
    keep_receipts: Annotated[
        bool,
        typer.Option("--keep-receipts", help="Erase keys only; check works without them."),
    ] = False,
    slot: Annotated[
        int | None,
        typer.Option(min=1, help="With a group: erase the key of this slot only."),
    ] = None,
    secret: InvitationSecret = None,
) -> None:
    """Erase keys and receipts of a membership, a key or a round, for good.

    What is left does not show whether you signed. Erase a round's key after the close,
    also if you did not sign.
    """
    from cosign.homes import forget

    home = open_home(console)
    target = _target(console, home, name, secret)
    if slot is not None:
        target = _one_slot(target, slot)
    if target.names:
        console.confirm(f"{_losses(target, keep_receipts)}; erase for good?")
    forget(home, target.names, target.round_id, slot=target.slot, keep_receipts=keep_receipts)
    console.note(
        "erased here; the disk, a snapshot or a backup may still hold older copies of the files"
    )
    lines = [f"{held}: {_forgotten(target)}" for held in target.names]
    console.result(
        "\n".join(lines) or "this home keeps nothing of the round, and no key of its roster",
        {"forgotten": target.names, "receipts_kept": keep_receipts},
    )


@dataclass(frozen=True)
class Target:
    """What is to be forgotten.

    Attributes:
        names: the names of vault files.
        round_id: the round of which they forget; None for all.
        slot: the slot whose key they forget; 0 for none in particular.
    """

    names: list[str]
    round_id: bytes | None = None
    slot: int = 0


def _forgotten(target: Target) -> str:
    """Return what was forgotten of a name of a target."""
    if target.round_id is not None:
        return "has forgotten the round"
    return f"has forgotten slot {target.slot}" if target.slot else "forgotten"


def _one_slot(target: Target, slot: int) -> Target:
    """Return one slot of a membership.

    Raises:
        UsageError: the target is a round or a roster's key.
    """
    from cosign.errors import UsageError
    from cosign.stores.keys import MEMBER

    if target.round_id is not None or not all(n.startswith(MEMBER) for n in target.names):
        raise UsageError(
            "--slot goes with a registered group or a membership",
            hint="leave it out: a round has one slot, and a key of a roster has none",
        )
    return Target(target.names, slot=slot)


def _target(console: Console, home: "Home", name: str, secret: str | None) -> Target:
    """Return the target that a name, a fingerprint or a file stands for.

    Raises:
        MissingError: the home holds nothing of it.
    """
    from cosign.errors import MissingError
    from cosign.homes import signed_in
    from cosign.primitives.hashing import fingerprint, normalize_fingerprint
    from cosign.stores.keys import KEY, MEMBER, all_uses, credential_names

    names = credential_names(home)
    if name in names:
        return Target([name])
    digits = normalize_fingerprint(name)
    found = Target([])
    if digits is None and Path(name).is_file():
        found = _target_of_file(console, home, name, secret)
    elif digits is not None:
        groups = [n for n in home.names(MEMBER) if fingerprint(_group_id(n)) == digits]
        usable = openable(console, home, MEMBER, KEY)
        used = [use for use in all_uses(home, usable) if fingerprint(use.round_id) == digits]
        if used:
            found = Target(
                signed_in(home, used[0].round_id, usable), used[0].round_id, used[0].slot
            )
        else:
            found = Target(groups)
    if not found.names and found.round_id is None:
        raise MissingError(
            f"this home holds nothing of {name!r}",
            hint="cosign-letter member keys shows what it holds; of a round in which you did not "
            "sign, name the file or the invitation",
        )
    return found


def _target_of_file(console: Console, home: "Home", path: str, secret: str | None) -> Target:
    from cosign import labels
    from cosign.records.groups.group import GROUP_LIMIT
    from cosign.stores.keys import credential_names, key_name, member_name
    from cosign.wire.record import label_of

    if label_of(read_bytes(path, GROUP_LIMIT * 2)) in {labels.ROUND, labels.INVITATION}:
        return _of_round(console, home, read_round(path, secret))
    group = read_group(path)
    wanted = {member_name(group.group_id), *map(key_name, group.member_keys())}
    return Target([n for n in credential_names(home) if n in wanted])


def _of_round(console: Console, home: "Home", round_: "VerifiedRound") -> Target:
    """Return what can have signed in a round, whether or not it did.

    Raises:
        MissingError: the home has no membership in the round's group.
    """
    from cosign.homes import signed_in
    from cosign.stores.keys import KEY, MEMBER, find_membership, key_name

    slot = round_.terms.slot
    if slot:
        held = find_membership(home, round_.terms.group_id)
        return Target([held.name], round_.round_id, slot)
    usable = openable(console, home, MEMBER, KEY)
    listed = set(map(key_name, round_.group.member_keys()))
    signed = set(signed_in(home, round_.round_id, usable))
    return Target([n for n in usable if n in listed | signed], round_.round_id)


def _group_id(name: str) -> bytes:
    from cosign.stores.keys import MEMBER

    return bytes.fromhex(name.removeprefix(MEMBER))


def _losses(target: Target, keep_receipts: bool) -> str:
    """Return a sentence on what the person can no longer do; the same if nothing was signed.

    Raises:
        RefusedError: nothing would be erased.
    """
    from cosign.errors import RefusedError

    checking = "check still works" if keep_receipts else "check needs a printed receipt"
    if target.slot:
        return (
            f"you can no longer sign, withdraw or claim with the key of slot {target.slot}; "
            f"{checking}"
        )
    if target.round_id is None:
        return f"you can no longer sign, withdraw or claim with these keys; {checking}"
    name = target.names[0]
    if keep_receipts:
        raise RefusedError(
            "the key is needed for other rounds of its roster, so nothing would be erased",
            hint="once their letters are published, run "
            f"cosign-letter member forget {name} --keep-receipts",
        )
    return (
        "this program will no longer know whether you signed in this round, and will not stop you "
        "from signing twice; but anyone who obtains the key can still find a signature of yours "
        f"(cosign-letter member forget {name} erases a key that this home holds)"
    )
