"""Questions, passphrases and progress bars: on a terminal only."""

import time

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat

from tests.support.cli_fixture import complete, vouchers
from tests.support.commands import Shop
from tests.support.terminal import terminal
from tests.support.world import Seeded

_SIGN = "sign letter.round --min-set 2 -o new"
_TRUSTEE = "trustee key --name New -o new --home homes/new"


def test_a_new_passphrase_is_asked_twice_and_an_old_one_once(shop: Shop) -> None:
    """A new passphrase is typed twice; opening and rewriting a file asks once."""
    code = vouchers(shop, "open.csv")[2]
    enrol = f"member enrol open.group --voucher {code} -o new --home homes/new"
    with terminal(shop, enrol) as screen:
        screen.answer("passphrase for your membership in 'Open':", "correct horse")
        screen.answer("Repeat for confirmation", "correct horse")
        assert screen.end()[0] == 0
        assert "horse" not in screen.seen
    shop.call("registrar issue new -o answer", "clerk")
    with terminal(shop, "member finish answer --home homes/new") as screen:
        digits = shop.call("fingerprint open.group").out.split()[:2]
        shown = f"your membership in the group with this fingerprint ({' '.join(digits)}"
        screen.answer(f"passphrase for {shown}", "correct horse")
        ended, out, rest = screen.end()
    assert (ended, "ready to sign" in out) == (0, True)
    assert "passphrase" not in rest
    env = {"COSIGN_LETTER_PASSPHRASE": "correct horse"}
    told = shop.call("member keys --home homes/new --json", env=env).json
    assert told["memberships"][0]["registrars"] == 1


def test_passphrases_that_differ_are_asked_again(shop: Shop) -> None:
    """A slip in the repetition is noticed before anything is written."""
    with terminal(shop, _TRUSTEE) as screen:
        screen.answer("passphrase for trustee 'New':", "correct horse")
        screen.answer("Repeat for confirmation", "correct hose")
        screen.answer("passphrase for trustee 'New':", "correct horse")
        screen.answer("Repeat for confirmation", "correct horse")
        assert screen.end()[0] == 0


def test_a_wrong_passphrase_on_a_terminal(shop: Shop) -> None:
    """Three wrong answers end the command, with the error's exit code, and change nothing."""
    secret = {"COSIGN_LETTER_PASSPHRASE": "correct horse"}
    shop.call(_TRUSTEE, env=secret)
    trustees = "--trustee new"
    shop.call(
        f"round create letter.md --group staff.group {trustees} --opens 2030-03-08 "
        "--closes 2030-03-09T00:00Z -o new.draft",
        "organizer",
    )
    complete(shop, "new")
    opens = "trustee open new.round --envelopes envelopes -o opening --home homes/new"
    with shop.unchanged(), terminal(shop, opens) as screen:
        screen.answer("passphrase for trustee 'New':", "wrong horse")
        for _ in range(2):
            told = screen.answer("passphrase for trustee 'New':", "wrong horse")
            assert "the passphrase does not open this secret file; try again" in told
        ended, out, rest = screen.end()
    assert (ended, out) == (13, "")
    assert "the passphrase does not open" in rest


def test_the_second_try_may_be_right(shop: Shop) -> None:
    """Nothing that was typed before is lost by a slip."""
    shop.call(_TRUSTEE, env={"COSIGN_LETTER_PASSPHRASE": "correct horse"})
    with terminal(shop, "trustee key --name Other -o other --home homes/new") as screen:
        screen.answer("passphrase for this home, for trustee 'Other':", "wrong horse")
        told = screen.answer("passphrase for this home, for trustee 'Other':", "correct horse")
        assert screen.end()[0] == 0
    assert "the other files of this home are under another passphrase; try again" in told


