"""Invitations: a round under a secret, in place of the round's file."""

from tests.support.cli_fixture import LETTER, invite
from tests.support.commands import AFTERWARDS, Shop
from tests.support.terminal import terminal

SIGN = "sign {} --min-set 2 --yes -o new"


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
    cases = [(slip, 2, "mistyped"), (other, 5, "it belongs to another invitation")]
    with shop.unchanged():
        for typed, code, message in cases:
            line = SIGN.format("letter.invite") + f" --secret {typed}"
            assert message in shop.call(line, "member-3", code=code).problem()[0]
        without = shop.call(SIGN.format("letter.invite"), "member-3", code=2).problem()
    assert without == ("letter.invite: no secret was given", "add --secret CODE")


def test_an_invitation_is_read_and_compared_before_it_opens(shop: Shop) -> None:
    """Its letter, its fingerprints and ten digits; and sign says when it opens."""
    code, early = invite(shop), "2030-03-07T00:00Z"
    done = shop.call(f"inspect letter.invite --secret {code}", now=early)
    assert "  | We ask you to publish how the contract was decided." in done.out
    last = done.out.splitlines()[-6:]
    assert [last[0][:7], last[3][:7]] == ["group  ", "round  "]
    words, digits = (
        next(line for line in done.err.splitlines() if line.startswith(name))[11:]
        for name in ("words", "digits")
    )
    compared = shop.call(f"compare letter.round --words '{words}' --json").json
    assert compared["digits"] == digits
    done = shop.call(f"sign letter.invite --secret {code} -o new", "member-3", now=early, code=7)
    assert "| We ask you to publish" in done.err
    assert "\ndigits     " in done.err
    assert "the round is open from 2030-03-08T00:00Z" in done.err
    told = shop.call("inspect letter.invite --json").json
    assert "round" not in told
    opened = shop.call(f"inspect letter.invite --secret {code} --json").json
    assert opened["round"]["letter"].startswith("# To the board")
