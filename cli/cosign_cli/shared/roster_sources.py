"""Sources of a roster that people name: what they list, and whom they leave out."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from cosign.quoting import quoted
from cosign.words import counted
from cosign_cli.shared.clock import current_time
from cosign_cli.shared.console import Console
from cosign_cli.shared.errors import naming
from cosign_cli.shared.files import read_plain, read_record
from cosign_cli.shared.progress import show_progress

if TYPE_CHECKING:
    from cosign.primitives.ssh.lines import PublicLine
    from cosign.records.member_key import MemberKey
    from cosign.roles.roster_publisher import CollectedKey, Entry, Gathered

_REASONS: Final = {
    "other_type": "of another type (RSA, ECDSA, certificate authority)",
    "security_key": "on a security key, which cannot make ring proofs",
    "limited": "that the options in their source exclude",
    "bad_key": "damaged, or not a valid Ed25519 key",
    "same_person": "of a person who has another key on the roster",
    "same_key": "listed again",
}
_LIMITS: Final = {
    "expired": "expired",
    "not_yet_valid": "not valid yet",
    "forced_command": "with a forced command",
    "other_namespace": "for other namespaces",
}
_SHOWN: Final = 5
"""Most names, and most pairs of names, that are printed one by one."""


def member_entries(paths: Sequence[str]) -> "Iterator[Entry]":
    """Yield the entries of keys that members made; errors name the file."""
    from cosign.records.member_key import MemberKey
    from cosign.roles.roster_publisher import member_entry

    for path in paths:
        record = read_record(path, MemberKey)
        with naming(path):
            yield member_entry(record)


def collected_keys(paths: Sequence[str]) -> "Iterator[CollectedKey]":
    """Yield the keys of lists that roster collect wrote; errors name the file."""
    from cosign.roles.roster_publisher import SOURCE_LIMIT, read_collected
    from cosign.text.files import read_text

    for path in paths:
        with naming(path):
            raw = read_plain(path, SOURCE_LIMIT, "list", "make several files of it")
            yield from read_collected(read_text(raw))


def list_entries(paths: Sequence[str], proofs: Sequence[str]) -> "Iterator[Entry]":
    """Return the entries of lists of ssh keys, some of which vouch for fresh keys."""
    from cosign.roles.roster_publisher import SOURCE_LIMIT, read_ssh_lines, ssh_entries

    lines: list[PublicLine] = []
    for path in paths:
        with naming(path):
            raw = read_plain(path, SOURCE_LIMIT, "list", "make several files of it")
            with show_progress("reading lists") as progress:
                lines += read_ssh_lines(raw, progress)
    found = _proofs(proofs)
    _check_listed(lines, found)
    fresh = {key: proof.record for key, proof in found.items()}
    return ssh_entries(lines, current_time(), fresh) if lines else iter(())


def files_with_proofs(folder: str | None) -> list[str]:
    """Return the files of a folder whose signatures lie beside them."""
    from cosign.stores.folders import list_folder

    files = list_folder(Path(folder)) if folder else []
    return [str(path) for path in files if path.suffix != ".sig"]


class _Proof(NamedTuple):
    """A fresh key, and the file in which it stands."""

    path: str
    record: "MemberKey"


def _check_listed(lines: "Sequence[PublicLine]", proofs: dict[bytes, _Proof]) -> None:
    """Check that a list has each ssh key that vouches.

    Raises:
        MismatchError: none has; the message names the files of the proofs.
    """
    from cosign.errors import MismatchError
    from cosign.roles.roster_publisher import unlisted_proofs

    if unlisted := unlisted_proofs(lines, proofs):
        names = ", ".join(proofs[key].path for key in unlisted)
        raise MismatchError(
            f"{names}: {counted(len(unlisted), 'proof')} by ssh keys that no --ssh file lists",
            hint="add --ssh with the files that list them",
        )


def _proofs(paths: Sequence[str]) -> dict[bytes, _Proof]:
    """Return fresh keys by the ssh key that vouches: FILE, and FILE.sig beside it."""
    from cosign.errors import MismatchError
    from cosign.primitives.ssh.signatures import SSHSIG_LIMIT
    from cosign.records.member_key import MemberKey
    from cosign.roles.roster_publisher import verify_proof
    from cosign.stores.reading import read_file

    found: dict[bytes, _Proof] = {}
    for path in paths:
        record = read_record(path, MemberKey)
        signature = read_file(Path(f"{path}.sig"), SSHSIG_LIMIT)
        with naming(path):
            ssh_key = verify_proof(record, signature)
            if ssh_key in found:
                raise MismatchError(
                    f"a second proof by the ssh key of {found[ssh_key].path}",
                    hint="ask its owner which one to use",
                )
        found[ssh_key] = _Proof(path, record)
    return found


def tell_gathered(console: Console, gathered: "Gathered") -> None:
    """Print whom the sources leave out, and where they do not say who is who."""
    for reason, count in gathered.left_out._asdict().items():
        if count:
            console.note(f"left out: {counted(count, 'key')} {_REASONS[reason]}")
        if count and reason == "limited":
            shown = ", ".join(f"{n} {_LIMITS[of]}" for of, n in gathered.limited.items() if n)
            console.note(
                f"of these, {shown}; if one is a member's own key, take the option out of a copy "
                "of the file"
            )
        if count and reason == "same_person" and gathered.merged:
            _tell_merged(console, gathered)
    for first, second in gathered.shared[:_SHOWN]:
        pair = f"{quoted(first)} and {quoted(second)}"
        console.note(f"warning: {pair} count as one person, because one key is listed for both")
    if more := len(gathered.shared[_SHOWN:]):
        console.note(f"warning: and {counted(more, 'pair')} of names more")
    if unnamed := gathered.unnamed:
        console.note(
            f"warning: {counted(unnamed, 'key')} without the name of a person (a comment is none); "
            "each counts as one person, so if people have several keys, use an allowed_signers "
            "file, with lines such as: anna@example.org ssh-ed25519 AAAA..."
        )


def _tell_merged(console: Console, gathered: "Gathered") -> None:
    """Name the people with most keys: a name that keys of many people have stands out."""
    shown = ", ".join(f"{quoted(name)} ({keys + 1})" for name, keys in gathered.merged[:_SHOWN])
    more = len(gathered.merged[_SHOWN:])
    console.note(
        f"keys listed for one person: {shown}{f' and {more} more' if more else ''}; "
        "if a name is not one person's, give its keys other names"
    )
