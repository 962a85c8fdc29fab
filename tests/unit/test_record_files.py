"""Records as files, in either form, and invitations to rounds."""

import io
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import cosign
from cosign.record_files import read_bytes, read_comparable
from cosign.records import Envelope, RegisteredGroup, Round
from cosign.records.comparable import Comparable
from cosign.secret import Secret
from cosign.wire.armor import armor
from tests.support import rosters
from tests.support.world import World


@pytest.mark.parametrize("armored", [False, True])
def test_a_record_that_is_written_is_read_again(
    village: World, tmp_path: Path, *, armored: bool
) -> None:
    """From its path, as text too, or from a stream, which stays open."""
    path = tmp_path / "staff.group"
    cosign.write_record(path, village.group, armored=armored)
    assert path.read_bytes().startswith(b"-----BEGIN COSIGN REGISTERED GROUP") == armored
    with path.open("rb") as stream:
        for source in (path, str(path), stream):
            assert cosign.read_record(source, RegisteredGroup) == village.group
        assert not stream.closed
    assert cosign.read_group(path) == village.group


def test_groups_of_both_kinds_are_read(tmp_path: Path) -> None:
    """The record says itself which kind it is."""
    roster = rosters.round_of(3).group
    (tmp_path / "staff.roster").write_bytes(roster.to_bytes())
    assert cosign.read_group(tmp_path / "staff.roster") == roster


def test_a_record_is_not_overwritten_by_accident(village: World, tmp_path: Path) -> None:
    """Nor is a secret one readable by others."""
    path = tmp_path / "staff.group"
    cosign.write_record(path, village.group, secret=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(cosign.ExistsError):
        cosign.write_record(path, village.group)
    cosign.write_record(path, village.group, force=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (lambda _: b"", cosign.OtherFileError),
        (lambda village: village.group.to_bytes(), cosign.MismatchError),
        (lambda village: village.envelopes[0].to_bytes() + b"x", cosign.MalformedError),
        (lambda _: bytes(Envelope.MAX_BYTES * 2), cosign.MalformedError),
    ],
)
def test_errors_name_the_file_once(
    content: Callable[[World], bytes],
    error: type[cosign.CosignError],
    village: World,
    tmp_path: Path,
) -> None:
    """What is in a stream is refused as well; its owner knows its name."""
    path = tmp_path / "it"
    path.write_bytes(content(village))
    with pytest.raises(error, match=f"^{path}: ") as named:
        cosign.read_record(path, Envelope)
    assert named.value.message.count(str(path)) == 1
    with pytest.raises(error) as caught:
        cosign.read_record(io.BytesIO(content(village)), Envelope)
    assert str(path) not in caught.value.message


def test_a_file_that_is_not_there_is_missing(tmp_path: Path) -> None:
    """As an error of the tree."""
    with pytest.raises(cosign.MissingError, match="there is no such file"):
        cosign.read_record(tmp_path / "it", Round)


def test_a_stream_is_read_up_to_the_limit() -> None:
    """An endless one costs no more than the longest record."""
    with open("/dev/zero", "rb") as endless, pytest.raises(cosign.MalformedError):  # noqa: PTH123
        read_bytes(endless, 1000)


def test_a_round_is_read_and_verified(village: World, tmp_path: Path) -> None:
    """One that somebody changed is refused."""
    path, raw = tmp_path / "letter.round", bytearray(village.round.round.to_bytes())
    path.write_bytes(raw)
    assert cosign.read_round(path) == village.round
    raw[raw.index(b"we object") + 3] ^= 1
    path.write_bytes(raw)
    with pytest.raises(cosign.MismatchError, match="the letter is not the one"):
        cosign.read_round(path)


def test_a_round_is_the_expected_one(village: World, tmp_path: Path) -> None:
    """Another one is named; a mistyped fingerprint is no fault of the file."""
    path, digits = tmp_path / "letter.round", village.round.fingerprint
    cosign.write_record(path, village.round.round)
    for expected in (digits, digits.replace(" ", "-"), None):
        assert cosign.read_round(path, expected=expected) == village.round
    with pytest.raises(cosign.MismatchError, match=f"^{path}: this is round {digits}, not"):
        cosign.read_round(path, expected=village.round.group_fingerprint)
    with pytest.raises(cosign.UsageError, match=r"^a fingerprint has 60 digits$"):
        cosign.read_round(path, expected=digits[:-1])


