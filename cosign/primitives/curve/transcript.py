"""What a challenge depends on, framed and labelled (docs/spec.md, "Transcript").

The Fiat-Shamir transform is sound only if the challenge binds the whole
statement and all commitments: every value is absorbed under a name, and names
and values are preceded by their lengths.
"""

from cosign.primitives.curve.edwards25519 import ORDER, Scalar
from cosign.primitives.hashing import H


class Transcript:
    """Collects named values and gives one challenge.

    Args:
        label: the domain, from :mod:`cosign.labels`.
    """

    __slots__ = ("_label", "_parts")

    def __init__(self, label: str) -> None:
        self._label = label
        self._parts: list[bytes] = []

    def absorb(self, name: str, value: bytes) -> None:
        """Bind a value of any length under an ASCII name."""
        self._parts += (name.encode("ascii"), value)

    def challenge(self) -> Scalar:
        """Give the challenge, from 1 to the group's order less 1.

        ``1 + (H(label, name1, value1, ...) mod (order - 1))`` with H's 64 bytes
        read as a little-endian integer: never zero, and uniform to within 2^-259.
        """
        return 1 + int.from_bytes(H(self._label, *self._parts), "little") % (ORDER - 1)
