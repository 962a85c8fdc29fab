"""Signing and withdrawing: what is shown and asked first, and what is sealed and delivered."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from cosign.proofs.interface import DEFAULT_MIN_SET
from cosign.quoting import quoted
from cosign.reports.hidden import hidden_characters
from cosign.words import counted
from cosign_cli.shared.clock import current_minute
from cosign_cli.shared.console import Console
from cosign_cli.shared.credentials import proving, warn_of_kind
from cosign_cli.shared.errors import naming, usage_errors
from cosign_cli.shared.extras import needs_extra
from cosign_cli.shared.files import read_record
from cosign_cli.shared.open_names import show_name
from cosign_cli.shared.relay_client import deliver, repeatable, warn_of_address
from cosign_cli.shared.round_shown import show_compared, show_letter
from cosign_cli.shared.rounds import read_round

if TYPE_CHECKING:
    from cosign.proofs.interface import Action
    from cosign.records.campaign import CampaignTerms
    from cosign.records.envelope import Envelope
    from cosign.records.mailbox import MailboxTerms
    from cosign.records.round import VerifiedRound
    from cosign.roles.member import SigningName
    from cosign.stores.home import Home

_NOTHING_KNOWN: Final = (
    "warning: this home has no record that this key signed in this round; if it did not, the "
    "withdrawal changes nothing, except that the key can no longer sign in this round"
)

MinSet = Annotated[
    int,
    typer.Option(min=0, help="Refuse to sign among fewer people than this; 0 accepts any number."),
]

Enrolment = Annotated[
    list[str] | None,
    typer.Option(
        metavar="FILE", help="An enrolment statement that the round lacks; may be repeated."
    ),
]

ExpectRound = Annotated[
    str | None,
    typer.Option(
        metavar="FINGERPRINT", help="Refuse any other round than the one with this fingerprint."
    ),
]

CampaignFile = Annotated[
    str | None,
    typer.Option(
        "--campaign", metavar="FILE", help="A campaign that names this round and other groups."
    ),
]

Receipt = Annotated[
    bool,
    typer.Option(
        "--receipt", help="Print a receipt, with which check finds your cosignature later."
    ),
]


@dataclass(frozen=True)
class SigningOptions:
    """What a member signs, and with which key.

    Attributes:
        action: ``cosign`` or ``withdraw``.
        statement: text that is published with the signature.
        min_set: the smallest number of people among whom the member signs; a withdrawal is
            made among any.
        ssh_key: the file of an OpenSSH key that signs instead of a key of the home.
        ssh_passphrase_file: its first line opens that key.
        receipt: print a receipt.
        campaign: names the other groups that are asked, if the member has it.
        name: to sign openly; None to sign anonymously.
    """

    action: "Action"
    statement: str
    min_set: int
    ssh_key: Path | None
    ssh_passphrase_file: Path | None
    receipt: bool
    campaign: "CampaignTerms | None" = None
    name: "SigningName | None" = None


def read_campaign(path: str, round_: "VerifiedRound") -> "CampaignTerms":
    """Read and verify a campaign that names a round.

    Raises:
        VerificationError: its organizer did not sign it.
        MismatchError: it is about another letter, or does not name the round and its group.
    """
    from cosign.records.campaign import Campaign, check_named

    with naming(path):
        terms = read_record(path, Campaign).verify()
        check_named(terms, round_)
    return terms


def read_expected_round(
    path: str,
    secret: str | None,
    enrolment: list[str] | None,
    expected: str | None,
) -> "VerifiedRound":
    """Read and verify a round, with further enrolment statements.

    Args:
        path: of the round or of an invitation.
        secret: opens an invitation.
        enrolment: files of enrolment statements that the round lacks.
        expected: the fingerprint that the round must have.

    Raises:
        MismatchError: it has another one.
        UsageError: ``expected`` is not a fingerprint.
    """
    from cosign.records.groups.statements import EnrolmentStatement
    from cosign.roles.organizer.publishing import merge_statements

    round_ = read_round(path, secret, expected)
    found = tuple(read_record(name, EnrolmentStatement) for name in enrolment or ())
    return merge_statements(round_, found)


def ask_to_sign(
    console: Console,
    home: "Home",
    round_: "VerifiedRound",
    options: SigningOptions,
    what: str,
    *,
    expected: bool,
) -> None:
    """Show the round and ask for a confirmation, once nothing else can stop the command.

    Where a cosignature shows who certified its maker, the crowd depends on that, so the home
    is opened first.

    Args:
        console: of the command.
        home: that signs.
        round_: the round.
        options: what would be signed.
        what: what the member is asked to confirm.
        expected: the round's fingerprint was compared with one on the command line.
    """
    if options.receipt:
        console.check_told()
    console.check_output()
    home.check_writable()
    minute = current_minute()
    if minute < round_.terms.opens:
        show_letter(console, round_, options.campaign)
        show_compared(console, round_, expected=expected)
    # Whether an open cosignature is late is known once the home is open.
    round_.check_action(options.action, minute, again=options.name is not None)
    certifiers: tuple[int, ...] = ()
    if options.action == "cosign" and not options.name and round_.group.splits:
        certifiers = _own_certifiers(home, round_)
    _show(console, round_, options, certifiers)
    if options.action == "cosign" and not options.name:
        _check_crowd(console, round_, certifiers, options.min_set)
    if console.relay:
        warn_of_address(console.proxy)
    if options.action == "withdraw" and minute >= round_.terms.closes:
        console.note(
            "warning: after the close few envelopes arrive, so anyone who sees yours knows that "
            "you had signed: hide your network address"
        )
    if console.yes and not expected:
        console.note(
            "warning: --yes skips comparing the round; --expect-round FINGERPRINT compares it"
        )
    show_compared(console, round_, expected=expected)
    compared = "" if expected else "have you compared the round, and "
    console.confirm(f"{compared}do you want to {what}?")


def _own_certifiers(home: "Home", round_: "VerifiedRound") -> tuple[int, ...]:
    """Return the numbers of the registrars that this home's cosignature shows."""
    from cosign.homes import find_member

    return find_member(home, round_).certifiers(round_)


