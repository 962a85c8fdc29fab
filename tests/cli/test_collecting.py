"""Keys for a roster, collected with slips: by file, in a home, and again after mistakes."""

import re

import pytest

from tests.support.cli_fixture import vouchers
from tests.support.commands import BETWEEN, CLOSES, ENROLMENT, SIGNING, Shop

CODE = re.compile(r"<code>([0-9A-Z]{4}(?:-[0-9A-Z]{4}){7})</code>")
PEOPLE = "Anna Adler\nBo\nCy\n"


@pytest.fixture
def collecting(shop: Shop) -> Shop:
    """A union collects keys from three people, whose codes are in slips.csv."""
    shop.call(
        f"roster collection --name Staff --publisher-name Union --closes {CLOSES} -o c.collection",
        "union",
    )
    (shop / "people.csv").write_text(PEOPLE)
    vouch = "roster vouch c.collection --people people.csv --no-header --yes"
    told = shop.call(f"{vouch} -o slips.csv --json", "union").json
    assert (told["vouchers"], told["batch"]) == (3, 1)
    return shop


def hand_in(shop: Shop, code: str, name: str) -> None:
    shop.call(f"member key --collection c.collection --slip {code} -o {name}.delivery", name)


def test_from_slips_to_a_letter_group(collecting: Shop) -> None:
    """Two of three hand in; the roster has their keys, with names in the private table only."""
    shop, codes = collecting, vouchers(collecting, "slips.csv")
    hand_in(shop, codes[0], "anna")
    hand_in(shop, codes[1], "bo")
    assert (shop / "anna.delivery").stat().st_mode & 0o777 == 0o600
    lengths = {(shop / f"{name}.delivery").stat().st_size for name in ("anna", "bo")}
    assert lengths == {1388}
    collect = "roster collect c.collection anna.delivery bo.delivery --people people.csv"
    done = shop.call(f"{collect} --no-header --yes -o keys.csv", "union")
    assert "keys.csv: 2 keys in all, 0 refused now" in done.out
    assert "no key yet from 'Cy'" in done.err
    assert (shop / "keys.csv").stat().st_mode & 0o777 == 0o600
    table = (shop / "keys.csv").read_text(encoding="utf-8-sig")
    assert sorted(line.split(";")[0] for line in table.splitlines()) == [
        "Anna Adler", "Bo", "person",
    ]  # fmt: skip
    create = "roster create --name Staff --source 'keys on slips' --collected keys.csv"
    told = shop.call(f"{create} -o staff.roster --json", "union").json
    assert (told["keys"], told["key_kinds"]) == (2, {"fresh": 2, "ssh": 0})
    roster = (shop / "staff.roster").read_bytes()
    assert b"Anna" not in roster
    for name in ("anna", "bo"):
        [held] = shop.call("member keys --json", name).json["keys"]
        assert bytes.fromhex(held["key"]) in roster


def test_collecting_again_changes_nothing(collecting: Shop) -> None:
    """The same files, in another order, after the end, or none at all: the same table."""
    shop, codes = collecting, vouchers(collecting, "slips.csv")
    hand_in(shop, codes[0], "anna")
    hand_in(shop, codes[1], "bo")
    line = "roster collect c.collection"
    shop.call(f"{line} anna.delivery bo.delivery -o one.csv", "union")
    shop.call(f"{line} bo.delivery anna.delivery bo.delivery -o two.csv", "union", now=CLOSES)
    shop.call(f"{line} -o three.csv", "union", now=CLOSES)
    tables = {(shop / f"{name}.csv").read_bytes() for name in ("one", "two", "three")}
    assert len(tables) == 1


def test_handing_in_again_hands_in_the_same_key(collecting: Shop) -> None:
    """With a second code, because the first was somebody else's, and after --force."""
    shop, codes = collecting, vouchers(collecting, "slips.csv")
    hand_in(shop, codes[0], "anna")
    first = (shop / "anna.delivery").read_bytes()
    line = f"member key --collection c.collection --slip {codes[1]} -o anna.delivery --force --json"
    key = shop.call(line, "anna").json["key"]
    assert (shop / "anna.delivery").read_bytes() != first
    held = shop.call("member keys --json", "anna").json["keys"]
    assert [one["key"] for one in held] == [key]


