"""What people in a hurry do: other folders, twice, files for folders, a key too early."""

import contextlib
import os
import sqlite3
import subprocess

import pytest

from tests.support.cli_fixture import complete, vouchers
from tests.support.commands import AFTERWARDS, BETWEEN, CLOSES, Shop
from tests.support.terminal import terminal

OPEN = "trustee open letter.round --envelopes {} -o {}"
PUBLISH = "publish letter.round --envelopes {} {} -o new.letter"
APPEND = "publish letter.round --envelopes {} --append published.letter {} -o new.letter"


def opened(shop: Shop, folder: str) -> str:
    """Let two trustees open a folder; give the options that name what they made."""
    for number in (1, 2):
        line = OPEN.format(folder, f"{folder}-{number}.opening")
        shop.call(line, f"trustee-{number}", now=AFTERWARDS)
    return f"--opening {folder}-1.opening --opening {folder}-2.opening"


def part(shop: Shop, name: str, *envelopes: str) -> str:
    """Make a folder of some envelopes."""
    (shop / name).mkdir()
    for envelope in envelopes:
        (shop / name / envelope).write_bytes((shop / "envelopes" / envelope).read_bytes())
    return name


def test_openings_of_another_folder(shop: Shop) -> None:
    """Openings of no envelope that is here are refused; if some are here, others are named."""
    one = opened(shop, part(shop, "one", "1.sealed"))
    other = part(shop, "other", "2.sealed")
    with shop.unchanged():
        done = shop.call(PUBLISH.format(other, one), "organizer", now=AFTERWARDS, code=5)
    assert done.problem() == (
        "the trustees' openings have shares of none of these envelopes",
        "ask for openings that were made from the same folder",
    )
    both = f"{one} --force"
    done = shop.call(PUBLISH.format("envelopes", both), "organizer", now=AFTERWARDS, code=11)
    assert "warning: no trustee opened " in done.err
    assert "this is junk, or the trustees had another folder" in done.err


def test_openings_that_differ(shop: Shop) -> None:
    """A trustee who lacks what another opened is named; who opened more than is here is not."""
    few = opened(shop, part(shop, "few", "1.sealed")).split()[:2]
    more = opened(shop, "envelopes").split()[2:]
    line = " ".join([*few, *more])
    done = shop.call(PUBLISH.format("few", line), "organizer", now=AFTERWARDS, code=11)
    assert "warning" not in done.err
    again = PUBLISH.format("envelopes", line)
    with shop.unchanged():
        done = shop.call(again, "organizer", now=AFTERWARDS, code=6)
    message, hint = done.problem()
    assert message == "trustee 'Trustee-1' did not open 1 envelope that another trustee opened"
    assert "ask for a new opening" in hint
    done = shop.call(f"{again} --incomplete", "organizer", now=AFTERWARDS, code=11)
    assert "warning: trustee 'Trustee-1' did not open " in done.err
    assert "no trustee opened" not in done.err


def test_nothing_is_appended_where_nothing_withdraws(shop: Shop) -> None:
    """The published file stays the only one."""
    line = APPEND.format("envelopes", opened(shop, "envelopes"))
    with shop.unchanged():
        done = shop.call(line, "organizer", now=AFTERWARDS, code=6)
    assert "no envelope withdraws a cosignature that counts in this file" in done.err


def test_folders_among_envelopes_are_named(shop: Shop) -> None:
    """An archive that was unpacked into a folder of its own is not passed over in silence."""
    part(shop, "envelopes/march", "1.sealed")
    done = shop.call(OPEN.format("envelopes", "x.opening"), "trustee-1", now=AFTERWARDS)
    assert (
        "warning: envelopes/march is not a file and is skipped, with everything in it" in done.err
    )


def test_a_trustee_is_told_what_was_left_out(shop: Shop) -> None:
    """Other files are counted, and a folder without envelopes makes no opening."""
    (shop / "envelopes/notes.txt").write_text("dear")
    (shop / "nothing").mkdir()
    done = shop.call(OPEN.format("envelopes", "x.opening"), "trustee-1", now=AFTERWARDS)
    assert " opened, 1 other file left out; give the file" in done.out
    with shop.unchanged():
        line = OPEN.format("nothing", "y.opening")
        done = shop.call(line, "trustee-1", now=AFTERWARDS, code=16)
    assert done.problem()[0] == "no envelope of the round was found, and nothing was written"


def test_vouchers_for_the_second_time(shop: Shop) -> None:
    """A registrar who writes vouchers again is told that there are some already."""
    done = shop.call("registrar vouch open.group --count 1 -o more.csv", "clerk", now=BETWEEN)
    assert "existed before; these are additional" in done.err


@pytest.mark.parametrize("text", ["", "\n\n", "person\n"])
def test_a_list_of_nobody(shop: Shop, text: str) -> None:
    (shop / "people.csv").write_text(text)
    with shop.unchanged():
        line = "registrar vouch open.group --people people.csv --yes -o more.csv"
        done = shop.call(line, "clerk", now=BETWEEN, code=1)
    assert done.problem()[0] == "people.csv: there is no name in the list"


