"""Evidence beside a roster: which of its keys registrars certified (docs/spec.md, "Rosters").

Not protected: evidence says nothing about the keys that it does not list.
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
"""Most certificates in one evidence file."""


@dataclass(frozen=True, slots=True)
class RosterEvidence(Record):
    """Membership certificates for a roster's keys, beside the roster, for whoever verifies.

    Attributes:
        roster_id: the roster's ``group_id``, 32 bytes.
        group: the registered group whose registrars certified the keys.
        certificates: of one slot, keys strictly ascending.
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
        """Check that the certificates ascend and are of one slot."""
        if any(a.key >= b.key for a, b in pairwise(self.certificates)):
            raise MalformedError("the certificates of an evidence file do not ascend")
        if len({c.slot for c in self.certificates}) > 1:
            raise MismatchError(
                "the certificates are of several slots",
                hint="a person has one key in each slot: take certificates of one slot",
            )

    def verify(self, roster: Roster) -> int:
        """Give how many of the roster's keys are certified by enough registrars.

        Raises:
            MismatchError: of another roster, or with a key that is not on it.
            ThresholdError: a key that too few registrars certified.
            VerificationError: a certificate is false.
        """
        if self.roster_id != roster.group_id:
            raise MismatchError("the evidence is for another roster", hint="ask for the right file")
        listed = set(roster.member_keys())
        for certificate in self.certificates:
            if certificate.key not in listed:
                raise MismatchError("a certificate is for a key that is not on the roster")
            certificate.verify(self.group)
        return len(self.certificates)