def _check_crowd(
    console: Console, round_: "VerifiedRound", certifiers: tuple[int, ...], min_set: int
) -> None:
    """Refuse a crowd that is too small, and warn of a small one that the member accepts."""
    from cosign.roles.member.signing import check_set

    crowd = check_set(round_, certifiers, min_set)
    if not crowd.certain:
        console.note("warning: the size of the group is unknown; you may be the only person in it")
    elif crowd.most < DEFAULT_MIN_SET:
        console.note(
            f"warning: at most {counted(crowd.most, 'person')} can sign as you do; someone who "
            "knows them may "
            "guess who you are"
        )
    elif crowd.certain < DEFAULT_MIN_SET:
        console.note(
            f"warning: your crowd has at least {counted(crowd.certain, 'person')}, and no more are "
            "certain; someone who knows whom the registrars refused may guess who you are"
        )


def _crowd_line(round_: "VerifiedRound", certifiers: tuple[int, ...]) -> str:
    """Return what is known of the crowd; only an upper bound where no registrars are named."""
    from cosign.roles.member.signing import crowd_of

    size = round_.membership.anonymity_set
    if not certifiers:
        return "unknown" if size is None else f"at most {counted(size, 'person')}"
    certain, most = crowd_of(round_, certifiers)
    if not most:
        return "unknown"
    if certain == most:
        return f"at most {most} people show the same registrars as you"
    return f"{certain} (certain) to {most} (at most) people show the same registrars as you"


