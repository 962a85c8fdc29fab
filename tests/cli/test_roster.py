"""Commands around rosters: what they take, and how they say no."""

import shutil
from pathlib import Path

import pytest

from cosign.records.groups.roster import Roster
from cosign.records.member_key import MemberKey
from tests.support import cli_fixture, ssh
from tests.support.commands import BETWEEN, CLOSES, Shop

CREATE = "roster create --name Staff --source ours -o new.roster"
ROUND = f"round create letter.md --opens {BETWEEN} --closes {CLOSES} -o new.round"


def key_of(path: Path) -> bytes:
    """Return the key of a member's file."""
    return MemberKey.from_bytes(path.read_bytes()).key


def listed(path: Path) -> set[bytes]:
    """Return a roster's keys."""
    return set(Roster.from_bytes(path.read_bytes()).member_keys())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Make two members' keys, two proofs, a roster and a round; only copied."""
    shop = Shop(tmp_path_factory.mktemp("rosters"))
    for number in (1, 2):
        shutil.copy(ssh.key_file(number=number), shop / f"k{number}")
        shop.call(f"member key --prove-ssh k{number} -o {number}.proven", f"p{number}")
        shop.call(f"member key -o {number}.member", f"m{number}")
    lines = [ssh.public_line(ssh.key_file(number=number)) for number in (1, 2)]
    (shop / "authorized_keys").write_text("\n".join(lines) + "\n")
    (shop / "allowed").write_text("".join(f"tom@x,tom@y {line}\n" for line in lines))
    (shop / "letter.md").write_text(cli_fixture.LETTER)
    shop.call("roster create --name S --source x --ssh authorized_keys -o s.roster", "organizer")
    opened = ROUND.replace("new.", "s.")
    shop.call(f"{opened} --group s.roster", "organizer", now=BETWEEN)
    return shop


@pytest.fixture
def shop(made: Shop, tmp_path: Path) -> Shop:
    """Return a copy to spoil."""
    return made.copy(tmp_path / "shop")


def test_a_roster_is_made_of_every_source(shop: Shop) -> None:
    """Members' keys, ssh keys, ssh keys with a proof."""
    sources = "--member 1.member --member 2.member --ssh authorized_keys --proof 1.proven"
    found = shop.call(f"{CREATE} {sources} --json", "organizer").json
    assert (found["keys"], sum(found["left_out"].values())) == (4, 0)
    members = {key_of(shop / name) for name in ("1.member", "2.member", "1.proven")}
    assert listed(shop / "new.roster") == {*members, ssh.public_key(ssh.key_file(number=2))}


def test_files_and_lines_may_come_in_any_order(shop: Shop) -> None:
    """The roster is the same, byte for byte: one list has one fingerprint."""
    sources = ["--member 1.member", "--member 2.member", "--ssh authorized_keys"]
    shown = set()
    for order in (sources, sources[::-1]):
        text = (shop / "authorized_keys").read_text()
        (shop / "authorized_keys").write_text("".join(text.splitlines(keepends=True)[::-1]))
        shop.call(f"{CREATE} --force {' '.join(order)}", "organizer")
        shown.add((shop / "new.roster").read_bytes())
    assert len(shown) == 1


def test_proofs_are_taken_from_a_folder(shop: Shop) -> None:
    """Each file with its signature beside it; one that lacks it is named."""
    (shop / "proofs").mkdir()
    for name in ("1.proven", "1.proven.sig", "2.proven", "2.proven.sig"):
        shutil.copy(shop / name, shop / "proofs" / name)
    sources = "--ssh authorized_keys --proofs proofs"
    shop.call(f"{CREATE} {sources}", "organizer")
    assert listed(shop / "new.roster") == {key_of(shop / f"{n}.proven") for n in (1, 2)}
    (shop / "proofs" / "1.proven.sig").unlink()
    done = shop.call(f"{CREATE} {sources} --force", "organizer", code=16)
    assert "proofs/1.proven.sig: there is no such file" in done.err


