"""The sentences of reports stand in one table, and the modules that render hold none."""

import ast
import re
from collections.abc import Iterator
from string import Formatter
from typing import Final, NamedTuple

import pytest

from cosign import words
from tests.support import places

LIBRARY: Final = places.ROOT / "cosign"
TABLE: Final = words.table()
OF_THE_PAGE: Final = "page."
"""Names of texts that only the page in TypeScript shows; its own tests hold them."""

BY_CODE_POINT: Final = "hidden.use."
READERS: Final = {"phrase", "phrase_markup"}
RENDERERS: Final = (
    "document",
    "figures",
    "hidden",
    "html",
    "joint",
    "joint_html",
    "letter",
    "sections",
    "text",
    "wording",
)
SEVERAL_WORDS: Final = re.compile(r"[^\W\d_]\S* +\S")
NOT_SHOWN: Final = {
    "default-src 'none'; style-src 'sha256-",
    "; base-uri 'none'; form-action 'none'",
    "width=device-width, initial-scale=1",
    "light dark",
}
"""What browsers read."""


class Call(NamedTuple):
    """A place where the library takes a text from the table.

    Attributes:
        names: of the texts that it can take.
        values: the names of the values that it gives.
        place: file and line.
    """

    names: frozenset[str]
    values: frozenset[str]
    place: str


def matching(node: ast.expr) -> frozenset[str]:
    """Return the names in the table that an argument can have."""
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    pattern = "".join(
        re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"[a-z0-9_.]*"
        for part in parts
    )
    return frozenset(name for name in TABLE if re.fullmatch(pattern, name))


def calls() -> Iterator[Call]:
    """Yield every call in the library whose name does not come from the table itself."""
    for path in sorted(LIBRARY.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                if node.func.id not in READERS or isinstance(node.args[0], ast.Name):
                    continue
                values = frozenset(str(k.arg) for k in node.keywords)
                yield Call(matching(node.args[0]), values, f"{path.name}:{node.lineno}")


CALLS: Final = tuple(calls())


def forms(name: str) -> list[str]:
    """Return the templates of a text: one, or singular and plural."""
    found = TABLE[name]
    return [found] if isinstance(found, str) else list(found.values())


def placeholders(name: str) -> set[str]:
    """Return the names of the values that a text needs, with the number that chooses its form."""
    needed = {value for form in forms(name) for _, value, _, _ in Formatter().parse(form) if value}
    return needed | ({"count"} if isinstance(TABLE[name], dict) else set())


@pytest.mark.parametrize("name", TABLE)
def test_a_text_is_a_template_that_any_language_can_fill(name: str) -> None:
    """Words and plain placeholders: no escapes, formats or conversions; two forms or one."""
    value = TABLE[name]
    assert isinstance(value, str) or set(value) == {"one", "other"}
    for form in forms(name):
        assert form
        assert not set(re.sub(r"\{[a-z_]+\}", "", form)) & set("{}")
    if isinstance(value, dict):
        one, other = ({v for _, v, _, _ in Formatter().parse(f) if v} for f in forms(name))
        assert one | {"count"} == other | {"count"}


def test_every_text_is_used() -> None:
    taken = frozenset[str]().union(*(call.names for call in CALLS))
    left = {
        name for name in set(TABLE) - taken if not name.startswith((OF_THE_PAGE, BY_CODE_POINT))
    }
    assert left == set()


def test_every_placeholder_gets_a_value() -> None:
    """And no call gives a value, or asks for a name, that no text has."""
    assert len(CALLS) > 100
    for call in CALLS:
        assert call.names, call.place
        assert call.values == set().union(*map(placeholders, call.names)), call.place


def sentences(source: str) -> Iterator[str]:
    """Yield the strings of several words in a module, without docstrings and names of texts."""
    tree = ast.parse(source)
    docstrings = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
    for node in ast.walk(tree):
        value = node.value if isinstance(node, ast.Constant) else None
        if isinstance(value, str) and id(node) not in docstrings and SEVERAL_WORDS.search(value):
            yield value


def test_no_sentence_is_left_where_reports_are_rendered() -> None:
    found = {
        sentence
        for name in RENDERERS
        for sentence in sentences((LIBRARY / f"reports/{name}.py").read_text(encoding="utf-8"))
    }
    assert found == NOT_SHOWN
