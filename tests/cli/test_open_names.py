"""Signing with a name, from the first question to the published file, in each kind of group."""

from pathlib import Path

import pytest

from cosign.records.open_cosignature import PublicName
from cosign.roles.member import claim, encode_receipt
from cosign.roles.member.receipts import Found
from tests.support.commands import AFTERWARDS, BETWEEN, CLOSES, SIGNING, Shop
from tests.support.published import open_record, rewrite, sorted_records
from tests.support.world import NAMES, World

ASK = "member name letter.round 'Ada Example' --role engineer --registrar 1 --challenge 'It is I'"
ATTEST = "registrar name ada.request --challenge 'It is I' --yes -o ada.attested"
OPENLY = "--openly 'Ada Example' --role engineer --attested ada.attested"
SIGN = "sign letter.round --min-set 2 --yes"


@pytest.fixture
def attested(shop: Shop) -> Shop:
    """Let the council attest the name of the first member."""
    told = shop.call(f"{ASK} --yes -o ada.request", "member-1").err
    assert "will know for good which cosignature in this round is yours" in told
    shown = shop.call(ATTEST, "council").err
    assert "name    'Ada Example'" in shown
    assert "role    'engineer'" in shown
    return shop


def test_an_anonymous_member_of_a_registered_group_goes_open_later(attested: Shop) -> None:
    """After the close, by an envelope that the organizer appends; the count stays."""
    shop = attested
    (shop / "later").mkdir()
    done = shop.call(f"{SIGN} {OPENLY} -o later/1.sealed --json", "member-1", now=AFTERWARDS)
    assert (done.json["name"], done.json["role"]) == ("Ada Example", "engineer")
    assert "publish --append" in done.err
    sizes = {p.stat().st_size for f in ("envelopes", "later") for p in (shop / f).iterdir()}
    assert len(sizes) == 1
    opens = "trustee open letter.round --envelopes later -o {}.later"
    for number in (1, 3):
        shop.call(opens.format(number), f"trustee-{number}", now=AFTERWARDS)
    before = shop.call("verify published.letter --group staff.group --json").json
    append = (
        "publish letter.round --append published.letter --envelopes later --opening 1.later "
        "--opening 3.later -o named.letter"
    )
    told = shop.call(f"{append} --json", "organizer", now=AFTERWARDS).json
    assert (told["named"], told["withdrawn"], told["cosigners"], told["ignored"]) == (1, 0, 2, 0)
    assert told["names_left_out"] == {}
    after = shop.call("verify named.letter --group staff.group --json").json
    assert (after["cosigners"], after["organizer_says"]) == (2, before["organizer_says"])
    own = shop.call("check named.letter", "member-1").out
    assert own.strip().endswith("is in this file, openly, as 'Ada Example', 'engineer'")
    assert "anonymously" in shop.call("check named.letter", "member-2").out
    shown = shop.call("check published.letter", "member-1")
    assert "anonymously" in shown.out
    assert "you signed openly" in shown.err
    told = shop.call("check published.letter --json", "member-1").json
    assert (told["name"], told["name_left_out"]) == (None, True)
    assert shop.call("check named.letter --json", "member-1").json["name"] == "Ada Example"
    again = append.replace("published.letter", "named.letter").replace("-o named", "-o again")
    with shop.unchanged():
        refused = shop.call(again, "organizer", now=AFTERWARDS, code=6)
        assert "1 name left out: the cosignature has a name already" in refused.err
    verify = "verify-claim 1.claim --challenge 'Daily Planet' --letter"
    attested_by = "\n             attested by the registrar\n"
    whose = f"name         'Ada Example', 'engineer'{attested_by}"
    assert whose in shop.call(f"{verify} named.letter").out
    told = shop.call(f"{verify} named.letter --json").json
    assert (told["name"], told["role"], told["attested_by"]) == ("Ada Example", "engineer", 1)
    assert "name         none: it is anonymous" in shop.call(f"{verify} published.letter").out
    told = shop.call(f"{verify} published.letter --json").json
    assert (told["name"], told["role"], told["attested_by"]) == (None, None, None)


def test_a_late_open_signature_needs_one_from_before_the_close(attested: Shop) -> None:
    """And the same statement; the third member signed nothing, the first said nothing."""
    shop = attested
    with shop.unchanged():
        done = shop.call(
            f"{SIGN} {OPENLY} --statement 'So be it' -o new", "member-1", now=AFTERWARDS, code=7
        )
        assert "did not cosign it with this statement before" in done.err


