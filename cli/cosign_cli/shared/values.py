"""Values of options and arguments as people type them: names of files, and text for records.

Every value is looked at here, by its kind, before a command starts. So an error names the
option, and is the same for all commands.

A shell replaces ``~`` and ``$HOME`` in most places, but neither in quotes nor in
``--output=~/x``, and systemd and editors replace neither. A leading ``~`` is replaced here.
What else a shell would have replaced is refused if there is no file of that name: a
folder named ``$HOME`` would hold secrets that their owner does not find again.
"""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cosign_cli.shared.environment import APP_NAME
from cosign_cli.shared.streams import STREAM

if TYPE_CHECKING:
    from cosign.wire.codecs import Text

FILES: Final = frozenset({
    "ANSWER.tsr", "CLAIM", "COLLECTION", "DELIVERY", "DIR", "ENVELOPE", "FILE", "FILE.csv",
    "FILE.html", "GROUP", "INVITATION", "INVITE", "LETTER", "MAILBOX", "PATH", "REQUEST",
    "RESPONSE", "ROSTER", "ROUND",
})  # fmt: skip
"""What the help calls values that are names of files or folders."""

_QUOTES: Final = {'"': '"', "'": "'", "\u201c": "\u201d", "\u2018": "\u2019", "\u201e": "\u201c"}
_VARIABLE: Final = re.compile(r"(?:^|[/\\])(\$\{?[A-Za-z_]\w*\}?|%[A-Za-z_]\w*%)(?:$|[/\\])")


def read_values(command: Any) -> None:
    """Let a command, or all commands of a group, read their values as people mean them.

    Args:
        command: as typer made it, with names of its values (:mod:`cosign_cli.shared.help`).
    """
    for inner in getattr(command, "commands", {}).values():
        read_values(inner)
    for parameter in command.params:
        if parameter.metavar and not getattr(parameter, "is_flag", False):
            parameter.callback = _reading(parameter, parameter.callback)


def _reading(parameter: Any, before: Callable[..., Any] | None) -> Callable[..., Any]:
    """Return a callback that reads each value, after the one that the parameter has."""
    is_option = parameter.param_type_name == "option"
    name = max(parameter.opts, key=len) if is_option else parameter.metavar
    kinds = set(parameter.metavar.rstrip(".").split("|"))

    def read(value: Any) -> Any:
        if isinstance(value, list | tuple):
            return [read(inner) for inner in value]
        if kinds & FILES and isinstance(value, str | Path):
            return type(value)(file_name(str(value), name, only=kinds <= FILES))
        return text(value, name, parameter.name) if isinstance(value, str) else value

    def callback(context: Any, given: Any, value: Any) -> Any:
        if before:
            value = before(context, given, value)
        return value if value is None or value == given.default else read(value)

    return callback


def file_name(typed: str, name: str, *, only: bool = True) -> str:
    """Return the file that somebody means, with ``~`` replaced.

    Args:
        typed: the name of a file or folder that may not exist.
        name: of the option, argument or variable.
        only: whether nothing else than a file can be meant, such as digits in quotes.

    Raises:
        UsageError: what a shell would have replaced, a folder of nobody, or a value behind
            the equals sign of a short option; unless there is a file of that name.
    """
    from cosign.errors import UsageError

    if typed in {"", STREAM} or Path(typed).is_absolute() or os.path.lexists(typed):
        return typed
    if typed[0] == "~":
        return str(expand_user(typed))
    if variable := _VARIABLE.search(typed):
        wrong = f"{variable[1]} was not replaced by its value"
        hint = "write it as a path, or leave the quotation marks out"
    elif only and len(typed) > 1 and _QUOTES.get(typed[0]) == typed[-1]:
        wrong = "the quotation marks are a part of this name"
        hint = "leave the inner quotation marks out"
    elif typed[0] == "=":
        wrong, hint = "the equals sign is a part of this name", "write a blank in its place"
    else:
        return typed
    raise UsageError(
        f"{name}: {typed}: {wrong}", hint=f"{hint}; if the file is called so, write its whole path"
    )


def expand_user(typed: str) -> Path:
    """Return a path in which a leading ``~`` is replaced by the folder of its user.

    Raises:
        UsageError: nobody has that name, or the user's folder is not known.
    """
    from cosign.errors import UsageError
    from cosign.stores.system import user_folder

    first, _, rest = typed.partition("/")
    if first == "~":
        return user_folder() / rest
    path = Path(typed)
    try:
        return path.expanduser()
    except RuntimeError as e:
        raise UsageError(f"{typed}: there is no such user", hint="write the whole path") from e


def application_folder() -> Path:
    """Return the folder where this system keeps what belongs to a program.

    A relative XDG_CONFIG_HOME is not valid and is passed over (XDG Base Directory
    Specification): it would be another folder in each working directory.

    Raises:
        UsageError: the user's own folder is not known.
    """
    import sys

    from cosign.stores.system import user_folder

    if sys.platform == "win32":
        import typer

        return Path(typer.get_app_dir(APP_NAME))
    if sys.platform == "darwin":
        return user_folder() / "Library" / "Application Support" / APP_NAME
    named = Path(os.environ.get("XDG_CONFIG_HOME", ""))
    return (named if named.is_absolute() else user_folder() / ".config") / APP_NAME


def text(typed: str, name: str, parameter: str) -> str:
    """Return the text that somebody means.

    Args:
        typed: the value.
        name: of the option or argument.
        parameter: its name in the program.

    Raises:
        UsageError: it is not UTF-8, or no record takes it.
    """
    from cosign.errors import MalformedError, UsageError
    from cosign.text.typed import is_blank, typed_text

    if not typed.isascii():
        try:  # where the system is not set to UTF-8, Python keeps the bytes of what was typed
            typed = typed.encode(errors="surrogateescape").decode()
        except UnicodeError as e:
            raise UsageError(f"{name}: this is not UTF-8", hint=f"type {name} again") from e
    codec = _texts().get(parameter)
    try:
        if codec:
            codec.read(typed_text(typed), name)
    except MalformedError as e:
        raise UsageError(e.message, hint=f"change {name}") from e
    if codec and codec.least and is_blank(typed):
        raise UsageError(f"{name}: there is nothing to read in it", hint=f"change {name}")
    return typed


def _texts() -> "dict[str, Text]":
    """Return what records take, by the names of parameters that go into one as they are."""
    from cosign.records.claim import CHALLENGE
    from cosign.records.cosignature import STATEMENT
    from cosign.records.groups.statements import KIND
    from cosign.records.limits import NAME_LIMIT, PURPOSE_LIMIT
    from cosign.records.open_cosignature import NAME, ROLE
    from cosign.wire.codecs import Text

    name, purpose = Text(NAME_LIMIT, least=1), Text(PURPOSE_LIMIT, multiline=True)
    return {
        "challenge": CHALLENGE,
        "evidence": KIND,
        "name": name,
        "openly": NAME,
        "publisher_name": name,
        "purpose": purpose,
        "role": ROLE,
        "signer_name": NAME,
        "source": purpose,
        "statement": STATEMENT,
        "title": name,
    }
