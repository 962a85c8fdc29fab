"""Trustees: keys in a home that open envelopes (docs/spec.md, "Homes").

Not protected: a program that can read the unlocked home can open this trustee's shares.
"""

from collections.abc import Iterable

from cosign.errors import MissingError
from cosign.quoting import quoted
from cosign.randomness import SYSTEM, Randomness
from cosign.records.round import Trustee, VerifiedRound
from cosign.records.secrets import TrusteeSecrets
from cosign.roles.trustee import make_trustee
from cosign.stores.home import Home
from cosign.stores.keys import TRUSTEE, trustee_name


def add_trustee(home: Home, name: str, randomness: Randomness = SYSTEM) -> Trustee:
    """Make a trustee's key, keep it, and return its public record.

    Args:
        home: of the trustee.
        name: what people call the trustee.
        randomness: for the seed.

    Raises:
        MalformedError: a name that may not stand in a record.
        BusyError: another process holds the home.
        PassphraseError, StorageError: the home cannot be written.
    """
    secrets = make_trustee(name, randomness)
    home.add(trustee_name(secrets.trustee.sealing_key), secrets, f"trustee {quoted(name)}")
    return secrets.trustee


def trustee_keys(home: Home, sealing_keys: Iterable[bytes]) -> list[str]:
    """Return the names of the vault files that hold one of these trustees' keys.

    Args:
        home: of the trustee.
        sealing_keys: public ones, as a round or a trustee's record names them.

    Raises:
        MissingError: the home holds none of them.
    """
    wanted = set(map(trustee_name, sealing_keys))
    held = [name for name in home.names(TRUSTEE) if name in wanted]
    if not held:
        raise MissingError(
            "this home has no key of a trustee of this round",
            hint="name the home of cosign-letter trustee key with --home",
        )
    return held


def forget_trustee(home: Home, names: Iterable[str]) -> None:
    """Erase keys of a trustee: what was sealed to them cannot be opened with this home any more.

    Args:
        home: of the trustee.
        names: of vault files, from :func:`trustee_keys`.

    Raises:
        BusyError: another process holds the home.
        StorageError: the home cannot be written.
    """
    with home.lock():
        for name in names:
            home.forget(name)


def find_trustee(home: Home, round_: VerifiedRound) -> TrusteeSecrets:
    """Return the key of that one of a round's trustees whose home this is.

    Args:
        home: of the trustee.
        round_: verified.

    Raises:
        MissingError: the home holds no key of a trustee of the round.
        PassphraseError, StorageError, MalformedError: the home cannot be opened.
    """
    names = {trustee_name(t.sealing_key): t.name for t in round_.terms.trustees}
    held = trustee_keys(home, [trustee.sealing_key for trustee in round_.terms.trustees])
    home.describe(held[0], f"trustee {quoted(names[held[0]])}")
    return home.read(held[0], TrusteeSecrets)
