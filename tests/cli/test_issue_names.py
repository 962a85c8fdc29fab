"""Requests of several people that have one name: each gets an answer, or nobody is told so."""

import shutil
from pathlib import Path

import pytest

from tests.support.cli_fixture import vouchers
from tests.support.commands import Shop

PEOPLE = ("anna", "bert", "cleo")


@pytest.fixture
def mails(shop: Shop) -> Shop:
    """Three people's requests, each ``my.request`` in a folder of its own."""
    shop.call("registrar vouch open.group --count 3 -o more.csv", "clerk")
    for person, code in zip(PEOPLE, vouchers(shop, "more.csv"), strict=True):
        (shop / "in" / person).mkdir(parents=True)
        enrol = f"member enrol open.group --voucher {code} -o in/{person}/my.request"
        shop.call(enrol, f"new-{person}")
    (shop / "out").mkdir()
    return shop


def line(*people: str, more: str = "") -> str:
    """Return the command that answers these people."""
    requests = " ".join(f"in/{person}/my.request" for person in people)
    return f"registrar issue {requests} -o out {more}"


def finished(shop: Shop, told: dict[str, str]) -> None:
    """Check that each person can use the answer that was told for the request."""
    for request, response in told.items():
        person = Path(request).parent.name
        shop.call(f"member finish {response}", f"new-{person}")


def test_each_request_has_an_answer_of_its_own(mails: Shop) -> None:
    done = mails.call(line(*PEOPLE, more="--json"), "clerk")
    assert sorted(path.name for path in (mails / "out").iterdir()) == [
        "my-2.response",
        "my-3.response",
        "my.response",
    ]
    assert (done.json["answered"], len(set(done.json["responses"].values()))) == (3, 3)
    assert "the answer to in/bert/my.request is out/my-2.response" in done.err
    finished(mails, done.json["responses"])


@pytest.mark.parametrize("people", [PEOPLE, PEOPLE[::-1], PEOPLE[1:], PEOPLE[2:]])
def test_a_repeated_run_finds_its_answers(mails: Shop, people: tuple[str, ...]) -> None:
    """Whatever the order, and whichever requests are named again."""
    first = mails.call(line(*PEOPLE, more="--json"), "clerk").json["responses"]
    with mails.unchanged():
        again = mails.call(line(*people, more="--json"), "clerk").json["responses"]
    assert again == {path: target for path, target in first.items() if path in again}
    assert len(again) == len(people)


def test_an_answer_of_an_earlier_run_stays(mails: Shop) -> None:
    """The next person's answer gets another name, and nobody is sent to --force."""
    for person in PEOPLE:
        done = mails.call(line(person, more="--json"), "clerk")
        assert "--force" not in done.err
        finished(mails, done.json["responses"])
    assert len(list((mails / "out").iterdir())) == 3


def test_force_loses_no_answer_of_its_run(mails: Shop) -> None:
    done = mails.call(line(*PEOPLE, more="--force --json"), "clerk")
    assert done.json["answered"] == len(list((mails / "out").iterdir())) == 3
    finished(mails, done.json["responses"])


def test_copies_of_one_request_are_counted_as_files(mails: Shop) -> None:
    """The same path twice is one request; a copy of it gets a copy of the answer."""
    shutil.copy(mails / "in/anna/my.request", mails / "in/my.request")
    requests = "in/anna/my.request in/anna/my.request in/my.request"
    done = mails.call(f"registrar issue {requests} -o out --json", "clerk")
    assert done.json["answered"] == len(list((mails / "out").iterdir())) == 2


@pytest.mark.parametrize("output", ["letter.md", "late.response"])
def test_nothing_is_signed_for_a_name_that_is_taken(mails: Shop, output: str) -> None:
    """Where one file is named for one answer: the voucher stays unused."""
    with mails.unchanged():
        done = mails.call(f"registrar issue in/anna/my.request -o {output}", "clerk", code=15)
    assert done.problem()[0] == f"{output}: the file exists"


def test_a_damaged_answer_is_not_taken_for_one(mails: Shop) -> None:
    """It is the answer to this request by its start only, and stays as it is."""
    mails.call("registrar issue in/anna/my.request -o one", "clerk")
    raw = (mails / "one").read_bytes()
    (mails / "one").write_bytes(raw[:-1] + bytes([raw[-1] ^ 1]))
    assert mails.call("registrar issue in/anna/my.request -o one", "clerk", code=15)
    mails.call("registrar issue in/anna/my.request -o one --force", "clerk")
    assert (mails / "one").read_bytes() == raw
