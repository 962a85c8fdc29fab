"""``cosign-letter round create``: open a signing round for a letter."""

from typing import TYPE_CHECKING, Annotated

import typer

from cosign.quoting import quoted
from cosign_cli.shared.clock import current_minute, parse_end, parse_time
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.errors import usage_errors
from cosign_cli.shared.files import read_group, read_plain, read_record
from cosign_cli.shared.homes import open_home
from cosign_cli.shared.options import as_typed
from cosign_cli.shared.rosters import check_keys
from cosign_cli.shared.workers import process_pool

if TYPE_CHECKING:
    from cosign.records.groups.group import Group
    from cosign.records.groups.statements import EnrolmentStatement
    from cosign.records.letter import Letter
    from cosign.records.round import DraftRound
    from cosign.roles.organizer.rounds import Plan


_DraftFile = Annotated[str, typer.Argument(metavar="LETTER", help="The letter's text, in UTF-8.")]
_Group = Annotated[
    str, typer.Option("--group", metavar="FILE", help="The group whose members may sign.")
]
_Opens = Annotated[str, typer.Option(metavar="TIME", help="When signing begins.")]
_Closes = Annotated[str, typer.Option(metavar="TIME", help="When signing ends.")]
_Slot = Annotated[
    int | None,
    typer.Option(metavar="J", min=1, help="A slot that no other round used; default: 1."),
]
_GivenTitle = Annotated[
    str | None,
    typer.Option(callback=as_typed, help="A short title; default: the letter's first line."),
]
_Trustees = Annotated[
    list[str] | None,
    typer.Option(
        metavar="FILE", help="The public key of a trustee, who opens envelopes; may be repeated."
    ),
]
_Threshold = Annotated[
    int | None, typer.Option(min=1, help="Number of trustees needed to open; default: all.")
]
_Quorum = Annotated[
    int, typer.Option(min=1, help="Fewest cosigners with which the letter is published.")
]
_MinSet = Annotated[int, typer.Option(min=0, help="Fewest people among whom members sign.")]
_Enrolment = Annotated[
    list[str] | None,
    typer.Option(metavar="FILE", help="An enrolment statement; may be repeated."),
]


@command(secrets=True, output=True)
def run(
    console: Console,
    letter_file: _DraftFile,
    group_file: _Group,
    opens: _Opens,
    closes: _Closes,
    slot: _Slot = None,
    title: _GivenTitle = None,
    trustee: _Trustees = None,
    threshold: _Threshold = None,
    quorum: _Quorum = 1,
    min_set: _MinSet = 0,
    enrolment: _Enrolment = None,
) -> None:
    """Open a round for a letter; without --trustee, you alone open the envelopes."""
    from cosign.records.groups.statements import EnrolmentStatement
    from cosign.records.round import Trustee
    from cosign.roles.organizer.rounds import Plan

    letter = _read_letter(console, letter_file)
    group = read_group(group_file)
    trustees = tuple(read_record(path, Trustee) for path in trustee or ())
    statements = tuple(read_record(path, EnrolmentStatement) for path in enrolment or ())
    console.check_output()
    plan = Plan(
        _title(console, letter.text) if title is None else _given_title(title),
        group.first_slot if slot is None else slot,
        (parse_time(opens), parse_end(closes)),
        trustees,
        threshold or max(1, len(trustees)),
        quorum,
        min_set,
    )
    round_ = _open(console, plan, letter, group, statements)
    _warn(console, round_)
    _tell(console, round_)


def _open(
    console: Console,
    plan: "Plan",
    letter: "Letter",
    group: "Group",
    statements: "tuple[EnrolmentStatement, ...]",
) -> "DraftRound":
    """Open the round with this home's keys, and write it."""
    from cosign.homes import open_organizer
    from cosign.roles.organizer.rounds import open_round

    home = open_home(console)
    with home.undoing():
        with usage_errors(), process_pool() as executor:
            check_keys(home, group, executor)
        with open_organizer(home) as secrets, usage_errors():
            round_ = open_round(secrets, plan, letter, group, statements)
        console.write_record(round_.round)
    return round_


def _warn(console: Console, round_: "DraftRound") -> None:
    """Warn of what would keep members from signing, and of what they will be warned of."""
    terms, size = round_.terms, round_.membership.anonymity_set
    least = max(terms.quorum, terms.min_set)
    if size is None:
        console.note(
            "warning: the size of the group is unknown, and members refuse to sign in a group of "
            "unknown size: add --enrolment with the statement of every registrar"
        )
    elif size < least:
        console.note(
            f"warning: the group has at most {size} people, but the round asks for {least}"
        )
    if current_minute() >= terms.closes:
        console.note("warning: the round has closed already")
    if round_.opened_by_organizer:
        console.note(
            "warning: you alone can open the envelopes, even before the round closes, and members "
            "are told so; to name trustees, add --trustee"
        )


def _tell(console: Console, round_: "DraftRound") -> None:
    """Show the fingerprints that members compare before they sign."""
    from cosign.primitives.hashing import fingerprint_beside
    from cosign.records.limits import show_minute
    from cosign.words import counted

    opens, closes = show_minute(round_.terms.opens), show_minute(round_.terms.closes)
    lines = [
        f"{console.output}: round {quoted(round_.terms.title)}",
        f"open   {opens} to {closes}",
        fingerprint_beside("round  ", round_.fingerprint),
        fingerprint_beside("group  ", round_.group_fingerprint),
    ]
    needed = round_.group.grants_needed
    if needed:
        console.note(
            f"not ready for members yet: {counted(needed, 'registrar')} must grant slot "
            f"{round_.terms.slot} with registrar grant; add what they send with round grant"
        )
    console.result(
        "\n".join(lines),
        {
            "output": console.output,
            "title": round_.terms.title,
            "opens": opens,
            "closes": closes,
            "round": round_.fingerprint,
            "group": round_.group_fingerprint,
            "grants_needed": needed,
        },
    )


def _read_letter(console: Console, path: str) -> "Letter":
    """Read a draft; note what was changed in it, and warn of characters that can mark a copy."""
    from cosign.records.letter import LETTER_LIMIT, Letter
    from cosign.reports.hidden import hidden_characters

    raw = read_plain(path, LETTER_LIMIT, "letter", "shorten it, and link to the rest")
    letter = Letter.from_draft(raw)
    if letter.raw != raw:
        console.note("the letter was normalized: Unicode NFC, LF line ends, no byte order mark")
    for sentence in hidden_characters(letter.text):
        console.note(f"warning: in the letter, {sentence}")
    return letter


def _given_title(title: str) -> str:
    """Return a title that the organizer chose.

    Raises:
        UsageError: it has no word.
    """
    from cosign.errors import UsageError

    if not any(map(str.isalpha, title)):
        raise UsageError(f"the title {quoted(title)} has no word", hint="change --title")
    return title


def _title(console: Console, text: str) -> str:
    """Return a title from the letter's words, and warn of what stands above them.

    Raises:
        UsageError: the letter has no words that could be one.
    """
    from cosign.errors import UsageError
    from cosign.roles.organizer.titles import front_matter, suggest_title

    found = suggest_title(text)
    if found is None:
        raise UsageError("no line of the letter can be its title", hint="name it with --title")
    lines = front_matter(text)
    if lines:
        console.note(
            f"warning: lines 1 to {lines} of the letter are front matter for a site; members sign "
            "them with it, and the page shows them"
        )
    return found
