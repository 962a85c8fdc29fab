"""Registrars at work in a home."""

from pathlib import Path

import pytest

from cosign.errors import MalformedError, MissingError, VoucherError, WindowError
from cosign.homes import Home, Issuer, RegistrarSession, add_registrar
from cosign.records.enrolment import EnrolmentRequest
from cosign.records.groups.registered import RegisteredGroup
from cosign.records.groups.statements import Admitted
from cosign.records.secrets import MemberState
from cosign.roles import member
from cosign.secret import Secret
from cosign.stores.keys import registrar_name
from cosign.stores.ledger import KindCounts, LedgerStatus
from tests.support.world import ENROL, ENROL_MINUTE, World


@pytest.fixture
def home(tmp_path: Path, village: World) -> Home:
    """The home of the village's registrar."""
    home = Home(tmp_path / "home", lambda _name, _new: None)
    [secrets] = village.secrets
    home.write(registrar_name(secrets.registrar.registrar_id), secrets)
    return home


def ask(group: RegisteredGroup, voucher: Secret) -> tuple[MemberState, EnrolmentRequest]:
    """Make a request of a new member."""
    return member.enrol(member.join(group), 0, voucher, ENROL_MINUTE)


def test_keys_are_made_and_kept(tmp_path: Path) -> None:
    """The public record says their name and slots; a name that cannot be leaves nothing."""
    home = Home(tmp_path / "home", lambda _name, _new: None)
    told: list[tuple[int, int]] = []
    made = add_registrar(home, "Council", slots=1, progress=lambda *done: told.append(done))
    assert (made.name, len(made.slot_keys), told[-1]) == ("Council", 1, (1, 1))
    assert home.names("") == [registrar_name(made.registrar_id)]
    with pytest.raises(MalformedError):
        add_registrar(home, "two\nlines", slots=1)
    assert len(home.names("")) == 1


def test_people_are_admitted(home: Home, village: World) -> None:
    """Vouchers, answers, the statement at the end."""
    session = RegistrarSession(home, village.group)
    first, _ = session.make_vouchers(2, evidence=" staff  list")
    before, request = ask(village.group, first)
    response = session.answer(request, ENROL_MINUTE)
    assert session.answer(request, ENROL_MINUTE) == response
    assert len(member.finish(before, response).certificates()) == 2
    statement = session.end_enrolment(ENROL[1])
    assert village.group.membership((statement,)).anonymity_set == 1
    assert statement.admitted == (Admitted("staff list", 1),)
    assert (statement.issued, statement.registrar, session.number) == (1, 0, 0)
    with session.ledger() as ledger:
        kinds = (KindCounts("staff list", 1, 1, 0),)
        expected = LedgerStatus(2, 1, 1, closed=True, batches=1, unnamed=2, kinds=kinds)
        assert ledger.status() == expected


def test_enrolment_ends_early_on_purpose_only(home: Home, village: World) -> None:
    """Vouchers that were not used are lost."""
    session = RegistrarSession(home, village.group)
    [voucher] = session.make_vouchers(1)
    with pytest.raises(MalformedError, match="kind of evidence"):
        session.make_vouchers(1, evidence="x" * 41)
    with pytest.raises(WindowError, match="enrolment is open until"):
        session.end_enrolment(ENROL[1] - 1)
    assert session.end_enrolment(ENROL[1] - 1, early=True).issued == 0
    with pytest.raises(WindowError):
        session.answer(ask(village.group, voucher)[1], ENROL_MINUTE)


def test_a_ledger_begins_with_vouchers(home: Home, village: World) -> None:
    """Nothing else binds the keys to a group."""
    session = RegistrarSession(home, village.group)
    with pytest.raises(MissingError, match="no vouchers yet"):
        session.answer(ask(village.group, Secret(bytes(16)))[1], ENROL_MINUTE)
    assert not list(home.folder.glob("*.sqlite"))


def test_a_home_of_another_registrar_is_told_so(home: Home, committee: World) -> None:
    """It holds none of the group's keys."""
    with pytest.raises(MissingError, match="no keys of a registrar of this group"):
        RegistrarSession(home, committee.group)


def test_requests_for_any_group_of_a_home_are_answered(
    home: Home, village: World, committee: World
) -> None:
    """One program serves them all, and opens each vault once."""
    [secrets, *_] = committee.secrets
    home.write(registrar_name(secrets.registrar.registrar_id), secrets)
    issuer = Issuer(home)
    for group in (village.group, committee.group):
        [voucher] = RegistrarSession(home, group).make_vouchers(1)
        state, request = ask(group, voucher)
        assert member.finish(state, issuer.answer(request, ENROL_MINUTE)).pending == ()
        assert issuer.session(group.group_id) is issuer.session(group.group_id)
    with pytest.raises(VoucherError):
        issuer.answer(ask(village.group, Secret(bytes(16)))[1], ENROL_MINUTE)


def test_a_group_that_a_home_does_not_serve_is_refused(home: Home, committee: World) -> None:
    """Its requests are for another registrar."""
    request = committee.enrolments[0].request
    with pytest.raises(MissingError, match="serves no such group"):
        Issuer(home).answer(request, ENROL_MINUTE)
