"""What a cheat would make: keys with torsion, second forms of signatures, odd certificates."""

from typing import Final

from nacl import bindings

from cosign.primitives import ed25519
from cosign.primitives.hashing import H
from cosign.primitives.rsa import blind as blind_rsa
from cosign.primitives.rsa import pss as rsa_pss
from cosign.primitives.shamir import ORDER
from cosign.proofs.certificate import KEY_BYTES, SIGNATURE_BYTES, Endorsement, membership_message
from cosign.randomness import Randomness
from cosign.secret import Secret

VARIANT: Final = rsa_pss.PSS_RANDOMIZED

TORSION: Final = bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")
"""A point of order 8."""

SMALL_ORDER: Final = {
    "the identity": (1).to_bytes(32, "little"),
    "order 2": (2**255 - 20).to_bytes(32, "little"),
    "order 4": bytes(32),
    "order 4, x negative": bytes(31) + b"\x80",
    "order 8": TORSION,
    "the identity, not reduced": (2**255 - 18).to_bytes(32, "little"),
    "the identity, sign set": (1 + 2**255).to_bytes(32, "little"),
}
"""Keys for which anybody could sign, in every encoding that a decoder may take."""


def endorse(
    issuer: blind_rsa.PrivateKey,
    place: tuple[bytes, int, int],
    key: bytes,
    randomness: Randomness,
) -> Endorsement:
    """Sign a membership key as a registrar would, blindly.

    Args:
        issuer: the registrar's key for that slot.
        place: group_id, slot, and the registrar's number.
        key: any 32 bytes: the registrar does not see them.
        randomness: for prefix, salt and blinding.
    """
    group_id, slot, registrar = place
    prepared = blind_rsa.prepare(VARIANT, membership_message(group_id, slot, key), randomness)
    public = issuer.public_key
    blinded, inverse = blind_rsa.blind(public, prepared, VARIANT, randomness)
    hidden = blind_rsa.blind_sign(issuer, blinded, randomness)
    signature = blind_rsa.finalize(public, prepared, hidden, inverse, VARIANT)
    return Endorsement(registrar, prepared[: VARIANT.prefix_bytes], signature)


def assemble(key: bytes, signature: bytes, endorsements: list[Endorsement]) -> bytes:
    """Put a proof together, whatever its parts are."""
    tail = [bytes([e.registrar]) + e.prefix + e.signature for e in endorsements]
    return b"".join([key, signature, *tail])


def take_apart(proof: bytes, signature_bytes: int = 384) -> tuple[bytes, bytes, list[Endorsement]]:
    """Cut a proof of registrars with equally long keys into its parts."""
    head, step = KEY_BYTES + SIGNATURE_BYTES, 33 + signature_bytes
    rows = [proof[i : i + step] for i in range(head, len(proof), step)]
    found = [Endorsement(row[0], row[1:33], row[33:]) for row in rows]
    return proof[:KEY_BYTES], proof[KEY_BYTES:head], found


def torsion_key(seed: Secret) -> bytes:
    """Return the public key of a seed, moved by a point of order 8."""
    return bindings.crypto_core_ed25519_add(ed25519.SigningKey(seed).public_key, TORSION)


def sign_with_torsion(seed: Secret, label: str, *parts: bytes) -> tuple[bytes, bytes]:
    """Sign under :func:`torsion_key`, so that the cofactorless equation holds.

    S B = R + h (aB + T) holds for R = rB - hT, and h modulo 8 is guessed.
    """
    expanded = bindings.crypto_sign_seed_keypair(seed.reveal())[1]
    a = bindings.crypto_sign_ed25519_sk_to_curve25519(expanded)
    key, message = torsion_key(seed), H(label, *parts)
    for attempt in range(1, 10_000):
        r = attempt.to_bytes(32, "little")
        point = bindings.crypto_core_ed25519_sub(
            bindings.crypto_scalarmult_ed25519_base_noclamp(r), TORSION
        )
        h = int.from_bytes(bindings.crypto_hash_sha512(point + key + message), "little") % ORDER
        if h % 8 == 1:
            s = (attempt + h * int.from_bytes(a, "little")) % ORDER
            return key, point + s.to_bytes(32, "little")
    raise AssertionError


def sign_up_to_cofactor(seed: Secret, label: str, *parts: bytes) -> bytes:
    """Sign so that 8 S B = 8 R + 8 h A holds and S B = R + h A does not: R has torsion."""
    key, expanded = bindings.crypto_sign_seed_keypair(seed.reveal())
    a = bindings.crypto_sign_ed25519_sk_to_curve25519(expanded)
    r = (1).to_bytes(32, "little")
    point = bindings.crypto_scalarmult_ed25519_base_noclamp(r)
    twisted = bindings.crypto_core_ed25519_add(point, TORSION)
    digest = bindings.crypto_hash_sha512(twisted + key + H(label, *parts))
    s = (1 + int.from_bytes(digest, "little") * int.from_bytes(a, "little")) % ORDER
    return twisted + s.to_bytes(32, "little")


def malleate(signature: bytes) -> bytes:
    """Return the same Ed25519 signature with S + l in place of S."""
    s = int.from_bytes(signature[32:], "little") + ORDER
    return signature[:32] + s.to_bytes(32, "little")
