"""One function alone depends on the kind of a group; all others serve both kinds alike."""

import ast
from pathlib import Path

import cosign
import cosign_cli
from tests.support import world
from tests.support.rosters import round_of, speak


def asks_kind(node: ast.AST) -> bool:
    """Return whether a comparison, match or isinstance depends on a group's kind."""
    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        kinds = {"registered", "rostered"}
        named = any(isinstance(s, ast.Attribute) and s.attr == "kind" for s in sides)
        return named and any(
            (isinstance(s, ast.Constant) and s.value in kinds)
            or (isinstance(s, ast.Attribute) and s.attr in kinds)
            for s in sides
        )
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        classes = {"Roster", "RegisteredGroup", "RingVerifier", "CertificateVerifier"}
        return node.func.id in {"isinstance", "issubclass"} and any(
            isinstance(n, ast.Name) and n.id in classes for n in ast.walk(node.args[1])
        )
    return isinstance(node, ast.Match) and "kind" in ast.dump(node.subject)


def places(folder: Path) -> set[str]:
    """Return the functions that ask."""
    return {
        f"{path.relative_to(folder)}:{function.name}"
        for path in folder.rglob("*.py")
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef)
        if any(asks_kind(node) for node in ast.walk(function))
    }


def test_one_function_asks_which_kind_a_group_is() -> None:
    """The one that finds a member's secret; records, roles and commands serve both alike."""
    found = places(Path(cosign.__file__).parent) | places(Path(cosign_cli.__file__).parent)
    assert found == {"roles/member/signing.py:make_prover"}


def test_the_search_finds_what_it_searches() -> None:
    """Each form that a question may take."""
    for code in (
        "group.kind == 'rostered'",
        "Kind.registered != self.kind",
        "isinstance(group, Roster)",
        "isinstance(x, (int, records.RegisteredGroup, RegisteredGroup))",
    ):
        assert any(map(asks_kind, ast.walk(ast.parse(code)))), code


def test_both_kinds_make_the_same_records() -> None:
    """Rounds and envelopes are of the same types, and terms differ in kind and slot alone."""
    village, rostered = world.village().round, round_of(3)
    assert type(village.round) is type(rostered.round)
    assert type(speak(rostered, 1)[1]).LABEL == "cosign/envelope/1"
    assert {village.terms.kind, rostered.terms.kind} == {"registered", "rostered"}
    assert (village.terms.slot, rostered.terms.slot) == (1, 0)
