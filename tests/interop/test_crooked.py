"""Crooked files that no honest program makes: the two implementations draw the same lines."""

from dataclasses import replace
from functools import partial
from itertools import product
from pathlib import Path

import pytest

from tests.interop.crooked import (
    ORDER,
    ORDER_EIGHT,
    Council,
    Roll,
    cosignature,
    crooked_signature,
    publisher,
    seed_of,
    slot_key,
    vector_file,
    with_torsion,
)
from tests.interop.parts import (
    KIND,
    TITLE,
    Parts,
    closed,
    edited,
    framed_hash,
    frames,
    joined,
    pack,
    public_key,
    sign,
    unpack,
)
from tests.interop.second_reader import SecondReader
from tests.interop.verdicts import agreed_report, both_say


def test_signatures_with_torsion(second_reader: SecondReader) -> None:
    """Under a key with a part of small order a signature counts if it holds without cofactor."""
    council = Council.of(threshold=1, issued=(None, None, None))
    message = framed_hash("cosign/v1/cosign", council.parts.round_id, b"cosign", b"")
    files, expected = {}, {}
    for key_eighths, nonce_eighths, nonce in product((1, 2, 4), (0, 1, 4), (1, 2, 3, 4, 5, 6)):
        key, signature, holds = crooked_signature(7, nonce, key_eighths, nonce_eighths, message)
        name = f"{key_eighths}, {nonce_eighths}, {nonce}"
        files[name] = council.file(cosignature(council.certified(key, signature, (0,))))
        expected[name] = holds
    assert set(expected.values()) == {True, False}
    assert both_say(second_reader, files) == expected


def test_signatures_of_other_forms(second_reader: SecondReader) -> None:
    """Neither takes S + l, a key or an R of small order, or an R with torsion alone."""
    council = Council.of(threshold=1, issued=(None, None, None))
    message = framed_hash("cosign/v1/cosign", council.parts.round_id, b"cosign", b"")
    key, signature, _ = crooked_signature(7, 1, 0, 0, message)
    response = int.from_bytes(signature[32:], "little")
    identity = (1).to_bytes(32, "little")
    crooked = {
        "honest": (key, signature),
        "S + l": (key, signature[:32] + (response + ORDER).to_bytes(32, "little")),
        "key of small order": (identity, signature[:32] + (1).to_bytes(32, "little")),
        "R of small order": (key, identity + signature[32:]),
        "R with torsion": crooked_signature(7, 1, 0, 1, message)[:2],
    }
    files = {
        name: council.file(cosignature(council.certified(*parts, (0,))))
        for name, parts in crooked.items()
    }
    assert both_say(second_reader, files) == {name: name == "honest" for name in crooked}


def test_trailers(second_reader: SecondReader) -> None:
    """The trailer answers for every byte before it and for the number of records."""
    parts = vector_file()
    header, *records, trailer = frames(parts.file())
    other = edited(header, {2: [1, 0, 0, 0, 0]})
    close = partial(closed, [header, *records], parts.seed, parts.round_id)
    files = {
        "as it is": close(),
        "other figures": joined([other, *records, trailer]),
        "one record more": close(more=1),
        "one record less": close(more=-1),
    }
    assert both_say(second_reader, files) == {name: name == "as it is" for name in files}


def test_rounds(second_reader: SecondReader) -> None:
    """A round is of the kind of its group, and its statements are about this group."""
    council, roll = Council.of(threshold=1, issued=(2, None, None)), Roll.of(3)
    elsewhere = Council.of(threshold=2, issued=(2, None, None))
    (statement,) = council.parts.statements
    (of_another_group,) = elsewhere.parts.statements
    honest = {"registered": council.parts, "rostered": roll.parts}
    rounds = {
        **honest,
        "of another kind": replace(
            council.parts, terms=edited(council.parts.terms, {KIND: "rostered"})
        ),
        "statement of another group": replace(council.parts, statements=[of_another_group]),
        "roster with a statement": replace(roll.parts, statements=[statement]),
    }
    files = {name: parts.file() for name, parts in rounds.items()}
    assert both_say(second_reader, files) == {name: name in honest for name in files}


