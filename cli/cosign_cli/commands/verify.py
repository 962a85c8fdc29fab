"""``cosign-letter verify``: check a published letter offline.

Scripts may rely on the exit code: 0 valid, group pinned, quorum met; 1 not valid; 2 not
checked: wrong usage, or the file is no published letter; 3 valid, but no group was pinned;
4 valid and pinned, but below quorum. Of a joint letter, each group has to be pinned, and each
quorum met.
"""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.errors import name_file, show_error
from cosign_cli.shared.extras import needs_extra
from cosign_cli.shared.files import source
from cosign_cli.shared.options import Workers
from cosign_cli.shared.progress import show_progress
from cosign_cli.shared.published_letter import read_group_pin
from cosign_cli.shared.streams import STREAM
from cosign_cli.shared.workers import process_pool

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Executor
    from contextlib import AbstractContextManager

    from cosign.errors import CosignError
    from cosign.roles.verifier import JointReport


_LetterFile = Annotated[str, typer.Argument(metavar="FILE", help="The published letter.")]
_Groups = Annotated[
    list[str] | None,
    typer.Option(
        metavar="FILE|FINGERPRINT",
        help="The group that you expect: its file or its fingerprint; may be repeated for a "
        "joint letter.",
    ),
]
_ReportPage = Annotated[
    str, typer.Option(metavar="FILE", help="Also write the report as a web page; - is stdout.")
]
_LetterText = Annotated[
    str,
    typer.Option(
        metavar="FILE", help="Also write the letter's text, exactly as signed; - is stdout."
    ),
]
_Authorities = Annotated[
    str | None,
    typer.Option(
        metavar="FILE",
        help="Certificates (PEM) of time stamp authorities that you trust; their stamps are "
        "checked.",
    ),
]
_Cluster = Annotated[
    str,
    typer.Option(
        metavar="ADDRESS",
        help="Verify on the workers of this Dask scheduler; what they answer is believed.",
    ),
]


@command(force=True, anywhere=True)
def run(
    console: Console,
    letter_file: _LetterFile,
    group: _Groups = None,
    html: _ReportPage = "",
    letter: _LetterText = "",
    timestamp_ca: _Authorities = None,
    workers: Workers = None,
    cluster: _Cluster = "",
) -> None:
    """Check a published letter offline; report the count and what was not checked."""
    from cosign.errors import UsageError

    if html and letter and (html == letter or Path(html).resolve() == Path(letter).resolve()):
        raise UsageError(
            "the page and the letter cannot go to one place", hint="name another file for one"
        )
    if workers and cluster:
        raise UsageError("a cluster has its own workers", hint="leave --workers or --cluster out")
    page, text = replace(console, output=html), replace(console, output=letter)
    trusted = _Trusted(group or [], timestamp_ca)
    raise typer.Exit(_verify(page, text, letter_file, trusted, workers or cluster))


class _Trusted(NamedTuple):
    """What the verifier names: groups, and a file with certificates of authorities."""

    groups: list[str]
    authorities: str | None


def _verify(
    console: Console, letter: Console, path: str, trusted: _Trusted, workers: int | str
) -> int:
    """Verify a file and return the exit code.

    Args:
        console: of the command, with the place of the page, if one is wanted.
        letter: the same, with the place of the letter's text.
        path: of the published letter.
        trusted: the pins, and the authorities.
        workers: number of processes, or the address of a cluster; "" for one on each core.
    """
    from cosign.errors import MalformedError, MismatchError, ThresholdError, VerificationError

    for place in (console, letter):
        if place.output:
            place.check_output()
    pins = [read_group_pin(group) for group in trusted.groups]
    try:
        report = _check(path, pins, trusted.authorities, workers)
    except (MalformedError, MismatchError, ThresholdError, VerificationError) as e:
        return _refuse(console, path, e)
    _tell(console, letter, report)
    if isinstance(workers, str) and workers:
        console.note(
            f"note: what the cluster at {workers} answered is believed: this holds if you trust "
            "each of its machines as much as this one"
        )
    return report.exit_code


def _check(
    path: str, pins: list[str], authorities: str | None, workers: int | str
) -> "JointReport":
    """Verify a file; what keeps it from being checked at all is an error of usage.

    Raises:
        UsageError: it is no published letter, or cannot be read.
        MalformedError, MismatchError, ThresholdError, VerificationError: it is not valid.
    """
    from cosign.errors import OtherFileError, StorageError, UsageError
    from cosign.joint_files import verify_joint

    try:
        with (
            needs_extra("timestamps"),
            _executor(workers) as executor,
            show_progress("verifying") as progress,
        ):
            return verify_joint(
                source(path),
                pins=pins,
                authorities=authorities,
                executor=executor,
                progress=progress,
            )
    except OtherFileError as e:
        name_file(e, path)
        raise UsageError(e.message, hint=e.hint) from e
    except StorageError as e:
        raise UsageError(e.message, hint=e.hint) from e


def _executor(workers: int | str) -> "AbstractContextManager[Executor | None]":
    """Return the processes of this machine, or the cluster at an address."""
    if not isinstance(workers, str) or not workers:
        return process_pool(workers or None)
    with needs_extra("cluster"):
        from cosign.cluster import connect
    return connect(workers)


def _tell(console: Console, letter: Console, report: "JointReport") -> None:
    """Write the page and the letter's text where they are wanted, and print the report."""
    if console.output:
        console.write(_page(report), "report")
    if letter.output:
        letter.write(report.letter.raw, "letter")
    shown = letter if letter.output == STREAM else console
    if report.is_joint:
        from cosign.reports.joint import joint_json, joint_text

        shown.result(joint_text(report), joint_json(report))
    else:
        from cosign.reports.json import report_json
        from cosign.reports.text import report_text

        [single] = report.letters
        shown.result(report_text(single), report_json(single))


def _page(report: "JointReport") -> "Iterator[bytes]":
    """Yield the chunks of the report as a page."""
    if report.is_joint:
        from cosign.reports.joint_html import joint_page

        return joint_page(report)
    from cosign.reports.html import report_page

    [single] = report.letters
    return report_page(single)


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
