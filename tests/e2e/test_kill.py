"""Whatever is killed, and when: nothing is lost, nothing is given twice, nothing is half done."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from cosign.errors import MissingError, RefusedError, SlotError, VoucherError
from cosign.primitives.rsa import blind as blind_rsa
from cosign.records.enrolment import EnrolmentRequest
from cosign.records.envelope import Envelope
from cosign.records.secrets import MemberState
from cosign.roles.registrar import encode_voucher
from tests.support.commands import Shop
from tests.support.killing import KEY, AtRandom, Deaths, EveryStep, Nursery, load_key
from tests.support.office import CLERK, ENROL, Office, Siege, club, home
from tests.support.world import loaded_rsa_key

SIGN: Final = "1970-01-01T04:10Z"
KILLS: Final = 110
PEOPLE: Final = 200
RIVALS: Final = 40
SPARE: Final = 10


def member_state(shop: Shop, name: str) -> MemberState | None:
    """Return what a member's home holds."""
    kept = home(shop, name)
    found = kept.names("member-")
    return kept.read(found[0], MemberState) if found else None


def content(path: Path) -> bytes | None:
    """Return what stands in a file, if it is there."""
    return path.read_bytes() if path.exists() else None


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """An empty folder."""
    return Shop(tmp_path)


@pytest.fixture(autouse=True)
def _quick_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Load the registrar's key once for all commands of this process."""
    loaded_rsa_key(KEY)
    monkeypatch.setattr(blind_rsa.PrivateKey, "from_secret", load_key)


@pytest.fixture
def every_step(shop: Shop) -> Iterator[EveryStep]:
    """A death at each step of a command."""
    nursery = Nursery(shop)
    yield EveryStep(nursery)
    nursery.close()


@pytest.fixture(params=["every_step", "at_random"])
def deaths(request: pytest.FixtureRequest, shop: Shop) -> Deaths:
    """A death at each step of a command, or real processes that die at random moments."""
    if request.param == "at_random":
        return AtRandom(shop, 8)
    every_step: EveryStep = request.getfixturevalue("every_step")
    return every_step


def test_a_registrar_killed_a_hundred_times(shop: Shop) -> None:
    """All requests are answered in the end, each voucher once, each request with the same bytes."""
    office = Office(shop, PEOPLE + SPARE)
    for number, voucher in enumerate(office.vouchers[:PEOPLE]):
        office.ask(f"{number}", voucher)
        if number < RIVALS:
            office.ask(f"{number}-rival", voucher)
    siege = Siege(office)
    while siege.kills < KILLS:
        siege.turn()
        if siege.chance.random() < 0.2:
            siege.check_ledger()
    assert len(siege.answers) > PEOPLE / 3

    (shop / "last").mkdir()
    names = " ".join(f"{name}.request" for name in office.asked)
    line = f"registrar issue {names} -o last --json"
    told = shop.run(line, CLERK, now=ENROL, code=VoucherError.exit_code).json
    assert (told["answered"], told["refused"]) == (PEOPLE, RIVALS)
    assert len(set(told["responses"].values())) == PEOPLE
    siege.look("last")
    siege.check_ledger()
    for number in range(PEOPLE):
        assert (str(number) in siege.answers) != (f"{number}-rival" in siege.answers)
    for name, response in siege.answers.items():
        office.finish(name, response)
    for voucher in office.vouchers[:PEOPLE]:
        office.check_used(voucher)
    used = [row for row in office.rows().values() if row != [None, None]]
    assert all(None not in row for row in used)
    assert office.close() == len(used) == len(siege.answers) == PEOPLE