def test_the_key_that_vouches_is_the_one_of_its_person(shop: Shop) -> None:
    """Of two ssh keys of a person, the one with a proof, wherever it stands."""
    for number in (1, 2):
        sources = f"--member 1.member --ssh allowed --proof {number}.proven"
        done = shop.call(f"{CREATE} --force {sources}", "organizer")
        assert listed(shop / "new.roster") == {
            key_of(shop / "1.member"),
            key_of(shop / f"{number}.proven"),
        }
        assert "left out: 1 key of a person who has another" in done.err


def test_keys_without_a_name_are_warned_of(shop: Shop) -> None:
    """A person with two of them counts twice."""
    for number in (1, 2):
        line = " ".join(ssh.public_line(ssh.key_file(number=number)).split()[:2])
        (shop / f"bare{number}").write_text(f"{line}\n")
    done = shop.call(f"{CREATE} --ssh bare1 --ssh bare2", "organizer")
    assert "2 keys without the name of a person" in done.err
    assert "allowed_signers" in done.err


def test_people_left_out_are_reported_also_without_a_roster(shop: Shop) -> None:
    """One usable key hides nobody; the reasons say what to mend."""
    (shop / "few").write_text(f"{ssh.public_line(ssh.key_file())}\n{ssh.security_key_line()}\n")
    done = shop.call(f"{CREATE} --ssh few", "organizer", code=2)
    assert "at least 2 keys, this one 1" in done.err
    assert "left out: 1 key on a security key" in done.err
    assert "hint: name more sources; the counts say who was left out" in done.err
    assert not (shop / "new.roster").exists()


@pytest.mark.parametrize(
    ("sources", "code", "words"),
    [
        ("", 2, "at least 2 keys, this one 0"),
        ("--proof 1.proven --member 1.member", 5, "1.proven: 1 proof by ssh keys that no --ssh"),
        ("--proofs both --ssh k2.pub", 5, "both/1.proven: 1 proof by ssh keys that no --ssh"),
        ("--ssh authorized_keys --proof 1.member", 16, "1.member.sig: there is no such file"),
        (
            "--ssh authorized_keys --proof 1.proven --proof again",
            5,
            "again: a second proof by the ssh key",
        ),
        ("--ssh authorized_keys --proof swapped", 1, "swapped: an ssh signature is not valid"),
        ("--ssh authorized_keys --proof forged", 1, "forged: the proof beside the membership key"),
        ("--ssh authorized_keys --proof torn", 1, "torn: not an ssh signature"),
        ("--ssh authorized_keys --proof huge", 1, "larger than"),
        ("--ssh authorized_keys --proofs missing", 16, "missing: there is no such"),
        ("--ssh letter.md", 1, "letter.md: line 3 has no OpenSSH key"),
        ("--ssh k1", 1, "k1: line 1 is of a private key"),
        ("--ssh binary", 1, "binary: line 1 has no OpenSSH key"),
        ("--ssh missing", 16, "missing: there is no such file"),
        ("--member 1.proven.sig", 1, "1.proven.sig: not a record of this tool, but plain text"),
        ("--member s.roster", 1, "s.roster: "),
        ("--member forged", 1, "forged: the proof beside the membership key"),
        ("--member 1.member --certificate 1.member", 2, "checked against their group"),
        ("--member 1.member --certificate 1.member --group s.roster", 5, "s.roster: this is a"),
    ],
)
def test_sources_that_do_not_fit_are_refused(
    shop: Shop, sources: str, code: int, words: str
) -> None:
    """By name, with a hint, and nothing is written."""
    shutil.copy(shop / "2.member", shop / "again")
    (shop / "again.sig").write_bytes(ssh.sign(shop / "k1", (shop / "again").read_bytes()))
    for name in ("swapped", "torn", "huge"):
        shutil.copy(shop / "2.proven", shop / name)
    shutil.copy(shop / "1.proven.sig", shop / "swapped.sig")
    (shop / "both").mkdir()
    for name in ("1.proven", "1.proven.sig", "2.proven", "2.proven.sig"):
        shutil.copy(shop / name, shop / "both")
    (shop / "k2.pub").write_text(ssh.public_line(ssh.key_file(number=2)))
    (shop / "torn.sig").write_bytes((shop / "2.proven.sig").read_bytes()[:90])
    (shop / "huge.sig").write_bytes(bytes(100_000))
    (shop / "binary").write_bytes(b"ssh-ed25519 \xff\xfe")
    forged = bytearray((shop / "1.member").read_bytes())
    forged[-1] ^= 1
    (shop / "forged").write_bytes(forged)
    (shop / "forged.sig").write_bytes(ssh.sign(shop / "k1", bytes(forged)))
    with shop.unchanged():
        done = shop.call(f"{CREATE} {sources}", "organizer", code=code)
    assert words in done.err
    assert "hint: " in done.err


