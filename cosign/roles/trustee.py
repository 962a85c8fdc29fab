"""The trustee's step: decrypt its share of every envelope (docs/spec.md, "Opening").

Not protected: t trustees together can open envelopes before the round closes, with a
program that does not refuse it as this one does.
"""

import heapq
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from itertools import groupby
from typing import Final

from cosign import labels
from cosign.errors import MismatchError
from cosign.primitives import hpke
from cosign.primitives.parallel import batches, check_local, run
from cosign.randomness import SYSTEM, Randomness
from cosign.records.envelope import ENTRY_BYTES, Envelope, OpenedShares, Opening
from cosign.records.round import Trustee, VerifiedRound
from cosign.records.secrets import SEED_BYTES, TrusteeSecrets
from cosign.roles.shared.gathering import gather_envelopes
from cosign.roles.shared.sealing import open_share
from cosign.secret import PipedSecret, Secret

__all__ = ["gather_envelopes", "make_trustee", "open_shares"]

_CHUNK: Final = 256
"""Shares that a worker decrypts at a time: some 20 milliseconds of work."""

_SHARE_FROM: Final = 5_000
"""Half a second of work; starting a pool of processes takes as long on some systems."""


def make_trustee(name: str, randomness: Randomness = SYSTEM) -> TrusteeSecrets:
    """Make a trustee's sealing key, X-Wing, from 32 random bytes.

    Args:
        name: what people call the trustee, 1 to 200 bytes of UTF-8.
        randomness: where the seed comes from.
    """
    seed = Secret(randomness(SEED_BYTES))
    key = hpke.SealingSecretKey(seed).public_key
    return TrusteeSecrets(Trustee(name, key.to_bytes()), seed)


def trustee_number(round_: VerifiedRound, key: hpke.SealingSecretKey) -> int:
    """Return the number, from 1, of the trustee who has this key.

    Raises:
        MismatchError: the round does not name this key.
    """
    public = key.public_key.to_bytes()
    for number, trustee in enumerate(round_.terms.trustees, 1):
        if trustee.sealing_key == public:
            return number
    raise MismatchError(
        "you are not a trustee of this round",
        hint="use the home that made the key which you gave to the organizer",
    )


def opening_info(round_id: bytes, trustee: int) -> bytes:
    """Return the HPKE ``info`` under which an opening is sealed, 64 bytes."""
    return hpke.sealing_info(labels.SEAL_OPENING, round_id, trustee.to_bytes(8, "big"))


def open_shares(
    seed: Secret,
    round_: VerifiedRound,
    envelopes: Iterable[Envelope],
    minute: int,
    executor: Executor | None = None,
) -> Opening:
    """Decrypt this trustee's share of each envelope and seal them all to the organizer.

    An envelope whose share does not decrypt, or that has none for this trustee, has no
    entry in the opening. Envelopes are not held; 64 bytes of each are.

    Args:
        seed: the trustee's X-Wing seed, 32 bytes.
        round_: verified.
        envelopes: of this round; byte-identical ones count once.
        minute: now, in minutes since 1970.
        executor: where shares are decrypted, such as a ``ProcessPoolExecutor``; in this
            thread if None. Its workers are told the seed.

    Raises:
        WindowError: the round has not closed.
        MismatchError: the key is not a trustee's of this round, or an envelope is of
            another round.
        TypeError: an executor of other machines.
    """
    round_.check_closed(minute)
    check_local(executor)
    number = trustee_number(round_, hpke.SealingSecretKey(seed))
    shares = _sealed_shares(round_.round_id, number, envelopes)
    chunks, executor = batches(shares, _CHUNK, executor, _SHARE_FROM)
    piped = PipedSecret(seed.reveal())
    tasks = ((piped, round_.round_id, number, chunk) for chunk in chunks)
    entries = _merged(run(_open_chunk, tasks, executor))
    opened = OpenedShares(round_.round_id, number, entries)
    organizer = hpke.SealingPublicKey.from_bytes(round_.terms.organizer_sealing_key)
    sealed = hpke.seal(organizer, opening_info(round_.round_id, number), opened.to_bytes())
    return Opening(round_.round_id, number, sealed)


def _sealed_shares(
    round_id: bytes, number: int, envelopes: Iterable[Envelope]
) -> Iterator[tuple[bytes, bytes]]:
    """Yield the envelope_id and this trustee's sealed share of each envelope that has one."""
    for envelope in envelopes:
        if envelope.round_id != round_id:
            raise MismatchError(
                "an envelope belongs to another round", hint="leave it out, then repeat"
            )
        for mine in envelope.shares[number - 1 : number]:
            yield envelope.envelope_id, mine


def _open_chunk(
    seed: PipedSecret, round_id: bytes, number: int, chunk: list[tuple[bytes, bytes]]
) -> PipedSecret:
    """Return the entries of an opening for these envelopes, ascending."""
    key = hpke.SealingSecretKey(seed)
    found = [
        envelope_id + share.reveal()
        for envelope_id, sealed in chunk
        if (share := open_share(key, round_id, number, sealed))
    ]
    return PipedSecret(b"".join(sorted(found)))


def _merged(chunks: Iterable[Secret]) -> Secret:
    """Return all entries, ascending, each once."""
    entries = heapq.merge(*[_entries(chunk) for chunk in chunks])
    packed = bytearray()
    for entry, _equal in groupby(entries):
        packed += entry
    return Secret(bytes(packed))


def _entries(chunk: Secret) -> Iterator[bytes]:
    raw = chunk.reveal()
    return (raw[i : i + ENTRY_BYTES] for i in range(0, len(raw), ENTRY_BYTES))
