"""``cosign-letter member keys``: show what a home holds."""

from typing import TYPE_CHECKING, Any

from cosign.quoting import quoted
from cosign.words import counted
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.homes import open_home, openable

if TYPE_CHECKING:
    from cosign.records.member_key import MemberKeySecrets
    from cosign.records.secrets import MemberState, Use


@command(secrets=True)
def run(console: Console) -> None:
    """Show what this home holds: memberships, roster keys, and the rounds they signed in."""
    from cosign.records.member_key import MemberKeySecrets
    from cosign.records.secrets import MemberState
    from cosign.stores.keys import KEY, MEMBER

    home = open_home(console)
    names = openable(console, home, MEMBER, KEY)
    states = {n: home.read(n, MemberState) for n in names if n.startswith(MEMBER)}
    secrets = {n: home.read(n, MemberKeySecrets) for n in names if n.startswith(KEY)}
    memberships = [_membership(name, state) for name, state in states.items()]
    held = [_roster_key(name, record) for name, record in secrets.items()]
    blocks = [*map(_membership_text, memberships), *map(_roster_key_text, held)]
    text = "\n".join(blocks) or "this home holds no memberships and no keys"
    console.result(text, {"memberships": memberships, "keys": held})


def _membership(name: str, state: "MemberState") -> dict[str, Any]:
    from cosign.primitives.hashing import fingerprint

    group = state.group
    return {
        "name": name,
        "group": group.name,
        "fingerprint": fingerprint(group.group_id),
        "registrars": max(map(len, state.endorsements)),
        "threshold": group.threshold,
        "slots": group.slots,
        "used_slots": sorted({use.slot for use in state.uses}),
        "forgotten_slots": [n for n, seed in enumerate(state.seeds, 1) if seed is None],
        "rounds": _rounds(state.uses),
        "pending": [p.registrar + 1 for p in state.pending],
    }


def _roster_key(name: str, secrets: "MemberKeySecrets") -> dict[str, Any]:
    return {
        "name": name,
        "key": secrets.key.hex(),
        "secret": secrets.secret is not None,
        "rounds": _rounds(secrets.uses),
    }


def _rounds(uses: "tuple[Use, ...]") -> list[dict[str, Any]]:
    """Return the action in each round; an exported certificate belongs to no round."""
    from cosign.primitives.hashing import fingerprint
    from cosign.records.credential import EXPORTED

    return [
        {"round": fingerprint(use.round_id), "slot": use.slot, "action": use.action}
        for use in uses
        if use.round_id != EXPORTED
    ]


def _membership_text(entry: dict[str, Any]) -> str:
    used = ", ".join(map(str, entry["used_slots"])) or "none"
    gone = ", ".join(map(str, entry["forgotten_slots"]))
    from cosign.primitives.hashing import fingerprint_beside

    return (
        f"group {quoted(entry['group'])}\n{fingerprint_beside('  ', entry['fingerprint'])}\n"
        f"  certified by {counted(entry['registrars'], 'registrar')}, {entry['threshold']} needed; "
        f"{counted(entry['slots'], 'slot')}, used: {used}{f', forgotten: {gone}' if gone else ''}\n"
        + _rounds_text(entry)
    )


def _roster_key_text(entry: dict[str, Any]) -> str:
    note = (
        "" if entry["secret"] else "\n  its secret is not here: it is an ssh key or was forgotten"
    )
    return f"key {entry['key']}{note}\n" + _rounds_text(entry)


def _rounds_text(entry: dict[str, Any]) -> str:
    from cosign.primitives.hashing import fingerprint_beside

    lines = [fingerprint_beside(f"  {r['action']} in round  ", r["round"]) for r in entry["rounds"]]
    return "\n".join([*lines, f"  to forget it: cosign-letter member forget {entry['name']}"])
