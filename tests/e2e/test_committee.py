"""A round in which any 2 of 3 registrars admit and any 2 of 3 trustees open."""

import io
import shutil
from pathlib import Path
from typing import Final

import pytest

from cosign.primitives.ed25519 import SigningKey
from cosign.primitives.hpke import SealingPublicKey, seal
from cosign.records.envelope import OpenedShares, Opening
from cosign.records.published import PublishedReader, write_published
from cosign.records.round import Round, verify_round
from cosign.records.secrets import OrganizerSecrets
from cosign.roles.organizer.openings import read_opening
from cosign.roles.trustee import opening_info
from cosign.secret import Secret
from cosign.stores.home import Home
from tests.support import committee
from tests.support.cli_fixture import complete, vouchers
from tests.support.commands import AFTERWARDS, BETWEEN, Done, Shop

_COUNTS: Final = ("received", "unreadable", "invalid", "duplicates", "withdrawn")


@pytest.fixture(scope="session")
def enrolled(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A faculty whose round is open; never written to."""
    return committee.build(tmp_path_factory.mktemp("faculty"))


@pytest.fixture
def faculty(enrolled: Shop, tmp_path: Path) -> Shop:
    """A copy of that faculty."""
    return enrolled.copy(tmp_path / "faculty")


def sign(shop: Shop, number: int, name: str = "", options: str = "") -> Done:
    """Let a member sign the appeal."""
    line = f"sign appeal.round --min-set 1 --yes {options} -o envelopes/{name or number}"
    return shop.call(line, f"member-{number}")


def open_all(shop: Shop, *numbers: int) -> str:
    """Let trustees open, and give the options for their openings."""
    for number in numbers:
        line = f"trustee open appeal.round --envelopes envelopes -o {number}.opening --force"
        shop.call(line, f"trustee-{number}", now=AFTERWARDS)
    return " ".join(f"--opening {number}.opening" for number in numbers)


def publish(shop: Shop, openings: str, code: int = 0) -> Done:
    """Let the organizer publish."""
    line = f"publish appeal.round --envelopes envelopes {openings} -o appeal.letter --json"
    return shop.call(line, "organizer", now=AFTERWARDS, code=code)


def verify(shop: Shop, code: int = 0) -> Done:
    """Let a newspaper verify."""
    return shop.call("verify appeal.letter --group faculty.group --json", code=code)


def organizer(shop: Shop) -> OrganizerSecrets:
    """Open the organizer's home."""
    home = Home(shop / "homes/organizer", lambda _name, _new: None)
    return home.read("organizer", OrganizerSecrets)


@pytest.mark.parametrize("pair", [(1, 2), (2, 3), (1, 3), (1, 2, 3)])
def test_any_two_trustees_open(faculty: Shop, pair: tuple[int, ...]) -> None:
    """Every pair of trustees opens every envelope, and the letter verifies."""
    for number in (1, 2, 3):
        sign(faculty, number)
    told = publish(faculty, open_all(faculty, *pair)).json
    assert [told[name] for name in _COUNTS] == [3, 0, 0, 0, 0]
    assert told["bad_shares"] == {}
    report = verify(faculty).json
    assert report["trustees"] == {"names": ["Trustee-1", "Trustee-2", "Trustee-3"], "threshold": 2}
    assert report["keys"] == 3


def test_the_crowd_is_split_by_registrars(faculty: Shop) -> None:
    """Signers are warned that their registrars show; the report names each combination."""
    for number in (1, 2, 3, 4):
        done = sign(faculty, number)
        assert "your cosignature will show which registrars certified you" in done.err
    publish(faculty, open_all(faculty, 1, 2))
    told = verify(faculty).json
    pairs = {tuple(c["registrars"]): c["keys"] for c in told["combinations"]}
    # Member 4 holds three certificates and shows those that the group's order prefers.
    assert pairs == {("dean", "union"): 2, ("union", "ombud"): 1, ("dean", "ombud"): 1}
    assert told["keys"] == 4
    assert told["cosigners"] <= told["group"]["anonymity_set"] == 4


def test_one_registrar_is_not_enough(faculty: Shop) -> None:
    """A member with fewer certificates than the group asks for cannot sign."""
    shop = faculty
    [vault] = (shop / "homes/member-1").glob("*.vault")
    vault.unlink()
    code = vouchers(shop, "ombud.csv")[0]
    line = f"member enrol faculty.group --registrar 3 --voucher {code} -o third.request"
    shop.call(line, "member-1", now="2030-03-02")
    done = shop.call("registrar issue third.request -o third", "ombud", now="2030-03-02", code=7)
    assert "enrolment in this group is not open" in done.problem()[0]
    done = shop.call("sign appeal.round --min-set 1 --yes -o new", "member-1", code=12)
    assert "has 0 registrar signatures and needs 2" in done.err


def test_a_request_goes_to_its_registrar(faculty: Shop) -> None:
    """A registrar does not answer a request that was made for another one."""
    with faculty.unchanged():
        line = "registrar issue member-1-dean.request -o new"
        done = faculty.call(line, "union", now=BETWEEN, code=5)
    assert "for another group or registrar" in done.problem()[0]


def test_a_withdrawal_before_publication(faculty: Shop) -> None:
    """Who withdrew is left out altogether; only the number of those is told."""
    for number in (1, 3, 4):
        sign(faculty, number)
    line = "withdraw appeal.round --yes -o envelopes/w"
    faculty.call(line, "member-3")
    told = publish(faculty, open_all(faculty, 1, 3)).json
    assert told["withdrawn"] == 1
    report = verify(faculty).json
    assert (report["keys"], report["withdrawn"]) == (2, 0)
    assert report["organizer_says"]["withdrawn"] == 1
    faculty.call("check appeal.letter", "member-3", code=1)
    faculty.call("check appeal.letter", "member-1")


def test_a_withdrawal_may_come_alone(faculty: Shop) -> None:
    """A withdrawal by somebody who never signed changes nothing and looks like any envelope."""
    for number in (1, 4):
        sign(faculty, number)
    faculty.call("withdraw appeal.round --yes -o envelopes/w", "member-3")
    assert len({path.stat().st_size for path in (faculty / "envelopes").iterdir()}) == 1
    publish(faculty, open_all(faculty, 1, 2))
    report = verify(faculty).json
    assert report["keys"] == 2


def test_duplicates_count_once(faculty: Shop) -> None:
    """Signing again, or handing in one envelope under two names, adds nothing."""
    for number in (1, 2, 3):
        sign(faculty, number)
    sign(faculty, 1, "again")
    shutil.copy(faculty / "envelopes/2", faculty / "envelopes/2-copied")
    told = publish(faculty, open_all(faculty, 2, 3)).json
    assert [told[name] for name in _COUNTS] == [4, 0, 0, 1, 0]
    report = verify(faculty).json
    assert (report["keys"], report["organizer_says"]["duplicates"]) == (3, 1)


def test_two_statements_in_conflict(faculty: Shop) -> None:
    """A member who signs with two statements, by a restored backup, counts once and silently."""
    shutil.copytree(faculty / "homes/member-1", faculty / "homes/backup")
    sign(faculty, 1, options="--statement 'one thing'")
    line = "sign appeal.round --min-set 1 --yes --statement 'another' -o envelopes/other"
    faculty.call(line, "backup")
    sign(faculty, 2, options="--statement 'a third'")
    sign(faculty, 3)
    publish(faculty, open_all(faculty, 1, 2))
    report = verify(faculty).json
    assert (report["keys"], report["conflicts"]) == (3, 1)
    assert report["statements"] == ["a third"]


def _lie(shop: Shop, number: int) -> None:
    """Make a trustee's opening anew, with shares that are false."""
    round_ = verify_round(Round.from_bytes((shop / "appeal.round").read_bytes()))
    path = shop / f"{number}.opening"
    opened = read_opening(organizer(shop), round_, Opening.from_bytes(path.read_bytes()))
    false = {envelope: Secret(bytes([number]) + bytes(31)) for envelope in opened.shares()}
    key = SealingPublicKey.from_bytes(round_.terms.organizer_sealing_key)
    info = opening_info(round_.round_id, number)
    sealed = seal(key, info, OpenedShares.of(round_.round_id, number, false).to_bytes())
    path.write_bytes(Opening(round_.round_id, number, sealed).to_bytes())


def test_a_trustee_who_lies_is_named(faculty: Shop) -> None:
    """With one honest opening to spare, false shares do no harm, and tell who gave them."""
    for number in (1, 2, 3):
        sign(faculty, number)
    openings = open_all(faculty, 1, 2, 3)
    _lie(faculty, 3)
    done = publish(faculty, openings)
    assert done.json["bad_shares"] == {"3": 3}
    assert done.json["unreadable"] == 0
    assert "of trustee 'Trustee-3' did not match" in done.err
    assert verify(faculty).json["keys"] == 3


def test_a_trustee_who_lies_cannot_forge(faculty: Shop) -> None:
    """With no opening to spare, false shares make envelopes unreadable, not different."""
    for number in (1, 2, 3):
        sign(faculty, number)
    openings = open_all(faculty, 1, 3)
    _lie(faculty, 3)
    with faculty.unchanged():
        done = publish(faculty, openings, code=11)
    assert done.json["error"] == "0 cosigned, the quorum is 2"


def test_somebody_else_is_no_trustee(faculty: Shop) -> None:
    """A trustee of other rounds holds no share of this one."""
    sign(faculty, 1)
    faculty.call("trustee key --name Stranger -o s.trustee", "stranger")
    line = "trustee open appeal.round --envelopes envelopes -o s.opening"
    with faculty.unchanged():
        faculty.call(line, "stranger", now=AFTERWARDS, code=16)


def test_below_quorum_nothing_is_written(faculty: Shop) -> None:
    """Too few cosigners: exit code 11 and no file."""
    sign(faculty, 1)
    openings = open_all(faculty, 1, 2)
    with faculty.unchanged():
        publish(faculty, openings, code=11)


def test_a_letter_below_quorum(faculty: Shop) -> None:
    """A file that an organizer made below quorum is valid, but has its own exit code."""
    for number in (1, 2, 3):
        sign(faculty, number)
    publish(faculty, open_all(faculty, 1, 2))
    reader = PublishedReader(io.BytesIO((faculty / "appeal.letter").read_bytes()))
    records = list(reader.records())[:1]
    key = SigningKey(organizer(faculty).identity_seed)
    chunks = write_published(reader.header, records, key)
    (faculty / "appeal.letter").write_bytes(b"".join(chunks))
    told = verify(faculty, code=4).json
    assert (told["valid"], told["exit_code"], told["quorum_met"]) == (True, 4, False)
    assert told["cosigners"] == 1
    assert "NOT MET" in faculty.call("verify appeal.letter", code=3).out


def test_statements_may_come_late(faculty: Shop) -> None:
    """Signers and organizer may add enrolment statements that the round lacks."""
    line = (
        "round create appeal.md --group faculty.group --trustee 1.trustee --opens 2030-03-08 "
        "--closes 2030-03-18T00:00Z -o bare.draft"
    )
    faculty.call(line, "organizer", now=BETWEEN)
    complete(faculty, "bare", committee.REGISTRARS)
    (faculty / "bare").mkdir()
    sign_ = "sign bare.round --min-set 1 --yes -o bare/1"
    assert "it is not known whether" in faculty.call(sign_, "member-1", code=10).err
    statements = " ".join(f"--enrolment {name}.statement" for name in committee.REGISTRARS)
    faculty.call(f"{sign_} {statements}", "member-1")
    faculty.call("trustee open bare.round --envelopes bare -o o", "trustee-1", now=AFTERWARDS)
    line = f"publish bare.round --envelopes bare --opening o {statements} -o bare.letter"
    faculty.call(line, "organizer", now=AFTERWARDS)
    told = faculty.call("verify bare.letter --group faculty.group --json").json
    assert told["group"]["anonymity_set"] == 4
