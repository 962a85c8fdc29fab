"""Making a roster out of keys that people have (docs/spec.md, "Rosters").

One key a person. Whoever is left out is counted, by reason, and never dropped
in silence.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Final, NamedTuple

from cosign import labels
from cosign.errors import MalformedError
from cosign.primitives import signing
from cosign.records.roster import LEAST_KEYS, LeftOut, Roster, RosterTerms
from cosign.records.secrets import OrganizerSecrets

ED25519: Final = "ssh-ed25519"
_SECURITY_KEY: Final = "sk-"


class Entry(NamedTuple):
    """One key from one source.

    Attributes:
        person: whose it is, as far as the source says; empty for nobody in particular,
            who then counts as a person of its own.
        key_type: as OpenSSH names it; ``ssh-ed25519`` for membership keys.
        key: 32 bytes, or None if it is of another type.
    """

    person: str
    key_type: str
    key: bytes | None


class Gathered(NamedTuple):
    """What became of the entries.

    Attributes:
        keys: chosen, ascending.
        left_out: how many others, and why.
        unnamed: chosen keys whose source names no person.
    """

    keys: tuple[bytes, ...]
    left_out: LeftOut
    unnamed: int


def gather(entries: Iterable[Entry]) -> Gathered:
    """Choose the first usable key of each person."""
    chosen: dict[bytes, str] = {}
    people: set[str] = set()
    reasons: Counter[str] = Counter()
    for entry in entries:
        reason = _reason(entry, people, chosen)
        if reason:
            reasons[reason] += 1
        elif entry.key:
            chosen[entry.key] = entry.person
            people.add(entry.person)
    unnamed = sum(not person for person in chosen.values())
    left_out = LeftOut(*(reasons[name] for name in LeftOut._fields))
    return Gathered(tuple(sorted(chosen)), left_out, unnamed)


def _reason(entry: Entry, people: set[str], chosen: dict[bytes, str]) -> str | None:
    """Say why an entry is left out: the name of a field of :class:`LeftOut`."""
    if entry.key is None:
        return "security_key" if entry.key_type.startswith(_SECURITY_KEY) else "other_type"
    if not signing.is_public_key(entry.key):
        return "bad_key"
    if entry.person and entry.person in people:
        return "same_person"
    return "same_key" if entry.key in chosen else None


def make_roster(secrets: OrganizerSecrets, name: str, source: str, gathered: Gathered) -> Roster:
    """Sign a roster.

    Raises:
        MalformedError: fewer than two keys: nobody to hide among.
    """
    if len(gathered.keys) < LEAST_KEYS:
        raise MalformedError(
            f"a roster has at least {LEAST_KEYS} keys, this one {len(gathered.keys)}",
            hint="name more sources; the counts say who was left out",
        )
    publisher = signing.SigningKey(secrets.identity_seed)
    keys = b"".join(gathered.keys)
    terms = RosterTerms(name, source, publisher.public_key, gathered.left_out, keys)
    return Roster(terms, publisher.sign(labels.ROSTER_SIGNATURE, terms.to_bytes()))
