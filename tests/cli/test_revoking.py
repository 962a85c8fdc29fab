"""Vouchers that are taken back, and whose a voucher is."""

import pytest

from tests.support.cli_fixture import install_registrar, vouchers
from tests.support.commands import CLOSES, ENROLMENT, OPENS, Shop
from tests.support.terminal import terminal

_VOUCH = "registrar vouch open.group --people people.csv --no-header --yes"


@pytest.fixture
def listed(shop: Shop) -> Shop:
    """A shop whose clerk made vouchers for three people, of whom Anna used hers."""
    (shop / "people.csv").write_text("Anna Adler\nBo\nCy\n")
    shop.call(f"{_VOUCH} -o list.csv", "clerk")
    anna = vouchers(shop, "list.csv")[0]
    shop.call(f"member enrol open.group --voucher {anna} -o anna.request", "anna", now=ENROLMENT)
    shop.call("registrar issue anna.request -o anna.response", "clerk", now=ENROLMENT)
    return shop


def test_one_voucher_by_its_code(listed: Shop) -> None:
    """Whoever has it is told so, and its owner gets another one."""
    code = vouchers(listed, "list.csv")[1]
    told = listed.call(f"registrar revoke open.group --voucher {code} --yes --json", "clerk").json
    assert told == {"revoked": 1, "used": 0}
    listed.call(f"member enrol open.group --voucher {code} -o lost.request", "thief", now=ENROLMENT)
    done = listed.call("registrar issue lost.request -o new", "clerk", now=ENROLMENT, code=8)
    assert "the voucher was revoked" in done.problem()[0]
    done = listed.call(f"{_VOUCH} -o new.csv", "clerk")
    assert "no new vouchers for 2 names that have one: 1 used, 1 unused" in done.err
    assert len(vouchers(listed, "new.csv")) == 1
    assert "Bo" in (listed / "new.csv").read_text(encoding="utf-8-sig")


def test_the_voucher_of_a_person(listed: Shop) -> None:
    """By the name as people write it; a used one stays, and its owner gets no second one."""
    with terminal(listed, "registrar revoke open.group --person bo", "clerk") as screen:
        screen.answer("do you want to revoke the voucher of 'bo'? [y/N]", "y")
        assert screen.end()[:2] == (0, "1 voucher revoked\n")
    with listed.unchanged():
        line = "registrar revoke open.group --person 'ANNA ADLER' --yes"
        done = listed.call(line, "clerk", code=8)
    assert "was used" in done.problem()[0]
    (listed / "people.csv").write_text("anna  adler\n")
    with listed.unchanged():
        done = listed.call(f"{_VOUCH} -o new.csv", "clerk", code=8)
    assert "has a voucher already: 1 used, 0 unused" in done.err


def test_a_lost_list(listed: Shop) -> None:
    """All of a batch but what was used; status counts them, without times."""
    before = listed.call("registrar status open.group --json", "clerk").json
    batch = listed.call(f"{_VOUCH} -o x.csv --json", "clerk", code=8)
    assert "unused" in batch.json["error"]
    done = listed.call("registrar revoke open.group --batch 2 --yes", "clerk")
    assert done.out == "2 vouchers revoked; 1 used before, which stay valid\n"
    told = listed.call("registrar status open.group --json", "clerk").json
    assert told["revoked"] == 2
    assert (told["vouchers"], told["used"]) == (before["vouchers"] - 2, before["used"])
    assert told["unused"] == told["vouchers"] - told["used"]
    assert set(told) == {
        "vouchers", "used", "unused", "answered", "closed", "revoked", "batches", "unnamed",
        "kinds",
    }  # fmt: skip
    assert listed.call(f"{_VOUCH} -o x.csv --json", "clerk").json["vouchers"] == 2


AGAIN = {
    "--voucher CODE": "the voucher is revoked already",
    "--person Bo": "no voucher was made for 'Bo', or it was revoked",
    "--batch 2": "no voucher of batch 2 is left to revoke: 1 used, 2 revoked already",
}


@pytest.mark.parametrize("options", AGAIN)
def test_what_is_revoked_is_not_revoked_again(listed: Shop, options: str) -> None:
    """Its registrar learns that nothing happened, also in a script."""
    line = "registrar revoke open.group --yes"
    listed.call(f"{line} --batch 2", "clerk")
    typed = options.replace("CODE", vouchers(listed, "list.csv")[1])
    with listed.unchanged():
        done = listed.call(f"{line} {typed}", "clerk", code=8)
    assert AGAIN[options] in done.problem()[0]


@pytest.mark.parametrize("options", ["", "--batch 1 --person Bo"])
def test_what_to_revoke_has_to_be_clear(listed: Shop, options: str) -> None:
    with listed.unchanged():
        listed.call(f"registrar revoke open.group {options} --yes", "clerk", code=2)


@pytest.mark.parametrize("options", ["--batch 9", "--person Dora", "--voucher UNKNOWN-VOUCHER"])
def test_what_was_never_made_is_not_revoked(listed: Shop, options: str) -> None:
    with listed.unchanged():
        listed.call(f"registrar revoke open.group {options} --yes", "clerk", code=8)


def test_scripts_confirm(listed: Shop) -> None:
    with listed.unchanged():
        listed.call("registrar revoke open.group --batch 2", "clerk", code=2)


def test_a_voucher_given_to_the_wrong_registrar(shop: Shop) -> None:
    """Nothing is made, and the right one is named; without a number it is found."""
    for name, keys in {"left": (0, 1), "right": (2, 3)}.items():
        install_registrar(shop, name, keys, f"{name}.registrar")
    shop.call(
        "group create --name Two --registrar left.registrar --registrar right.registrar "
        f"--enrol-opens {OPENS} --enrol-closes {CLOSES} -o two.group"
    )
    shop.call("registrar vouch two.group -o second.csv", "right")
    [code] = vouchers(shop, "second.csv")
    enrol = f"member enrol two.group --voucher {code} -o new"
    with shop.unchanged():
        message, hint = shop.call(f"{enrol} --registrar 1", "new", code=5).problem()
    assert "from registrar 2, 'right', not from registrar 1, 'left'" in message
    assert "--registrar 2" in hint
    assert shop.call(f"{enrol} --json", "new").json["registrar"] == 2
