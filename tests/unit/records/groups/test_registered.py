"""Registered groups, their registrars and enrolment statements."""

from dataclasses import replace
from typing import Any

import pytest

from cosign import labels
from cosign.errors import MalformedError, MismatchError, VerificationError, WindowError
from cosign.primitives.ed25519 import SigningKey
from cosign.primitives.hashing import H, fingerprint
from cosign.records.groups.facts import Vouching
from cosign.records.groups.group import group_fingerprint, group_from_bytes
from cosign.records.groups.registered import RegisteredGroup
from cosign.records.groups.registrar import Registrar
from cosign.records.groups.statements import statement_parts
from cosign.secret import Secret
from tests.support.forgery import SMALL_ORDER, torsion_key
from tests.support.world import World, admitted, loaded_rsa_key


def test_group_id_commits_to_every_field(committee: World, village: World) -> None:
    """Changing any field, down to one registrar's key, gives another group."""
    group, clerk = committee.group, village.group.registrars[0]
    changed: list[dict[str, Any]] = [
        {"name": "the Committee"},
        {"purpose": ""},
        {"enrol_opens": 101},
        {"enrol_closes": 201},
        {"threshold": 1},
        {"registrars": group.registrars[::-1]},
        {"registrars": (*group.registrars[:2], clerk)},
        {"registrars": group.registrars[:2]},
        {"salt": bytes(32)},
    ]
    ids = {replace(group, **change).group_id for change in changed}
    assert len(ids | {group.group_id}) == len(changed) + 1
    assert group.group_id == H(labels.GROUP_ID, group.to_bytes())[:32]
    assert group_fingerprint(group) == fingerprint(group.group_id)


def test_a_group_describes_itself(committee: World, village: World) -> None:
    """Slots, earliest opening and whether registrars split the crowd follow from the fields."""
    assert (committee.group.slots, committee.group.kind) == (2, "registered")
    assert committee.group.earliest_opening == committee.group.enrol_closes
    assert (committee.group.splits, village.group.splits) == (True, False)
    assert "any 2 of the 3 registrars together" in committee.group.trust_sentence
    vouching = Vouching("registrar", ("R1", "R2", "R3"), 2, 3, "people in a test")
    assert committee.group.vouching == vouching
    assert committee.group.registrar_names((0, 2)) == ("R1", "R3")


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"enrol_opens": 200}, "closes before it opens"),
        ({"enrol_opens": 201}, "closes before it opens"),
        ({"threshold": 4}, "fewer registrars than the 4 who have to sign"),
    ],
)
def test_impossible_groups_are_refused(
    committee: World, change: dict[str, Any], match: str
) -> None:
    """Windows have a length and thresholds can be met."""
    with pytest.raises(MalformedError, match=match):
        replace(committee.group, **change)


@pytest.mark.parametrize("field", ["slot_keys", "identity_key", "request_key"])
def test_registrars_share_no_key(committee: World, field: str) -> None:
    """A key of one registrar in place of another's is refused, whichever it is."""
    one, two, three = committee.group.registrars
    twin = replace(two, **{field: getattr(one, field)})
    with pytest.raises(MalformedError, match="share a key"):
        replace(committee.group, registrars=(one, twin, three))


def test_registrars_have_equally_many_slots(committee: World) -> None:
    """A group has one number of slots."""
    one, two, three = committee.group.registrars
    shorter = replace(two, slot_keys=two.slot_keys[:1])
    with pytest.raises(MalformedError, match="same number of slots"):
        replace(committee.group, registrars=(one, shorter, three))


def test_a_slot_has_a_key_of_its_own(village: World) -> None:
    """One RSA key for two slots would make their certificates interchangeable."""
    clerk = village.group.registrars[0]
    with pytest.raises(MalformedError, match="one RSA key for two slots"):
        replace(clerk, slot_keys=clerk.slot_keys[:1] * 2)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("slot_keys", (b"\x30\x00",)),
        ("identity_key", bytes(31) + b"\xff"),
        *(("identity_key", key) for key in SMALL_ORDER.values()),
        ("identity_key", torsion_key(Secret(b"\x07" * 32))),
        ("request_key", b"\xff" * 1216),
        ("request_key", bytes(1216)),
    ],
)
def test_broken_keys_are_refused(village: World, field: str, value: Any) -> None:
    """RSA keys have to be RSA keys, points in the subgroup, lattice keys reduced."""
    clerk = village.group.registrars[0]
    with pytest.raises(MalformedError):
        replace(clerk, **{field: value})


