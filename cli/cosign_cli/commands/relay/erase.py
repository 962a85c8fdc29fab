"""``cosign-letter relay erase``: have a relay erase a mailbox with everything in it."""

from cosign_cli.shared.clock import current_minute
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.mailbox_owner import find_owner
from cosign_cli.shared.options import AllowHttp, MailboxSubject, Proxy, RelayUrl
from cosign_cli.shared.relay_client import check_relay, reach


@command(secrets=True, asks=True)
def run(
    console: Console,
    target: MailboxSubject,
    relay: RelayUrl,
    proxy: Proxy = "",
    allow_http: AllowHttp = False,
) -> None:
    """Have a relay erase a mailbox of yours, with everything in it.

    Only its owner can do that. Erase a round's mailbox once the letter is published and
    checked.
    """
    check_relay(relay, proxy, allow_http=allow_http)
    with reach(relay, proxy, allow_http=allow_http) as client:
        from cosign.relay.owners import mailbox_erasure

        owner = find_owner(console, target)
        erasure = mailbox_erasure(client.mailbox(owner.address), owner.identity())
        if current_minute() < owner.over:
            console.note(f"warning: {owner.while_open}")
        console.confirm("erase this mailbox and everything in it for good?")
        client.erase(erasure)
    console.note(
        "the relay's backups and exports, and old blocks of its disk, may still hold copies"
    )
    address = owner.address.hex()
    console.result(f"{relay}: the mailbox is erased", {"relay": relay, "address": address})
