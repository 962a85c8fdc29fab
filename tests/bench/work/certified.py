"""Verifying a letter with certified cosignatures; see :mod:`tests.bench.worker`."""

import io
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from nacl.bindings import crypto_sign_open

from cosign import labels
from cosign.primitives.hashing import H
from cosign.proofs.certificate import membership_message
from cosign.records.cosignature import Cosignature
from cosign.records.published import PublishedReader
from tests.bench.letters import PSS, make_letters, rsa_key
from tests.bench.worker import either

verify_letter = either("cosign.roles.verifier.letter", "cosign.roles.verifier").verify_letter


def prepare(count: str, step: str = "letter") -> Callable[[], object]:
    """Make a letter, in this build's own form.

    Args:
        count: how many cosigners it has.
        step: verify the ``letter``, or its signatures alone by ``bare`` RSA and Ed25519.
    """
    size = int(count)
    with tempfile.TemporaryDirectory() as folder:
        raw = make_letters(Path(folder), [size])[size].read_bytes()
    parts = list(_bare_parts(raw))
    public, sha384 = rsa_key().public_key(), hashes.SHA384()

    def letter() -> None:
        assert verify_letter(io.BytesIO(raw)).cosigners == size

    def bare() -> None:
        for message, rsa_signature, signed, key in parts:
            public.verify(rsa_signature, message, PSS, sha384)
            crypto_sign_open(signed, key)

    return {"letter": letter, "bare": bare}[step]


def _bare_parts(raw: bytes) -> Iterator[tuple[bytes, bytes, bytes, bytes]]:
    """Yield the message and signature of each record's two signatures, for bare primitives."""
    reader = PublishedReader(io.BytesIO(raw))
    terms = reader.header.round.terms
    for record in map(Cosignature.from_bytes, reader.records()):
        key, signature, rest = record.proof[:32], record.proof[32:96], record.proof[97:]
        message = rest[:32] + membership_message(terms.group_id, terms.slot, key)
        digest = H(labels.COSIGN, *record.binding(terms.round_id).parts())
        yield message, rest[32:], signature + digest, key
