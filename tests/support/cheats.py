"""Cosignatures that a cheat makes with all that it can know, for either kind of group.

All is right about them but what the property forbids: a false tag is told before the
challenge is drawn, a stolen one comes with everything of its owner's that is public.
Splices of finished proofs, which fail for several reasons at once, are in tests/reject.
"""

from collections.abc import Iterator
from dataclasses import replace

from cosign import labels
from cosign.primitives.curve.edwards25519 import ORDER, affine, decode, decode_scalar, encode
from cosign.primitives.curve.multiscalar import multiscalar
from cosign.proofs.certificate import CertificateProver, Endorsement
from cosign.proofs.interface import Binding, Challenge
from cosign.proofs.ring.parameters import RingProof
from cosign.proofs.ring.prover import RingProver
from cosign.records.cosignature import Cosignature
from cosign.records.groups.roster import Roster, load_ring
from cosign.records.published import write_published
from cosign.roles import member, organizer
from tests.support.adversarial_round import Stage, world_of
from tests.support.equivocation import slot_keys
from tests.support.forgery import assemble, endorse, sign_with_torsion, take_apart
from tests.support.torsion import shifted
from tests.support.world import Seeded


class LyingProver(RingProver):
    """Proves with a tag of its choice, in the challenge and in the proof."""

    chosen = b""

    @property
    def tag(self) -> bytes:
        """Return the chosen tag."""
        return self.chosen


def _lying(scene: Stage, number: int, tag: bytes) -> LyingProver:
    """Return the prover of a member of a roster, with a tag that is not its own."""
    group = scene.group
    assert isinstance(group, Roster)
    ring, ids = load_ring(group.terms.keys), (group.group_id, scene.round.round_id)
    prover = LyingProver(ring, *ids, scene.secret(number))
    prover.chosen = tag
    return prover


def _certified(scene: Stage, number: int) -> CertificateProver:
    """Return the honest prover of a member whom a registrar admitted."""
    prover = member.make_prover(scene.members[number], scene.round)
    assert isinstance(prover, CertificateProver)
    return prover


def _helping(scene: Stage, key: bytes) -> list[Endorsement]:
    """Let the registrar certify any key: it signs blindly, and may be the cheat's friend."""
    place = scene.group.group_id, scene.round.terms.slot, 0
    issuer = slot_keys(world_of().keys[0])[scene.round.terms.slot - 1]
    return [endorse(issuer, place, key, Seeded("a friend"))]


def record(scene: Stage, number: int, *, statement: str = "") -> Cosignature:
    """Let a member prove without any guard."""
    prover = member.make_prover(scene.members[number], scene.round)
    binding = Binding(scene.round.round_id, "cosign", statement)
    return Cosignature("cosign", statement, prover.prove(binding))


def signed_by_organizer(scene: Stage, records: list[bytes]) -> bytes:
    """Write any records as the organizer, who verifies nothing."""
    envelopes = [scene.speak(0)[1]]
    header = scene.publish(envelopes, scene.openings(envelopes, (1, 2))).header
    key = organizer.check_organizer(scene.organizer, scene.round)
    return b"".join(write_published(header, records, key))


# One person with several tags.


def doubles(scene: Stage, number: int) -> list[Cosignature]:
    """Make proofs whose tags differ from the member's own by a point of small order.

    On a roster, seven whose equations all hold, since these ignore small order. In a
    registered group, one with a valid signature and the member's own certificate.
    """
    binding = Binding(scene.round.round_id, "cosign", "")
    if scene.kind == "rostered":
        tag = member.make_prover(scene.members[number], scene.round).tag
        provers = [_lying(scene, number, shifted(tag, multiple)) for multiple in range(1, 8)]
        return [Cosignature("cosign", "", prover.prove(binding)) for prover in provers]
    own = _certified(scene, number)
    key, signature = sign_with_torsion(own.key.seed, labels.COSIGN, *binding.parts())
    return [Cosignature("cosign", "", assemble(key, signature, list(own.endorsements)))]


def certified_double(scene: Stage, number: int) -> Cosignature:
    """Make such a proof in a registered group, with a certificate on its crooked key."""
    [double] = doubles(scene, number)
    key, signature, _ = take_apart(double.proof)
    return replace(double, proof=assemble(key, signature, _helping(scene, key)))


# Another member's tag.


def thefts(scene: Stage, owner: Cosignature, thief: int, binding: Binding) -> list[Cosignature]:
    """Make proofs by a thief, for any words, that carry the tag of the owner's cosignature."""
    make = _stolen_tags if scene.kind == "rostered" else _stolen_keys
    proofs = make(scene, owner, thief, binding)
    return [Cosignature(binding.action, binding.statement, proof) for proof in proofs]


def _stolen_tags(scene: Stage, owner: Cosignature, thief: int, binding: Binding) -> Iterator[bytes]:
    """Prove with the own key and another's tag; and choose Y_0 last, so that equation (3) holds."""
    prover = _lying(scene, thief, owner.proof[:32])
    raw = prover.prove(binding)
    yield raw
    statement = prover._statement
    proof = RingProof.from_bytes(raw, statement.parameters)
    xi = statement.challenge(binding, proof)
    powers = [pow(xi, j, ORDER) for j in range(len(proof.Y) + 1)]
    scalars = [powers[-1], *(-power for power in powers[1:-1]), -decode_scalar(proof.z)]
    points = [*map(decode, (proof.T, *proof.Y[1:])), statement.tag_base]
    fitting = encode(affine(multiscalar([s % ORDER for s in scalars], points)))
    yield proof._replace(Y=(fitting, *proof.Y[1:])).to_bytes()


def _stolen_keys(scene: Stage, owner: Cosignature, thief: int, binding: Binding) -> Iterator[bytes]:
    """Sign with the own key in the owner's name; or with what the owner signed at other times."""
    key, old, published = take_apart(owner.proof)
    own = _certified(scene, thief)
    signature = own.key.sign(labels.COSIGN, *binding.parts())
    for rows in (published, list(own.endorsements), _helping(scene, key)):
        yield assemble(key, signature, rows)
    yield assemble(key, old, published)
    asked = Challenge(binding.round_id, binding.statement)
    [claim] = [
        p.claim(asked, reveal=False).proof
        for p in (_certified(scene, n) for n in range(len(scene.members)))
        if p.tag == key
    ]
    yield assemble(key, claim, published)
