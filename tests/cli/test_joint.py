"""Campaigns and joint letters by command: joined, verified, split, checked, claimed."""

import json
import shutil

import pytest
from jsonschema import Draft202012Validator

from cosign.record_files import read_group
from cosign.records.groups.group import group_fingerprint
from tests.support import places
from tests.support.commands import AFTERWARDS, BETWEEN, CLOSES, SIGNING, Shop

LETTERS = "published.letter keys.letter"


@pytest.fixture(scope="module")
def shops(kept: Shop, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Let the same letter be cosigned by the keys of a roster, and join the two."""
    shop = Shop(tmp_path_factory.mktemp("joint") / "shop")
    shutil.copytree(kept.folder, shop.folder)
    shop.call("member key -o 5.member", "member-5")
    shop.call("member key -o 6.member", "member-6")
    keys = "--member 5.member --member 6.member"
    shop.call(f"roster create {keys} --name Keys --source them -o two.roster", "organizer")
    shop.call(
        f"round create letter.md --group two.roster --opens {BETWEEN} --closes {CLOSES} "
        "-o keys.round",
        "organizer",
        now=BETWEEN,
    )
    campaign = "campaign create letter.round keys.round -o x.campaign"
    assert "'Staff'" in shop.call(campaign, "organizer").out
    (shop / "keys-envelopes").mkdir()
    sign = "sign keys.round --campaign x.campaign --min-set 2 --yes -o keys-envelopes/5"
    shown = shop.call(sign, "member-5")
    assert "also asked 'Staff'" in shown.err
    publish = "publish keys.round --envelopes keys-envelopes -o keys.letter"
    shop.call(publish, "organizer", now=AFTERWARDS)
    shop.call(f"joint create {LETTERS} --campaign x.campaign -o all.letter")
    return shop


def test_verify_counts_each_group(shops: Shop) -> None:
    """Pinned both: 0; one: 3; none: 3; another group: 1, and the pin is named."""
    both = "verify all.letter --group staff.group --group two.roster"
    done = shops.call(f"{both} --json").json
    assert (done["joint"], done["total"], done["exit_code"]) == (True, 3, 0)
    schema = json.loads((places.DOCS / "verify.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(done)
    single = shops.call("verify keys.letter --group two.roster --json").json
    assert single in done["groups"]
    assert "3 members of 2 groups" in shops.call(both).out
    shops.call("verify all.letter --group staff.group", code=3)
    shops.call("verify all.letter", code=3)
    missing = shops.call("verify all.letter --group keys.roster", code=1)
    digits = group_fingerprint(read_group(shops / "keys.roster"))
    assert digits in missing.err
    shops.call("verify keys.letter --group two.roster --group two.roster")
    shops.call("verify keys.letter --group two.roster --group staff.group", code=1)


def test_the_report_goes_into_a_page_and_the_letter_into_a_file(shops: Shop) -> None:
    """As for a single letter."""
    shops.call("verify all.letter --html all.html --letter all.md", code=3)
    assert (shops / "all.md").read_bytes() == (shops / "letter.md").read_bytes()
    assert "Who was asked" in (shops / "all.html").read_text(encoding="utf-8")


def test_a_joint_letter_goes_into_a_page_and_comes_out_of_it(shops: Shop) -> None:
    """The page verifies as the letter does, and says whether it is one that is shipped."""
    shops.call("page all.letter -o page.html")
    done = shops.call("verify page.html --json", code=3).json
    assert done.pop("page") == "genuine"
    alone = shops.call("verify all.letter --json", code=3).json
    assert alone.pop("page") is None
    assert done == alone
    shops.call("page page.html -o again.html")
    assert (shops / "again.html").read_bytes() == (shops / "page.html").read_bytes()
    (shops / "cut.letter").write_bytes((shops / "all.letter").read_bytes()[:-1])
    shops.call("page cut.letter -o cut.html", code=1)
    (shops / "pages").mkdir()
    shops.call("joint split page.html -o pages")
    assert len(list((shops / "pages").iterdir())) == 3


def test_split_gives_the_exact_letters_back(shops: Shop) -> None:
    """From binary and armored files, and from stdin."""
    shops.call(f"joint create {LETTERS} --campaign x.campaign --armor -o all.txt")
    assert (shops / "all.txt").read_bytes().startswith(b"-----BEGIN COSIGN JOINT LETTER-----\n")
    expected = {(shops / name).read_bytes() for name in LETTERS.split()}
    for number, (name, stdin) in enumerate(
        [("all.letter", b""), ("all.txt", b""), ("-", (shops / "all.letter").read_bytes())]
    ):
        folder = shops / f"parts{number}"
        folder.mkdir()
        shops.call(f"joint split {name} -o parts{number}", stdin=stdin)
        assert {p.read_bytes() for p in folder.glob("*.letter")} == expected
        assert (folder / "1.campaign").read_bytes() == (shops / "x.campaign").read_bytes()
    shops.call("joint split all.letter -o parts0", code=15)
    shops.call("joint split all.letter -o absent", code=16)
    done = shops.call("joint split all.letter -o letter.round", code=16)
    assert done.problem()[0] == "letter.round: not a folder"
    done = shops.call("joint split all.letter -o parts0", code=15)
    assert done.problem()[0] == "parts0/1.letter: the file exists"
    shops.call("joint split all.letter -o -", code=2)
    shops.call("joint split keys.letter -o parts0", code=2)


def test_letters_that_do_not_belong_together_are_refused_by_name(shops: Shop) -> None:
    """The message names the file, or the campaign."""
    for line, code, words in (
        ("published.letter second.letter", 5, "second.letter is of the same group as published"),
        ("published.letter published.letter", 5, "is of the same round as published.letter"),
        ("published.letter", 2, "2 to 16 letters, not 1"),
        ("published.letter -", 2, "none comes from stdin"),
        ("published.letter letter.round", 1, "letter.round: not a published letter"),
        ("all.letter keys.letter", 1, "all.letter: this is a joint letter"),
    ):
        done = shops.call(f"joint create {line} -o new", code=code)
        assert words in done.err, done.err
        assert not (shops / "new").exists()


def test_a_campaign_that_is_named_twice_is_counted_once(shops: Shop) -> None:
    line = "joint create published.letter keys.letter --campaign x.campaign --campaign x.campaign"
    assert shops.call(f"{line} -o twice.letter --json").json["campaigns"] == 1


def test_members_find_their_own_cosignature_in_the_joint_file(shops: Shop) -> None:
    """The letter of their own round is found; who signed in none of the rounds is told."""
    shops.call("check all.letter", "member-1")
    shops.call("check all.letter", "member-5")
    shops.call("check all.letter", "member-6", code=16)
    for who in ("member-1", "member-5"):
        shops.call(f"claim all.letter --challenge {who} -o {who}.claim", who)
        shops.call(f"verify-claim {who}.claim --letter all.letter --challenge {who}")
        shops.call(f"verify-claim {who}.claim --letter all.letter --challenge other", code=1)


def test_who_signed_in_two_groups_is_told_of_both(shops: Shop) -> None:
    """Inclusion in one letter does not hide that another one lacks the member's cosignature."""
    both = Shop(shops.folder.parent / "both")
    shutil.copytree(shops.folder, both.folder)
    for name in (both / "homes/member-6").glob("*"):
        if name.is_file() and not (both / "homes/member-1" / name.name).exists():
            shutil.copy2(name, both / "homes/member-1" / name.name)
    both.call("sign keys.round --min-set 2 --yes -o keys-envelopes/6", "member-1")
    done = both.call("check all.letter", "member-1", code=1)
    assert done.problem()[0] == "all.letter: 'Keys': your cosignature is not in this file"
    publish = "publish keys.round --envelopes keys-envelopes -o whole.letter"
    both.call(publish, "organizer", now=AFTERWARDS)
    both.call("joint create published.letter whole.letter -o whole")
    told = both.call("check whole", "member-1").out.splitlines()
    assert sorted(line.rpartition(" ")[2] for line in told) == ["'Keys'", "'Staff'"]
    found = both.call("check whole --json", "member-1").json
    assert len({found["round"], *(other["round"] for other in found["others"])}) == 2
    claim = "claim whole --challenge x"
    message, hint = both.call(f"{claim} -o new", "member-1", code=2).problem()
    assert message.startswith("whole: this home signed in the letters of")
    assert "'Keys'" in message
    assert "'Staff'" in message
    assert "--group" in hint
    for number, group in enumerate(("staff.group", "two.roster")):
        both.call(f"{claim} --group {group} -o of-{number}.claim", "member-1")
        told = both.call(f"verify-claim of-{number}.claim --letter whole --challenge x --json").json
        assert told["group"] == group_fingerprint(read_group(both / group))


def test_what_takes_one_letter_says_so(shops: Shop) -> None:
    """In one sentence, with the command that takes a letter out."""
    for line, home in (
        ("timestamp request all.letter -o new", None),
        ("publish keys.round --append all.letter --envelopes keys-envelopes -o new", "organizer"),
        ("fingerprint all.letter", None),
    ):
        message, hint = shops.call(line, home, now=AFTERWARDS, code=None).problem()
        assert "joint letter" in message
        assert "cosign-letter joint split FILE -o FOLDER" in hint


def test_a_campaign_is_made_by_an_organizer_of_its_rounds(shops: Shop) -> None:
    """And signing with a campaign that does not name the round is refused."""
    done = shops.call("campaign create letter.round -o new", "organizer", now=SIGNING, code=2)
    assert done.problem()[0] == "a campaign asks 2 to 16 groups, not 1"
    for line, home, code in (
        ("campaign create letter.round keys.round -o new", "council", 16),
        ("campaign create letter.round letter.round -o new", "organizer", 5),
        ("campaign create letter.round second.round -o new", "organizer", 5),
        ("sign second.round --campaign x.campaign --min-set 2 --yes -o new", "member-3", 5),
        ("sign letter.round --campaign letter.round --min-set 2 --yes -o new", "member-3", 1),
    ):
        shops.call(line, home, now=SIGNING, code=code)
    told = shops.call("fingerprint x.campaign --json").json
    assert (told["kind"], told["code"][:16]) == ("campaign", "COSIGN-CAMPAIGN-")
    words = "jungle mirror saddle violet"
    first = shops.call(f"compare x.campaign --words '{words}' --json").json
    shops.call("campaign create letter.round keys.round --title Other -o y.campaign", "organizer")
    other = shops.call(f"compare y.campaign --words '{words}' --json").json
    assert (first["kind"], other["kind"]) == ("campaign", "campaign")
    assert first["digits"] != other["digits"]
    assert "each round that it names" in shops.call("compare x.campaign").err
    shown = shops.call("inspect x.campaign")
    assert "name: 'Staff'" in shown.out
    assert "letters: 2" in shops.call("inspect all.letter").out
