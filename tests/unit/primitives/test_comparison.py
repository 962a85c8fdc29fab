"""Ten digits of four words and an identifier."""

import hashlib
import json
from collections.abc import Iterator
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosign import labels
from cosign.errors import UsageError
from cosign.primitives.comparison import comparison_digits, draw_words, read_words
from cosign.primitives.comparison_words import WORDS
from cosign.primitives.hashing import identifier
from tests.support import places

VECTOR = places.VECTORS / "comparison_words.json"
FOUR = ("acorn", "beaver", "zebra", "kiwi")
IDENTIFIERS = st.binary(min_size=32, max_size=32)
PHRASES = st.lists(st.sampled_from(WORDS), min_size=4, max_size=4).map(tuple)


def slips(word: str) -> Iterator[str]:
    """Yield what a word becomes when a letter is left out, or two neighbours are swapped."""
    for place in range(len(word)):
        yield word[:place] + word[place + 1 :]
        swapped = word[place : place + 2][::-1]
        yield word[:place] + swapped + word[place + 2 :]


def exchanges(word: str) -> Iterator[str]:
    """Yield a word with each letter in turn unreadable."""
    return (f"{word[:place]}?{word[place + 1 :]}" for place in range(len(word)))


class TestTheList:
    def test_one_word_stands_for_ten_bits(self) -> None:
        """1,024 different words, ascending."""
        assert len(WORDS) == 1 << 10
        assert list(WORDS) == sorted(set(WORDS))

    def test_words_are_short_and_plain(self) -> None:
        """Four to eight letters of the English alphabet, none with an accent."""
        assert all(word.isascii() and word.isalpha() and word.islower() for word in WORDS)
        assert {len(word) for word in WORDS} == {4, 5, 6, 7, 8}

    def test_four_letters_tell_a_word(self) -> None:
        """Nobody has to hear a word to its end."""
        assert len({word[:4] for word in WORDS}) == len(WORDS)

    def test_no_two_words_differ_in_one_letter(self) -> None:
        """A letter exchanged, left out or added, or two swapped, never makes another word."""
        known = set(WORDS)
        assert not [(w, s) for w in WORDS for s in slips(w) if s != w and s in known]
        unreadable = [form for word in WORDS for form in exchanges(word)]
        assert len(unreadable) == len(set(unreadable))

    def test_the_slips_are_slips(self) -> None:
        """What the test above looks for would be found."""
        assert {"rcab", "carb", "crba", "rab", "cra"} <= set(slips("crab"))
        assert set(exchanges("crab")) & set(exchanges("crib")) == {"cr?b"}

    def test_no_word_is_said_beside_digits_for_something_else(self) -> None:
        """Numbers would be taken for digits, and words of the protocol for talk about it."""
        numbers = {"zero", "four", "five", "seven", "eight", "nine", "eleven", "twenty", "hundred"}
        talk = {"word", "digit", "number", "dash", "space", "letter", "round", "group", "file"}
        assert not set(WORDS) & (numbers | talk)

    def test_other_implementations_have_the_list_as_a_vector(self) -> None:
        """The specification names the file."""
        assert tuple(json.loads(VECTOR.read_text(encoding="ascii"))) == WORDS


class TestDrawing:
    def test_five_bytes_are_four_words(self) -> None:
        """Each word takes ten bits, the first one the most significant."""
        asked = []
        bits = 1 << 30 | 2 << 20 | 1023 << 10 | 512

        def randomness(size: int) -> bytes:
            asked.append(size)
            return bits.to_bytes(size, "big")

        assert draw_words(randomness) == (WORDS[1], WORDS[2], WORDS[1023], WORDS[512])
        assert asked == [5]

    @given(PHRASES)
    def test_every_phrase_can_be_drawn(self, words: tuple[str, ...]) -> None:
        """40 bits and phrases are one to one, so a uniform draw is uniform among phrases."""
        bits = 0
        for word in words:
            bits = bits << 10 | WORDS.index(word)
        assert draw_words(lambda size: bits.to_bytes(size, "big")) == words

    def test_the_default_is_fresh(self) -> None:
        """Twenty draws agree by chance in one of 2^32 runs."""
        assert len({draw_words() for _ in range(20)}) == 20


