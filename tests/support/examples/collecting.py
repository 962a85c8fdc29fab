"""A collection of members' keys, a slip's voucher, and a key that is handed in."""

from collections.abc import Callable
from typing import Final

from cosign.errors import VoucherError
from cosign.primitives import hpke
from cosign.proofs.ring.keys import MemberSecret
from cosign.records.collection import Collection, KeyDelivery, KeyPlea, delivery_info
from cosign.records.member_key import MemberKey, make_member_key
from cosign.records.secrets import OrganizerSecrets
from cosign.records.voucher import decode_slip, encode_slip
from cosign.roles.member.delivering import deliver_key
from cosign.roles.registrar import make_voucher
from cosign.roles.roster_publisher import make_collection, open_delivery
from cosign.secret import Secret
from tests.support.world import Seeded, World

CLOSES: Final = 2_000


def secrets_of(world: World) -> OrganizerSecrets:
    """Return the keys of the publisher who collects."""
    source = Seeded(f"collection {world.group.name}")
    return OrganizerSecrets(Secret(source(32)), Secret(source(32)))


def collection(world: World) -> Collection:
    """Return a collection."""
    about = world.group.name, f"P of {world.group.name}", "people in a test", CLOSES
    return make_collection(secrets_of(world), *about, Seeded(f"salt {world.group.name}"))


def voucher(world: World) -> Secret:
    """Return the voucher of a slip."""
    return make_voucher(Seeded(f"slip {world.group.name}"))


def member_key(world: World) -> MemberKey:
    """Return the key that is handed in."""
    source = Seeded(f"handed in {world.group.name}")
    return make_member_key(MemberSecret.draw(source), source)


def plea(world: World) -> KeyPlea:
    """Return what only the publisher reads."""
    return KeyPlea(voucher(world), member_key(world))


def delivery(world: World) -> KeyDelivery:
    """Return what the member hands in."""
    return deliver_key(collection(world), voucher(world), member_key(world), CLOSES - 1)


def collection_step(world: World) -> Callable[[bytes], object]:
    """Use a slip of the true collection."""
    code = encode_slip(collection(world), voucher(world))
    return lambda raw: decode_slip(Collection.from_bytes(raw), code)


def delivery_step(world: World) -> Callable[[bytes], KeyPlea]:
    """Open a delivery, as a publisher does whose ledger knows one voucher, bound to one key."""

    def step(raw: bytes) -> KeyPlea:
        made = KeyDelivery.from_bytes(raw)
        found = open_delivery(secrets_of(world), collection(world), made)
        if found.voucher != voucher(world):
            raise VoucherError("the ledger knows no such voucher")
        if found.member_key.key != member_key(world).key:
            raise VoucherError("the voucher is bound to another key")
        return found

    return step


def plea_step(world: World) -> Callable[[bytes], KeyPlea]:
    """Seal a plea, and hand it in."""
    made, step = collection(world), delivery_step(world)
    key, info = hpke.SealingPublicKey.from_bytes(made.sealing_key), delivery_info(made.identifier)
    return lambda raw: step(KeyDelivery(made.collection_id, hpke.seal(key, info, raw)).to_bytes())
