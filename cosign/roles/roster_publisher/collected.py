"""The publisher's private table of the keys that were handed in (docs/spec.md, "Collecting keys").

One line for each key, ascending: whose it is, the MemberKey in base64, and on what evidence its
person got a slip. It opens in a spreadsheet. Reading it checks every key again.

Not protected: a person who can change the table can put another name or kind beside a key.
"""

import base64
import binascii
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from cosign.errors import MalformedError
from cosign.records.groups.statements import NOT_STATED, Admitted, evidence_kind, totals
from cosign.records.limits import PURPOSE_LIMIT
from cosign.records.member_key import MemberKey
from cosign.roles.roster_publisher.roster import FRESH, Entry
from cosign.text.tables import read_table, write_table

_HEADING: Final = ("person", "key", "evidence")
_SEPARATOR: Final = ";"


class CollectedKey(NamedTuple):
    """A key that was handed in.

    Attributes:
        person: whose slip it came with; "" if that is not known.
        record: the key, verified.
        kind: of evidence on which its person got the slip, in the publisher's words.
    """

    person: str
    record: MemberKey
    kind: str = NOT_STATED

    @property
    def entry(self) -> Entry:
        """What a roster is made of."""
        return Entry((self.person,) if self.person else (), FRESH, self.record.key)


def collected_table(keys: Iterable[CollectedKey]) -> bytes:
    """Return the table of names, "" where none is known, keys and kinds of evidence."""
    rows = (
        (one.person, base64.b64encode(one.record.to_bytes()).decode(), one.kind) for one in keys
    )
    return write_table([_HEADING, *rows], _SEPARATOR)


def read_collected(text: str) -> Iterator[CollectedKey]:
    """Yield the keys of a table.

    Args:
        text: of the file, from :func:`cosign.text.files.read_text`.

    Raises:
        MalformedError: not such a table; the message has the line.
        VerificationError: the maker of a key does not hold it.
    """
    table = read_table(text, _SEPARATOR)
    if not table.rows or table.rows[0].cells != _HEADING:
        raise MalformedError(
            "this is not a list of collected keys",
            hint="name the file of cosign-letter roster collect",
        )
    for row in table.rows[1:]:
        person, key, kind = row.cells if len(row.cells) == len(_HEADING) else ("", "", "")
        try:
            record = MemberKey.from_bytes(base64.b64decode(key, validate=True))
            words = evidence_kind(kind)
        except (binascii.Error, ValueError, MalformedError) as e:
            raise MalformedError(
                f"line {row.line}: no name, key and kind of evidence",
                hint="write the list anew: roster collect",
            ) from e
        record.verify()
        yield CollectedKey(person, record, words)


def admitted_kinds(keys: Iterable[bytes], kinds: Mapping[bytes, str]) -> tuple[Admitted, ...]:
    """Return how many keys of a roster came with slips of each kind of evidence.

    Args:
        keys: of the roster, 32 bytes each.
        kinds: of keys that came with slips.

    Returns:
        The totals, ascending by kind; none where no kind was ever stated.
    """
    counts = Counter(kinds[key] for key in keys if key in kinds)
    return totals(counts) if set(counts) - {NOT_STATED} else ()


def source_with_evidence(source: str, admitted: Iterable[Admitted]) -> str:
    """Return a roster's source, with the kinds of evidence for keys that came with slips.

    Args:
        source: the publisher's words for where the keys come from.
        admitted: how many people got their slip on each kind of evidence.

    Raises:
        MalformedError: with them it is longer than a roster's source may be.

    >>> print(source_with_evidence("slips", [Admitted("in person", 12), Admitted("mail", 3)]))
    slips; slips were given out on evidence: 12 “in person”, 3 “mail”
    """
    # The whole source is quoted where it is shown; these are the other quotes.
    told = ", ".join(f"{one.people} \u201c{one.kind}\u201d" for one in admitted)
    if not told:
        return source
    stated = f"{source}; slips were given out on evidence: {told}"
    if len(stated.encode()) > PURPOSE_LIMIT:
        raise MalformedError(
            f"the source has more than {PURPOSE_LIMIT} bytes with the kinds of evidence",
            hint="say in fewer words where the keys come from, with --source",
        )
    return stated
