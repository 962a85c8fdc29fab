"""Names in both kinds of groups, honest and crooked: the implementations draw the same lines."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.interop import mutants
from tests.interop.crooked import (
    ORDER,
    Council,
    Roll,
    cosignature,
    listed_key,
    opened,
    proof_of,
    seed_of,
)
from tests.interop.parts import edited, pack, public_key, sign
from tests.interop.second_reader import SecondReader
from tests.interop.verdicts import agreed_report, both_say

NAME, ROLE, KEY, CONSENT, ATTESTATIONS = 3, 4, 5, 6, 7  # places in an open record
ANN, BOSS = "Ann Sørensen", "Head of Research"


def council() -> Council:
    """A group of three registrars, of whom two know each member."""
    return Council.of(threshold=2, issued=(None, None, None))


def test_names_in_a_registered_group(second_reader: SecondReader) -> None:
    """A name needs its owner's consent, and as many registrars as a certificate, for just it."""
    group = council()
    record = group.cosign_openly(1, 0, 1, name=ANN, role=BOSS, statement="s")
    _, two, three = (group.attest(registrar, 1, ANN, BOSS) for registrar in range(3))
    valid = {
        "as it is": record,
        "attested by others than certify": edited(record, {ATTESTATIONS: [two, three]}),
        "without role and statement": group.cosign_openly(1, 0, 1, name=ANN),
    }
    theirs = proof_of(group.cosign(2, 0, 1, statement="s"))
    crooked: dict[str, dict[int, Any]] = {
        **{f"attestations: {x}": {ATTESTATIONS: y} for x, y in wrong_attestations(group).items()},
        **{f"consent: {x}": {CONSENT: y} for x, y in wrong_consents(group).items()},
        "another name": {NAME: "Ann"},
        "another role": {ROLE: ""},
        "another statement": {1: ""},
        "another member's tag": {2: theirs},
        "a key": {KEY: public_key(seed_of(1))},
    }
    records = valid | {name: edited(record, change) for name, change in crooked.items()}
    files = {name: group.file(one) for name, one in records.items()}
    assert both_say(second_reader, files) == {name: name in valid for name in files}


def wrong_attestations(group: Council) -> dict[str, list[Any]]:
    """Attestations that do not show that member 1 is Ann, the boss."""
    attest = partial(group.attest, member=1, name=ANN, role=BOSS)
    one, two, three = (attest(registrar) for registrar in range(3))
    elsewhere = Council.of(threshold=1, issued=(None, None, None)).attest(1, 1, ANN, BOSS)
    return {
        "none": [],
        "too few": [one],
        "too many": [one, two, three],
        "one twice": [one, one],
        "descending": [two, one],
        "by no registrar": [one, (3, two[1])],
        "another's number": [one, (2, two[1])],
        "false": [one, (1, bytes(64))],
        "of another name": [one, attest(1, name="Ann")],
        "of another role": [one, attest(1, role="")],
        "of a role in the name": [one, attest(1, name=ANN + BOSS, role="")],
        "of another member": [one, attest(1, member=2)],
        "of another slot": [one, attest(1, slot=2)],
        "of another group": [one, elsewhere],
    }


def wrong_consents(group: Council) -> dict[str, bytes]:
    """Signatures that do not show that member 1 wants this name beside the statement "s"."""
    return {
        "by another member": group.consent(2, "s", ANN, BOSS),
        "to another statement": group.consent(1, "", ANN, BOSS),
        "to another name": group.consent(1, "s", "Ann", BOSS),
        "to another role": group.consent(1, "s", ANN),
        "a claim": sign(seed_of(1), "cosign/v1/claim-signature", group.parts.round_id, b"s"),
        "too long": bytes(96),
    }


def rostered(
    second_reader: SecondReader, roll: Roll, *named: tuple[int, str, str, str]
) -> list[bytes]:
    """Open records by members, with name, role and statement."""
    asked = [roll.request(member, statement) for member, _, _, statement in named]
    wanted = [roll.naming(member, *words) for member, *words in named]
    made = second_reader.prove([*asked, *wanted])
    return [
        opened(cosignature(proof, statement), name, role, consent, key=listed_key(member))
        for (member, name, role, statement), proof, consent in zip(
            named, made, made[len(named) :], strict=False
        )
    ]


