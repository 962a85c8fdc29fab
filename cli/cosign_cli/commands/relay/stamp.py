"""``cosign-letter relay stamp``: make what is handed in ready for a drop page."""

from typing import TYPE_CHECKING, Annotated

import typer

from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.errors import naming
from cosign_cli.shared.files import read_bytes, read_record
from cosign_cli.shared.progress import show_progress
from cosign_cli.shared.rounds import read_round

if TYPE_CHECKING:
    from cosign.primitives.progress import Progress
    from cosign.records.mailbox import Mailbox
    from cosign.records.stamped import StampedRecord


@command(output=True)
def run(
    console: Console,
    sealed: Annotated[
        str,
        typer.Argument(
            metavar="ENVELOPE|REQUEST|DELIVERY",
            help="What sign, member enrol or member key --slip wrote.",
        ),
    ],
    target: Annotated[
        str,
        typer.Argument(
            metavar="ROUND|GROUP|COLLECTION", help="The round, group or collection that it is for."
        ),
    ],
    mailbox_file: Annotated[
        str, typer.Argument(metavar="MAILBOX", help="The mailbox, as its drop page hands it out.")
    ],
) -> None:
    """Make an envelope, an enrolment request or a key ready for a browser to hand in.

    This needs no network. Open the mailbox's drop page in a browser (best in Tor Browser),
    download the mailbox, and hand in the file that this command writes.
    """
    from cosign.records.mailbox import Mailbox

    console.check_output()
    mailbox = read_record(mailbox_file, Mailbox)
    with show_progress("computing the proof of work") as progress:
        stamped = _stamp(sealed, target, mailbox, progress)
    console.write_record(stamped)
    console.result(
        f"{console.output}: hand it in at the drop page /drop/{stamped.address.hex()} of the relay",
        {"output": console.output, "address": stamped.address.hex()},
    )


def _stamp(sealed: str, target: str, mailbox: "Mailbox", progress: "Progress") -> "StampedRecord":
    """Return what is in a file together with its stamp.

    Args:
        sealed: path of an envelope, an enrolment request or a key delivery.
        target: path of the round, group or collection that it is for.
        mailbox: where it will be handed in.
        progress: of the proof of work.
    """
    from cosign.errors import MismatchError
    from cosign.records.collection import Collection, KeyDelivery
    from cosign.records.enrolment import EnrolmentRequest
    from cosign.records.envelope import Envelope
    from cosign.records.groups.registered import RegisteredGroup
    from cosign.relay.handing_in import stamp_delivery, stamp_envelope, stamp_request
    from cosign.wire.record import label_of, name_of
    from cosign.words import a

    raw = read_bytes(sealed, Envelope.MAX_BYTES)
    with naming(sealed):
        label = label_of(raw)
    if label == EnrolmentRequest.LABEL:
        group = read_record(target, RegisteredGroup)
        with naming(sealed):
            request = EnrolmentRequest.from_bytes(raw)
        return stamp_request(request, group, mailbox, progress)
    if label == KeyDelivery.LABEL:
        collection = read_record(target, Collection)
        with naming(sealed):
            delivery = KeyDelivery.from_bytes(raw)
        return stamp_delivery(delivery, collection, mailbox, progress)
    if name_of(label) != name_of(Envelope.LABEL):
        raise MismatchError(
            f"{sealed}: this is {a(name_of(label))}, and nobody hands one in",
            hint="name the file that was sealed for handing in",
        )
    with naming(sealed):
        envelope = Envelope.from_bytes(raw)
    return stamp_envelope(envelope, read_round(target), mailbox, progress)
