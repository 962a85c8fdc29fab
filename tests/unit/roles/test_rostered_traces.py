"""What a rostered round publishes shows no other round, no order of the roster, no secret."""

import itertools

from cosign.roles import member
from tests.support.rostered_letters import envelope, letter, records
from tests.support.rosters import credential, file_of, round_of, secret_of, speak


def test_envelopes_of_cosigning_and_withdrawing_have_one_size() -> None:
    """Whatever the statement says, and no matter which key signs."""
    given = [
        envelope(5, 0),
        envelope(5, 4),
        envelope(5, 1, "withdraw"),
        envelope(5, 1, statement="x"),
        envelope(5, 2, statement="ä" * 140),
    ]
    assert len({len(one.to_bytes()) for one in given}) == 1


def substrings(raw: bytes) -> set[bytes]:
    """Return every string of 16 bytes."""
    return {raw[i : i + 16] for i in range(len(raw) - 15)}


def test_tags_and_proofs_of_two_rounds_have_nothing_in_common() -> None:
    """No 16 bytes of one file's cosignatures stand in the other file, at any place."""
    later = round_of(5, "later")
    other = file_of(later, [speak(later, i, statement="I was there")[1] for i in range(1, 5)])
    proofs = [b"".join(r.proof for r in records(raw)) for raw in (letter(5), other)]
    assert not substrings(proofs[0]) & substrings(other)
    assert not substrings(proofs[1]) & substrings(letter(5))


def test_the_published_file_holds_no_tag_of_another_round_and_no_secret() -> None:
    """Every member's tags differ from round to round, and from its key."""
    rounds = [round_of(5), round_of(5, "later"), round_of(3), round_of(17)]
    tags = [member.make_prover(credential(1), r).tag for r in rounds]
    assert len({credential(1).key, *tags}) == 5
    assert tags[0] in letter(5)
    assert not any(tag in letter(5) for tag in tags[1:])
    for number in range(5):
        secret = secret_of(credential(number))
        assert secret.x.reveal() not in letter(5)
        assert secret.r.reveal() not in letter(5)


def test_the_file_does_not_tell_the_order_of_the_roster_or_of_arrival() -> None:
    """Records ascend by tag."""
    tags = [record.proof[:32] for record in records(letter(17))]
    assert tags == sorted(tags)
    given = [envelope(3, 1), envelope(3, 2)]
    files = {file_of(round_of(3), order) for order in itertools.permutations(given)}
    assert len(files) == 1