def test_nobody_goes_back_or_takes_another_name(attested: Shop) -> None:
    """The refusal says what was signed before."""
    shop = attested
    ask, attest = (text.replace("engineer", "manager") for text in (ASK, ATTEST))
    shop.call(f"{ask} --yes -o manager.request", "member-1")
    shop.call(attest.replace("ada.", "manager."), "council")
    shop.call(f"{SIGN} {OPENLY} -o new", "member-1", now=SIGNING)
    with shop.unchanged():
        done = shop.call(f"{SIGN} -o other", "member-1", now=SIGNING, code=9)
        assert "you cosigned this round openly already, as 'Ada Example'" in done.err
        assert "withdraw" in done.err
        shop.call(f"{ask} --yes -o again.request", "member-1", code=9)
    other = OPENLY.replace("engineer", "manager").replace("ada.att", "manager.att")
    with shop.unchanged():
        done = shop.call(f"{SIGN} {other} -o other", "member-1", now=SIGNING, code=9)
        assert "another name or role: 'Ada Example', 'engineer'" in done.err
    shop.call("withdraw letter.round --yes -o back", "member-1", now=SIGNING)


@pytest.mark.parametrize(
    ("options", "home", "code", "words"),
    [
        ("--role engineer", "member-1", 2, "--role and --attested go with a name"),
        ("--openly ' '", "member-1", 2, "--openly: there is nothing to read in it"),
        (f"--openly {'x' * 101}", "member-1", 2, "--openly: not within 1 to 100 bytes"),
        ("--openly 'Ada Example' --role engineer", "member-1", 12, "0 registrars attest the name"),
        (OPENLY.replace("Ada", "Eva"), "member-1", 5, "attested another name or role: 'Ada Ex"),
        (OPENLY.replace("engineer", "boss"), "member-1", 5, "attested another name or role"),
        (OPENLY, "member-2", 5, "attested the name for another key than yours"),
        (OPENLY.replace("ada.attested", "1.member"), "member-1", 5, "not a name attestation"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(
    attested: Shop, options: str, home: str, code: int, words: str
) -> None:
    """Nothing is written, and the home has no use of a name."""
    with attested.unchanged():
        done = attested.call(f"{SIGN} {options} -o new", home, now=SIGNING, code=code)
        assert words in done.err, done.err


def test_another_slot_or_group_is_refused(attested: Shop) -> None:
    """An attestation is of one key in one slot; a roster wants none."""
    other_slot = f"sign second.round --min-set 2 --yes {OPENLY} -o new"
    done = attested.call(other_slot, "member-1", now=SIGNING, code=5)
    assert "attested the name for another key than yours in this round" in done.err
    create = f"round create letter.md --group keys.roster --opens {BETWEEN} --closes {CLOSES}"
    attested.call(f"{create} -o keys.round", "organizer", now=BETWEEN)
    done = attested.call(f"sign keys.round --yes {OPENLY} -o new", "lister-1", code=5)
    assert "nobody attests the name 'Ada Example' in a group with a list of keys" in done.err
    ask = ASK.replace("letter.round", "keys.round")
    done = attested.call(f"{ask} --yes -o new", "lister-1", code=6)
    assert "lists its keys, and nobody attests names" in done.err


@pytest.mark.parametrize(
    ("challenge", "words"),
    [("'It is you'", "does not answer this challenge"), ("''", "challenge: not within 1")],
)
def test_a_registrar_attests_for_its_own_challenge_only(
    attested: Shop, challenge: str, words: str
) -> None:
    line = f"registrar name ada.request --challenge {challenge} --yes -o new"
    done = attested.call(line, "council", code=1 if "not answer" in words else 2)
    assert words in done.err


def test_inspect_shows_the_new_records(attested: Shop) -> None:
    """Names in quotes, registrars from 1; the files are for their owners only."""
    for name in ("ada.attested", "ada.request"):
        assert (attested / name).stat().st_mode & 0o777 == 0o600
    shown = attested.call("inspect ada.attested").out
    assert "name: 'Ada Example'" in shown
    assert "registrar: 1" in shown
    assert "role: 'engineer'" in attested.call("inspect ada.request").out


def test_members_of_a_roster_sign_openly_from_the_start(shop: Shop) -> None:
    """No registrar is asked; what the list's key means for other rounds is said before."""
    create = f"round create letter.md --group keys.roster --opens {BETWEEN} --closes {CLOSES}"
    shop.call(f"{create} -o keys.round", "organizer", now=BETWEEN)
    (shop / "keys").mkdir()
    sign = "sign keys.round --min-set 2 --yes"
    shown = shop.call(f"{sign} --openly Béla --statement Yes -o keys/1", "lister-1").err
    assert "name       'Béla'" in shown
    assert "you are named to everybody, for good" in shown
    assert "what this key signed in other rounds" in shown
    assert "crowd" not in shown
    shown = shop.call(f"{sign} -o keys/2", "exporter").err
    assert "members who sign openly leave the crowd" in shown
    shop.call("publish keys.round --envelopes keys -o keys.letter", "organizer", now=AFTERWARDS)
    assert shop.call("verify keys.letter --group keys.roster --json").json["cosigners"] == 2
    told = shop.call("check keys.letter --json", "lister-1").json
    assert (told["name"], told["role"], told["statement"]) == ("Béla", "", "Yes")
    assert shop.call("check keys.letter --json", "exporter").json["name"] is None
    shop.call("claim keys.letter --challenge Hello -o keys.claim", "lister-1")
    verify = "verify-claim keys.claim --letter keys.letter --challenge Hello"
    told = shop.call(f"{verify} --json").json
    assert (told["name"], told["role"], told["attested_by"]) == ("Béla", "", None)
    whose = (
        "'Béla'\n             the signer's own word; the letter shows this listed key beside it:"
    )
    assert f"name         {whose}\n             {told['named_key']}\n" in shop.call(verify).out
    [signer] = shop.call("verify keys.letter --group keys.roster --json").json["names"]
    assert told["named_key"] == signer["key"]
    assert told["key"] is None


def test_check_does_not_call_names_that_differ_anonymous(tmp_path: Path, village: World) -> None:
    """Two copies of a home can sign under two names; the file has both, and a report none."""
    names = NAMES[0], PublicName("Eva Example", "")
    raws = [open_record(village, 0, name).to_bytes() for name in names]
    shop = Shop(tmp_path)
    (shop / "two.letter").write_bytes(rewrite(village, sorted_records(raws)))
    receipt = encode_receipt(village.prover(0).tag)
    told = shop.call(f"check two.letter --receipt {receipt}").out
    assert "several times, with statements or names that differ" in told
    assert "anonymously" not in told
    assert shop.call(f"check two.letter --receipt {receipt} --json").json["conflict"] is True


CLAIMED = "verify-claim 1.claim --letter 1.letter --challenge Hello"


def claimed_by_the_first(world: World, letter: bytes, folder: Path) -> Shop:
    """Write a letter, and the first member's claim to a cosignature in it."""
    found = Found(signed=True, withdrawn=False, statement="")
    made = claim(world.prover(0), world.round, "Hello", found)
    (folder / "1.letter").write_bytes(letter)
    (folder / "1.claim").write_bytes(made.to_bytes())
    return Shop(folder)


def test_a_claim_says_how_many_registrars_attest_the_name(tmp_path: Path, committee: World) -> None:
    """As many as admit a member, here fewer than all."""
    shop = claimed_by_the_first(committee, committee.open_published, tmp_path)
    attested_by = "\n             attested by 2 of the 3 registrars\n"
    assert f"name         'Ada Example', 'engineer'{attested_by}" in shop.call(CLAIMED).out
    assert shop.call(f"{CLAIMED} --json").json["attested_by"] == 2


def test_a_claim_shows_no_name_where_names_differ(tmp_path: Path, village: World) -> None:
    """The letter has both, and none is more the claimed one than the other."""
    names = NAMES[0], PublicName("Eva Example", "")
    raws = [open_record(village, 0, name).to_bytes() for name in names]
    shop = claimed_by_the_first(village, rewrite(village, sorted_records(raws)), tmp_path)
    assert "with statements or names that differ" in shop.call(CLAIMED).out
    told = shop.call(f"{CLAIMED} --json").json
    assert (told["name"], told["attested_by"], told["conflict"]) == (None, None, True)
