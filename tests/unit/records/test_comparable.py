"""What two people compare about a file, and what makers of two files can do about it."""

import io
from dataclasses import replace
from functools import cache

import pytest

from cosign import labels
from cosign.errors import UsageError
from cosign.primitives import ed25519
from cosign.primitives.codes import decode_code
from cosign.primitives.comparison import comparison_digits, draw_words
from cosign.primitives.hashing import fingerprint
from cosign.record_files import read_comparable
from cosign.records.comparable import Comparable, ComparableKind, read_fingerprint
from cosign.records.round import Round, RoundTerms
from tests.support.world import Seeded, World, village

ROUND = Comparable("round", bytes(range(32)))
GROUP = Comparable("group", bytes(range(32)))
KINDS: dict[ComparableKind, Comparable] = {"round": ROUND, "group": GROUP}
PHRASES = [draw_words(Seeded(f"phrase {number}")) for number in range(5)]


class TestForms:
    def test_the_fingerprint_is_the_identifiers(self) -> None:
        """Sixty digits."""
        assert ROUND.fingerprint == fingerprint(bytes(range(32)))

    @pytest.mark.parametrize("kind", KINDS)
    def test_the_code_has_all_bits_and_says_what_it_is(self, kind: ComparableKind) -> None:
        """Capitals, digits and dashes, which a QR code holds in its alphanumeric mode."""
        code = KINDS[kind].code
        assert code.startswith(f"COSIGN-{kind.upper()}-")
        assert set(code) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-")
        assert decode_code(code, 32, f"cosign-{kind}-") == bytes(range(32))

    def test_the_digits_are_the_comparisons(self) -> None:
        """As the primitive computes them."""
        assert ROUND.digits(PHRASES[0]) == comparison_digits(PHRASES[0], bytes(range(32)))


class TestReadingAFingerprint:
    @pytest.mark.parametrize("kind", KINDS)
    def test_digits_and_codes_are_the_same(self, kind: ComparableKind) -> None:
        """However they are spaced; a scanner may add a line break."""
        found = KINDS[kind]
        for text in (
            found.fingerprint,
            found.fingerprint.replace(" ", "-"),
            found.code,
            found.code.lower(),
            f" {found.code}\r\n",
        ):
            assert read_fingerprint(text, kind) == found.fingerprint

    @pytest.mark.parametrize(("kind", "other"), [("round", GROUP), ("group", ROUND)])
    def test_a_code_of_another_kind_is_refused(
        self, kind: ComparableKind, other: Comparable
    ) -> None:
        """Digits do not tell; a code does."""
        with pytest.raises(UsageError, match=f"code of a {other.kind}, not of a {kind}"):
            read_fingerprint(other.code, kind)

    def test_a_mistyped_code_is_told_from_another_round(self) -> None:
        """Its check characters do not fit."""
        wrong = ROUND.code.replace("0", "1", 1)
        for code in (wrong, ROUND.code[:-1], f"{ROUND.code}0"):
            with pytest.raises(UsageError, match="mistyped"):
                read_fingerprint(code, "round")

    @pytest.mark.parametrize(
        "text", ["", "12345", "staff.group", "cosign-invite-0000", "cosign-group-7.group", "1" * 61]
    )
    def test_what_is_neither_is_none(self, text: str) -> None:
        """It may be the name of a file."""
        assert read_fingerprint(text, "group") is None


@cache
def lookalikes() -> list[tuple[RoundTerms, RoundTerms]]:
    """Try salts until fingerprints of rounds have the same first two and last two digits."""
    terms = village().round.terms
    pairs, seen = [], dict[tuple[str, str], RoundTerms]()
    for number in range(2_000):
        tried = replace(terms, salt=number.to_bytes(32, "big"))
        shown = fingerprint(tried.round_id)
        other = seen.setdefault((shown[:2], shown[-2:]), tried)
        if other is not tried:
            pairs.append((other, tried))
    return pairs


def signed(world: World, terms: RoundTerms) -> bytes:
    """Make a round of these terms, as its organizer can."""
    key = ed25519.SigningKey(world.organizer.identity_seed)
    signature = key.sign(labels.ROUND_SIGNATURE, terms.to_bytes())
    return replace(world.round.round, terms=terms, signature=signature).to_bytes()


class TestRoundsThatLookAlike:
    """An organizer tries salts, and gives two people rounds that look alike at both ends."""

    def test_same_first_and_last_digits_are_cheap(self) -> None:
        """Two thousand salts give more than a hundred pairs."""
        assert len(lookalikes()) > 100
        for pair in lookalikes():
            one, other = (fingerprint(terms.round_id) for terms in pair)
            assert (one[:2], one[-2:]) == (other[:2], other[-2:])
            assert one != other

    def test_the_rounds_are_real(self, village: World) -> None:
        """Each is signed and verifies, and has the group of the other."""
        one, other = (signed(village, terms) for terms in lookalikes()[0])
        found = [read_comparable(io.BytesIO(raw)) for raw in (one, other)]
        assert [f.identifier for f in found] == [terms.round_id for terms in lookalikes()[0]]
        assert Round.from_bytes(one).group == Round.from_bytes(other).group

    @pytest.mark.parametrize("words", PHRASES, ids=" ".join)
    def test_their_ten_digits_differ(self, words: tuple[str, ...]) -> None:
        """For words that were drawn after both were made."""
        for pair in lookalikes():
            one, other = (Comparable("round", terms.round_id).digits(words) for terms in pair)
            assert one != other
