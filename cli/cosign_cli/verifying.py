"""``cosign-letter verify``: what a newspaper runs; its exit code is a contract.

0 valid, group pinned, quorum met; 1 not valid; 2 usage; 3 valid, but the group
was not pinned; 4 valid and pinned, below quorum.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from cosign_cli.commands import command
from cosign_cli.console import STREAM, Console, naming, open_input, warn
from cosign_cli.workers import process_pool

if TYPE_CHECKING:
    from cosign.roles.verifier import Report


def register(app: typer.Typer) -> None:
    """Add the command to the program."""

    @command(app, "verify")
    def verify(
        console: Console,
        letter_file: Annotated[str, typer.Argument(metavar="FILE", help="The published letter.")],
        group: Annotated[
            str | None,
            typer.Option(metavar="FILE|FINGERPRINT", help="The group that you trust."),
        ] = None,
        workers: Annotated[
            int | None, typer.Option(min=1, help="Processes; one for each core.")
        ] = None,
    ) -> None:
        """Check a published letter offline and say what was not checked."""
        raise typer.Exit(_verify(console, letter_file, group, workers))


def _verify(console: Console, path: str, group: str | None, workers: int | None) -> int:
    from cosign.errors import (
        MalformedError,
        MismatchError,
        StorageError,
        UsageError,
        VerificationError,
    )
    from cosign.roles.verifier import NOT_VALID, verify_letter

    pin = _pin(console, group)
    try:
        with (
            naming(path),
            open_input(path) as stream,
            process_pool(_size(path), workers) as executor,
            console.progress("verifying") as progress,
        ):
            report = verify_letter(stream, pin=pin, executor=executor, progress=progress)
    except (MalformedError, MismatchError, VerificationError) as e:
        error = {"valid": False, "exit_code": NOT_VALID, "error": e.message, "hint": e.hint}
        if not console.json:
            warn(e)
        console.result("NOT VALID", error)
        return NOT_VALID
    except StorageError as e:
        raise UsageError(e.message, hint=e.hint) from e
    console.result(report_text(report), report.to_json())
    return report.exit_code


def _pin(console: Console, group: str | None) -> str | None:
    """Give the fingerprint of a group that is named by a file or by its digits."""
    from cosign.errors import CosignError, MissingError, UsageError
    from cosign.primitives.hashing import normalize_fingerprint
    from cosign.records.kinds import group_fingerprint

    if group is None:
        return None
    digits = normalize_fingerprint(group)
    if digits is not None:
        return digits
    try:
        return group_fingerprint(console.read_group(group))
    except MissingError as e:
        raise UsageError(
            f"{group}: neither a file nor a fingerprint of 60 digits", hint="copy all twelve groups"
        ) from e
    except CosignError as e:
        raise UsageError(e.message, hint=e.hint) from e


def _size(path: str) -> int | None:
    return None if path == STREAM else Path(path).stat().st_size


def report_text(report: "Report") -> str:
    """Write a report for a terminal: the same facts as the JSON, in a screenful."""
    from cosign.records.fields import show_minute

    round_, terms = report.round, report.round.terms
    size = report.anonymity_set
    crowd = "an unknown number of" if size is None else f"at most {size}"
    least = "at least " if report.keys > report.cosigners else ""
    left_out = sum(round_.group.left_out.values())
    met = "met" if report.quorum_met else "NOT MET"
    pinned = "pinned by you" if report.pinned else "NOT PINNED: anybody can make a group"
    lines = [
        f"VALID: {least}{report.cosigners} distinct members signed, out of {crowd} members",
        "",
        f"letter       {terms.title!r}, {len(round_.letter.raw)} bytes",
        f"sha-256      {report.to_json()['letter_sha256']}",
        f"round        {round_.fingerprint}",
        f"group        {round_.group_fingerprint}",
        f"             {round_.group.name!r}, {round_.group.kind}; {pinned}",
        *([f"left out     {left_out} keys or people, as the publisher says"] if left_out else []),
        f"signed       {show_minute(terms.opens)} to {show_minute(terms.closes)}",
        f"quorum       {terms.quorum}: {met}",
        f"withdrawn    {report.withdrawn + report.opening.withdrawn}",
        f"duplicates   {max(report.duplicates, report.opening.duplicate)}, counted once",
        f"conflicts    {report.conflicts}, counted once, their statements left out",
        *([f"keys         {report.keys}"] if report.keys > report.cosigners else []),
        f"anonymity    {_ANONYMITY[report.anonymity]}",
    ]
    lines += [
        f"split        {c.cosigners} keys certified by {' and '.join(map(repr, c.registrars))}, "
        f"{'unknown how many' if c.at_most is None else f'at most {c.at_most}'} members"
        for c in report.combinations
    ]
    if report.statements:
        lines += ["", "statements", *(f"  {text!r}" for text in report.statements)]
    lines += ["", "not checked", *(f"  - {sentence}" for sentence in report.not_checked)]
    return "\n".join(lines)


_ANONYMITY: Final = {
    "everlasting": "everlasting: no computer can link signatures to enrolments",
    "computational": "computational: a quantum computer, or whoever seizes a key, could link",
}
