"""Lists of people: what was understood is shown, and confirmed before the ledger is written."""

import pytest

from tests.support.cli_fixture import vouchers
from tests.support.commands import Shop
from tests.support.terminal import terminal

_VOUCH = "registrar vouch open.group --people people.csv -o new.csv"
_GERMAN = "Nachname;Vorname;Personalnummer\r\nAdler;Anna;00123\r\nDietz;J\u00f6rg;00124\r\n"


def count(shop: Shop) -> int:
    """Return how many vouchers the ledger holds."""
    found: int = shop.call("registrar status open.group --json", "clerk").json["vouchers"]
    return found


def test_a_list_is_shown_and_confirmed(shop: Shop) -> None:
    """On a terminal: the heading is asked for, and number, separator, first and last are shown."""
    before = count(shop)
    (shop / "people.csv").write_text(_GERMAN, encoding="utf-8", newline="")
    with terminal(shop, _VOUCH, "clerk") as screen:
        screen.answer("is the first line, 'Nachname;Vorname;Personalnummer', a heading? [y/N]", "y")
        shown = screen.answer("with evidence 'not stated'? [y/N]", "y")
        assert screen.end()[0] == 0
    wanted = [
        "2 names",
        "between semicolons",
        "first     'Adler'",
        "last      'Dietz'",
        "a heading",
    ]
    assert [what for what in wanted if what not in shown] == []
    assert (count(shop), len(vouchers(shop, "new.csv"))) == (before + 2, 2)


@pytest.mark.parametrize("answer", ["n", "", "\x04"])
def test_a_list_that_is_not_confirmed_is_not_used(shop: Shop, answer: str) -> None:
    (shop / "people.csv").write_text("name\nAnna\nBo\n")
    with shop.unchanged(), terminal(shop, _VOUCH, "clerk") as screen:
        screen.answer("with evidence 'not stated'? [y/N]", answer)
        assert screen.end()[0] == 1


@pytest.mark.parametrize("separator", ",;\t", ids=["commas", "semicolons", "tabs"])
def test_columns_that_are_empty_make_no_person(shop: Shop, separator: str) -> None:
    """A spreadsheet saves separators for them, also on lines that are empty."""
    text = "Anna,,\nBob,,\n,,\n".replace(",", separator)
    (shop / "people.csv").write_text(text)
    told = shop.call(f"{_VOUCH} --no-header --yes --json", "clerk").json
    assert (told["vouchers"], told["first"], told["last"]) == (2, "Anna", "Bob")


@pytest.mark.parametrize(
    "text",
    [
        "Ann-Kathrin M\nBo\nAnn\u2011Kathrin M\n",
        "Ann-Kathrin M\nBo\nAnn\u2212Kathrin M\n",
        "Sin\u00e9ad O'Neill\nBo\nSin\u00e9ad O\u2019Neill\n",
        "Sin\u00e9ad O`Neill\nBo\nSin\u00e9ad O\u02bcNeill\n",
    ],
    ids=ascii,
)
def test_marks_of_word_processors_make_no_other_person(shop: Shop, text: str) -> None:
    """Another dash or apostrophe gives nobody a second voucher, in one list or in two."""
    (shop / "people.csv").write_text(text, encoding="utf-8")
    with shop.unchanged():
        done = shop.call(f"{_VOUCH} --no-header --yes", "clerk", code=1)
    assert "is in the list twice: lines 1 and 3" in done.problem()[0]
    first, bo, again, _ = text.split("\n")
    (shop / "people.csv").write_text(f"{first}\n", encoding="utf-8")
    shop.call(f"{_VOUCH} --no-header --yes", "clerk")
    (shop / "people.csv").write_text(f"{again}\n{bo}\n", encoding="utf-8")
    told = shop.call(f"{_VOUCH} --no-header --yes --force --json", "clerk").json
    assert told["vouchers"] == 1


def test_line_breaks_inside_names_are_refused(shop: Shop) -> None:
    """Some programs would show one person on two lines."""
    (shop / "people.csv").write_text("Anna\u2028Adler\nBo\n", encoding="utf-8")
    with shop.unchanged():
        done = shop.call(f"{_VOUCH} --no-header --yes", "clerk", code=1)
    assert "U+2028 at line 1, column 5" in done.problem()[0]


DOUBTFUL = {
    "no word on the heading": (_GERMAN, "may be a person or a heading"),
    "a title": ("Klasse 7b\n\nName\nAnna\nBo\n", "looks like a title"),
    "a sum": ("Name\nAnna\nBo\nTotal;2\n", "looks like a sum"),
    "a number": ("Name\nAnna\nBo\n2 Personen\n", "looks like a note"),
    "no name": ("Name\nAnna\n-\nBo\n", "looks like a placeholder"),
    "two separators": ("name;x\nAdler, Anna;1\nDietz, Dora;2\n", "several characters"),
    "names with commas": ("name,x\nAdler, Anna\nDietz, Dora\n", "may be one name"),
}