def test_refused_deliveries_are_told_and_the_others_taken(collecting: Shop) -> None:
    """A code that was used for another key, a key with a second code, a file that is none."""
    shop, codes = collecting, vouchers(collecting, "slips.csv")
    hand_in(shop, codes[0], "anna")
    hand_in(shop, codes[0], "thief")
    hand_in(shop, codes[1], "bo")
    shop.call(f"member key --collection c.collection --slip {codes[2]} -o again.delivery", "bo")
    files = "anna.delivery thief.delivery c.collection bo.delivery again.delivery"
    done = shop.call(f"roster collect c.collection {files} -o keys.csv", "union", code=8)
    assert "thief.delivery: the voucher was used for another key" in done.err
    assert "again.delivery: this key was handed in with another voucher" in done.err
    assert "c.collection: " in done.err
    assert "2 keys in all, 3 refused now" in done.out


def test_a_slip_that_a_thief_used(collecting: Shop) -> None:
    """With the list, its person is named; the hint leads to a roster without the thief's key."""
    shop, codes = collecting, vouchers(collecting, "slips.csv")
    for number, name in ((0, "thief"), (0, "anna"), (1, "bo")):
        hand_in(shop, codes[number], name)
    files = "thief.delivery anna.delivery bo.delivery --people people.csv --no-header --yes"
    done = shop.call(f"roster collect c.collection {files} -o keys.csv", "union", code=8)
    assert "anna.delivery: slip of 'Anna Adler': the voucher was used for another key" in done.err
    assert "remove that key's line from the list" in done.err
    assert f"keys are taken until {CLOSES}: those that come later are not in keys.csv" in done.err
    lines = (shop / "keys.csv").read_text(encoding="utf-8-sig").splitlines(keepends=True)
    (shop / "mine.csv").write_text("".join(one for one in lines if "Anna" not in one))
    shop.call("member key -o anna.member", "anna")
    create = "roster create --name Staff --source slips --collected mine.csv --member anna.member"
    assert shop.call(f"{create} -o staff.roster --json", "union").json["keys"] == 2
    [held, *_] = shop.call("member keys --json", "thief").json["keys"]
    assert bytes.fromhex(held["key"]) not in (shop / "staff.roster").read_bytes()
    late = f"roster collect c.collection {files} --force -o keys.csv"
    assert "those that come later" not in shop.call(late, "union", now=CLOSES, code=8).err


def test_a_lost_slip(collecting: Shop) -> None:
    """It is revoked, and its person gets another one; a used one is not revoked."""
    shop, codes = collecting, vouchers(collecting, "slips.csv")
    done = shop.call("roster revoke c.collection --person bo --yes", "union")
    assert done.out == "1 voucher revoked\n"
    shop.call("roster vouch c.collection --for Bo --slips bo.html", "union")
    [code] = CODE.findall((shop / "bo.html").read_text())
    assert "finished enrolling" not in (shop / "bo.html").read_text()
    fingerprint = shop.call("inspect c.collection").out.splitlines()[-1].strip()
    assert fingerprint in (shop / "bo.html").read_text()
    hand_in(shop, codes[1], "finder")
    hand_in(shop, code, "bo")
    line = "roster collect c.collection finder.delivery bo.delivery -o keys.csv"
    done = shop.call(line, "union", code=8)
    assert "finder.delivery: the voucher was revoked" in done.err
    with shop.unchanged():
        line = f"roster revoke c.collection --voucher {code} --yes"
        assert "was used" in shop.call(line, "union", code=8).err
        shop.call("roster vouch c.collection --for bo -o new", "union", code=8)


def test_kinds_of_evidence_come_to_the_source(collecting: Shop) -> None:
    """From the slip to what publishers sign: numbers of keys on the roster, not of slips."""
    shop, codes = collecting, vouchers(collecting, "slips.csv")
    vouch = "roster vouch c.collection --evidence 'In  person' --for"
    done = shop.call(f"{vouch} Dora -o dora.csv", "union")
    assert "batch 2, evidence 'In person'; give each" in done.out
    assert "warning: evidence 'In person' stands for 1 person: the roster's source" in done.err
    told = shop.call(f"{vouch} Emil -o emil.csv --json", "union").json
    assert told["evidence"] == "In person"
    more = [vouchers(shop, f"{name}.csv")[0] for name in ("dora", "emil")]
    for code, name in zip([codes[0], *more], ("anna", "dora", "emil"), strict=True):
        hand_in(shop, code, name)
    files = "anna.delivery dora.delivery emil.delivery"
    done = shop.call(f"roster collect c.collection {files} -o keys.csv", "union")
    assert "evidence 'In person': 2 keys\nevidence 'not stated': 1 key\n" in done.err
    lines = shop.call("roster status c.collection", "union").out.splitlines()
    assert lines[1] == "evidence 'In person': 2 used, 0 unused; 0 revoked"
    create = "roster create --name Staff --source slips --collected keys.csv"
    done = shop.call(f"{create} -o staff.roster", "union")
    counts = "2 \u201cIn person\u201d, 1 \u201cnot stated\u201d"
    source = f"slips; slips were given out on evidence: {counts}"
    assert f"source       '{source}'\n" in done.out
    assert f"source       '{source}'\n" in shop.call("roster check staff.roster").out
    assert shop.call("roster check staff.roster --json").json["source"] == source
    (shop / "two.csv").write_text((shop / "keys.csv").read_text().replace("In person", "mail", 1))
    told = shop.call(f"{create} --collected two.csv -o again.roster --json", "union").json
    assert told["source"] == source
    (shop / "bad.csv").write_text((shop / "keys.csv").read_text().replace("In person", ""))
    with shop.unchanged():
        line = create.replace("slips", "x" * 3_980) + " -o new"
        message, hint = shop.call(line, "union", code=2).problem()
        assert "with the kinds of evidence" in message
        assert "--source" in hint
        line = create.replace("keys.csv", "bad.csv") + " -o new"
        assert "bad.csv: line " in shop.call(line, "union", code=1).err
    shop.call(create.replace("slips", "x" * 3_900) + " -o long.roster", "union")


