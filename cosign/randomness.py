"""Where randomness comes from: an argument everywhere, the operating system by default.

Functions take a ``Randomness``: a callable that gives so many uniformly random
bytes. Public entry points default to :data:`SYSTEM`; a lint rule bans every
other source in the library. Tests pass a seeded one to make vectors.
"""

import secrets  # noqa: TID251  # the one place where the operating system's source is read
from collections.abc import Callable
from typing import Final

Randomness = Callable[[int], bytes]
"""Takes a number of bytes, gives that many uniformly random ones."""

SYSTEM: Final[Randomness] = secrets.token_bytes
"""The operating system's cryptographic source."""
