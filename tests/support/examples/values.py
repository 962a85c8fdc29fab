"""Values for each field in which the two examples of a record type agree.

Each is one that the field could truly have, and that goes together with the other
fields; so only what binds the field can refuse it.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from cosign.records.groups.roster_terms import LeftOut
from cosign.records.groups.statements import Admitted
from cosign.records.letter import Letter
from cosign.records.mailbox import Space
from cosign.roles import trustee
from tests.support import rosters
from tests.support.examples import collecting
from tests.support.examples.rostered import RosteredWorld
from tests.support.world import RoundWorld, Seeded, admitted, committee, village

_Values = dict[str, list[Any]]

LETTER: Final = Letter.from_draft(b"Dear all,\n\nwe agree. Signed: several of us.\n")
OTHER_HASH: Final = bytes(range(32))


def _terms(here: RoundWorld, there: RoundWorld) -> _Values:
    """Return another value of every field of a round's terms."""
    terms, other = here.round.terms, there.round.terms
    trustees = tuple(
        trustee.make_trustee(f"U{i}", Seeded(f"trustee {i}")).trustee
        for i in range(len(terms.trustees))
    )
    return {
        "title": ["Another letter"],
        "letter_id": [LETTER.letter_id],
        "kind": [other.kind],
        "slot": [terms.slot + 1],
        "organizer_key": [other.organizer_key],
        "organizer_sealing_key": [other.organizer_sealing_key],
        "trustees": [trustees, *([terms.trustees[::-1]] if len(trustees) > 1 else [])],
        "quorum": [terms.quorum + 1],
        "min_set": [terms.min_set + 1],
        "opens": [terms.opens + 1],
        "closes": [terms.closes - 1],
        "salt": [OTHER_HASH],
    }


def _round(here: RoundWorld) -> _Values:
    """Return a round's letter and statements that belong elsewhere."""
    return {"letter": [LETTER.raw, here.round.round.letter + b"P.S.\n"]}


def _header() -> _Values:
    """Return rounds whose organizer signed something else than what they hold."""
    real, other = committee().round.round, village().round.round
    changes: list[dict[str, Any]] = [
        {"terms": replace(real.terms, salt=OTHER_HASH)},
        {"signature": other.signature},
        {"letter": LETTER.raw},
        {"group": other.group},
        {"statements": other.statements},
        {"grants": ()},
        {"grants": real.grants[:1]},
        {"grants": other.grants},
    ]
    return {"round": [replace(real, **change) for change in changes]}


def _round_mailbox_terms() -> _Values:
    return _mailbox_terms() | {"kind": ["registrar"], "registrar": [1]}


def _registrars_mailbox_terms() -> _Values:
    return _mailbox_terms() | {"kind": ["round"], "registrar": [2]}


def _cosignature() -> _Values:
    return {"action": ["cosign", "withdraw"], "statement": ["I was not there", ""]}


def _open_cosignature() -> _Values:
    """Return other words, and names that others have or that are written in another way."""
    return {"statement": ["I was not there", ""]} | _name()


def _name() -> _Values:
    return {"name": ["Ada example", "Béla"], "role": ["", "chief engineer"]}


def _rosters_open_cosignature() -> _Values:
    return _open_cosignature() | {"key": [rosters.credential(i).key for i in (1, 4, 5)]}


def _mailbox_terms() -> _Values:
    return {
        "capability_hash": [OTHER_HASH],
        "first_day": [9],
        "end_day": [1_999_999],
        "lists_from": [11],
        "difficulty": [5],
        "open_space": [Space(1000, 100_000)],
        "held_space": [Space(1000, 63)],
    }


def _roster_of_terms() -> _Values:
    return _terms(RosteredWorld(5), committee())


def _keys() -> list[bytes]:
    return [rosters.credential(i).key for i in range(2)]


_VALUES: Final[dict[str, Callable[[], _Values]]] = {
    "Claim": lambda: {"key": [committee().members[0].certificates()[0].key]},
    "Claim in a roster": lambda: {"key": [rosters.credential(i).key for i in (0, 1)]},
    "Claim with its key": lambda: {"key": [None, rosters.credential(1).key]},
    "Collection": lambda: {
        "purpose": ["people in another test"],
        "closes": [collecting.CLOSES + 1],
    },
    "Cosignature": _cosignature,
    "Cosignature of a roster": _cosignature,
    "Cosignature of a roster without words": _cosignature,
    "Cosignature without words": _cosignature,
    "EnrolmentRequest": lambda: {"registrar": [1]},
    "EnrolmentResponse": lambda: {"registrar": [1]},
    "EnrolmentStatement": lambda: {
        "registrar": [1],
        "admitted": [admitted(2), admitted(4), (Admitted("in person", 3),)],
    },
    "NameAttestation": lambda: {"registrar": [1, 2], "slot": [2]} | _name(),
    "NameRequest": _name,
    "OpenCosignature": _open_cosignature,
    "OpenCosignature of a roster": _rosters_open_cosignature,
    "SlotGrant": lambda: {"slot": [2], "registrar": [1, 2]},
    "MailboxKey": lambda: {"relay": ["https://other.example"]},
    "MailboxTerms": _round_mailbox_terms,
    "MailboxTerms of a registrar": _registrars_mailbox_terms,
    "MembershipCertificate": lambda: {"slot": [2]},
    "OpenedShares": lambda: {"trustee": [2, 3]},
    "Opening": lambda: {"trustee": [2, 3]},
    "PublishedHeader of a roster": lambda: {"opening": [village().publication.header.opening]},
    "PublishedHeader signed anew": _header,
    "RegisteredGroup": lambda: {
        "purpose": ["people in another test"],
        "enrol_opens": [101],
        "enrol_closes": [199],
    },
    "RosterTerms": lambda: {
        "source": ["another test"],
        "publishers": [rosters.published_by(2, 1, _keys(), ()).terms.publishers],
        "threshold": [1],
        "fresh": [bytes(1)],
        "left_out": [LeftOut(0, 0, 0, 0, 0, 1)],
    },
    "Round": lambda: _round(committee()),
    "Round of a roster": lambda: (
        _round(RosteredWorld(5))
        | {"statements": [committee().statements], "grants": [committee().round.round.grants]}
    ),
    "CampaignTerms": lambda: {"letter_id": [bytes(32)]},
    "Publisher": lambda: {"name": ["P2"]},
    "RoundTerms": lambda: _terms(committee(), RosteredWorld(5)) | {"threshold": [1, 3]},
    "RoundTerms of a roster": _roster_of_terms,
    "Trustee": lambda: {"name": ["T2"]},
    "VaultFile": lambda: {"kind": ["none"], "opslimit": [2], "memlimit": [16384]},
    "Withdrawal": _cosignature,
    "Withdrawal of a roster": _cosignature,
}


def other_values(name: str) -> _Values:
    """Return values of fields of the example ``name``."""
    return _VALUES.get(name, dict)()
