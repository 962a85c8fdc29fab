"""Joining letters and taking them out again changes nothing."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from cosign.joint_files import join_letters, open_joint, verify_joint, write_joint
from cosign.letter_files import JOINT_ARMOR_NAME
from cosign.wire.armor import armor
from tests.support.joint import campaign_of, side

SIDES = [side(name) for name in ("Alpha staff", "Beta staff", "Gamma staff", "Delta staff")]
CAMPAIGN = campaign_of(*SIDES)


@settings(max_examples=25, deadline=None)
@given(
    order=st.permutations(range(len(SIDES))),
    count=st.integers(2, len(SIDES)),
    armored=st.lists(st.booleans(), min_size=len(SIDES) + 1, max_size=len(SIDES) + 1),
    campaigns=st.integers(0, 2),
)
def test_joining_and_splitting_is_the_identity(
    order: list[int], count: int, armored: list[bool], campaigns: int
) -> None:
    """In any order, armored or not; and the same letters give the same bytes in every order."""
    chosen = [SIDES[number] for number in order[:count]]
    with TemporaryDirectory() as name:
        folder = Path(name)
        paths = []
        for number, one in enumerate(chosen):
            path = folder / f"{number}.letter"
            raw = one.published
            path.write_bytes(armor("published letter", raw) if armored[number] else raw)
            paths.append(path)
        repeated = [CAMPAIGN] * campaigns
        write_joint(folder / "all", paths, repeated, armored=armored[-1])
        whole = b"".join(join_letters(paths[::-1], repeated))
        raw = (folder / "all").read_bytes()
        assert raw == (armor(JOINT_ARMOR_NAME, whole) if armored[-1] else whole)
        with open_joint(folder / "all") as reader:
            parts = [part.read() for _round_id, part in reader.parts()]
            assert reader.header.campaigns == tuple(repeated[:1])
        assert sorted(parts) == sorted(one.published for one in chosen)
        report = verify_joint(folder / "all", pins=[one.round.group for one in chosen])
        assert (report.exit_code, report.total) == (0, 2 * count)
