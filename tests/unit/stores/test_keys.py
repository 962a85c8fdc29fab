"""Which of a home's secrets signs in a round."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from cosign.errors import MissingError
from cosign.quoting import quoted
from cosign.records.cosignature import Cosignature
from cosign.records.member_key import MemberKeySecrets
from cosign.records.secrets import MemberState, Use
from cosign.roles import member
from cosign.roles.member.enrolment import export_certificate
from cosign.secret import Secret
from cosign.stores.home import Home
from cosign.stores.keys import (
    Held,
    all_uses,
    find_credential,
    key_name,
    member_name,
    ssh_credential,
)
from tests.support import ssh, world
from tests.support.rosters import OPEN, credential, open_round, roster_of, round_of, speak

ROUND = round_of(3)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Return a home without a passphrase."""
    return Home(tmp_path, lambda _name, _new: None)


def keep(home: Home, record: MemberKeySecrets) -> str:
    """Put a key into a home."""
    home.write(key_name(record.key), record)
    return key_name(record.key)


def test_the_key_that_the_roster_lists_is_found(home: Home) -> None:
    """Among others, by its name alone."""
    for number in (7, 1, 8):
        keep(home, credential(number))
    held = find_credential(home, ROUND)
    assert (held.credential, held.name) == (credential(1), key_name(credential(1).key))


def test_other_files_are_not_opened(tmp_path: Path) -> None:
    """So nobody is asked for the passphrase of a key that does not matter."""
    asked: list[str] = []

    def passphrase(name: str, _new: bool) -> None:  # noqa: FBT001  # as Home calls it
        asked.append(name)

    home = Home(tmp_path, passphrase)
    name = keep(home, credential(1))
    keep(home, credential(7))
    keep(home, credential(8))
    asked.clear()
    (tmp_path / f"{key_name(credential(7).key)}.vault").write_bytes(b"damaged")
    assert find_credential(home, ROUND).name == name
    assert asked == [f"your key on {quoted(ROUND.group.name)}"]


def test_a_home_without_a_listed_key_is_told_so(home: Home) -> None:
    """Empty, with keys of other rosters, with another group's membership."""
    for add in (
        lambda: None,
        lambda: keep(home, credential(7)),
        lambda: home.write(member_name(bytes(32)), world.village().members[0]),
    ):
        add()
        with pytest.raises(MissingError, match="no membership in the round's group") as caught:
            find_credential(home, ROUND)
        assert "--ssh-key" in caught.value.hint


def test_the_name_of_a_file_does_not_show_the_key(home: Home) -> None:
    """It is a hash, under a label of its own."""
    record = credential(1)
    assert record.key.hex() not in keep(home, record)
    assert len({key_name(credential(i).key) for i in range(5)}) == 5


def note(held: Held, use: Use) -> None:
    """Write down that a credential signed."""
    held.write(replace(held.credential, uses=(*held.credential.uses, use)))


def test_what_is_written_is_read_again(home: Home) -> None:
    """By the one who wrote it, and by who opens the home anew."""
    keep(home, credential(1))
    held = find_credential(home, ROUND)
    use, _ = speak(ROUND, 1)
    note(held, use)
    assert held.credential.uses == find_credential(home, ROUND).credential.uses == (use,)
    later, _ = speak(round_of(3, "later"), 1, uses=held.credential.uses)
    note(held, later)
    assert all_uses(home, home.names("")) == (use, later)


def test_a_membership_is_found_by_its_group(home: Home) -> None:
    """For a registered round."""
    village = world.village()
    home.write(member_name(village.group.group_id), village.members[0])
    assert find_credential(home, village.round).credential == village.members[0]


def test_a_certified_key_is_found_for_a_roster(home: Home) -> None:
    """Among several memberships, by the keys inside."""
    states = [export_certificate(state, 1) for state in world.village().members]
    round_ = open_round(roster_of(c.key for _, c in states))
    home.write(member_name(bytes(32)), world.committee().members[0])
    mine: MemberState = states[1][0]
    home.write(member_name(world.village().group.group_id), mine)
    held = find_credential(home, round_)
    assert held.credential == mine
    use, _ = speak(round_, held.credential, uses=held.credential.uses)
    note(held, use)
    assert use in all_uses(home, home.names(""))
    assert find_credential(home, round_).credential.uses[-1] == use


def test_a_published_tag_on_a_roster_finds_nothing(home: Home) -> None:
    """Somebody who lists the tags of a registered letter cannot make their owners sign again."""
    village = world.village()
    home.write(member_name(village.group.group_id), village.members[1])
    verifier = village.round.group.verifier(1, village.round.round_id)
    records = map(Cosignature.from_bytes, village.publication.records)
    tags = [verifier.tag(record.proof) for record in records]
    with pytest.raises(MissingError, match="no membership in the round's group"):
        find_credential(home, open_round(roster_of(tags)))


SEED = Secret(ssh.seed_of(ssh.key_file()))
SSH_ROUND = open_round(roster_of([ssh.public_key(ssh.key_file()), credential(1).key]))


def sign_with_ssh(home: Home) -> Held:
    """Sign with an ssh key and write it down."""
    held = ssh_credential(home, SEED)
    prover = member.make_prover(held.credential, SSH_ROUND, seed=SEED)
    uses = held.credential.uses
    use, _ = member.cosign(prover, SSH_ROUND, uses, minute=OPEN, min_set=0)
    note(held, use)
    return held


def test_the_secret_of_an_ssh_key_stays_in_its_own_file(home: Home) -> None:
    """The home keeps the public key and what it said; nothing is written before it speaks."""
    ssh_credential(home, SEED)
    assert home.names("") == []
    sign_with_ssh(home)
    (name,) = home.names("")
    kept = home.read(name, MemberKeySecrets)
    assert (kept.key, kept.secret, len(kept.uses)) == (ssh.public_key(ssh.key_file()), None, 1)
    for path in home.folder.rglob("*"):
        assert SEED.reveal() not in path.read_bytes()
    assert ssh_credential(home, SEED).credential == kept
    assert all_uses(home, home.names("")) == kept.uses


def test_a_used_ssh_key_does_not_stand_for_a_secret(home: Home) -> None:
    """Without --ssh-key the home says that it has none; a fresh key beside it is found."""
    sign_with_ssh(home)
    with pytest.raises(MissingError, match="no membership in the round's group"):
        find_credential(home, SSH_ROUND)
    keep(home, credential(1))
    assert find_credential(home, SSH_ROUND).credential == credential(1)


@pytest.mark.parametrize("round_of_kind", [lambda: ROUND, lambda: world.village().round])
def test_a_home_that_does_not_exist_is_empty(
    tmp_path: Path, round_of_kind: Callable[[], object]
) -> None:
    """For either kind, and nothing is created by looking."""
    home = Home(tmp_path / "none", lambda _name, _new: None)
    with pytest.raises(MissingError):
        find_credential(home, round_of_kind())  # type: ignore[arg-type]  # a round of either kind
    assert all_uses(home, home.names("")) == ()
    assert not home.folder.exists()
