"""Errors on their way to the person: which file they concern, and how they are shown."""

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from cosign_cli.shared.environment import APP_NAME
from cosign_cli.shared.terminal import say

if TYPE_CHECKING:
    from cosign.errors import CosignError


def show_error(error: "CosignError") -> None:
    """Print an error on stderr: what is wrong, and on the next line what to do."""
    say(error.message, label=f"{APP_NAME}: ")
    if error.hint:
        say(error.hint, label="  hint: ")


@contextlib.contextmanager
def naming(path: str, *, damage_only: bool = False) -> Iterator[None]:
    """Put the name of a file in front of the errors that its content causes.

    Args:
        path: of the file.
        damage_only: whether the block reads other files, too, which can break rules: then only
            errors about bytes and signatures are the file's.
    """
    from cosign.errors import CosignError, MalformedError, VerificationError

    kinds = (MalformedError, VerificationError) if damage_only else (CosignError,)
    try:
        yield
    except kinds as e:
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
    from cosign.wire.codecs import DAMAGED

    try:
        yield
    except MalformedError as e:
        hint = "" if e.hint == DAMAGED else e.hint
        raise UsageError(e.message, hint=hint or "change the options of the command") from e