def test_an_empty_passphrase_is_asked_for_three_times(shop: Shop) -> None:
    """And not for ever; then it is said how to have none."""
    with shop.unchanged(), terminal(shop, _TRUSTEE) as screen:
        for _ in range(3):
            screen.answer("new passphrase for trustee 'New':", "")
            screen.answer("Repeat for confirmation", "")
        ended, _out, rest = screen.end()
    assert ended == 13
    assert "--no-passphrase" in rest


@pytest.mark.parametrize(("chosen", "weak"), [("a", True), ("five words of a song", False)])
def test_a_weak_passphrase_gets_a_word(shop: Shop, chosen: str, weak: bool) -> None:  # noqa: FBT001  # pytest names it
    """It is taken, and its owner is told; where it only opens something, nothing is said."""
    done = shop.call(_TRUSTEE, env={"COSIGN_LETTER_PASSPHRASE": chosen})
    assert ("can be guessed" in done.err) == weak
    again = _TRUSTEE.replace("-o new", "-o again")
    assert "guessed" not in shop.call(again, env={"COSIGN_LETTER_PASSPHRASE": chosen}).err


def test_a_home_has_one_passphrase(shop: Shop) -> None:
    """A second file is made under the passphrase of the first one, or not at all."""
    shop.call(_TRUSTEE, env={"COSIGN_LETTER_PASSPHRASE": "correct horse"})
    with shop.unchanged():
        line = _TRUSTEE.replace("-o new", "-o again")
        done = shop.call(line, env={"COSIGN_LETTER_PASSPHRASE": "corect horse"}, code=13)
    assert "under another passphrase" in done.problem()[0]


def test_signing_is_confirmed(shop: Shop) -> None:
    """A signer sees letter, fingerprints, crowd and trustees, and says yes."""
    with terminal(shop, _SIGN, "member-3") as screen:
        shown = screen.answer("do you want to sign this letter? [y/N]", "y")
        ended, out, _rest = screen.end()
    assert (ended, out) == (0, "new: sealed; give the file to the organizer\n")
    told = shop.call("verify published.letter --json", code=3).json
    wanted = ["We ask you", told["round"], told["group"]["fingerprint"], "at most 3 people"]
    words = " ".join(shown.split())
    assert [what for what in (*wanted, "2 of the 3 trustees") if what not in words] == []


def test_a_question_leaves_stdout_alone(shop: Shop) -> None:
    """An envelope that goes to stdout is not spoilt by the question before it."""
    with terminal(shop, "sign letter.round --min-set 2 -o - --armor", "member-3") as screen:
        screen.answer("do you want to sign this letter? [y/N]", "y")
        ended, out, _rest = screen.end()
    assert ended == 0
    assert out.startswith("-----BEGIN COSIGN ENVELOPE-----\n")
    assert out.endswith("-----END COSIGN ENVELOPE-----\n")


@pytest.mark.parametrize("answer", ["n", "", "\x04"])
def test_a_signature_that_is_not_confirmed_is_not_made(shop: Shop, answer: str) -> None:
    """No, an empty line or the end of input: nothing is written, and the exit code is 1."""
    with shop.unchanged(), terminal(shop, _SIGN, "member-3") as screen:
        screen.answer("do you want to sign this letter? [y/N]", answer)
        ended, out, rest = screen.end()
    assert (ended, out) == (1, "")
    assert "cosign-letter: nothing was done" in rest


def test_the_same_in_json(shop: Shop) -> None:
    """Somebody who says no gets an error object, as for any error."""
    with terminal(shop, f"{_SIGN} --json", "member-3") as screen:
        screen.answer("do you want to sign this letter? [y/N]", "n")
        ended, out, _rest = screen.end()
    assert ended == 1
    assert '"error": "nothing was done"' in out


def test_forgetting_is_confirmed(shop: Shop) -> None:
    """Keys are erased after a yes, and gone."""
    [name] = [p.stem for p in (shop / "homes/member-3").glob("*.vault")]
    with terminal(shop, f"member forget {name}", "member-3") as screen:
        screen.answer("[y/N]", "y")
        assert screen.end()[0] == 0
    assert shop.call("member keys --json", "member-3").json == {"memberships": [], "keys": []}


