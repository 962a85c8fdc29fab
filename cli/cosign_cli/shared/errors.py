"""Errors on their way to the person: which file they concern, and how they are shown."""

import contextlib
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from cosign_cli.shared.environment import APP_NAME

if TYPE_CHECKING:
    from cosign.errors import CosignError


def show_error(error: "CosignError") -> None:
    """Print an error on stderr: what is wrong, and on the next line what to do."""
    print(f"{APP_NAME}: {printable(error.message)}", file=sys.stderr)
    if error.hint:
        print(f"  hint: {printable(error.hint)}", file=sys.stderr)


def printable(text: str) -> str:
    """Escape control characters: strangers choose the names of the files that they send."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


@contextlib.contextmanager
def naming(path: str) -> Iterator[None]:
    """Put the name of a file in front of the errors that its content causes."""
    from cosign.errors import CosignError

    try:
        yield
    except CosignError as e:
        name_file(e, path)
        raise


def name_file(error: "CosignError", path: str) -> None:
    """Put the name of a file in front of an error's message, unless it is there already."""
    error.name_source("stdin" if path == "-" else path)


@contextlib.contextmanager
def usage_errors() -> Iterator[None]:
    """Turn errors about a record made from options into errors about those options.

    Raises:
        UsageError: the options make a record that is not allowed.
    """
    from cosign.errors import MalformedError, UsageError

    try:
        yield
    except MalformedError as e:
        raise UsageError(e.message, hint="change the options of the command") from e