def test_before_the_close_a_publisher_sees_counts(collecting: Shop) -> None:
    """Of slips and keys; of deliveries, too, of which none is taken and no name is told."""
    shop, codes = collecting, vouchers(collecting, "slips.csv")
    for number, name in ((0, "anna"), (0, "thief"), (1, "bo")):
        hand_in(shop, codes[number], name)
    status = "roster status c.collection"
    told = shop.call(f"{status} anna.delivery thief.delivery bo.delivery --json", "union").json
    seen = {"seen": 3, "new_keys": 2, "refused": 1, "slips_used_twice": 1}
    counts = {"slips": 3, "used": 0, "unused": 3, "revoked": 0, "keys": 0}
    kinds = told.pop("kinds")
    assert kinds == [{"kind": "not stated", "unused": 3, "used": 0, "revoked": 0}]
    assert told == {**counts, "closes": CLOSES, "open": True, "deliveries": seen}
    shop.call("roster collect c.collection anna.delivery -o keys.csv", "union")
    shop.call("roster revoke c.collection --person cy --yes", "union")
    (shop / "damaged").write_bytes((shop / "bo.delivery").read_bytes()[:-1])
    with shop.unchanged():
        files = "thief.delivery anna.delivery bo.delivery bo.delivery damaged c.collection"
        done = shop.call(f"{status} {files}", "union")
        assert done.out.splitlines() == [
            "2 slips: 1 used, 1 unused; 1 revoked; 1 key taken",
            "evidence 'not stated': 1 used, 1 unused; 1 revoked",
            f"keys are taken until {CLOSES}",
            "deliveries: 5; 1 key not taken yet, 3 refused; 1 slip used twice",
        ]
        for name in ("thief.delivery", "damaged", "c.collection"):
            assert f"cosign-letter: {name}: " in done.err
        assert not [name for name in ("Anna", "Bo", "Cy") if name in done.out + done.err]
        done = shop.call(f"{status} bo.delivery", "union", now=CLOSES)
        assert f"until {CLOSES}, which is over" in done.out
        assert "0 keys not taken yet, 1 refused; 0 slips used twice" in done.out
        done = shop.call(status, "union")
        assert len(done.out.splitlines()) == 3
        assert "seen in deliveries only" in done.err
        assert shop.call(f"{status} --json", "union").json["deliveries"] is None


def test_a_slip_for_another_collection_is_refused(collecting: Shop) -> None:
    """Before a key is made; so is one that is mistyped, and one after the end."""
    shop, codes = collecting, vouchers(collecting, "slips.csv")
    shop.call(
        f"roster collection --name Other --publisher-name Union --closes {CLOSES} -o o.collection",
        "union",
    )
    key = "member key -o new --collection"
    with shop.unchanged():
        done = shop.call(f"{key} o.collection --slip {codes[0]}", "anna", code=5)
        assert "another collection" in done.problem()[0]
        mistyped = codes[0][:-1] + ("9" if codes[0].endswith("8") else "8")
        shop.call(f"{key} c.collection --slip {mistyped}", "anna", code=2)
        shop.call(f"{key} c.collection --slip {codes[0]}", "anna", now=CLOSES, code=7)
        assert "--collection" in shop.call(f"member key --slip {codes[0]} -o new", code=2).err
        done = shop.call(f"{key} c.collection", "anna", code=2)
        assert done.problem() == ("no slip was given", "add --slip CODE")


