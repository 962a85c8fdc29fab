"""Which core computes ring proofs (docs/spec.md, "Ring proof").

The compiled core where it is installed, otherwise the one in Python. The distribution
``cosign-letter-native`` is optional (docs/adr/0041). Both cores accept the same inputs and
return the same bytes, so only the time differs.
"""

import os
from types import ModuleType
from typing import Final

VARIABLE: Final = "COSIGN_LETTER_CORE"
"""Set to ``python``, the compiled core is not used; set to ``native``, it has to be there."""

_INTERFACE: Final = 3
"""Of the compiled core: another number means that its functions mean something else."""


def _find_native() -> ModuleType | None:
    """Return the compiled core, or None if Python is to compute.

    Raises:
        ImportError: :data:`VARIABLE` has another value, or it is ``native`` and no compiled
            core of this version is installed.
    """
    wanted = os.environ.get(VARIABLE, "")
    if wanted not in {"", "python", "native"}:
        raise ImportError(f"{VARIABLE} is {wanted!r}: it can be python or native")
    if wanted == "python":
        return None
    try:
        import cosign_letter_native  # noqa: PLC0415  # optional
    except ImportError:
        found = None
    else:
        found = cosign_letter_native if cosign_letter_native.INTERFACE == _INTERFACE else None
    if found is None and wanted == "native":
        raise ImportError(
            f"{VARIABLE} is native, but no compiled core for this version is installed: "
            "pip install 'cosign-letter[fast]'"
        )
    return found


_NATIVE: Final = _find_native()

IS_NATIVE: Final = _NATIVE is not None
"""Whether the compiled core is in use."""

NAME: Final[str] = f"native core {_NATIVE.VERSION}" if _NATIVE else "Python core"
"""What ``cosign-letter --version`` shows."""
