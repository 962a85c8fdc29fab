"""What the page says of time stamps is what the command says that was told no authority."""

import json
import random
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from cosign.records.time_stamp import TimeStamp
from cosign.wire.framing import frame
from tests.interop.crooked import vector_file
from tests.interop.page_readers import PageReaders
from tests.interop.verdicts import COMMAND, command_says
from tests.support import places
from tests.support.authority import authority, needed

FILE: Final = vector_file().file()
ANSWERS: Final = [
    bytes.fromhex(answer)
    for answer in json.loads((places.VECTORS / "time_stamp.json").read_text())["answers"]
]
"""Of a real authority, about something else than the file; its name is a long one."""

Said = Callable[[bytes], tuple[list[dict[str, Any]], list[dict[str, Any]]]]


def stamped(*answers: bytes) -> bytes:
    """Return the file of the vectors with these answers of authorities behind it."""
    return FILE + b"".join(map(frame, sorted(TimeStamp(one).to_bytes() for one in answers)))


@pytest.fixture
def said(page_readers: PageReaders, tmp_path: Path) -> Said:
    """What the page's engine and the command say of the time stamps of a file."""
    if (node := page_readers.node) is None:
        pytest.skip(str(page_readers.left_out))

    def verify(raw: bytes) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        file = tmp_path / "stamped.letter"
        file.write_bytes(raw)
        return node.verify(file)["time_stamps"], command_says(file)[1]["time_stamps"]

    return verify


def test_a_stamp_of_another_file_is_told(said: Said) -> None:
    """With its maker's name and its time."""
    here, there = said(stamped(*ANSWERS))
    assert here == there
    assert [found["state"] for found in here] == ["false"] * len(ANSWERS)
    assert all(found["authority"].startswith("Clock of") and found["time"] for found in here)


@needed
def test_a_stamp_of_the_file_is_unchecked(said: Said, tmp_path: Path) -> None:
    """The page says when the file existed, and who says so."""
    by = authority(tmp_path / "authority", "Clocks <b>, Ltd.")
    file, request = tmp_path / "x.letter", tmp_path / "x.tsq"
    file.write_bytes(FILE)
    line = [str(COMMAND), "timestamp", "request", str(file), "-o", str(request)]
    subprocess.run(line, capture_output=True, check=True)
    here, there = said(stamped(by.answer(request.read_bytes())))
    assert here == there
    [found] = here
    assert (found["state"], found["problem"]) == ("unchecked", "")
    assert found["authority"] == "Clock of Clocks <b>, Ltd., Clocks <b>, Ltd."


def test_damaged_stamps(said: Said) -> None:
    """What cannot be read is not checked; nothing makes the letter another one, or ends the page.

    The command is stricter about DER, and it shows the name that a stamp states where there is no
    certificate. What both read is the same.
    """
    rng = random.Random(5)  # noqa: S311  # has to repeat
    damaged = [b"junk", ANSWERS[0][:-1], b"\x30\x80\x00\x00", b"\x30\xff" + bytes(40)]
    for _ in range(12):
        answer = bytearray(ANSWERS[0])
        answer[rng.randrange(700)] ^= 1 << rng.randrange(8)
        damaged.append(bytes(answer))
    here, there = said(stamped(*damaged))
    assert len(here) == len(there) == 16
    for mine, theirs in zip(here, there, strict=True):
        if mine["time"] is None:
            assert mine["state"] == "unchecked"
        elif theirs["time"] is not None:
            assert mine == (theirs if mine["authority"] else {**theirs, "authority": ""})
    assert any(found["time"] is None for found in here)
