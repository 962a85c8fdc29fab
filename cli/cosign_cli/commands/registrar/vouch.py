"""``cosign-letter registrar vouch``: write vouchers for people whom you checked."""

from collections import Counter
from typing import Annotated

import typer

from cosign.words import counted
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.errors import naming
from cosign_cli.shared.files import read_bytes
from cosign_cli.shared.options import GroupFile
from cosign_cli.shared.registrar_session import open_session


@command(secrets=True, output=True)
def run(
    console: Console,
    group: GroupFile,
    count: Annotated[int, typer.Option(min=1, max=1_000_000, help="Number of vouchers.")] = 1,
    people: Annotated[
        str | None,
        typer.Option(
            metavar="FILE.csv",
            help="List of people, one per line, in the first column; a heading is skipped.",
        ),
    ] = None,
) -> None:
    """Write vouchers for people whom you checked; the ledger keeps only their hashes."""
    import csv
    import io

    from cosign.errors import UnconfirmedError
    from cosign.roles.registrar import encode_voucher

    names = _people(people) if people else [""] * count
    session = open_session(console, group)
    console.check_output()
    with session.ledger(new=True) as ledger:
        before = ledger.status().vouchers
    vouchers = session.make_vouchers(len(names))
    if before:
        console.note(
            f"warning: {counted(before, 'voucher')} existed before; these are additional, and "
            "a person who gets two can sign twice"
        )
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(["person", "voucher"])
    writer.writerows(zip(names, map(encode_voucher, vouchers), strict=True))
    try:
        console.write(table.getvalue().encode(), "vouchers", secret=True)
    except UnconfirmedError:
        raise
    except BaseException:
        session.remove_vouchers(vouchers)  # nobody has them: they must not count
        raise
    console.result(
        f"{console.output}: {counted(len(names), 'voucher')}; "
        "give each to one person, then destroy the file",
        {"output": console.output, "vouchers": len(names)},
    )


def _people(path: str) -> list[str]:
    import csv

    from cosign.errors import MalformedError
    from cosign.records.limits import MEMBER_LIMIT
    from cosign.text.files import read_text

    with naming(path):
        try:
            text = read_text(read_bytes(path, 64 * MEMBER_LIMIT))
            rows = [row for row in csv.reader(text.splitlines()) if row and row[0].strip()]
        except csv.Error as e:
            raise MalformedError(
                "not a CSV file in UTF-8", hint="export the list again as CSV in UTF-8"
            ) from e
        names = [row[0].strip() for row in rows]
        if names[:1] in (["person"], ["name"], ["Person"], ["Name"]):
            names = names[1:]
        twice = [name for name, times in Counter(names).items() if times > 1]
        if not names:
            raise MalformedError("there is no name in the list", hint="write one person per line")
        if twice:
            raise MalformedError(
                f"{twice[0]!r} is in the list twice",
                hint="each person gets one voucher; write two people of one name differently",
            )
    return names
