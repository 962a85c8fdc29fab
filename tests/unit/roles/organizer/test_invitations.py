"""Invitations open with their secret and with no other."""

from dataclasses import replace

import pytest

from cosign.errors import CosignError, MalformedError, MismatchError, UsageError, VerificationError
from cosign.primitives.codes import decode_code, encode_code
from cosign.primitives.hpke import encrypt_once
from cosign.records.invitation import INVITATION_PREFIX, INVITATION_SECRET_BYTES, Invitation
from cosign.roles.organizer.invitations import _associated, _commit, _key, invite, open_invitation
from cosign.secret import Secret
from cosign.wire.padding import pad_to_blocks
from tests.support.rosters import round_of
from tests.support.world import World


def test_an_invitation_gives_the_round_back(committee: World) -> None:
    """Byte for byte, for both kinds of groups."""
    for round_ in (committee.round, round_of(5)):
        secret, invitation = invite(round_)
        again = Invitation.from_bytes(invitation.to_bytes())
        assert open_invitation(again, secret) == round_.round


def test_nothing_of_the_round_stands_in_the_file(committee: World) -> None:
    """Neither letter, title, keys nor identifiers, and not the secret."""
    secret, invitation = invite(committee.round)
    raw, round_ = invitation.commitment + invitation.ciphertext, committee.round.round.to_bytes()
    windows = {round_[i : i + 8] for i in range(len(round_) - 8)}
    assert not any(raw[i : i + 8] in windows for i in range(len(raw) - 8))
    assert secret.reveal() not in raw


def test_the_length_shows_in_blocks_only(committee: World) -> None:
    """A letter that is a little longer makes no longer file."""
    titles = ("a", "a longer title")
    sizes = {len(invite(committee.open_round(title=t))[1].to_bytes()) for t in titles}
    assert len(sizes) == 1


def test_two_invitations_have_nothing_in_common(committee: World) -> None:
    """Each has a secret of its own, which does not open the other."""
    (one, first), (two, second) = invite(committee.round), invite(committee.round)
    assert one != two
    assert first.ciphertext != second.ciphertext
    with pytest.raises(MismatchError, match="belongs to another invitation"):
        open_invitation(first, two)
    with pytest.raises(MismatchError):
        open_invitation(second, one)


def test_a_wrong_secret_and_a_mistyped_one_are_told_apart(committee: World) -> None:
    """A slip of the pen is found before the file is looked at."""
    secret, invitation = invite(committee.round)
    code = encode_code(secret.reveal(), INVITATION_PREFIX)
    assert code.startswith("cosign-invite-")
    body = code.removeprefix(INVITATION_PREFIX)
    for place in (0, 7, len(body) - 1):
        slip = "0" if body[place] != "0" else "1"
        typed = INVITATION_PREFIX + body[:place] + slip + body[place + 1 :]
        with pytest.raises(UsageError, match="mistyped"):
            decode_code(typed, INVITATION_SECRET_BYTES, INVITATION_PREFIX)
    with pytest.raises(MismatchError):
        open_invitation(invitation, Secret(bytes(32)))


def test_a_changed_invitation_does_not_open(committee: World) -> None:
    """One bit of the ciphertext, or a part of another invitation."""
    secret, invitation = invite(committee.round)
    _, other = invite(committee.round)
    flipped = bytes([invitation.ciphertext[0] ^ 1]) + invitation.ciphertext[1:]
    for ciphertext in (flipped, other.ciphertext, invitation.ciphertext[:-1]):
        with pytest.raises(VerificationError):
            open_invitation(replace(invitation, ciphertext=ciphertext), secret)
    with pytest.raises(MismatchError):
        open_invitation(replace(invitation, commitment=other.commitment), secret)


@pytest.mark.parametrize("content", [b"", b"no record", pad_to_blocks(b"no record"), bytes(4096)])
def test_a_maker_who_put_something_else_in_is_found_out(content: bytes) -> None:
    """Whatever was encrypted: it is a round in its padding, or refused."""
    secret = Secret(b"s" * 32)
    ciphertext = encrypt_once(_key(secret), _associated(), content)
    with pytest.raises(CosignError) as refused:
        open_invitation(Invitation(_commit(secret), ciphertext), secret)
    assert refused.type is MalformedError
