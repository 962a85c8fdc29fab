"""``cosign-letter sign``, ``withdraw`` and ``check``: a member's voice."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cosign_cli.commands import command
from cosign_cli.console import Console, naming, open_input, typed
from cosign_cli.ssh import SshPassphraseFile, read_ssh_seed

if TYPE_CHECKING:
    from cosign.proofs.membership import Action
    from cosign.records.round import VerifiedRound

RoundFile = Annotated[str, typer.Argument(metavar="ROUND", help="The round's file.")]
MinSet = Annotated[
    int, typer.Option(min=0, help="Smallest crowd you accept; 0 if you do not care.")
]
Enrolment = Annotated[
    list[str] | None,
    typer.Option(metavar="FILE", help="Enrolment statements that the round lacks; repeat."),
]
ExpectRound = Annotated[
    str | None, typer.Option(metavar="FINGERPRINT", help="Refuse any other round.")
]
SshKey = Annotated[
    Path | None,
    typer.Option(metavar="PATH", help="Sign with this ssh key; a fresh key is safer."),
]
_DEFAULT_SET = 16
_SSH_WARNING = (
    "warning: whoever makes your ssh key decrypt something of theirs (age does that) can confirm "
    "that a cosignature is yours, and whoever seizes it later can too; "
    "member key --prove-ssh gives you a fresh key instead"
)


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""

    @command(app, "sign", secrets=True, output=True, asks=True)
    def sign(
        console: Console,
        round_file: RoundFile,
        statement: Annotated[str, typer.Option(help="Public words beside your signature.")] = "",
        min_set: MinSet = _DEFAULT_SET,
        enrolment: Enrolment = None,
        expect_round: ExpectRound = None,
        ssh_key: SshKey = None,
        ssh_passphrase_file: SshPassphraseFile = None,
    ) -> None:
        """Cosign a letter anonymously and seal the result to the trustees."""
        round_ = _round(console, round_file, enrolment, expect_round)
        _ask(console, round_, statement, "sign this letter?")
        voice = Voice("cosign", statement, min_set, ssh_key, ssh_passphrase_file)
        _speak(console, round_, voice)

    @command(app, "withdraw", secrets=True, output=True, asks=True)
    def withdraw(
        console: Console,
        round_file: RoundFile,
        min_set: MinSet = _DEFAULT_SET,
        enrolment: Enrolment = None,
        expect_round: ExpectRound = None,
        ssh_key: SshKey = None,
        ssh_passphrase_file: SshPassphraseFile = None,
    ) -> None:
        """Take a cosignature back; the envelope looks like any other."""
        round_ = _round(console, round_file, enrolment, expect_round)
        _ask(console, round_, "", "withdraw from this letter?")
        voice = Voice("withdraw", "", min_set, ssh_key, ssh_passphrase_file)
        _speak(console, round_, voice)

    @command(app, "check", secrets=True)
    def check(
        console: Console,
        letter_file: Annotated[str, typer.Argument(metavar="FILE", help="The published letter.")],
    ) -> None:
        """Look for your own cosignature in a published letter."""
        _check(console, letter_file)


def _round(
    console: Console, path: str, enrolment: list[str] | None, expected: str | None
) -> "VerifiedRound":
    from cosign.errors import MismatchError, UsageError
    from cosign.primitives.hashing import normalize_fingerprint
    from cosign.records.group import EnrolmentStatement
    from cosign.roles.publisher import merge_statements

    round_ = console.read_round(path)
    if expected is not None:
        wanted = normalize_fingerprint(expected)
        if wanted is None:
            raise UsageError("a fingerprint has 60 digits", hint="copy all twelve groups")
        if wanted != round_.fingerprint:
            raise MismatchError(
                f"{path}: this is round {round_.fingerprint}, not the one you expected",
                hint="do not sign: somebody gave you another letter, group or trustees",
            )
    found = tuple(console.read_record(name, EnrolmentStatement) for name in enrolment or ())
    return merge_statements(round_, found)


def _ask(console: Console, round_: "VerifiedRound", statement: str, question: str) -> None:
    """Show the round and ask, once it is clear that an answer can have an effect."""
    console.check_output()
    round_.check_open(console.minute())
    _show(console, round_, statement)
    console.confirm(question)


def _show(console: Console, round_: "VerifiedRound", statement: str) -> None:
    """Show everything that a signer has to see, on stderr, before anything is asked."""
    from cosign.records.fields import show_minute
    from cosign.records.letter import watermarks

    terms = round_.terms
    names = ", ".join(repr(t.name) for t in terms.trustees)
    size = round_.anonymity_set
    console.note(f"{round_.letter.text.rstrip()}\n")
    for place, text in (("letter", round_.letter.text), ("statement", statement)):
        for mark in watermarks(text):
            console.note(f"warning: {place}, line {mark.line}, column {mark.column}: {mark.what}")
    console.note(f"letter     {terms.title!r}, {len(round_.letter.raw)} bytes")
    console.note(f"round      {round_.fingerprint}")
    console.note(f"group      {round_.group_fingerprint}  {round_.group.name!r}")
    console.note(f"crowd      {'unknown' if size is None else f'at most {size} people'}")
    console.note(
        f"envelopes  opened by any {terms.threshold} of {len(terms.trustees)} trustees ({names}) "
        f"after {show_minute(terms.closes)}"
    )
    console.note("compare both fingerprints with somebody you trust before you sign")
    if round_.group.splits:
        console.note("warning: your cosignature will show which registrars certified you")
    if statement:
        console.note(f"statement  {statement!r}\nwarning: words can identify their writer")


@dataclass(frozen=True)
class Voice:
    """What a member says, and with which key.

    Attributes:
        action: ``cosign`` or ``withdraw``.
        statement: public words.
        least_set: the smallest crowd that the member accepts.
        ssh_key: sign with this OpenSSH key instead of a key of the home.
        ssh_passphrase_file: for that key.
    """

    action: "Action"
    statement: str
    least_set: int
    ssh_key: Path | None
    ssh_passphrase_file: Path | None


def _speak(console: Console, round_: "VerifiedRound", voice: Voice) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from cosign.roles import member
    from cosign.stores.credentials import find_credential, ssh_credential

    home = console.home()
    seed = None
    if voice.ssh_key:
        console.note(_SSH_WARNING)
        seed = read_ssh_seed(voice.ssh_key, voice.ssh_passphrase_file)
    with (
        home.lock(),
        console.progress("proving") as progress,
        ThreadPoolExecutor(os.cpu_count()) as executor,
    ):
        held = ssh_credential(home, seed) if seed else find_credential(home, round_)
        prover = member.make_prover(
            held.credential, round_, seed=seed, executor=executor, progress=progress
        )
        with typed():
            use, envelope = member.cosign(
                prover,
                round_,
                held.credential.uses,
                action=voice.action,
                statement=voice.statement,
                minute=console.minute(),
                least_set=voice.least_set,
            )
        # Written before the envelope leaves, so that no crash lets a slot speak twice.
        held.write_use(use)
    console.write_record(envelope)
    console.result(
        f"{console.output}: sealed; give the file to the organizer or a relay",
        {"output": console.output, "round": round_.fingerprint, "action": voice.action},
    )


def _check(console: Console, path: str) -> None:
    from cosign.errors import VerificationError
    from cosign.records.published import PublishedReader
    from cosign.records.round import verify_round
    from cosign.roles.member import find_own
    from cosign.stores.credentials import all_uses

    with naming(path), open_input(path) as stream:
        reader = PublishedReader(stream)
        round_ = verify_round(reader.header.round)
        found = find_own(all_uses(console.home()), round_, reader)
    if not found.included:
        raise VerificationError(
            f"{path}: your cosignature is not in this file",
            hint="it was withdrawn, arrived late, or the organizer left it out",
        )
    said = f", with the statement {found.statement!r}" if found.statement else ""
    console.result(
        f"your cosignature is in this file{said}",
        {"included": True, "statement": found.statement, "round": round_.fingerprint},
    )