def test_a_voucher_that_somebody_put_into_the_ledger(shop: Shop) -> None:
    """An attacker who can write to the registrar's disk but lacks its keys cannot admit anybody."""
    [ledger] = (shop / "homes/clerk").glob("*.sqlite")
    with contextlib.closing(sqlite3.connect(ledger)) as database, database:
        row = [b"\1" * 32, "in person", b"\2" * 32]
        database.execute("INSERT INTO vouchers (voucher_hash, kind, seal) VALUES (?, ?, ?)", row)
    database.close()
    done = shop.call("registrar status open.group", "clerk", now=BETWEEN, code=14)
    assert "a voucher in it is not sealed by the keys of this home" in done.err


def test_a_group_is_named_by_a_file_of_digits(shop: Shop) -> None:
    """As the newsroom saved them; nothing at all names no group."""
    digits = shop.call("inspect staff.group --json").json["fingerprint"]
    (shop / "staff.fingerprint").write_text(f"{digits}\n")
    shop.call("verify published.letter --group staff.fingerprint")
    for nothing in ("''", "' '"):
        done = shop.call(f"verify published.letter --group {nothing}", code=2)
        assert done.problem()[0] == "the pin is empty"
    os.mkfifo(shop / "pipe")
    with subprocess.Popen(["sh", "-c", "cat staff.group > pipe"], cwd=shop.folder):
        shop.call("verify published.letter --group pipe")
    (shop / "notes").write_text("ask Jo")
    shop.call("verify published.letter --group notes", code=2)


def test_an_organizer_who_opens_alone_is_called_that(shop: Shop) -> None:
    """Before anything is signed; where there are trustees nothing is said."""
    create = f"round create letter.md --group keys.roster --opens {BETWEEN} --closes {CLOSES}"
    shop.call(f"{create} -o alone.round", "organizer", now=BETWEEN)
    told = "warning: the organizer can open the envelopes alone, even before the round closes"
    sign = "sign {} --min-set 2 --yes -o {}"
    assert told in shop.call(sign.format("alone.round", "a"), "lister-1").err
    assert told not in shop.call(sign.format("letter.round", "b"), "member-3").err


def test_a_crowd_that_nobody_knows(shop: Shop) -> None:
    """It is not called a crowd of nobody, and the hint says who can help."""
    create = f"round create letter.md --group staff.group --opens {BETWEEN} --closes {CLOSES}"
    shop.call(f"{create} -o unknown.draft", "organizer", now=BETWEEN)
    complete(shop, "unknown")
    done = shop.call("sign unknown.round --min-set 0 --yes -o a", "member-3")
    assert "warning: the size of the group is unknown; you may be the only person in it" in done.err
    done = shop.call("sign unknown.round --min-set 3 --yes -o b", "member-3", code=10)
    assert "it is not known whether you would hide among 3 people" in done.err
    shop.call(f"{create} --min-set 9 --enrolment council.statement -o large.draft", "organizer")
    complete(shop, "large")
    done = shop.call("sign large.round --min-set 0 --yes -o b", "member-3", code=10)
    assert "the round itself requires 9; ask for a round with fewer" in done.err


def test_an_interrupted_question_is_no_answer(shop: Shop) -> None:
    """It ends as an interrupted program does, with nothing written."""
    with shop.unchanged(), terminal(shop, "sign letter.round --min-set 2 -o new", "member-3") as t:
        t.interrupt("do you want to sign this letter? [y/N]")
        ended, _out, rest = t.end()
    assert ended == 130, rest


def test_a_home_that_is_a_file(shop: Shop) -> None:
    """Blamed on its name."""
    done = shop.call("member keys --home letter.md --no-passphrase", code=14)
    assert done.problem()[0] == "letter.md: not a folder"


def test_a_relay_sees_addresses(shop: Shop) -> None:
    """Who posts without a proxy is told before the question."""
    line = "sign letter.round --min-set 2 --relay http://127.0.0.1:1 --delay 0"
    assert "the relay sees your network address" in shop.call(line, "member-3", code=2).err
    proxied = f"{line} --proxy socks5h://127.0.0.1:1"
    assert "network address" not in shop.call(proxied, "member-3", code=20).err


