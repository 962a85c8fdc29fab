"""The values from which a challenge is computed (docs/spec.md, "Transcript").

The Fiat-Shamir transform is sound only if the challenge depends on the whole statement
and on all commitments. Every value is absorbed under a name, and names and values are
hashed with their lengths, so different sequences of values give different inputs.
"""

from cosign.primitives.curve.edwards25519 import ORDER, Scalar
from cosign.primitives.hashing import H


class Transcript:
    """Collects named values and returns one challenge.

    Args:
        label: the domain-separation label, from :mod:`cosign.labels`.
    """

    __slots__ = ("_label", "_parts")

    def __init__(self, label: str) -> None:
        self._label = label
        self._parts: list[bytes] = []

    def absorb(self, name: str, value: bytes) -> None:
        """Add a value of any length under an ASCII name."""
        self._parts += (name.encode("ascii"), value)

    def challenge(self) -> Scalar:
        """Return the challenge, from 1 to the group's order minus 1.

        It is ``1 + (H(label, name1, value1, ...) mod (order - 1))``, with the 64 bytes of H
        read as a little-endian integer: never zero, and within 2^-259 of uniform.
        """
        return 1 + int.from_bytes(H(self._label, *self._parts), "little") % (ORDER - 1)
