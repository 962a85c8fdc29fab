"""``cosign-letter roster create``: publish a group that is a list of public keys."""

from itertools import chain
from typing import TYPE_CHECKING, Annotated

import typer

from cosign.quoting import quoted
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.errors import usage_errors
from cosign_cli.shared.files import read_record
from cosign_cli.shared.homes import open_home
from cosign_cli.shared.options import as_typed
from cosign_cli.shared.progress import show_progress
from cosign_cli.shared.roster_certificates import read_certificates
from cosign_cli.shared.roster_sources import (
    collected_keys,
    files_with_proofs,
    list_entries,
    member_entries,
    tell_gathered,
)
from cosign_cli.shared.rosters import (
    keys_line,
    missing_signatures,
    progress_line,
    publishers_json,
    source_line,
)
from cosign_cli.shared.workers import process_pool

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cosign.records.groups.publisher import Publisher
    from cosign.records.groups.roster import Roster
    from cosign.records.groups.statements import Admitted
    from cosign.roles.roster_publisher import CollectedKey, Entry, Gathered
    from cosign.stores.home import Home


_Name = Annotated[str, typer.Option(callback=as_typed, help="The group's name, as people know it.")]
_Source = Annotated[
    str, typer.Option(callback=as_typed, help="Where the keys come from, in plain words.")
]
_MemberKeys = Annotated[
    list[str] | None,
    typer.Option(metavar="FILE", help="A key from member key; may be repeated."),
]
_Collected = Annotated[
    list[str] | None,
    typer.Option(metavar="FILE", help="A list from roster collect; may be repeated."),
]
_SshLists = Annotated[
    list[str] | None,
    typer.Option(
        metavar="FILE", help="An allowed_signers or authorized_keys file; may be repeated."
    ),
]
_Proofs = Annotated[
    list[str] | None,
    typer.Option(metavar="FILE", help="A key from member key --prove-ssh; may be repeated."),
]
_ProofFolder = Annotated[
    str | None, typer.Option(metavar="DIR", help="A folder of such keys, each with its .sig.")
]
_Certificates = Annotated[
    list[str] | None,
    typer.Option(metavar="FILE", help="A membership certificate; may be repeated."),
]
_CertifyingGroup = Annotated[
    str | None,
    typer.Option(
        "--group", metavar="FILE", help="The group whose registrars signed the certificates."
    ),
]
_Publishers = Annotated[
    list[str] | None,
    typer.Option(
        metavar="FILE", help="The public key of one of several publishers; may be repeated."
    ),
]
_Threshold = Annotated[
    int | None,
    typer.Option(
        metavar="T", min=1, help="How many of the publishers have to sign; all by default."
    ),
]
_PublisherName = Annotated[
    str | None,
    typer.Option(
        metavar="NAME", help="Your name if you publish alone; the roster's name by default."
    ),
]


@command(secrets=True, output=True)
def run(
    console: Console,
    name: _Name,
    source: _Source,
    member: _MemberKeys = None,
    collected: _Collected = None,
    ssh: _SshLists = None,
    proof: _Proofs = None,
    proofs: _ProofFolder = None,
    certificate: _Certificates = None,
    group_file: _CertifyingGroup = None,
    publisher: _Publishers = None,
    threshold: _Threshold = None,
    publisher_name: _PublisherName = None,
) -> None:
    """Publish a roster, with one key for each person, and report the keys left out.

    Without --publisher you publish it alone. With it, you sign if one of the files is
    yours, and the others add their signatures with roster sign.
    """
    from cosign.records.groups.publisher import Publisher
    from cosign.roles.roster_publisher import source_with_evidence

    console.check_output()
    _check_options(publisher, publisher_name, certificate, group_file)
    certified = _certificate_entries(certificate or [], group_file or "")
    on_slips = list(collected_keys(collected or []))
    entries = chain(  # not a list: a million of them are forgotten when the keys are chosen
        (one.entry for one in on_slips),
        member_entries(member or []),
        list_entries(ssh or [], [*(proof or []), *files_with_proofs(proofs)]),
        certified,
    )
    gathered = _gather(console, entries)
    admitted = _admitted(on_slips, gathered)
    with usage_errors():
        source = source_with_evidence(source, admitted)
    home = open_home(console)
    with home.undoing():
        if publisher:
            publishers = [read_record(path, Publisher) for path in publisher]
            plan = name, source, publishers, threshold or len(publishers), gathered
            roster = _shared(home, plan)
        else:
            plan = name, source, [], threshold or 1, gathered
            roster = _alone(home, plan, publisher_name or name)
        console.write_record(roster)
    _tell(console, roster, gathered, admitted)


