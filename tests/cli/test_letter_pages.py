"""Published letters in pages: written, read wherever a letter is read, and told from others."""

import hashlib
import io
import subprocess
from pathlib import Path
from typing import Final

import pytest

import cosign
from cosign.letter_files import open_stream, page_chunks
from cosign.records.time_stamp import TimeStamp
from cosign.stores.pages import MEMBER, READER, shipped_pages
from cosign.wire.armor import armor
from cosign.wire.container import END, MARKER
from cosign.wire.framing import frame
from tests.support import pages
from tests.support.commands import AFTERWARDS, Shop
from tests.support.hostile import parse, text_of
from tests.support.world import World

PINNED: Final = "verify letter.html --group staff.group"
PUBLISH: Final = (
    "publish letter.round --envelopes envelopes --opening 1.opening --opening 3.opening"
)
APPEND: Final = "publish second.round --append second.html --envelopes late --opening late.opening"
GENUINE: Final = f"genuine: around the letter it is what cosign-letter {cosign.__version__} ships"


@pytest.fixture
def paged(shop: Shop) -> Shop:
    """The staff council's shop, where the published letter has a page."""
    done = shop.call("page published.letter -o letter.html")
    assert done.out == "letter.html: open it in a browser\n"
    return shop


def test_the_pages_that_are_shipped_can_be_written(shop: Shop) -> None:
    """Byte for byte; their digests are what sha256sum says of the files."""
    shop.call("page -o reader.html")
    shop.call("page --member -o member.html")
    written = {name: (shop / name).read_bytes() for name in (MEMBER, READER)}
    assert written == shipped_pages()
    digests = shop.call("pages --digests").out
    checked = subprocess.run(
        ["sha256sum", "--check", "--strict", "-"],
        cwd=shop.folder, input=digests.encode(), capture_output=True, check=True,
    )  # fmt: skip
    assert checked.stdout == b"member.html: OK\nreader.html: OK\n"
    assert shop.call("pages --json").json["pages"] == [
        {"name": name, "bytes": len(raw), "sha256": hashlib.sha256(raw).hexdigest()}
        for name, raw in written.items()
    ]
    assert shop.call("pages").out == "".join(
        f"{name}: {len(raw)} bytes\n" for name, raw in written.items()
    )
    line = "page published.letter --member -o new.html"
    assert shop.call(line, code=2).problem()[0] == "no letter is put into the page of members"


def test_a_page_may_go_to_stdout(shop: Shop) -> None:
    """It is all that stdout holds."""
    done = shop.call("page published.letter -o -")
    assert done.raw == b"".join(page_chunks(shop / "published.letter"))
    assert done.err == "-: open it in a browser\n"
    assert shop.call("page -o -").raw == shipped_pages()[READER]
    shop.call("page -o - --json", code=2)
    shop.call("page", code=2)


def test_the_shipped_page_has_one_empty_block_and_is_ascii() -> None:
    """So a copy with a letter is the same text for every reader, whatever encoding it assumes."""
    page = shipped_pages()[READER]
    assert page.count(MARKER) == page.count(MARKER + END) == 1
    assert page.isascii()
    assert b"\r" not in page


def test_verify_says_whether_the_page_is_genuine(paged: Shop) -> None:
    """In the text, the page and the JSON; beside it everything is as for the letter alone."""
    alone = paged.call("verify published.letter --group staff.group --json --html 1.html").json
    found = paged.call(f"{PINNED} --json --html 2.html").json
    assert (alone["page"], found["page"]) == (None, "genuine")
    assert found == alone | {"page": "genuine"}
    text = " ".join(paged.call(PINNED).out.split())
    assert f" page {GENUINE} round " in text
    assert "BUT" not in text
    before, after = (text_of(parse((paged / name).read_bytes())) for name in ("1.html", "2.html"))
    assert after.replace(f"The page is {GENUINE}.", "", 1) == before != after


def test_verify_says_whether_the_page_was_changed(paged: Shop) -> None:
    """With a script that draws another verdict, say; the letter in it is as valid as before."""
    raw = (paged / "letter.html").read_bytes()
    (paged / "letter.html").write_bytes(raw.replace(b"</body>", b"<script>1</script></body>"))
    done = paged.call(f"{PINNED} --json --html page.html")
    assert (done.json["page"], done.json["valid"], done.json["exit_code"]) == ("changed", True, 0)
    text = " ".join(paged.call(PINNED).out.split())
    assert "BUT the page is changed: around the letter it is not what cosign-letter" in text
    assert " page changed: around the letter it is not" in text
    shown = text_of(parse((paged / "page.html").read_bytes()))
    assert "But the page is changed: around the letter it is not what cosign-letter" in shown
    assert "genuine" not in shown


READ: Final = {
    "check": ("check {}", "member-1"),
    "claim": ("claim {} --challenge Hello -o new", "member-1"),
    "verify-claim": ("verify-claim 1.claim --letter {} --challenge 'Daily Planet'", None),
    "inspect": ("inspect {}", None),
    "compare": ("compare {}", None),
    "fingerprint": ("fingerprint {}", None),
    "page": ("page {} -o new", None),
    "verify": ("verify {} --group staff.group --letter new --workers 1", None),
}


