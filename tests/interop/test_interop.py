"""Two implementations that share nothing but the specification say the same of published files."""

import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import msgpack
import pytest

from tests.interop import mutants
from tests.interop.crooked import VECTORS, Roll, accepted, cosignature, vector_file
from tests.interop.parts import (
    TRUSTEES,
    Parts,
    closed,
    edited,
    identifier,
    unpack,
)
from tests.interop.second_reader import SecondReader
from tests.interop.verdicts import COMMAND, agreed_report, both_say
from tests.support import pages
from tests.support.rosters import ORGANIZER

REFUSED: Final[list[dict[str, Any]]] = json.loads((VECTORS / "refused.json").read_text())


def vector_bytes(name: str) -> bytes:
    """The bytes of an accepted vector."""
    return bytes.fromhex(accepted(name)["hex"])


def refused_bytes(vector: dict[str, Any]) -> bytes:
    """The bytes of a refused vector."""
    whole, edit = vector_bytes(vector["mutates"]), vector["edit"]
    at, insert = edit["at"], bytes.fromhex(edit["insert"])
    return whole[:at] + insert + whole[at + edit["remove"] :]


def with_round(round_: bytes) -> bytes:
    """A file around a round, without records, with a trailer that fits."""
    parts = vector_file()
    try:
        terms = unpack(round_)[1]
    except (msgpack.UnpackException, ValueError):
        terms = parts.terms  # such a round is refused before its trailer matters
    round_id = identifier("cosign/v1/round-id", terms)
    header = edited(vector_bytes("PublishedHeader"), {1: round_})
    return closed([header], parts.seed, round_id)


def with_terms(terms: bytes) -> bytes:
    """A file with other terms under the organizer's old signature."""
    return with_round(edited(vector_bytes("Round"), {1: terms}))


def with_group(group: bytes) -> bytes:
    """A file with another group under the old terms."""
    return with_round(edited(vector_bytes("Round"), {4: group, 5: []}))


def named(parts: Parts) -> bytes:
    """A file without records, whose organizer signed these parts."""
    return replace(parts, statements=[], records=[]).renamed().file()


def with_registrar(registrar: bytes) -> bytes:
    """The group of the vectors, with another first registrar."""
    group = vector_bytes("RegisteredGroup")
    return edited(group, {6: [registrar, *unpack(group)[6][1:]]})


def with_trustee(trustee: bytes) -> bytes:
    """A file whose round has another first trustee."""
    parts = vector_file()
    others = unpack(parts.terms)[TRUSTEES][1:]
    return named(replace(parts, terms=edited(parts.terms, {TRUSTEES: [trustee, *others]})))


def roster_file() -> Parts:
    """The file of the vectors whose group is a roster."""
    file = vector_bytes("published file of a roster with names")
    return Parts.of(file, ORGANIZER.identity_seed.reveal(), [])


# Where a record stands in a file. Malformed ones are what the organizer signed; what is well-formed
# but another one is held against the old terms or the old signature.
PLACES: Final[dict[str, Callable[[bytes], bytes]]] = {
    "published file": lambda file: file,
    "Round": with_round,
    "RoundTerms": lambda terms: replace(vector_file(), terms=terms, records=[]).file(),
    "another RoundTerms": with_terms,
    "Trustee": with_trustee,
    "RegisteredGroup": lambda group: named(replace(vector_file(), group=group)),
    "another RegisteredGroup": with_group,
    "Registrar": lambda one: named(replace(vector_file(), group=with_registrar(one))),
    "another Registrar": lambda one: with_group(with_registrar(one)),
    "EnrolmentStatement": lambda one: replace(vector_file(), statements=[one]).file(),
    "SlotGrant": lambda one: replace(
        vector_file(), grants=[one, *vector_file().granted()[1:]]
    ).file(),
    "Cosignature": lambda one: replace(vector_file(), records=[one]).file(),
    "OpenCosignature": lambda one: replace(vector_file(), records=[one]).file(),
    "OpenCosignature of a roster": lambda one: replace(roster_file(), records=[one]).file(),
}


def place_of(vector: dict[str, Any]) -> str:
    """The place where a refused vector breaks the rule that it is about."""
    other = f"another {vector['mutates']}"
    malformed = vector["error"] == "MalformedError"
    return other if other in PLACES and not malformed else vector["mutates"]


