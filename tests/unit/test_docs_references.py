"""What the code and the documents say about each other exists."""

import re
from pathlib import Path

import pytest

from tests.support import places

ROOT = places.ROOT
SOURCES = sorted(p for folder in ("cosign", "cli") for p in (ROOT / folder).rglob("*.py"))
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
READERS = [*SOURCES, *DOCUMENTS]

SECTION = re.compile(r'(docs/[\w-]+\.md|[A-Z]+\.md),\s+"([^"]+)"')
DECISION = re.compile(r"\badr/(\d{4})")
LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")
HEADING = re.compile(r"^#+ (?:\d+(?:\.\d+)*\.? )?(.+)$", re.MULTILINE)

LAYERS = (
    *("wire", "primitives", "proofs", "records", "roles"),
    *("stores", "homes", "reports", "relay"),
)
PLUMBING = {
    "cosign/primitives/parallel.py",
    "cosign/primitives/progress.py",
    *(f"cosign/stores/{name}.py" for name in ("changes", "sqlite", "system")),
}
"""Modules in the folders of protocol code that no section is about."""


def text(path: Path) -> str:
    """Read a file of the repository."""
    return path.read_text(encoding="utf-8")


def name(path: Path) -> str:
    """Show a path as pytest's parameter."""
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", READERS, ids=name)
def test_quoted_sections_exist(path: Path) -> None:
    """A section that is quoted by its title is a heading of that document."""
    for document, title in SECTION.findall(text(path)):
        assert title in HEADING.findall(text(ROOT / document)), f'{document}, "{title}"'


@pytest.mark.parametrize("path", READERS, ids=name)
def test_named_decisions_exist(path: Path) -> None:
    """A decision record that is named by its number exists once."""
    for number in DECISION.findall(text(path)):
        assert len(list((ROOT / "docs" / "adr").glob(f"{number}-*.md"))) == 1, number


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_relative_links_lead_somewhere(path: Path) -> None:
    """A link from one document to another leads to a file."""
    for target in LINK.findall(text(path)):
        assert (path.parent / target).exists(), target


def test_decision_records_are_numbered_without_gaps() -> None:
    numbers = sorted(p.name[:4] for p in (ROOT / "docs" / "adr").glob("[0-9]*.md"))
    assert numbers == [f"{n:04d}" for n in range(1, len(numbers) + 1)]


def test_every_module_names_its_section() -> None:
    """A module of protocol code says which section of the spec it implements."""
    files = [p for layer in LAYERS for p in (ROOT / "cosign" / layer).rglob("*.py")]
    modules = [p for p in files if p.name != "__init__.py" and "migrations" not in p.parts]
    assert modules
    assert {name(p) for p in modules if not SECTION.search(text(p))} == PLUMBING


def test_the_modules_of_the_architecture_page_exist() -> None:
    """A module that moves takes its row along."""
    page = text(ROOT / "docs" / "architecture.md")
    named = re.findall(rf"`((?:{'|'.join(LAYERS)})/[\w/]+)`", page)
    assert named
    paths = [ROOT / "cosign" / module for module in named]
    assert [p for p in paths if not p.with_suffix(".py").exists() and not p.is_dir()] == []


def test_every_promise_is_tried_by_a_class_of_its_own() -> None:
    """The threat model's table names the classes that try its properties, and no others."""
    model = text(ROOT / "docs" / "threat-model.md")
    named = re.findall(r"\[(Test\w+)\]\(\.\./tests/properties/test_promises\.py\)", model)
    tried = re.findall(
        r"^class (\w+)", text(ROOT / "tests/properties/test_promises.py"), re.MULTILINE
    )
    assert named == tried
