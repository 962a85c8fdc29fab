"""Rosters of keys that registrars certified, and the evidence for it."""

from pathlib import Path

import pytest

from cosign.records.enrolment import MembershipCertificate
from cosign.records.groups.evidence import RosterEvidence
from tests.support import cli_fixture
from tests.support.commands import AFTERWARDS, BETWEEN, CLOSES, Shop

CREATE = "roster create --name Staff --source ours -o new.roster"

ROUND = f"round create letter.md --opens {BETWEEN} --closes {CLOSES} -o new.round"


@pytest.fixture(scope="module")
def certified(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Enrol three members and turn two of their certificates into a roster; only copied."""
    shop = Shop(tmp_path_factory.mktemp("certified"))
    cli_fixture.enrol(shop, (0, 1))
    for number in (1, 2):
        export = f"member certificate staff.group --yes -o {number}.certificate"
        shop.call(export, f"member-{number}")
    shop.call("member certificate staff.group --yes --slot 2 -o second.certificate", "member-1")
    shop.call("member key -o fresh.member", "fresh")
    (shop / "letter.md").write_text(cli_fixture.LETTER)
    shop.call(
        "roster create --name S --source x --certificate 1.certificate "
        "--certificate 2.certificate --group staff.group --member fresh.member -o s.roster",
        "organizer",
    )
    return shop


EVIDENCE = "roster evidence s.roster -o s.evidence --group staff.group"


def test_evidence_is_made_and_checked(certified: Shop, tmp_path: Path) -> None:
    """It says how many keys are certified, and by which group: anybody can be a registrar."""
    shop = certified.copy(tmp_path / "shop")
    both = "--certificate 2.certificate --certificate 1.certificate"
    assert shop.call(f"{EVIDENCE} {both} --json").json["certified"] == 2
    found = shop.call("roster check s.roster --evidence s.evidence --json").json
    assert (found["keys"], found["certified"]) == (3, 2)
    group = shop.call("inspect staff.group --json").json
    assert found["certified_by"] in str(group)
    text = shop.call("roster check s.roster --evidence s.evidence").out
    assert "certified    2 keys, by 'Staff'" in text
    assert f"\n             {found['certified_by'][:23]}\n" in text
    raw = (shop / "s.evidence").read_bytes()
    assert len(RosterEvidence.from_bytes(raw).certificates) == 2
    for place in range(len(raw) - 900, len(raw), 97):
        changed = bytearray(raw)
        changed[place] ^= 1
        (shop / "changed").write_bytes(changed)
        assert shop.call("roster check s.roster --evidence changed", code=None).code in {1, 5}


@pytest.mark.parametrize(
    ("given", "code", "words"),
    [
        ("--certificate second.certificate", 5, "not on the roster"),
        (
            "--certificate 1.certificate --certificate second.certificate",
            5,
            "another group or slot",
        ),
        ("--certificate false.certificate", 1, "signature on a membership key is false"),
        ("--certificate fresh.member", 5, "fresh.member: "),
    ],
)
def test_evidence_that_proves_nothing_is_refused(
    certified: Shop, tmp_path: Path, given: str, code: int, words: str
) -> None:
    """Of another slot, changed, no certificate."""
    shop = certified.copy(tmp_path / "shop")
    raw = bytearray((shop / "1.certificate").read_bytes())
    raw[-1] ^= 1
    (shop / "false.certificate").write_bytes(raw)
    with shop.unchanged():
        assert words in shop.call(f"{EVIDENCE} {given}", code=code).err


def test_a_false_certificate_is_not_put_on_a_roster(certified: Shop, tmp_path: Path) -> None:
    """The registrars' signatures are checked when the roster is made."""
    shop = certified.copy(tmp_path / "shop")
    record = MembershipCertificate.from_bytes((shop / "1.certificate").read_bytes())
    other = MembershipCertificate.from_bytes((shop / "2.certificate").read_bytes())
    rows = other.endorsements
    false = MembershipCertificate(record.group_id, record.slot, record.key, rows)
    (shop / "false").write_bytes(false.to_bytes())
    create = f"{CREATE} --member fresh.member --group staff.group --certificate false"
    assert "false: a registrar's signature" in shop.call(create, "organizer", code=1).err


def test_certified_members_sign_as_a_roster(certified: Shop, tmp_path: Path) -> None:
    """From the home in which they enrolled; the third, who gave no certificate, is no member."""
    shop = certified.copy(tmp_path / "shop")
    shop.call(f"{ROUND} --group s.roster", "organizer", now=BETWEEN)
    (shop / "envelopes").mkdir()
    sign = "sign new.round --min-set 3 --yes -o envelopes"
    for home in ("member-1", "member-2", "fresh"):
        shop.call(f"{sign}/{home}", home)
    shop.call(f"{sign}/no", "member-3", code=16)
    publish = "publish new.round --envelopes envelopes -o new.letter"
    shop.call(publish, "organizer", now=AFTERWARDS)
    found = shop.call("verify new.letter --group s.roster --json").json
    assert (found["cosigners"], found["group"]["anonymity_set"]) == (3, 3)
    shop.call("check new.letter", "member-2")
