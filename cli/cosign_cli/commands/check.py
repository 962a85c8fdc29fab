"""``cosign-letter check``: look for your own cosignature in a published letter."""

import contextlib
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from cosign.quoting import quoted
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.errors import naming
from cosign_cli.shared.files import source
from cosign_cli.shared.homes import open_home, openable
from cosign_cli.shared.open_names import shown_name
from cosign_cli.shared.options import LetterFile
from cosign_cli.shared.progress import show_progress
from cosign_cli.shared.workers import process_pool

if TYPE_CHECKING:
    from cosign.records.round import VerifiedRound
    from cosign.roles.member.receipts import Found


@command(secrets=True, anywhere=True)
def run(
    console: Console,
    letter_file: LetterFile,
    receipt: Annotated[
        str | None,
        typer.Option(
            metavar="CODE",
            help="Receipt from sign --receipt, instead of the home. Other users can see it here.",
        ),
    ] = None,
) -> None:
    """Look for your own cosignature in a published letter, in a joint one for all of them."""
    found = [_by_receipt(letter_file, receipt)] if receipt else _by_home(console, letter_file)
    lines = [_line(one, among=len(found) > 1) for one in found]
    for one in found:
        if one.name_left_out:
            console.note(
                f"warning: you signed openly, and the letter of {quoted(one.round.group.name)} has "
                "your cosignature without your name: ask its organizer for publish --append"
            )
    own, *others = map(_told, found)
    console.result("\n".join(lines), {"included": True, **own, "others": others})


class _Own(NamedTuple):
    """What a letter has of the member's cosignature.

    Attributes:
        round: of the letter.
        found: what it has.
        name_left_out: the home signed openly, and the letter has the cosignature alone.
    """

    round: "VerifiedRound"
    found: "Found"
    name_left_out: bool = False


def _line(own: _Own, *, among: bool) -> str:
    found = own.found
    where = f", among those of {quoted(own.round.group.name)}" if among else ""
    if found.conflict:
        return (
            f"your cosignature is in this file{where}, several times, with statements or names "
            "that differ: where they are of one key, it counts once and reports show none of them"
        )
    how = f"openly, as {shown_name(found.name)}" if found.name else "anonymously"
    said = f", with the statement {quoted(found.statement)}" if found.statement else ""
    return f"your cosignature is in this file, {how}{where}{said}"


def _told(own: _Own) -> dict[str, str | bool | None]:
    found = own.found
    name, role = found.name or (None, None)
    return {
        "statement": found.statement,
        "name": name,
        "role": role,
        "conflict": found.conflict,
        "name_left_out": own.name_left_out,
        "round": own.round.fingerprint,
    }


def _by_receipt(path: str, receipt: str) -> _Own:
    """Look in every letter of the file until one has the receipt's tag."""
    from cosign.joint_files import open_letters
    from cosign.roles.member.receipts import decode_receipt, find, require_counted

    tag = decode_receipt(receipt)
    with (
        naming(path),
        open_letters(source(path)) as letters,
        process_pool() as executor,
        show_progress("verifying") as progress,
    ):
        for round_, reader, is_last in letters:
            found = find({tag}, round_, reader, executor, progress)
            if is_last or found.signed or found.withdrawn:
                break
        require_counted(found)
    return _Own(round_, found)


def _by_home(console: Console, path: str) -> list[_Own]:
    """Look in the letter of every round in which the home signed: one may lack its cosignature.

    Raises:
        MissingError: the home signed in none of the rounds.
        VerificationError: a cosignature is not in its letter; the error names the group.
    """
    from cosign.homes import find_own, signed_in, signed_openly
    from cosign.joint_files import open_letters
    from cosign.stores.keys import KEY, MEMBER

    home = open_home(console)
    names = openable(console, home, MEMBER, KEY)
    found: list[_Own] = []
    with (  # without further processes, which would hold what was read of the home
        naming(path),
        open_letters(source(path)) as letters,
        show_progress("verifying") as progress,
    ):
        for number, (round_, reader, is_last) in enumerate(letters):
            if signed_in(home, round_.round_id, names) or (is_last and not found):
                joint = number > 0 or not is_last
                with naming(quoted(round_.group.name)) if joint else contextlib.nullcontext():
                    own = find_own(home, round_, reader, names, progress=progress)
                anonymous = own.name is None and not own.conflict
                left_out = anonymous and signed_openly(home, round_.round_id, names)
                found.append(_Own(round_, own, left_out))
    return found
