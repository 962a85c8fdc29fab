"""``compare``: two people, two files, four words and ten digits."""

import re
import shutil
from typing import Final

import pytest

from cosign.primitives.comparison_words import WORDS
from cosign.records.comparable import Comparable
from cosign.records.round import Round
from tests.support.cli_fixture import fingerprint_of, invite
from tests.support.commands import BETWEEN, CLOSES, Shop
from tests.support.terminal import terminal

WORDS_TYPED: Final = "acorn beaver zebra kiwi"
SHOWN: Final = re.compile(r"kind    (\w+)\nwords   (\w+ \w+ \w+ \w+)\ndigits  (\d{5} \d{5})\n")


def compared(shop: Shop, file: str, words: str = WORDS_TYPED) -> tuple[str, str, str]:
    """Compare with words that somebody said; give kind, words and digits."""
    shown = SHOWN.fullmatch(shop.call(f"compare {file} --words '{words}'").out)
    assert shown
    return shown[1], shown[2], shown[3]


class TestTwoPeople:
    def test_one_draws_words_and_the_other_sees_the_same_digits(self, shop: Shop) -> None:
        """Whatever the other types between the words."""
        shown = SHOWN.fullmatch(shop.call("compare letter.round").out)
        assert shown
        assert set(shown[2].split()) <= set(WORDS)
        for typed in (shown[2], shown[2].upper(), shown[2].replace(" ", "-"), f"  {shown[2]} "):
            assert compared(shop, "letter.round", typed) == shown.groups()

    def test_words_are_drawn_anew(self, shop: Shop) -> None:
        """Each time, and the digits with them."""
        drawn = [shop.call("compare letter.round --json").json for _ in range(3)]
        assert len({d["words"] for d in drawn}) == len({d["digits"] for d in drawn}) == 3

    def test_the_digits_are_those_of_the_specification(self, shop: Shop) -> None:
        """Of the identifier that the round has."""
        round_id = Round.from_bytes((shop / "letter.round").read_bytes()).terms.round_id
        digits = Comparable("round", round_id).digits(tuple(WORDS_TYPED.split()))
        told = shop.call(f"compare letter.round --words '{WORDS_TYPED}' --json").json
        assert told == {"kind": "round", "words": WORDS_TYPED, "digits": digits}

    def test_every_form_of_a_round_is_that_round(self, shop: Shop) -> None:
        """A member with an invitation and a newsroom with the letter can compare."""
        secret = invite(shop)
        expected = compared(shop, "letter.round")
        assert expected[0] == "round"
        assert compared(shop, f"letter.invite --secret {secret}") == expected
        assert compared(shop, "published.letter") == expected
        whole = (shop / "published.letter").read_bytes()
        done = shop.call(f"compare - --words '{WORDS_TYPED}'", stdin=whole)
        assert done.out.endswith(f"digits  {expected[2]}\n")

    def test_groups_of_both_kinds(self, shop: Shop) -> None:
        """The digits of a round are not those of its group."""
        found = [compared(shop, name) for name in ("staff.group", "keys.roster", "letter.round")]
        assert [kind for kind, _, _ in found] == ["group", "group", "round"]
        assert len({digits for _, _, digits in found}) == 3

    def test_another_round_of_the_same_letter_differs(self, shop: Shop) -> None:
        """Same letter, group, trustees and times: only the salt is another."""
        line = f"round create letter.md --group staff.group --opens {BETWEEN} --closes {CLOSES}"
        for name in ("one.draft", "two.draft"):
            shop.call(f"{line} -o {name}", "organizer", now=BETWEEN)
        assert compared(shop, "one.draft") != compared(shop, "two.draft")
        shutil.copy(shop / "one.draft", shop / "copy")
        assert compared(shop, "one.draft") == compared(shop, "copy")

    def test_a_wrong_word_gives_other_digits(self, shop: Shop) -> None:
        """As it would be with another file: people say the words again."""
        right = compared(shop, "letter.round")[2]
        assert compared(shop, "letter.round", "acorn beaver zebra kangaroo")[2] != right
        assert compared(shop, "letter.round", "beaver acorn zebra kiwi")[2] != right

    def test_the_order_of_things_is_said(self, shop: Shop) -> None:
        """To who draws, not to who has heard the words."""
        advice = "first ask whether the other person has the file already"
        assert advice in shop.call("compare letter.round").err
        heard = shop.call(f"compare letter.round --words '{WORDS_TYPED}'").err
        assert advice not in heard
        for err in (heard, shop.call("compare staff.group").err):
            assert "if the digits differ, the files differ: do not sign" in err

    def test_nothing_that_a_stranger_wrote_is_shown(self, shop: Shop) -> None:
        """No title and no name: digits beside a trusted name would vouch for it."""
        done = shop.call("compare letter.round")
        assert "To the board" not in done.out + done.err
        assert "Staff" not in shop.call("compare staff.group").err


