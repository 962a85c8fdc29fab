"""Packages whose modules are imported when one of their names is first used (PEP 562).

So starting the command line, or ``import cosign``, imports only what is used.
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def lazy_exports(
    package: dict[str, Any], homes: Mapping[str, str]
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return a package's ``__getattr__`` and ``__dir__``.

    Args:
        package: the package's ``globals()``, in which a name is kept once it is loaded.
        homes: the module of each exported name. If the module has the same name, the
            module itself is exported.
    """

    def load(name: str) -> Any:
        if name not in homes:
            msg = f"module {package['__name__']!r} has no attribute {name!r}"
            raise AttributeError(msg)
        module = import_module(homes[name])
        package[name] = module if homes[name].endswith(f".{name}") else getattr(module, name)
        return package[name]

    return load, lambda: sorted({*package, *homes})
