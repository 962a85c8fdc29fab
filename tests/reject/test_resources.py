"""What it costs to read what an attacker made cheaply (docs/threat-model.md, "Resource attacks").

Bounds are counted, not timed: bytes that are read, memory that is held, group
operations that are done.
"""

import io
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final
from unittest import mock

import pytest

from cosign import labels
from cosign.errors import MalformedError, VerificationError
from cosign.primitives import ed25519, shamir
from cosign.primitives.curve import core, prime_order
from cosign.primitives.curve.constant_time import multiply_base
from cosign.records.groups import roster as roster_module
from cosign.records.groups.group import group_fingerprint
from cosign.records.groups.roster import Roster
from cosign.records.letter import Letter
from cosign.records.published import (
    MAGIC,
    OpeningSummary,
    PublishedHeader,
    PublishedReader,
    PublishedTrailer,
    trailer_parts,
    write_published,
)
from cosign.roles.organizer.rounds import check_organizer
from cosign.roles.shared.sealing import SUBSET_LIMIT, recover
from cosign.roles.verifier.letter import verify_letter
from cosign.secret import Secret
from cosign.wire.armor import armor
from cosign.wire.framing import frame
from tests.support.commands import AFTERWARDS, Shop, measure
from tests.support.published import rewrite, split
from tests.support.rosters import ORGANIZER, roster, round_of, signed
from tests.support.torsion import shifted
from tests.support.wire import peak_bytes
from tests.support.world import World

MANY_KEYS: Final = 20_000
MEBIBYTE: Final = 2**20


@contextmanager
def counting(place: Any, name: str) -> Iterator[list[int]]:
    """Count the calls of a function, which does its work."""
    calls, original = [0], getattr(place, name)

    def counted(*arguments: Any, **named: Any) -> Any:
        calls[0] += 1
        return original(*arguments, **named)

    with mock.patch.object(place, name, counted):
        yield calls


class Metered(io.BytesIO):
    """A file that counts how much of it is read."""

    taken = 0

    def read(self, size: int | None = -1, /) -> bytes:
        raw = super().read(size)
        self.taken += len(raw)
        return raw


def claiming(world: World, count: int) -> bytes:
    """Return a file of three records that says, signed by its organizer, that it has so many."""
    opening = world.publication.header.opening._replace(received=count)
    header = replace(world.publication.header, opening=opening)
    raw = rewrite(world, world.publication.records[:3], header)
    trailer = PublishedTrailer.from_bytes(split(raw).trailer)
    key = check_organizer(world.organizer, world.round)
    parts = trailer_parts(world.round.round_id, count, trailer.digest)
    signature = key.sign(labels.PUBLISHED_SIGNATURE, *parts)
    honest = raw[: -len(frame(trailer.to_bytes()))]
    return honest + frame(PublishedTrailer(count, trailer.digest, signature).to_bytes())


def test_a_file_that_claims_a_million_records_costs_what_it_holds(committee: World) -> None:
    """Neither the header's nor the trailer's number makes anybody allocate or wait."""
    raw = claiming(committee, 1_000_000)

    def read() -> None:
        with pytest.raises(VerificationError, match="does not have the content"):
            committee.verify(raw)

    assert committee.verify(claiming(committee, 3)).keys == 3
    assert peak_bytes(read) < peak_bytes(lambda: committee.verify(claiming(committee, 3))) + 2**16


@pytest.mark.parametrize("length", [PublishedHeader.MAX_BYTES + 1, 2**32 - 1])
def test_a_header_that_is_too_long_is_not_read(length: int) -> None:
    """The length is judged before a byte behind it is taken."""
    stream = Metered(MAGIC + length.to_bytes(4, "big") + bytes(MEBIBYTE))
    with pytest.raises(MalformedError, match="too long"):
        PublishedReader(stream)
    assert stream.taken == len(MAGIC) + 4


def test_a_header_that_claims_33_megabytes_takes_no_memory(shop: Shop) -> None:
    """A file of 20 bytes that promises the longest header is read in the memory of any other."""
    claim = MAGIC + PublishedHeader.MAX_BYTES.to_bytes(4, "big")
    (shop / "claim").write_bytes(claim)
    (shop / "armored").write_bytes(armor("published letter", claim))
    (shop / "short").write_bytes(MAGIC + bytes(4))
    usual, least = measure(shop, "verify short")
    assert usual.code == 1
    for name in ("claim", "armored"):
        done, peak = measure(shop, f"verify {name}")
        assert done.code == 1
        assert "ends in the middle" in done.err
        assert peak < least + 4 * MEBIBYTE


