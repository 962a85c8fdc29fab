"""What people compare about a file, read from any file that commits to one of them."""

from typing import TYPE_CHECKING, Annotated, Final

import typer

from cosign_cli.shared.errors import naming
from cosign_cli.shared.files import source
from cosign_cli.shared.prompts import ask_secret

if TYPE_CHECKING:
    from cosign.records.comparable import Comparable

ComparableFile = Annotated[
    str,
    typer.Argument(
        metavar="FILE", help="A round, invitation, campaign, published letter, group or roster."
    ),
]

COMMITS: Final = {
    "round": "the round: it commits to letter, group, trustees and times",
    "campaign": "the campaign: it commits to the letter and to each round that it names",
    "group": "the group: it commits to every key, of registrars or of members",
}
"""What a comparison covers, by kind."""


def read_compared(path: str, secret: str | None) -> "Comparable":
    """Read and verify what a file commits to; errors name the file.

    Args:
        path: of the file; ``-`` is stdin.
        secret: opens an invitation; if None, the person is asked for it.
    """
    from cosign.record_files import read_comparable

    with naming(path):
        return read_comparable(source(path), secret or ask_secret)
