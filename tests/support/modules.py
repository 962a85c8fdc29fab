"""The modules of the library that can be imported here."""

import importlib.util
import pkgutil
from importlib import import_module
from types import ModuleType

import cosign


def library_modules() -> list[ModuleType]:
    """Import all modules of the library, but for what needs a compiled core that is not here."""
    names = {module.name for module in pkgutil.walk_packages(cosign.__path__, "cosign.")}
    if importlib.util.find_spec("cosign_letter_native") is None:
        names.remove("cosign.primitives.curve.native_core")
    return [import_module(name) for name in sorted(names)]