def test_a_voucher_is_asked_for(shop: Shop) -> None:
    """A voucher need not stand on the command line, where other users can see it."""
    code = vouchers(shop, "open.csv")[2]
    with terminal(shop, "member enrol open.group -o new", "new") as screen:
        screen.answer("voucher", code)
        assert screen.end()[0] == 0
    shop.call("registrar issue new -o answer", "clerk")


def test_a_mistyped_code_is_asked_for_again(shop: Shop) -> None:
    """Three times in all, and what is wrong with it is said."""
    code = vouchers(shop, "open.csv")[2]
    with terminal(shop, "member enrol open.group -o new", "new") as screen:
        screen.answer("voucher", code[:-1])
        told = screen.answer("voucher:", code)
        assert "the code is mistyped: it has 31 characters instead of 32; try again" in told
        assert screen.end()[0] == 0
    with shop.unchanged(), terminal(shop, "member enrol open.group -o more", "more") as screen:
        for _ in range(3):
            screen.answer("voucher:", "x")
        assert screen.end()[0] == 2


def test_progress_is_shown_on_a_terminal_only(shop: Shop) -> None:
    """Work that takes longer than half a second draws a bar, which is gone at the end."""
    keys = "registrar keys --name New --slots 8"
    with terminal(shop, f"{keys} -o new", "new") as screen:
        ended, out, drawn = screen.end()
    assert ended == 0
    assert "8 slots" in out
    assert "making keys" in drawn
    assert "100%" in drawn
    done = shop.run(f"{keys} -o piped", "new")
    assert done.err == ""


def test_the_passphrase_of_an_ssh_key_is_asked_for(shop: Shop) -> None:
    """On a terminal, without showing it; a wrong one is told."""
    builder = PrivateFormat.OpenSSH.encryption_builder().kdf_rounds(1)
    key = Ed25519PrivateKey.from_private_bytes(Seeded("asked for")(32))
    locked = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, builder.build(b"open sesame"))
    (shop / "k").write_bytes(locked)
    for answer, code in (("sesame", 13), ("open sesame", 0)):
        with terminal(shop, "member key --prove-ssh k -o new", "new") as screen:
            for _ in range(3 if code else 1):
                screen.answer("passphrase for k", answer)
            ended, _out, rest = screen.end()
        assert ended == code
        assert "sesame" not in rest
    assert (shop / "new.sig").exists()


def test_a_progress_bar_stands_still_while_a_passphrase_is_typed(shop: Shop) -> None:
    """It would erase the question ten times a second."""
    keys = "registrar keys --name New --slots 2 -o new --home homes/new"
    with terminal(shop, keys) as screen:
        screen.answer("passphrase for registrar 'New':", "correct horse battery")
        time.sleep(0.5)  # the bar was drawn every tenth of a second
        shown = screen.answer("Repeat for confirmation", "correct horse battery")
        assert "\x1b[2K" not in shown
        assert screen.end()[0] == 0


def test_a_round_from_a_pipe_is_confirmed_on_the_terminal(shop: Shop) -> None:
    """Whoever types ``cat letter.round | ... sign -`` compares fingerprints all the same."""
    line = "sign - --min-set 2 -o new"
    with terminal(shop, line, "member-3", piped="letter.round") as screen:
        screen.answer("do you want to sign", "n")
        assert screen.end()[0] != 0
    assert not (shop / "new").exists()
    with terminal(shop, line, "member-3", piped="letter.round") as screen:
        shown = screen.answer("do you want to sign", "y")
        assert screen.end()[0] == 0
    assert " ".join(shop.call("fingerprint letter.round").out.split()[:3]) in shown
    assert (shop / "new").exists()
