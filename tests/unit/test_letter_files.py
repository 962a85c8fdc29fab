"""Published letters as files, and pins as people have them."""

import io
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import cosign
from cosign.letter_files import read_pin
from cosign.wire.armor import armor
from tests.support import rosters
from tests.support.world import World


@pytest.fixture
def letter(village: World, tmp_path: Path) -> Path:
    """A published letter."""
    path = tmp_path / "published.letter"
    path.write_bytes(village.published)
    return path


@pytest.fixture
def group(village: World, tmp_path: Path) -> Path:
    """The file of its group."""
    path = tmp_path / "staff.group"
    path.write_bytes(village.group.to_bytes())
    return path


def pipe(raw: bytes) -> Path:
    """Return the path of a pipe out of which these bytes come."""
    out, into = os.pipe()

    def write() -> None:
        with open(into, "wb") as stream:  # noqa: PTH123  # a descriptor, not a path
            stream.write(raw)

    threading.Thread(target=write).start()
    return Path(f"/dev/fd/{out}")


def test_a_letter_is_a_path_or_a_stream_in_either_form(letter: Path, village: World) -> None:
    """Each gives the same report; a stream stays open for its owner."""
    raw = letter.read_bytes()
    text = letter.with_suffix(".txt")
    text.write_bytes(armor("published letter", raw))
    for given in (
        letter,
        str(letter),
        text,
        pipe(raw),
        io.BytesIO(raw),
        io.BytesIO(text.read_bytes()),
    ):
        report = cosign.verify_letter(given, pin=village.group)
        assert (report.cosigners, report.pinned, report.exit_code) == (3, True, 0)
    with letter.open("rb") as stream:
        cosign.verify_letter(stream)
        assert not stream.closed


def test_a_pin_is_digits_a_file_or_the_group(
    letter: Path, group: Path, village: World, tmp_path: Path
) -> None:
    """A file holds the group, armored or not, or the digits; all mean the same fingerprint."""
    digits = village.round.group_fingerprint
    saved, text = tmp_path / "staff.fingerprint", tmp_path / "staff.txt"
    saved.write_text(f"{digits}\r\n", encoding="utf-8")
    text.write_bytes(armor("registered group", group.read_bytes()))
    spaced = digits.replace(" ", ""), digits.replace(" ", "-"), f" {digits}\n"
    files = group, str(group), saved, str(saved), text, pipe(group.read_bytes())
    for pin in (digits, *spaced, *files, village.group):
        assert read_pin(pin) == digits
    assert cosign.verify_letter(letter, pin=group).pinned
    assert not cosign.verify_letter(letter).pinned


def test_a_roster_is_a_pin_too(tmp_path: Path) -> None:
    """Both kinds of groups are known by their fingerprints."""
    roster = rosters.round_of(3).group
    path = tmp_path / "staff.roster"
    path.write_bytes(roster.to_bytes())
    assert read_pin(path) == read_pin(roster) == rosters.round_of(3).group_fingerprint


def test_another_group_is_refused(letter: Path, committee: World, village: World) -> None:
    """By its digits and by its file, and the digits of the round are no group's."""
    for pin in (committee.group, committee.round.group_fingerprint, village.round.fingerprint):
        with pytest.raises(cosign.VerificationError, match="not by the one you pinned"):
            cosign.verify_letter(letter, pin=pin)


@pytest.mark.parametrize(
    ("mistype", "message"),
    [
        (lambda digits: digits[:-1], "neither a file nor a fingerprint of 60 digits"),
        (lambda digits: f"{digits} 00000", "neither a file nor a fingerprint of 60 digits"),
        (lambda digits: digits.replace(digits[0], "O"), "neither a file nor a fingerprint"),
        (lambda digits: digits + "\0", "neither a file nor a fingerprint of 60 digits"),
        (lambda digits: digits * 100, "file name too long"),
        (lambda _digits: "", "the pin is empty"),
        (lambda _digits: " \n", "the pin is empty"),
        (lambda _digits: ".", r"\.: is a directory"),
        (lambda _digits: "published.letter", "published.letter: not a record"),
        (lambda _digits: "letter.round", "letter.round: .*group"),
        (lambda _digits: "short", "short: "),
    ],
)
def test_a_mistyped_pin_is_a_usage_error(
    mistype: Callable[[str], str],
    message: str,
    letter: Path,
    village: World,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is found before the letter is opened, and never taken for a letter that is not valid."""
    monkeypatch.chdir(letter.parent)
    Path("letter.round").write_bytes(village.round.round.to_bytes())
    Path("short").write_text("28288 91299", encoding="utf-8")
    with pytest.raises(cosign.UsageError, match=message) as caught:
        cosign.verify_letter("no such letter", pin=mistype(village.round.group_fingerprint))
    assert (caught.value.exit_code, bool(caught.value.hint)) == (2, True)


def test_a_file_that_cannot_be_read_is_a_storage_error(tmp_path: Path) -> None:
    """Which says nothing of the letter in it."""
    for path in (tmp_path / "nothing", "a\0b"):
        with pytest.raises(cosign.MissingError, match="there is no such file"):
            cosign.verify_letter(path)
    with pytest.raises(cosign.StorageError, match="is a directory"):
        cosign.verify_letter(tmp_path)
    with pytest.raises(cosign.StorageError, match="input/output error"):
        cosign.verify_letter("/proc/self/mem")


def test_what_is_neither_path_nor_stream_is_a_programmers_error(letter: Path) -> None:
    """A letter opened as text, its bytes, and digits that are a number."""
    with letter.open(encoding="latin-1") as text, pytest.raises(TypeError, match="binary stream"):
        cosign.verify_letter(text)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="not bytes"):
        cosign.verify_letter(letter.read_bytes())  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="not int"):
        cosign.verify_letter(letter, pin=28288)  # type: ignore[arg-type]


def test_a_damaged_letter_is_not_valid(letter: Path, village: World) -> None:
    """Cut, changed and not a letter: errors whose exit code is that of "not valid"."""
    raw = letter.read_bytes()
    changed = raw[:-400] + bytes([raw[-400] ^ 1]) + raw[-399:]
    for damaged in (raw[:-1], changed, raw + b"x", b"", village.group.to_bytes()):
        with pytest.raises((cosign.MalformedError, cosign.VerificationError)) as caught:
            cosign.verify_letter(io.BytesIO(damaged), pin=village.group)
        assert caught.value.exit_code == 1


def test_executor_and_progress_are_the_callers(
    letter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Enough proofs are verified where the caller says, who is told how far it is."""
    monkeypatch.setattr("cosign.roles.verifier.letter._PROGRESS_STEP", 1)
    monkeypatch.setattr("cosign.proofs.certificate.CertificateVerifier.share_from", 1)
    told: list[tuple[int, int]] = []
    with ThreadPoolExecutor(2, thread_name_prefix="worker") as executor:
        cosign.verify_letter(letter, executor=executor, progress=lambda *done: told.append(done))
        assert any(thread.name.startswith("worker") for thread in threading.enumerate())
    assert told == [(1, 3), (2, 3), (3, 3)]
