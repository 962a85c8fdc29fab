"""Files that people take for a published letter: what they are is said, and nobody is accused."""

import gzip
from typing import Final

import pytest

from cosign.wire.armor import armor
from tests.support.commands import Shop


def _quoted(mark: str) -> bytes:
    """Return an armor with a mark before each line."""
    lines = armor("round", bytes(range(200))).decode().splitlines()
    return "".join(f"{mark}{line}\n" for line in lines).encode()


OTHERS: Final = {
    "nothing": (b"", "an empty file"),
    "a page": (b"<!DOCTYPE html>\n<html lang=en><title>Log in</title>", "a web page"),
    "a page without a head": (b"  \r\n<html><body>404", "a web page"),
    "a page with a byte order mark": (b"\xef\xbb\xbf<!doctype HTML>", "a web page"),
    "a pointer": (
        b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5000\n",
        "a pointer of Git LFS",
    ),
    "gzip": (gzip.compress(b"COSIGNED LETTER\n"), "a file packed with gzip"),
    "zip": (b"PK\x03\x04" + bytes(100), "a ZIP archive, or an office document"),
    "a PDF": (b"%PDF-1.7\n%\xe2\xe3", "a PDF"),
    "a picture": (b"\x89PNG\r\n\x1a\n", "a picture"),
    "text": ("# An den Vorstand\n\nWir bitten …\n".encode(), "plain text"),
    "JSON": (b'{"message": "Not Found"}', "plain text"),
    **{
        f"armor after {before!r}": (_quoted(before), "a mail that quotes an armor")
        for before in ("> ", ">", ">> ", "> > ", " | ", "KM> ", "- ")
    },
    "an answer": (b"On Monday Kim wrote:\n\n" + _quoted("> "), "a mail that quotes an armor"),
    "a mail": (b"Dear Kim,\r\n\r\n" + _quoted(""), "text with an armor inside"),
    "a code block": (b"```\n" + _quoted("") + b"```\n", "text with an armor inside"),
}
OURS: Final = {
    "letter.round": "a round",
    "staff.group": "a registered group",
    "keys.roster": "a roster",
    "envelopes/1.sealed": "an envelope",
    "1.claim": "a claim",
    "vouchers.csv": "plain text",
}
ENTRIES: Final = {
    "verify": ("verify {} --group staff.group", None, 2),
    "verify page": ("verify {} --html page", None, 2),
    "check": ("check {}", "member-1", 1),
    "claim": ("claim {} --challenge Hello -o new", "member-1", 1),
    "verify-claim": ("verify-claim 1.claim --letter {} --challenge Hello", None, 1),
}
"""Each entry with its exit code: for verify 1 would mean "forged, or changed"."""


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize("name", OTHERS)
def test_another_file_is_named(shop: Shop, entry: str, name: str) -> None:
    """From a file and from stdin."""
    raw, kind = OTHERS[name]
    line, home, code = ENTRIES[entry]
    (shop / "it").write_bytes(raw)
    for source, stdin in (("it", b""), ("-", raw)):
        with shop.unchanged():
            done = shop.call(line.format(source), home, code=code, stdin=stdin)
        shown = "stdin" if source == "-" else source
        assert done.problem()[0] == f"{shown}: not a published letter, but {kind}"
        assert done.out == ""


@pytest.mark.parametrize("name", OURS)
def test_another_record_is_named(shop: Shop, name: str) -> None:
    """Armored or not."""
    raw = (shop / name).read_bytes()
    for content in (raw, armor("anything", raw)):
        (shop / "it").write_bytes(content)
        done = shop.call("verify it", code=2)
        assert done.problem()[0] == f"it: not a published letter, but {OURS[name]}"
        assert shop.call("verify it --json", code=2).json["exit_code"] == 2


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"COSIGNED LETTER\n", 1),
        (b"COSIGNED", 1),
        (b"COSIGNED LETTER\n" + bytes(100), 1),
        (b"-----BEGIN COSIGN PUBLISHED LETTER-----\nQ09TSUdORUQgTEVUVEVSCg==\n", 1),
        (b"\x00\x01\x02\x03" * 20, 2),
        (b"COSIGNED NUMBER\n" + bytes(100), 2),
    ],
)
def test_what_begins_like_a_letter_is_judged(shop: Shop, raw: bytes, code: int) -> None:
    """A letter that was cut off is not valid; what is no letter at all was not checked."""
    (shop / "it").write_bytes(raw)
    done = shop.call("verify it", code=code)
    assert (done.out == "NOT VALID\n") == (code == 1)


RECORD_ENTRIES: Final = {
    "inspect": ("inspect it", None),
    "sign": ("sign it --yes -o new", "member-3"),
    "compare": ("compare it", None),
    "finish": ("member finish it", "member-3"),
    "group create": (
        "group create --name New --registrar it --enrol-opens 2030-03-01T00:00Z "  # noqa: ISC004  # one line
        "--enrol-closes 2030-03-08T00:00Z -o new",
        None,
    ),
}


@pytest.mark.parametrize("entry", RECORD_ENTRIES)
@pytest.mark.parametrize("name", OTHERS)
def test_records_are_told_from_other_files(shop: Shop, entry: str, name: str) -> None:
    """As letters are, with the exit code of damaged input."""
    raw, kind = OTHERS[name]
    line, home = RECORD_ENTRIES[entry]
    (shop / "it").write_bytes(raw)
    with shop.unchanged():
        done = shop.call(line, home, code=1)
    assert done.problem()[0] == f"it: not a record of this tool, but {kind}"
