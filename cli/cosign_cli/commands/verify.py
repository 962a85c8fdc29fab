"""``cosign-letter verify``: check a published letter offline.

Scripts may rely on the exit code: 0 valid, group pinned, quorum met; 1 not valid;
2 wrong usage; 3 valid, but no group was pinned; 4 valid and pinned, but below quorum.
"""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from cosign_cli.shared.command import command
from cosign_cli.shared.console import STREAM, Console
from cosign_cli.shared.errors import name_file, show_error
from cosign_cli.shared.files import open_input, read_group
from cosign_cli.shared.progress import show_progress
from cosign_cli.shared.workers import process_pool

if TYPE_CHECKING:
    from cosign.errors import CosignError

_DIGITS_FILE_LIMIT: Final = 200


@command(force=True)
def run(
    console: Console,
    letter_file: Annotated[str, typer.Argument(metavar="FILE", help="The published letter.")],
    group: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|FINGERPRINT",
            help="The group that you expect: its file or its fingerprint.",
        ),
    ] = None,
    html: Annotated[
        str, typer.Option(metavar="FILE", help="Also write the report as a web page; - is stdout.")
    ] = "",
    workers: Annotated[
        int | None, typer.Option(min=1, help="Number of processes; default: one for each core.")
    ] = None,
) -> None:
    """Check a published letter offline; report the count and what was not checked."""
    raise typer.Exit(_verify(replace(console, output=html), letter_file, group, workers))


def _verify(console: Console, path: str, group: str | None, workers: int | None) -> int:
    from cosign.errors import (
        MalformedError,
        MismatchError,
        StorageError,
        UsageError,
        VerificationError,
    )
    from cosign.reports.json import report_json
    from cosign.reports.text import report_text
    from cosign.roles.verifier.letter import verify_letter

    if console.output:
        console.check_output()
    pin = _pin(group)
    try:
        with (
            open_input(path) as stream,
            process_pool(_size(path), workers) as executor,
            show_progress("verifying") as progress,
        ):
            report = verify_letter(stream, pin=pin, executor=executor, progress=progress)
    except (MalformedError, MismatchError, VerificationError) as e:
        return _refuse(console, path, e)
    except StorageError as e:
        raise UsageError(e.message, hint=e.hint) from e
    if console.output:
        from cosign.reports.html import report_page

        console.write(report_page(report), "report")
    console.result(report_text(report), report_json(report))
    return report.exit_code


def _refuse(console: Console, path: str, error: "CosignError") -> int:
    """Report that the letter is not valid, and return the exit code."""
    from cosign.reports.json import refusal_json
    from cosign.roles.verifier.letter import NOT_VALID

    if console.output:
        from cosign.reports.html import refusal_page

        # Before the file is named: the page may be passed on, and must not show a local path.
        console.write(refusal_page(error.message, error.hint), "report")
    name_file(error, path)
    if not console.json:
        show_error(error)
    console.result("NOT VALID", refusal_json(error.message, error.hint))
    return NOT_VALID


def _pin(group: str | None) -> str | None:
    """Return the fingerprint of the group that an option names, by its file or its digits."""
    from cosign.errors import CosignError, MissingError, UsageError
    from cosign.records.comparable import read_fingerprint
    from cosign.records.groups.group import group_fingerprint

    if group is None:
        return None
    if not group.strip():
        raise UsageError("no group was given", hint="the option wants a file or 60 digits")
    digits = read_fingerprint(group, "group") or _digits_in(group)
    if digits is not None:
        return digits
    try:
        return group_fingerprint(read_group(group))
    except MissingError as e:
        raise UsageError(
            f"{group}: neither a file nor a fingerprint of 60 digits", hint="copy all twelve groups"
        ) from e
    except CosignError as e:
        raise UsageError(e.message, hint=e.hint) from e


def _digits_in(path: str) -> str | None:
    """Return the fingerprint in a file that holds nothing else, or None."""
    from cosign.records.comparable import read_fingerprint

    file = Path(path)
    try:
        # A pipe can be read only once: leave it to the caller, who reads it as a group.
        if not file.is_file() or file.stat().st_size > _DIGITS_FILE_LIMIT:
            return None
        return read_fingerprint(file.read_text(encoding="utf-8").strip(), "group")
    except (OSError, UnicodeDecodeError):
        return None  # the caller reads it as a group and reports the error


def _size(path: str) -> int | None:
    return None if path == STREAM else Path(path).stat().st_size
