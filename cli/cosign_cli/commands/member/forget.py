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
    secret: InvitationSecret = None,
) -> None:
    """Erase keys and receipts of a membership, a key or a round, for good."""
    from cosign.homes import forget

    home = open_home(console)
    target = _target(console, home, name, secret)
    console.confirm(f"{_losses(home, target, keep_receipts)}; erase for good?")
    forget(home, target.names, target.round_id, keep_receipts=keep_receipts)
    console.note(
        "erased here; the disk, a snapshot or a backup may still hold older copies of the files"
    )
    what = "forgotten" if target.round_id is None else "has forgotten the round"
    console.result(
        "\n".join(f"{held}: {what}" for held in target.names),
        {"forgotten": target.names, "receipts_kept": keep_receipts},
    )


@dataclass(frozen=True)
class Target:
    """What is to be forgotten.

    Attributes:
        names: the names of vault files.
        round_id: the round of which they forget; None for everything.
    """

    names: list[str]
    round_id: bytes | None = None


def _target(console: Console, home: "Home", name: str, secret: str | None) -> Target:
    """Return the target that a name, a fingerprint or a file stands for.

    Raises:
        MissingError: the home holds nothing of it.
    """
    from cosign.errors import MissingError
    from cosign.primitives.hashing import fingerprint, normalize_fingerprint
    from cosign.stores.keys import KEY, MEMBER, all_uses

    names = home.names(MEMBER) + home.names(KEY)
    if name in names:
        return Target([name])
    digits = normalize_fingerprint(name)
    found = Target([])
    if digits is None and Path(name).is_file():
        found = _target_of_file(console, home, name, secret)
    elif digits is not None:
        groups = [n for n in home.names(MEMBER) if fingerprint(_group_id(n)) == digits]
        usable = openable(console, home, MEMBER, KEY)
        uses = {use.round_id for use in all_uses(home, usable)}
        rounds = [round_id for round_id in uses if fingerprint(round_id) == digits]
        found = _of_round(home, usable, rounds[0]) if rounds else Target(groups)
    if not found.names:
        raise MissingError(
            f"this home holds nothing of {name!r}",
            hint="cosign-letter member keys shows what it holds",
        )
    return found


def _target_of_file(console: Console, home: "Home", path: str, secret: str | None) -> Target:
    from cosign import labels
    from cosign.records.groups.group import GROUP_LIMIT
    from cosign.stores.keys import KEY, MEMBER, key_name, member_name
    from cosign.wire.record import label_of

    if label_of(read_bytes(path, GROUP_LIMIT * 2)) in {labels.ROUND, labels.INVITATION}:
        usable = openable(console, home, MEMBER, KEY)
        return _of_round(home, usable, read_round(path, secret).round_id)
    group = read_group(path)
    wanted = {member_name(group.group_id), *map(key_name, group.member_keys())}
    return Target([n for n in home.names(MEMBER) + home.names(KEY) if n in wanted])


def _of_round(home: "Home", names: list[str], round_id: bytes) -> Target:
    from cosign.homes import signed_in

    return Target(signed_in(home, round_id, names), round_id)


def _group_id(name: str) -> bytes:
    from cosign.stores.keys import MEMBER

    return bytes.fromhex(name.removeprefix(MEMBER))


def _losses(home: "Home", target: Target, keep_receipts: bool) -> str:
    """Return a sentence on what the person can no longer do.

    Raises:
        RefusedError: nothing would be erased.
    """
    from cosign.errors import RefusedError
    from cosign.roles.member.forgetting import keeps_key
    from cosign.stores.keys import read_credential

    checking = "check still works" if keep_receipts else "check needs a printed receipt"
    if target.round_id is None:
        return f"you can no longer sign, withdraw or claim with these keys; {checking}"
    shared = [n for n in target.names if keeps_key(read_credential(home, n), target.round_id)]
    if not shared:
        return f"you can no longer withdraw or claim in this round; {checking}"
    if keep_receipts:
        raise RefusedError(
            "the key is needed for other rounds of its roster, so nothing would be erased",
            hint="once their letters are published, run "
            f"cosign-letter member forget {shared[0]} --keep-receipts",
        )
    return (
        "this program will no longer know that you signed in this round, and will not stop you "
        "from signing twice; but anyone who obtains the key can still find your signature "
        f"(cosign-letter member forget {shared[0]} erases a key that this home holds)"
    )