@pytest.mark.parametrize("option", [f"--name {'x' * 300}", "--name ''", "--name 'a\u202eb'"])
def test_names_that_cannot_stand_in_a_record_are_typed(shop: Shop, option: str) -> None:
    """Blamed on the option, not on a file."""
    create = CREATE.replace("--name Staff", option)
    shop.call(f"{create} --ssh authorized_keys", "organizer", code=2)


def test_an_output_is_never_written_over(shop: Shop) -> None:
    """And a proof needs both of its files' places."""
    (shop / "new.roster").write_bytes(b"mine")
    (shop / "third.sig").write_bytes(b"mine")
    with shop.unchanged():
        shop.call(f"{CREATE} --ssh authorized_keys", "organizer", code=15)
        shop.call("member key --prove-ssh k1 -o third", "p3", code=15)
        shop.call("member key -o 1.member", "p3", code=15)


def test_a_proof_is_two_files(shop: Shop) -> None:
    """Because what ssh-keygen verifies is the bytes of a file."""
    with shop.unchanged():
        done = shop.call("member key --prove-ssh k1 -o -", "p3", code=2)
    assert "--prove-ssh writes two files" in done.err


def test_a_member_key_without_a_proof_may_be_armored(shop: Shop) -> None:
    """And is read like any record."""
    shop.call("member key --armor -o third", "p3")
    assert (shop / "third").read_text().startswith("-----BEGIN COSIGN MEMBER KEY-----")
    shop.call(f"{CREATE} --member third --member 1.member", "organizer")


def test_the_passphrase_of_an_ssh_key_comes_from_a_file(shop: Shop) -> None:
    """Its first line; a wrong one and one too many are told apart."""
    shutil.copy(ssh.key_file(number=4, passphrase=ssh.PASSPHRASE), shop / "k4")
    (shop / "right").write_text(f"{ssh.PASSPHRASE}\r\nmore", encoding="utf-8")
    (shop / "wrong").write_text("wrong\n")
    prove = "member key --prove-ssh {} --ssh-passphrase-file {} -o third"
    with shop.unchanged():
        done = shop.call(prove.format("k4", "wrong"), "p3", code=13)
        assert "the passphrase does not open the ssh key" in done.err
        done = shop.call(prove.format("k1", "right"), "p3", code=13)
        assert "the ssh key has no passphrase" in done.err
        shop.call("member key --prove-ssh k4 -o third", "p3", code=13)
        shop.call(prove.format("k4", "missing"), "p3", code=16)
    shop.call(prove.format("k4", "right"), "p3")


def test_a_protected_ssh_key_signs(shop: Shop) -> None:
    """With its passphrase, in a home that holds nothing else."""
    shutil.copy(shop / "k1", shop / "locked")
    shutil.copy(f"{ssh.key_file()}.pub", shop / "locked.pub")
    ssh.make("-q", "-p", "-P", "", "-N", ssh.PASSPHRASE, "-a", "1", "-f", shop / "locked")
    (shop / "passphrase").write_text(ssh.PASSPHRASE, encoding="utf-8")
    sign = "sign s.round --min-set 2 --yes --ssh-key locked -o a.sealed"
    shop.call(sign, "h", code=13)
    shop.call(f"{sign} --ssh-passphrase-file passphrase", "h")


