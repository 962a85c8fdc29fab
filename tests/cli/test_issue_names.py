"""Requests of several people that have one name: each gets an answer, or nobody is told so."""

import errno
import shutil
from pathlib import Path

import pytest

from cosign.wire.record import Record
from cosign_cli.shared.console import Console
from tests.support.cli_fixture import vouchers
from tests.support.commands import Shop
from tests.support.faults import failing

PEOPLE = ("anna", "bert", "cleo")


@pytest.fixture(scope="module")
def received(kept: Shop, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Three people's requests, each ``my.request`` in a folder of its own; only copied."""
    shop = kept.copy(tmp_path_factory.mktemp("mails") / "shop")
    shop.call("registrar vouch open.group --count 3 -o more.csv", "clerk")
    for person, code in zip(PEOPLE, vouchers(shop, "more.csv"), strict=True):
        (shop / "in" / person).mkdir(parents=True)
        enrol = f"member enrol open.group --voucher {code} -o in/{person}/my.request"
        shop.call(enrol, f"new-{person}")
    (shop / "out").mkdir()
    return shop


@pytest.fixture
def mails(received: Shop, tmp_path: Path) -> Shop:
    """The same, to be spoilt."""
    return received.copy(tmp_path / "shop")


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


# Odd names.

ODD = {
    "-.request": "request.response",
    "-o.request": "o.response",
    "--force.request": "force.response",
    ".request": "request.response",
    "..request": "request.response",
    "-": "request.response",
    "two words.request": "two words.response",
}


@pytest.mark.parametrize("name", ODD)
def test_no_answer_is_named_like_an_option_or_hidden(mails: Shop, name: str) -> None:
    """A person who types the name of an answer would give an option, and ls would not show it."""
    stdin = (mails / "in/anna/my.request").read_bytes()
    if name != "-":
        (mails / "in/anna/my.request").rename(mails / "in" / name)
    path = name if name == "-" else f"in/{name}"
    done = mails.call(f"registrar issue '{path}' -o out --json", "clerk", stdin=stdin)
    assert done.json["responses"] == {path: f"out/{ODD[name]}"}
    assert [found.name for found in (mails / "out").iterdir()] == [ODD[name]]
    assert (f"the answer to {path} is out/{ODD[name]}\n" in done.err) == (" " not in name)


def test_several_answers_do_not_go_to_stdout(mails: Shop) -> None:
    """One does; and a folder named "-" can be named."""
    with mails.unchanged():
        done = mails.call(line(*PEOPLE).replace("-o out", "-o -"), "clerk", code=2)
    assert done.problem() == ("several answers do not fit into stdout", "name a folder")
    assert mails.call(line("anna").replace("-o out", "-o -"), "clerk").raw
    (mails / "-").mkdir()
    mails.call(line(*PEOPLE).replace("-o out", "-o ./-"), "clerk")
    assert len(list((mails / "-").iterdir())) == 3


# Runs that end early.


def issued(shop: Shop) -> int:
    """Return how many requests the ledger says are answered."""
    return int(shop.call("registrar status open.group --json", "clerk").json["answered"])


@pytest.mark.parametrize("broken", PEOPLE)
def test_a_failure_among_several_tells_what_the_ledger_holds(
    mails: Shop, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer that could not be written is in the ledger, and is named."""
    real, before, turns = Console.write_record, issued(mails), iter(PEOPLE)

    def full_disk(console: Console, record: Record) -> None:
        with failing("write", next(turns) == broken, errno.ENOSPC):
            real(console, record)

    with monkeypatch.context() as patched:
        patched.setattr(Console, "write_record", full_disk)
        done = mails.call(line(*PEOPLE, more="--json"), "clerk", code=14)
    told = done.json
    assert (told["answered"], told["refused"]) == (2, 1)
    assert told["unwritten"] == [f"in/{broken}/my.request"]
    assert f"the ledger holds the answer to in/{broken}/my.request, but no file does" in done.err
    assert issued(mails) - before == 3
    again = mails.call(line(*PEOPLE, more="--json"), "clerk").json
    assert (again["answered"], again["unwritten"], issued(mails) - before) == (3, [], 3)
    finished(mails, again["responses"])


def test_a_run_that_is_interrupted_tells_how_far_it_came(
    mails: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C while an answer is written: the ledger holds it."""
    real = Console.write_record

    def interrupted(console: Console, record: Record) -> None:
        if console.output.endswith("-3.response"):
            raise KeyboardInterrupt
        real(console, record)

    with monkeypatch.context() as patched:
        patched.setattr(Console, "write_record", interrupted)
        done = mails.call(line(*PEOPLE), "clerk", code=130)
    assert "out: 2 of 3 requests answered\n" in done.err
    assert "the ledger holds the answer to in/cleo/my.request, but no file does" in done.err
    finished(mails, mails.call(line(*PEOPLE, more="--json"), "clerk").json["responses"])


def test_one_answer_that_cannot_be_written_is_in_the_ledger(mails: Shop) -> None:
    with failing("write", 1, errno.ENOSPC):
        done = mails.call("registrar issue in/anna/my.request -o one", "clerk", code=14)
    assert "the ledger holds the answer to in/anna/my.request" in done.err
    assert "changed before the error: homes/clerk/registrar-" in done.err
    mails.call("registrar issue in/anna/my.request -o one", "clerk")
