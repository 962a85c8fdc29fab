"""The reader's page takes part wherever it runs, and knows a file that is none."""

import base64
import contextlib
import io
from dataclasses import replace
from pathlib import Path

import pytest

from cosign.errors import CosignError, OtherFileError, UsageError
from cosign.letter_files import verify_letter
from cosign.records.comparable import Comparable, read_fingerprint
from cosign.reports.json import report_json
from cosign.wire.armor import armor, armor_chunks
from cosign.wire.container import AROUND_LIMIT, END, MARKER, with_letter
from tests.interop.crooked import vector_file
from tests.interop.page_readers import PageReaders
from tests.interop.parts import identifier, joined
from tests.interop.test_interop import PLACES, REFUSED, place_of, refused_bytes
from tests.support.browsers import BROWSERS

FILE = vector_file().file()
MAGIC = FILE[:16]
ARMORED = b"-----BEGIN COSIGN PUBLISHED LETTER-----\n" + base64.b64encode(FILE[:48]) + b"\n"
NO_LETTERS = {
    "empty": b"",
    "text": b"Dear all",
    "text with an armor": b"Dear Jo,\n\nhere it is:\n\n" + ARMORED,
    "a mail that quotes one": b"> " + ARMORED.replace(b"\n", b"\n> "),
    "web page": b"<!doctype html><title>Log in</title>",
    "pointer": b"version https://git-lfs.github.com/spec/v1\n",
    "packed": b"\x1f\x8b" + bytes(40),
    "zeros": bytes(2_000_000),
    "UTF-16": "-----BEGIN COSIGN X-----\n".encode("utf-16"),
    "another record": FILE[20:4000],
    "cut in the magic line": MAGIC[:9],
    "cut behind it": MAGIC,
    "zeros behind it": MAGIC + bytes(2_000_000),
    "a frame that is too long": MAGIC + b"\xff" * 8,
    "cut in the header": FILE[:2000],
    "cut in the trailer": FILE[:-1],
    "something behind": FILE + b"\n",
    "another record, and words behind its armor": armor("x", b"x" + FILE) + b"Best, O.",
    "a record behind": FILE + joined([FILE[20:99]])[16:],
    "armor without an end": b"-----BEGIN COSIGN X-----\n" + b"QUJD\n" * 400_000,
    "a line without an end": b"-----BEGIN COSIGN X-----\n" + b"QUJD" * 400_000,
}
PAGE = b"<!doctype html>\n<title>A page</title>\n" + MARKER + END + b"\n<p>words</p>\n"
WHOLE = b"".join(with_letter(PAGE, armor_chunks("published letter", [FILE])))
PLACE = WHOLE.index(MARKER) + len(MARKER)
NO_PAGES = {
    "two letters": WHOLE + WHOLE,
    "an empty block before": WHOLE.replace(MARKER, MARKER + END + MARKER),
    "a second block in a comment": WHOLE + b"<!--" + MARKER + END + b"-->",
    "a block in the block": WHOLE.replace(MARKER, MARKER + MARKER),
    "no letter": PAGE,
    "blanks": PAGE.replace(MARKER, MARKER + b" \r\n"),
    "something else": PAGE.replace(MARKER, MARKER + b"Dear all"),
    "words behind the armor": WHOLE.replace(b"-----\n" + END, b"-----\nDear all" + END),
    "a tag in the armor": WHOLE[: PLACE + 99] + b"<b>" + WHOLE[PLACE + 99 :],
    "a blank in the end tag": WHOLE.replace(END, b"</script >"),
    "cut in the armor": WHOLE[: PLACE + 500],
    "cut in the end tag": WHOLE[: WHOLE.index(END, PLACE) + 5],
    "cut before the armor": WHOLE[: PLACE + 3],
    "UTF-16": WHOLE.decode().encode("utf-16"),
    "another marker": WHOLE.replace(MARKER, MARKER.replace(b"id", b"ID")),
    "a marker far behind": b"<html>" + bytes(AROUND_LIMIT + 2**17) + WHOLE,
    "much behind the letter": WHOLE + bytes(AROUND_LIMIT + 2**17),
}
PAGES = {
    "as it is written": WHOLE,
    "on Windows": b"\xef\xbb\xbf" + WHOLE.replace(b"\n", b"\r\n"),
    "with blanks": WHOLE.replace(MARKER, MARKER + b" \n\n"),
    "far behind the start": WHOLE.replace(b"A page", b"<" * 70_000 + MARKER[:-1]),
    "before many characters": WHOLE + MARKER[:-1] * 5000,
}


def test_the_page_takes_part(page_readers: PageReaders) -> None:
    """What is not installed is left out with a word."""
    if page_readers.left_out:
        pytest.skip("; ".join(page_readers.left_out))
    assert page_readers.node is not None
    assert set(page_readers.browsers) == set(BROWSERS)


