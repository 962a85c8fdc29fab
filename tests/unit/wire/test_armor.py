"""Records as text that survives a chat or a mail."""

import base64
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosign.errors import MalformedError
from cosign.wire.armor import armor, armored_bytes, dearmor, open_armor

RAW = bytes(range(256))
TEXT = armor("round", RAW)
LINES = TEXT.splitlines()


@given(st.binary(max_size=2000))
def test_armor_gives_back_what_it_took(raw: bytes) -> None:
    """Any bytes survive the armor, and its length is within its promise."""
    assert dearmor(armor("enrolment request", raw)) == raw
    assert len(armor("enrolment request", raw)) <= armored_bytes(len(raw))


@given(st.binary(min_size=1, max_size=200).filter(lambda r: b"-" not in r))
def test_bare_bytes_pass(raw: bytes) -> None:
    """What has no armor is taken as it is."""
    assert dearmor(raw) == raw


def test_the_look_of_an_armor() -> None:
    """BEGIN and END name the record; lines have at most 64 characters."""
    assert LINES[0] == b"-----BEGIN COSIGN ROUND-----"
    assert LINES[-1] == b"-----END COSIGN ROUND-----"
    assert {len(line) for line in LINES[1:-2]} == {64}
    assert TEXT.endswith(b"-----\n")


@pytest.mark.parametrize(
    "text",
    [
        TEXT.replace(b"\n", b"\r\n"),
        TEXT.rstrip(),
        b"\n\n  " + TEXT,
        TEXT + b"\n \r\n",
        b"".join(b"  " + line + b" \t\n" for line in LINES),
        b"\n\n".join(LINES) + b"\n",
    ],
    ids=["CRLF", "no last LF", "white space before", "after", "around", "blank lines"],
)
def test_mail_may_change_white_space(text: bytes) -> None:
    """Line ends and white space around lines do not matter."""
    assert dearmor(text) == RAW


def without(number: int) -> bytes:
    """Return the armor without one line."""
    return b"\n".join(LINES[:number] + LINES[number + 1 :])


DAMAGED = {
    "no END": b"\n".join(LINES[:-1]),
    "BEGIN only": LINES[0],
    "BEGIN cut": LINES[0][:-2] + b"\n" + b"\n".join(LINES[1:]),
    "END of another record": TEXT.replace(b"END COSIGN ROUND", b"END COSIGN GROUP"),
    "END cut": TEXT.rstrip()[:-1],
    "text after it": TEXT + b"regards",
    "a second armor": TEXT + TEXT,
    "text inside": TEXT.replace(LINES[2], b"> " + LINES[2]),
    "a character less": TEXT.replace(LINES[2], LINES[2][1:]),
    "URL-safe base64": TEXT.replace(b"/", b"_").replace(b"+", b"-"),
    "stray bits": armor("x", b"a").replace(b"YQ==", b"YR=="),
    "no padding": armor("x", b"a").replace(b"YQ==", b"YQ"),
    "a long line": TEXT.replace(LINES[2], b"A" * 300),
    "a header": TEXT.replace(LINES[1], b"Version: 1"),
}


@pytest.mark.parametrize("text", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_armor_is_refused(text: bytes) -> None:
    """A cut, changed or continued armor is refused, with a hint on how to copy it."""
    with pytest.raises(MalformedError) as caught:
        dearmor(text)
    assert "copy the whole block" in caught.value.hint


@given(st.integers(0, len(TEXT) - 1), st.integers(0, 255))
def test_a_changed_character_gives_other_bytes_or_an_error(place: int, char: int) -> None:
    """Only another line end changes nothing; what else changes the content a record notices."""
    changed = TEXT[:place] + bytes([char]) + TEXT[place + 1 :]
    try:
        found = dearmor(changed)
    except MalformedError:
        return
    assert (found == RAW) == (list(map(bytes.strip, changed.splitlines())) == LINES)


def test_a_missing_line_is_for_the_record_to_notice() -> None:
    """Armor protects nothing: without a line it gives other bytes."""
    assert dearmor(without(2)) == RAW[:48] + RAW[96:]


class Trickle(io.BytesIO):
    """A stream that gives one byte at a time, as a slow pipe may."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(1 if size != 0 else 0)


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(TEXT, id="armored"),
        pytest.param(RAW[1:], id="bare"),
        pytest.param(b"", id="empty"),
    ],
)
def test_a_slow_stream_gives_the_same(raw: bytes) -> None:
    """However a stream is cut, the content is the same."""
    assert open_armor(Trickle(raw)).read() == dearmor(raw)


def test_a_huge_line_is_not_held() -> None:
    """A line without end is refused after 256 bytes; the rest is not read."""
    stream = io.BytesIO(LINES[0] + b"\n" + b"A" * 10**6)
    with pytest.raises(MalformedError, match="too long"):
        open_armor(stream).read()
    assert stream.tell() < 10**5


def test_the_stream_stays_open() -> None:
    """The caller that opened a stream closes it."""
    stream = io.BytesIO(TEXT)
    opened = open_armor(stream)
    assert opened.read() == RAW
    del opened
    assert not stream.closed


def test_lines_are_base64_of_rfc_4648() -> None:
    """Between BEGIN and END stands plain base64."""
    assert base64.b64decode(b"".join(LINES[1:-1])) == RAW


@given(st.integers(0, 60_000), st.sampled_from([b" ", b"\n", b"\r\n", b"\t\n ", b"", b"="]))
def test_lines_are_judged_alike_wherever_they_stand(place: int, odd: bytes) -> None:
    """Full lines are read many at a time, others one by one: the result is the same."""
    raw = RAW * 180
    text = armor("round", raw)
    end = text.index(b"\n", place) + 1
    changed = text[: end - 1] + odd + text[end - 1 :]
    if odd == b"=" and end > len(LINES[0]) + 1:
        with pytest.raises(MalformedError):
            dearmor(changed)
    elif odd != b"=":
        assert dearmor(changed) == dearmor(changed.replace(b"\n", b"\r\n")) == raw


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be"])
def test_an_armor_that_an_editor_widened_is_named(codec: str) -> None:
    wide = armor("letter", bytes(100)).decode().encode(codec)
    with pytest.raises(MalformedError, match="the armor is in UTF-16"):
        dearmor(wide)
    with pytest.raises(MalformedError, match="the armor is in UTF-16"):
        open_armor(io.BytesIO(wide))