def test_a_registrar_killed_at_every_step(shop: Shop, every_step: EveryStep) -> None:
    """Wherever it dies, the voucher is free or bound to this request, which is answered later."""
    office, answers, seen = Office(shop, 600), {}, set()
    for step in every_step:
        voucher, path = office.vouchers[step], shop / f"{step}.response"
        office.ask(str(step), voucher)
        every_step.kill(f"registrar issue {step}.request -o {step}.response", CLERK, ENROL)
        found, (bound, signatures) = content(path), office.rows()[office.hash(voucher)]
        seen.add((bound is not None, signatures is not None, found is not None))
        if bound:
            office.check_used(voucher)
        request = EnrolmentRequest.from_bytes((shop / f"{step}.request").read_bytes())
        response = office.answer(request)
        assert found in (None, response)
        assert signatures in (None, office.rows()[office.hash(voucher)][1])
        office.finish(str(step), response)
        answers[path] = response
    assert seen == {
        (False, False, False),
        (True, False, False),
        (True, True, False),
        (True, True, True),
    }
    assert every_step.places > {
        "ledger.py bind",
        "ledger.py store",
        "ledger_file.py _transaction",
        "issuing.py issue",
        "files.py write_file",
        "files.py _place",
    }
    names = " ".join(f"{name}.request" for name in office.asked)
    shop.call(f"registrar issue {names} -o .", CLERK, now=ENROL)
    assert answers == {path: path.read_bytes() for path in answers}
    assert office.close() == len(office.asked)


def test_a_registrar_is_killed_as_the_ledger_is_made(shop: Shop, deaths: Deaths) -> None:
    """There is no ledger, or a whole one without vouchers or with all; vouching again works."""
    office = Office(shop, 0)
    vouch, status = "registrar vouch club.group --count 2 -o", "registrar status club.group --json"
    kept, seen = shop / "homes" / CLERK, set()
    for number in deaths:
        clerk = f"{CLERK}-{number}"
        shutil.copytree(kept, shop / "homes" / clerk, ignore=shutil.ignore_patterns("*.sqlite*"))
        deaths.kill(f"{vouch} {number}.csv", clerk, ENROL)
        told = shop.call(status, clerk, now=ENROL, code=None)
        assert told.code in (0, MissingError.exit_code)
        before = 0 if told.code else told.json["vouchers"]
        listed = (shop / f"{number}.csv").exists()
        seen.add(f"{'no ledger' if told.code else before}{', listed' if listed else ''}")
        shop.call(f"{vouch} {number}-again.csv", clerk, now=ENROL)
        office.ledger = shop / "homes" / clerk / office.ledger.name
        assert len(office.rows()) == before + 2
        assert not list((shop / "homes" / clerk).glob(".cosign-*"))
    deaths.check(seen, {"no ledger", "0", "2", "2, listed"})


def test_a_granting_registrar_is_killed(shop: Shop, deaths: Deaths) -> None:
    """The slot is free or taken for good, and no two rounds ever have a grant of it."""
    Office(shop, 0)
    seen = set()
    first, decoy = club().round.round, club().open_round(title="Another").round
    (shop / "first.draft").write_bytes(replace(first, grants=()).to_bytes())
    (shop / "decoy.draft").write_bytes(replace(decoy, grants=()).to_bytes())
    for number in deaths:
        clerk = f"{CLERK}-{number}"
        shutil.copytree(shop / "homes" / CLERK, shop / "homes" / clerk)
        grant = "registrar grant {0}.draft --yes -o {1}-{0}.grant"
        deaths.kill(grant.format("first", number), clerk, SIGN)
        given = content(shop / f"{number}-first.grant")
        other = shop.call(grant.format("decoy", number), clerk, now=SIGN, code=None)
        if other.code == 0:
            assert given is None
            refused = grant.format("first", number)
            shop.call(refused, clerk, now=SIGN, code=SlotError.exit_code)
        else:
            assert other.code == SlotError.exit_code
            again = grant.format("first", f"again-{number}")
            shop.call(again, clerk, now=SIGN)
            assert content(shop / f"again-{number}-first.grant") == first.grants[0].to_bytes()
            assert given in (None, first.grants[0].to_bytes())
        seen.add("free" if other.code == 0 else "taken")
    deaths.check(seen, {"free", "taken"})


