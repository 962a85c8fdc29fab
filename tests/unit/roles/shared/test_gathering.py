"""Envelopes out of bytes that anybody may have sent."""

from cosign.records.envelope import Envelope
from cosign.roles.shared.gathering import ENVELOPE_FILE_LIMIT, gather_envelopes
from cosign.wire.armor import armor
from tests.support.world import World


def test_envelopes_of_the_round_are_found_among_junk(village: World, committee: World) -> None:
    """Armored or not; the rest is left out, each with its name, and stops nothing."""
    first, second, third = village.envelopes
    junk = {
        "empty": b"",
        "noise": b"noise",
        "cut": first.to_bytes()[:-1],
        "long": bytes(ENVELOPE_FILE_LIMIT + 1),
        "of another round": committee.envelopes[0].to_bytes(),
        "of another kind": village.round.round.to_bytes(),
        "damaged armor": armor("envelope", first.to_bytes())[:-9],
    }
    found = {
        "first": first.to_bytes(),
        **junk,
        "second": armor("envelope", second.to_bytes()),
        "third": third.to_bytes(),
    }
    left_out: list[str] = []
    gathered = gather_envelopes(village.round, found.items(), lambda e: left_out.append(str(e)))
    assert list(gathered) == [first, second, third]
    assert [message.partition(":")[0] for message in left_out] == list(junk)


def test_envelopes_are_read_one_at_a_time(village: World) -> None:
    """A folder of a hundred thousand envelopes is never in memory at once."""
    raws = [envelope.to_bytes() for envelope in village.envelopes]
    sources = ((str(number), raw) for number, raw in enumerate(raws))
    assert isinstance(next(gather_envelopes(village.round, sources)), Envelope)
    assert len(list(sources)) == 2
