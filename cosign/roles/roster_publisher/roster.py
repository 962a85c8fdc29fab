"""Making a roster from keys that people have (docs/spec.md, "Rosters").

A roster has one key for each person. Keys that are left out are counted by reason, and
the counts are published with the roster.

Not protected: which keys belong to one person, and that each belongs to a member, is the
publisher's word.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from cosign import labels
from cosign.errors import MalformedError, MissingError, RefusedError
from cosign.primitives import ed25519
from cosign.records.groups.roster import (
    LEAST_KEYS,
    LeftOut,
    Publisher,
    PublisherSignature,
    Roster,
    RosterTerms,
    fresh_flags,
    load_ring,
)
from cosign.records.secrets import OrganizerSecrets

ED25519: Final = "ssh-ed25519"
FRESH: Final = "fresh"
"""Type of a key that a member made for rosters; no type of OpenSSH."""
_SECURITY_KEY: Final = "sk-"


class Entry(NamedTuple):
    """One key from one source.

    Attributes:
        names: of the person whose key it is, as the source gives them. A key without a name
            counts as a person of its own.
        key_type: as OpenSSH names it, ``ssh-ed25519`` for certified keys too; ``fresh`` for
            keys that members made for rosters.
        key: 32 bytes, or None if it is of another type or damaged.
    """

    names: tuple[str, ...]
    key_type: str
    key: bytes | None


class Gathered(NamedTuple):
    """The keys that were chosen from the entries, and counts of the others.

    Attributes:
        keys: chosen, 32 bytes each, ascending.
        fresh: those of them that members made for rosters.
        left_out: how many keys were not chosen, by reason.
        unnamed: the number of chosen keys whose source names no person.
    """

    keys: tuple[bytes, ...]
    fresh: frozenset[bytes]
    left_out: LeftOut
    unnamed: int


def gather(entries: Iterable[Entry]) -> Gathered:
    """Choose the first usable key of each person.

    Args:
        entries: in order of preference. Entries that share a name belong to one person, and
            so do entries that are connected by others.
    """
    listed = list(entries)
    person_of = _people(listed)
    chosen: dict[bytes, Entry] = {}
    people: set[str] = set()
    reasons: Counter[str] = Counter()
    for entry in listed:
        person = {person_of[name] for name in entry.names}
        reason = _reason(entry, person, people, chosen)
        if reason:
            reasons[reason] += 1
        elif entry.key:  # pragma: no branch  # without a key there is a reason
            chosen[entry.key] = entry
            people |= person
    unnamed = sum(not entry.names for entry in chosen.values())
    left_out = LeftOut(*(reasons[name] for name in LeftOut._fields))
    fresh = frozenset(key for key, entry in chosen.items() if entry.key_type == FRESH)
    return Gathered(tuple(sorted(chosen)), fresh, left_out, unnamed)


def _people(entries: Iterable[Entry]) -> dict[str, str]:
    """Return the person of each name, as one of that person's names."""
    parent: dict[str, str] = {}

    def find(name: str) -> str:
        while parent.setdefault(name, name) != name:
            parent[name] = name = parent[parent[name]]
        return name

    for entry in entries:
        for name in entry.names:
            parent[find(name)] = find(entry.names[0])
    return {name: find(name) for name in list(parent)}


def _reason(
    entry: Entry, person: set[str], people: set[str], chosen: Collection[bytes]
) -> str | None:
    """Return why an entry is left out, as a field of :class:`LeftOut`; None if it is not."""
    if entry.key is None:
        if entry.key_type == ED25519:
            return "bad_key"
        return "security_key" if entry.key_type.startswith(_SECURITY_KEY) else "other_type"
    if not ed25519.is_public_key(entry.key):
        return "bad_key"
    if not people.isdisjoint(person):
        return "same_person"
    return "same_key" if entry.key in chosen else None


def make_publisher(secrets: OrganizerSecrets, name: str) -> Publisher:
    """Return the public record of a publisher of rosters.

    Args:
        secrets: of the publisher; the identity key signs.
        name: what people call the publisher.
    """
    return Publisher(name, ed25519.SigningKey(secrets.identity_seed).public_key)


def make_roster(
    name: str, source: str, publishers: Sequence[Publisher], threshold: int, gathered: Gathered
) -> Roster:
    """Return a roster without signatures.

    The same keys, words and publishers give the same terms, so that another publisher
    can make them from their own sources and compare the fingerprint.

    Args:
        name: what people call the group.
        source: where the keys come from, in plain words.
        publishers: who can sign, 1 to 16.
        threshold: how many of them have to.
        gathered: the keys.

    Raises:
        MalformedError: fewer than two keys, a text that may not stand in a record, or
            publishers and a threshold that make no roster.
    """
    if len(gathered.keys) < LEAST_KEYS:
        raise MalformedError(
            f"a roster has at least {LEAST_KEYS} keys, this one {len(gathered.keys)}",
            hint="name more sources; the counts say who was left out",
        )
    keys, fresh = b"".join(gathered.keys), fresh_flags(gathered.keys, gathered.fresh)
    vouching = tuple(publishers), threshold, gathered.left_out
    return Roster(RosterTerms(name, source, *vouching, fresh, keys), ())


def own_number(secrets: OrganizerSecrets, terms: RosterTerms) -> int | None:
    """Return which of a roster's publishers these secrets belong to, from 0, or None.

    Args:
        secrets: of a home.
        terms: of the roster.
    """
    own = ed25519.SigningKey(secrets.identity_seed).public_key
    return next((i for i, p in enumerate(terms.publishers) if p.identity_key == own), None)


def sign_roster(secrets: OrganizerSecrets, roster: Roster) -> Roster:
    """Add a publisher's signature to a roster.

    Args:
        secrets: of one of its publishers.
        roster: with the signatures of other publishers, or none.

    Raises:
        MissingError: the secrets are of none of its publishers.
        RefusedError: this publisher signed it already.
        VerificationError: another publisher's signature is false.
        MalformedError: a key is not a point of prime order.
    """
    roster.verify_signatures()
    load_ring(roster.terms.keys)
    number = own_number(secrets, roster.terms)
    if number is None:
        raise MissingError(
            "this home is none of the roster's publishers",
            hint="use the home whose key is on the roster's list of publishers",
        )
    if any(signed == number for signed, _ in roster.signatures):
        raise RefusedError(
            f"publisher {roster.terms.publishers[number].name!r} signed this roster already",
            hint="each publisher signs once; give the file to the next one",
        )
    key = ed25519.SigningKey(secrets.identity_seed)
    signature = key.sign(labels.ROSTER_SIGNATURE, roster.terms.to_bytes())
    signatures = (*roster.signatures, PublisherSignature(number, signature))
    return replace(roster, signatures=tuple(sorted(signatures)))
