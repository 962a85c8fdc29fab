"""The reader's page takes part wherever it runs, and knows a file that is none."""

import io

import pytest

from cosign.errors import CosignError, OtherFileError
from cosign.letter_files import verify_letter
from tests.interop.crooked import vector_file
from tests.interop.page_readers import PageReaders
from tests.support.browsers import BROWSERS

FILE = vector_file().file()
MAGIC = FILE[:16]
NO_LETTERS = {
    "empty": b"",
    "text": b"Dear all",
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
    "armor without an end": b"-----BEGIN COSIGN X-----\n" + b"QUJD\n" * 400_000,
    "a line without an end": b"-----BEGIN COSIGN X-----\n" + b"QUJD" * 400_000,
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
        for (name, (code, error)), answer in zip(library.items(), answers, strict=True):
            assert answer["exit_code"] == code, (where, name)
            # The library also says what it takes a record for that is none.
            assert error.startswith(answer["error"]), (where, name)


def library_says(content: bytes) -> tuple[int, str]:
    """Exit code and sentence of the command for a file that is not valid."""
    with pytest.raises(CosignError) as refused:
        verify_letter(io.BytesIO(content))
    return 2 if isinstance(refused.value, OtherFileError) else 1, refused.value.message
