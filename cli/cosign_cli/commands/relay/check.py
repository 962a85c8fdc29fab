"""``cosign-letter relay check``: ask a relay whether it holds an envelope."""

import re
from typing import Annotated, Final

import typer

from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.files import read_record
from cosign_cli.shared.options import AllowHttp, Proxy, RelayUrl
from cosign_cli.shared.relay_client import check_relay, reach, warn_of_address
from cosign_cli.shared.rounds import read_round

_ID: Final = re.compile("[0-9a-f]{64}")


@command()
def run(
    console: Console,
    envelope: Annotated[
        str,
        typer.Argument(
            metavar="ENVELOPE|ID",
            help="The envelope's file, or the id after 'posted' in the output of sign.",
        ),
    ],
    round_file: Annotated[
        str, typer.Option("--round", metavar="FILE", help="The envelope's round.")
    ],
    relay: RelayUrl,
    proxy: Proxy = "",
    allow_http: AllowHttp = False,
) -> None:
    """Check that a relay holds an envelope; the relay has to return all of it."""
    from cosign.errors import MismatchError
    from cosign.records.envelope import Envelope
    from cosign.text.typed import typed_line

    check_relay(relay, proxy, allow_http=allow_http)
    warn_of_address(proxy)
    round_ = read_round(round_file)
    if _ID.fullmatch(typed_line(envelope).lower()):
        envelope_id = bytes.fromhex(typed_line(envelope))
    else:
        record = read_record(envelope, Envelope)
        envelope_id = record.envelope_id
        if record.round_id != round_.round_id:
            raise MismatchError(
                f"{envelope}: this envelope is of another round", hint="name its round with --round"
            )
    with reach(relay, proxy, allow_http=allow_http) as client:
        from cosign.relay.owners import round_address
        from cosign.relay.shelves import ENVELOPES

        client.shelf(client.mailbox(round_address(round_)), ENVELOPES).fetch(envelope_id)
    console.result(
        "the relay holds this envelope, complete", {"held": True, "id": envelope_id.hex()}
    )