@pytest.fixture(scope="module")
def crooked() -> Roster:
    """A signed roster of many keys, of which only the last one has a part of order two."""
    last = max(shifted(multiply_base(scalar(i)), 4) for i in range(1, 500))
    keys = sorted(k for k in map(multiply_base, map(scalar, range(1, 2 * MANY_KEYS))) if k < last)
    terms = replace(
        roster(2).terms,
        fresh=bytes(-(-MANY_KEYS // 8)),
        keys=b"".join([*keys[: MANY_KEYS - 1], last]),
    )
    return signed(terms)


def scalar(number: int) -> bytes:
    """Encode a small scalar."""
    return number.to_bytes(32, "little")


def test_a_roster_with_one_crooked_key_costs_one_check_a_key(crooked: Roster) -> None:
    """The last of many keys is named, each checked once with all and once alone; none is kept."""
    roster_module._rings.clear()
    refused = pytest.raises(MalformedError, match=f"roster key {MANY_KEYS}: not a point")
    with (
        counting(core, "decode_keys") as together,
        counting(prime_order, "decode_prime_order") as alone,
        refused,
    ):
        crooked.verifier(0, bytes(32))
    assert (together, alone) == ([1], [MANY_KEYS])
    assert not roster_module._rings


def test_the_keys_of_a_roster_that_nobody_pinned_are_not_checked(crooked: Roster) -> None:
    """A verifier that knows the group does not decode another group's keys."""
    honest = round_of(2).round
    terms = replace(honest.terms, group_id=crooked.group_id)
    key = ed25519.SigningKey(ORGANIZER.identity_seed)
    signature = key.sign(labels.ROUND_SIGNATURE, terms.to_bytes())
    round_ = replace(honest, terms=terms, group=crooked.to_bytes(), signature=signature)
    header = PublishedHeader(round_, OpeningSummary(0, 0, 0, 0, 0))
    raw = b"".join(write_published(header, [], key))
    for pin, error, most in (
        ("0" * 60, VerificationError, 0),
        (group_fingerprint(crooked), MalformedError, 1),
    ):
        with counting(core, "decode_keys") as decoded, pytest.raises(error):
            verify_letter(io.BytesIO(raw), pin=pin)
        assert decoded == [most]


def test_shares_that_never_fit_are_given_up(committee: World) -> None:
    """With 8 of 16 trustees there are 12,870 combinations; a dealer's lies cost at most 257."""
    lies = {number: Secret(bytes([number]) + bytes(31)) for number in range(1, 17)}
    for first, most in (((), SUBSET_LIMIT), (tuple(range(9, 17)), SUBSET_LIMIT + 1)):
        refused = pytest.raises(VerificationError, match="no combination")
        with counting(shamir, "Polynomial") as combined, refused:
            recover(committee.envelopes[0], lies, 8, first)
        assert 0 < combined[0] <= most


def test_a_flood_of_files_costs_their_reading(shop: Shop) -> None:
    """Noise, foreign envelopes and a huge file among the envelopes are named and forgotten."""
    line = "trustee open letter.round --envelopes envelopes --json -o"
    _, least = measure(shop, f"{line} one", "trustee-2", AFTERWARDS)
    foreign = (shop / "second-envelopes/1.sealed").read_bytes()
    for number in range(100):
        for kind, raw in (("empty", b""), ("noise", bytes(5_000)), ("foreign", foreign)):
            (shop / f"envelopes/{kind}-{number}").write_bytes(raw)
    with (shop / "envelopes/huge").open("wb") as stream:
        stream.truncate(2**30)
    done, peak = measure(shop, f"{line} two", "trustee-2", AFTERWARDS)
    assert done.code == 0, done.err
    assert (done.json["envelopes"], done.json["left_out"]) == (2, 301)
    assert peak < least + 4 * MEBIBYTE
    assert (shop / "one").stat().st_size == (shop / "two").stat().st_size


def test_marks_in_a_row_are_not_brought_into_order() -> None:
    """A draft of combining marks only would take minutes; one that is in form is taken."""
    with counting(unicodedata, "normalize") as normalized:
        with pytest.raises(MalformedError, match="more than 30 marks in a row"):
            Letter.from_draft(("a" + "\u0301\u0316" * 16).encode())
        assert Letter.from_draft(("a" + "\u0316" * 30).encode()).text.count("\u0316") == 30
        assert normalized == [0]
        assert Letter.from_draft(("a" + "\u0301\u0316" * 15).encode()).text[1] == "\u0316"
    assert normalized == [1]