def test_people_who_are_not_on_the_roster_cannot_sign(shop: Shop) -> None:
    """Neither with a fresh key nor with an ssh key; the home remembers no use."""
    shutil.copy(ssh.key_file(number=5), shop / "k5")
    sign = "sign s.round --min-set 2 --yes -o a.sealed"
    with shop.unchanged():
        assert "no membership in the round's group" in shop.call(sign, "m1", code=16).err
        assert "not on this roster" in shop.call(f"{sign} --ssh-key k5", "m1", code=5).err


def test_crowds_and_second_statements_are_refused(shop: Shop) -> None:
    """By the same rules as in registered groups."""
    sign = "sign s.round --yes --ssh-key k1 -o"
    assert "at most 2 people, fewer than 16" in shop.call(f"{sign} a", "h", code=10).err
    shop.call(f"{sign} a --min-set 2 --statement yes", "h")
    shop.call(f"{sign} b --min-set 2 --statement yes", "h")
    shop.call(f"{sign} c --min-set 2 --statement no", "h", code=9)
    shop.call("withdraw s.round --yes --ssh-key k1 -o d", "h")
    shop.call(f"{sign} e --min-set 2 --statement yes", "h", code=9)


def test_rounds_of_rosters_have_neither_slots_nor_statements(shop: Shop) -> None:
    """Blamed on the option."""
    with shop.unchanged():
        done = shop.call(f"{ROUND} --group s.roster --slot 1", "organizer", now=BETWEEN, code=2)
    assert "has no slot" in done.err


def test_a_changed_roster_opens_no_round(shop: Shop) -> None:
    """Its publisher's signature is checked."""
    raw = bytearray((shop / "s.roster").read_bytes())
    raw[-1] ^= 1
    (shop / "changed.roster").write_bytes(raw)
    with shop.unchanged():
        for line in (f"{ROUND} --group changed.roster", "roster check changed.roster"):
            done = shop.call(line, "organizer" if "round" in line else None, now=BETWEEN, code=1)
            assert "the signature of publisher 'S' on the roster is false" in done.err


def test_rosters_and_keys_are_shown(shop: Shop) -> None:
    """Inspect knows the new records."""
    for name in ("s.roster", "1.member", "s.round"):
        assert shop.call(f"inspect {name} --json").json


SHARED = f"{CREATE} --member 1.member --member 2.member --publisher a.publisher"


@pytest.fixture
def shared(shop: Shop) -> Shop:
    """Return three publishers' keys and a roster that the first made, of whom two have to sign."""
    for name in ("a", "b", "c"):
        shop.call(f"roster publisher --name {name.upper()} -o {name}.publisher", name)
    publishers = "--publisher b.publisher --publisher c.publisher --threshold 2"
    shop.call(f"{SHARED} {publishers}", "a")
    return shop


def test_a_roster_goes_from_publisher_to_publisher(shared: Shop) -> None:
    """It is complete with two of three signatures, and the same group whichever sign."""
    fingerprints = set()
    for name in ("b", "c"):
        done = shared.call(f"roster sign new.roster --yes -o {name}.roster", name)
        assert "complete: signed by 2 of 3 publishers, of whom 2 have to" in done.out
        found = shared.call(f"roster check {name}.roster --json").json
        fingerprints.add(found["fingerprint"])
        signed = {entry["name"] for entry in found["publishers"] if entry["signed"]}
        assert (signed, found["threshold"]) == ({"A", name.upper()}, 2)
        shown = shared.call(f"roster check {name}.roster").out
        assert f"publisher    '{name.upper()}' signed" in shown
        assert shown.count("has not signed") == 1
        shared.call(f"{ROUND} --force --group {name}.roster", "organizer", now=BETWEEN)
    assert len(fingerprints) == 1
    all_three = shared.call("roster sign b.roster --yes -o all.roster --json", "c").json
    assert (all_three["signatures"], all_three["missing"]) == (3, 0)


def test_an_incomplete_roster_opens_no_round(shared: Shop) -> None:
    """The check says who signed and how many have to."""
    for line, home in (
        (f"{ROUND} --force --group new.roster", "a"),
        ("roster check new.roster", None),
    ):
        done = shared.call(line, home, now=BETWEEN, code=12)
        assert "signed by 1 of 3 publishers, and 2 have to" in done.err
        assert "roster sign" in done.err
    assert "publisher    'A' signed" in done.err
    assert "publisher    'B' has not signed" in done.err