@pytest.mark.parametrize("name", DOUBTFUL)
def test_scripts_have_to_decide(shop: Shop, name: str) -> None:
    """With --yes, or without a terminal, nothing uncertain is decided for anybody."""
    text, message = DOUBTFUL[name]
    (shop / "people.csv").write_text(text, encoding="utf-8")
    with shop.unchanged():
        assert message in shop.call(f"{_VOUCH} --yes", "clerk", code=2).problem()[0]
        shop.call(_VOUCH, "clerk", code=2)


ENDS = ["Summe: 2", "Total", "2 Personen", "Stand: 1.3.2030", "Seite 1 von 1", "-", "NULL"]


@pytest.mark.parametrize("end", ENDS)
def test_the_first_line_says_nothing_about_the_last(shop: Shop, end: str) -> None:
    """A script with --no-header is told about what is below, and decides with another option."""
    (shop / "people.csv").write_text(f"Anna Adler\nBob Bauer\n{end}\n")
    line = f"{_VOUCH} --no-header --yes --json"
    with shop.unchanged():
        told = shop.call(line, "clerk", code=2).json
    assert f"line 3, '{end}', looks like a" in told["error"]
    assert "--footer" in told["hint"]
    told = shop.call(f"{line} --footer", "clerk").json
    assert (told["vouchers"], told["last"]) == (2, "Bob Bauer")
    assert [entry["text"] for entry in told["left_out"]] == [end]
    told = shop.call(f"{line} --no-footer --force", "clerk").json
    assert (told["vouchers"], told["last"], told["left_out"]) == (1, end, [])


def test_what_is_left_out_is_told_once(shop: Shop) -> None:
    """On a terminal, before the question, and not again as a warning."""
    (shop / "people.csv").write_text("Klasse 7b\n\nName\nAnna\nBo\nTotal;4\n2 Personen\n-\n")
    with terminal(shop, _VOUCH, "clerk") as screen:
        shown = screen.answer("with evidence 'not stated'? [y/N]", "y")
        assert screen.end()[0] == 0
    for line in (
        "line 1, 'Klasse 7b': a title",
        "line 6, 'Total;4': a sum",
        "line 7, '2 Personen': a note",
        "line 8, '-': a placeholder",
    ):
        assert shown.count(line) == 1
    assert "warning: line" not in shown
    assert "looks like" not in shown


def test_comments_hide_nothing_that_was_guessed(shop: Shop) -> None:
    """Of many lines that are left out, those are shown that may be people."""
    (shop / "people.csv").write_text("# x\n" * 30 + "name\nAnna\nBo\nTotal\n")
    with terminal(shop, _VOUCH, "clerk") as screen:
        shown = screen.answer("with evidence 'not stated'? [y/N]", "n")
        assert screen.end()[0] == 1
    assert "line 34, 'Total': a sum" in shown
    assert "32 lines in all" in shown


def test_a_script_decides_by_options(shop: Shop) -> None:
    """Separator and heading are options, and the result says what was understood."""
    (shop / "people.csv").write_text(_GERMAN, encoding="utf-8", newline="")
    told = shop.call(f"{_VOUCH} --header --column 2 --column 1 --yes --json", "clerk").json
    assert (told["vouchers"], told["separator"]) == (2, ";")
    assert (told["first"], told["last"]) == ("Anna Adler", "J\u00f6rg Dietz")
    assert [line["why"] for line in told["left_out"]] == ["heading"]


def test_the_result_is_a_list_again(shop: Shop) -> None:
    """With a byte order mark and without formulas, in the separator of the list."""
    (shop / "people.csv").write_text('name,x\n"=1+1",a\nJ\u00f6rg,b\n', encoding="utf-8")
    shop.call(f"{_VOUCH} --yes", "clerk")
    raw = (shop / "new.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfperson,voucher\n'=1+1,")
    (shop / "people.csv").write_bytes(raw)
    shop.call("registrar revoke open.group --batch 2 --yes", "clerk")
    told = shop.call(f"{_VOUCH} --yes --force --json --separator ,", "clerk").json
    assert (told["first"], told["last"], told["vouchers"]) == ("=1+1", "J\u00f6rg", 2)
    (shop / "people.csv").write_text("name\nAnna\n")
    shop.call(f"{_VOUCH} --yes --force", "clerk")
    assert (shop / "new.csv").read_text(encoding="utf-8-sig").startswith("person;voucher\nAnna;")