def test_names_on_a_roster(second_reader: SecondReader) -> None:
    """A name needs the secret of tag and listed key, and belongs to what its owner signed."""
    roll = Roll.of(6)
    fresh, ssh, other = rostered(
        second_reader, roll, (2, ANN, BOSS, "s"), (3, ANN, "", ""), (4, ANN, BOSS, "s")
    )
    consent = fresh[-97:-1]
    z = int.from_bytes(consent[32:64], "little")
    crooked: dict[str, dict[int, Any]] = {
        **wrong_listed_consents(second_reader, roll),
        "z + l": {
            CONSENT: consent[:32] + (z + ORDER).to_bytes(32, "little") + consent[64:],
        },
        "zeros": {CONSENT: bytes(96)},
        "cut": {CONSENT: consent[:64]},
        "no key": {KEY: None},
        "no key, cut": {KEY: None, CONSENT: consent[:64]},
        "another's key": {KEY: listed_key(4)},
        "no point": {KEY: bytes(31) + b"\x7f"},
        "another's tag": {2: proof_of(other)},
        "another name": {NAME: "Ann"},
        "another role": {ROLE: ""},
        "another statement": {1: ""},
        "an attestation": {ATTESTATIONS: [[0, bytes(64)]]},
    }
    valid = {"fresh": fresh, "ssh": ssh, "other": other}
    records = valid | {name: edited(fresh, change) for name, change in crooked.items()}
    files = {name: roll.file(record) for name, record in records.items()}
    assert both_say(second_reader, files) == {name: name in valid for name in files}


def wrong_listed_consents(second_reader: SecondReader, roll: Roll) -> dict[str, dict[int, bytes]]:
    """Changes of the consent, and of the key beside it, to proofs of something else.

    The right one is by member 2, called Ann, the boss, to the statement "s".
    """
    naming = partial(roll.naming, 2, ANN, BOSS, "s")
    asked = {
        "of another's key": naming(key=listed_key(4).hex()),
        "of a key that is not listed": naming(key=listed_key(8).hex()),
        "to another statement": roll.naming(2, ANN, BOSS),
        "to another round": naming(roundId=bytes(32).hex()),
        "a claim": naming(label="cosign/v1/claim-proof"),
        "by another": roll.naming(4, ANN, BOSS, "s"),
    }
    consents = dict(zip(asked, second_reader.prove([*asked.values()]), strict=True))
    keys = {"of another's key": listed_key(4), "of a key that is not listed": listed_key(8)}
    return {
        f"consent: {name}": {CONSENT: made, KEY: keys.get(name, listed_key(2))}
        for name, made in consents.items()
    }


def test_counting_names(second_reader: SecondReader, tmp_path: Path) -> None:
    """One tag is one member, openly or not; contradictions and withdrawals show no name."""
    group = council()
    openly = partial(group.cosign_openly, name=ANN, role=BOSS)
    records = [
        # named once, though also anonymous, and twice open
        openly(1, 0, 1, statement="one"),
        group.cosign(1, 0, 1, statement="one"),
        openly(1, 1, 2, statement="one"),
        # other statements
        openly(2, 0, 1, statement="two"),
        group.cosign(2, 0, 1, statement="another"),
        # another role
        openly(3, 0, 1),
        group.cosign_openly(3, 0, 1, name=ANN),
        # withdrawn
        openly(4, 0, 1),
        group.cosign(4, 0, 1, action="withdraw"),
        group.cosign(5, 0, 2, statement="anonymous"),
        group.cosign_openly(6, 0, 2, name="\u202f<b>VALID\u200b</b>", statement="e\u2060nd "),
    ]
    file = tmp_path / "published.letter"
    file.write_bytes(group.file(*records))
    _, report = agreed_report(second_reader, file)
    names = sorted(report["names"], key=lambda one: one["name"])
    assert names == [
        {"name": ANN, "role": BOSS, "statement": "one", "key": None},
        {"name": "\u202f<b>VALID\u200b</b>", "role": "", "statement": "e\u2060nd ", "key": None},
    ]
    figures = ("named", "keys", "conflicts", "withdrawn", "duplicates", "statements")
    assert [report[figure] for figure in figures] == [2, 5, 2, 1, 4, ["anonymous"]]
    assert len(report["hidden"]) == 4


