"""The harnesses over their seeds, and that a fuzzer finds what is wrong."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import pytest

from cosign.wire import padding, record
from tests.fuzz import __main__ as runner
from tests.fuzz.harnesses import HARNESSES, attempt
from tests.fuzz.material import cut_frames, seeds, vectors
from tests.fuzz.mutation import mutate_file, mutate_record
from tests.support.examples.records import record_types
from tests.support.wire import unpack
from tests.vectors import generate

BROKEN: Final = """
import sys
from tests.fuzz import harnesses, worker
harnesses.HARNESSES["padded"] = lambda raw: None if raw[:1] in (b"", b"\\0") else raw[len(raw)]
worker.main(*sys.argv[1:])
"""


needs_fuzzer = pytest.mark.skipif(
    find_spec("atheris") is None, reason="atheris has no wheel for this Python and platform"
)


@pytest.mark.parametrize("name", HARNESSES)
def test_a_harness_survives_its_seeds(name: str) -> None:
    """Every vector, accepted or refused, keeps what the harness promises."""
    found = seeds(name)
    assert found
    for raw in [*found, b""]:
        HARNESSES[name](raw)


@pytest.mark.parametrize("name", ["records", "steps", "values", "inspected"])
def test_every_record_type_is_among_the_seeds(name: str) -> None:
    """Every record type that has vectors is fuzzed."""
    labels = {attempt(record.label_of, raw) for raw in seeds(name)}
    assert {record.LABEL for record in record_types()} <= labels


def test_a_harness_notices_what_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception of another tree escapes, and a second encoding is no way out."""
    raw = padding.pad(b"content", 20)
    monkeypatch.setattr(padding, "unpad", lambda padded: padded[4:])
    with pytest.raises(AssertionError):
        HARNESSES["padded"](raw)

    def unexpected(*_: object) -> None:
        raise KeyError("nothing of ours")

    monkeypatch.setattr(record, "decode", unexpected)
    with pytest.raises(KeyError):
        HARNESSES["records"](vectors()["Claim"][0])


def test_mutants_keep_the_form() -> None:
    """A record with one value changed is MessagePack, a file with one frame changed is framed."""
    record, file = vectors()["Round"][0], vectors()[generate.FILE_NAME][0]

    def blind(raw: bytes, most: int) -> bytes:
        return bytes(byte ^ 1 for byte in raw[:1]) + raw[1:most]

    seen = set()
    for seed in range(200):
        mutant = mutate_record(record, 2**16, seed, blind)
        assert mutant == mutate_record(record, 2**16, seed, blind)
        if mutant != blind(record, 2**16):
            assert unpack(mutant) != []
        seen.add(mutant)
        frames = cut_frames(mutate_file(file, 2**16, seed, blind)[16:])
        assert sum(map(len, frames)) + 4 * len(frames) <= 2 * len(file)
    assert len(seen) > 50


@needs_fuzzer
def test_a_fuzzer_runs(tmp_path: Path) -> None:
    """One second of a quick harness tries many inputs and keeps a corpus."""
    outcome = runner.fuzz("padded", 1, tmp_path)
    assert outcome.code == 0, outcome.log
    assert outcome.executions > len(seeds("padded"))
    assert list((tmp_path / "padded").iterdir())


@needs_fuzzer
def test_a_fuzzer_finds(tmp_path: Path) -> None:
    """An exception that is not ours ends it with an error, a traceback and the input in a file."""
    places = (f"-artifact_prefix={tmp_path}/", "-max_total_time=60")
    ended = subprocess.run(
        [sys.executable, "-c", BROKEN, "padded", *places],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    assert ended.returncode != 0
    assert b"IndexError" in ended.stdout
    [found] = tmp_path.iterdir()
    assert found.read_bytes()[0] != 0


def test_the_table_names_what_failed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line for each harness, the end of the log of one that failed, and its exit code."""
    codes = {"padded": 0, "values": 77}

    def ended(name: str, seconds: int) -> runner.Outcome:
        return runner.Outcome(name, 1000 * seconds, codes[name], f"log of {name}")

    monkeypatch.setattr(runner, "fuzz", ended)
    assert runner.main(["--seconds", "3", "padded"]) == 0
    assert runner.main(["--seconds", "3", "padded", "values"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split() for line in lines] == [
        ["padded", "3000", "ok"],
        ["padded", "3000", "ok"],
        ["values", "3000", "FAILED", "with", "77"],
        ["log", "of", "values"],
    ]
    with pytest.raises(SystemExit):
        runner.main(["nothing"])
