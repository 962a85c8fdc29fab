"""The guides that come with the program."""

import pytest

from cosign_cli.commands.guide import Role
from tests.support import places
from tests.support.commands import Shop
from tests.support.terminal import terminal

GUIDES = {path.stem for path in (places.DOCS / "guides").glob("*.md")}
_PAGER = "sed s/^/PAGED/"


def test_every_guide_is_named(shop: Shop) -> None:
    """Without a role, the command says which ones there are."""
    assert {str(role) for role in Role} == GUIDES
    lines = shop.call("guide").out.splitlines()
    assert {line.split()[2] for line in lines} == GUIDES
    for line in lines:
        assert shop.call(" ".join(line.split()[1:3])).out.startswith("# ")


@pytest.mark.parametrize("role", sorted(GUIDES))
def test_a_guide_is_plain_text(shop: Shop, role: str) -> None:
    """No stage directions of its test, no addresses of files that are not there, short lines."""
    text = shop.call(f"guide {role}").out
    assert [mark for mark in ("<!--", "](", "```", "**") if mark in text] == []
    ours = [line for line in text.splitlines() if not line.startswith("    ")]
    assert max(map(len, ours)) <= 80
    source = (places.DOCS / "guides" / f"{role}.md").read_text(encoding="utf-8")
    headings = [line for line in source.splitlines() if line.startswith("## ")]
    assert [heading for heading in headings if heading.replace("`", "") not in text] == []


@pytest.mark.parametrize(
    ("pager", "lines", "first"),
    [(_PAGER, "10", "PAGED# For"), (_PAGER, "9999", "# For"), ("none", "10", "# For")],
)
def test_a_terminal_shows_it_with_a_pager(shop: Shop, pager: str, lines: str, first: str) -> None:
    """With the one that the person has chosen, if the terminal has fewer lines."""
    with terminal(shop, "guide member", whole=True, PAGER=pager, LINES=lines) as screen:
        shown = screen.end()[2]
    assert shown.partition("says\r\n")[2].startswith(first) or shown.startswith(first)


def test_a_long_letter_is_paged_before_the_question(shop: Shop) -> None:
    """Its first lines would scroll away; with --yes nobody reads."""
    line = "sign letter.round --min-set 2 -o new"
    with terminal(shop, line, "member-3", PAGER=_PAGER, LINES="2") as screen:
        shown = screen.answer("[y/N]", "y")
        assert screen.end()[0] == 0
    assert "PAGED| # To the board" in shown
    assert "PAGEDletter" not in shown
    done = f"{line} --yes --force"
    with terminal(shop, done, "member-3", PAGER=_PAGER, LINES="2") as screen:
        assert "\n| # To the board" in screen.end()[2]