def _show(
    console: Console, round_: "VerifiedRound", options: SigningOptions, certifiers: tuple[int, ...]
) -> None:
    """Show what a signer has to see before answering, but for the fingerprints."""
    statement = options.statement
    show_letter(console, round_, options.campaign)
    for sentence in hidden_characters(statement):
        console.note(f"warning: in the statement, {sentence}")
    if options.name:
        show_name(console, round_, options.name)
    else:
        console.facts(f"crowd      {_crowd_line(round_, certifiers)}")
    if options.action == "cosign" and not options.name:
        console.note(
            "members who sign openly leave the crowd; how many do is not known before publication"
        )
    if statement:
        console.facts(f"statement  {quoted(statement)}")
        if not options.name:
            console.note("warning: the wording of a statement can identify you")
        console.note(
            "warning: read it again: a statement cannot be corrected once this home has signed"
        )
    _warn(console, round_, certifiers)


def _warn(console: Console, round_: "VerifiedRound", certifiers: tuple[int, ...]) -> None:
    """Warn of trustees who do not protect the signer, and of what the cosignature will show."""
    if round_.opened_by_organizer:
        console.note(
            "warning: the organizer can open the envelopes alone, even before the round closes"
        )
    elif round_.organizer_trustees:
        console.note("warning: the organizer is one of the trustees")
    if round_.group.splits:
        console.note("warning: your cosignature will show which registrars certified you")
    skipped = tuple(r for r in range(max(certifiers, default=0)) if r not in certifiers)
    if skipped:
        names = ", ".join(map(quoted, round_.group.registrar_names(skipped)))
        console.note(
            f"warning: it will also show that {names} did not certify you; the crowd is certain "
            "only if the registrars' numbers are true and everybody else enrolled with every one"
        )


def seal(console: Console, home: "Home", round_: "VerifiedRound", options: SigningOptions) -> None:
    """Make the envelope, record its use in the home, and then write or post it."""
    from cosign.homes import open_member

    with (
        proving(console, round_, options.ssh_key, options.ssh_passphrase_file) as means,
        open_member(home, round_, **means) as member,
    ):
        if not options.name:
            warn_of_kind(console, round_, member.credential)
        known = {use.tag for use in member.credential.uses}
        minute, least = current_minute(), options.min_set
        with usage_errors():
            if options.action == "withdraw":
                signed = member.withdraw(round_, minute=minute)
            else:
                said = options.statement
                signed = member.sign(
                    round_, statement=said, name=options.name, minute=minute, min_set=least
                )
    if options.action == "withdraw" and signed.use.tag not in known:
        console.note(_NOTHING_KNOWN)
    if options.name and minute >= round_.terms.closes:
        console.note("the organizer adds your name to the published letter with publish --append")
    with repeatable(console, "the use of your key is written down"):
        posted = _deliver(console, round_, signed.envelope)
    _tell(console, round_, options, posted, signed.receipt if options.receipt else "")


def _tell(
    console: Console,
    round_: "VerifiedRound",
    options: SigningOptions,
    posted: str,
    receipt: str,
) -> None:
    """Say where the envelope is, and what finds the cosignature later, if that is wanted."""
    data: dict[str, object] = {
        "output": console.output,
        "round": round_.fingerprint,
        "action": options.action,
        "name": options.name and options.name.name,
        "role": options.name and options.name.role,
    }
    lines = [f"{console.output}: sealed; give the file to the organizer"]
    if posted:
        lines = [
            f"sealed and posted; relay check tells whether the relay has it:\nposted   {posted}"
        ]
        data["posted"] = posted
    if receipt:
        data["receipt"] = receipt
        lines.append(f"receipt  {receipt}")
        console.note(
            "anyone who has the receipt knows which cosignature is yours: hide or destroy it"
        )
    console.result("\n".join(lines), data)


def _deliver(console: Console, round_: "VerifiedRound", envelope: "Envelope") -> str:
    """Write the envelope, post it, or both; return its id at the relay, empty if not posted."""
    if not console.relay:
        console.write_record(envelope)
        return ""
    with needs_extra("client"):
        from cosign.relay.owners import check_hours_hidden, round_address
        from cosign.relay.shelves import ENVELOPES

    def check(terms: "MailboxTerms") -> None:
        check_hours_hidden(terms, round_)

    return deliver(console, round_address(round_), ENVELOPES, envelope, check)
