"""Making a roster from keys that people have (docs/spec.md, "Rosters").

A roster has one key for each person. Keys that are left out are counted by reason, and
the counts are published with the roster.

Not protected: which keys belong to one person, and that each belongs to a member, is the
publisher's word.
"""

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from itertools import islice, zip_longest
from typing import Final, NamedTuple, get_args

from cosign import labels
from cosign.errors import MalformedError, MissingError, RefusedError
from cosign.primitives import ed25519
from cosign.primitives.parallel import chunks, run_paired, threads
from cosign.primitives.progress import Progress, no_progress
from cosign.primitives.ssh.lines import ED25519
from cosign.primitives.ssh.options import Limit
from cosign.records.groups.publisher import Publisher
from cosign.records.groups.roster import PublisherSignature, Roster, load_ring
from cosign.records.groups.roster_terms import LEAST_KEYS, LeftOut, RosterTerms, fresh_flags
from cosign.records.limits import MEMBER_LIMIT
from cosign.records.secrets import OrganizerSecrets
from cosign.roles.roster_publisher.people import People, SharedKey

FRESH: Final = "fresh"
"""Type of a key that a member made for rosters; no type of OpenSSH."""
_SECURITY_KEY: Final = "sk-"
_TOGETHER: Final = 1 << 14
"""Keys that are checked at once: a tenth of a second, or half a second in Python."""


class Entry(NamedTuple):
    """One key from one source.

    Attributes:
        names: of the person whose key it is, as the source gives them. Names of machines and
            those that programs give to any key do not count.
        key_type: as OpenSSH names it, ``ssh-ed25519`` for certified keys too; ``fresh`` for
            keys that members made for rosters.
        key: 32 bytes, or None if it is of another type or damaged.
        limit: why the source's own limits exclude the key, or None.
        ssh_key: the key in a list of ssh keys, in any form; b"" if it is from no such list,
            in which one person may have several.
    """

    names: tuple[str, ...]
    key_type: str
    key: bytes | None
    limit: Limit | None = None
    ssh_key: bytes = b""


class Merged(NamedTuple):
    """A person of whom several keys are listed.

    Attributes:
        name: as a source gives it.
        keys: the number of keys that are left out because another one was chosen.
    """

    name: str
    keys: int


class Gathered(NamedTuple):
    """The keys that were chosen from the entries, and counts of the others.

    Attributes:
        keys: chosen, 32 bytes each, ascending.
        fresh: those of them that members made for rosters.
        left_out: how many keys were not chosen, by reason.
        unnamed: the number of chosen keys from lists of ssh keys of which no entry names
            the person, who may have further keys on the roster.
        limited: how many keys are left out as ``limited``, by the limit.
        shared: pairs of names that count as one person only because a key is listed for both.
        merged: names whose person has keys that are left out as ``same_person``, most first.
    """

    keys: tuple[bytes, ...]
    fresh: frozenset[bytes]
    left_out: LeftOut
    unnamed: int
    limited: dict[Limit, int]
    shared: tuple[SharedKey, ...]
    merged: tuple[Merged, ...] = ()


def gather(
    entries: Iterable[Entry],
    progress: Progress = no_progress,
    executor: Executor | None = None,
) -> Gathered:
    """Choose the first usable key of each person.

    Args:
        entries: in order of preference. Entries that share a name or list the same key belong
            to one person, and so do entries that are connected by others.
        progress: of checking the keys.
        executor: keys are checked by as many threads as it has workers; this one if None.

    Raises:
        MalformedError: the entries are of more people than a roster has keys; nothing was
            checked yet.
    """
    listed = list(entries)
    progress(0, len(listed))
    people = People(listed)
    _check_count(listed, people)
    excluded = {entry.key for entry in listed if entry.limit}
    usable = {e.key for e in listed if e.key and not e.limit and e.key in excluded}
    bad = _bad_keys(_distinct_keys(listed), executor, progress)
    choice = _Choice(people, usable, bad)
    for entry in listed:
        choice.take(entry)
    return choice.gathered()


