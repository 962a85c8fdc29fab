"""What type checkers know of ``import cosign``; mypy reads this file, nothing runs it.

A ``type: ignore`` that hides no error is an error itself, so each one below shows that
mypy refuses its line.
"""

import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import assert_type

import cosign
from cosign.primitives.ed25519 import SigningKey
from cosign.primitives.progress import no_progress
from cosign.records.groups.group import Group
from cosign.records.secrets import OrganizerSecrets


def newsroom(path: Path, group: Group) -> None:
    """Every way of naming a letter and a group."""
    assert_type(cosign.verify_letter("published.letter"), cosign.Report)
    cosign.verify_letter(path, pin="28288 91299")
    cosign.verify_letter(io.BytesIO(), pin=path, executor=ThreadPoolExecutor())
    cosign.verify_letter(path, pin=group, progress=no_progress)
    cosign.verify_letter(b"letter")  # type: ignore[arg-type]
    cosign.verify_letter(io.StringIO())  # type: ignore[arg-type]
    cosign.verify_letter(path, pin=28288)  # type: ignore[arg-type]
    cosign.verify_letter(path, "28288 91299")  # type: ignore[call-arg]


def report(found: cosign.Report) -> None:
    """What a report has."""
    assert_type(found.cosigners, int)
    assert_type(found.pinned, bool)
    assert_type(found.quorum_met, bool)
    assert_type(found.named, int)
    assert_type(found.names[0], cosign.verifier.NamedSigner)
    found.signers  # type: ignore[attr-defined]


def errors(error: cosign.UsageError) -> None:
    """Errors are one tree."""
    wide: cosign.CosignError = error
    assert_type(wide.hint, str)
    assert_type(cosign.SlotError.exit_code, int)


def rounds(home: cosign.homes.Home, path: Path) -> None:
    """A member signs, with types all the way."""
    round_ = cosign.read_round(path, lambda: "cosign-invite-")
    assert_type(round_, cosign.records.VerifiedRound)
    with cosign.homes.open_member(home, round_) as member:
        signed = member.sign(round_, minute=1)
        assert_type(signed.envelope, cosign.records.Envelope)
        member.sign(round_, name=cosign.member.SigningName("Ada", "engineer"), minute=1)
        member.sign(round_, name="Ada", minute=1)  # type: ignore[arg-type]
        member.sign(round_)  # type: ignore[call-arg]
    assert_type(cosign.read_record(path, cosign.records.Opening), cosign.records.Opening)
    cosign.write_record(path, signed)  # type: ignore[arg-type]
    cosign.records.Opnening  # type: ignore[attr-defined]
    cosign.reports.report_tekst  # type: ignore[attr-defined]
    cosign.homes.open_house  # type: ignore[attr-defined]


def namespaces() -> None:
    """Each role's functions have their own types."""
    assert_type(cosign.organizer.make_organizer(), OrganizerSecrets)
    cosign.organizer.check_organizer(SigningKey)  # type: ignore[call-arg, arg-type]
    cosign.registrar.make_registrar(name=1)  # type: ignore[arg-type]
    cosign.trustee.make_trustee(1)  # type: ignore[arg-type]
    cosign.member.cosine  # type: ignore[attr-defined]
    cosign.verifier.verify  # type: ignore[attr-defined]


def mistyped() -> None:
    """Names that the package does not export."""
    cosign.verify_leter  # type: ignore[attr-defined]
    cosign.organiser  # type: ignore[attr-defined]
    cosign.VerifyError  # type: ignore[attr-defined]
