"""The published file: frames, running hash and trailer."""

import io
from collections.abc import Iterator

import pytest

from cosign import labels
from cosign.errors import MalformedError, VerificationError
from cosign.primitives import ed25519
from cosign.primitives.hashing import RunningHash
from cosign.records import published
from cosign.records.published import (
    MAGIC,
    PublishedReader,
    PublishedTrailer,
    sort_key,
    trailer_parts,
    write_published,
)
from cosign.roles.organizer.rounds import check_organizer
from cosign.wire.framing import frame
from tests.support.published import split
from tests.support.wire import peak_bytes
from tests.support.world import World


def test_the_form_of_a_file(village: World) -> None:
    """Magic line, header, records and trailer stand in frames; the trailer signs the rest."""
    raw, parts = village.published, split(village.published)
    trailer = PublishedTrailer.from_bytes(parts.trailer)
    before = raw[: -len(frame(parts.trailer))]
    running = RunningHash(labels.PUBLISHED_HASH)
    running.update(before)
    assert raw.startswith(MAGIC)
    assert before == MAGIC + b"".join(map(frame, (parts.header, *parts.records)))
    assert (trailer.count, trailer.digest) == (3, running.digest())
    signed = trailer_parts(village.round.round_id, 3, running.digest())
    key, label = village.round.terms.organizer_key, labels.PUBLISHED_SIGNATURE
    assert ed25519.is_valid_signature(key, trailer.signature, label, *signed)


def test_frames_carry_their_length() -> None:
    """Four bytes, most significant first."""
    assert frame(b"abc") == b"\0\0\0\x03abc"
    assert frame(b"") == bytes(4)
    assert len(MAGIC) == 16


def test_records_ascend_by_tag_first() -> None:
    """The tag decides, and only then the record's bytes."""
    assert sort_key(b"z", b"a") < sort_key(b"a", b"b") < sort_key(b"b", b"b")


def test_reading_gives_what_was_written(village: World) -> None:
    """Header, records and trailer come back; the trailer only after the last record."""
    reader = PublishedReader(io.BytesIO(village.published))
    assert reader.header == village.publication.header
    records = reader.records()
    assert next(records) == village.publication.records[0]
    assert reader.trailer is None
    assert tuple(records) == village.publication.records[1:]
    assert reader.trailer is not None
    assert reader.trailer.count == 3


def test_a_file_without_records_is_read(village: World) -> None:
    """Nobody signed, and the file says so."""
    key = check_organizer(village.organizer, village.round)
    raw = b"".join(write_published(village.publication.header, [], key))
    assert list(PublishedReader(io.BytesIO(raw)).records()) == []


def test_reading_takes_bounded_memory(village: World) -> None:
    """Twenty thousand records are written and read in the memory of a few."""
    key, one = check_organizer(village.organizer, village.round), village.publication.records[0]
    chunks = write_published(village.publication.header, (one for _ in range(20_000)), key)
    stream = Chunked(chunks)

    def read() -> None:
        reader = PublishedReader(stream)  # type: ignore[arg-type]  # it only reads
        assert sum(map(bool, reader.records())) == 20_000

    assert peak_bytes(read) < 2**20


class Chunked(io.RawIOBase):
    """A stream over chunks that are made as they are read."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks, self._rest = chunks, b""

    def read(self, size: int = -1, /) -> bytes:
        while len(self._rest) < size and (chunk := next(self._chunks, b"")):
            self._rest += chunk
        taken, self._rest = self._rest[:size], self._rest[size:]
        return taken


def test_a_file_has_a_largest_number_of_records(
    village: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading stops at the limit, so that a file without end ends."""
    monkeypatch.setattr(published, "RECORD_LIMIT", 2)
    reader = PublishedReader(io.BytesIO(village.published))
    with pytest.raises(MalformedError, match="more than 2 records"):
        list(reader.records())


def test_trailers_are_told_by_their_label(village: World) -> None:
    """The first record with a trailer's label ends the file, whatever else it holds."""
    parts = split(village.published)
    early = MAGIC + frame(parts.header) + frame(parts.trailer)
    with pytest.raises(VerificationError, match="does not have the content that its"):
        list(PublishedReader(io.BytesIO(early)).records())
    broken = parts.trailer[:-1]
    with pytest.raises(MalformedError):
        list(PublishedReader(io.BytesIO(MAGIC + frame(parts.header) + frame(broken))).records())
