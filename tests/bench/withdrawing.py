"""Whether a withdrawal is told from a cosignature by its length, for both kinds of groups."""

from collections.abc import Iterator

from tests.bench.measure import Result
from tests.support import rosters, world


def run() -> Iterator[Result]:
    """Seal both actions, with the shortest and the longest words, and compare."""
    yield Result("withdraw_envelope_equal", float(len(_lengths()) == 2), 1, at_most=False)


def _lengths() -> set[tuple[str, int]]:
    """Return the lengths of envelopes that occur in a registered and in a rostered round."""
    village, round_ = world.village(), rosters.round_of(100)
    sayings = [("cosign", ""), ("cosign", "x" * 280), ("withdraw", "")]
    sealed = {
        ("registered", len(village.sign(0, action=action, statement=words).to_bytes()))
        for action, words in sayings
    }
    return sealed | {
        (
            "rostered",
            len(rosters.speak(round_, 7, action=action, statement=words)[1].to_bytes()),
        )
        for action, words in sayings
    }
