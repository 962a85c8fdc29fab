"""``cosign-letter roster status``: count slips and the keys that came with them."""

from typing import TYPE_CHECKING, NamedTuple

from cosign.words import counted
from cosign_cli.shared.clock import current_minute
from cosign_cli.shared.collections import (
    CollectionFile,
    Deliveries,
    open_collection,
    take_deliveries,
)
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.vouching import kind_lines

if TYPE_CHECKING:
    from cosign.homes import CollectionSession
    from cosign.stores.ledger import LedgerStatus


class _Seen(NamedTuple):
    """What deliveries hold that were looked at, and not taken.

    Attributes:
        seen: how many there are.
        new_keys: how many keys roster collect would take now.
        refused: how many deliveries it would refuse.
        slips_used_twice: how many slips came with more than one key.
    """

    seen: int
    new_keys: int
    refused: int
    slips_used_twice: int


@command(secrets=True, relay=True, mailbox=True)
def run(console: Console, collection: CollectionFile, deliveries: Deliveries = None) -> None:
    """Count slips, and the keys that came with them, and show when the collection closes.

    Deliveries, as files or in the collection's mailbox, with --relay and --mailbox, are looked
    at and not taken: how many keys roster collect would take, and how many slips came with
    more than one key.
    """
    session = open_collection(console, collection)
    with session.ledger(reading=True) as ledger:
        counts = ledger.status()
    seen = None
    if deliveries or console.relay:
        seen = _look(console, session, deliveries or [])
    closes = session.collection.closes
    _tell(console, counts, closes, seen)


def _look(console: Console, session: "CollectionSession", paths: list[str]) -> _Seen:
    """Take deliveries into a copy of the ledger."""
    with session.rehearsal() as rehearsal:
        count, failures = take_deliveries(console, session, paths, rehearsal.take)
    return _Seen(count, rehearsal.new_keys, len(failures), rehearsal.slips_used_twice)


def _tell(console: Console, counts: "LedgerStatus", closes: int, seen: _Seen | None) -> None:
    from cosign.records.limits import show_minute

    collecting = current_minute() < closes
    if counts.used > counts.answered:
        console.note(
            f"warning: {counted(counts.used - counts.answered, 'key')} came, and this program was "
            "ended before it had stored them; take all deliveries again with roster collect"
        )
    if not seen:
        console.note(
            "slips that were used twice are seen in deliveries only; name the files, or --relay "
            "and --mailbox"
        )
    over = "" if collecting else ", which is over"
    until = f"keys are taken until {show_minute(closes)}{over}"
    console.result(
        "\n".join([*_slip_lines(counts), until, *_delivery_lines(seen)]),
        {
            "slips": counts.vouchers,
            "used": counts.used,
            "unused": counts.unused,
            "revoked": counts.revoked,
            "keys": counts.answered,
            "kinds": [k._asdict() for k in counts.kinds],
            "closes": show_minute(closes),
            "open": collecting,
            "deliveries": seen and seen._asdict(),
        },
    )


def _slip_lines(counts: "LedgerStatus") -> list[str]:
    slips = f"{counted(counts.vouchers, 'slip')}: {counts.used} used, {counts.unused} unused"
    taken = f"{slips}; {counts.revoked} revoked; {counted(counts.answered, 'key')} taken"
    return [taken, *kind_lines(counts)]


def _delivery_lines(seen: _Seen | None) -> list[str]:
    if not seen:
        return []
    new, twice = counted(seen.new_keys, "key"), counted(seen.slips_used_twice, "slip")
    refused = f"{seen.refused} refused; {twice} used twice"
    return [f"deliveries: {seen.seen}; {new} not taken yet, {refused}"]
