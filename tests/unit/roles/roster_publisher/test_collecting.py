"""Collecting keys: each code once, each key once, and again after a crash."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cosign.errors import MismatchError, StorageError, VerificationError, VoucherError, WindowError
from cosign.primitives import hpke
from cosign.proofs.ring.keys import MemberSecret
from cosign.records.collection import PLEA_BYTES, KeyDelivery, KeyPlea, delivery_info
from cosign.records.enrolment import voucher_hash
from cosign.records.member_key import MemberKey, make_member_key
from cosign.records.voucher import decode_slip, encode_slip
from cosign.roles.member import deliver_key
from cosign.roles.registrar import make_voucher
from cosign.roles.roster_publisher import (
    Rehearsal,
    collect,
    collection_ledger_key,
    is_own,
    key_id,
    make_collection,
    open_delivery,
)
from cosign.stores.ledger import Ledger, Stored
from tests.support.examples import collecting
from tests.support.world import Seeded, World

NOW = collecting.CLOSES - 1
PEOPLE = ("Anna", "Ben")


class Desk:
    """A publisher with a ledger of two slips, and what members hand in."""

    def __init__(self, world: World, folder: Path) -> None:
        self.secrets, self.collection = collecting.secrets_of(world), collecting.collection(world)
        self.vouchers = [make_voucher(Seeded(f"slip {n}")) for n in (1, 2)]
        key = collection_ledger_key(self.secrets, self.collection)
        self.ledger = Ledger(folder / "ledger.sqlite", self.collection.collection_id, key)
        self.hashes = [voucher_hash(self.collection.collection_id, 0, v) for v in self.vouchers]
        self.ledger.add_vouchers(self.hashes, PEOPLE, "in person")

    def delivery(self, number: int, key: MemberKey) -> KeyDelivery:
        return deliver_key(self.collection, self.vouchers[number], key, NOW)

    def take(self, delivery: KeyDelivery, minute: int = NOW) -> MemberKey:
        return collect(self.secrets, self.collection, self.ledger, delivery, minute)

    def stored(self) -> list[Stored]:
        return list(self.ledger.stored(PEOPLE))


@pytest.fixture
def desk(village: World, tmp_path: Path) -> Iterator[Desk]:
    found = Desk(village, tmp_path)
    yield found
    found.ledger.close_file()


def fresh_key(name: str) -> MemberKey:
    return make_member_key(MemberSecret.draw(Seeded(name)), Seeded(name))


def test_a_key_is_tied_to_a_person(desk: Desk) -> None:
    """By the slip; the same delivery, or the same key sealed anew, changes nothing."""
    key = fresh_key("Anna")
    first = desk.delivery(0, key)
    assert desk.take(first) == desk.take(first) == desk.take(desk.delivery(0, key)) == key
    assert desk.stored() == [Stored("Anna", key_id(key.key), key.to_bytes(), "in person")]
    assert list(desk.ledger.stored()) == [Stored("", key_id(key.key), key.to_bytes(), "in person")]


def test_deliveries_look_alike(desk: Desk) -> None:
    """They have one length, and nothing in two of them is the same but the collection."""
    one, two = desk.delivery(0, fresh_key("Anna")), desk.delivery(1, fresh_key("Ben"))
    assert len(one.to_bytes()) == len(two.to_bytes()) == 1388
    assert one.collection_id == two.collection_id
    assert one.sealed[:32] != two.sealed[:32]
    again = desk.delivery(0, fresh_key("Anna"))
    assert again.delivery_id != one.delivery_id


def test_a_code_is_good_for_one_key(desk: Desk) -> None:
    desk.take(desk.delivery(0, fresh_key("Anna")))
    with pytest.raises(VoucherError, match="was used for another key"):
        desk.take(desk.delivery(0, fresh_key("thief")))
    assert [one.person for one in desk.stored()] == ["Anna"]


def test_a_key_is_good_for_one_code(desk: Desk) -> None:
    """A person with two codes does not count twice, and the second code stays unused."""
    key = fresh_key("Anna")
    desk.take(desk.delivery(0, key))
    with pytest.raises(VoucherError, match="handed in with another voucher"):
        desk.take(desk.delivery(1, key))
    desk.take(desk.delivery(1, fresh_key("Ben")))
    assert len(desk.stored()) == 2


def test_unknown_and_revoked_codes(desk: Desk) -> None:
    unknown = deliver_key(
        desk.collection, make_voucher(Seeded("stranger")), fresh_key("stranger"), NOW
    )
    with pytest.raises(VoucherError, match="unknown"):
        desk.take(unknown)
    desk.ledger.revoke(desk.hashes[1:])
    with pytest.raises(VoucherError, match="was revoked"):
        desk.take(desk.delivery(1, fresh_key("Ben")))
    assert desk.stored() == []


def test_a_key_that_was_not_stored_is_taken_again(desk: Desk) -> None:
    """A process that dies between binding and storing loses nothing but time."""
    key = fresh_key("Anna")
    desk.ledger.bind_alone(desk.hashes[0], key_id(key.key))
    assert desk.stored() == [Stored("Anna", key_id(key.key), None, "in person")]
    desk.take(desk.delivery(0, key), collecting.CLOSES + 1)
    assert desk.stored() == [Stored("Anna", key_id(key.key), key.to_bytes(), "in person")]


def test_a_rehearsal_counts_and_keeps_nothing(desk: Desk) -> None:
    """A slip counts as used twice however often it comes, and whichever key came first."""
    desk.take(desk.delivery(0, fresh_key("Anna")))
    with desk.ledger.in_memory() as copied:
        rehearsal = Rehearsal(desk.secrets, desk.collection, copied)
        rehearsal.take(desk.delivery(0, fresh_key("Anna")), NOW)
        rehearsal.take(desk.delivery(1, fresh_key("Ben")), NOW)
        rehearsal.take(desk.delivery(1, fresh_key("Ben")), NOW)
        assert (rehearsal.new_keys, rehearsal.slips_used_twice) == (1, 0)
        for number, name in ((0, "thief"), (0, "another"), (1, "thief")):
            with pytest.raises(VoucherError, match="used for another key"):
                rehearsal.take(desk.delivery(number, fresh_key(name)), NOW)
        unknown = make_voucher(Seeded("stranger"))
        with pytest.raises(VoucherError, match="unknown"):
            rehearsal.take(deliver_key(desk.collection, unknown, fresh_key("x"), NOW), NOW)
        assert (rehearsal.new_keys, rehearsal.slips_used_twice) == (1, 2)
        assert copied.status().used == 2
    assert [one.person for one in desk.stored()] == ["Anna"]


def test_after_the_end(desk: Desk) -> None:
    """Members' programs refuse, and so does the publisher's, but for keys that it has."""
    first, second = desk.delivery(0, fresh_key("Anna")), desk.delivery(1, fresh_key("Ben"))
    desk.take(first)
    with pytest.raises(WindowError, match="no further keys"):
        desk.take(second, collecting.CLOSES)
    desk.take(first, collecting.CLOSES)
    with pytest.raises(WindowError, match="were collected until"):
        deliver_key(desk.collection, desk.vouchers[1], fresh_key("Ben"), collecting.CLOSES)


def test_a_key_without_its_secret_spends_no_code(desk: Desk) -> None:
    """Neither does a key that is sealed to somebody else, or for another collection."""
    key, other = fresh_key("Anna"), fresh_key("Ben")
    for false in (MemberKey(key.key, other.proof), MemberKey(other.key, key.proof)):
        with pytest.raises(VerificationError, match="proof beside"):
            desk.take(desk.delivery(0, false))
    with pytest.raises(VerificationError):
        desk.take(KeyDelivery(desk.collection.collection_id, bytes(PLEA_BYTES + 1136)))
    with pytest.raises(MismatchError, match="another collection"):
        desk.take(KeyDelivery(bytes(32), desk.delivery(0, key).sealed))
    assert desk.ledger.status().used == 0


def test_a_plea_is_for_one_collection(desk: Desk, committee: World) -> None:
    """A collection of the same publisher does not open what was sealed for another one."""
    other = make_collection(desk.secrets, "Other", "P", "", collecting.CLOSES)
    public = hpke.SealingPublicKey.from_bytes(other.sealing_key)
    plea = KeyPlea(desk.vouchers[0], fresh_key("Anna")).to_bytes()
    sealed = hpke.seal(public, delivery_info(other.collection_id), plea)
    with pytest.raises(VerificationError):
        open_delivery(
            desk.secrets, desk.collection, KeyDelivery(desk.collection.collection_id, sealed)
        )
    assert is_own(desk.secrets, other)
    assert not is_own(collecting.secrets_of(committee), desk.collection)
    keys = {collection_ledger_key(desk.secrets, c).reveal() for c in (other, desk.collection)}
    assert len(keys) == 2


def test_a_slip_is_for_one_collection(desk: Desk, committee: World) -> None:
    """Noticed before anything is sealed; in capitals or not, with dashes or blanks."""
    code = encode_slip(desk.collection, desk.vouchers[0])
    assert decode_slip(desk.collection, code.lower().replace("-", " ")) == desk.vouchers[0]
    with pytest.raises(MismatchError, match="another collection"):
        decode_slip(collecting.collection(committee), code)


def test_a_ledger_of_another_collection_is_no_help(desk: Desk, tmp_path: Path) -> None:
    """Its rows are sealed under another key, also where the publisher is the same."""
    other = make_collection(desk.secrets, "Other", "P", "", collecting.CLOSES)
    key = collection_ledger_key(desk.secrets, other)
    desk.ledger.close_file()
    with (
        Ledger(tmp_path / "ledger.sqlite", desk.collection.collection_id, key) as wrong,
        pytest.raises(StorageError, match="not sealed"),
    ):
        wrong.status()