def test_an_invitation_is_opened_with_its_secret(village: World, tmp_path: Path) -> None:
    """The code is given or asked for; a round asks for none."""
    secret, invitation = cosign.organizer.invite(village.round)
    code = cosign.organizer.encode_secret(secret)
    path = tmp_path / "letter.invite"
    cosign.write_record(path, invitation)
    assert cosign.organizer.decode_secret(code.lower()) == secret
    for given in (code, lambda: code):
        assert cosign.read_round(path, given) == village.round
    with pytest.raises(cosign.UsageError, match="an invitation needs its secret"):
        cosign.read_round(path)
    with pytest.raises(cosign.UsageError, match="mistyped"):
        cosign.read_round(path, code[:-1])
    other = cosign.organizer.encode_secret(Secret(bytes(32)))
    with pytest.raises(cosign.MismatchError, match="belongs to another invitation"):
        cosign.read_round(path, other)
    cosign.write_record(tmp_path / "letter.round", village.round.round)
    assert cosign.read_round(tmp_path / "letter.round", pytest.fail) == village.round


def test_a_file_is_compared_by_what_it_commits_to(village: World, tmp_path: Path) -> None:
    """Every form of a round has the round's digits; a group has its own."""
    secret, invitation = cosign.organizer.invite(village.round)
    code = cosign.organizer.encode_secret(secret)
    roster = rosters.round_of(3).group
    of_round = Comparable("round", village.round.round_id)
    for content, expected in (
        (village.round.round.to_bytes(), of_round),
        (armor("round", village.round.round.to_bytes()), of_round),
        (armor("round", village.round.round.to_bytes()).replace(b"\n", b"\r\n\r\n"), of_round),
        (invitation.to_bytes(), of_round),
        (village.published, of_round),
        (armor("published letter", village.published), of_round),
        (village.published[:-100], of_round),
        (village.group.to_bytes(), Comparable("group", village.group.group_id)),
        (roster.to_bytes(), Comparable("group", roster.group_id)),
    ):
        path = tmp_path / "it"
        path.write_bytes(content)
        for source in (path, str(path), io.BytesIO(content)):
            assert read_comparable(source, code) == expected


def unsigned(raw: bytes) -> bytes:
    """Flip the lowest bit of a record's last byte, which is its signature's."""
    return raw[:-1] + bytes([raw[-1] ^ 1])


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (lambda _: b"", cosign.OtherFileError),
        (lambda v: v.envelopes[0].to_bytes(), cosign.MismatchError),
        (lambda v: v.trustees[0].trustee.to_bytes(), cosign.MismatchError),
        (lambda v: v.published[:1000], cosign.MalformedError),
        (lambda v: v.round.round.to_bytes() + b"x", cosign.MalformedError),
        (
            lambda v: replace(v.round.round, signature=bytes(64)).to_bytes(),
            cosign.VerificationError,
        ),
        (
            lambda v: replace(v.round.round, group=rosters.round_of(3).round.group).to_bytes(),
            cosign.MismatchError,
        ),
        (lambda _: unsigned(rosters.round_of(3).round.group), cosign.VerificationError),
        (
            lambda v: v.round.round.to_bytes().replace(b"cosign/round/1", b"cosign/round/2"),
            cosign.VersionError,
        ),
        (
            lambda _: rosters.round_of(3).round.group.replace(
                b"cosign/roster/1", b"cosign/roster/2"
            ),
            cosign.VersionError,
        ),
        (lambda v: cosign.organizer.invite(v.round)[1].to_bytes(), cosign.UsageError),
    ],
)
def test_what_is_no_round_or_group_has_nothing_to_compare(
    content: Callable[[World], bytes],
    error: type[cosign.CosignError],
    village: World,
    tmp_path: Path,
) -> None:
    """A round or roster that nobody signed has no digits, nor has a file of another kind."""
    path = tmp_path / "it"
    path.write_bytes(content(village))
    with pytest.raises(error, match=f"^{path}: ") as caught:
        read_comparable(path)
    assert type(caught.value) is error


def test_envelopes_in_a_folder_are_read(village: World, committee: World, tmp_path: Path) -> None:
    """Junk among them is named and left out; hidden files are not looked at."""
    for number, envelope in enumerate(village.envelopes):
        cosign.write_record(tmp_path / f"{number}.sealed", envelope, armored=number == 1)
    cosign.write_record(tmp_path / "other", committee.envelopes[0])
    (tmp_path / "noise").write_bytes(b"noise")
    (tmp_path / ".hidden").write_bytes(b"noise")
    left_out: list[str] = []
    found = cosign.read_envelopes(tmp_path, village.round, lambda e: left_out.append(str(e)))
    assert tuple(found) == village.envelopes
    assert [Path(message.partition(":")[0]).name for message in left_out] == ["noise", "other"]


def test_a_published_letter_is_written(village: World, tmp_path: Path) -> None:
    """As bytes or as text; both are valid, and neither replaces another."""
    key = cosign.organizer.check_organizer(village.organizer, village.round)
    for name, armored in (("a.letter", False), ("b.letter", True)):
        path = tmp_path / name
        cosign.write_letter(path, village.publication.chunks(key), armored=armored)
        assert cosign.verify_letter(path, pin=village.group).exit_code == 0
        with pytest.raises(cosign.ExistsError):
            cosign.write_letter(path, [b""])
