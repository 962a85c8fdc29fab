"""Members at work in a home: a step is on the disk before its result leaves."""

import fcntl
from pathlib import Path

import pytest

from cosign.errors import (
    MissingError,
    SlotError,
    StorageError,
    VerificationError,
)
from cosign.homes import (
    Home,
    add_member_key,
    find_member,
    find_own,
    forget,
    open_member,
    open_membership,
    signed_in,
    waiting_requests,
)
from cosign.letter_files import open_letter
from cosign.records.credential import Credential
from cosign.records.secrets import MemberState
from cosign.roles import verifier
from cosign.roles.member import Member, decode_receipt
from cosign.roles.registrar import make_voucher
from cosign.secret import Secret
from cosign.stores.keys import KEY, MEMBER, member_name
from tests.support import rosters, ssh
from tests.support.world import ENROL_MINUTE, SIGN_MINUTE, World

ROUND = rosters.round_of(3)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home without a passphrase."""
    return Home(tmp_path / "home", lambda _name, _new: None)


@pytest.fixture
def villager(home: Home, village: World) -> Home:
    """The home of the village's first member."""
    home.write(member_name(village.group.group_id), village.members[0])
    return home


@pytest.fixture
def letter(village: World, tmp_path: Path) -> Path:
    """A letter that the village published."""
    path = tmp_path / "published.letter"
    path.write_bytes(village.published)
    return path


class Unwritable:
    """A place whose disk is full.

    Attributes:
        credential: what it holds.
    """

    def __init__(self, credential: Credential) -> None:
        self.credential = credential

    def write(self, credential: Credential) -> None:
        """Fail."""
        assert credential != self.credential
        raise StorageError("the disk is full")


