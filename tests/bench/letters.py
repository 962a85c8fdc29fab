"""Rounds and published letters of any size, made quickly by a registrar that signs in the clear.

Also imported with an earlier build of the library: see :mod:`tests.bench.builds`.
"""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from cosign import labels
from cosign.proofs.certificate import CertificateProver, Endorsement, membership_message
from cosign.records.cosignature import Cosignature
from cosign.records.letter import Letter
from cosign.records.published import OpeningSummary, PublishedHeader, write_published
from cosign.records.round import Trustee, VerifiedRound
from cosign.records.secrets import OrganizerSecrets
from cosign.roles.organizer import Plan, check_organizer, make_group, make_organizer, open_round
from cosign.secret import Secret
from tests.bench.worker import either
from tests.support import places

if TYPE_CHECKING:
    from cosign.records.groups.registered import RegisteredGroup

ed25519 = either("cosign.primitives.ed25519", "cosign.primitives.signing")
hpke = either("cosign.primitives.hpke", "cosign.primitives.sealing")
interface = either("cosign.proofs.interface", "cosign.proofs.membership")
registrar = either(
    "cosign.records.groups.registrar", "cosign.records.groups.registered", "cosign.records.group"
)

Randomness = Callable[[int], bytes]

KEYS: Final = places.KEYS
PSS: Final = padding.PSS(padding.MGF1(hashes.SHA384()), 48)
WINDOW: Final = (200, 300)


@cache
def rsa_key(number: int = 0) -> rsa.RSAPrivateKey:
    """Return a fixed RSA-3072 test key."""
    der = (KEYS / f"rsa3072-{number:02d}.der").read_bytes()
    key = serialization.load_der_private_key(der, None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


def make_round(
    trustees: tuple[Trustee, ...] = (), threshold: int = 1, randomness: Randomness = os.urandom
) -> "tuple[OrganizerSecrets, VerifiedRound, RegisteredGroup]":
    """Open a round of a group with one registrar and one slot."""
    spki = (
        rsa_key()
        .public_key()
        .public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    identity = ed25519.SigningKey(Secret(bytes(32)))
    request = hpke.SealingSecretKey(Secret(bytes(32))).public_key.to_bytes()
    keys = registrar.Registrar("council", (spki,), identity.public_key, request)
    group = make_group("staff", "", (keys,), 1, (100, 200), randomness)
    organizer = make_organizer(randomness)
    letter = Letter.from_draft(b"We ask the board to listen.\n")
    plan = Plan("bench", 1, WINDOW, trustees, threshold)
    opened = open_round(organizer, plan, letter, group, (), randomness)
    return organizer, _granted(opened, group, identity), group


def _granted(opened: Any, group: Any, identity: Any) -> VerifiedRound:
    """Complete a round, where the build that is measured knows slot grants."""
    if isinstance(opened, VerifiedRound):
        return opened
    grants = import_module("cosign.records.groups.grants")
    organizer = import_module("cosign.roles.organizer")
    parts = grants.grant_parts(group.group_id, 1, opened.round_id, 0)
    signature = identity.sign(labels.GRANT_SIGNATURE, *parts)
    grant = grants.SlotGrant(group.group_id, 1, opened.round_id, 0, signature)
    completed: VerifiedRound = organizer.complete_round(opened, (grant,))
    return completed


def cosignature(
    group_id: bytes, round_id: bytes, randomness: Randomness = os.urandom, statement: str = ""
) -> tuple[bytes, Cosignature]:
    """Make one member's cosignature; return (tag, record)."""
    key = ed25519.SigningKey(Secret(randomness(32)))
    prefix = randomness(32)
    message = prefix + membership_message(group_id, 1, key.public_key)
    endorsement = Endorsement(0, prefix, rsa_key().sign(message, PSS, hashes.SHA384()))
    binding = interface.Binding(round_id, "cosign", statement)
    proof = CertificateProver(key, (endorsement,), 1).prove(binding)
    return key.public_key, Cosignature("cosign", statement, proof)


def _many(group_id: bytes, round_id: bytes, count: int) -> list[tuple[bytes, bytes]]:
    made = (cosignature(group_id, round_id) for _ in range(count))
    return [(tag, record.to_bytes()) for tag, record in made]


def make_letters(folder: Path, counts: Iterable[int]) -> dict[int, Path]:
    """Write published letters with so many cosigners each; return their paths."""
    organizer, round_, group = make_round()
    sizes = sorted(counts)
    arguments = (group.group_id, round_.round_id, (sizes[-1] + 1) // 2)
    with ProcessPoolExecutor(2) as pool:
        halves = [pool.submit(_many, *arguments) for _ in range(2)]
        records = [record for half in halves for record in half.result()]
    paths = {}
    for size in sizes:
        chosen = [raw for _tag, raw in sorted(records[:size])]
        header = PublishedHeader(round_.round, OpeningSummary(size, 0, 0, 0, 0))
        paths[size] = folder / f"{size}.letter"
        identity = check_organizer(organizer, round_)
        paths[size].write_bytes(b"".join(write_published(header, chosen, identity)))
    return paths
