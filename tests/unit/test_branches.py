"""Data files of killed processes do not spoil the figure of branches."""

from pathlib import Path

import pytest
from coverage import CoverageData

from tests.branches import fault_in, leave_out_damaged


def measured(path: Path) -> Path:
    """Write a data file as a traced process does."""
    data = CoverageData(str(path))
    data.add_arcs({f"/file-{number}.py": [(1, 2)] for number in range(500)})
    data.write()
    return path


@pytest.mark.parametrize("size", [0, 100, 5_000, 50_000])
def test_a_file_that_was_cut_is_left_out(
    tmp_path: Path, size: int, capsys: pytest.CaptureFixture[str]
) -> None:
    whole, cut = measured(tmp_path / "data.whole"), measured(tmp_path / "data.cut")
    cut.write_bytes(cut.read_bytes()[:size])
    assert fault_in(whole) == ""
    assert leave_out_damaged(tmp_path) == 1
    assert capsys.readouterr().out.startswith("left out: 1 of the data files, ")
    assert sorted(path.name for path in tmp_path.glob("data.*")) == ["data.whole"]


def test_a_file_whose_pages_were_exchanged_is_left_out(tmp_path: Path) -> None:
    path = measured(tmp_path / "data.mixed")
    raw = bytearray(path.read_bytes())
    raw[8192:16384] = b"\xff" * 8192
    path.write_bytes(raw)
    assert fault_in(path)
