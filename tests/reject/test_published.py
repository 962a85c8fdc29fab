"""Published files that were cut, changed, continued or put together from others."""

import io
import itertools
import random
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest

from cosign import labels
from cosign.errors import CosignError, MalformedError, MismatchError, VerificationError
from cosign.primitives.ed25519 import SigningKey
from cosign.proofs.certificate import Endorsement
from cosign.records.cosignature import Cosignature
from cosign.records.open_cosignature import COSIGNATURE_LIMIT
from cosign.records.published import (
    MAGIC,
    PublishedHeader,
    PublishedReader,
    PublishedTrailer,
    trailer_parts,
)
from cosign.roles.verifier.letter import verify_letter
from cosign.wire.armor import armor
from cosign.wire.framing import frame
from tests.support.forgery import (
    SMALL_ORDER,
    assemble,
    endorse,
    malleate,
    take_apart,
)
from tests.support.published import Parts, boundaries, join, rewrite, split
from tests.support.wire import CLAIMS, peak_bytes
from tests.support.world import Seeded, World, committee, loaded_rsa_key, village

FLIPS_IN_A_PART = 60


@cache
def parts() -> Parts:
    """Return the frames of the committee's file."""
    return split(committee().published)


def refused(raw: bytes) -> type[CosignError]:
    """Verify a file that has to be refused; give the class of the error."""
    with pytest.raises(CosignError) as caught:
        committee().verify(raw)
    assert caught.value.message
    return type(caught.value)