def test_rounds_that_nobody_can_sign(shop: Shop) -> None:
    """Their organizer is warned when the round is made, not by its members."""
    create = "round create letter.md --group staff.group --trustee 1.trustee"
    window = f"--opens {BETWEEN} --closes {CLOSES}"
    stated = "--enrolment council.statement"
    for more, now, told in (
        (window, BETWEEN, "the size of the group is unknown, and members refuse"),
        (
            f"{window} {stated} --quorum 9",
            BETWEEN,
            "the group has at most 3 people, but the round asks",
        ),
        (f"{window} {stated} --min-set 9", BETWEEN, "the group has at most 3 people"),
        (f"{window} {stated}", AFTERWARDS, "the round has closed already"),
    ):
        done = shop.call(f"{create} {more} -o a.round --force", "organizer", now=now)
        assert [f"warning: {told}" in line for line in done.err.splitlines()].count(True) == 1
        assert done.err.count("warning: ") == 1
    good = shop.call(f"{create} {window} {stated} -o b.round", "organizer", now=BETWEEN)
    assert "warning" not in good.err
    alone = shop.call(
        f"{create.split(' --trustee', maxsplit=1)[0]} {window} {stated} -o c.round",
        "organizer",
        now=BETWEEN,
    )
    assert alone.err.startswith("warning: you alone can open the envelopes")


def test_answers_before_a_false_one_are_kept(shop: Shop) -> None:
    """And that is said, since the command fails."""
    code = vouchers(shop, "open.csv")[2]
    shop.call(f"member enrol open.group --voucher {code} -o new.request", "hasty", now=BETWEEN)
    shop.call("registrar issue new.request -o new.answer", "clerk", now=BETWEEN)
    (shop / "notes.answer").write_text("dear")
    done = shop.call("member finish new.answer notes.answer", "hasty", now=BETWEEN, code=1)
    assert done.err.startswith("kept: ")
    assert "ready to sign\ncosign-letter: notes.answer: " in done.err
    [membership] = shop.call("member keys --json", "hasty").json["memberships"]
    assert membership["registrars"] == 1


def test_a_planted_key_hides_nothing(shop: Shop) -> None:
    """A bare file among locked ones is named, and neither used nor in the way of forgetting."""
    locked = {"COSIGN_LETTER_PASSPHRASE": "correct horse"}
    shop.call("member key --home homes/mine -o mine.member", env=locked)
    shop.call("member key --home homes/other --no-passphrase -o other.member")
    [mine] = (shop / "homes/mine").glob("key-*.vault")
    [other] = (shop / "homes/other").glob("key-*.vault")
    other.rename(mine.with_name(other.name))
    told = shop.call("member keys --home homes/mine --json", env=locked)
    assert [key["name"] for key in told.json["keys"]] == [mine.stem]
    assert f"{other.name} has no passphrase and is skipped" in told.err
    bare = shop.call("member keys --home homes/mine --no-passphrase --json")
    assert [key["name"] for key in bare.json["keys"]] == [other.stem]
    assert f"{mine.name} has a passphrase and is skipped" in bare.err
    missing = "member forget letter.round --home homes/mine --yes"
    told = shop.call(missing, env=locked, code=16)
    assert "this home has no membership in the group\n  hint: run cosign-letter member " in told.err
    shop.call(f"member forget {mine.stem} --home homes/mine --yes", env=locked)
    assert not mine.exists()


def test_a_withdrawal_of_nothing(shop: Shop) -> None:
    """Who withdraws with a key that never signed, by a slip or in another home, is told."""
    line = "withdraw letter.round --yes -o {}"
    told = "warning: this home has no record that this key signed in this round"
    assert told in shop.call(line.format("a"), "member-3").err
    assert told not in shop.call(line.format("b"), "member-1").err


def test_another_voucher_than_before(shop: Shop) -> None:
    """A request that replaces one on its way is told; the same one again is not."""
    first, second = vouchers(shop, "open.csv")[1:3]
    line = "member enrol open.group --voucher {} -o {}"
    assert shop.call(line.format(first, "a"), "hasty", now=BETWEEN).err == ""
    assert shop.call(line.format(first, "b"), "hasty", now=BETWEEN).err == ""
    assert (shop / "a").read_bytes() == (shop / "b").read_bytes()
    told = shop.call(line.format(second, "c"), "hasty", now=BETWEEN).err
    assert told.startswith("warning: this replaces your earlier request")


def test_a_folder_of_envelopes_that_is_none(shop: Shop) -> None:
    """Blamed on its name, before anything is opened."""
    line = "trustee open letter.round --envelopes nowhere -o new"
    with shop.unchanged():
        done = shop.call(line, "trustee-2", now=AFTERWARDS, code=16)
    assert done.problem() == ("nowhere: there is no such folder", "check the name")


def test_what_file_managers_leave_is_skipped_with_one_note(shop: Shop) -> None:
    """It is no envelope, and nobody sent it; a stranger's file is named as one."""
    for name in ("Thumbs.db", "desktop.ini", ".DS_Store", "._1.sealed"):
        (shop / "envelopes" / name).write_bytes(b"x")
    (shop / "envelopes/__MACOSX").mkdir()
    line = OPEN.format("envelopes", "x.opening")
    done = shop.call(f"{line} --json", "trustee-1", now=AFTERWARDS)
    assert done.err == (
        "envelopes: skipped what file managers leave there: "
        ".DS_Store, ._1.sealed, Thumbs.db, __MACOSX, desktop.ini\n"
    )
    assert (done.json["envelopes"], done.json["left_out"]) == (2, 0)
