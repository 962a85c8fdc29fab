"""Reports with strangers' words in every place that a report shows."""

import io
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import zip_longest
from typing import Any, Final

from cosign.proofs.interface import Binding
from cosign.records.cosignature import Cosignature
from cosign.records.letter import Letter
from cosign.records.open_cosignature import PublicName
from cosign.records.published import OpeningSummary, PublishedHeader, write_published
from cosign.records.round import VerifiedRound
from cosign.roles import member, organizer, roster_publisher
from cosign.roles.roster_publisher import gather
from cosign.roles.verifier.letter import Report, verify_letter
from tests.support.published import record, rewrite, sorted_records
from tests.support.rosters import ORGANIZER, WINDOW, credential, entry, signed_by_organizer
from tests.support.world import Seeded, World, build, make_registrar

LETTER: Final = """\
# To the board

We have worked on *recognition* for years, some of us since the **first** prototype. We ask you
to publish how the contract was decided, and to stop selling it until employees and the public
have been heard.

1. Publish the [assessment of March](https://example.org/assessment).
2. Hear the works council, in the open.

> No system shall be sold for a use that its makers would not explain.

Those who signed below stand by every word.
"""
STATEMENTS: Final = (
    "I built the first version, and I would not build it again.",
    "Nobody asked us.",
    "\u05d0\u05e0\u05d9 \u05de\u05e1\u05db\u05d9\u05de\u05d4.",  # I agree, in Hebrew
    "",
    "",
)
NAMES: Final = (
    PublicName("Ada Example", "engineer"),
    None,
    PublicName("\u05d3\u05e0\u05d4 \u05dc\u05d5\u05d9", ""),  # Dana Levi, in Hebrew
    None,
    PublicName("Béla\u00a0B.", "head of \u201cresearch\u201d"),
)
"""Some of the signers of a letter with names."""

OPENING: Final = OpeningSummary(8, 1, 0, 1, 1)

Names = Sequence[PublicName | None]
"""What signers are called, None for those who sign without a name."""


@cache
def people(words: str = "Staff council", count: int = 5) -> World:
    """Enrol people with two of two registrars, in a group that is called ``words`` like them."""
    numbers = [[(0, 3072), (1, 3072)], [(2, 3072), (3, 3072)]]
    secrets = tuple(make_registrar(words, pairs, Seeded(words + str(pairs))) for pairs in numbers)
    return build(words, secrets, 2, ((0, 1),) * count, (2, 3))


def registered(
    world: World,
    letter: str = LETTER,
    statements: Sequence[str] = STATEMENTS,
    names: Names = (),
    **plan: Any,
) -> bytes:
    """Publish a letter that the first members of a world sign, each with a statement."""
    changed = replace(world, round=replace(world.round, letter=Letter.from_bytes(letter.encode())))
    there = replace(world, round=changed.open_round(**plan))
    records = (
        record(there, place, statement=text, name=name)
        for place, (text, name) in enumerate(zip_longest(statements, names))
    )
    return rewrite(there, sorted_records(records), PublishedHeader(there.round.round, OPENING))


def rostered(
    words: str = "Engineers",
    letter: str = LETTER,
    statements: Sequence[str] = STATEMENTS,
    names: Names = (),
) -> bytes:
    """Publish a letter that the first keys of a roster sign; its source is ``words`` too."""
    entries = [entry(credential(place).key) for place in range(len(statements) + 2)]
    found = gather([*entries, roster_publisher.Entry(("rsa@x",), "ssh-rsa", None)])
    group = signed_by_organizer(words, words, found)
    plan = organizer.Plan(words, 0, WINDOW)
    draft = organizer.open_round(ORGANIZER, plan, Letter.from_bytes(letter.encode()), group)
    round_ = organizer.complete_round(draft)
    raws = sorted(
        _cosign(round_, place, text, name)
        for place, (text, name) in enumerate(zip_longest(statements, names))
    )
    header = PublishedHeader(round_.round, OPENING)
    key = organizer.check_organizer(ORGANIZER, round_)
    return b"".join(write_published(header, [raw for _tag, raw in raws], key))


def _cosign(
    round_: VerifiedRound, place: int, statement: str, name: PublicName | None
) -> tuple[bytes, bytes]:
    prover = member.make_prover(credential(place), round_)
    proof = prover.prove(Binding(round_.round_id, "cosign", statement))
    anonymous = Cosignature("cosign", statement, proof)
    called = member.SigningName(*name) if name else None
    made = called.open(anonymous, round_, prover) if called else anonymous
    return round_.membership_verifier().tag(proof), made.to_bytes()


def report(raw: bytes, *, pinned: bool = True) -> Report:
    """Verify a file, with the pin that fits or without one."""
    found = verify_letter(io.BytesIO(raw))
    if not pinned:
        return found
    return verify_letter(io.BytesIO(raw), pin=found.round.group_fingerprint)
