"""``cosign-letter roster collect``: take the keys that members handed in."""

from functools import partial
from typing import TYPE_CHECKING

import typer

from cosign.quoting import quoted
from cosign.words import counted
from cosign_cli.shared.clock import current_minute
from cosign_cli.shared.collections import (
    CollectionFile,
    Deliveries,
    open_collection,
    take_deliveries,
)
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.people_list import (
    Columns,
    Footer,
    Header,
    ListOptions,
    PeopleFile,
    Separator,
    read_people_list,
)

if TYPE_CHECKING:
    from cosign.errors import CosignError
    from cosign.roles.roster_publisher import CollectedKey


@command(secrets=True, output=True, armor=False, relay=True, mailbox=True, asks=True)
def run(
    console: Console,
    collection: CollectionFile,
    deliveries: Deliveries = None,
    people: PeopleFile = None,
    separator: Separator = None,
    header: Header = None,
    footer: Footer = None,
    column: Columns = None,
) -> None:
    """Take the keys that members handed in, and write all that were taken so far.

    The deliveries are files, or lie in the collection's mailbox, with --relay and --mailbox.
    Taken again they change nothing. The result is a private table for roster create, with the
    people's names if --people is the list for which slips were made.
    """
    from cosign.errors import UsageError
    from cosign.records.limits import show_minute
    from cosign.roles.roster_publisher import collected_table

    if not console.output:
        raise UsageError("no place for the list was named", hint="name a file with --output")
    options = ListOptions(separator, header, footer, column)
    options.check_list(people)
    console.check_output()
    session = open_collection(console, collection)
    names = _names(console, people, options)
    take = partial(session.take, people=names)
    _, failures = take_deliveries(console, session, deliveries or [], take)
    found = session.taken(names)
    console.write(collected_table(found), "keys", secret=True)
    if current_minute() < (closes := session.collection.closes):
        console.note(
            f"keys are taken until {show_minute(closes)}: those that come later are not in "
            f"{console.output}"
        )
    _tell(console, found, names, failures)
    if failures:
        raise typer.Exit(failures[0].exit_code)


def _names(console: Console, path: str | None, options: ListOptions) -> tuple[str, ...]:
    """Return the names of a list, if there is one."""
    return read_people_list(console, path, options).names if path else ()


def _tell(
    console: Console,
    found: "list[CollectedKey]",
    names: tuple[str, ...],
    failures: "list[CosignError]",
) -> None:
    """Say how many keys there are, and who of the list has handed in none."""
    from cosign.roles.roster_publisher import admitted_kinds

    named = {one.person for one in found}
    missing = [name for name in names if name not in named]
    kinds = admitted_kinds((k.record.key for k in found), {k.record.key: k.kind for k in found})
    for name in missing:
        console.note(f"no key yet from {quoted(name)}")
    for one in kinds:
        console.note(f"evidence {quoted(one.kind)}: {counted(one.people, 'key')}")
    console.result(
        f"{console.output}: {counted(len(found), 'key')} in all, {len(failures)} refused now; "
        "keep the file to yourself, and name it with roster create --collected",
        {
            "output": console.output,
            "keys": len(found),
            "named": len(named - {""}),
            "missing": missing,
            "admitted": [one._asdict() for one in kinds],
            "refused": len(failures),
        },
    )