class TestReading:
    @pytest.mark.parametrize(
        "typed",
        [
            "acorn beaver zebra kiwi",
            "ACORN Beaver zebra KIWI",
            "  acorn\tbeaver \n zebra  kiwi\r\n",
            "acorn-beaver-zebra-kiwi",
            "acorn, beaver, zebra, kiwi",
            "acorn\N{EN DASH}beaver \N{EM DASH} zebra\N{NO-BREAK SPACE}kiwi",
            "acorn\N{HYPHEN}beaver\N{NON-BREAKING HYPHEN}zebra - kiwi,",
        ],
    )
    def test_case_blanks_and_dashes_do_not_matter(self, typed: str) -> None:
        """Words are what is between blanks, commas and dashes."""
        assert read_words(typed) == FOUR

    @given(PHRASES)
    def test_what_is_shown_is_read(self, words: tuple[str, ...]) -> None:
        """Every phrase comes back."""
        assert read_words(" ".join(words)) == words

    @pytest.mark.parametrize(
        ("typed", "count"),
        [("", 0), (" - ", 0), ("acorn beaver zebra", 3), ("acorn " * 5, 5), ("acornbeaver", 1)],
    )
    def test_another_number_of_words_is_refused(self, typed: str, count: int) -> None:
        """The message says how many there are."""
        with pytest.raises(UsageError, match=f"4 words, not {count}"):
            read_words(typed)

    @pytest.mark.parametrize(
        ("wrong", "hint"),
        [
            ("acron", "did you mean 'bacon' or 'acorn'?"),
            ("giraf", "did you mean 'giraffe' or 'gift'?"),
            ("xqxq", "ask the other person to spell it"),
            ("\u0430corn", "did you mean 'acorn' or 'corner'?"),
            ("12345", "ask the other person to spell it"),
        ],
    )
    def test_a_mistyped_word_is_named(self, wrong: str, hint: str) -> None:
        """No word is guessed: digits of a guess would accuse an honest file."""
        with pytest.raises(UsageError) as caught:
            read_words(f"zebra kiwi {wrong} zebra")
        assert caught.value.message == f"{wrong!r} is not one of the words that this program says"
        assert caught.value.hint == hint


class TestDigits:
    def test_digits_are_a_framed_hash(self) -> None:
        """Label, words and identifier, each after its length; the whole hash modulo 10^10."""
        parts = [labels.COMPARISON.encode(), *(w.encode() for w in FOUR), bytes(range(32))]
        framed = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
        number = int.from_bytes(hashlib.sha512(framed).digest(), "big") % 10**10
        assert comparison_digits(FOUR, bytes(range(32))).replace(" ", "") == f"{number:010d}"

    @given(PHRASES, IDENTIFIERS)
    def test_digits_have_one_look(self, words: tuple[str, ...], raw: bytes) -> None:
        """Two groups of five digits, leading zeros too."""
        first, second = comparison_digits(words, raw).split(" ")
        assert (len(first), len(second)) == (5, 5)
        assert (first + second).isdigit()

    def test_the_order_of_words_counts(self) -> None:
        """Twenty-four orders, twenty-four results."""
        assert len({comparison_digits(p, bytes(32)) for p in permutations(FOUR)}) == 24

    @pytest.mark.parametrize("place", range(4))
    def test_a_wrong_word_gives_other_digits(self, place: int) -> None:
        """In this sample each of the other 1,023 words does, in each place."""
        right = comparison_digits(FOUR, bytes(32))
        for word in WORDS:
            if word != FOUR[place]:
                phrase = (*FOUR[:place], word, *FOUR[place + 1 :])
                assert comparison_digits(phrase, bytes(32)) != right

    @given(PHRASES, IDENTIFIERS, st.integers(0, 255))
    def test_every_bit_of_the_identifier_counts(
        self, words: tuple[str, ...], raw: bytes, bit: int
    ) -> None:
        """The digits of a flipped bit agree by chance only: one in 10^10."""
        flipped = (int.from_bytes(raw, "big") ^ 1 << bit).to_bytes(32, "big")
        assert comparison_digits(words, raw) != comparison_digits(words, flipped)

    @pytest.mark.parametrize(
        "words", [(), FOUR[:3], (*FOUR, "acorn"), (*FOUR[:3], "Kiwi"), (*FOUR[:3], "")]
    )
    def test_only_four_words_of_the_list_have_digits(self, words: tuple[str, ...]) -> None:
        """Anything else is a programmer's error."""
        with pytest.raises(ValueError, match="4 words"):
            comparison_digits(words, bytes(32))

    @pytest.mark.parametrize("size", [0, 31, 33, 64])
    def test_only_identifiers_have_digits(self, size: int) -> None:
        """Another length is a programmer's error."""
        with pytest.raises(ValueError, match="32 bytes"):
            comparison_digits(FOUR, bytes(size))


class TestTheOrderOfThings:
    def test_words_known_beforehand_are_worth_nothing(self) -> None:
        """Digits are few: for known words a second file is found by trying, here for three."""
        target = comparison_digits(FOUR, bytes(32))[:3]
        tries = (identifier(labels.ROUND_ID, b"%d" % number) for number in range(20_000))
        assert any(comparison_digits(FOUR, raw)[:3] == target for raw in tries)
