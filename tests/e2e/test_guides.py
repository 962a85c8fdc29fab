"""The guides, followed by the people they are for: every command, by the clock, on terminals."""

import re
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from tests.support import places
from tests.support.guide_cast import Colleagues
from tests.support.guides import GUIDES, Examples, Stage, examples_in, read_guide

ROOT: Final = places.ROOT
SOURCES: Final = [*(ROOT / "cosign").rglob("*.py"), *(ROOT / "cli").rglob("*.py")]
OPTION: Final = re.compile(r"(?<=`)--[a-z-]+")
MESSAGE: Final = re.compile(r"^\| `([^`]+)`", re.MULTILINE)


def name(path: Path) -> str:
    """Show a guide as pytest's parameter."""
    return path.name


def test_the_guides_are_followed(tmp_path: Path) -> None:
    """Every command runs and shows what its guide shows, and every example is of one that did."""
    stage = Stage(tmp_path)
    acts = [
        *((s.time, partial(stage.play, s)) for path in GUIDES for s in read_guide(path)),
        *((time, partial(act, time)) for time, act in Colleagues(stage).scenes),
    ]
    for _, act in sorted(acts, key=lambda pair: pair[0]):
        act()
    assert set().union(*map(examples_in, GUIDES)) == stage.examples.real.keys()


@pytest.mark.parametrize(
    "text",
    [
        "```console\n$ ls\n```",
        "```python\nprint()\n```",
        "<!-- at 2030-03-01T10:00Z, anna types -->\n\n```console\n$ ls\n```",
        "<!-- at 2030-03-01T10:00Z, anna reads -->",
    ],
)
def test_a_block_that_nobody_types_is_noticed(text: str, tmp_path: Path) -> None:
    """A guide cannot have a session that no test runs, nor a direction that nobody follows."""
    guide = tmp_path / "guide.md"
    guide.write_text(f"# A guide\n\n{text}\n", encoding="utf-8")
    with pytest.raises(AssertionError, match=r"guide\.md:[34]"):
        read_guide(guide)


def test_what_differs_is_noticed() -> None:
    """Other words, another value for one example, one value for two, and an unknown one."""
    one, two, three = ("a" * 64, "b" * 64, "c" * 64)
    examples = Examples()
    examples.compare([f"key {one}", "…", "end"], [f"key {three}", "left out", "end"])
    examples.compare(["…", f"key {one}", "…"], ["left out", f"key {three}", "left out"])
    for shown, real in (
        ([f"key {one}"], [f"kez {three}"]),
        ([f"key {one}"], [f"key {two}"]),
        ([f"key {two}"], [f"key {three}"]),
        ([f"key {one}"], [f"key {three[:-1]}"]),
        ([f"key {one}", "…", "end"], [f"key {three}"]),
        ([f"key {one}", "…"], ["left out", f"key {three}"]),
        (["…", "end"], ["end", "left out"]),
        (["…", "end", "…", "middle", "…"], ["middle", "end"]),
        (["…", "middle", "…", "middle", "…"], ["top", "middle", "end"]),
        ([], [f"key {three}"]),
    ):
        with pytest.raises(AssertionError):
            examples.compare(shown, real)
    assert examples.to_real(f"grep {one}") == f"grep {three}"
    with pytest.raises(KeyError):
        examples.to_real(f"grep {two}")


@pytest.mark.parametrize("path", GUIDES, ids=name)
def test_a_guide_is_followed_from_top_to_bottom(path: Path) -> None:
    """Nobody has to go back: what stands below is done later."""
    times = [scene.time for scene in read_guide(path)]
    assert times == sorted(times)


@pytest.mark.parametrize("path", GUIDES, ids=name)
def test_what_a_guide_explains_exists(path: Path) -> None:
    """Options that it names are documented, and messages that it explains are the program's."""
    text = path.read_text(encoding="utf-8")
    commands = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert {option for option in OPTION.findall(text) if f" {option} " not in commands} == set()
    sources = [source.read_text(encoding="utf-8") for source in SOURCES]
    for message in MESSAGE.findall(text):
        for part in filter(None, re.split(r" ?… ?", message)):
            assert any(part in source for source in sources), part
