"""A list of people, read from a file: what is asked, and what was understood of it."""

from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

import typer

from cosign.quoting import quoted
from cosign.words import counted
from cosign_cli.shared.console import Console
from cosign_cli.shared.errors import naming
from cosign_cli.shared.files import read_plain
from cosign_cli.shared.prompts import ask_whether, can_ask

if TYPE_CHECKING:
    from cosign.roles.registrar import People

_HEADER_HINT: Final = "add --header or --no-header"
_GUESS_HINTS: Final = {
    "title": "remove that line, or add --no-header if it is a person",
    "other": "remove that line, or add --footer to leave it out, or --no-footer if it is a person",
}
"""How to go on in a script for each reason why a line may be no person."""
_SHOWN_LINES: Final = 20
"""Most lines that are shown of those that were left out."""

PeopleFile = Annotated[
    str | None,
    typer.Option(metavar="FILE.csv", help="List of people, one per line, in the first column."),
]
Header = Annotated[
    bool | None, typer.Option(help="The first line is a heading, or it is a person.")
]
Footer = Annotated[
    bool | None,
    typer.Option(
        help="Leave out sums, notes at the end and cells such as -; or take them as people."
    ),
]
Columns = Annotated[
    list[int] | None,
    typer.Option(
        metavar="N", min=1, help="The column with the name, from 1; may be repeated for its parts."
    ),
]


class Mark(StrEnum):
    """What separates the columns of a list."""

    comma = ","
    semicolon = ";"
    tab = "tab"


Separator = Annotated[
    Mark | None,
    typer.Option(
        help="What separates columns, in the list and in the result; detected if left out."
    ),
]


class ListOptions(NamedTuple):
    """What a person says about a list.

    Attributes:
        separator: between columns; None to find out.
        header: whether the first line is a heading; None to find out.
        footer: whether sums and notes at the end are left out; None to find out.
        columns: which make up the name, from 1; the first one if there are none.
    """

    separator: Mark | None = None
    header: bool | None = None
    footer: bool | None = None
    columns: list[int] | None = None

    @property
    def mark(self) -> str:
        """The separator as it stands in the file; "" if nobody said."""
        return "\t" if self.separator == Mark.tab else str(self.separator or "")

    def check_list(self, people: str | None) -> None:
        """Refuse what would be passed over in silence, because no list is read.

        Raises:
            UsageError: there is no list, and options say how to read it.
        """
        from cosign.errors import UsageError

        told = (self.header, self.footer, self.columns or None)
        if people is None and any(each is not None for each in told):
            raise UsageError(
                "--header, --footer and --column say how a list is read, and none was named",
                hint="add --people FILE.csv, or leave them out",
            )


def read_people_list(console: Console, path: str, options: ListOptions) -> "People":
    """Read a list, ask what is uncertain, and show what was understood.

    Raises:
        MalformedError: the list is damaged or names a person twice.
        UsageError: something in it is uncertain, and there is no one to decide.
    """
    from cosign.errors import UsageError
    from cosign.records.limits import MEMBER_LIMIT
    from cosign.roles.registrar import read_people
    from cosign.text.files import read_text

    with naming(path):
        text = read_text(read_plain(path, 64 * MEMBER_LIMIT, "list", "make several lists of it"))
        read = partial(
            read_people,
            text,
            separator=options.mark,
            footer=options.footer,
            columns=tuple(options.columns or ()),
        )
        found = read(heading=options.header)
        if found.first_line and can_ask() and not console.yes:
            heading = ask_whether(f"is the first line, {quoted(found.first_line)}, a heading?")
            found = read(heading=heading or None)
        elif found.first_line:
            first = f"the first line, {quoted(found.first_line)}, may be a person or a heading"
            raise UsageError(first, hint=_HEADER_HINT)
        if console.yes:
            _check_certain(found)
    for line in _shown(path, found):
        console.facts(line)
    for doubt in found.doubts:
        console.note(f"warning: {doubt}")
    return found


def _check_certain(found: "People") -> None:
    """Refuse a list of which something was guessed.

    Raises:
        UsageError: it was; the hint says which options decide it.
    """
    from cosign.errors import UsageError

    if found.guesses:
        line, text, why = found.guesses[0]
        raise UsageError(
            f"line {line}, {quoted(text)}, looks like a {why}",
            hint=_GUESS_HINTS.get(why, _GUESS_HINTS["other"]),
        )
    if found.doubts:
        raise UsageError(found.doubts[0], hint="or leave --yes out, and answer on a terminal")


def _shown(path: str, found: "People") -> list[str]:
    """Return what was understood of a list, for people."""
    from cosign.text.tables import SEPARATORS

    kind = SEPARATORS.get(found.separator)
    left_out = sorted(found.left_out, key=lambda line: line.why == "comment")
    lines = [
        f"{path}: {counted(len(found.names), 'name')}, "
        + (f"in columns between {kind}" if kind else "one on each line"),
        f"first     {quoted(found.names[0])}",
        f"last      {quoted(found.names[-1])}",
        *(f"left out  line {line}, {quoted(text)}: a {why}" for line, text, why in left_out),
    ]
    if len(lines) > _SHOWN_LINES:
        lines[_SHOWN_LINES:] = [f"left out  {len(found.left_out)} lines in all"]
    return lines


def people_json(found: "People") -> dict[str, Any]:
    """Return what was understood of a list, for programs."""
    return {
        "separator": found.separator,
        "first": found.names[0],
        "last": found.names[-1],
        "left_out": [line._asdict() for line in found.left_out],
    }
