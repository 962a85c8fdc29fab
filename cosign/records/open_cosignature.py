"""Open cosignatures: with a name, by a member who wants to be named (docs/spec.md, "Open names").

The proof is that of an anonymous cosignature, so a member has one tag and counts once, named
or not. The record also has the name, and the proof that the tag's owner consents to it. In
a rostered group the consent shows which listed key the signer has; in a registered group
registrars attest whose membership key it is (docs/adr/0068).

Not protected: a name is only as true as what the registrars attest, or in a rostered group
what the signer writes. A published name cannot be taken back.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, ClassVar, Final, NamedTuple

from cosign import labels
from cosign.errors import MalformedError
from cosign.proofs.interface import (
    LISTED_CONSENT_BYTES,
    SIGNED_CONSENT_BYTES,
    Action,
    Attestation,
    Binding,
    Consent,
    Naming,
)
from cosign.records.cosignature import (
    PROOF_LIMIT,
    STATEMENT,
    STATEMENT_LIMIT,
    Cosignature,
)
from cosign.records.limits import REGISTRAR_LIMIT
from cosign.wire.codecs import Array, Bin, Optional, Row, Text, UInt
from cosign.wire.record import Record, label_of

NAME_LIMIT: Final = 100
"""Greatest length of a signer's name, and of a role, in bytes of UTF-8."""

NAME: Final = Text(NAME_LIMIT, least=1)
ROLE: Final = Text(NAME_LIMIT)
_SIGNATURE_BYTES: Final = 64
_KEY_BYTES: Final = 32

ATTESTATION_ROW: Final = Row((UInt(REGISTRAR_LIMIT - 1), Bin(_SIGNATURE_BYTES)), Attestation)
_ATTESTATION_BYTES: Final = _SIGNATURE_BYTES + 4


class PublicName(NamedTuple):
    """What an open signer is called.

    Attributes:
        name: 1 to 100 bytes of UTF-8, one line.
        role: at most 100 bytes of UTF-8, one line; may be empty.
    """

    name: str
    role: str


@dataclass(frozen=True, slots=True)
class OpenCosignature(Record):
    """One member's cosignature in a round, with the member's name.

    Attributes:
        statement: public text by the signer: one line, often empty.
        proof: proof of membership, bound to round, action ``cosign`` and statement.
        name: of the signer.
        role: what the signer is; may be empty.
        key: the signer's 32-byte key on the roster; None in a registered group.
        consent: the proof that the signer wants the name here: 96 bytes, 64 without a key.
        attestations: by registrars, in ascending order; none in a rostered group.
    """

    LABEL: ClassVar[str] = labels.OPEN_COSIGNATURE
    MAX_BYTES: ClassVar[int] = (
        Cosignature.MAX_BYTES
        + 2 * NAME_LIMIT
        + _KEY_BYTES
        + LISTED_CONSENT_BYTES
        + REGISTRAR_LIMIT * _ATTESTATION_BYTES
    )

    statement: Annotated[str, STATEMENT]
    proof: Annotated[bytes, Bin(32, PROOF_LIMIT)]
    name: Annotated[str, NAME]
    role: Annotated[str, ROLE]
    key: Annotated[bytes | None, Optional(Bin(_KEY_BYTES))]
    consent: Annotated[bytes, Bin(SIGNED_CONSENT_BYTES, LISTED_CONSENT_BYTES)]
    attestations: Annotated[tuple[Attestation, ...], Array(ATTESTATION_ROW, REGISTRAR_LIMIT)]

    def check(self) -> None:
        """Check that key, consent and attestations are those of one kind of group."""
        listed = self.key is not None
        length = LISTED_CONSENT_BYTES if listed else SIGNED_CONSENT_BYTES
        if len(self.consent) != length:
            raise MalformedError(
                f"the consent to a name has {len(self.consent)} bytes, not {length}"
            )
        if listed == bool(self.attestations):
            raise MalformedError("a name is shown either with a listed key or with attestations")
        if any(a.registrar >= b.registrar for a, b in pairwise(self.attestations)):
            raise MalformedError(
                "a registrar attests a name twice, or the attestations do not ascend"
            )

    @property
    def action(self) -> Action:
        """Always ``cosign``: a member who withdraws is not named."""
        return "cosign"

    @property
    def public_name(self) -> PublicName:
        """What the signer is called."""
        return PublicName(self.name, self.role)

    def binding(self, round_id: bytes) -> Binding:
        """Return the values to which the proof has to be bound."""
        return Binding(round_id, self.action, self.statement)

    def naming(self, round_id: bytes) -> Naming:
        """Return the values to which the consent has to be bound."""
        return Naming(round_id, self.statement, self.name, self.role)

    @property
    def shown_consent(self) -> Consent:
        """The key, if there is one, and the proof of the consent."""
        return Consent(self.key, self.consent)


AnyCosignature = Cosignature | OpenCosignature
"""What an envelope and a published file can hold."""

COSIGNATURE_LIMIT: Final = OpenCosignature.MAX_BYTES
"""Greatest length of a cosignature of either kind in bytes."""


def cosignature_from_bytes(raw: bytes) -> AnyCosignature:
    """Return the cosignature, of either kind, that ``raw`` encodes: well-formed, unverified.

    Raises:
        MalformedError: not the canonical encoding of a cosignature.
        MismatchError: a record of another kind.
    """
    if label_of(raw) == OpenCosignature.LABEL:
        return OpenCosignature.from_bytes(raw)
    return Cosignature.from_bytes(raw)


def longest_cosignature(proof_bytes: int, attestations: int) -> int:
    """Return the length in bytes of the longest cosignature of either kind in a round.

    Args:
        proof_bytes: length of the longest proof.
        attestations: how many registrars have to attest a name; 0 in a rostered group.
    """
    key, consent = (
        (None, SIGNED_CONSENT_BYTES) if attestations else (bytes(_KEY_BYTES), LISTED_CONSENT_BYTES)
    )
    rows = tuple(Attestation(n, bytes(_SIGNATURE_BYTES)) for n in range(attestations))
    longest = OpenCosignature(
        "x" * STATEMENT_LIMIT,
        bytes(proof_bytes),
        "x" * NAME_LIMIT,
        "x" * NAME_LIMIT,
        key,
        bytes(consent),
        rows,
    )
    return len(longest.to_bytes())
