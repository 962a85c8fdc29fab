"""``make bench``: what it prints, writes and ends with."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.bench import __main__ as bench
from tests.bench.builds import build_of, work_ratio
from tests.bench.measure import LeftOut, Result


def suite(*found: Result | LeftOut) -> SimpleNamespace:
    """Make a suite with these results."""

    def run() -> Iterator[Result | LeftOut]:
        yield from found

    return SimpleNamespace(run=run)


@pytest.fixture(autouse=True)
def _suites(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    good = suite(Result("small", 1, 2), Result("large", 3, 2, at_most=False), Result("told", 9))
    low = Result("low", 1, 2, at_most=False)
    bad = suite(Result("slow", 3, 2), LeftOut("absent", "no such thing"), low)
    monkeypatch.setattr(bench, "SUITES", {"good": good, "bad": bad})


def bench_with(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Run some suites by name."""
    monkeypatch.setattr(sys, "argv", ["bench", *names])
    bench.main()


def test_single_suites_can_be_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only what was measured is written."""
    bench_with(monkeypatch, "good")
    assert json.loads(Path("bench.json").read_text()) == {"small": 1, "large": 3, "told": 9}
    assert "MISSED" not in capsys.readouterr().out


def test_a_missed_target_is_an_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The exit code is not zero, all figures are written, and what is left out is told."""
    with pytest.raises(SystemExit, match="targets missed: slow, low"):
        bench_with(monkeypatch)
    assert Path("bench.json").read_text().count(":") == 5
    out = capsys.readouterr().out
    assert out.count("MISSED") == 2
    assert "left out: no such thing" in out


def test_a_suite_that_breaks_ends_no_other(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What it measured before stays, and the end names it."""

    def run() -> Iterator[Result]:
        yield Result("before", 4)
        raise OSError("no more memory")

    monkeypatch.setattr(bench, "SUITES", {"torn": SimpleNamespace(run=run), **bench.SUITES})
    with pytest.raises(SystemExit, match="suites broken: torn; targets missed: slow, low"):
        bench_with(monkeypatch)
    assert json.loads(Path("bench.json").read_text())["before"] == 4
    assert "no more memory" in capsys.readouterr().err


def test_an_unknown_suite_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before anything is measured."""
    with pytest.raises(SystemExit, match="2"):
        bench_with(monkeypatch, "good", "fast")
    assert "no suite is called 'fast'; there are good, bad" in capsys.readouterr().err
    assert not Path("bench.json").exists()


def test_without_history_nothing_is_compared() -> None:
    """Git may be missing, or have too little of its history."""
    assert build_of("0" * 40) is None
    assert work_ratio("tests.bench.work.publish", "16", commit="0" * 40) is None


def test_the_work_that_is_compared_runs_with_both_builds() -> None:
    """A module that moves has to be found by each build under its own name."""
    ratio = work_ratio("tests.bench.work.publish", "16", repeat=1)
    if ratio is None:
        pytest.skip("no git history")
    assert ratio > 0