def is_locked(home: Home) -> bool:
    """Return whether a process holds a home."""
    with (home.folder / ".lock").open("rb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def test_a_first_request_makes_a_membership(home: Home, village: World) -> None:
    """It is on the disk with the blinding factors when the request is there; asking repeats it."""
    voucher = make_voucher()
    with open_membership(home, village.group) as member:
        request = member.enrol(0, voucher, ENROL_MINUTE)
        assert is_locked(home)
    assert not is_locked(home)
    kept = home.read(member_name(village.group.group_id), MemberState)
    assert [pending.request for pending in kept.pending] == [request]
    with open_membership(home, village.group) as member:
        assert member.enrol(0, voucher, ENROL_MINUTE) == request
        assert member.membership == kept


def test_looking_at_a_membership_writes_nothing(home: Home, village: World) -> None:
    """A home of no member stays one until it asks to enrol."""
    with open_membership(home, village.group) as member:
        assert member.membership.group == village.group
    assert home.names(MEMBER) == []


def test_an_answer_is_kept(home: Home, village: World) -> None:
    """Enrolment with a registrar, from the first request to the certificates."""
    voucher, registrar = make_voucher(), village.keys[0]
    with open_membership(home, village.group) as member:
        opened = registrar.open_request(member.enrol(0, voucher, ENROL_MINUTE))
        member.finish(registrar.answer(opened, registrar.sign_blinded(opened.blinded)))
    with open_membership(home, village.group) as member:
        assert len(member.membership.certificates()) == 2
        assert member.membership.pending == ()


def test_a_key_for_rosters_does_not_enrol() -> None:
    """Its owner is a member by the list."""
    member = Member(Unwritable(rosters.credential(1)))
    with pytest.raises(TypeError, match="has no slots"):
        member.enrol(0, make_voucher(), ENROL_MINUTE)


def test_a_signature_is_on_the_disk_when_its_envelope_is_there(
    villager: Home, village: World
) -> None:
    """The same again changes nothing; another statement is refused from what is on the disk."""
    for _ in range(2):
        with open_member(villager, village.round) as member:
            signed = member.sign(
                village.round, statement="I was there", minute=SIGN_MINUTE, min_set=1
            )
            assert is_locked(villager)
        assert find_member(villager, village.round).credential.uses == (signed.use,)
        assert signed.envelope.round_id == village.round.round_id
    with (
        open_member(villager, village.round) as member,
        pytest.raises(SlotError, match="with another statement"),
    ):
        member.sign(village.round, minute=SIGN_MINUTE, min_set=1)


@pytest.mark.parametrize("step", ["sign", "withdraw", "enrol", "export", "forget"])
def test_nothing_leaves_that_could_not_be_written(step: str, village: World) -> None:
    """A full disk ends the step; no result of it exists."""
    state = village.members[1]
    member = Member(Unwritable(state))
    steps = {
        "sign": lambda: member.sign(village.round, minute=SIGN_MINUTE, min_set=1),
        "withdraw": lambda: member.withdraw(village.round, minute=SIGN_MINUTE),
        "enrol": lambda: Member(Unwritable(village.enrolments[0].before)).enrol(
            0, make_voucher(), ENROL_MINUTE
        ),
        "export": lambda: member.export_certificate(1),
        "forget": member.forget_keys,
    }
    with pytest.raises(StorageError, match="the disk is full"):
        steps[step]()


def test_an_exported_certificate_spends_its_slot(villager: Home, village: World) -> None:
    """Also in the eyes of a program that opens the home later."""
    with open_membership(villager, village.group) as member:
        certificate = member.export_certificate(1)
    certificate.verify(village.group)
    with open_member(villager, village.round) as member, pytest.raises(SlotError):
        member.sign(village.round, minute=SIGN_MINUTE, min_set=1)


def test_a_withdrawal_is_final(villager: Home, village: World) -> None:
    """Signing again is refused."""
    with open_member(villager, village.round) as member:
        use = member.withdraw(village.round, minute=SIGN_MINUTE).use
        with pytest.raises(SlotError, match="withdrew"):
            member.sign(village.round, minute=SIGN_MINUTE, min_set=1)
    assert use.action == "withdraw"


def test_a_roster_key_is_made_and_signs(home: Home, tmp_path: Path) -> None:
    """From its record to a published letter in which its owner finds the cosignature."""
    key = add_member_key(home)
    key.verify()
    round_ = rosters.open_round(rosters.roster_of([rosters.credential(1).key], fresh=[key.key]))
    with open_member(home, round_) as member:
        signed = member.sign(round_, minute=rosters.OPEN, min_set=2)
    raw = rosters.written(round_, rosters.publish(round_, [signed.envelope]))
    (tmp_path / "published.letter").write_bytes(raw)
    with open_letter(tmp_path / "published.letter") as (published, reader):
        assert find_own(home, published, reader).included
    assert decode_receipt(signed.receipt) == signed.use.tag


def test_an_ssh_key_signs_and_stays_in_its_file(home: Home) -> None:
    """The home writes down what it said."""
    seed = Secret(ssh.seed_of(ssh.key_file()))
    keys = [ssh.public_key(ssh.key_file()), rosters.credential(1).key]
    round_ = rosters.open_round(rosters.roster_of(keys))
    with open_member(home, round_, ssh_seed=seed) as member:
        use = member.sign(round_, minute=rosters.OPEN, min_set=2).use
    [name] = home.names(KEY)
    assert signed_in(home, round_.round_id) == [name]
    assert find_member(home, round_, ssh_seed=seed).credential.uses == (use,)
    with pytest.raises(MissingError):
        find_member(home, round_)


def test_a_member_claims_what_counts(villager: Home, letter: Path) -> None:
    """The claim answers its challenge, and no other."""
    with open_letter(letter) as (round_, reader):
        claim = find_member(villager, round_).claim(round_, reader, "Jo, Daily Planet")
    with open_letter(letter) as (round_, reader):
        assert verifier.verify_claim(claim, "Jo, Daily Planet", round_, reader).found.signed
    with open_letter(letter) as (round_, reader), pytest.raises(VerificationError):
        verifier.verify_claim(claim, "Jo, Daily Mail", round_, reader)


def test_who_did_not_sign_claims_nothing(villager: Home, village: World, tmp_path: Path) -> None:
    """A claim would prove that its maker did not sign."""
    publication = village.publish(village.envelopes[1:])
    path = tmp_path / "other.letter"
    path.write_bytes(village.file(publication))
    with open_letter(path) as (round_, reader), pytest.raises(VerificationError, match="not in"):
        find_member(villager, round_).claim(round_, reader, "Jo, Daily Planet")


@pytest.fixture
def signer(villager: Home, village: World) -> Home:
    """The home of a member who signed."""
    with open_member(villager, village.round) as member:
        member.sign(village.round, statement="I was there", minute=SIGN_MINUTE, min_set=1)
    return villager


def test_the_own_cosignature_is_found_without_its_key(
    signer: Home, village: World, letter: Path
) -> None:
    """The receipt is enough; without it nothing is remembered."""
    [name] = signed_in(signer, village.round.round_id)
    forget(signer, [name], keep_receipts=True)
    with open_letter(letter) as (round_, reader):
        assert find_own(signer, round_, reader).statement == "I was there"
    with open_letter(letter) as (round_, reader), pytest.raises(MissingError, match="forgot"):
        find_member(signer, round_).claim(round_, reader, "Jo, Daily Planet")
    forget(signer, [name], slot=village.round.terms.slot)
    assert signed_in(signer, village.round.round_id) == []
    with (
        open_letter(letter) as (round_, reader),
        pytest.raises(MissingError, match="no record of a signature"),
    ):
        find_own(signer, round_, reader)


def test_a_withdrawn_cosignature_does_not_count(
    signer: Home, village: World, tmp_path: Path
) -> None:
    """The one who looks for it is told so."""
    with open_member(signer, village.round) as member:
        withdrawal = member.withdraw(village.round, minute=SIGN_MINUTE).envelope
    publication = village.publish([*village.envelopes, withdrawal])
    path = tmp_path / "withdrawn.letter"
    path.write_bytes(village.file(publication))
    with open_letter(path) as (round_, reader), pytest.raises(VerificationError, match="not in"):
        find_own(signer, round_, reader)


def test_everything_of_a_membership_is_forgotten(signer: Home, village: World) -> None:
    """The file is gone; what is not there cannot be forgotten."""
    forget(signer, signer.names(MEMBER))
    assert signer.names(MEMBER) == []
    with pytest.raises(MissingError):
        find_member(signer, village.round)
    with pytest.raises((MissingError, StorageError)):
        forget(signer, [member_name(village.group.group_id)])


def test_an_ssh_key_that_signed_and_forgot_leaves_no_file(home: Home, tmp_path: Path) -> None:
    """The file was there only because the key signed; a home that never had one gets a lock."""
    round_ = rosters.open_round(rosters.roster_of([rosters.ssh_key(n) for n in range(3)]))
    with open_member(home, round_, ssh_seed=rosters.ssh_seed(1)) as member:
        member.sign(round_, minute=rosters.OPEN, min_set=2)
    [name] = signed_in(home, round_.round_id)
    forget(home, [name], round_.round_id)
    silent = Home(tmp_path / "silent", lambda _name, _new: None)
    forget(silent, [], round_.round_id)
    left = [
        [(p.name, p.stat().st_size) for p in folder.iterdir()]
        for folder in (home.folder, silent.folder)
    ]
    assert left[0] == left[1]
    assert [name for name, _ in left[0]] == [".lock"]


def test_receipts_of_a_roster_s_round_are_not_kept_without_them(home: Home) -> None:
    with pytest.raises(ValueError, match="erases its receipts only"):
        forget(home, [], bytes(32), keep_receipts=True)


def test_a_member_who_waits_for_nothing_is_told(villager: Home) -> None:
    """Every request of the home was answered."""
    with pytest.raises(MissingError, match="no request of this home is waiting"):
        waiting_requests(villager)
