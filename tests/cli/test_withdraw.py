"""Withdrawals, and ``publish --append``, which adds them to a published letter."""

from tests.support.commands import AFTERWARDS, BETWEEN, CLOSES, Shop

APPEND = "publish second.round --append second.letter --envelopes late --opening late.opening"
ROUND = f"round create letter.md --group keys.roster --opens {BETWEEN} --closes {CLOSES}"


def test_envelopes_of_both_actions_have_one_size(shop: Shop) -> None:
    """Nothing about the file tells which it is."""
    sizes = {path.stat().st_size for path in shop.folder.rglob("*.sealed") if "second" in str(path)}
    sizes.add((shop / "late/2.sealed").stat().st_size)
    assert len(sizes) == 1


def test_a_late_withdrawal_is_appended_and_counted(shop: Shop) -> None:
    """The published letter has one cosigner less, and everything else as before."""
    before = shop.call("verify second.letter --group staff.group --json").json
    told = shop.call(f"{APPEND} -o third.letter --json", "organizer", now=AFTERWARDS).json
    assert (told["withdrawn"], told["cosigners"], told["ignored"]) == (1, 1, 0)
    after = shop.call("verify third.letter --group staff.group --json", code=4).json
    assert (before["cosigners"], after["cosigners"]) == (2, 1)
    assert (before["withdrawn"], after["withdrawn"]) == (0, 1)
    assert before["organizer_says"] == after["organizer_says"]
    error = shop.call("check third.letter", "late", code=1).problem()[0]
    assert error == "third.letter: your cosignature was withdrawn and does not count"
    assert shop.call("check third.letter", "member-1").out.startswith("your cosignature is in")


def test_the_quorum_that_is_lost_is_told(shop: Shop) -> None:
    """The organizer hears it; the file is written all the same, because it is true."""
    done = shop.call(f"{APPEND} -o third.letter", "organizer", now=AFTERWARDS)
    assert "1 more withdrew, 1 cosigner left" in done.out
    assert "warning: 1 cosigner left, the quorum was 2" in done.err


def test_a_quorum_that_holds_is_not_mentioned(shop: Shop) -> None:
    """A withdrawal that leaves enough cosigners is appended without a warning."""
    shop.call(f"{ROUND} -o keys.round", "organizer", now=BETWEEN)
    for folder in ("one", "two"):
        (shop / folder).mkdir()
    for number, home in enumerate(("lister-1", "exporter")):
        shop.call(f"sign keys.round --min-set 2 --yes -o one/{number}.sealed", home)
    shop.call("publish keys.round --envelopes one -o keys.letter", "organizer", now=AFTERWARDS)
    withdraw = "withdraw keys.round --yes -o two/1.sealed"
    shop.call(withdraw, "lister-1", now=AFTERWARDS)
    append = "publish keys.round --append keys.letter --envelopes two -o later.letter"
    done = shop.call(append, "organizer", now=AFTERWARDS)
    assert "1 more withdrew, 1 cosigner left" in done.out
    assert "quorum" not in done.err


def test_appending_needs_the_same_round_and_takes_no_statements(shop: Shop) -> None:
    """Files of two rounds are not mixed, and what was published stays as it was."""
    wrong = APPEND.replace("second.letter", "published.letter")
    with shop.unchanged():
        done = shop.call(f"{wrong} -o new", "organizer", now=AFTERWARDS, code=5)
        assert done.problem()[0] == "the published letter is of another round"
        more = f"{APPEND} --enrolment council.statement -o new"
        shop.call(more, "organizer", now=AFTERWARDS, code=2)


def test_too_few_openings_are_no_fault_of_the_letter(shop: Shop) -> None:
    """Only what is wrong in the published letter has its name."""
    with shop.unchanged():
        line = APPEND.replace(" --opening late.opening", "")
        message = shop.call(f"{line} -o new", "organizer", now=AFTERWARDS, code=12).problem()[0]
        assert "second.letter" not in message
        line = APPEND.replace("second.letter", "letter.md")
        message = shop.call(f"{line} -o new", "organizer", now=AFTERWARDS, code=1).problem()[0]
        assert message.startswith("letter.md: ")
