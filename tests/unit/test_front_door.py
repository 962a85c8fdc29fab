"""What ``import cosign`` gives, and what it costs."""

import ast
import inspect
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

import cosign
from cosign import errors

ROLES = {"member", "organizer", "registrar", "roster_publisher", "trustee", "verifier"}
NAMESPACES = ROLES | {"homes", "records", "reports"}
FILES = {
    *("read_draft", "read_envelopes", "read_group", "read_record", "read_round", "write_record"),
    *("open_letter", "verify_letter", "write_letter", "write_page"),
    *("verify_joint", "write_joint"),
}
ERRORS = {
    name
    for name, cls in inspect.getmembers(errors, inspect.isclass)
    if issubclass(cls, errors.CosignError)
}
LAZY = [
    ".".join(path.parent.relative_to(Path(cosign.__file__).parents[1]).parts)
    for path in sorted(Path(cosign.__file__).parent.rglob("__init__.py"))
    if "lazy_exports(" in path.read_text(encoding="utf-8")
]
"""Packages that load what they export when it is used."""


def run(code: str) -> str:
    """Run code in a fresh interpreter and return what it prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    return done.stdout


def test_the_exported_names() -> None:
    """This list is a promise: a name is added on purpose, and removed with a new major version."""
    assert set(cosign.__all__) == NAMESPACES | FILES | ERRORS | {"JointReport", "Report", "Secret"}


def test_every_error_of_the_tree_is_exported() -> None:
    """A program catches any of them without a second import."""
    assert all(getattr(cosign, name) is getattr(errors, name) for name in ERRORS)


@pytest.mark.parametrize("name", LAZY)
def test_every_exported_name_is_there_and_documented(name: str) -> None:
    """Each loads, is listed by ``dir``, and says what it is."""
    package = import_module(name)
    for exported in package.__all__:
        value = getattr(package, exported)
        assert exported in dir(package)
        if isinstance(value, ModuleType) or callable(value):
            assert value.__doc__, exported


@pytest.mark.parametrize("name", LAZY)
def test_type_checkers_see_what_is_loaded(name: str) -> None:
    """A package's lists agree: ``__all__``, what is loaded, and imports for type checkers."""
    package = import_module(name)
    tree = ast.parse(Path(str(package.__file__)).read_text(encoding="utf-8"))
    typed = {
        alias.asname or "": (str(node.module), alias.name)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING"
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert sorted(typed) == sorted(package.__all__)
    for exported, (module, attribute) in typed.items():
        home = import_module(module)
        if not hasattr(home, attribute):
            import_module(f"{module}.{attribute}")
        assert getattr(package, exported) is getattr(home, attribute), exported


PROMISED = {
    f"{name}.{inner}": getattr(getattr(cosign, name), inner)
    for name in sorted(NAMESPACES)
    for inner in getattr(cosign, name).__all__
} | {name: getattr(cosign, name) for name in cosign.__all__}


@pytest.mark.parametrize("name", [n for n, v in PROMISED.items() if inspect.isfunction(v)])
def test_every_argument_of_a_promised_function_is_explained(name: str) -> None:
    """Where there are several; a single one is clear from the sentence."""
    function = PROMISED[name]
    parameters = set(inspect.signature(function).parameters)
    text = inspect.getdoc(function) or ""  # from 3.13 on, __doc__ has no indentation either
    explained = set(re.findall(r"^    (\w+): ", text.partition("Args:")[2], re.MULTILINE))
    assert len(parameters) == 1 or parameters <= explained


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(AttributeError, match="module 'cosign' has no attribute 'verify_leter'"):
        cosign.verify_leter  # type: ignore[attr-defined]  # noqa: B018  # a mistyped name


def test_importing_loads_next_to_nothing() -> None:
    """Beside what ``import typing`` loads: the package itself and its loader."""
    code = "import importlib, typing, sys; before = {*sys.modules}; import cosign"
    shown = run(f"{code}; print(*sorted({{*sys.modules}} - before))")
    assert shown.split() == ["cosign", "cosign.lazy"]
