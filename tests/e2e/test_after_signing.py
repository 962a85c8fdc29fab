"""After publication, for both kinds of groups: the demo's world, each command a process."""

from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.commands import AFTERWARDS, Shop

KINDS = {"registered": "member-5", "rostered": "member-4"}
"""A home that signed with a key of its own."""


class Play(NamedTuple):
    """A round that was played to its end.

    Attributes:
        shop: with the demo's files.
        home: of somebody who signed.
    """

    shop: Shop
    home: str

    def run(self, line: str, home: str | None = None, code: int = 0) -> str:
        """Run a command after the close; give its stdout."""
        return self.shop.run(line, home, now=AFTERWARDS, code=code).out

    def cosigners(self, name: str, code: int = 0) -> tuple[int, int]:
        """Verify, and give how many signed and how many withdrew."""
        line = f"verify {name} --group staff.group --json"
        told = self.shop.run(line, now=AFTERWARDS, code=code).json
        return told["cosigners"], told["withdrawn"]


@pytest.fixture(scope="module", params=KINDS)
def play(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Play:
    """Play a round of each kind; nobody changes the homes of those who signed."""
    folder: Path = tmp_path_factory.mktemp(request.param)
    shop = Shop(folder)
    shop.run(f"demo --kind {request.param} --keep play", now=AFTERWARDS)
    return Play(Shop(folder / "play"), KINDS[request.param])


def test_a_member_withdraws_after_publication(play: Play) -> None:
    """The envelope goes the way of all others, and the count is one less."""
    shop = play.shop.copy(play.shop.folder.with_name("withdrawing"))
    there = Play(shop, play.home)
    (shop / "late").mkdir()
    there.run("withdraw letter.round --min-set 2 --yes -o late/1.sealed", play.home)
    sizes = {path.stat().st_size for path in shop.folder.rglob("*.sealed")}
    assert len(sizes) == 1
    for number in (1, 2):
        line = f"trustee open letter.round --envelopes late -o late-{number}.opening"
        there.run(line, f"trustee-{number}")
    append = (
        "publish letter.round --append published.letter --envelopes late "
        "--opening late-1.opening --opening late-2.opening -o appended.letter"
    )
    there.run(append, "organizer")
    assert there.cosigners("published.letter") == (3, 0)
    assert there.cosigners("appended.letter", code=4) == (2, 1)
    there.run("check published.letter", play.home)
    there.run("check appended.letter", play.home, code=1)
    replay = append.replace("late --", "envelopes --").replace(
        "published.letter", "appended.letter", 1
    )
    for number in (1, 2):
        line = f"trustee open letter.round --envelopes envelopes -o again-{number}.opening"
        there.run(line, f"trustee-{number}")
    replay = replay.replace("late-", "again-").replace("-o appended.letter", "-o replayed.letter")
    there.run(replay, "organizer", code=6)
    assert not (shop / "replayed.letter").exists()


def test_a_member_claims_the_cosignature(play: Play) -> None:
    """To a journalist's challenge, and to no other."""
    play.run("claim published.letter --challenge 'Jo Doe, Planet' -o hidden.claim", play.home)
    verify = "verify-claim {} --letter published.letter --challenge"
    assert "not revealed" in play.run(f"{verify.format('hidden.claim')} 'Jo Doe, Planet'")
    play.run(f"{verify.format('hidden.claim')} 'Jim Doe, Planet'", code=1)
    reveal = "claim published.letter --challenge Jo --reveal-key -o open.claim"
    if "rostered" in str(play.shop.folder):
        play.run(reveal, play.home)
        assert "not revealed" not in play.run(f"{verify.format('open.claim')} Jo")
    else:
        play.run(reveal, play.home, code=6)


def test_a_member_forgets(play: Play) -> None:
    """Keys first, then everything."""
    shop = play.shop.copy(play.shop.folder.with_name("forgetting"))
    there = Play(shop, play.home)
    [vault] = (shop / "homes" / play.home).glob("*.vault")
    there.run(f"member forget {vault.stem} --keep-receipts --yes", play.home)
    there.run("check published.letter", play.home)
    there.run("claim published.letter --challenge Jo -o x", play.home, code=16)
    there.run("member forget letter.round --yes", play.home)
    there.run("check published.letter", play.home, code=16)
    there.run(f"member forget {vault.stem} --yes", play.home)
    assert list((shop / "homes" / play.home).glob("*.vault")) == []


def test_a_member_signs_by_invitation(play: Play) -> None:
    """Somebody who has only an invitation and its secret signs like everybody."""
    shop = play.shop.copy(play.shop.folder.with_name("inviting"))
    secret = shop.run("round invite letter.round -o letter.invite").out.strip()
    sign = f"sign letter.invite --secret {secret} --min-set 2 --yes -o 9.sealed"
    shop.run(sign, "member-1")
    assert (shop / "9.sealed").stat().st_size == (shop / "envelopes/again.sealed").stat().st_size
