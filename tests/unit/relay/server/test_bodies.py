"""Temporary files: how many there are, and which is given up."""

import asyncio
import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from starlette.exceptions import HTTPException

from cosign.errors import StorageError
from cosign.relay.server import bodies
from cosign.relay.server.bodies import EXTENSION, Spools


@dataclass(eq=False)
class Line:
    """A connection as far as temporary files know it."""

    progress: float
    rests: bool = True
    is_cut: bool = False

    def cut(self) -> None:
        self.is_cut = True


def scope(line: Line) -> dict[str, Any]:
    """Return the scope of a request on a connection."""
    return {"extensions": {EXTENSION: line}}


@pytest.mark.parametrize(
    ("lines", "cut"),
    [
        ([Line(3), Line(1), Line(2)], 1),
        ([Line(3), Line(1, rests=False), Line(2)], 2),
        ([Line(3), Line(1, rests=False), Line(2, rests=False)], 0),
        ([Line(3, rests=False), Line(1, rests=False), Line(2, rests=False)], None),
    ],
    ids=["all rest", "the slowest is served", "one rests", "all are served"],
)
def test_the_one_that_rests_the_longest_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: list[Line], cut: int | None
) -> None:
    """Those on which the relay itself works are not; if all are such, the newcomer waits."""
    monkeypatch.setattr(bodies, "SPOOLS", len(lines))
    spools = Spools(str(tmp_path))

    async def fill() -> str:
        async with contextlib.AsyncExitStack() as stack:
            for line in lines:
                await stack.enter_async_context(spools.spool(scope(line)))
            try:
                async with spools.spool(scope(Line(9))) as spool:
                    spool.store(b"new")
                    return spool.content().decode()
            except HTTPException as e:
                return str(e.detail)

    assert asyncio.run(fill()) == ("storage" if cut is None else "new")
    assert [line.is_cut for line in lines] == [number == cut for number in range(3)]
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_gone_is_a_failure_of_the_disk(tmp_path: Path) -> None:
    """It is answered like any other, with the system's words in the relay's output."""
    spools = Spools(str(tmp_path / "none"))

    async def fill() -> None:
        async with spools.spool(scope(Line(1))):
            pass

    with pytest.raises(StorageError, match="a temporary file of the relay: No such file"):
        asyncio.run(fill())
