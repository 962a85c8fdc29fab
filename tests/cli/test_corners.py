"""Ways through the commands that few people go."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat

from cosign.primitives.ssh.keys import make_ed25519
from tests.support.commands import AFTERWARDS, BETWEEN, CLOSES, Shop
from tests.support.terminal import terminal
from tests.support.world import Seeded

ROUND = f"round create letter.md --group keys.roster --opens {BETWEEN} --closes {CLOSES}"
SIGN = "sign letter.round --min-set 2 --yes -o new"


def test_a_folder_of_envelopes_that_is_none(shop: Shop) -> None:
    """Blamed on its name, before anything is opened."""
    line = "trustee open letter.round --envelopes nowhere -o new"
    with shop.unchanged():
        done = shop.call(line, "trustee-2", now=AFTERWARDS, code=16)
    assert done.problem() == ("nowhere: there is no such folder", "check the name")


def test_marks_in_texts_are_told(shop: Shop) -> None:
    """To the organizer who opens a round, and to whoever signs, with the own statement."""
    (shop / "marked.md").write_text("Dear\u200b all\n")
    create = ROUND.replace("letter.md", "marked.md").replace("keys.roster", "staff.group")
    done = shop.call(f"{create} -o marked.round", "organizer", now=BETWEEN)
    assert "warning: line 1, column 5: U+200B ZERO WIDTH SPACE" in done.err
    sign = SIGN.replace("letter.round", "marked.round")
    done = shop.call(f"{sign} --statement 'a\u00a0b' --enrolment council.statement", "member-3")
    assert "warning: letter, line 1, column 5: U+200B ZERO WIDTH SPACE" in done.err
    assert "warning: statement, line 1, column 2: U+00A0 NO-BREAK SPACE" in done.err


def test_who_hides_in_a_crowd_is_not_warned(shop: Shop) -> None:
    """From sixteen people on nothing is said of its size but the number."""
    lines = [make_ed25519(f"{i}@x", Seeded(f"crowd {i}"))[1] for i in range(15)]
    (shop / "authorized_keys").write_text("".join(lines))
    create = "roster create --name Crowd --source them --ssh authorized_keys --member 1.member"
    shop.call(f"{create} -o keys.roster --force", "organizer")
    shop.call(f"{ROUND} -o crowd.round", "organizer", now=BETWEEN)
    done = shop.call("sign crowd.round --yes -o new", "lister-1")
    assert "crowd      at most 16 people" in done.err
    assert "you hide among" not in done.err
    assert "you hide among 2" in shop.call(f"{SIGN} --force", "member-3").err.replace("3", "2")


def test_a_quorum_that_holds_is_not_mentioned(shop: Shop) -> None:
    """A withdrawal that leaves enough cosigners is appended without a warning."""
    shop.call(f"{ROUND} -o keys.round", "organizer", now=BETWEEN)
    for folder in ("one", "two"):
        (shop / folder).mkdir()
    for number, home in enumerate(("lister-1", "exporter")):
        shop.call(f"sign keys.round --min-set 2 --yes -o one/{number}.sealed", home)
    shop.call("publish keys.round --envelopes one -o keys.letter", "organizer", now=AFTERWARDS)
    withdraw = "withdraw keys.round --min-set 2 --yes -o two/1.sealed"
    shop.call(withdraw, "lister-1", now=AFTERWARDS)
    append = "publish keys.round --append keys.letter --envelopes two -o later.letter"
    done = shop.call(append, "organizer", now=AFTERWARDS)
    assert "1 more withdrew, 1 cosigner left" in done.out
    assert "quorum" not in done.err


@pytest.mark.parametrize("there", [b"-----BEGIN COSIGN X-----\n", b"another file"])
def test_an_answer_is_not_written_over_another_file(shop: Shop, there: bytes) -> None:
    """Only the same answer may lie in its place."""
    (shop / "answer").write_bytes(there)
    with shop.unchanged():
        shop.call("registrar issue late.request -o answer", "clerk", code=15)
    shop.call("registrar issue late.request -o late.response", "clerk")


def test_the_passphrase_of_an_ssh_key_is_asked_for(shop: Shop) -> None:
    """On a terminal, without showing it; a wrong one is told."""
    builder = PrivateFormat.OpenSSH.encryption_builder().kdf_rounds(1)
    key = Ed25519PrivateKey.from_private_bytes(Seeded("asked for")(32))
    locked = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, builder.build(b"open sesame"))
    (shop / "k").write_bytes(locked)
    for answer, code in (("sesame", 13), ("open sesame", 0)):
        with terminal(shop, "member key --prove-ssh k -o new", "new") as screen:
            screen.answer("passphrase for k", answer)
            ended, _out, rest = screen.end()
        assert ended == code
        assert "sesame" not in rest
    assert (shop / "new.sig").exists()
