"""The ring proof of a rostered group: its statement (docs/spec.md, "Ring proof").

A linkable one-out-of-many proof: "I know the secret of one of these N keys",
with a tag that is the same for one key in one round and tells nothing across
rounds. Groth and Kohlweiss, "One-out-of-Many Proofs" (2015); Bootle, Cerulli,
Chaidos, Ghadafi, Groth, Petit, "Short Accountable Ring Signatures Based on DDH"
(2015); tags as in Noether and Goodell, "Triptych" (2020); keys as in Liu, Au,
Susilo, Zhou, "Linkable Ring Signature with Unconditional Anonymity" (2014).

This module holds what prover and verifier share; the two are
:mod:`cosign.proofs.ring.prover` and :mod:`cosign.proofs.ring.verifier`.

Not protected: owners of ssh keys have computational anonymity only, because their
keys fix x. A person who obtains a member's secret can compute that member's tag in
every round.
"""

import contextlib
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from functools import cached_property
from typing import Final, NamedTuple, Self

from cosign import labels
from cosign.errors import MalformedError
from cosign.primitives.curve.decoded_keys import DecodedKeys
from cosign.primitives.curve.edwards25519 import Affine, Scalar, encode
from cosign.primitives.curve.hash_to_curve import SUITE, hash_to_curve
from cosign.primitives.curve.packed import Packed
from cosign.primitives.curve.prime_order import decode_one_by_one
from cosign.primitives.curve.transcript import Transcript
from cosign.primitives.progress import Progress, no_progress
from cosign.proofs.interface import Binding
from cosign.proofs.ring.parameters import RingParameters, RingProof
from cosign.randomness import SYSTEM, Randomness

ROUND_ID_BYTES: Final = 32
ROSTER_ID_BYTES: Final = 32

_SIZE_BYTES: Final = 8


class Ring(NamedTuple):
    """A roster's keys, checked; made by :meth:`load` only. Picklable.

    Attributes:
        keys: N distinct 32-byte encodings.
        points: the same, decoded.
    """

    keys: Packed
    points: DecodedKeys

    @classmethod
    def load(
        cls,
        keys: Sequence[bytes],
        *,
        randomness: Randomness = SYSTEM,
        checked: bool = False,
        executor: Executor | None = None,
        progress: Progress = no_progress,
    ) -> Self:
        """Check and decode keys.

        Args:
            keys: 2 to 1,000,000 distinct keys of 32 bytes, in the roster's order.
            randomness: for checking the order of many keys at once; the makers of the keys
                must not predict it.
            checked: the same keys passed this check before, so that it is left out.
            executor: of threads or processes, for large rosters.
            progress: told how many keys are done.

        Raises:
            ValueError: too few or too many keys.
            MalformedError: two equal keys, or one that is no canonical encoding of a
                point of prime order (so also the identity); the message names it.
        """
        radices = RingParameters.of(len(keys)).radices
        packed = _packed(keys)
        if not packed.ascends() and len(set(packed)) != len(packed):
            raise MalformedError("a roster names a key twice", hint="ask who published it")
        coins = None if checked else randomness
        with _of_a_roster():
            points = DecodedKeys.load(packed, radices, coins, executor=executor, progress=progress)
        return cls(packed, points)


def _packed(keys: Sequence[bytes]) -> Packed:
    try:
        return Packed.of(keys)
    except ValueError:
        with _of_a_roster():
            decode_one_by_one(keys, 0)
        raise


@contextlib.contextmanager
def _of_a_roster() -> Iterator[None]:
    """Add to an error about a key that the key is a roster's."""
    try:
        yield
    except MalformedError as e:
        raise MalformedError(f"roster {e.message}", hint=e.hint) from e


class RingStatement:
    """What all proofs of one round over one ring have in common. Picklable.

    Args:
        ring: the roster's keys.
        roster_id: 32 bytes that commit to the keys; that they do is the caller's to check.
        round_id: 32 bytes.

    Attributes:
        ring: as given.
        roster_id: as given.
        round_id: as given.
        parameters: of the ring's size.
    """

    def __init__(self, ring: Ring, roster_id: bytes, round_id: bytes) -> None:
        if len(roster_id) != ROSTER_ID_BYTES or len(round_id) != ROUND_ID_BYTES:
            raise ValueError("a roster id and a round id have 32 bytes each")
        self.ring = ring
        self.roster_id = roster_id
        self.round_id = round_id
        self.parameters = RingParameters.of(len(ring.keys))

    @cached_property
    def tag_base(self) -> Affine:
        """Q: a generator of this round alone, whose logarithm nobody knows."""
        return hash_to_curve(labels.RING_TAG_BASE, self.round_id)

    def fields(self, binding: Binding) -> list[tuple[str, bytes]]:
        """Yield everything that the proof is about, with names, in the transcript's order."""
        round_id, action, statement = binding.parts()
        return [
            ("suite", SUITE.encode()),
            ("radices", bytes(self.parameters.radices)),
            ("size", self.parameters.size.to_bytes(_SIZE_BYTES, "big")),
            ("roster", self.roster_id),
            ("round", round_id),
            ("Q", encode(self.tag_base)),
            ("action", action),
            ("statement", statement),
        ]

    def challenge(self, binding: Binding, proof: RingProof) -> Scalar:
        """Return xi, which binds the statement and all that was sent before it.

        The answers in ``proof`` are not read.
        """
        transcript = Transcript(labels.RING_PROOF)
        for name, value in self.fields(binding):
            transcript.absorb(name, value)
        transcript.absorb("T", proof.T)
        transcript.absorb("A", proof.A)
        transcript.absorb("B", proof.B)
        transcript.absorb("X", b"".join(proof.X))
        transcript.absorb("Y", b"".join(proof.Y))
        return transcript.challenge()