def flip(raw: bytes, bit: int) -> bytes:
    """Flip one bit, counted from the start."""
    changed = raw[bit // 8] ^ 1 << bit % 8
    return raw[: bit // 8] + bytes([changed]) + raw[bit // 8 + 1 :]


def test_the_untouched_file_is_valid() -> None:
    """What these tests damage is a valid file, before and after taking it apart."""
    raw = committee().published
    assert committee().verify(raw).exit_code == 0
    assert len(parts().records) == 5
    assert join(parts()) == raw
    assert rewrite(committee(), parts().records) == raw


def test_flipped_bits_are_noticed_everywhere() -> None:
    """A bit flipped in any part of the file makes it invalid."""
    raw, ends = committee().published, boundaries(committee().published)
    source = random.Random(1)  # noqa: S311  # a choice of tests
    for start, end in itertools.pairwise(ends):
        bits = range(start * 8, end * 8)
        for bit in source.sample(bits, min(len(bits), FLIPS_IN_A_PART)):
            refused(flip(raw, bit))


def test_every_bit_of_the_trailer_counts() -> None:
    """Label, count, hash and signature of the trailer are checked to the last bit."""
    found = split(village().published)
    for bit in range(len(found.trailer) * 8):
        with pytest.raises(CosignError):
            village().verify(join(found._replace(trailer=flip(found.trailer, bit))))


def test_every_bit_of_a_cosignature_counts() -> None:
    """Every reader of the file notices a record of which any bit was changed."""
    first, *rest = village().publication.records
    for bit in range(len(first) * 8):
        found = split(village().published)._replace(records=(flip(first, bit), *rest))
        with pytest.raises(CosignError):
            list(PublishedReader(io.BytesIO(join(found))).records())


def test_an_organizer_cannot_change_a_bit_of_a_cosignature() -> None:
    """Even under a fresh trailer by the organizer, a changed record is named by its number."""
    first, *rest = village().publication.records
    source = random.Random(2)  # noqa: S311  # a choice of tests
    for bit in source.sample(range(len(first) * 8), 10 * FLIPS_IN_A_PART):
        with pytest.raises((VerificationError, MismatchError)):
            village().verify(rewrite(village(), [flip(first, bit), *rest]))


def test_cut_files_are_noticed() -> None:
    """A file cut at a frame's boundary, beside one, or anywhere else is incomplete."""
    raw = committee().published
    near = {e + d for e in boundaries(raw) for d in (-1, 0, 1) if 0 <= e + d < len(raw)}
    for size in near | set(range(0, len(raw), 97)):
        assert refused(raw[:size]) is MalformedError


def test_nothing_may_follow() -> None:
    """A byte, a record, a trailer or a whole file after the trailer makes the file invalid."""
    raw = committee().published
    for tail in (b"\0", b"\n", frame(parts().records[0]), frame(parts().trailer), raw):
        assert refused(raw + tail) is MalformedError
        assert refused(tail + raw) is MalformedError


def reorder(order: list[int]) -> tuple[bytes, ...]:
    """Return the records in another order, with some left out or doubled."""
    return tuple(parts().records[i] for i in order)


ORDERS = {
    "first two swapped": [1, 0, 2, 3, 4],
    "last two swapped": [0, 1, 2, 4, 3],
    "reversed": [4, 3, 2, 1, 0],
    "first doubled": [0, 0, 1, 2, 3, 4],
    "last doubled": [0, 1, 2, 3, 4, 4],
    "first again at the end": [0, 1, 2, 3, 4, 0],
}


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
def test_records_stand_once_and_in_order(order: list[int]) -> None:
    """Neither a stranger nor the organizer can reorder or double records."""
    records = reorder(order)
    assert refused(join(parts()._replace(records=records))) is VerificationError
    with pytest.raises(VerificationError, match="out of order or repeated"):
        committee().verify(rewrite(committee(), records))


@pytest.mark.parametrize("order", [[1, 2, 3, 4], [0, 1, 2, 3], [0, 2, 4], []])
def test_a_stranger_cannot_leave_records_out(order: list[int]) -> None:
    """A file without a record does not have the content that its trailer names."""
    assert refused(join(parts()._replace(records=reorder(order)))) is VerificationError


def foreign_record(world: World, **plan: object) -> bytes:
    """Return a cosignature that is valid in another round."""
    round_ = world.open_round(**plan)  # type: ignore[arg-type]  # fields of a plan
    return world.publish([world.sign(0, round_)], round_).records[0]


FOREIGN_RECORDS: dict[str, Callable[[], bytes]] = {
    "another round of the same slot": lambda: foreign_record(committee(), title="Another"),
    "another slot": lambda: foreign_record(committee(), slot=2),
    "another group": lambda: village().publication.records[0],
    "nothing": lambda: b"",
    "an empty array": lambda: b"\x90",
    "noise": lambda: bytes(range(256)),
    "another version": lambda: parts().records[0].replace(b"cosignature/1", b"cosignature/2"),
    "a proof too short for a tag": lambda: Cosignature("cosign", "", bytes(32)).to_bytes(),
}


@pytest.mark.parametrize("make", FOREIGN_RECORDS.values(), ids=FOREIGN_RECORDS)
def test_records_from_elsewhere_are_named(make: Callable[[], bytes]) -> None:
    """A record that is no valid cosignature of this round is named by its number."""
    records = [*parts().records, make()]
    with pytest.raises(VerificationError, match="record 6 is not a valid cosignature"):
        committee().verify(rewrite(committee(), records))


def test_another_kind_of_record_is_named() -> None:
    """An envelope among the cosignatures is a bad record like any other."""
    records = [*parts().records, committee().statements[0].to_bytes()]
    with pytest.raises(VerificationError, match="record 6 is not a valid cosignature"):
        committee().verify(rewrite(committee(), records))


def test_the_first_bad_record_is_named() -> None:
    """However many follow, and of whichever kind of damage; those before it are not blamed."""
    good, cut = parts().records, [b"\x90" + bytes([i]) for i in range(12)]
    false = [raw[:-1] + bytes([raw[-1] ^ 1]) for raw in good]
    for records, number in (
        ([*cut, *good], 1),
        ([*good, *cut], 6),
        ([*good[:3], *false[3:], *cut], 4),
        ([*good[:2], *cut, *false], 3),
    ):
        with pytest.raises(VerificationError, match=f"record {number} is not a valid cosignature"):
            committee().verify(rewrite(committee(), records))


Change = Callable[[bytes, bytes, list[Endorsement]], bytes]


def cheated(change: Change) -> bytes:
    """Return the first record with a proof made of its parts in another way."""
    record = Cosignature.from_bytes(parts().records[0])
    key, signature, rows = take_apart(record.proof)
    return replace(record, proof=change(key, signature, list(rows))).to_bytes()


def of_small_order(key: bytes) -> bytes:
    """Let two registrars certify a key for which anybody can sign."""
    place = committee().group.group_id, 1
    issuers = loaded_rsa_key(0), loaded_rsa_key(2)
    rows = [endorse(k, (*place, i), key, Seeded("cheat")) for i, k in enumerate(issuers)]
    return assemble(key, key + bytes(32), rows)


CHEATS: dict[str, Change] = {
    "registrars swapped": lambda k, s, rows: assemble(k, s, rows[::-1]),
    "one registrar twice": lambda k, s, rows: assemble(k, s, [rows[0], rows[0]]),
    "S + l": lambda k, s, rows: assemble(k, malleate(s), rows),
    "a zero signature": lambda k, _, rows: assemble(k, bytes(64), rows),
    "a zero RSA signature": lambda k, s, rows: assemble(
        k, s, [rows[0], rows[1]._replace(signature=bytes(384))]
    ),
    "a key of small order": lambda _k, _s, _rows: of_small_order(SMALL_ORDER["order 8"]),
    "the identity as key": lambda _k, _s, _rows: of_small_order(SMALL_ORDER["the identity"]),
}


@pytest.mark.parametrize("change", CHEATS.values(), ids=CHEATS)
def test_second_forms_of_a_proof_are_refused(change: Change) -> None:
    """No other arrangement or encoding of a proof's parts is valid, even if published alone."""
    with pytest.raises(VerificationError, match="is not a valid cosignature"):
        committee().verify(rewrite(committee(), [cheated(change)]))


def test_the_header_belongs_to_the_file() -> None:
    """A header of another round, with other figures or fewer statements, is noticed."""
    header = committee().publication.header
    for other in (
        village().publication.header,
        replace(header, opening=header.opening._replace(withdrawn=1)),
        replace(header, round=replace(header.round, statements=())),
        replace(header, round=replace(header.round, statements=header.round.statements[1:])),
    ):
        assert refused(join(parts()._replace(header=other.to_bytes()))) is VerificationError


def signed_trailer(count: int, digest: bytes, seed: int | None = None) -> bytes:
    """Sign a trailer as the organizer, or as somebody else."""
    key = SigningKey(committee().organizer.identity_seed)
    if seed is not None:
        key = SigningKey.generate(lambda n: bytes([seed]) * n)
    signed = trailer_parts(committee().round.round_id, count, digest)
    signature = key.sign(labels.PUBLISHED_SIGNATURE, *signed)
    return PublishedTrailer(count, digest, signature).to_bytes()


def test_the_trailer_belongs_to_the_file() -> None:
    """Another file's trailer, a wrong count or hash, or a stranger's signature is noticed."""
    true = PublishedTrailer.from_bytes(parts().trailer)
    label = true.to_bytes().replace(b"trailer/1", b"trailer/2")
    for trailer in (
        split(village().published).trailer,
        signed_trailer(true.count + 1, true.digest),
        signed_trailer(true.count, bytes(64)),
        signed_trailer(true.count, true.digest, seed=1),
        PublishedTrailer(true.count, true.digest, bytes(64)).to_bytes(),
        replace(true, signature=malleate(true.signature)).to_bytes(),
    ):
        assert refused(join(parts()._replace(trailer=trailer))) is VerificationError
    assert refused(join(parts()._replace(trailer=label))) is MalformedError


def test_the_organizer_s_signature_serves_one_purpose() -> None:
    """The organizer's signature on the round does not stand for the one on the file."""
    true = PublishedTrailer.from_bytes(parts().trailer)
    other = replace(true, signature=committee().round.round.signature)
    assert refused(join(parts()._replace(trailer=other.to_bytes()))) is VerificationError


def test_what_is_no_published_letter_is_refused() -> None:
    """Other files, other spellings of the magic line and armored files are told apart."""
    raw = committee().published
    others = (b"", MAGIC, MAGIC[:-1], MAGIC + bytes(4), raw[1:], MAGIC.lower() + raw[16:])
    records = (committee().round.round.to_bytes(), parts().header, armor("letter", raw))
    for other in (*others, *records, bytes(1000)):
        assert refused(other) is MalformedError


def test_frames_claim_no_memory() -> None:
    """A frame that promises four gigabytes is refused, wherever it stands, at no cost."""
    raw, claim = committee().published, b"\xff" * 4
    starts = boundaries(raw)[1:-1:2]
    assert len(starts) == 7
    for start in starts:
        stream = io.BytesIO(raw[:start] + claim + bytes(2**16))

        def read(stream: io.BytesIO = stream) -> None:
            with pytest.raises(MalformedError, match="4294967295 bytes is too long"):
                list(PublishedReader(stream).records())

        assert peak_bytes(read) < 2**20


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=CLAIMS)
def test_records_claim_no_memory(claim: bytes) -> None:
    """Five bytes that promise four billion entries cost nothing in a header or a record."""
    inside = b"\x94" + parts().records[0][1:21] + claim
    for raw in (MAGIC + frame(claim), rewrite(committee(), [claim, inside])):

        def read(raw: bytes = raw) -> None:
            refused(raw)

        read()
        assert peak_bytes(read) < 2**19


def test_the_least_record_too_long_is_refused() -> None:
    """A frame may be as long as the longest cosignature and not a byte longer."""
    start = committee().published[: boundaries(committee().published)[3]]
    longest = COSIGNATURE_LIMIT
    for size, match in ((longest, "ends in the middle"), (longest + 1, "is too long")):
        with pytest.raises(MalformedError, match=match):
            verify_letter(io.BytesIO(start + size.to_bytes(4, "big") + bytes(10)))


def test_a_header_is_not_a_record() -> None:
    """A header, trailer or round among the records does not verify."""
    header = PublishedHeader.from_bytes(parts().header)
    assert refused(join(parts()._replace(records=(header.to_bytes(),)))) is not None
    early = Parts(parts().header, (), parts().trailer)
    assert refused(join(early) + frame(parts().trailer)) is MalformedError