def test_grants(second_reader: SecondReader) -> None:
    """All of three registrars have to grant the slot where two certify; a roster has no grants."""
    parts, roll = Council.of(threshold=2, issued=(None, None, None)).parts, Roll.of(3).parts
    one, two, three = parts.granted()
    false = edited(three, {5: bytes(64)})
    files = {
        "all": parts.file(),
        **{
            name: replace(parts, grants=grants).file()
            for name, grants in {
                "as many as certify a member": [one, three],
                "none": [],
                "one": [two],
                "one twice": [one, one],
                "descending": [three, one],
                "a false one": [one, two, false],
                "of another slot": [one, parts.granted(slot=2)[1], three],
                "of another round": [one, two, parts.granted(round_id=bytes(32))[2]],
                "of another group": [one, two, roll_grant(parts, roll)],
                "of a registrar who is none": [one, two, three, edited(three, {4: 3})],
            }.items()
        },
        "a roster's": roll.file(),
        "a roster's with a grant": replace(roll, grants=[one]).file(),
    }
    council = Council.of(threshold=1, issued=(None, None, None)).parts
    grants = council.granted()
    files["two of three, where one certifies"] = replace(council, grants=grants[1:]).file()
    files["one of three, where one certifies"] = replace(council, grants=grants[1:2]).file()
    valid = {"all", "two of three, where one certifies", "a roster's"}
    assert both_say(second_reader, files) == {name: name in valid for name in files}


def roll_grant(parts: Parts, other: Parts) -> bytes:
    """Let the third registrar name another group in its grant of this round."""
    grants = replace(other, registrars=parts.registrars).granted(round_id=parts.round_id)
    return grants[2]


def test_registrars_have_the_same_slots(second_reader: SecondReader) -> None:
    """A registrar with a slot of its own makes a group malformed."""
    council = Council.of(threshold=1, issued=(None, None, None))
    first, *others = unpack(council.parts.group)[6]
    two_slots = edited(first, {2: [*unpack(first)[2], slot_key(3)]})
    group = edited(council.parts.group, {6: [two_slots, *others]})
    files = {
        "as it is": council.parts.file(),
        "two slots": replace(council.parts, group=group).renamed().file(),
    }
    assert both_say(second_reader, files) == {"as it is": True, "two slots": False}


def test_texts(second_reader: SecondReader) -> None:
    """Titles and letters have the same characters, in NFC; only letters have tabs and lines."""
    parts = replace(vector_file(), records=[])
    titles = {
        "\u00e9": True,
        "e\u0301": False,
        "\ufeff\u200d": True,
        "\u2028": False,
        "\u202e": False,
        "\u2069": False,
        "\x7f": False,
        "a\tb": False,
        "\u00e9" * 100: True,
        "\u00e9" * 101: False,
    }
    letters = {**titles, "a\tb": True, "a\nb": True, "a\rb": False, "\u00e9" * 101: True}
    files = {
        f"title {title!a}": replace(parts, terms=edited(parts.terms, {TITLE: title})).file()
        for title in titles
    } | {
        f"letter {letter!a}": replace(parts, letter=letter.encode()).renamed().file()
        for letter in letters
    }
    expected = [*titles.values(), *letters.values()]
    assert both_say(second_reader, files) == dict(zip(files, expected, strict=True))


def test_rosters(second_reader: SecondReader) -> None:
    """A roster has whole keys of prime order, each once, in order."""
    keys = Roll.of(3).keys
    rings = {
        "honest": keys,
        "two in another order": [keys[1], keys[0], keys[2]],
        "one twice": [keys[0], keys[0], keys[1]],
        "one cut": [*keys[:2], keys[2][:31]],
        "one alone": keys[:1],
        "one with torsion": sorted([*keys, with_torsion(7, 1)]),
        "one of small order": sorted([*keys, ORDER_EIGHT]),
    }
    files = {name: Roll.around(ring).file() for name, ring in rings.items()}
    assert both_say(second_reader, files) == {name: name == "honest" for name in rings}


def test_large_rosters(second_reader: SecondReader) -> None:
    """Among many keys, whose orders are checked together, one with torsion is found."""
    keys = Roll.of(250).keys
    rings = {
        "honest": keys,
        "one with torsion": sorted([*keys, with_torsion(7, 1)]),
        "one of small order": sorted([*keys, ORDER_EIGHT]),
    }
    files = {name: Roll.around(ring).file() for name, ring in rings.items()}
    assert both_say(second_reader, files) == {name: name == "honest" for name in rings}


