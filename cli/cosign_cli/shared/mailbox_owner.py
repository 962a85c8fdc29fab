"""The owner of a mailbox: a round's organizer, a registrar, or a collection's publisher."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from cosign_cli.shared.console import Console
from cosign_cli.shared.errors import naming
from cosign_cli.shared.files import read_bytes
from cosign_cli.shared.homes import open_home

if TYPE_CHECKING:
    from cosign.primitives.ed25519 import SigningKey
    from cosign.records.collection import Collection
    from cosign.records.groups.registered import RegisteredGroup
    from cosign.records.mailbox import Mailbox
    from cosign.records.round import VerifiedRound
    from cosign.relay.owners import MailboxOptions


class Owner(NamedTuple):
    """The owner of a mailbox.

    Attributes:
        address: the mailbox's address, 32 bytes.
        over: the minute since 1970 at which signing, enrolment or collecting ends.
        hides_hours: whether the mailbox must not be listed before that, because people post
            to it whom the owner is not to recognize by the hour.
        identity: a function that opens the home and returns the owner's key.
        make: a function that signs a mailbox with this key.
        advice: what the person should do with the mailbox's key.
        while_open: what an erasure destroys before signing or enrolment ends.
    """

    address: bytes
    over: int
    hides_hours: bool
    identity: "Callable[[], SigningKey]"
    make: "Callable[[SigningKey, MailboxOptions], Mailbox]"
    advice: str
    while_open: str

    def mailbox(self, options: "MailboxOptions") -> "Mailbox":
        """Open the home and make the mailbox."""
        return self.make(self.identity(), options)


def find_owner(console: Console, path: str) -> Owner:
    """Return the owner of the mailbox for the file of a round, a group or a collection."""
    from cosign.records.collection import Collection
    from cosign.records.groups.registered import RegisteredGroup
    from cosign.records.round import Round, verify_round
    from cosign.wire.record import label_of

    with naming(path):
        raw = read_bytes(path, Round.MAX_BYTES)
        if label_of(raw) == RegisteredGroup.LABEL:
            return _registrar(console, RegisteredGroup.from_bytes(raw))
        if label_of(raw) == Collection.LABEL:
            return _publisher(console, Collection.from_bytes(raw))
        return _organizer(console, verify_round(Round.from_bytes(raw)))


def _organizer(console: Console, round_: "VerifiedRound") -> Owner:
    from functools import partial

    from cosign.homes import find_organizer
    from cosign.relay.owners import round_address, round_mailbox
    from cosign.roles.organizer.rounds import check_organizer

    return Owner(
        address=round_address(round_),
        over=round_.terms.closes,
        hides_hours=True,
        identity=lambda: check_organizer(find_organizer(open_home(console)), round_),
        make=partial(round_mailbox, round_),
        advice="anyone who has this key can read the envelopes: give it to the trustees and to "
        "no one else",
        while_open="the round is open: envelopes that are there, and not elsewhere, are lost",
    )


def _registrar(console: Console, group: "RegisteredGroup") -> Owner:
    from functools import partial

    from cosign.homes import RegistrarSession
    from cosign.relay.owners import registrar_address, registrar_mailbox

    session = RegistrarSession(open_home(console), group)
    return Owner(
        address=registrar_address(group, session.number),
        over=group.enrol_closes,
        hides_hours=False,
        identity=lambda: session.keys.identity,
        make=partial(registrar_mailbox, group, session.number),
        advice="anyone who has this key can read the requests: keep it to yourself",
        while_open="enrolment is open: members who have not fetched their answers have to ask "
        "again",
    )


def _publisher(console: Console, collection: "Collection") -> Owner:
    from functools import partial

    from cosign.homes import CollectionSession
    from cosign.primitives.ed25519 import SigningKey
    from cosign.relay.owners import collection_address, collection_mailbox

    session = CollectionSession(open_home(console), collection)
    return Owner(
        address=collection_address(collection),
        over=collection.closes,
        hides_hours=False,
        identity=lambda: SigningKey(session.secrets.identity_seed),
        make=partial(collection_mailbox, collection),
        advice="anyone who has this key can see how many keys come, and when: keep it to yourself",
        while_open="keys are still collected: members whose keys you have not taken have to hand "
        "them in again",
    )