def test_short_rsa_keys_are_refused() -> None:
    """A key of 2048 bits is no registrar's key."""
    with pytest.raises(MalformedError, match="modulus of 3072 or 4096 bits"):
        loaded_rsa_key(0, 2048)


@pytest.mark.parametrize("slot", [0, 3, 64])
def test_slots_count_from_one(committee: World, slot: int) -> None:
    """A group of two slots has slots 1 and 2."""
    committee.group.check_slot(1)
    committee.group.check_slot(2)
    with pytest.raises(MalformedError, match="slots 1 to 2"):
        committee.group.check_slot(slot)


@pytest.mark.parametrize(
    ("minute", "inside"), [(99, False), (100, True), (199, True), (200, False), (0, False)]
)
def test_enrolment_has_a_window(committee: World, minute: int, inside: bool) -> None:  # noqa: FBT001  # a parameter
    """Enrolment is open from its first minute until before the minute at which it is over."""
    if inside:
        committee.group.check_enrolment(minute)
    else:
        with pytest.raises(WindowError, match="1970-01-01T01:40Z until 1970-01-01T03:20Z"):
            committee.group.check_enrolment(minute)


def test_statements_verify(committee: World) -> None:
    """Statements of some or all registrars hold, in any order."""
    group, statements = committee.group, committee.statements
    for chosen in ((), statements[:1], statements, statements[::-1]):
        assert group.membership(chosen).statements == chosen
    parts = statement_parts(group.group_id, 1, statements[1].admitted)
    assert statements[1].signed_parts() == parts


def test_false_statements_are_refused(committee: World, village: World) -> None:
    """A count, number or signature that was changed is found out."""
    group, (one, two, _) = committee.group, committee.statements
    for false in (
        replace(one, admitted=admitted(one.issued + 1)),
        replace(one, registrar=1),
        replace(one, signature=two.signature),
        replace(one, signature=bytes(64)),
    ):
        with pytest.raises(VerificationError, match="is not signed by it"):
            group.membership((false,))
    for foreign in (village.statements[0], replace(one, registrar=3)):
        with pytest.raises(MismatchError, match="another group"):
            group.membership((foreign,))
    with pytest.raises(MismatchError, match="two enrolment statements"):
        group.membership((one, one))


def test_statements_are_not_signed_for_another_purpose(committee: World) -> None:
    """A registrar's signature under another label is no statement."""
    one = committee.statements[0]
    key = SigningKey(committee.secrets[0].identity_seed)
    false = replace(one, signature=key.sign(labels.ROUND_SIGNATURE, *one.signed_parts()))
    with pytest.raises(VerificationError):
        committee.group.membership((false,))


def test_the_anonymity_set_is_what_registrars_can_have_made(committee: World) -> None:
    """It is the sum of the counts over t, rounded down, and unknown until all have spoken."""
    group, statements = committee.group, committee.statements
    assert [s.issued for s in statements] == [3, 4, 4]
    whole = group.membership(statements)
    assert whole.anonymity_set == (3 + 4 + 4) // 2
    assert (whole.combination_set((0, 1)), whole.combination_set((1, 2))) == (3, 4)
    assert group.membership(statements[:2]).anonymity_set is None
    assert group.membership(statements[1:]).combination_set((0, 1)) is None


def test_groups_are_read_by_their_label(committee: World) -> None:
    """A group's bytes give the group; other records are told apart."""
    assert group_from_bytes(committee.group.to_bytes()) == committee.group
    with pytest.raises(MismatchError, match="not a registered group"):
        group_from_bytes(committee.round.round.to_bytes())
    with pytest.raises(MalformedError):
        group_from_bytes(b"")


def test_a_registrar_s_identifier_covers_its_keys(committee: World) -> None:
    """Two registrars' keys have two identifiers, and so does one with another name."""
    ids = [r.registrar_id for r in committee.group.registrars]
    renamed = replace(committee.group.registrars[0], name="r1")
    assert len({*ids, renamed.registrar_id}) == 4
    assert ids[0] == H(labels.REGISTRAR_ID, committee.group.registrars[0].to_bytes())[:32]


def test_names_are_not_empty(committee: World) -> None:
    """Registrars and groups have names."""
    for record in (
        replace(committee.group.registrars[0], name=""),
        replace(committee.group, name=""),
    ):
        assert isinstance(record, Registrar | RegisteredGroup)
        with pytest.raises(MalformedError, match="name: not within 1 to 200 bytes"):
            record.to_bytes()
