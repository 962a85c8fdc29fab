"""``cosign-letter registrar grant``: give a slot to one round, for good."""

from typing import TYPE_CHECKING

from cosign.quoting import quoted
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.homes import open_home
from cosign_cli.shared.options import RoundFile
from cosign_cli.shared.rounds import read_draft

if TYPE_CHECKING:
    from cosign.records.round import DraftRound


@command(secrets=True, output=True, asks=True)
def run(console: Console, round_file: RoundFile) -> None:
    """Grant a slot to a round, for good: the ledger refuses any other round of the slot.

    A slot is what one letter uses of an enrolment: each member has one key for it.
    """
    from cosign.errors import MismatchError
    from cosign.homes import Issuer

    draft = read_draft(round_file)
    console.check_output()
    if not draft.group.grants_needed:
        raise MismatchError(
            f"{round_file}: a round of a roster has no slot",
            hint="it needs no grant: members can sign it as it is",
        )
    session = Issuer(open_home(console)).session(draft.terms.group_id)
    with session.ledger() as ledger:
        ledger.check_slot(draft.terms.slot, draft.round_id)  # before anything is asked
    _show(console, draft)
    console.confirm(f"do you want to give slot {draft.terms.slot} to this round, for good?")
    grant = session.grant_slot(draft)
    console.write_record(grant)
    console.result(
        f"{console.output}: slot {grant.slot} belongs to the round",
        {
            "output": console.output,
            "slot": grant.slot,
            "round": draft.fingerprint,
            "registrar": session.number + 1,
        },
    )


def _show(console: Console, draft: "DraftRound") -> None:
    """Show what tells rounds apart, but not the letter: its words do not matter here."""
    import hashlib

    from cosign.primitives.hashing import fingerprint_beside
    from cosign.records.limits import show_minute

    terms = draft.terms
    console.facts(f"title   {quoted(terms.title)}")
    console.facts(f"slot    {terms.slot}")
    console.facts(f"open    {show_minute(terms.opens)} to {show_minute(terms.closes)}")
    console.facts(f"letter  SHA-256 {hashlib.sha256(draft.letter.raw).hexdigest()}")
    console.facts(fingerprint_beside("round   ", draft.fingerprint))
