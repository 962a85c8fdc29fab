"""Invitations, receipts, claims, late withdrawals and forgetting, in the staff council's shop."""

import pytest

from tests.support.cli_fixture import LETTER
from tests.support.commands import AFTERWARDS, SIGNING, Shop
from tests.support.terminal import terminal

SIGN = "sign {} --min-set 2 --yes -o new"
APPEND = "publish second.round --append second.letter --envelopes late --opening late.opening"


def fingerprint_of(shop: Shop, kind: str) -> str:
    """Give the fingerprint of the first round or of its group."""
    told = shop.call("verify published.letter --json", code=3).json
    return str(told["round"] if kind == "round" else told["group"]["fingerprint"])


def vaults(shop: Shop, home: str) -> dict[str, bytes]:
    """Give a home's secrets as they lie on the disk."""
    return {path.stem: path.read_bytes() for path in (shop / "homes" / home).glob("*.vault")}


# Invitations.


def invite(shop: Shop, output: str = "letter.invite") -> str:
    """Make an invitation and give its secret."""
    return shop.call(f"round invite letter.round -o {output}").out.strip()


def test_an_invitation_is_signed_directly(shop: Shop) -> None:
    """With its secret it does what the round does, for members and trustees."""
    secret = invite(shop)
    assert secret.startswith("cosign-invite-")
    assert LETTER.encode() not in (shop / "letter.invite").read_bytes()
    done = shop.call(SIGN.format("letter.invite") + f" --secret {secret}", "member-3")
    assert "We ask you" in done.err
    opens = f"trustee open letter.invite --secret {secret} --envelopes envelopes -o 2.opening"
    assert "2 envelopes opened" in shop.call(opens, "trustee-2", now=AFTERWARDS).out


def test_an_invitation_may_be_armored(shop: Shop) -> None:
    """For a chat; the secret is in JSON for scripts."""
    told = shop.call("round invite letter.round -o letter.invite --armor --json").json
    assert (shop / "letter.invite").read_text().startswith("-----BEGIN COSIGN INVITATION-----")
    shop.call(SIGN.format("letter.invite") + f" --secret {told['secret'].lower()}", "member-3")


def test_the_secret_is_asked_for(shop: Shop) -> None:
    """So that it need not stand on the command line."""
    secret = invite(shop)
    with terminal(shop, "sign letter.invite --min-set 2 -o new", "member-3") as screen:
        screen.answer("secret", secret)
        screen.answer("[y/N]", "y")
        assert screen.end()[0] == 0


def test_wrong_and_mistyped_secrets_are_told_apart(shop: Shop) -> None:
    """By message and by exit code; nothing is written."""
    secret, other = invite(shop), invite(shop, "other.invite")
    slip = secret[:-1] + ("0" if secret[-1] != "0" else "1")
    cases = [(slip, 2, "mistyped"), (other, 5, "not the one of this invitation")]
    with shop.unchanged():
        for typed, code, message in cases:
            line = SIGN.format("letter.invite") + f" --secret {typed}"
            assert message in shop.call(line, "member-3", code=code).problem()[0]
        without = shop.call(SIGN.format("letter.invite"), "member-3", code=2).problem()
    assert without == ("letter.invite: no secret was given", "add --secret")


# Receipts.


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


# Guards.


def test_a_small_crowd_is_warned_of(shop: Shop) -> None:
    """Whoever accepts fewer than sixteen is told what that means."""
    done = shop.call(SIGN.format("letter.round"), "member-3")
    assert "warning: you hide among 3 people at most" in done.err


def test_a_script_that_expects_a_round_is_not_warned(shop: Shop) -> None:
    """With --yes alone nobody compared fingerprints, and the note says so."""
    warning = "nobody compared the fingerprints"
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


# Late withdrawals.


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


def test_appending_needs_the_same_round_and_takes_no_statements(shop: Shop) -> None:
    """Files of two rounds are not mixed, and what was published stays as it was."""
    wrong = APPEND.replace("second.letter", "published.letter")
    with shop.unchanged():
        done = shop.call(f"{wrong} -o new", "organizer", now=AFTERWARDS, code=5)
        assert "published.letter: the published letter is of another round" in done.err
        more = f"{APPEND} --enrolment council.statement -o new"
        shop.call(more, "organizer", now=AFTERWARDS, code=2)


def test_withdrawing_after_the_close_is_warned_of(shop: Shop) -> None:
    """Whoever sees the envelope knows what it is for."""
    line = "withdraw letter.round --min-set 2 --yes -o new"
    warning = "few envelopes come"
    assert warning not in shop.call(line, "member-1", now=SIGNING).err
    assert warning in shop.call(f"{line} --force", "member-1", now=AFTERWARDS).err


