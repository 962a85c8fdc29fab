"""Rules that take several steps to break: vouchers, slots, quorum, strangers' envelopes."""

import hashlib
import shutil
from typing import Final

from cosign.records.round import Round
from tests.support.cli_fixture import complete, vouchers
from tests.support.commands import AFTERWARDS, BETWEEN, CLOSES, SIGNING, Shop

_ROUND: Final = f"--group staff.group --opens {BETWEEN} --closes {CLOSES} -o new"
_PUBLISH: Final = "publish letter.round --envelopes envelopes"
_OPENINGS: Final = "--opening 1.opening --opening 3.opening"
_LATEST: Final = "9999-12-31T23:59Z"


def test_an_unknown_voucher_is_refused(shop: Shop) -> None:
    """A well-formed code that nobody handed out is refused by the ledger."""
    code = "UNKNOWN-VOUCHER"
    shop.call(f"member enrol open.group --voucher {code} -o forged.request", "forger")
    with shop.unchanged():
        done = shop.call("registrar issue forged.request -o new", "clerk", code=8)
    assert "the voucher is unknown" in done.problem()[0]


def test_another_groups_voucher_is_refused(shop: Shop, foreign: Shop) -> None:
    """Before anything is sent."""
    code = vouchers(foreign, "open.csv")[2]
    line = f"member enrol open.group --voucher {code} -o forged.request"
    with shop.unchanged():
        done = shop.call(line, "forger", code=5)
    assert done.problem()[0] == "this voucher is for another group"


def test_a_used_voucher_is_refused(shop: Shop) -> None:
    """The second request with a voucher gets nothing; the first gets the same answer again."""
    code = vouchers(shop, "open.csv")[1]
    shop.call(f"member enrol open.group --voucher {code} -o thief.request", "thief")
    with shop.unchanged():
        done = shop.call("registrar issue thief.request -o new", "clerk", code=8)
    assert "was used for another request" in done.problem()[0]
    shop.call("registrar issue late.request -o again", "clerk")
    assert (shop / "again").read_bytes() == (shop / "late.response").read_bytes()


def test_a_wrong_voucher_is_put_right(shop: Shop) -> None:
    """A member who typed another valid code enrols again with the right one."""
    shop.call("member enrol open.group --voucher UNKNOWN-VOUCHER -o wrong", "slow")
    shop.call("registrar issue wrong -o new", "clerk", code=8)
    code = vouchers(shop, "open.csv")[2].lower().replace("-", " ")
    shop.call(f"member enrol open.group --voucher '{code}' -o right", "slow")
    shop.call("registrar issue right -o new", "clerk")
    assert "ready to sign" in shop.call("member finish new", "slow").out


def test_a_repeated_request_is_answered_after_the_window(shop: Shop) -> None:
    """An answer that was lost is given again, even when enrolment has ended."""
    shop.call("registrar close open.group -o closed", "clerk", now=CLOSES)
    shop.call("registrar issue late.request -o again", "clerk", now=_LATEST)
    assert (shop / "again").read_bytes() == (shop / "late.response").read_bytes()


def test_a_slot_speaks_in_one_round_only(shop: Shop) -> None:
    """A key that signed in one round refuses another round of its slot."""
    again = f"round create letter.md --title Again --enrolment council.statement {_ROUND}.draft"
    shop.call(again, "organizer", now=BETWEEN)
    complete(shop, "new")
    with shop.unchanged():
        done = shop.call("sign new.round --min-set 2 --yes -o envelope", "member-1", code=9)
    assert "your key for slot 1 is used up" in done.err


