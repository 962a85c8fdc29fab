"""``check``, ``claim`` and ``verify-claim``: whose a published cosignature is."""

from tests.support.cli_fixture import fingerprint_of
from tests.support.commands import Shop


def test_a_receipt_finds_the_cosignature_without_a_home(shop: Shop) -> None:
    """It is printed if asked for, and only then."""
    again = "sign letter.round --min-set 2 --yes --force -o new"
    assert "receipt" not in shop.call(again, "member-1").out
    told = shop.call(f"{again} --receipt --json", "member-1").json
    check = f"check published.letter --receipt {told['receipt']}"
    assert "your cosignature is in this file" in shop.call(check, "nobody").out
    assert not (shop / "homes/nobody").exists()
    other = f"check second.letter --receipt {told['receipt']}"
    assert "not in this file" in shop.call(other, "nobody", code=1).err
    assert "mistyped" in shop.call(f"{check[:-1]}!", "nobody", code=2).err


def test_a_claim_answers_its_challenge_only(shop: Shop) -> None:
    """Exit code 0 with the words it was made for, 1 with others."""
    verify = "verify-claim 1.claim --letter published.letter --challenge"
    told = shop.call(f"{verify} 'Daily Planet' --json").json
    assert (told["valid"], told["withdrawn"], told["key"]) == (True, False, None)
    assert told["round"] == fingerprint_of(shop, "round")
    text = shop.call(f"{verify} 'Daily Planet'").out
    assert text.startswith("VALID: the person who answered the challenge cosigned")
    assert "not checked" in text
    error = shop.call(f"{verify} 'Daily Bugle'", code=1).problem()[0]
    assert error == "published.letter: the claim does not answer this challenge"
    shop.call("verify-claim 1.claim --letter second.letter --challenge 'Daily Planet'", code=5)


def test_only_who_signed_can_claim(shop: Shop) -> None:
    """A member who did not, or withdrew, gets an error and no file."""
    with shop.unchanged():
        claim = "claim {} --challenge Hello -o new"
        done = shop.call(claim.format("published.letter"), "member-3", code=1)
        assert "your cosignature is not in this file" in done.err
        shop.call(claim.format("published.letter"), "nobody", code=16)
        revealed = f"{claim.format('published.letter')} --reveal-key"
        assert "no list of keys" in shop.call(revealed, "member-1", code=6).err
        shop.call("claim published.letter --challenge '' -o new", "member-1", code=2)


def test_a_challenge_is_normalized_where_it_is_typed(shop: Shop) -> None:
    """Two ways of typing an umlaut are one challenge."""
    shop.call("claim published.letter --challenge 'fu\u0308r' -o new", "member-1")
    shop.call("verify-claim new --letter published.letter --challenge 'f\u00fcr'")
