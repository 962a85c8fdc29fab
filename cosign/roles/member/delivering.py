"""A member hands in a key for a roster (docs/spec.md, "Collecting keys").

The voucher of a slip shows the publisher who the member is; it is sealed, so nobody else reads
it. A member who sends the key again, with the same voucher or another one, hands in the same
key.

Not protected: anyone who carries the file sees who sends it, and when.
"""

from cosign.primitives import hpke
from cosign.records.collection import Collection, KeyDelivery, KeyPlea, delivery_info
from cosign.records.member_key import MemberKey
from cosign.secret import Secret


def deliver_key(
    collection: Collection, voucher: Secret, member_key: MemberKey, minute: int
) -> KeyDelivery:
    """Seal a key and a slip's voucher to the publisher of a collection.

    Args:
        collection: for which the slip was made; the member compared its fingerprint.
        voucher: 16 bytes.
        member_key: made for this roster only.
        minute: now, in minutes since 1970.

    Raises:
        WindowError: the collection is over.
    """
    collection.check_open(minute)
    key = hpke.SealingPublicKey.from_bytes(collection.sealing_key)
    plea = KeyPlea(voucher, member_key).to_bytes()
    sealed = hpke.seal(key, delivery_info(collection.collection_id), plea)
    return KeyDelivery(collection.collection_id, sealed)
