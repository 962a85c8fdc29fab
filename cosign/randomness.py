"""The source of randomness, which functions take as an argument.

A ``Randomness`` is a callable that returns a given number of uniformly random bytes.
Public entry points use :data:`SYSTEM`, the operating system's source, by default; a lint
rule forbids every other source in the library. Tests pass a seeded source, to make
vectors.
"""

import secrets  # noqa: TID251  # the one place where the operating system's source is read
from collections.abc import Callable
from typing import Final

Randomness = Callable[[int], bytes]
"""Takes a number and returns as many uniformly random bytes."""

SYSTEM: Final[Randomness] = secrets.token_bytes
"""The operating system's cryptographic source."""
