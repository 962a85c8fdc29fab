"""Notes in a member's home: which key was handed in for which collection (docs/spec.md, "Homes").

Not protected: they are not under the passphrase. Anyone who can read the folder sees for which
collections its owner handed in a key, and which key.
"""

import re
from typing import Final

from cosign.errors import naming
from cosign.records.member_key import MemberKey
from cosign.stores.files import SECRET_MODE, erase_file, write_file
from cosign.stores.home import Home
from cosign.stores.keys import COLLECTION, collection_name
from cosign.stores.reading import read_file

_SUFFIX: Final = ".member"
_NAME: Final = re.compile(f"{COLLECTION}([0-9a-f]{{64}})")


def noted(home: Home) -> dict[bytes, MemberKey]:
    """Return the keys that were handed in, by the identifiers of their collections.

    Raises:
        StorageError: other users could exchange the files, or they cannot be read.
        MalformedError: one of them is damaged.
    """
    names = (_NAME.fullmatch(path.stem) for path in home.folder.glob(f"{COLLECTION}*{_SUFFIX}"))
    identifiers = sorted(bytes.fromhex(name[1]) for name in names if name)
    return {one: key for one in identifiers if (key := noted_key(home, one))}


def noted_key(home: Home, collection_id: bytes) -> MemberKey | None:
    """Return the key that was handed in for a collection; None if none was.

    Raises:
        StorageError, MalformedError: as in :func:`noted`.
    """
    path = home.path(collection_name(collection_id), _SUFFIX)
    if not path.exists():
        return None
    raw = read_file(path, MemberKey.MAX_BYTES)
    with naming(str(path)):
        return MemberKey.from_bytes(raw)


def note(home: Home, collection_id: bytes, record: MemberKey) -> None:
    """Write down which key is handed in for a collection."""
    path = home.path(collection_name(collection_id), _SUFFIX)
    write_file(path, [record.to_bytes()], mode=SECRET_MODE, force=True, must_stay=True)


def forget_note(home: Home, collection_id: bytes) -> None:
    """Erase what is noted of a collection."""
    erase_file(home.path(collection_name(collection_id), _SUFFIX))
