"""Every hint that the code can give, with those that name a command or an option told apart."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from cosign_cli import commands
from tests.support import places

SOURCES: Final = [
    path for folder in ("cosign", "cli/cosign_cli") for path in (places.ROOT / folder).rglob("*.py")
]
_GROUPS: Final = "registrar|group|roster|trustee|member|round|relay"
_COMMAND: Final = re.compile(
    r"(?<!\w)--?[a-z]"
    rf"|\bcosign-letter (?:{'|'.join(commands.COMMANDS)})"
    rf"|\b(?:{_GROUPS}) (?:keys|vouch|close|status|issue|grant|revoke|create|sign|publisher"
    r"|evidence|check|open|key|enrol|finish|certificate|forget|invite|register|serve|export|import)\b"
    r"|ssh-keygen|puttygen|openssl|chmod"
)
_OPEN: Final = "…"
"""Stands for what is put in at run time."""

Values = dict[str, list[str]]


def names_command(hint: str) -> bool:
    """Return whether a hint says what to type."""
    return _COMMAND.search(hint) is not None


def pattern(hint: str) -> re.Pattern[str]:
    """Return what a hint looks like once the rest is put in."""
    return re.compile(".*".join(map(re.escape, hint.split(_OPEN))))


def all_hints() -> set[str]:
    """Return each ``hint=`` of the code, and values of constants and dictionaries named so."""
    found: set[str] = set()
    for path in SOURCES:
        found.update(_hints_in(path))
    return found


def _hints_in(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    values: Values = {}
    nodes = list(ast.walk(tree))
    for node in nodes:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(target, ast.Name):
            values.setdefault(target.id, []).extend(_texts(node.value, values))
    for node in nodes:
        if isinstance(node, ast.keyword) and node.arg == "hint":
            yield from _texts(node.value, values)
    for name, texts in values.items():
        if "hint" in name.lower():
            yield from texts


def _texts(node: ast.expr | None, values: Values) -> list[str]:
    """Return the texts that an expression can be; those that are not known here are left out."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.JoinedStr):
        joined = (v.value if isinstance(v, ast.Constant) else _OPEN for v in node.values)
        return ["".join(map(str, joined))]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        first, second = _texts(node.left, values), _texts(node.right, values)
        return [a + b for a in first for b in second]
    if isinstance(node, ast.Dict | ast.BoolOp | ast.IfExp):
        parts = [node.body, node.orelse] if isinstance(node, ast.IfExp) else node.values
        return [text for value in parts for text in _texts(value, values)]
    return values.get(node.id, []) if isinstance(node, ast.Name) else []
