"""Secrets split among trustees."""

import json
import secrets
from collections import Counter
from collections.abc import Mapping
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosign.errors import MalformedError, ThresholdError
from cosign.primitives.shamir import ORDER, SHARE_LIMIT, Polynomial, random_scalar, split
from cosign.secret import Secret
from tests.support import places

PUBLISHED = places.PUBLISHED / "rfc9591_ed25519_shares.json"


def scalar(number: int) -> Secret:
    """Write a scalar little-endian, also one that is too large."""
    return Secret(number.to_bytes(32, "little"))


def number(secret: Secret) -> int:
    """Read a scalar."""
    return int.from_bytes(secret.reveal(), "little")


def pick(shares: tuple[Secret, ...], *indices: int) -> dict[int, Secret]:
    """Return some shares with their numbers."""
    return {i: shares[i - 1] for i in indices}


class TestPublishedVector:
    """RFC 9591, Appendix E.1."""

    vector = json.loads(PUBLISHED.read_text())
    secret = Secret(bytes.fromhex(vector["group_secret_key"]))
    shares = tuple(Secret(bytes.fromhex(s)) for s in vector["participant_shares"].values())

    def test_split(self) -> None:
        """Splitting with the published coefficient gives the published shares."""
        coefficient = bytes.fromhex(self.vector["share_polynomial_coefficients"]["1"])
        shares = split(self.secret, 2, 3, lambda count: coefficient.ljust(count, b"\x00"))
        assert shares == self.shares

    def test_interpolation(self) -> None:
        """Any two published shares give the published secret and the third share."""
        for i, j in combinations((1, 2, 3), 2):
            two, third = pick(self.shares, i, j), 6 - i - j
            polynomial = Polynomial(two, 2)
            assert polynomial.secret == self.secret
            assert polynomial.share(third) == self.shares[third - 1]


@given(st.integers(0, ORDER - 1), st.data())
def test_any_t_shares_give_the_secret(value: int, data: st.DataObject) -> None:
    """Any t of n shares give the secret and every other share."""
    count = data.draw(st.integers(1, SHARE_LIMIT))
    threshold = data.draw(st.integers(1, count))
    chosen = data.draw(st.permutations(range(1, count + 1)))[:threshold]
    secret = scalar(value)
    shares = split(secret, threshold, count, secrets.token_bytes)
    few = pick(shares, *chosen)
    polynomial = Polynomial(few, threshold)
    assert polynomial.secret == secret
    for index in (1, count):
        assert polynomial.share(index) == shares[index - 1]


def test_extreme_secrets() -> None:
    """0, 1 and l-1 are secrets like any other."""
    for value in (0, 1, ORDER - 1):
        shares = split(scalar(value), 3, 5, secrets.token_bytes)
        assert number(Polynomial(pick(shares, 5, 1, 3), 3).secret) == value


def test_threshold_of_one() -> None:
    """With t = 1 every share is the secret."""
    assert set(map(number, split(scalar(7), 1, 3, secrets.token_bytes))) == {7}


def test_fewer_shares_say_nothing() -> None:
    """For one share of two, every secret is explained by exactly one second share."""
    share = split(scalar(7), 2, 2, secrets.token_bytes)[0]
    for guess in (0, 7, ORDER - 1):
        second = scalar((2 * number(share) - guess) % ORDER)
        assert number(Polynomial({1: share, 2: second}, 2).secret) == guess


def test_lower_threshold_misses_the_secret() -> None:
    """Combining t-1 shares as if they were enough gives another number."""
    shares = split(scalar(7), 3, 3, secrets.token_bytes)
    assert number(Polynomial(pick(shares, 1, 2), 2).secret) != 7


def test_wrong_share_is_named() -> None:
    """The share that does not fit t right ones differs from what they predict."""
    shares = split(scalar(7), 2, 4, secrets.token_bytes)
    right = Polynomial(pick(shares, 1, 2), 2)
    assert right.share(3) == shares[2]
    assert right.share(3) != scalar((number(shares[2]) + 1) % ORDER)


def test_random_scalar_is_reduced() -> None:
    """A random scalar is 64 random bytes modulo l."""
    wide = secrets.token_bytes(64)
    assert number(random_scalar(lambda _: wide)) == int.from_bytes(wide, "little") % ORDER
    assert number(random_scalar(lambda n: b"\xff" * n)) == (2**512 - 1) % ORDER


def test_random_scalar_is_uniform() -> None:
    """Each sixteenth of the range is hit about as often as the others."""
    hits = Counter(number(random_scalar(secrets.token_bytes)) * 16 // ORDER for _ in range(3200))
    assert set(hits) == set(range(16))
    assert max(hits.values()) < 2 * min(hits.values())


@pytest.mark.parametrize(("threshold", "count"), [(0, 1), (2, 1), (1, 0), (1, 33), (33, 33)])
def test_split_limits(threshold: int, count: int) -> None:
    """Thresholds and counts out of range are a programmer's mistake."""
    with pytest.raises(ValueError, match="t <= n"):
        split(scalar(1), threshold, count, secrets.token_bytes)


@pytest.mark.parametrize("secret", [scalar(ORDER), scalar(2**256 - 1), Secret(bytes(31))])
def test_split_takes_scalars_only(secret: Secret) -> None:
    """A secret of l or more, or of another length, is a programmer's mistake."""
    with pytest.raises(ValueError, match="scalar"):
        split(secret, 1, 1, secrets.token_bytes)


@pytest.mark.parametrize(
    "shares",
    [
        {1: scalar(ORDER), 2: scalar(1)},
        {1: scalar(1), 2: scalar(2**256 - 1)},
        {1: scalar(1), 2: scalar(ORDER + 1)},
        {1: Secret(bytes(31)), 2: scalar(1)},
        {1: Secret(bytes(33)), 2: scalar(1)},
        {0: scalar(1), 2: scalar(1)},
        {-1: scalar(1), 2: scalar(1)},
        {1: scalar(1), 33: scalar(1)},
    ],
    ids=["l", "greatest", "l+1", "short", "long", "number 0", "number -1", "number 33"],
)
def test_hostile_shares(shares: Mapping[int, Secret]) -> None:
    """Numbers out of range and shares that are no scalars are refused, also l+1 for 1."""
    with pytest.raises(MalformedError):
        Polynomial(shares, 2)


def test_number_of_shares() -> None:
    """Too few shares are refused; more than t, and t out of range, are a mistake."""
    shares = split(scalar(7), 2, 3, secrets.token_bytes)
    with pytest.raises(ThresholdError, match="1 of 2"):
        Polynomial(pick(shares, 1), 2)
    with pytest.raises(ThresholdError, match="0 of 1"):
        Polynomial({}, 1)
    with pytest.raises(ValueError, match="exactly 2"):
        Polynomial(pick(shares, 1, 2, 3), 2)
    for threshold in (0, 33):
        with pytest.raises(ValueError, match="threshold"):
            Polynomial({}, threshold)


@pytest.mark.parametrize("index", [0, -1, 33])
def test_only_shares_are_predicted(index: int) -> None:
    """Asking for a share with a number out of range is a programmer's mistake."""
    with pytest.raises(ValueError, match="share numbers"):
        Polynomial({1: scalar(1)}, 1).share(index)