def _check_options(
    publisher: list[str] | None,
    publisher_name: str | None,
    certificate: list[str] | None,
    group_file: str | None,
) -> None:
    """Raise ``UsageError`` for options that exclude or lack one another."""
    from cosign.errors import UsageError

    if publisher and publisher_name:
        raise UsageError(
            "publishers' files hold their names", hint="leave --publisher-name or --publisher out"
        )
    if certificate and not group_file:
        raise UsageError("certificates are checked against their group", hint="add --group FILE")


def _certificate_entries(paths: list[str], group_file: str) -> "list[Entry]":
    """Return the entries of keys that registrars certified."""
    from cosign.roles.roster_publisher import ED25519, Entry

    return [Entry((), ED25519, c.key) for c in read_certificates(paths, group_file)]


def _gather(console: Console, entries: "Iterable[Entry]") -> "Gathered":
    """Choose one key for each person, and print whom the sources leave out."""
    from cosign.roles.roster_publisher import gather

    with process_pool() as executor, show_progress("checking keys") as progress:
        gathered = gather(entries, progress, executor)
    tell_gathered(console, gathered)
    return gathered


def _admitted(on_slips: "list[CollectedKey]", gathered: "Gathered") -> "tuple[Admitted, ...]":
    """Return how many keys on the roster came with slips, by kind of evidence."""
    from cosign.roles.roster_publisher import admitted_kinds

    # Where two lists differ on a key, the first one counts, as with keys of one person.
    kinds = {one.record.key: one.kind for one in reversed(on_slips)}
    return admitted_kinds(gathered.keys, kinds)


_Plan = tuple[str, str, "list[Publisher]", int, "Gathered"]
"""Name, source, publishers, threshold and keys."""


def _alone(home: "Home", plan: _Plan, publisher_name: str) -> "Roster":
    """Make a roster of which this home is the only publisher, and sign it."""
    from cosign.homes import check_roster, open_organizer
    from cosign.roles.roster_publisher import make_publisher, make_roster, sign_roster

    name, source, _, threshold, gathered = plan
    with open_organizer(home) as secrets, usage_errors():
        publishers = [make_publisher(secrets, publisher_name)]
        made = make_roster(name, source, publishers, threshold, gathered)
        roster = sign_roster(secrets, made)
    check_roster(home, roster)
    return roster


def _shared(home: "Home", plan: _Plan) -> "Roster":
    """Make a roster of several publishers, and sign it if this home is one of them."""
    from cosign.errors import MissingError
    from cosign.homes import check_roster, find_organizer
    from cosign.roles.roster_publisher import make_roster, own_number, sign_roster

    with usage_errors():
        made = make_roster(*plan)
    try:
        secrets = find_organizer(home)
    except MissingError:
        return made
    if own_number(secrets, made.terms) is None:
        return made
    check_roster(home, made)
    return sign_roster(secrets, made)


def _tell(
    console: Console, roster: "Roster", gathered: "Gathered", admitted: "tuple[Admitted, ...]"
) -> None:
    from cosign.primitives.hashing import fingerprint_beside
    from cosign.records.groups.group import group_fingerprint

    shown = group_fingerprint(roster)
    evidence = f"{source_line(roster)}\n" if admitted else ""
    console.result(
        f"{console.output}: roster {quoted(roster.name)} of {keys_line(roster)}\n"
        f"{progress_line(roster)}\n{evidence}{fingerprint_beside('fingerprint  ', shown)}",
        {
            "output": console.output,
            "name": roster.name,
            "fingerprint": shown,
            "keys": roster.size,
            "source": roster.terms.source,
            "admitted": [one._asdict() for one in admitted],
            "key_kinds": roster.key_kinds._asdict(),
            "publishers": publishers_json(roster),
            "missing": missing_signatures(roster),
            "left_out": roster.left_out,
            "limited": gathered.limited,
            "unnamed": gathered.unnamed,
            "shared": gathered.shared,
            "merged": gathered.merged,
        },
    )
