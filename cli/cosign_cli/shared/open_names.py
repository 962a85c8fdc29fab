"""Signing with a name: its options, and what is shown of it before anything is asked."""

from typing import TYPE_CHECKING, Annotated, Final

import typer

from cosign.quoting import quoted
from cosign.reports.hidden import hidden_characters
from cosign_cli.shared.console import Console
from cosign_cli.shared.errors import naming, usage_errors
from cosign_cli.shared.files import read_record
from cosign_cli.shared.options import as_typed

if TYPE_CHECKING:
    from cosign.records.open_cosignature import PublicName
    from cosign.records.round import VerifiedRound
    from cosign.roles.member import SigningName

Openly = Annotated[
    str | None,
    typer.Option(
        "--openly",
        metavar="NAME",
        callback=as_typed,
        help="Sign with your name; it is published, and nobody can take it back.",
    ),
]

Role = Annotated[
    str,
    typer.Option(callback=as_typed, help="What you are, such as engineer; published, too."),
]

Attested = Annotated[
    list[str] | None,
    typer.Option(
        metavar="FILE",
        help="A registrar's attestation of the name, from registrar name; may be repeated.",
    ),
]

_LINKED: Final = (
    "warning: the list shows your key beside your name, so anyone who can compute discrete "
    "logarithms some day, as a quantum computer could, finds what this key signed in other rounds"
)


def check_name(name: str, role: str) -> "PublicName":
    """Return a name as it is published: without blanks around it.

    Raises:
        UsageError: it may not stand in a record.
    """
    from cosign.records.open_cosignature import NAME, ROLE, PublicName

    with usage_errors():
        return PublicName(NAME.read(name.strip(), "name"), ROLE.read(role.strip(), "role"))


def read_name(name: str | None, role: str, attested: list[str] | None) -> "SigningName | None":
    """Return the name that a member signs with; None to sign anonymously.

    Args:
        name: what the member typed.
        role: likewise.
        attested: files of attestations.

    Raises:
        UsageError: a role or an attestation without a name, or a name that may not stand there.
    """
    from cosign.errors import UsageError
    from cosign.records.names import NameAttestation
    from cosign.roles.member import SigningName

    if name is None:
        if role or attested:
            raise UsageError(
                "--role and --attested go with a name", hint="add --openly NAME, or leave them out"
            )
        return None
    called = check_name(name, role)
    return SigningName(
        *called, tuple(read_record(path, NameAttestation) for path in attested or ())
    )


def check_attested(
    name: "SigningName", round_: "VerifiedRound", attested: list[str] | None
) -> None:
    """Check what registrars attest, as far as it can be checked without the member's key.

    Raises:
        ThresholdError, MismatchError, VerificationError: as
            :meth:`~cosign.roles.member.naming.SigningName.choose_attestations`; an error about
            one attestation names its file.
    """
    for path, record in zip(attested or (), name.attestations, strict=True):
        with naming(path):
            round_.group.check_attestation(record.owner, record.attestation)
    name.choose_attestations(round_)


def show_name(console: Console, round_: "VerifiedRound", name: "SigningName") -> None:
    """Show what will be public, and that this is for good."""
    console.facts(f"name       {quoted(name.name)}")
    if name.role:
        console.facts(f"role       {quoted(name.role)}")
    for where, text in (("name", name.name), ("role", name.role)):
        for sentence in hidden_characters(text):
            console.note(f"warning: in the {where}, {sentence}")
    console.note(
        "warning: you are named to everybody, for good: withdraw takes back the whole cosignature, "
        "and the name stays in copies of the letter"
    )
    if round_.group.key_kinds:
        console.note(_LINKED)


def shown_name(name: "PublicName") -> str:
    """Return a name and role in quotes."""
    return ", ".join(quoted(words) for words in name if words)
