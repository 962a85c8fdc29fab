"""Libraries that not every installation has, and what to type where one is missing."""

import contextlib
import re
import sys
from collections.abc import Iterator

from cosign_cli.shared.environment import APP_NAME


@contextlib.contextmanager
def needs_extra(extra: str) -> Iterator[None]:
    """Turn a missing library into an error that says what to install.

    Args:
        extra: ``client`` to use a relay, ``relay`` to run one, ``cluster`` to verify on one,
            ``timestamps`` for time stamps.
    """
    import shlex

    from cosign.errors import UsageError

    try:
        yield
    except ModuleNotFoundError as e:
        name = str(e.name).partition(".")[0]
        raise UsageError(
            f"this needs {name}, which is not installed",
            hint=f"{shlex.quote(sys.executable)} -m pip install {_requirements(extra)}",
        ) from e


def _requirements(extra: str) -> str:
    """Return what an extra requires, quoted for a shell.

    By the names of the libraries, because ``cosign-letter[client]`` would make pip look for
    this package in the index, where someone else may have registered the name.
    """
    import shlex
    from importlib import metadata

    pairs = (line.partition(";") for line in metadata.requires(APP_NAME) or ())
    wanted = re.compile(rf"""extra == ['"]{extra}['"]""")
    return shlex.join(name.strip() for name, _, marker in pairs if wanted.search(marker))