def test_nobody_signs_twice_or_for_others(shared: Shop) -> None:
    """By name, and nothing is written."""
    sign = "roster sign new.roster --yes -o again"
    with shared.unchanged():
        done = shared.call(sign, "a", code=6)
        assert "publisher 'A' signed this roster already" in done.err
        shared.call("member keys", "d")
        done = shared.call(sign, "organizer", code=16)
        assert "no key of a publisher of the roster" in done.err
        shared.call(sign, "nobody", code=16)
        raw = bytearray((shared / "new.roster").read_bytes())
    raw[-1] ^= 1
    (shared / "false.roster").write_bytes(raw)
    done = shared.call("roster sign false.roster --yes -o again", "b", code=1)
    assert "the signature of publisher 'A' on the roster is false" in done.err
    assert not (shared / "again").exists()


def test_a_publisher_is_shown_the_list_and_asked(shared: Shop) -> None:
    """Without --yes, and without a terminal, nothing is signed."""
    with shared.unchanged():
        done = shared.call("roster sign new.roster -o again", "b", code=2)
    assert "2 keys: 2 fresh, 0 of ssh or certificates; 0 left out" in done.err
    assert "publisher    'A' signed" in done.err


def test_the_maker_of_the_list_need_not_be_a_publisher(shared: Shop) -> None:
    """Then it has no signature yet; the home gets no keys by that."""
    line = f"{SHARED} --publisher b.publisher --force --json"
    found = shared.call(line, "maker").json
    assert (found["missing"], [p["signed"] for p in found["publishers"]]) == (2, [False, False])
    assert not (shared / "homes/maker").exists()


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        ("--publisher a.publisher", 2, "names a publisher's key twice"),
        ("--threshold 2", 2, "fewer publishers than the 2 who have to sign"),
        ("--publisher-name X", 2, "publishers' files hold their names"),
        ("--publisher 1.member", 5, "1.member: "),
        ("--publisher missing", 16, "missing: there is no such file"),
    ],
)
def test_publishers_that_do_not_fit_are_refused(
    shared: Shop, options: str, code: int, words: str
) -> None:
    """By option or file."""
    with shared.unchanged():
        done = shared.call(f"{SHARED.replace('new.roster', 'n.roster')} {options}", "a", code=code)
    assert words in done.err


def test_a_sole_publisher_has_a_name(shop: Shop) -> None:
    """The roster's, unless another is given."""
    for option, name in (("", "Staff"), ("--publisher-name 'Works council'", "Works council")):
        line = f"{CREATE} --member 1.member --member 2.member {option} --force --json"
        assert [p["name"] for p in shop.call(line, "organizer").json["publishers"]] == [name]


def test_kinds_of_keys_are_told(shop: Shop) -> None:
    """When a roster is made and checked, and to a member who signs with an ssh key."""
    sources = "--member 1.member --member 2.member --ssh authorized_keys"
    assert "4 keys: 2 fresh, 2 of ssh or certificates" in shop.call(f"{CREATE} {sources}", "o").out
    told = shop.call("roster check new.roster").out
    assert "everlasting among the 2 fresh keys, computational for the 2 ssh keys" in told
    shop.call(f"{ROUND} --group new.roster", "o", now=BETWEEN)
    sign = "sign new.round --min-set 2 --yes -o"
    done = shop.call(f"{sign} a.sealed --ssh-key k1", "h")
    assert "the roster lists your key as an ssh key" in done.err
    assert "everlasting among the 2 fresh keys, computational for the 2 ssh keys" in done.err
    assert "as an ssh key" not in shop.call(f"{sign} b.sealed", "m1").err


def test_the_demo_says_so_where_signers_are_more_than_members(tmp_path: Path) -> None:
    """Before anything is played."""
    demo = "demo --kind rostered --members 2 --signers 3"
    assert "more signers than members" in Shop(tmp_path).call(demo, code=2).err
