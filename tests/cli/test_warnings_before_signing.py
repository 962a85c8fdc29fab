"""What a signer is warned of before being asked, and what the organizer is."""

from cosign.primitives.ssh.private_files import make_ed25519
from tests.support.cli_fixture import complete, fingerprint_of
from tests.support.commands import AFTERWARDS, BETWEEN, CLOSES, SIGNING, Shop
from tests.support.terminal import terminal
from tests.support.world import Seeded

SIGN = "sign {} --min-set 2 --yes -o new"
ROUND = f"round create letter.md --group keys.roster --opens {BETWEEN} --closes {CLOSES}"


def test_a_small_crowd_is_warned_of(shop: Shop) -> None:
    """A member who accepts fewer than sixteen is told what that means."""
    done = shop.call(SIGN.format("letter.round"), "member-3")
    assert "warning: at most 3 people can sign" in done.err


def test_who_hides_in_a_crowd_is_not_warned(shop: Shop) -> None:
    """From sixteen people on nothing is said of its size but the number."""
    lines = [make_ed25519(f"{i}@x", Seeded(f"crowd {i}"))[1] for i in range(15)]
    (shop / "authorized_keys").write_text("".join(lines))
    create = "roster create --name Crowd --source them --ssh authorized_keys --member 1.member"
    shop.call(f"{create} -o keys.roster --force", "organizer")
    shop.call(f"{ROUND} -o crowd.round", "organizer", now=BETWEEN)
    done = shop.call("sign crowd.round --yes -o new", "lister-1")
    assert "crowd      at most 16 people" in done.err
    assert "people can sign" not in done.err


def test_marks_in_texts_are_told(shop: Shop) -> None:
    """To the organizer who opens a round, and to the member who signs, with their statement."""
    (shop / "marked.md").write_text("Dear\u200b all\n")
    create = ROUND.replace("letter.md", "marked.md").replace("keys.roster", "staff.group")
    done = shop.call(f"{create} -o marked.draft", "organizer", now=BETWEEN)
    told = "warning: in the {}, U+{}, once, in line 1, column {}: "
    stands_out = told.format("letter", "200B ZERO WIDTH SPACE", 5) + "NO TEXT NEEDS IT"
    assert stands_out in done.err
    complete(shop, "marked")
    sign = SIGN.format("marked.round")
    done = shop.call(f"{sign} --statement 'a\u00a0b' --enrolment council.statement", "member-3")
    assert stands_out in done.err
    assert told.format("statement", "00A0 NO-BREAK SPACE", 2) + "usual in French" in done.err


def test_a_script_that_expects_a_round_is_not_warned(shop: Shop) -> None:
    """With --yes alone nobody compared fingerprints, and the note says so."""
    warning = "--yes skips comparing the round"
    assert warning in shop.call(SIGN.format("letter.round"), "member-3").err
    expected = f"--force --expect-round '{fingerprint_of(shop, 'round')}'"
    line = f"{SIGN.format('letter.round')} {expected}"
    assert warning not in shop.call(line, "member-3").err


def test_the_crowd_is_judged_before_anybody_is_asked(shop: Shop) -> None:
    """A question whose answer has no effect is not asked."""
    with shop.unchanged(), terminal(shop, "sign letter.round -o new", "member-3") as screen:
        ended, _out, rest = screen.end()
    assert ended == 10
    assert "[y/N]" not in rest


def test_withdrawing_after_the_close_is_warned_of(shop: Shop) -> None:
    """Anybody who sees the envelope knows what it is for."""
    line = "withdraw letter.round --yes -o new"
    warning = "few envelopes arrive"
    assert warning not in shop.call(line, "member-1", now=SIGNING).err
    assert warning in shop.call(f"{line} --force", "member-1", now=AFTERWARDS).err


# Slots.


def test_using_up_a_slot_is_asked_for(shop: Shop) -> None:
    """Without an answer nothing is used up; a slot that is used up already costs nothing."""
    line = "member certificate staff.group --slot 1"
    with shop.unchanged():
        done = shop.call(f"{line} -o new", "member-3", code=2)
        with terminal(shop, f"{line} -o new", "member-3") as screen:
            shown = screen.answer("up this slot for a roster? [y/N]", "n")
            assert screen.end()[0] == 1
    for told in (done.err, shown):
        words = " ".join(told.replace("| ", "").split())
        assert "warning: this uses up slot 1 of 'Staff' for good: no letter of that group" in words
    shop.call(SIGN.format("letter.round"), "member-3")
    shop.call(f"{line} --yes -o other", "member-3", code=9)
    shop.call("member certificate staff.group --slot 2 --yes -o other", "member-3")
    again = shop.call("member certificate staff.group --slot 2 -o again", "member-3")
    assert "warning" not in again.err
    shop.call("sign second.round --min-set 2 --yes -o third", "member-3", code=9)


def test_a_slot_without_a_certificate_is_not_asked_about(shop: Shop) -> None:
    """Errors come before the question."""
    for line, home, code in (
        ("member certificate staff.group --slot 9", "member-3", 16),
        ("member certificate staff.group --slot 1", "member-1", 9),
    ):
        done = shop.call(f"{line} -o new", home, code=code)
        assert "warning" not in done.err