class _Choice:
    """Takes entries in order of preference, and keeps the first usable key of each person.

    Args:
        people: of all entries.
        usable: keys that one entry limits and another one does not.
        bad: keys that are not valid.
    """

    def __init__(self, people: People, usable: Collection[bytes], bad: Collection[bytes]) -> None:
        self._people, self._usable, self._bad = people, usable, bad
        self._chosen: dict[Hashable, bytes] = {}  # by person, as a key that two list makes them one
        self._fresh: set[bytes] = set()
        self._reasons: Counter[str] = Counter()
        self._merged: Counter[str] = Counter()
        self._unnamed = 0

    def take(self, entry: Entry) -> None:
        """Choose an entry's key, or count why it is left out."""
        person = self._people.person(entry)
        if entry.limit and entry.key in self._usable:  # OpenSSH, too, asks for one line that allows
            entry = entry._replace(limit=None)
        if reason := _reason(entry, self._chosen.get(person), self._bad):
            self._reasons.update({reason: 1, entry.limit or "": 1})
            if reason == "same_person" and (name := self._people.name(person)):
                self._merged[name] += 1
        elif entry.key:  # pragma: no branch  # without a key there is a reason
            self._chosen[person] = entry.key
            if entry.key_type == FRESH:
                self._fresh.add(entry.key)
            self._unnamed += bool(entry.ssh_key) and self._people.name(person) is None

    def gathered(self) -> Gathered:
        """Return the chosen keys, which are loaded for signing, and the counts of the others."""
        keys = tuple(sorted(self._chosen.values()))
        if len(keys) >= LEAST_KEYS:
            load_ring(b"".join(keys), checked=True)  # so that signing does not check them again
        merged = (Merged(*pair) for pair in self._merged.items())
        return Gathered(
            keys,
            frozenset(self._fresh),
            LeftOut(*(self._reasons[name] for name in LeftOut._fields)),
            self._unnamed,
            {limit: self._reasons[limit] for limit in get_args(Limit)},
            tuple(self._people.shared),
            tuple(sorted(merged, key=lambda one: (-one.keys, one.name))),
        )


def _check_count(listed: Sequence[Entry], people: People) -> None:
    if len(listed) <= MEMBER_LIMIT:
        return
    count = len({people.person(entry) for entry in listed if entry.key and not entry.limit})
    if count > MEMBER_LIMIT:
        raise MalformedError(
            f"the sources have keys of {count} people, and a roster has at most {MEMBER_LIMIT}",
            hint="make several rosters, or name fewer sources",
        )


def _distinct_keys(listed: Sequence[Entry]) -> list[bytes]:
    """Return each key once that can be chosen; sorted, which takes less memory than a set."""
    keys = sorted(entry.key for entry in listed if entry.key and not entry.limit)
    return [key for key, after in zip_longest(keys, islice(keys, 1, None)) if key != after]


def _bad_keys(keys: list[bytes], executor: Executor | None, progress: Progress) -> set[bytes]:
    """Return the keys that are not canonical points of prime order; many are checked at once."""
    bad: set[bytes] = set()
    pieces = chunks(len(keys), _TOGETHER)
    tasks = ((keys[piece],) for piece in pieces)
    with threads(executor) as means:
        found = run_paired(ed25519.find_bad_public_keys, tasks, means)
        for piece, ((checked,), places) in zip(pieces, found, strict=True):
            bad.update(checked[place] for place in places)
            progress(piece.stop, len(keys))
    return bad


def _reason(entry: Entry, chosen: bytes | None, bad: Collection[bytes]) -> str | None:
    """Return why an entry is left out, as a field of :class:`LeftOut`; None if it is not.

    Args:
        entry: one of them.
        chosen: the key that was chosen for its person, or None.
        bad: keys that are not valid.
    """
    if entry.key is None and entry.key_type != ED25519:
        return "security_key" if entry.key_type.startswith(_SECURITY_KEY) else "other_type"
    if entry.limit:
        return "limited"
    if entry.key and entry.key == chosen:
        return "same_key"
    if entry.key is None or entry.key in bad:
        return "bad_key"
    return "same_person" if chosen else None


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


def sign_roster(
    secrets: OrganizerSecrets,
    roster: Roster,
    *,
    executor: Executor | None = None,
    progress: Progress = no_progress,
) -> Roster:
    """Add a publisher's signature to a roster.

    Args:
        secrets: of one of its publishers.
        roster: with the signatures of other publishers, or none.
        executor: for checking the keys, unless they are loaded already.
        progress: told how many keys are checked.

    Raises:
        MissingError: the secrets are of none of its publishers.
        RefusedError: this publisher signed it already.
        VerificationError: another publisher's signature is false.
        MalformedError: a key is not a point of prime order.
    """
    roster.verify_signatures()
    load_ring(roster.terms.keys, executor=executor, progress=progress)
    number = own_number(secrets, roster.terms)
    if number is None:
        raise MissingError(
            "this home has no key of a publisher of the roster",
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