class TestOnATerminal:
    def test_an_invitation_asks_for_its_secret(self, shop: Shop) -> None:
        """Which is typed once, and not shown again."""
        secret = invite(shop)
        with terminal(shop, f"compare letter.invite --words '{WORDS_TYPED}'") as screen:
            screen.answer("secret", secret)
            ended, out, _rest = screen.end()
        assert ended == 0
        assert out.endswith(f"digits  {compared(shop, 'letter.round')[2]}\n")

    def test_a_round_asks_nothing(self, shop: Shop) -> None:
        """Words and digits stand on three short lines."""
        with terminal(shop, "compare letter.round") as screen:
            ended, out, rest = screen.end()
        assert ended == 0
        assert SHOWN.fullmatch(out)
        assert "first ask" in rest


BAD: Final = {
    "no such file": ("nowhere", 16, "there is no such file"),
    "an envelope": ("envelopes/1.sealed", 5, "has nothing to compare"),
    "a trustee's key": ("1.trustee", 5, "has nothing to compare"),
    "the letter's draft": ("letter.md", 1, "not a record of this tool"),
    "a round that somebody changed": ("changed.round", 5, "not the one that the organizer signed"),
    "a round that nobody signed": ("unsigned.round", 1, "not signed by its organizer"),
    "an invitation without its secret": ("letter.invite", 2, "no secret was given"),
    "another invitation's secret": ("letter.invite --secret OTHER", 5, "another invitation"),
    "no words": ("letter.round --words ''", 2, "takes 4 words, not 0"),
    "three words": ("letter.round --words 'acorn beaver zebra'", 2, "takes 4 words, not 3"),
    "a word too many": (f"letter.round --words '{WORDS_TYPED} kiwi'", 2, "takes 4 words, not 5"),
    "a misheard word": ("letter.round --words 'acorn beaver zebra cuckoo'", 2, "'cuckoo' is not"),
    "digits for words": ("letter.round --words '12345 67890 1 2'", 2, "'12345' is not one"),
    "a control character": ("letter.round --words 'acorn beaver zebra \x1b[2J'", 2, r"'\x1b[2j'"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_compared_is_refused(shop: Shop, name: str) -> None:
    """With a message that says whose fault it is and a hint; no digits are shown."""
    line, code, says = BAD[name]
    raw = (shop / "letter.round").read_bytes()
    round_ = Round.from_bytes(raw)
    (shop / "changed.round").write_bytes(raw.replace(b"decided", b"decidet"))
    (shop / "unsigned.round").write_bytes(raw.replace(round_.signature, bytes(64)))
    invite(shop)
    other = invite(shop, "other.invite")
    with shop.unchanged():
        done = shop.call(f"compare {line}".replace("OTHER", other), code=code)
    message, _hint = done.problem()
    assert says in message
    assert done.out == ""


@pytest.mark.parametrize("kind", ["round", "group"])
def test_codes_stand_for_digits_where_digits_are_expected(shop: Shop, kind: str) -> None:
    """What a QR code holds can be given to ``sign`` and ``verify``."""
    terms = Round.from_bytes((shop / "letter.round").read_bytes()).terms
    codes = {
        "round": Comparable("round", terms.round_id).code,
        "group": Comparable("group", terms.group_id).code,
    }
    assert Comparable("round", terms.round_id).fingerprint == fingerprint_of(shop, "round")
    right, wrong = codes[kind], codes["group" if kind == "round" else "round"]
    lines = {
        "round": ("sign letter.round --min-set 2 --yes -o new --expect-round", "member-3"),
        "group": ("verify published.letter --group", None),
    }
    line, home = lines[kind]
    with shop.unchanged():
        assert f"not of a {kind}" in shop.call(f"{line} {wrong}", home, code=2).problem()[0]
        assert "mistyped" in shop.call(f"{line} {right[:-1]}", home, code=2).problem()[0]
    assert "nobody compared" not in shop.call(f"{line} {right}", home).err
