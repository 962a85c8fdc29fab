"""The demo plays a round with real processes and keeps its files where told."""

import re
from pathlib import Path

import pytest

from cosign.errors import CosignError, VerificationError
from cosign_cli.shared.play import Play
from tests.support.commands import AFTERWARDS, Shop


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Shop, dict[str, object]]:
    """A demo that kept its files and told its result in JSON."""
    shop = Shop(tmp_path_factory.mktemp("demo"))
    done = shop.run("demo --members 3 --signers 2 --keep here --json")
    assert done.err == ""
    told: dict[str, object] = done.json
    return shop, told


def test_the_result(played: tuple[Shop, dict[str, object]]) -> None:
    """The object says what was played, and where the files are."""
    _shop, told = played
    assert told == {"valid": True, "members": 3, "cosigners": 2, "named": 0, "folder": "here"}


def test_the_files_are_real(played: tuple[Shop, dict[str, object]]) -> None:
    """What the demo kept can be verified by anybody, and its tampered copy cannot."""
    shop, _told = played
    told = shop.call("verify here/published.letter --group here/staff.group --json").json
    assert (told["cosigners"], told["organizer_says"]["duplicates"]) == (2, 1)
    shop.call("verify here/tampered.letter --group here/staff.group", code=1)
    home = "--home here/homes/member-3 --no-passphrase"
    shop.call(f"check here/published.letter {home}", now=AFTERWARDS)


def test_a_folder_that_exists_is_left_alone(played: tuple[Shop, dict[str, object]]) -> None:
    """The demo writes into a folder of its own only."""
    shop, _told = played
    with shop.unchanged():
        done = shop.run("demo --keep here", code=15)
    assert done.problem()[0] == "here: it exists"


def test_it_prints_what_a_person_would_type(tmp_path: Path) -> None:
    """Each step is a command line, with its output; the newspaper pins by digits; no file stays."""
    done = Shop(tmp_path).run("demo --members 2 --signers 2")
    typed = re.findall(r"^\$ cosign-letter (\S+ ?[a-z]*)", done.out, re.MULTILINE)
    kinds = {" ".join(words.split()) for words in typed}
    assert {"registrar keys", "group create", "member enrol", "registrar issue"} <= kinds
    assert {"round create", "trustee open"} <= kinds
    assert (
        re.findall(r"^\$ cosign-letter verify .* --group (.)", done.out, re.MULTILINE) == ["'"] * 2
    )
    assert done.out.splitlines()[-1].startswith("the letter is valid: 2 of 2 members signed")
    assert done.err == ""
    assert list(tmp_path.iterdir()) == []


def test_a_step_that_goes_wrong_ends_it(played: tuple[Shop, dict[str, object]]) -> None:
    """A command with another exit code, or a count that is not the signers', is an error."""
    shop, _told = played
    group = shop.call("inspect here/staff.group --json").json
    play = Play((shop / "here").absolute(), 3, quiet=True, fingerprint=group["fingerprint"])
    with pytest.raises(VerificationError, match="did not count its signers"):
        play.verify(3)
    with pytest.raises(CosignError, match=r"verify nothing: .*there is no such file"):
        play.run(AFTERWARDS, "verify nothing --group staff.group")


def test_two_companies_sign_one_letter(tmp_path: Path) -> None:
    """Each with its own kind of group; their letters in one file count each by itself."""
    shop = Shop(tmp_path)
    told = shop.run("demo --kind joint --members 2 --signers 1 --keep here --json").json
    assert (told["valid"], told["members"], told["cosigners"]) == (True, 4, 2)
    pins = "--group here/alpha/staff.group --group here/beta/staff.group"
    shown = shop.call(f"verify here/all.letter {pins} --json").json
    assert sorted(group["group"]["kind"] for group in shown["groups"]) == ["registered", "rostered"]
    assert shown["asked_not_here"] == []