def test_publishers(second_reader: SecondReader) -> None:
    """A roster has enough valid signatures, each by another of its publishers."""
    keys = Roll.of(3).keys
    seeds = [vector_file().seed, seed_of(2001), seed_of(2002)]
    three = [publisher(seed, f"P{number}") for number, seed in enumerate(seeds)]

    def file(threshold: int, signers: list[tuple[int, int]], named: list[bytes] = three) -> bytes:
        """Sign as publisher ``signers[i][0]`` with the key of number ``signers[i][1]``."""
        roll = Roll.around(keys, publishers=named, threshold=threshold)
        terms = unpack(roll.parts.group)[1]
        signed = [
            [number, sign(seeds[key], "cosign/v1/roster-signature", terms)]
            for number, key in signers
        ]
        return replace(roll.parts, group=edited(roll.parts.group, {2: signed})).file()

    small = pack(["cosign/publisher/1", "P", ORDER_EIGHT])
    files = {
        "the first alone": (file(1, [(0, 0)]), True),
        "the last alone": (file(1, [(2, 2)]), True),
        "more than have to": (file(1, [(0, 0), (2, 2)]), True),
        "two of three": (file(2, [(0, 0), (2, 2)]), True),
        "all": (file(3, [(0, 0), (1, 1), (2, 2)]), True),
        "nobody": (file(1, []), False),
        "one of two": (file(2, [(1, 1)]), False),
        "one twice": (file(2, [(1, 1), (1, 1)]), False),
        "one under two numbers": (file(2, [(0, 0), (1, 0)]), False),
        "in another order": (file(2, [(2, 2), (0, 0)]), False),
        "beside a false one": (file(1, [(0, 0), (1, 2)]), False),
        "a number too high": (file(1, [(0, 0), (3, 0)]), False),
        "more than there are": (file(4, [(0, 0), (1, 1), (2, 2)]), False),
        "of no one": (file(0, []), False),
        "one key for two": (file(2, [(0, 0), (1, 0)], [three[0], three[0]]), False),
        "a key of small order": (file(1, [(0, 0)], [three[0], small]), False),
    }
    said = both_say(second_reader, {name: raw for name, (raw, _) in files.items()})
    assert said == {name: good for name, (_, good) in files.items()}


def test_kinds_of_keys(second_reader: SecondReader) -> None:
    """A roster says one bit for each key and none for a key that it does not have."""
    flags = {
        b"\x00": True,
        b"\x05": True,
        b"\x07": True,
        b"\x08": False,
        b"\x80": False,
        b"\x07\x00": False,
        b"": False,
    }
    keys = Roll.of(3).keys
    files = {one.hex(): Roll.around(keys, flags=one).file() for one in flags}
    assert both_say(second_reader, files) == {one.hex(): good for one, good in flags.items()}


def test_withdrawals_say_nothing(second_reader: SecondReader) -> None:
    """A withdrawal with a statement is malformed, though it is proved."""
    council = Council.of(threshold=1, issued=(None, None, None))
    files = {
        statement: council.file(council.cosign(1, 0, statement=statement, action="withdraw"))
        for statement in ("", "x")
    }
    assert both_say(second_reader, files) == {"": True, "x": False}


def test_registrars_of_a_proof(second_reader: SecondReader) -> None:
    """A proof names exactly as many registrars as the threshold, ascending."""
    council = Council.of(threshold=2, issued=(None, None, None))
    named = [(0, 1), (0, 2), (1, 2), (1, 0), (1, 1), (0,), (0, 1, 2)]
    files = {str(one): council.file(council.cosign(1, *one)) for one in named}
    assert both_say(second_reader, files) == {str(one): one in named[:3] for one in named}


def test_rsa_signatures_above_the_modulus(second_reader: SecondReader) -> None:
    """A signature and the same plus the modulus: one number, one encoding."""
    council = Council.of(threshold=1, issued=(None, None, None))
    modulus = council.rsa_keys[0].public_key().public_numbers().n
    key = public_key(seed_of(1))
    signature = sign(seed_of(1), "cosign/v1/cosign", council.parts.round_id, b"cosign", b"")
    small = next(
        number
        for number in iter(lambda: int.from_bytes(council.endorsement(0, key)), None)
        if number + modulus < 2**3072
    )
    head = key + signature + bytes([0]) + bytes(32)  # registrar 0, and the prefix
    files = {
        name: council.file(cosignature(head + number.to_bytes(384)))
        for name, number in {"s": small, "s + n": small + modulus, "n - s": modulus - small}.items()
    }
    assert both_say(second_reader, files) == {"s": True, "s + n": False, "n - s": False}


