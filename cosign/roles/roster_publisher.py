"""Making a roster from keys that people have (docs/spec.md, "Rosters").

A roster has one key for each person. Keys that are left out are counted by reason, and
the counts are published with the roster.

Not protected: which keys belong to one person, and that each belongs to a member, is the
publisher's word.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Final, NamedTuple

from cosign import labels
from cosign.errors import MalformedError
from cosign.primitives import ed25519
from cosign.records.groups.roster import LEAST_KEYS, LeftOut, Roster, RosterTerms
from cosign.records.member_key import MemberKey
from cosign.records.secrets import OrganizerSecrets

__all__ = ["Entry", "Gathered", "gather", "make_roster", "member_entry"]

ED25519: Final = "ssh-ed25519"
_SECURITY_KEY: Final = "sk-"


class Entry(NamedTuple):
    """One key from one source.

    Attributes:
        names: of the person whose key it is, as the source gives them. A key without a name
            counts as a person of its own.
        key_type: as OpenSSH names it; ``ssh-ed25519`` for membership keys.
        key: 32 bytes, or None if it is of another type or damaged.
    """

    names: tuple[str, ...]
    key_type: str
    key: bytes | None


class Gathered(NamedTuple):
    """The keys that were chosen from the entries, and counts of the others.

    Attributes:
        keys: chosen, 32 bytes each, ascending.
        left_out: how many keys were not chosen, by reason.
        unnamed: the number of chosen keys whose source names no person.
    """

    keys: tuple[bytes, ...]
    left_out: LeftOut
    unnamed: int


def member_entry(record: MemberKey) -> Entry:
    """Return the entry of a key that a member made for rosters; it names no person.

    Raises:
        VerificationError: the maker of the record does not hold the key.
    """
    record.verify()
    return Entry((), ED25519, record.key)


def gather(entries: Iterable[Entry]) -> Gathered:
    """Choose the first usable key of each person.

    Args:
        entries: in order of preference. Entries that share a name belong to one person, and
            so do entries that are connected by others.
    """
    listed = list(entries)
    person_of = _people(listed)
    chosen: dict[bytes, tuple[str, ...]] = {}
    people: set[str] = set()
    reasons: Counter[str] = Counter()
    for entry in listed:
        person = {person_of[name] for name in entry.names}
        reason = _reason(entry, person, people, chosen)
        if reason:
            reasons[reason] += 1
        elif entry.key:  # pragma: no branch  # without a key there is a reason
            chosen[entry.key] = entry.names
            people |= person
    unnamed = sum(not names for names in chosen.values())
    left_out = LeftOut(*(reasons[name] for name in LeftOut._fields))
    return Gathered(tuple(sorted(chosen)), left_out, unnamed)


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


def make_roster(secrets: OrganizerSecrets, name: str, source: str, gathered: Gathered) -> Roster:
    """Sign a roster.

    Args:
        secrets: of the publisher, who may be a round's organizer.
        name: what people call the group.
        source: where the keys come from, in plain words.
        gathered: from :func:`gather`.

    Raises:
        MalformedError: fewer than two keys, or a text that may not stand in a record.
    """
    if len(gathered.keys) < LEAST_KEYS:
        raise MalformedError(
            f"a roster has at least {LEAST_KEYS} keys, this one {len(gathered.keys)}",
            hint="name more sources; the counts say who was left out",
        )
    publisher = ed25519.SigningKey(secrets.identity_seed)
    keys = b"".join(gathered.keys)
    terms = RosterTerms(name, source, publisher.public_key, gathered.left_out, keys)
    return Roster(terms, publisher.sign(labels.ROSTER_SIGNATURE, terms.to_bytes()))
