"""``cosign-letter demo``: play a whole round on this machine, with every role.

Each step runs this program as a process with a home of its own, and is printed as a
person would type it. Only the clock is set, because a round takes days.
"""

import contextlib
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.play import AFTERWARDS, BETWEEN, NAME, NOT_VALID, Play


class Kind(StrEnum):
    """The kinds of groups; joint is one of each, for one letter."""

    registered = "registered"
    rostered = "rostered"
    joint = "joint"


@command()
def run(
    console: Console,
    kind: Annotated[Kind, typer.Option(help="The kind of group.")] = Kind.registered,
    members: Annotated[
        int, typer.Option(min=2, max=200, help="Number of people in the group.")
    ] = 5,
    signers: Annotated[int, typer.Option(min=1, max=200, help="Number of people who sign.")] = 3,
    keep: Annotated[
        str | None, typer.Option(metavar="DIR", help="Keep every file, in this new folder.")
    ] = None,
) -> None:
    """Play a whole round on this machine and verify the published letter.

    In a registered group a registrar signs the members' keys blindly; a rostered
    group is a list of keys for which two of three publishers vouch. Joint plays two
    companies, one with each kind of group, whose letters go into one file; in each, one
    member signs by name, and one of these two only after publication.
    """
    from cosign.errors import UsageError

    if signers > members:
        raise UsageError(
            "there are more signers than members", hint="raise --members or lower --signers"
        )
    with _folder(keep) as folder:
        if kind == Kind.joint:
            _play_joint(folder, members, signers, quiet=console.json)
            total, of, named = 2 * signers, 2 * members, 2
        else:
            play = Play(folder, members, quiet=console.json)
            play.open(signers, play.enrol() if kind == Kind.registered else play.list_keys())
            play.sign(signers)
            play.publish()
            play.verify(signers)
            total, of, named = signers, members, 0
    who = f", {named} of them by name, and no file shows who the others are" if named else ""
    console.result(
        f"\nthe letter is valid: {total} of {of} members signed{who or ', and no file shows who'}",
        {"valid": True, "members": of, "cosigners": total, "named": named, "folder": keep},
    )


def _play_joint(folder: Path, members: int, signers: int, *, quiet: bool) -> None:
    """Play two companies, whose organizers do not know each other's members, and a newsroom."""
    outside = Play(folder, members, quiet=quiet)
    companies = [Play(folder / name, members, quiet=quiet) for name in ("alpha", "beta")]
    for company in companies:
        company.folder.mkdir()
        outside.title(f"company {company.folder.name}")
        first = company.folder.name == "alpha"
        company.open(signers, company.enrol() if first else company.list_keys())
    outside.title("an organizer signs which groups are asked, before the rounds open")
    outside.run(
        BETWEEN,
        "campaign create alpha/letter.round beta/letter.round -o the.campaign",
        "--home alpha/homes/organizer --no-passphrase",
    )
    for company in companies:
        outside.title(f"company {company.folder.name}")
        openly = "" if company.grants else "--openly 'Béla Example' "
        company.sign(signers, "--campaign ../the.campaign ", openly)
        company.publish()
        if company.grants:
            company.name_later()
    _play_readers(outside, companies, signers)
    outside.title("a member looks for her own cosignature")
    home = f"--home beta/homes/member-{members} --no-passphrase"
    outside.run(AFTERWARDS, "check all.letter", home)


def _play_readers(outside: Play, companies: list[Play], signers: int) -> None:
    """Play the people who join the letters of two companies and verify them."""
    from cosign.errors import VerificationError

    outside.title("anybody puts both letters into one file")
    letters = "alpha/named.letter beta/published.letter"
    outside.run(AFTERWARDS, f"joint create {letters} --campaign the.campaign -o all.letter")
    outside.title("a newspaper that has asked for both fingerprints verifies offline")
    pins = " ".join(f"--group '{company.fingerprint}'" for company in companies)
    shown = outside.run(AFTERWARDS, f"verify all.letter {pins}")
    if f"{2 * signers} members of 2 groups" not in shown or NAME not in shown:
        raise VerificationError("the demo did not count its signers", hint="report this")
    outside.title("with a letter missing, a reader who pinned both groups is told")
    missing = f"verify alpha/named.letter {pins}"
    outside.run(AFTERWARDS, missing, expected=NOT_VALID)


@contextlib.contextmanager
def _folder(keep: str | None) -> Iterator[Path]:
    import tempfile

    from cosign.errors import ExistsError
    from cosign.stores.system_errors import storage_errors

    if keep is None:
        with tempfile.TemporaryDirectory(prefix="cosign-demo-") as name:
            yield Path(name)
        return
    folder = Path(keep)
    with storage_errors(folder):
        try:
            folder.mkdir(parents=True)
        except FileExistsError as e:
            raise ExistsError(f"{folder}: it exists", hint="name a new folder") from e
    yield folder