def test_a_home_that_is_not_the_publishers_collects_nothing(collecting: Shop) -> None:
    shop = collecting
    with shop.unchanged():
        for line in ("collect c.collection -o new", "vouch c.collection -o new"):
            shop.call(f"roster {line}", "organizer", code=16)
        shop.call("roster status c.collection", "organizer", code=16)
    shop.call(
        f"roster collection --name Empty --publisher-name Union --closes {CLOSES} -o e.collection",
        "union",
    )
    with shop.unchanged():
        done = shop.call("roster collect e.collection -o new", "union", code=16)
    assert "roster vouch" in done.problem()[1]


def test_keys_are_counted_once_beside_other_sources(collecting: Shop) -> None:
    """A person in two tables, or in a table and a list of ssh keys, is one person."""
    shop, codes = collecting, vouchers(collecting, "slips.csv")
    hand_in(shop, codes[0], "anna")
    hand_in(shop, codes[1], "bo")
    take = "roster collect c.collection anna.delivery bo.delivery --people people.csv --no-header"
    shop.call(f"{take} --yes -o keys.csv", "union")
    line = "roster create --name Staff --source twice --collected keys.csv --collected keys.csv"
    told = shop.call(f"{line} -o twice.roster --json", "union").json
    assert (told["keys"], told["left_out"]["same_person"] + told["left_out"]["same_key"]) == (2, 2)
    (shop / "bad.csv").write_text("person;key;evidence\nAnna;abc;mail\n")
    with shop.unchanged():
        line = "roster create --name Staff --source bad --collected bad.csv -o new"
        assert "bad.csv: line 2" in shop.call(line, "union", code=1).err
        line = "roster create --name Staff --source bad --collected people.csv -o new"
        assert "not a list of collected keys" in shop.call(line, "union", code=1).err
        line = "roster create --name Staff --source bad --collected c.collection -o new"
        assert (
            "c.collection: this is a file of this program" in shop.call(line, "union", code=1).err
        )


def test_a_forgotten_key_leaves_no_note(collecting: Shop) -> None:
    """The home does not say which key was handed in, once the key is gone."""
    shop, codes = collecting, vouchers(collecting, "slips.csv")
    hand_in(shop, codes[0], "anna")
    [held] = shop.call("member keys --json", "anna", now=SIGNING).json["keys"]
    assert len(list((shop / "homes/anna").glob("collection-*"))) == 1
    shop.call(f"member forget {held['name']} --yes", "anna", now=SIGNING)
    assert not list((shop / "homes/anna").glob("collection-*"))


def test_a_collection_that_is_over_is_told(shop: Shop) -> None:
    line = f"roster collection --name Staff --publisher-name Union --closes {ENROLMENT} -o c"
    assert "over already" in shop.call(line, "union", now=BETWEEN).err


def test_options_for_a_list_want_one(collecting: Shop) -> None:
    """Without --people they would be passed over, and the keys would have no names."""
    with collecting.unchanged():
        for option in ("--no-header", "--footer", "--column 2"):
            done = collecting.call(f"roster collect c.collection {option} -o new", "union", code=2)
            assert "none was named" in done.problem()[0]


def test_slips_after_the_end(collecting: Shop) -> None:
    """Nobody can hand in a key with them, which is told."""
    line = "roster vouch c.collection --for Di --slips new.html"
    done = collecting.call(line, "union", now=CLOSES)
    assert "warning: vouchers for 'Staff' could be used until" in done.err


def test_a_copy_hands_in_the_same_key(collecting: Shop) -> None:
    """Also after it came through a key file; a key that one copy forgot is nobody's any more."""
    shop, codes = collecting, vouchers(collecting, "slips.csv")
    (shop / "words").write_text("words for the key file\n")
    words = "--key-passphrase-file words"
    hand_in(shop, codes[0], "anna")
    shop.call(f"member export {words} -o keys", "anna")
    shop.call(f"member import keys {words}", "phone")
    hand_in(shop, codes[1], "phone")
    [mine] = shop.call("member keys --json", "anna").json["keys"]
    [same] = shop.call("member keys --json", "phone").json["keys"]
    assert same["key"] == mine["key"]
    [name] = [path.stem for path in (shop / "homes/phone").glob("key-*")]
    shop.call(f"member forget {name} --keep-receipts --yes", "phone")
    shop.call(f"member export {words} -o later", "phone")
    shop.call(f"member import later {words}", "anna")
    assert not list((shop / "homes/anna").glob("collection-*"))
