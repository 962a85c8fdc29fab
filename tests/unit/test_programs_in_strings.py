"""Programs that tests and benchmarks keep in strings, for processes of their own.

No type checker reads them, so a module that moves would break them unseen.
"""

import ast
import importlib
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Final

import pytest

from tests.support import places

ROOT: Final = places.ROOT
OURS: Final = ("cosign", "cosign_cli", "tests", "docs")
SOURCES: Final = sorted(
    path
    for folder in OURS
    for path in (ROOT / folder).rglob("*.py")
    if "node_modules" not in path.parts
)


def imports(source: str) -> Iterator[tuple[str, str]]:
    """Return (module, name) for each import of ours in the programs that a source holds."""
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            continue
        try:
            program = ast.parse(node.value)
        except (SyntaxError, ValueError):
            continue  # a sentence
        for found in ast.walk(program):
            if isinstance(found, ast.ImportFrom):
                yield from ((found.module or "", alias.name) for alias in found.names)
            elif isinstance(found, ast.Import):
                yield from ((alias.name, "") for alias in found.names)


def exists(module: str, name: str) -> bool:
    """Return whether the module has the name, as an attribute or as a module."""
    if find_spec(module) is None:
        return False
    return (
        not name or hasattr(importlib.import_module(module), name) or exists(f"{module}.{name}", "")
    )


def test_they_import_what_exists() -> None:
    """Each module and each name of ours."""
    asked = {
        (path, *pair)
        for path in SOURCES
        for pair in imports(path.read_text(encoding="utf-8"))
        if pair[0].partition(".")[0] in OURS
    }
    assert len(asked) > 20
    assert [found for found in sorted(asked) if not exists(*found[1:])] == []


@pytest.mark.parametrize(
    "pair", [("cosign.nowhere", ""), ("cosign.nowhere", "x"), ("cosign", "nowhere")]
)
def test_what_does_not_exist_is_found(pair: tuple[str, str]) -> None:
    """A module or a name that is gone."""
    line = f"from {pair[0]} import {pair[1]}" if pair[1] else f"import {pair[0]}"
    assert list(imports(f"PROGRAM = {line!r}")) == [pair]
    assert not exists(*pair)
