"""What the library says of a published file, to be held against the second reader."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from cosign.errors import CosignError
from cosign.letter_files import verify_letter as report_on_letter
from cosign.roles.verifier.letter import verify_letter
from tests.interop.second_reader import SecondReader

COMMAND = Path(sys.executable).with_name("cosign-letter")


def words_of(file: bytes) -> tuple[str, str]:
    """What the command says is wrong with a file, and its hint; nothing if it is valid."""
    try:
        report_on_letter(io.BytesIO(file))
    except CosignError as error:
        return error.message, error.hint
    return "", ""


def check_words(files: dict[str, bytes], answers: list[dict[str, Any]], where: str) -> None:
    """Check that the page says of bad files what the command says, hint included."""
    for (name, file), answer in zip(files.items(), answers, strict=True):
        said = answer.get("error", ""), answer.get("hint", "")
        assert said == words_of(file), (where, name)


def library_accepts(file: bytes) -> bool:
    """Whether the library takes a binary file for valid."""
    try:
        verify_letter(io.BytesIO(file), pin=None)
    except CosignError:
        return False
    return True


def both_say(second_reader: SecondReader, files: dict[str, bytes]) -> dict[str, bool]:
    """The verdict on each file, once all verifiers agree on all of them.

    These are the library, the second reader, and the reader's page in Node and in browsers.
    """
    library = {name: library_accepts(file) for name, file in files.items()}
    answers = second_reader.verify_all([*files.values()])
    reader = {name: answer["valid"] for name, answer in zip(files, answers, strict=True)}
    assert reader == library
    for where, answers in second_reader.page.verify_all([*files.values()]).items():
        check_words(files, answers, where)
        # Where the file is no published letter at all, the page says so and judges nothing.
        page = {
            name: answer.get("valid", False) for name, answer in zip(files, answers, strict=True)
        }
        assert page == library
        assert all(answer["exit_code"] in {1, 2, 3} for answer in answers)
    return library


def command_says(file: Path, *pin: str) -> tuple[int, dict[str, Any]]:
    """Exit code and JSON object of the command for one file."""
    group = [word for digits in pin for word in ("--group", digits)]
    command = [str(COMMAND), "verify", "--json", str(file), *group]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    answer: dict[str, Any] = json.loads(done.stdout)
    return done.returncode, answer


def agreed_report(second_reader: SecondReader, file: Path, *pin: str) -> tuple[int, dict[str, Any]]:
    """Exit code and report, once command and second reader agree on everything but sentences.

    The page has the command's sentences, too.
    """
    command, report = command_says(file, *pin)
    if file.exists() and (page := second_reader.page.node):
        said = page.verify(file, *pin)
        assert said == report if "error" not in report else said.keys() == report.keys()
        assert said["exit_code"] == command
    code, answer = second_reader.verify(file, *pin)
    assert code == command
    assert _figures(answer) == _figures(report)
    return code, answer


def _figures(report: dict[str, Any]) -> dict[str, Any]:
    """Take the sentences out of a report, whose words are free, and return it."""
    for one in (report, *report.get("groups", ())):
        for sentence in ("not_checked", "error", "hint"):
            if sentence in one:
                one[sentence] = "…"
        for entry in one.get("hidden", ()):
            entry.pop("use", None)
    return report
