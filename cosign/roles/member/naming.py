"""Signing with one's name (docs/spec.md, "Open names").

A member of a registered group asks registrars to attest the name, and passes their
attestations to ``signing.cosign``. The registrars learn whose the membership key is. In a
rostered group the listed key is published beside the name, and no attestation is needed.

Not protected: neither a published name nor what a registrar learned can be taken back.
"""

from dataclasses import dataclass

from cosign import labels
from cosign.errors import MismatchError, MissingError, ThresholdError
from cosign.primitives import ed25519
from cosign.proofs.certificate import Owner
from cosign.proofs.interface import Attestation, MembershipProver, Naming
from cosign.records.claim import CHALLENGE
from cosign.records.cosignature import Cosignature
from cosign.records.names import NameAttestation, NameRequest, request_parts
from cosign.records.open_cosignature import NAME, ROLE, OpenCosignature, PublicName
from cosign.records.round import VerifiedRound
from cosign.records.secrets import MemberState
from cosign.words import counted, have


@dataclass(frozen=True, slots=True)
class SigningName:
    """The name with which a member signs openly.

    Attributes:
        name: 1 to 100 bytes of UTF-8, NFC.
        role: at most 100 bytes of UTF-8, NFC; may be empty.
        attestations: by registrars, in any order; none in a rostered group.
    """

    name: str
    role: str = ""
    attestations: tuple[NameAttestation, ...] = ()

    @property
    def public_name(self) -> PublicName:
        """What will be published.

        Raises:
            MalformedError: name or role may not stand in a record.
        """
        return PublicName(NAME.read(self.name, "name"), ROLE.read(self.role, "role"))

    def open(
        self, cosignature: Cosignature, round_: VerifiedRound, prover: MembershipProver
    ) -> OpenCosignature:
        """Return a cosignature with the name, and with its owner's consent.

        Args:
            cosignature: anonymous, with a proof by the prover.
            round_: verified.
            prover: of the member in the round.

        Raises:
            ThresholdError: too few registrars attest the name.
            MismatchError: an attestation of another key or name, or of another group.
            VerificationError: an attestation is not signed by its registrar.
        """
        statement, proof = cosignature.statement, cosignature.proof
        consent = prover.consent(Naming(round_.round_id, statement, self.name, self.role))
        rows = self.choose_attestations(round_, prover.tag)
        return OpenCosignature(
            statement, proof, self.name, self.role, consent.key, consent.proof, rows
        )

    def choose_attestations(
        self, round_: VerifiedRound, key: bytes | None = None
    ) -> tuple[Attestation, ...]:
        """Verify the attestations, and return those of the t lowest registrar numbers.

        Args:
            round_: verified.
            key: the membership key of the round's slot, 32 bytes; None to skip the check that
                they are about this key, before it is known.

        Raises:
            ThresholdError, MismatchError, VerificationError: as in :meth:`open`.
        """
        group, needed = round_.group, round_.group.attestations_needed
        found: dict[int, Attestation] = {}
        for record in self.attestations:
            group.check_attestation(record.owner, record.attestation)
            own = record.key if key is None else key
            owner = Owner(round_.terms.group_id, round_.terms.slot, own, self.name, self.role)
            _check_owner(record, owner, *group.registrar_names((record.registrar,)))
            found.setdefault(record.registrar, record.attestation)
        if len(found) < needed:
            attest = "attests" if len(found) == 1 else "attest"
            raise ThresholdError(
                f"{counted(len(found), 'registrar')} {attest} the name, and {needed} "
                f"{have(needed)} to",
                hint="ask each for it with member name, and give their files with --attested",
            )
        return tuple(found[number] for number in sorted(found)[:needed])


def _check_owner(attestation: NameAttestation, owner: Owner, registrar: str) -> None:
    """Refuse an attestation of something else than what is signed; say of what."""
    found = attestation.owner
    if (found.slot, found.key) != (owner.slot, owner.key):
        raise MismatchError(
            f"registrar {registrar!r} attested the name for another key than yours in this round",
            hint="ask for it with member name from this home, for this round",
        )
    if (found.name, found.role) != (owner.name, owner.role):
        shown = f"{found.name!r}, {found.role!r}" if found.role else f"{found.name!r}"
        raise MismatchError(
            f"registrar {registrar!r} attested another name or role: {shown}",
            hint="sign with exactly what all registrars attested, or ask them again",
        )


def request_name(
    state: MemberState, slot: int, name: PublicName, registrar: int, challenge: str
) -> NameRequest:
    """Return what asks a registrar to attest the name of this member's key.

    It shows the registrar which membership key is whose: for a member who means to sign
    openly, or did.

    Args:
        state: of the member.
        slot: of the round, from 1.
        name: what the member wants to be called.
        registrar: who is asked, by its number from 0.
        challenge: the text that this registrar gave to the member, 1 to 4,000 bytes of UTF-8.

    Raises:
        MissingError: the slot has no certificate, or its key was forgotten.
        MismatchError: the group has no such registrar.
        MalformedError: name, role or challenge may not stand in a record.
    """
    CHALLENGE.read(challenge, "challenge")
    NAME.read(name.name, "name")
    ROLE.read(name.role, "role")
    state.group.check_registrar(registrar)
    found = {certificate.slot: certificate for certificate in state.certificates()}
    seed = state.seeds[slot - 1] if 1 <= slot <= len(state.seeds) else None
    if slot not in found or seed is None:
        raise MissingError(
            f"this home has no certificate for slot {slot}",
            hint="finish enrolment first; a key that was forgotten cannot sign any more",
        )
    certificate = found[slot]
    owner = Owner(certificate.group_id, slot, certificate.key, *name)
    parts = request_parts(owner, registrar, challenge)
    signature = ed25519.SigningKey(seed).sign(labels.NAME_REQUEST_SIGNATURE, *parts)
    return NameRequest(certificate, *name, signature)
