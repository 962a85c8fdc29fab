"""What strangers write into files and file names reaches no terminal as it is."""

from dataclasses import replace

import pytest

from cosign.records.round import Round
from tests.support.commands import AFTERWARDS, Shop

ESCAPES = {"clears the screen": "\x1b[2J", "turns a line": "\u202e", "is no text": "\udcff"}


@pytest.mark.parametrize("escape", ESCAPES.values(), ids=ESCAPES)
def test_inspect_shows_no_letter_that_is_none(shop: Shop, escape: str) -> None:
    """A round that is looked into is not verified, but its letter has to keep the rules."""
    round_ = Round.from_bytes((shop / "letter.round").read_bytes())
    letter = b"Dear all" + escape.encode(errors="surrogateescape")
    (shop / "bad.round").write_bytes(replace(round_, letter=letter).to_bytes())
    for option in ("", " --json"):
        done = shop.call(f"inspect bad.round{option}", code=1)
        assert "bad.round: " in done.err
        assert "letter" in done.err
        assert escape not in done.out + done.err


@pytest.mark.parametrize("escape", ESCAPES.values(), ids=ESCAPES)
def test_names_of_envelopes_are_escaped(shop: Shop, escape: str) -> None:
    """A file that is no envelope is named, and its name moves no cursor."""
    (shop / f"envelopes/a{escape}b.sealed").write_bytes(b"noise")
    done = shop.call(
        "trustee open letter.round --envelopes envelopes -o new", "trustee-2", now=AFTERWARDS
    )
    shown = repr(escape)[1:-1].replace("udc", "x")  # a byte that is no text is shown as one
    assert f"envelopes/a{shown}b.sealed: not a record of this tool" in done.err
    assert escape not in done.err
