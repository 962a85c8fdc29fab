"""Whether the registrar's signing time tells what it signs or with which key, as dudect asks.

See :mod:`tests.bench.dudect`. The classes are

- one blinded message against random ones;
- one key against others;
- the keys whose exponents have few bits set against those that have many.

Every signature takes a key loaded afresh: two copies of one key can differ, by
where they lie in memory, which would drown what is looked for.

Not shown by that: anything about a message that its maker chose to be special, such as
1. The checks of RFC 9474, section 4.3, steps 1 and 3, are faster for it; both compute
with nothing but the message, the public key and the signature that is returned. A processor
also remembers the branches of a number that it has just seen: the greatest common divisor
of message and modulus, both public, takes 20 µs for a message that comes again and 30 µs
for a fresh one, which alone gave t = 5 to 11. So each message is checked once before the
time of its signature is taken.

The *control* has nothing to tell but what is put there: one class of messages is checked
twice more within its time, about 50 µs. It has to exceed the doubt, or the other figures
would say nothing.
"""

import secrets
from collections.abc import Callable, Iterator
from typing import Final

from cryptography.hazmat.primitives.asymmetric import rsa

from cosign.primitives.rsa import blind as blind_rsa
from cosign.primitives.rsa import pss as rsa_pss
from cosign.randomness import SYSTEM
from tests.bench.dudect import DOUBT, welch_t
from tests.bench.measure import Result

SIGNATURES: Final = 3_000
"""Of each class."""
KEYS: Final = 24

Task = tuple[rsa.RSAPrivateKey, bytes]
"""A key, and the blinded message to sign with it."""


def run() -> Iterator[Result]:
    """Compare classes of messages and of keys."""
    keys = [rsa.generate_private_key(rsa_pss.PUBLIC_EXPONENT, 3072) for _ in range(KEYS)]
    keys.sort(key=_weight)
    one, message = keys[0], _blinded(keys[0])
    few, many = keys[: KEYS // 3], keys[-KEYS // 3 :]
    comparisons: dict[str, tuple[Callable[[], Task], Callable[[], Task]]] = {
        "message": (lambda: (one, bytes(bytearray(message))), lambda: _task([one])),
        "key": (lambda: _task([one]), lambda: _task(keys[1:])),
        "weight": (lambda: _task(few), lambda: _task(many)),
    }
    for name, classes in comparisons.items():
        yield Result(f"registrar_{name}_t", _statistic(*classes), DOUBT)
    control = _statistic(lambda: _task([one]), lambda: _task([one]), is_control=True)
    yield Result("registrar_control_t", control, DOUBT, at_most=False)


def _weight(key: rsa.RSAPrivateKey) -> int:
    """Return how many bits are set in both private exponents of the CRT."""
    numbers = key.private_numbers()
    return numbers.dmp1.bit_count() + numbers.dmq1.bit_count()


def _task(keys: list[rsa.RSAPrivateKey]) -> Task:
    """Choose a key, and make a blinded message as a member would."""
    key = secrets.choice(keys)
    return key, _blinded(key)


def _blinded(key: rsa.RSAPrivateKey) -> bytes:
    variant = rsa_pss.PSS_RANDOMIZED
    prepared = blind_rsa.prepare(variant, b"message", SYSTEM)
    return blind_rsa.blind(blind_rsa.PrivateKey(key).public_key, prepared, variant, SYSTEM)[0]


def _statistic(
    one: Callable[[], Task], other: Callable[[], Task], *, is_control: bool = False
) -> float:
    """Return the absolute value of Welch's t."""

    def prepare(kind: int, task: Task) -> Callable[[], object]:
        key, message = task
        loaded = blind_rsa.PrivateKey(key)
        blind_rsa.check_blinded(loaded.public_key, message)

        def work() -> None:
            for _ in range(2 if is_control and kind else 0):
                blind_rsa.check_blinded(loaded.public_key, message)
            blind_rsa.blind_sign(loaded, message, SYSTEM)

        return work

    return welch_t((one, other), prepare, SIGNATURES)