def test_an_enrolling_member_is_killed(shop: Shop, deaths: Deaths) -> None:
    """Enrolling again gives the request that was made first, and the registrar accepts it."""
    office, seen = Office(shop, 400), set()
    for number in deaths:
        code, name = encode_voucher(office.group, 0, office.vouchers[number]), f"member-{number}"
        enrol = f"member enrol club.group --voucher {code} -o"
        deaths.kill(f"{enrol} {number}.first", name, ENROL)
        first, kept = content(shop / f"{number}.first"), member_state(shop, name)
        seen.add(f"{'kept' if kept else 'lost'}, {'sent' if first else 'unsent'}")
        shop.call(f"{enrol} {number}.request", name, now=ENROL)
        again = (shop / f"{number}.request").read_bytes()
        EnrolmentRequest.from_bytes(again)
        assert kept is None or kept.pending[0].request.to_bytes() == again
        assert first in (None, again)
        state = member_state(shop, name)
        assert state
        office.asked[str(number)] = state
    deaths.check(seen, {"lost, unsent", "kept, unsent", "kept, sent"})
    names = " ".join(f"{name}.request" for name in office.asked)
    shop.call(f"registrar issue {names} -o .", CLERK, now=ENROL)
    for name in office.asked:
        office.finish(name, (shop / f"{name}.response").read_bytes())


def test_a_finishing_member_is_killed(shop: Shop, deaths: Deaths) -> None:
    """A response is taken whole or not at all, and what was not taken can be taken again."""
    world, seen = club(), set()
    log = world.enrolments[0]
    before, after = log.before.to_bytes(), world.members[0].to_bytes()
    name = f"member-{world.group.group_id.hex()}"
    (shop / "a.response").write_bytes(log.response.to_bytes())
    for number in deaths:
        home(shop, str(number)).write(name, log.before)
        deaths.kill("member finish a.response", str(number), ENROL)
        state = home(shop, str(number)).read(name, MemberState).to_bytes()
        assert state in (before, after)
        seen.add("waiting" if state == before else "finished")
        again = shop.call("member finish a.response", str(number), now=ENROL, code=None)
        assert again.code == (0 if state == before else RefusedError.exit_code)
        assert home(shop, str(number)).read(name, MemberState).to_bytes() == after
    deaths.check(seen, {"waiting", "finished"})


def test_a_signer_is_killed(shop: Shop, deaths: Deaths) -> None:
    """The use of a slot is written before anything of an envelope, so it speaks in one round."""
    world, seen = club(), set()
    name = f"member-{world.group.group_id.hex()}"
    (shop / "first.round").write_bytes(world.round.round.to_bytes())
    (shop / "second.round").write_bytes(world.open_round(title="Another").round.to_bytes())
    for number in deaths:
        signer, folder = f"signer-{number}", shop / str(number)
        folder.mkdir()
        home(shop, signer).write(name, world.members[0])
        sign = f"sign --yes --min-set 1 -o {number}/"
        deaths.kill(f"{sign}sealed first.round", signer, SIGN)
        used = bool(home(shop, signer).read(name, MemberState).uses)
        envelope = content(folder / "sealed")
        assert used or not list(folder.iterdir())
        assert envelope is None or Envelope.from_bytes(envelope)
        seen.add(f"{'used' if used else 'free'}, {'sent' if envelope else 'unsent'}")
        second = shop.call(f"{sign}second second.round", signer, now=SIGN, code=None)
        assert second.code == (SlotError.exit_code if used else 0)
        again = shop.call(f"{sign}again first.round", signer, now=SIGN, code=None)
        assert again.code == (0 if used else SlotError.exit_code)
    deaths.check(seen, {"free, unsent", "used, unsent", "used, sent"})