def test_a_decoy_round_is_refused_by_everybody(shop: Shop) -> None:
    """The registrar grants its slot to one round; without a grant every command says so."""
    decoy = f"round create letter.md --title Decoy --enrolment council.statement {_ROUND}"
    shop.call(decoy, "organizer", now=BETWEEN)
    with shop.unchanged():
        done = shop.call("registrar grant new --yes -o a.grant", "council", code=9)
        assert "cosign-letter: slot 1 was granted to another round" in done.err
        done = shop.call("round grant new --grant letter.grant -o a", code=5)
        assert "granted slot 1 to another round" in done.problem()[0]
        told = set()
        for line, home, now in (
            ("sign new --min-set 2 --yes -o a", "member-1", SIGNING),
            ("sign new --min-set 2 --yes -o a", "member-3", SIGNING),
            ("withdraw new --yes -o a", "member-1", SIGNING),
            ("round invite new -o a", None, SIGNING),
            ("trustee open new --envelopes envelopes -o a", "trustee-1", AFTERWARDS),
            (f"publish new --envelopes envelopes {_OPENINGS} -o a", "organizer", AFTERWARDS),
        ):
            told.add(shop.call(line, home, now=now, code=12).problem()[0])
    assert told == {"new: slot 1 was granted to the round by 0 of 1 registrar, and 1 has to"}


def test_a_registrar_who_granted_two_rounds_is_convicted(shop: Shop) -> None:
    """Both grants in one command name the registrar."""
    decoy = f"round create letter.md --title Decoy {_ROUND}.draft"
    shop.call(decoy, "organizer", now=BETWEEN)
    complete(shop, "new")
    [grant] = Round.from_bytes((shop / "new.round").read_bytes()).grants
    (shop / "new.grant").write_bytes(grant.to_bytes())
    line = "round grant letter.draft --grant letter.grant --grant new.grant -o a"
    problem = shop.call(line, code=5).problem()[0]
    assert problem == "registrar 'council' granted slot 1 to two rounds"


def test_a_grant_is_given_again(shop: Shop) -> None:
    """The same round gets the same bytes, whenever it asks."""
    shop.call("registrar grant letter.draft --yes -o again", "council", now=AFTERWARDS)
    assert (shop / "again").read_bytes() == (shop / "letter.grant").read_bytes()


def test_a_registrar_sees_no_letter(shop: Shop) -> None:
    """What tells rounds apart is shown, and the letter only by its digest."""
    told = shop.call("registrar grant second.draft --yes -o again", "council").err
    digest = hashlib.sha256((shop / "letter.md").read_bytes()).hexdigest()
    for shown in ("title   'Second'", "slot    2", f"letter  SHA-256 {digest}", "to 2030-03-18"):
        assert shown in told
    assert "We ask you" not in told


def test_a_roster_s_round_is_granted_nothing(shop: Shop) -> None:
    shop.call(
        f"round create letter.md {_ROUND}".replace("staff.group", "keys.roster"),
        "organizer",
        now=BETWEEN,
    )
    done = shop.call("registrar grant new --yes -o a", "council", code=5)
    assert done.problem()[0] == "new: a round of a roster has no slot"
    done = shop.call("round grant new --grant letter.grant -o a", code=5)
    assert done.problem()[0] == "a round of a roster carries no slot grants"


def test_a_second_statement_is_refused(shop: Shop) -> None:
    """A member who cosigned already cannot spoil that by other words."""
    with shop.unchanged():
        line = "sign letter.round --statement 'me too' --min-set 2 --yes -o new"
        done = shop.call(line, "member-1", code=9)
    assert "with another statement" in done.err


def test_below_quorum_nothing_is_published(shop: Shop) -> None:
    """An organizer with too few cosigners gets no file, only the number."""
    (shop / "envelopes/2.sealed").unlink()
    with shop.unchanged():
        done = shop.call(f"{_PUBLISH} {_OPENINGS} -o new", "organizer", now=AFTERWARDS, code=11)
    assert done.problem()[0] == "1 cosigned, the quorum is 2"


def test_envelopes_of_another_round_are_left_out(shop: Shop) -> None:
    """A folder with strangers' envelopes gives an opening of the round's own."""
    for name in ("1", "2"):
        shutil.copy(shop / f"second-envelopes/{name}.sealed", shop / f"envelopes/x{name}.sealed")
    line = "trustee open letter.round --envelopes envelopes -o new --json"
    done = shop.call(line, "trustee-2", now=AFTERWARDS)
    assert done.json == {"output": "new", "envelopes": 2, "left_out": 2, "posted": False}
    assert done.err.count("an envelope of another round") == 2
