"""Bytes that do not leak by accident (docs/spec.md, "Secrets").

A :class:`Secret` shows nothing of itself in ``str``, ``repr`` or ``format`` and
refuses pickling, copying and iteration, so neither a log line nor a traceback
nor a process pool can carry it away. ``reveal()`` is the one way out, easy to
find in a review.

Not protected: Python cannot erase memory; a core dump or swap of a signer's own
machine may hold the bytes (SECURITY.md, "Local attackers").
"""

import hmac
from typing import NoReturn


class Secret:
    """An immutable byte string that has to be asked for.

    Args:
        value: the secret bytes, of any length.
    """

    __slots__ = ("__value",)

    def __init__(self, value: bytes) -> None:
        if not isinstance(value, bytes):
            msg = f"a secret is made of bytes, not {type(value).__name__}"
            raise TypeError(msg)
        self.__value = value

    def reveal(self) -> bytes:
        """Give the secret bytes."""
        return self.__value

    def __len__(self) -> int:
        return len(self.__value)

    def __repr__(self) -> str:
        return f"Secret(<{len(self.__value)} bytes>)"

    def __format__(self, _spec: str) -> str:
        return repr(self)

    def __eq__(self, other: object) -> bool:
        """Compare in constant time for equal lengths."""
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self.__value, other.reveal())

    __hash__ = None  # type: ignore[assignment]  # a hash table would compare and cache it

    def _refuse(self, *_args: object) -> NoReturn:
        msg = "a Secret is not copied, pickled or iterated; call reveal() where it is needed"
        raise TypeError(msg)

    __iter__ = __getitem__ = __copy__ = __deepcopy__ = __reduce__ = __reduce_ex__ = _refuse
