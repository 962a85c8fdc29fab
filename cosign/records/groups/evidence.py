"""Evidence for a roster: which of its keys registrars certified (docs/spec.md, "Rosters").

Not protected: evidence says nothing about keys on the roster that it does not contain.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, ClassVar, Final

from cosign import labels
from cosign.errors import MalformedError, MismatchError
from cosign.records.enrolment import MembershipCertificate
from cosign.records.groups.registered import RegisteredGroup
from cosign.records.groups.roster import Roster
from cosign.records.limits import Identifier
from cosign.wire.codecs import Array
from cosign.wire.record import Embedded, Record

EVIDENCE_LIMIT: Final = 10_000
"""Largest number of certificates in one evidence file."""


@dataclass(frozen=True, slots=True)
class RosterEvidence(Record):
    """Membership certificates for keys of a roster, in a file of its own.

    Attributes:
        roster_id: the roster's ``group_id``, 32 bytes.
        group: the registered group whose registrars certified the keys.
        certificates: all of one slot; their keys ascend strictly.
    """

    LABEL: ClassVar[str] = labels.ROSTER_EVIDENCE
    MAX_BYTES: ClassVar[int] = (
        RegisteredGroup.MAX_BYTES + EVIDENCE_LIMIT * (MembershipCertificate.MAX_BYTES + 3) + 200
    )

    roster_id: Identifier
    group: Annotated[RegisteredGroup, Embedded(RegisteredGroup)]
    certificates: Annotated[
        tuple[MembershipCertificate, ...],
        Array(Embedded(MembershipCertificate), EVIDENCE_LIMIT, least=1),
    ]

    def check(self) -> None:
        """Check that the keys ascend and that all certificates are of one slot."""
        if any(a.key >= b.key for a, b in pairwise(self.certificates)):
            raise MalformedError("the certificates of an evidence file do not ascend")
        if len({c.slot for c in self.certificates}) > 1:
            raise MismatchError(
                "the certificates are for more than one slot",
                hint="each person has a key for each slot: use certificates for one slot",
            )

    def verify(self, roster: Roster) -> int:
        """Return the number of keys on the roster that enough registrars certified.

        Raises:
            MismatchError: the evidence is for another roster, or for a key that is not on it.
            ThresholdError: too few registrars certified a key.
            VerificationError: a certificate is not valid.
        """
        if self.roster_id != roster.group_id:
            raise MismatchError(
                "the evidence is for another roster",
                hint="ask for the file that belongs to this roster",
            )
        listed = set(roster.member_keys())
        for certificate in self.certificates:
            if certificate.key not in listed:
                raise MismatchError("a certificate is for a key that is not on the roster")
            certificate.verify(self.group)
        return len(self.certificates)
