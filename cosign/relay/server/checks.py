"""What a relay checks of a request, whichever route it took (docs/spec.md, "Mailboxes")."""

import contextlib
from collections.abc import Iterator

from cosign.errors import CosignError
from cosign.records.mailbox import Mailbox
from cosign.relay.server.answers import refuse
from cosign.relay.shelves import BoundShelf, shelves_of
from cosign.relay.stamps import is_stamp


class Registered:
    """A mailbox of this relay, with what would take time to compute for each request.

    Attributes:
        raw: its bytes.
        terms: what it accepts.
    """

    def __init__(self, mailbox: Mailbox) -> None:
        self.raw, self.terms = mailbox.to_bytes(), mailbox.terms
        self._shelves = {shelf.kind.name: shelf for shelf in shelves_of(self.terms)}

    def shelf(self, name: str) -> BoundShelf:
        """Return one of its shelves, or refuse."""
        return self._shelves.get(name) or refuse("unknown")


def check_posted(shelf: BoundShelf, raw: bytes, stamp: bytes) -> bytes:
    """Check a record, and its stamp on an open shelf; return its id."""
    with malformed():
        item_id = shelf.check(raw)
    if shelf.kind.open and not is_stamp(stamp, shelf.address, item_id, shelf.terms.difficulty):
        refuse("stamp")
    return item_id


def read_hex(text: str, size: int, refusal: str) -> bytes:
    """Read lower-case hexadecimal, so that one value has one form."""
    with contextlib.suppress(ValueError):
        value = bytes.fromhex(text)
        if len(value) == size and value.hex() == text:
            return value
    return refuse(refusal)


@contextlib.contextmanager
def malformed() -> Iterator[None]:
    """Refuse what is not in order."""
    try:
        yield
    except CosignError:
        refuse("malformed")
