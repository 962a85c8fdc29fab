"""Sealing a cosignature to the trustees, and recovering it (docs/spec.md, "Sealing").

Each signer deals the shares of their own envelope. So trustees need not meet to make a
common key, and a signer who deals wrong shares spoils only their own envelope.
"""

import itertools
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from cosign import labels
from cosign.errors import CosignError, MalformedError, ThresholdError, VerificationError
from cosign.primitives import hpke, shamir
from cosign.primitives.hashing import hash_of_last
from cosign.randomness import SYSTEM, Randomness
from cosign.records.envelope import SHARE_BYTES, Envelope, SealedContent
from cosign.records.open_cosignature import AnyCosignature
from cosign.records.round import VerifiedRound
from cosign.secret import Secret
from cosign.wire.padding import LENGTH_BYTES, pad, unpad

SUBSET_LIMIT: Final = 256
"""Largest number of combinations of shares tried for one envelope. It is enough to find any
two false shares among 16, and it bounds the work that a signer's wrong shares can cause."""


@lru_cache(maxsize=64)
def share_info(round_id: bytes, trustee: int) -> bytes:
    """Return the HPKE ``info`` of the share for trustee number ``trustee``, from 1."""
    return hpke.sealing_info(labels.SEAL_SHARE, round_id, trustee.to_bytes(8, "big"))


@lru_cache(maxsize=16)
def content_info(round_id: bytes) -> bytes:
    """Return the associated data of the ciphertext of every envelope of a round."""
    return hpke.sealing_info(labels.SEAL_CONTENT, round_id)


def open_share(
    key: hpke.SealingSecretKey, round_id: bytes, trustee: int, sealed: bytes
) -> Secret | None:
    """Return a trustee's share of an envelope, 32 bytes; None if it is not sealed to the key.

    Args:
        key: the trustee's.
        round_id: 32 bytes.
        trustee: the trustee's number, from 1.
        sealed: from an envelope of the round.
    """
    try:
        share = Secret(hpke.open_sealed(key, share_info(round_id, trustee), sealed))
    except VerificationError:
        return None
    return share if len(share) == SHARE_BYTES else None


def content_key(round_id: bytes, scalar: Secret) -> Secret:
    """Return the 32-byte AES-256-GCM key, derived from the content scalar."""
    hashed = _hash_of_scalar(labels.CONTENT_KEY, round_id)(scalar.reveal())
    return Secret(hashed[: hpke.CONTENT_KEY_BYTES])


def key_commitment(round_id: bytes, scalar: Secret) -> bytes:
    """Return the 64-byte commitment to the content scalar."""
    return _hash_of_scalar(labels.KEY_COMMITMENT, round_id)(scalar.reveal())


@lru_cache(maxsize=16)
def _hash_of_scalar(label: str, round_id: bytes) -> Callable[[bytes], bytes]:
    """Return a function that hashes a content scalar; what comes before it is hashed once."""
    return hash_of_last(label, round_id, last_bytes=shamir.SCALAR_BYTES)


def seal_cosignature(
    cosignature: AnyCosignature, round_: VerifiedRound, randomness: Randomness = SYSTEM
) -> Envelope:
    """Return a cosignature padded and encrypted, with shares of its key for the trustees.

    The shared secret is a fresh uniform scalar, and the content key is a hash of it, so
    that libsodium can compute Shamir's polynomial in constant time (docs/adr/0002).
    """
    padded = pad(cosignature.to_bytes(), padded_bytes(round_))
    terms, round_id = round_.terms, round_.round_id
    scalar = shamir.random_scalar(randomness)
    shares = shamir.split(scalar, terms.threshold, len(terms.trustees), randomness)
    pairs = enumerate(zip(terms.trustees, shares, strict=True), 1)
    sealed = tuple(
        hpke.seal(
            hpke.SealingPublicKey.from_bytes(trustee.sealing_key),
            share_info(round_id, number),
            share.reveal(),
        )
        for number, (trustee, share) in pairs
    )
    key = content_key(round_id, scalar)
    ciphertext = hpke.encrypt_once(key, content_info(round_id), padded)
    return Envelope(round_id, sealed, key_commitment(round_id, scalar), ciphertext)


def padded_bytes(round_: VerifiedRound) -> int:
    """Return the length of every padded cosignature of a round."""
    return LENGTH_BYTES + round_.longest_cosignature


def envelope_form(round_: VerifiedRound) -> tuple[int, int]:
    """Return the number of shares and the ciphertext length of every envelope of a round."""
    return len(round_.terms.trustees), padded_bytes(round_) + hpke.CONTENT_OVERHEAD


class Recovered(NamedTuple):
    """An opened envelope.

    Attributes:
        record: the bytes of a cosignature, which are not decoded or verified yet.
        bad_shares: numbers of trustees whose share does not fit: the trustee or the signer
            cheated, one envelope alone does not tell which.
        subset: the trustees whose shares gave the key.
    """

    record: bytes
    bad_shares: tuple[int, ...]
    subset: tuple[int, ...]


def recover(
    envelope: Envelope | SealedContent,
    shares: Mapping[int, Secret],
    threshold: int,
    first: tuple[int, ...] = (),
) -> Recovered:
    """Recover the bytes of a cosignature from at least ``threshold`` shares.

    The commitment tells the true key from a false one, so with more than
    ``threshold`` shares a false share does no harm and is found out.

    Args:
        envelope: as received, or the part of it that is decrypted.
        shares: share by trustee number.
        threshold: t of the round.
        first: the combination to try first: the one that worked last time.

    Raises:
        ThresholdError: fewer shares than the threshold.
        VerificationError: no combination fits; signer or a trustee cheated.
        MalformedError: the padding is not valid.
    """
    if len(shares) < threshold:
        raise ThresholdError(f"{len(shares)} of {threshold} shares of an envelope are here")
    for subset in _subsets(shares, threshold, first):
        try:
            polynomial = shamir.Polynomial({n: shares[n] for n in subset}, threshold)
        except MalformedError:
            continue
        scalar = polynomial.secret
        if key_commitment(envelope.round_id, scalar) == envelope.commitment:
            others = ((n, share) for n, share in shares.items() if n not in subset)
            bad_shares = tuple(n for n, share in others if polynomial.share(n) != share)
            return Recovered(_decrypt(envelope, scalar), bad_shares, subset)
    raise VerificationError("no combination of shares opens an envelope")


def _subsets(
    shares: Mapping[int, Secret], threshold: int, first: tuple[int, ...]
) -> Iterator[tuple[int, ...]]:
    """Order combinations by how many shares they assume to be false: none, one, two ..."""
    if first and shares.keys() >= set(first):
        yield first
    numbers = sorted(shares)
    by_suspects = (
        tuple(number for number in numbers if number not in suspects)[:threshold]
        for count in range(len(numbers) - threshold + 1)
        for suspects in itertools.combinations(numbers, count)
    )
    yield from dict.fromkeys(itertools.islice(by_suspects, SUBSET_LIMIT))


def _decrypt(envelope: Envelope | SealedContent, scalar: Secret) -> bytes:
    key = content_key(envelope.round_id, scalar)
    try:
        padded = hpke.decrypt_once(key, content_info(envelope.round_id), envelope.ciphertext)
    except CosignError as e:
        raise VerificationError("an envelope's text does not fit its own key") from e
    return unpad(padded)
