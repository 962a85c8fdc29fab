"""``cosign-letter member enrol``: ask a registrar to sign your keys blindly."""

import contextlib
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from cosign.quoting import quoted
from cosign_cli.shared.clock import current_minute
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.extras import needs_extra
from cosign_cli.shared.files import read_record
from cosign_cli.shared.homes import open_home
from cosign_cli.shared.options import GroupFile, VoucherCode
from cosign_cli.shared.prompts import ask_code
from cosign_cli.shared.relay_client import deliver, repeatable, warn_of_address

if TYPE_CHECKING:
    from cosign.records.enrolment import EnrolmentRequest
    from cosign.records.groups.registered import RegisteredGroup
    from cosign.secret import Secret
    from cosign.stores.home import Home


@command(secrets=True, output=True, relay=True, posts=True)
def run(
    console: Console,
    group_file: GroupFile,
    voucher: VoucherCode = None,
    registrar: Annotated[
        int | None,
        typer.Option(
            metavar="I",
            min=1,
            help="The number of the registrar who gave it, from 1; its code says so, too.",
        ),
    ] = None,
) -> None:
    """Ask a registrar to sign your new keys blindly, that is, without seeing them."""
    from cosign.records.groups.registered import RegisteredGroup
    from cosign.roles.member import decode_voucher

    group = read_record(group_file, RegisteredGroup)
    wanted = None if registrar is None else registrar - 1
    group.check_registrar(wanted or 0)
    console.check_output()
    home = open_home(console)
    home.check_writable()
    if console.relay:
        warn_of_address(console.proxy)
    decode = partial(decode_voucher, group, registrar=wanted)
    number, code = decode(voucher or ask_code("voucher", decode))
    # What was posted may have arrived, so the way to use the answer is kept in any case.
    with contextlib.nullcontext() if console.relay else home.undoing():
        request = _request(console, home, group, number, code)
        posted = _deliver(console, group, request)
    _tell(console, group, number, posted=posted)


def _request(
    console: Console,
    home: "Home",
    group: "RegisteredGroup",
    registrar: int,
    voucher: "Secret",
) -> "EnrolmentRequest":
    """Make a request, and keep what is needed to use the answer to it."""
    from cosign.homes import open_membership

    with open_membership(home, group) as member:
        before = member.membership.pending
        request = member.enrol(registrar, voucher, current_minute())
        after = member.membership.pending
    if any(old not in after for old in before):
        console.note(
            "warning: this replaces your earlier request with another voucher, whose answer "
            "can no longer be used"
        )
    return request


def _deliver(console: Console, group: "RegisteredGroup", request: "EnrolmentRequest") -> bool:
    """Write the request, post it, or both; return whether it was posted."""
    if not console.relay:
        console.write_record(request)
        return False
    with needs_extra("client"):
        from cosign.relay.owners import registrar_address
        from cosign.relay.shelves import REQUESTS
    with repeatable(console, "the request is kept in your home"):
        deliver(console, registrar_address(group, request.registrar), REQUESTS, request)
    return True


def _tell(console: Console, group: "RegisteredGroup", number: int, *, posted: bool) -> None:
    """Show to which registrar of which group the request goes."""
    from cosign.primitives.hashing import fingerprint, fingerprint_beside

    name, shown = group.registrars[number].name, fingerprint(group.group_id)
    console.result(
        f"{console.output or console.relay}: a request to registrar {quoted(name)}"
        f"{'' if posted else '; send the file to the registrar'}\n"
        f"group  {quoted(group.name)}\n{fingerprint_beside('       ', shown)}",
        {
            "output": console.output,
            "registrar": number + 1,
            "group": shown,
            "posted": posted,
        },
    )