def test_files_that_are_none(page_readers: PageReaders) -> None:
    """The page has one sentence on each, the command's own, and the same exit code."""
    library = {name: library_says(content) for name, content in NO_LETTERS.items()}
    for where, answers in page_readers.verify_all([*NO_LETTERS.values()]).items():
        for (name, said), answer in zip(library.items(), answers, strict=True):
            assert (answer["exit_code"], answer["error"], answer["hint"]) == said, (where, name)


def test_damaged_records(page_readers: PageReaders) -> None:
    """On what is wrong in a record and what to do, the page has the command's words."""
    if (node := page_readers.node) is None:
        pytest.skip(str(page_readers.left_out))
    files = {
        vector["name"]: PLACES[place](refused_bytes(vector))
        for vector in REFUSED
        if (place := place_of(vector)) in PLACES
    }
    assert len(files) > 200
    for (name, file), answer in zip(files.items(), node.verify_all([*files.values()]), strict=True):
        with pytest.raises(CosignError) as refused:
            verify_letter(io.BytesIO(file))
        said = answer["error"], answer["hint"]
        assert said == (refused.value.message, refused.value.hint), name


def test_long_letters_of_what_is_not_seen(page_readers: PageReaders) -> None:
    """A megabyte of it takes no longer than another; the time for it does not grow by squares."""
    letters = {
        "spaces": " " * 1_000_000 + "x",
        "spaces at the end": "x" + " \t" * 500_000,
        "characters": "a\u200b" * 250_000,
        "pairs": "\U0001f600\u00a0\U000e0041" * 100_000 + " ",
        "lines": "\u00a0 \n" * 250_000,
    }
    files = [
        replace(vector_file(), records=[], letter=letter.encode()).renamed().file()
        for letter in letters.values()
    ]
    expected = [report_json(verify_letter(io.BytesIO(file)))["hidden"] for file in files]
    for where, answers in page_readers.verify_all(files).items():
        assert [answer["hidden"] for answer in answers] == expected, where


def test_a_gigabyte_of_nothing(page_readers: PageReaders, tmp_path: Path) -> None:
    """No more of a file is read than it takes to know that it is none."""
    files = []
    for name, start in {"zeros": b"", "behind the magic line": MAGIC, "armored": ARMORED}.items():
        files.append(tmp_path / name)
        files[-1].write_bytes(start)
        with files[-1].open("r+b") as file:
            file.truncate(2**30)  # takes no place on the disk
    for answers in page_readers.verify_all(files).values():
        assert [answer["error"] for answer in answers] == [
            "not a published letter",
            "not a record of this tool, but an empty file",
            "a line of the armor is too long",
        ]


def test_pages_that_hold_no_letter(page_readers: PageReaders) -> None:
    """The block is found by its bytes, in the same way as by the library."""
    library = {name: library_says(content) for name, content in NO_PAGES.items()}
    for where, answers in page_readers.verify_all([*NO_PAGES.values()]).items():
        for (name, said), answer in zip(library.items(), answers, strict=True):
            assert (answer["exit_code"], answer["error"], answer["hint"]) == said, (where, name)


def test_letters_in_pages(page_readers: PageReaders) -> None:
    """Whatever stands around a letter changes nothing of what is said about it."""
    for where, [letter, *answers] in page_readers.verify_all([FILE, *PAGES.values()]).items():
        assert letter["valid"]
        for name, answer in zip(PAGES, answers, strict=True):
            assert answer == letter, (where, name)


def test_pins_as_people_type_them(page_readers: PageReaders, tmp_path: Path) -> None:
    """Digits and codes are read as by the command; what is neither is no pin."""
    if (page := page_readers.node) is None:
        pytest.skip("; ".join(page_readers.left_out))
    group = identifier("cosign/v1/group-id", vector_file().group)
    digits, code = (getattr(Comparable("group", group), form) for form in ("fingerprint", "code"))
    pins = {
        digits: 0,
        f"\ufeff\u201e{digits.replace(' ', chr(0x2013))}\u201c\u200b\n": 0,
        code: 0,
        code.lower().replace("-", "\u2013"): 0,
        Comparable("group", bytes(32)).fingerprint: 1,
        Comparable("group", bytes(32)).code: 1,
        Comparable("round", group).code: 2,
        code[:-1] + ("0" if code[-1] != "0" else "1"): 2,
        digits[:-1]: 2,
        f"group {digits}": 2,
        "\u0661" * 60: 2,
        " ": 2,
    }
    file = tmp_path / "published.letter"
    file.write_bytes(FILE)
    assert {pin: page.verify(file, pin)["exit_code"] for pin in pins} == pins
    for pin, code in pins.items():
        with contextlib.suppress(UsageError):
            assert (code < 2) == (bool(read_fingerprint(pin, "group"))), pin
            continue
        assert code == 2, pin


def library_says(content: bytes) -> tuple[int, str, str]:
    """Exit code, sentence and hint of the command for a file that is not valid."""
    with pytest.raises(CosignError) as refused:
        verify_letter(io.BytesIO(content))
    code = 2 if isinstance(refused.value, OtherFileError) else 1
    return code, refused.value.message, refused.value.hint
