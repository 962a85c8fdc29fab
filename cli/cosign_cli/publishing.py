"""``cosign-letter publish``: from envelopes to one file for the world."""

from typing import TYPE_CHECKING, Annotated

import typer

from cosign_cli.commands import command
from cosign_cli.console import Console, naming
from cosign_cli.envelopes import read_envelopes
from cosign_cli.round_command import load_organizer
from cosign_cli.workers import process_pool

if TYPE_CHECKING:
    from cosign.roles.publisher import Publication


def register(app: typer.Typer) -> None:
    """Add the command to the program."""

    @command(app, "publish", secrets=True, output=True)
    def publish(
        console: Console,
        round_file: Annotated[str, typer.Argument(metavar="ROUND", help="The round's file.")],
        envelopes: Annotated[str, typer.Option(metavar="DIR", help="The folder of envelopes.")],
        opening: Annotated[
            list[str] | None, typer.Option(metavar="FILE", help="Trustees' openings; repeat.")
        ] = None,
        enrolment: Annotated[
            list[str] | None, typer.Option(metavar="FILE", help="Enrolment statements; repeat.")
        ] = None,
    ) -> None:
        """Open, verify, count each member once, and write the published letter."""
        _publish(console, round_file, envelopes, opening or [], enrolment or [])


def _publish(
    console: Console, round_file: str, envelopes: str, openings: list[str], enrolment: list[str]
) -> None:
    from cosign.records.envelope import Opening
    from cosign.records.group import EnrolmentStatement
    from cosign.roles import publisher
    from cosign.roles.organizer import check_organizer
    from cosign.roles.trustee import own_opening, read_opening

    console.check_output()
    statements = tuple(console.read_record(path, EnrolmentStatement) for path in enrolment)
    round_ = publisher.merge_statements(console.read_round(round_file), statements)
    minute = console.minute()
    round_.check_closed(minute)
    secrets = load_organizer(console.home())
    identity = check_organizer(secrets, round_)
    opened = []
    for path in openings:
        record = console.read_record(path, Opening)
        with naming(path):
            opened.append(read_opening(secrets, round_, record))
    with console.progress("reading envelopes") as progress:
        folder = read_envelopes(console, envelopes, round_, progress)
        found = list(folder)
        opened += own_opening(secrets, round_, found, minute)
    with process_pool(sum(len(envelope.ciphertext) for envelope in found)) as executor:
        publication = publisher.publish(round_, found, tuple(opened), minute, executor)
    console.write(publication.chunks(identity), "published letter")
    _report(console, publication, folder.left_out)


def _report(console: Console, publication: "Publication", left_out: int) -> None:
    for number, count in publication.misfits.items():
        console.note(
            f"warning: {count} shares of trustee {number} do not fit the others; "
            "a signer who dealt badly causes one, a trustee who lies many"
        )
    summary = publication.header.opening
    console.result(
        f"{console.output}: {publication.cosigners} cosigners; of {summary.received} envelopes "
        f"{summary.unreadable} unreadable, {summary.invalid} invalid, "
        f"{summary.duplicate} duplicate; {summary.withdrawn} people withdrew",
        {
            "output": console.output,
            "cosigners": publication.cosigners,
            "misfits": {str(n): count for n, count in publication.misfits.items()},
            "left_out": left_out,
            **summary._asdict(),
        },
    )