def test_crowds_without_names(second_reader: SecondReader, tmp_path: Path) -> None:
    """By registrars and by kinds of keys: all readers leave the named out of the same crowds."""
    group = Council.of(threshold=2, issued=(5, 3, None))
    of_four = Council.of(threshold=2, issued=(5, 3, 4))
    roll = Roll.of(6)
    files = []
    for council_ in (group, of_four):
        openly = partial(council_.cosign_openly, name=ANN)
        records = [
            openly(1, 0, 1),
            openly(2, 0, 2),
            council_.cosign(3, 0, 1),
            council_.cosign(4, 1, 2),
        ]
        files.append(council_.file(*records))
    named = rostered(second_reader, roll, (2, ANN, "", ""), (3, ANN, "", ""))
    files.append(roll.file(*named))
    file = tmp_path / "published.letter"
    reports = []
    for raw in files:
        file.write_bytes(raw)
        reports.append(agreed_report(second_reader, file)[1])
    crowds = [
        {"".join(c["registrars"]): (c["at_most"], c["named"], c["others_at_most"]) for c in combos}
        for combos in (report["combinations"] for report in reports)
    ]
    assert crowds == [
        {"R1R2": (3, 1, 2), "R1R3": (None, 1, None), "R2R3": (None, 0, None)},
        {"R1R2": (3, 1, 2), "R2R3": (3, 0, 2), "R1R3": (4, 1, 3)},
        {},
    ]
    assert [report["others"] for report in reports] == [
        {"at_most": None, "key_kinds": None},
        {"at_most": 4, "key_kinds": None},
        {"at_most": 4, "key_kinds": {"fresh": 2, "ssh": 2}},
    ]


def test_one_person_open_in_two_groups(second_reader: SecondReader, tmp_path: Path) -> None:
    """The same name in two letters is told, however it is written, and so is the same key."""
    large, small, group = Roll.of(6), Roll.of(5), council()
    bob = "Bob"
    here = rostered(second_reader, large, (2, "Ann  LEE", "", ""), (3, "\u00c4nn", "", ""))
    there = rostered(second_reader, small, (2, "A. Lee", "", ""), (1, "ann\u3000lee", "", ""))
    files = {
        large.parts.round_id: large.file(*here),
        small.parts.round_id: small.file(*there),
        group.parts.round_id: group.file(
            group.cosign_openly(1, 0, 1, name=" ANN LEE "),
            group.cosign_openly(2, 0, 1, name="\u00e4nn"),
            group.cosign_openly(3, 0, 1, name=bob),
            group.cosign_openly(4, 0, 1, name=bob),
        ),
    }
    file = tmp_path / "joint.letter"
    file.write_bytes(together(files))
    _, report = agreed_report(second_reader, file)
    (name,) = report["same_names"]
    assert (name["name"].lower().split(), name["letters"]) == (["ann", "lee"], [1, 2, 3])
    places = [1 + sorted(files).index(roll.parts.round_id) for roll in (large, small)]
    (key,) = report["same_keys"]
    assert key["name"] in {"Ann  LEE", "A. Lee"}
    assert key["letters"] == sorted(places)


def together(files: dict[bytes, bytes]) -> bytes:
    """The joint letter of the published files of some rounds."""
    header = pack(["cosign/joint-letter/1", [], [[one, len(files[one])] for one in sorted(files)]])
    frame = len(header).to_bytes(4, "big") + header
    return b"JOINT COSIGNED LETTER\n" + frame + b"".join(files[one] for one in sorted(files))


@pytest.mark.parametrize("kind", ["registered", "rostered"])
def test_mutants_with_names(second_reader: SecondReader, kind: str) -> None:
    """Verdicts on files with names that were changed a little agree."""
    if kind == "registered":
        group = council()
        openly = group.cosign_openly(1, 0, 1, name=ANN, role=BOSS)
        parts = replace(group.parts, records=[openly])
    else:
        roll = Roll.of(3)
        parts = replace(roll.parts, records=rostered(second_reader, roll, (2, ANN, BOSS, "s")))
    spoilt = dict(mutants.signed(parts, seed=3, number=60, only=["record", "name"]))
    verdicts = both_say(second_reader, {"as it is": parts.file(), **spoilt})
    assert verdicts["as it is"]
    assert False in verdicts.values()
