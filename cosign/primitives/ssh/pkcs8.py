"""How long it takes to open an encrypted PKCS #8 file (docs/spec.md, "OpenSSH keys").

The file's algorithm identifier has the function that derives a key from the passphrase, a
salt, and how often the function runs: PBKDF2 (RFC 8018, appendix A.2), scrypt (RFC 7914,
section 7) or that of PKCS #12 (RFC 7292, appendix C). pyca/cryptography opens the file; this
module only finds out whether the person has to be told to wait.
"""

import math
from collections.abc import Iterator
from typing import Final, NamedTuple

_SEQUENCE, _INTEGER, _OCTETS, _OBJECT = 0x30, 0x02, 0x04, 0x06
_PBES2: Final = bytes.fromhex("2a864886f70d01050d")
_PBKDF2: Final = bytes.fromhex("2a864886f70d01050c")
_SCRYPT: Final = bytes.fromhex("2b06010401da47040b")
_PKCS12: Final = bytes.fromhex("2a864886f70d010c01")
"""How the algorithms of PKCS #12 begin."""

_SLOW_ROUNDS: Final = 2_000_000
_SLOW_SCRYPT: Final = 2_000_000
"""Product of scrypt's three numbers. From here on, deriving a key takes about a second."""


class _Element(NamedTuple):
    """One element of DER."""

    tag: int
    content: bytes

    @property
    def number(self) -> int:
        """The value of a non-negative integer."""
        return int.from_bytes(self.content)


def slow_pkcs8(der: bytes) -> str | None:
    """Return what makes opening a file take more than about a second, in words.

    Args:
        der: an EncryptedPrivateKeyInfo. What is not of this form is not slow.

    >>> slow_pkcs8(b"") is None
    True
    """
    try:
        algorithm, parameters = _algorithm(_elements(_elements(der)[0].content)[0])
        if algorithm == _PBES2:
            algorithm, parameters = _algorithm(_elements(parameters)[0])
        salt, *numbers = _elements(parameters)
    except (ValueError, IndexError):
        return None
    counts = [element.number for element in numbers if element.tag == _INTEGER]
    if salt.tag != _OCTETS or not counts:
        return None
    if algorithm == _SCRYPT:
        n, _, p = (*counts, 1, 1)[:3]
        slow = math.prod(counts[:3]) > _SLOW_SCRYPT
        return f"scrypt with N = {n}, p = {p}" if slow else None
    name = "PBKDF2" if algorithm == _PBKDF2 else "PKCS #12"
    known = algorithm == _PBKDF2 or algorithm.startswith(_PKCS12)
    return f"{counts[0]} rounds of {name}" if known and counts[0] > _SLOW_ROUNDS else None


def _algorithm(element: _Element) -> tuple[bytes, bytes]:
    """Return the identifier and the parameters of an AlgorithmIdentifier."""
    identifier, parameters = _elements(element.content)[:2]
    if (identifier.tag, parameters.tag) != (_OBJECT, _SEQUENCE):
        raise ValueError("no algorithm")
    return identifier.content, parameters.content


def _elements(der: bytes) -> list[_Element]:
    return list(_each(der))


def _each(der: bytes) -> Iterator[_Element]:
    """Yield the elements that stand one after the other.

    Raises:
        ValueError: an element is cut off.
    """
    while der:
        tag, size, der = der[0], der[1:2], der[2:]
        if size and size[0] & 0x80:
            count = size[0] & 0x7F
            size, der = der[:count], der[count:]
        length = int.from_bytes(size)
        if not size or len(der) < length:
            raise ValueError("cut off")
        yield _Element(tag, der[:length])
        der = der[length:]
