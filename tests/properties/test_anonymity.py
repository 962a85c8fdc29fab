"""What registrars, relay, organizer and trustees saw does not lead to what is published."""

import random
from collections.abc import Iterable
from dataclasses import replace

import pytest

from cosign.primitives.ed25519 import SigningKey
from cosign.primitives.rsa import blind as blind_rsa
from cosign.proofs.certificate import CertificateProver, CertificateVerifier, Endorsement
from cosign.records.cosignature import Cosignature
from cosign.records.envelope import Envelope
from cosign.roles import member
from tests.support.published import split
from tests.support.traces import grams, seen_by_registrars
from tests.support.world import SIGN_MINUTE, Seeded, World, admitted, build, make_registrar


def public(world: World) -> list[bytes]:
    """Return what everybody may know: group, round with letter and statements."""
    return [world.group.to_bytes(), world.round.round.to_bytes(), world.group.group_id]


def traces(world: World, published: Iterable[bytes]) -> set[bytes]:
    """Return what enrolment and publication have in common beside public records."""
    common = grams(seen_by_registrars(world)) & grams(published)
    return common - grams(public(world))


def test_enrolment_leaves_no_trace_in_the_published_file(committee: World) -> None:
    """Registrars who kept every byte find no string of 16 bytes again in the file."""
    assert traces(committee, [committee.published]) == set()


def test_enrolment_leaves_no_trace_in_envelopes_and_openings(committee: World) -> None:
    """Nor in envelopes, in all trustees' shares, or in the opened cosignatures."""
    opened = committee.openings(committee.envelopes, (1, 2, 3))
    sent = [e.to_bytes() for e in committee.envelopes] + [o.to_bytes() for o in opened]
    assert traces(committee, [*sent, *committee.publication.records]) == set()


def test_slots_have_nothing_in_common(committee: World) -> None:
    """One member's certificates for two slots share no string of 16 bytes."""
    for state in committee.members:
        one, two = state.certificates()
        shared = grams([one.to_bytes()]) & grams([two.to_bytes()])
        assert shared <= grams([one.group_id, one.LABEL.encode()]) | grams([one.to_bytes()[:62]])


def test_the_search_finds_a_trace(committee: World) -> None:
    """The same search sees a member's key, a blind signature or a request id in a file."""
    log = committee.enrolments[0]
    for leak in (log.signatures[0], log.opened.request_id, log.opened.blinded[1][100:120]):
        planted = committee.published[:5000] + leak + committee.published[5000:]
        assert traces(committee, [planted])


def test_the_search_finds_a_member_who_does_not_blind(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a blinding factor of 1 the registrar's signature is the published one, and is found."""
    monkeypatch.setattr(blind_rsa, "_random_unit", lambda *_: (1, 1))
    secrets = (make_registrar("careless", [(8, 3072)], Seeded("careless")),)
    world = build("careless", secrets, 1, ((0,),), (1, 1))
    assert len(traces(world, [world.published])) > 384


MEMBERS, RUNS = 6, 300
DEVIATION = 1 / (RUNS * (MEMBERS - 1)) ** 0.5
"""Standard deviation of the mean rank correlation of independent uniform orders."""


def cosign_all(world: World, randomness: Seeded) -> dict[bytes, Envelope]:
    """Let fresh members cosign in the order of their enrolment, given by tag."""
    nothing = (Endorsement(0, bytes(32), bytes(384)),)
    provers = [
        CertificateProver(SigningKey.generate(randomness), nothing, 1) for _ in range(MEMBERS)
    ]
    return {
        p.tag: member.cosign(p, world.round, (), minute=SIGN_MINUTE, min_set=0)[1] for p in provers
    }


def correlation(one: list[bytes], other: list[bytes]) -> float:
    """Return Spearman's rank correlation of two orders of the same things."""
    squares = sum((i - other.index(tag)) ** 2 for i, tag in enumerate(one))
    return 1 - 6 * squares / (MEMBERS * (MEMBERS**2 - 1))


@pytest.fixture(scope="module")
def orders(village: World) -> list[tuple[list[bytes], list[bytes], list[bytes]]]:
    """Return the orders of enrolment, submission and publication in many rounds."""
    found, source = [], random.Random(7)  # noqa: S311  # a choice of tests
    stated = (village.keys[0].state_issued(admitted(MEMBERS)),)
    village = replace(village, round=village.open_round(stated))
    with pytest.MonkeyPatch.context() as patch:
        # Orders depend on tags alone; checking the certificates would take a minute.
        patch.setattr(CertificateVerifier, "_is_endorsed", lambda *_: True)
        for run in range(RUNS):
            sealed = cosign_all(village, Seeded(f"run {run}"))
            submitted = source.sample(list(sealed), MEMBERS)
            published = village.publish([sealed[tag] for tag in submitted])
            tags = [Cosignature.from_bytes(r).proof[:32] for r in published.records]
            assert split(village.file(published)).records == published.records
            found.append((list(sealed), submitted, tags))
    return found


def mean(pairs: Iterable[tuple[list[bytes], list[bytes]]]) -> float:
    """Return the mean rank correlation."""
    values = [correlation(*pair) for pair in pairs]
    return sum(values) / len(values)


def test_published_order_tells_nothing(
    orders: list[tuple[list[bytes], list[bytes], list[bytes]]],
) -> None:
    """Over many rounds the published order is independent of enrolment and of submission."""
    assert abs(mean((e, p) for e, _, p in orders)) < 4 * DEVIATION
    assert abs(mean((s, p) for _, s, p in orders)) < 4 * DEVIATION


def test_every_place_is_equally_likely(
    orders: list[tuple[list[bytes], list[bytes], list[bytes]]],
) -> None:
    """A member who enrolled at any place stands at each place of the file equally often."""
    counts = [[0] * MEMBERS for _ in range(MEMBERS)]
    for enrolled, _, published in orders:
        for place, tag in enumerate(enrolled):
            counts[place][published.index(tag)] += 1
    expected = RUNS / MEMBERS
    chi_square = sum((c - expected) ** 2 / expected for row in counts for c in row)
    # 25 degrees of freedom: larger than 60 in one of 10,000 tables.
    assert chi_square < 60


def test_the_statistic_finds_a_trace_of_arrival(
    orders: list[tuple[list[bytes], list[bytes], list[bytes]]],
) -> None:
    """A publisher that keeps the order of arrival in one round of four is caught."""
    leaky = [(s, s if i % 4 == 0 else p) for i, (_, s, p) in enumerate(orders)]
    assert mean(leaky) > 4 * DEVIATION
    assert mean((s, s) for _, s, _ in orders) == 1
    reversed_ = [(s, s[::-1] if i % 4 == 0 else p) for i, (_, s, p) in enumerate(orders)]
    assert mean(reversed_) < -4 * DEVIATION


def test_envelopes_are_sealed_under_fresh_secrets(committee: World) -> None:
    """Envelopes of one member share nothing beyond the round's identifier."""
    one, two = (committee.sign(0).to_bytes() for _ in range(2))
    start = one.index(committee.round.round_id) + 36
    assert grams([one[start:]]) & grams([two[start:]]) == set()