def test_modules_of_the_second_reader_keep_to_the_vectors(second_reader: SecondReader) -> None:
    """Hashes, points, signatures, records and ring proofs are those of the vectors."""
    done = second_reader.check_vectors()
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("place", PLACES)
def test_vectors_are_accepted_and_refused_in_their_place(
    second_reader: SecondReader, place: str
) -> None:
    """A file is valid around an accepted vector, and around none of those that mutate it."""
    whole = PLACES[place](vector_bytes(place.removeprefix("another ")))
    crooked = {
        vector["name"]: PLACES[place](refused_bytes(vector))
        for vector in REFUSED
        if place_of(vector) == place
    }
    assert crooked
    verdicts = both_say(second_reader, {"whole": whole, **crooked})
    assert verdicts == {"whole": True, **dict.fromkeys(crooked, False)}


def test_report_on_the_vectors(second_reader: SecondReader, tmp_path: Path) -> None:
    """Code and figures agree without a pin, with it, and with another."""
    file = tmp_path / "published.letter"
    file.write_bytes(vector_bytes("published file"))
    pin = accepted("published file")["derived"]["pin"]
    assert agreed_report(second_reader, file)[0] == 3
    assert agreed_report(second_reader, file, pin)[0] == 0
    assert agreed_report(second_reader, file, pin.replace("2", "3"))[0] == 1
    assert agreed_report(second_reader, file, pin[:-1])[0] == 2
    assert agreed_report(second_reader, tmp_path / "no such file")[0] == 2


@pytest.mark.parametrize(
    "name",
    ["published file with names", "published file of a roster with names", "joint file"],
)
def test_report_on_the_vectors_with_names(
    second_reader: SecondReader, tmp_path: Path, name: str
) -> None:
    """Names, counts and codes agree."""
    file = tmp_path / "published.letter"
    file.write_bytes(vector_bytes(name))
    pins = accepted(name)["derived"]["pins"]
    assert agreed_report(second_reader, file)[0] == 3
    code, report = agreed_report(second_reader, file, *pins)
    assert code == 0
    assert all(one["named"] == 2 for one in report.get("groups", [report]))
    assert len(report.get("same_names", [None])) == 1


def test_both_see_what_readers_do_not(second_reader: SecondReader, tmp_path: Path) -> None:
    """The same hidden characters at the same places, in the letter and in statements."""
    letter = "# Cher\u00a0 \nD\u200bear\ufe0f \u2060\U000e0067 \U0001f3f4\u3164\t\nall\u200b\n"
    statements = ("a\u2060b\u00a0", "plain", "end ", "\u05d0\u200f\u202f")
    file = tmp_path / "published.letter"
    file.write_bytes(pages.rostered(letter=letter, statements=statements))
    _, report = agreed_report(second_reader, file)
    assert len(report["hidden"]) == 12


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("name", ["published.letter", "second.letter"])
def test_report_on_letters_of_the_shop(
    second_reader: SecondReader, tmp_path: Path, name: str
) -> None:
    """Code and figures agree on letters of a registered group that the real commands made."""
    code, report = agreed_report(second_reader, tmp_path / "shop" / name)
    assert (code, report["cosigners"]) == (3, 2)
    assert (
        agreed_report(second_reader, tmp_path / "shop" / name, report["group"]["fingerprint"])[0]
        == 0
    )


def test_report_on_a_rostered_letter(second_reader: SecondReader, tmp_path: Path) -> None:
    """Code and figures agree on a letter of a rostered group that the real commands made."""
    size = ["--kind", "rostered", "--members", "3", "--signers", "2"]
    folder = tmp_path / "demo"
    subprocess.run([COMMAND, "demo", *size, "--keep", folder], capture_output=True, check=True)
    code, report = agreed_report(second_reader, folder / "published.letter")
    assert (code, report["cosigners"], report["group"]["anonymity_set"]) == (3, 2, 3)
    fingerprint = report["group"]["fingerprint"]
    assert agreed_report(second_reader, folder / "published.letter", fingerprint)[0] == 0
    assert agreed_report(second_reader, folder / "tampered.letter", fingerprint)[0] == 1


def rostered(second_reader: SecondReader) -> Parts:
    """A file of a roster of six members, of whom four signed."""
    roll = Roll.of(6)
    requests = [roll.request(member, "x" * member) for member in range(1, 5)]
    proofs = second_reader.prove(requests)
    records = [
        cosignature(proof, request["statement"])
        for proof, request in zip(proofs, requests, strict=True)
    ]
    return Parts.of(roll.file(*records), roll.parts.seed, [])


@pytest.mark.parametrize("kind", ["registered", "rostered"])
def test_mutants(second_reader: SecondReader, kind: str) -> None:
    """Verdicts on files that were changed a little agree; some stay valid once signed again."""
    parts = vector_file() if kind == "registered" else rostered(second_reader)
    raw = dict(mutants.raw(parts.file(), seed=1, number=100))
    signed = dict(mutants.signed(parts, seed=2, number=150))
    assert True not in both_say(second_reader, {**raw}).values()
    assert set(both_say(second_reader, signed).values()) == {True, False}
