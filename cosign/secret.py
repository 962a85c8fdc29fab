"""Bytes that do not leak by accident (docs/spec.md, "Secrets").

A :class:`Secret` shows only its length in ``str``, ``repr`` and ``format`` and
refuses pickling, copying and iteration, so no log line, traceback or process
pool gets its bytes. Only ``reveal()`` returns them, which is easy to find in a
review. Keys that hold secrets in other forms refuse copies too
(:class:`NeverCopied`).

Not protected: Python cannot erase memory; a core dump or the swap space of a signer's own
machine may hold the bytes (SECURITY.md, "Local attackers").
"""

import hmac
from typing import Any, NoReturn


class NeverCopied:
    """Base of everything that holds a secret: copying and pickling raise ``TypeError``.

    A copy would be a second place from which the secret can leak, and a pickle goes to
    files and to other processes. ``repr`` names the class and shows no attribute.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(<secret>)"

    def _refuse_copy(self, *_args: object) -> NoReturn:
        msg = f"a {type(self).__name__} is not copied or pickled, because it holds a secret"
        raise TypeError(msg)

    __copy__ = __deepcopy__ = __reduce__ = __reduce_ex__ = _refuse_copy


class Secret(NeverCopied):
    """An immutable byte string that is read with :meth:`reveal` only.

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
        """Return the secret bytes."""
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

    def _refuse_iteration(self, *_args: object) -> NoReturn:
        raise TypeError("a Secret is not iterated; call reveal() where its bytes are needed")

    __iter__ = __getitem__ = _refuse_iteration


class PipedSecret(Secret):
    """A secret that may cross the pipe to or from a worker process of this machine.

    Only this kind can be pickled, so a secret goes to a worker where a step says so, and
    nowhere else. The pipe is memory of the two processes, which belong to one user.
    """

    __slots__ = ()

    def __reduce__(self) -> Any:  # type: ignore[override]  # allowed here, refused elsewhere
        return PipedSecret, (self.reveal(),)

    def __reduce_ex__(self, _protocol: object) -> Any:  # type: ignore[override]  # the same
        return self.__reduce__()
