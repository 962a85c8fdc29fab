"""``cosign-letter relay notice``: put a file where everybody who knows the address fetches it."""

from typing import TYPE_CHECKING, Annotated

import typer

from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.errors import naming
from cosign_cli.shared.files import read_bytes, read_record
from cosign_cli.shared.options import AllowHttp, InvitationSecret, Proxy, RelayUrl
from cosign_cli.shared.relay_client import check_mailbox, check_relay, reach
from cosign_cli.shared.rounds import read_round

if TYPE_CHECKING:
    from cosign.records.mailbox import MailboxKey
    from cosign.relay.shelves import ShelfKind


@command()
def run(
    console: Console,
    file: Annotated[
        str,
        typer.Argument(
            metavar="INVITATION|GROUP|COLLECTION",
            help="The round's invitation, the group or the collection, for everybody who knows "
            "the address.",
        ),
    ],
    relay: RelayUrl,
    key_file: Annotated[
        str,
        typer.Option(
            "--mailbox", metavar="FILE", help="The mailbox's key, written by relay register."
        ),
    ],
    secret: InvitationSecret = None,
    proxy: Proxy = "",
    allow_http: AllowHttp = False,
) -> None:
    """Put a notice on a mailbox: the invitation, the group, or the collection of keys.

    Members fetch it by a plain link on the mailbox's drop page. A notice cannot be replaced.
    """
    from cosign.records.mailbox import MailboxKey

    check_relay(relay, proxy, allow_http=allow_http)
    key = read_record(key_file, MailboxKey)
    shelf, raw = _checked(key, key_file, file, secret)
    with reach(relay, proxy, allow_http=allow_http) as client:
        client.shelf(key.mailbox.terms, shelf, key.capability).post(raw)
    page = f"{relay.rstrip('/')}/drop/{key.mailbox.terms.address.hex()}"
    console.result(
        f"{file}: members can fetch it at {page}", {"notice": f"{page}/notice", "drop_page": page}
    )


def _checked(
    key: "MailboxKey", key_file: str, file: str, secret: str | None
) -> tuple["ShelfKind", bytes]:
    """Return the shelf for a file, and its bytes, if it belongs to the mailbox.

    Raises:
        MismatchError: it is another round's or group's, or not encrypted.
    """
    from cosign.errors import MismatchError
    from cosign.records.collection import Collection
    from cosign.records.groups.registered import RegisteredGroup
    from cosign.records.invitation import Invitation
    from cosign.records.mailbox import mailbox_address
    from cosign.relay.owners import collection_address, round_address
    from cosign.relay.shelves import COLLECTION, GROUP, INVITATION
    from cosign.wire.record import label_of

    raw = read_bytes(file, Invitation.MAX_BYTES)
    with naming(file):
        label = label_of(raw)
        if label == RegisteredGroup.LABEL:
            terms, group = key.mailbox.terms, RegisteredGroup.from_bytes(raw)
            place = terms.registrar, terms.owner_key
            check_mailbox(key_file, key, mailbox_address("registrar", group.group_id, *place))
            return GROUP, raw
        if label == Collection.LABEL:
            collection = Collection.from_bytes(raw)
            check_mailbox(key_file, key, collection_address(collection))
            return COLLECTION, raw
        if label != Invitation.LABEL:
            raise MismatchError(
                "a notice is an invitation, a group or a collection",
                hint="encrypt a round with: cosign-letter round invite",
            )
    check_mailbox(key_file, key, round_address(read_round(file, secret)))
    return INVITATION, raw
