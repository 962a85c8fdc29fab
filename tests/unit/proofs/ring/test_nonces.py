"""Nonces: uniform by themselves, and hedged against a source that repeats."""

from itertools import islice

from cosign.primitives.curve.constant_time import reduce_wide, subtract_scalars
from cosign.proofs.ring.nonces import hedged_nonces
from cosign.secret import Secret
from tests.support.naive_ring_prover import hedged
from tests.support.rings import Stream, stream

LABEL = "cosign/v1/ring-proof"
SECRET = Secret(b"\x03".ljust(32, b"\0") + b"\x05".ljust(32, b"\0"))
VALUES = [b"one", b"two"]


def take(source: object, secret: Secret = SECRET, label: str = LABEL) -> list[bytes]:
    """Return the first nonces."""
    return list(islice(hedged_nonces(label, secret, VALUES, source), 5))  # type: ignore[arg-type]  # a source


def test_nonces_are_those_of_the_specification() -> None:
    """As the naive prover derives them."""
    naive = hedged(LABEL, (3, 5), VALUES, Stream(b"a"))
    assert take(stream("a")) == [n.to_bytes(32, "little") for n in islice(naive, 5)]


def test_each_nonce_has_fresh_output_of_its_own() -> None:
    """64 bytes each, added to what is hashed; so any value can come of any secret."""
    answers = [b"\x09" * 32, *(bytes([i]) * 64 for i in range(1, 6))]
    asked: list[int] = []

    def source(length: int) -> bytes:
        asked.append(length)
        return answers[len(asked) - 1]

    found = take(source)
    assert asked == [32, 64, 64, 64, 64, 64]
    alone = take(lambda length: answers[0] if length == 32 else bytes(64))
    differences = [subtract_scalars(a, b) for a, b in zip(found, alone, strict=True)]
    assert differences == [reduce_wide(answer) for answer in answers[1:]]


def test_a_source_that_repeats_repeats_no_nonce() -> None:
    """Neither within a proof nor for another secret, kind of proof or statement."""
    seen = [
        *take(bytes),
        *take(bytes, Secret(b"\x04" * 64)),
        *take(bytes, label="cosign/v1/claim-proof"),
        *islice(hedged_nonces(LABEL, SECRET, [b"one", b"three"], bytes), 5),
    ]
    assert len(set(seen)) == len(seen) == 20