def test_ring_proofs_with_torsion(second_reader: SecondReader) -> None:
    """A tag must be a prime-order point; commitments may have a part of small order."""
    roll = Roll.of(20)
    torsions: list[dict[str, int]] = [
        {},
        {"A": 1},
        {"B": 4},
        {"X0": 2, "X1": 7},
        {"Y0": 1, "Y1": 3},
        {"T": 1},
        {"T": 4},
    ]
    proofs = second_reader.prove([roll.request(3, torsion=torsion) for torsion in torsions])
    files = {
        str(torsion): roll.file(cosignature(proof))
        for torsion, proof in zip(torsions, proofs, strict=True)
    }
    assert both_say(second_reader, files) == {str(one): "T" not in one for one in torsions}


@pytest.mark.parametrize("size", [2, 4, 5, 17, 33, 65, 250])
def test_rings_of_many_sizes(second_reader: SecondReader, size: int) -> None:
    """Proofs by the first and the last member are valid in rings of all first rows."""
    roll = Roll.of(size)
    requests = [roll.request(1, "first"), roll.request(size, action="withdraw")]
    first, last = second_reader.prove(requests)
    file = roll.file(cosignature(first, "first"), cosignature(last, action="withdraw"))
    assert both_say(second_reader, {"file": file}) == {"file": True}


def test_counting(second_reader: SecondReader, tmp_path: Path) -> None:
    """Duplicates, withdrawals and conflicts are counted alike."""
    council = Council.of(threshold=1, issued=(3, None, 4), quorum=5)
    council.parts.figures = [20, 1, 2, 3, 4]
    file = tmp_path / "published.letter"
    file.write_bytes(
        council.file(
            council.cosign(1, 0, statement="once"),
            *(council.cosign(2, 0, statement=statement) for statement in "abc"),
            *(council.cosign(3, 2, statement="twice") for _ in range(2)),
            council.cosign(4, 0),
            *(council.cosign(4, 0, action="withdraw") for _ in range(2)),
            council.cosign(5, 1, action="withdraw"),
        )
    )
    code, report = agreed_report(second_reader, file)
    assert code == 3
    assert {name: report[name] for name in ("cosigners", "keys", "conflicts")} == {
        "cosigners": 2,
        "keys": 3,
        "conflicts": 1,
    }
    assert (report["withdrawn"], report["organizer_says"]["withdrawn"]) == (2, 4)
    assert report["duplicates"] == 4
    assert sorted(report["statements"]) == ["once", "twice"]
    assert agreed_report(second_reader, file, report["group"]["fingerprint"])[0] == 4


def test_combinations(second_reader: SecondReader, tmp_path: Path) -> None:
    """Crowds are listed from the smallest; where all else is equal, by the registrars' numbers."""
    council = Council.of(threshold=2, issued=(3, 3, 4))
    records = [
        council.cosign(number, *named) for number, named in enumerate(((1, 2), (0, 2), (0, 1)))
    ]
    file = tmp_path / "published.letter"
    file.write_bytes(council.file(*records))
    _, report = agreed_report(second_reader, file)
    assert [one["registrars"] for one in report["combinations"]] == [
        ["R1", "R2"],
        ["R1", "R3"],
        ["R2", "R3"],
    ]
    assert (report["keys"], report["cosigners"]) == (3, 2)
    assert report["group"]["anonymity_set"] == 5


def test_more_keys_than_a_registrar_issued(second_reader: SecondReader) -> None:
    """A registrar's statement bounds the keys that it certified, one by one."""
    council = Council.of(threshold=1, issued=(None, 1, 2))
    two = [council.cosign(1, 2), council.cosign(2, 2)]
    files = {
        "no more": council.file(*two, council.cosign(3, 1)),
        "more": council.file(*two, council.cosign(3, 1), council.cosign(4, 1)),
    }
    assert both_say(second_reader, files) == {"no more": True, "more": False}
