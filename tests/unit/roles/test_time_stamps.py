"""Time stamps of a real authority, which openssl runs, and what is said of others."""

import io
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import pytest
from cryptography.x509 import ObjectIdentifier
from cryptography.x509.oid import ExtendedKeyUsageOID

from cosign.errors import CosignError, MalformedError, RefusedError, VerificationError
from cosign.primitives.time_stamping import Roots, make_request, read_roots
from cosign.quoting import quoted
from cosign.records.published import PublishedReader
from cosign.records.time_stamp import STAMP_LIMIT, TimeStamp
from cosign.reports.json import report_json
from cosign.reports.text import report_text
from cosign.roles import verifier
from cosign.roles.verifier.letter import Report
from cosign.roles.verifier.time_stamps import FoundStamp, add_stamps, request_stamp
from cosign.wire.framing import frame
from tests.support.authority import (
    Authority,
    authority,
    certified_anew,
    needed,
    refusal,
    with_lookalike,
)
from tests.support.world import World

pytestmark = needed


@pytest.fixture(scope="module")
def observatory(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority whose answers have two certificates, in an order that DER does not have."""
    return authority(tmp_path_factory.mktemp("authorities") / "a", "Observatory of Kellinghusen")


def reader(raw: bytes) -> PublishedReader:
    """Read a published letter."""
    return PublishedReader(io.BytesIO(raw))


def stamped(raw: bytes, *answers: bytes) -> bytes:
    """Add answers as the command does."""
    return b"".join(add_stamps(reader(raw), {str(n): answer for n, answer in enumerate(answers)}))


def forced(raw: bytes, *answers: bytes) -> bytes:
    """Add anything, as somebody does who has a program of their own."""
    return raw + b"".join(frame(raw) for raw in sorted(TimeStamp(a).to_bytes() for a in answers))


def verified(raw: bytes, *trusted: Authority) -> Report:
    """Verify a letter."""
    roots = read_roots(b"".join(found.root.read_bytes() for found in trusted)) if trusted else ()
    return verifier.verify_letter(io.BytesIO(raw), authorities=roots)


def test_a_stamp_travels_with_the_letter(village: World, observatory: Authority) -> None:
    """The letter stays what it was; the stamp is checked against the authority that is named."""
    answer = observatory.answer(request_stamp(reader(village.published)))
    raw = stamped(village.published, answer)
    assert raw == forced(village.published, answer)
    before, after = verified(village.published), verified(raw, observatory)
    [found] = after.time_stamps
    assert (found.state, found.problem) == ("checked", "")
    assert "Observatory of Kellinghusen" in found.authority
    assert before.time_stamps == ()
    told, without = report_json(after), report_json(before)
    assert told.pop("time_stamps") != without.pop("time_stamps")
    assert told == without
    assert "existed on 20" in " ".join(report_text(after).split())


def test_without_an_authority_it_is_named_and_not_checked(
    village: World, observatory: Authority
) -> None:
    raw = stamped(village.published, observatory.answer(request_stamp(reader(village.published))))
    [found] = verified(raw).time_stamps
    assert found.state == "unchecked"
    assert found.time is not None
    assert "not checked" in report_text(verified(raw))


def test_several_authorities(tmp_path: Path, village: World, observatory: Authority) -> None:
    """Each is judged by itself, and adding one keeps the others."""
    other = authority(tmp_path / "b", "Clockmaker")
    request = request_stamp(reader(village.published))
    once = stamped(village.published, observatory.answer(request))
    raw = stamped(once, other.answer(request_stamp(reader(once))))
    assert request_stamp(reader(once)) == request
    both = verified(raw, observatory, other).time_stamps
    assert [found.state for found in both] == ["checked", "checked"]
    assert sorted(f.state for f in verified(raw, other).time_stamps) == ["checked", "false"]


def _answer_of_another_file(_v: World, committee: World, by: Authority) -> bytes:
    return by.answer(request_stamp(reader(committee.published)))


def _junk(*_: object) -> bytes:
    return b"junk"


def _refused_by_the_authority(_v: World, _c: World, by: Authority) -> bytes:
    return by.answer(b"not a request")


def _cut(village: World, _c: World, by: Authority) -> bytes:
    return by.answer(request_stamp(reader(village.published)))[:-1]


def _of_another_hash(village: World, _c: World, by: Authority) -> bytes:
    message = reader(village.published)
    list(message.records())
    assert message.trailer is not None
    wrong = make_request(message.trailer.to_bytes() + b"!")
    return by.answer(wrong)


Make = Callable[[World, World, Authority], bytes]
FALSE: Final[dict[str, tuple[Make, type[CosignError]]]] = {
    "a stamp of another file": (_answer_of_another_file, VerificationError),
    "a stamp of something else": (_of_another_hash, VerificationError),
    "junk": (_junk, MalformedError),
    "a refusal": (_refused_by_the_authority, MalformedError),
    "an answer that is cut": (_cut, MalformedError),
}


@pytest.mark.parametrize("name", FALSE)
def test_false_stamps_are_not_added_and_never_believed(
    village: World, committee: World, observatory: Authority, name: str
) -> None:
    """The command refuses them and names the answer; a file that has one is valid, and says so."""
    make, error = FALSE[name]
    answer = make(village, committee, observatory)
    with pytest.raises(error, match=r"^0: "):
        stamped(village.published, answer)
    for trusted in ((), (observatory,)):
        [found] = verified(forced(village.published, answer), *trusted).time_stamps
        assert found.state == "false"
        assert found.problem
        assert "worth nothing" in report_text(verified(forced(village.published, answer), *trusted))


def test_a_refusal_says_why(village: World, observatory: Authority) -> None:
    """An authority that refuses sends its reason and no stamp."""
    answer = observatory.answer(b"not a request")
    with pytest.raises(MalformedError, match="the authority refused: 'Bad request format"):
        stamped(village.published, answer)


@pytest.mark.parametrize("granted", [True, False])
@pytest.mark.parametrize("words", ["\n\nVALID: 5000 members\x1b[2J", "'; it is 'fine", "a" * 9_000])
def test_a_refusal_s_words_stand_in_quotes(
    village: World,
    observatory: Authority,
    words: str,
    granted: bool,  # noqa: FBT001  # pytest names it
) -> None:
    """Anybody can add a refusal, with a stamp in it or without; its words are not the program's."""
    answer = observatory.answer(request_stamp(reader(village.published)))
    raw = forced(village.published, refusal(words, answer if granted else b""))
    [found] = verified(raw).time_stamps
    assert found == FoundStamp("false", "", None, f"the authority refused: {quoted(words[:200])}")
    assert "\x1b" not in report_text(verified(raw))


def test_an_authority_that_nobody_named(
    tmp_path: Path, village: World, observatory: Authority
) -> None:
    """The same names in another certificate are another authority."""
    twin = authority(tmp_path / "twin", "Observatory of Kellinghusen")
    answer = twin.answer(request_stamp(reader(village.published)))
    [found] = verified(stamped(village.published, answer), observatory).time_stamps
    assert (found.state, found.time is None) == ("false", False)
    assert "does not lead to an authority" in found.problem


LOOKALIKES: Final = {
    "the same issuer": ("Root", 0),
    "the same issuer, later in the order": ("Root", 45),
    "an issuer in other letters": ("ROOT", 0),
    "another issuer": ("Stem", 0),
}


@pytest.mark.parametrize("name", LOOKALIKES)
def test_no_added_certificate_names_a_true_stamp(
    village: World, observatory: Authority, name: str
) -> None:
    """Certificates in an answer are not signed; one with the maker's number makes it false."""
    issuer, padding = LOOKALIKES[name]
    answer = observatory.answer(request_stamp(reader(village.published)))
    added = with_lookalike(answer, observatory, issuer, "Ministry of Time" + "!" * padding)
    for roots in (read_roots(observatory.root.read_bytes()), _with_its_own(observatory)):
        report = verifier.verify_letter(
            io.BytesIO(stamped(village.published, added)), authorities=roots
        )
        [found] = report.time_stamps
        assert found.state == "false"


def _with_its_own(by: Authority) -> Roots:
    """Trust what an authority hands out as its chain, which has its own certificate, too."""
    return read_roots(by.root.read_bytes() + by.certificate.read_bytes())


_STAMPS: Final = ExtendedKeyUsageOID.TIME_STAMPING
UNFIT: Final[dict[str, tuple[int, list[ObjectIdentifier], bool, str]]] = {
    "good": (-1, [_STAMPS], True, "checked"),
    "expired": (-11, [_STAMPS], True, "false"),
    "not valid yet": (1, [_STAMPS], True, "false"),
    "for time stamps, if the reader likes": (-1, [_STAMPS], False, "false"),
    "for anything": (-1, [], True, "false"),
    "for mail": (-1, [ExtendedKeyUsageOID.EMAIL_PROTECTION], True, "false"),
    "for mail, too": (-1, [_STAMPS, ExtendedKeyUsageOID.EMAIL_PROTECTION], True, "false"),
}


@pytest.mark.parametrize("name", UNFIT)
def test_the_certificate_has_to_be_for_time_stamps_only(
    village: World, observatory: Authority, name: str
) -> None:
    """It is the root's, and the signature is right; it also has to be valid then."""
    first_day, uses, critical, state = UNFIT[name]
    answer = observatory.answer(request_stamp(reader(village.published)))
    changed = certified_anew(answer, observatory, first_day, uses, critical=critical)
    [found] = verified(stamped(village.published, changed), observatory).time_stamps
    assert found.state == state


def test_an_authority_s_own_certificate_is_no_root(village: World, observatory: Authority) -> None:
    """Trust begins with a certificate that signed itself."""
    raw = stamped(village.published, observatory.answer(request_stamp(reader(village.published))))
    own = read_roots(observatory.certificate.read_bytes())
    [found] = verifier.verify_letter(io.BytesIO(raw), authorities=own).time_stamps
    assert found.state == "false"


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/Caracas"])
def test_the_time_does_not_depend_on_the_zone(
    village: World, observatory: Authority, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    raw = stamped(village.published, observatory.answer(request_stamp(reader(village.published))))
    here = verified(raw, observatory).time_stamps
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        assert verified(raw, observatory).time_stamps == here
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_chain_may_be_named_as_a_whole(village: World, observatory: Authority) -> None:
    raw = stamped(village.published, observatory.answer(request_stamp(reader(village.published))))
    report = verifier.verify_letter(io.BytesIO(raw), authorities=_with_its_own(observatory))
    assert [found.state for found in report.time_stamps] == ["checked"]


def _flipped(answer: bytes, place: int) -> bytes:
    return answer[:place] + bytes([answer[place] ^ 1]) + answer[place + 1 :]


def test_no_flipped_bit_changes_what_is_believed(village: World, observatory: Authority) -> None:
    """Whatever bit of an answer changes, its time is the true one or it is false."""
    answer = observatory.answer(request_stamp(reader(village.published)))
    [true] = verified(forced(village.published, answer), observatory).time_stamps
    for place in range(0, len(answer), 7):
        raw = forced(village.published, _flipped(answer, place))
        [found] = verified(raw, observatory).time_stamps
        assert found.state == "false" or found == true


ENDS: Final[dict[str, Callable[[Sequence[bytes]], bytes]]] = {
    "twice": lambda stamps: frame(stamps[0]) * 2,
    "out of order": lambda stamps: frame(stamps[1]) + frame(stamps[0]),
    "too many": lambda _: b"".join(frame(TimeStamp(bytes([n])).to_bytes()) for n in range(17)),
    "a byte": lambda _: b"\0",
    "a line": lambda _: b"\n",
    "cut": lambda stamps: frame(stamps[0])[:-1],
    "empty": lambda _: frame(b""),
    "too long": lambda _: frame(bytes(TimeStamp.MAX_BYTES + 1)),
}


@pytest.mark.parametrize("name", ENDS)
def test_nothing_else_follows_the_trailer(village: World, name: str) -> None:
    stamps = [TimeStamp(bytes([n])).to_bytes() for n in range(2)]
    with pytest.raises(MalformedError):
        verified(village.published + ENDS[name](stamps))


def test_a_file_has_at_most_sixteen(village: World, observatory: Authority) -> None:
    answer = observatory.answer(request_stamp(reader(village.published)))
    full = forced(village.published, *(bytes([n]) for n in range(STAMP_LIMIT)))
    assert len(verified(full).time_stamps) == STAMP_LIMIT
    with pytest.raises(RefusedError, match="at most 16"):
        stamped(full, answer)


def test_without_the_libraries_stamps_are_counted(
    village: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A letter is as valid as before; the report says what is missing."""
    monkeypatch.setitem(sys.modules, "cosign.primitives.time_stamping", None)
    [found] = verified(forced(village.published, b"x")).time_stamps
    assert found == FoundStamp("unchecked", "", None, found.problem)
    assert "not installed" in found.problem
