"""The publisher's private table of the keys that were handed in (docs/spec.md, "Collecting keys").

One line for each key, ascending: whose it is, and the MemberKey in base64. It opens in a
spreadsheet. Reading it checks every key again.

Not protected: a person who can change the table can put another name beside a key.
"""

import base64
import binascii
from collections.abc import Iterable, Iterator
from typing import Final

from cosign.errors import MalformedError
from cosign.records.member_key import MemberKey
from cosign.roles.roster_publisher.roster import FRESH, Entry
from cosign.text.tables import read_table, write_table

_HEADING: Final = ("person", "key")
_SEPARATOR: Final = ";"


def collected_table(keys: Iterable[tuple[str, MemberKey]]) -> bytes:
    """Return the table of names, "" where none is known, and keys."""
    rows = ((person, base64.b64encode(record.to_bytes()).decode()) for person, record in keys)
    return write_table([_HEADING, *rows], _SEPARATOR)


def read_collected(text: str) -> Iterator[Entry]:
    """Yield the entries of a table.

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
        person, key = row.cells if len(row.cells) == len(_HEADING) else ("", "")
        try:
            record = MemberKey.from_bytes(base64.b64decode(key, validate=True))
        except (binascii.Error, ValueError, MalformedError) as e:
            raise MalformedError(
                f"line {row.line}: no name and key", hint="write the list anew: roster collect"
            ) from e
        record.verify()
        yield Entry((person,) if person else (), FRESH, record.key)