@pytest.mark.parametrize("name", READ)
def test_a_page_is_read_wherever_a_letter_is(paged: Shop, name: str) -> None:
    """From a file and from stdin, as mail and Windows keep it; with the answer for the letter."""
    line, home = READ[name]
    raw = (paged / "letter.html").read_bytes()
    (paged / "mailed.html").write_bytes(b"\xef\xbb\xbf" + raw.replace(b"\n", b"\r\n"))
    alone = paged.call(line.format("published.letter"), home)
    written = (paged / "new").read_bytes() if (paged / "new").exists() else None
    for source, stdin in (("letter.html", b""), ("mailed.html", b""), ("-", raw)):
        again = line.replace("new", "new --force").format(source)
        done = paged.call(again, home, stdin=stdin)
        if name not in {"verify", "compare"}:  # one tells of the page, the other draws a number
            assert done.out == alone.out
        if written and name != "claim":  # which is random
            assert (paged / "new").read_bytes() == written


def test_withdrawals_are_appended_to_a_letter_in_a_page(shop: Shop) -> None:
    """The result is the one for the letter alone, and can be a page, too."""
    shop.call("page second.letter -o second.html")
    shop.call(f"{APPEND} -o 3.letter --page 3.html", "organizer", now=AFTERWARDS)
    alone = APPEND.replace("second.html", "second.letter")
    shop.call(f"{alone} -o 4.letter", "organizer", now=AFTERWARDS)
    assert (shop / "3.letter").read_bytes() == (shop / "4.letter").read_bytes()
    shown = shop.call("verify 3.html --group staff.group --json", code=4).json
    assert (shown["page"], shown["withdrawn"]) == ("genuine", 1)


@pytest.mark.parametrize("armored", [False, True])
def test_publish_writes_the_page_as_well(shop: Shop, *, armored: bool) -> None:
    """It holds the published file, byte for byte, whether that is armored or not."""
    option = "--armor" if armored else ""
    done = shop.call(
        f"{PUBLISH} -o new --page new.html {option} --json", "organizer", now=AFTERWARDS
    )
    assert done.json["cosigners"] == 2
    with open_stream(shop / "new.html") as inside, open_stream(shop / "new") as alone:
        assert inside.read() == alone.read()
    assert (shop / "new").read_bytes().startswith(b"-----BEGIN") == armored
    assert (shop / "new.html").stat().st_mode & 0o777 == 0o644
    assert shop.call("verify new.html --json", code=3).json["page"] == "genuine"


@pytest.mark.parametrize(
    ("places", "code", "message"),
    [
        ("-o new --page new", 2, "the page and the letter cannot go to one place"),
        ("-o new --page ./new", 2, "the page and the letter cannot go to one place"),
        ("-o new --page -", 2, "with --page the letter and the page each need a file"),
        ("-o - --page new", 2, "with --page the letter and the page each need a file"),
        ("-o new --page absent/new", 16, "absent: there is no such folder"),
        ("-o new --page letter.md", 15, "letter.md: the file exists"),
    ],
)
def test_publish_refuses_places_before_it_works(
    shop: Shop, places: str, code: int, message: str
) -> None:
    with shop.unchanged():
        done = shop.call(f"{PUBLISH} {places}", "organizer", now=AFTERWARDS, code=code)
    assert done.problem()[0] == message


def test_a_damaged_letter_gets_no_page(shop: Shop) -> None:
    """Frames and trailer are checked on the way, and no file appears."""
    raw = (shop / "published.letter").read_bytes()
    for bad in (raw[:-1], raw + b"x", raw[:-9] + bytes([raw[-9] ^ 1]) + raw[-8:], b"Dear all"):
        (shop / "bad.letter").write_bytes(bad)
        with shop.unchanged():
            problem = shop.call("page bad.letter -o new.html", code=None).problem()
        assert problem[0].startswith("bad.letter: ")


def test_a_page_without_a_letter_is_named(shop: Shop) -> None:
    """The shipped page itself, wherever a letter is expected; it is not called forged."""
    shop.call("page -o reader.html")
    told = "reader.html: this page reads published letters, and holds none"
    for line, home in READ.values():
        code = 2 if line.startswith("verify ") else 1
        done = shop.call(line.format(READER), home, code=code)
        assert done.problem()[0] == told


def test_a_page_with_two_letters_is_not_valid(paged: Shop) -> None:
    """Each reader could be shown another one."""
    raw = (paged / "letter.html").read_bytes()
    (paged / "letter.html").write_bytes(raw + MARKER + END)
    done = paged.call(f"{PINNED} --json", code=1)
    assert done.json["error"] == "letter.html: the page holds more than one letter"


def test_any_published_letter_comes_out_of_its_page(committee: World, tmp_path: Path) -> None:
    """Of either kind, in any form, with and without records, and with what follows them."""
    several = pages.people()
    for raw in (
        committee.published,
        committee.published + frame(TimeStamp(b"an authority's answer").to_bytes()),
        pages.registered(several, "</script><script>alert(1)</script>\n", ("</script>",)),
        pages.registered(several, statements=()),
        pages.rostered(),
    ):
        for given in (raw, armor("published letter", raw), b"".join(page_chunks(io.BytesIO(raw)))):
            path = tmp_path / "letter.html"
            cosign.write_page(path, io.BytesIO(given), force=True)
            assert path.read_bytes() == b"".join(page_chunks(path))
            with open_stream(path) as stream:
                assert stream.read() == raw
            assert cosign.verify_letter(path).page == "genuine"
        assert cosign.verify_letter(io.BytesIO(raw)).page is None