def test_envelopes_of_both_actions_have_one_size(shop: Shop) -> None:
    """Nothing about the file tells which it is."""
    sizes = {path.stat().st_size for path in shop.folder.rglob("*.sealed") if "second" in str(path)}
    sizes.add((shop / "late/2.sealed").stat().st_size)
    assert len(sizes) == 1


# Claims.


def test_a_claim_answers_its_challenge_only(shop: Shop) -> None:
    """Exit code 0 with the words it was made for, 1 with others."""
    verify = "verify-claim 1.claim --letter published.letter --challenge"
    told = shop.call(f"{verify} 'Daily Planet' --json").json
    assert (told["valid"], told["withdrawn"], told["key"]) == (True, False, None)
    assert told["round"] == fingerprint_of(shop, "round")
    text = shop.call(f"{verify} 'Daily Planet'").out
    assert text.startswith("VALID: whoever answered the challenge made a cosignature")
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


# Forgetting.


@pytest.mark.parametrize("named", ["group", "round", "staff.group", "letter.round"])
def test_things_are_forgotten_by_name_fingerprint_or_file(shop: Shop, named: str) -> None:
    """Afterwards the cosignature can be neither found, claimed nor withdrawn from here."""
    receipt = shop.call(
        "sign letter.round --min-set 2 --yes --receipt --json -o new", "member-1"
    ).json["receipt"]
    what = named if "." in named else f"'{fingerprint_of(shop, named)}'"
    done = shop.call(f"member forget {what} --yes", "member-1")
    assert "a backup may still hold" in done.err
    for line in (
        "check published.letter",
        "claim published.letter --challenge Hello -o x",
        "withdraw letter.round --min-set 2 --yes -o x",
    ):
        shop.call(line, "member-1", code=16)
    shop.call(f"check published.letter --receipt {receipt}", "member-1")
    other = shop.call("check second.letter", "member-1", code=None).code
    assert other == (0 if named in {"round", "letter.round"} else 16)


def test_an_invitation_names_a_round_to_forget_too(shop: Shop) -> None:
    """For whoever never had the round's own file."""
    secret = invite(shop)
    shop.call(f"member forget letter.invite --secret {secret} --yes", "member-1")
    shop.call("check published.letter", "member-1", code=16)


def test_receipts_can_outlive_keys(shop: Shop) -> None:
    """Then the check works, and nothing else does."""
    [name] = vaults(shop, "member-1")
    told = shop.call(f"member forget {name} --keep-receipts --yes --json", "member-1").json
    assert told == {"forgotten": [name], "receipts_kept": True}
    shop.call("check published.letter", "member-1")
    claim = shop.call("claim published.letter --challenge Hello -o x", "member-1", code=16)
    assert "forgot its key" in claim.err
    [membership] = shop.call("member keys --json", "member-1").json["memberships"]
    assert membership["forgotten_slots"] == [1, 2]
    assert len(membership["rounds"]) == 2


def test_what_was_forgotten_is_overwritten(shop: Shop) -> None:
    """Whoever still has the old file open reads zeros."""
    [name] = vaults(shop, "member-1")
    with (shop / "homes/member-1" / f"{name}.vault").open("rb") as held:
        shop.call(f"member forget {name} --keep-receipts --yes", "member-1")
        assert not held.read().strip(b"\0")
    assert vaults(shop, "member-1")[name].strip(b"\0")


def test_a_roster_s_key_stays_with_a_forgotten_round(shop: Shop) -> None:
    """The question says so, and keeping the receipt would leave nothing to erase."""
    shop.call(
        "round create letter.md --group keys.roster --opens 2030-03-08T00:00Z "
        "--closes 2030-03-18T00:00Z -o keys.round",
        "organizer",
    )
    shop.call(SIGN.format("keys.round"), "lister-1")
    shop.call("member forget keys.round --keep-receipts --yes", "lister-1", code=6)
    with terminal(shop, "member forget keys.round", "lister-1") as screen:
        shown = screen.answer("[y/N]", "y")
        assert screen.end()[0] == 0
    assert "whoever gets it finds your signature" in shown
    [key] = shop.call("member keys --json", "lister-1").json["keys"]
    assert (key["secret"], key["rounds"]) == (True, [])
    shop.call("member forget keys.roster --yes", "lister-1")
    assert vaults(shop, "lister-1") == {}
