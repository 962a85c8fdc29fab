"""``verify --cluster``: the workers of a Dask scheduler."""

import sys
from collections.abc import Iterator

import pytest
from distributed import LocalCluster

from cosign import cluster as module
from tests.support.commands import Shop


@pytest.fixture
def address() -> Iterator[str]:
    """Start a scheduler and a worker in this process, and give the scheduler's address."""
    with LocalCluster(n_workers=1, processes=False, dashboard_address=":0") as started:  # type: ignore[no-untyped-call]  # ships no types
        yield started.scheduler_address


def test_a_cluster_verifies_a_letter(shop: Shop, address: str) -> None:
    """With the report of any other way to verify, and a word about whom it believes."""
    alone = shop.call("verify published.letter --json", code=3)
    there = shop.call(f"verify published.letter --json --cluster {address}", code=3)
    assert there.json == alone.json
    assert "is believed" not in alone.err
    assert f"the cluster at {address} answered is believed" in there.err


def test_a_cluster_that_does_not_answer_is_wrong_usage(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing was verified, so the letter is not called invalid."""
    quick = {**module._SETTINGS, "distributed.comm.timeouts.connect": "0.2s"}
    monkeypatch.setattr(module, "_SETTINGS", quick)
    done = shop.call("verify published.letter --cluster tcp://127.0.0.1:1", code=2)
    assert done.problem()[0] == "no cluster answers at tcp://127.0.0.1:1"


def test_a_cluster_has_its_own_workers(shop: Shop) -> None:
    done = shop.call("verify published.letter --cluster tcp://127.0.0.1:1 --workers 2", code=2)
    assert done.problem()[0] == "a cluster has its own workers"


def test_the_extra_is_named_where_it_is_missing(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hint installs what is missing."""
    monkeypatch.delitem(sys.modules, "cosign.cluster", raising=False)
    monkeypatch.setitem(sys.modules, "dask", None)
    done = shop.call("verify published.letter --cluster tcp://127.0.0.1:1", code=2)
    message, hint = done.problem()
    assert message == "this needs dask, which is not installed"
    assert "-m pip install 'distributed" in hint
