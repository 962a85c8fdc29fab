"""The records that can be a file by themselves and are not secret (docs/spec.md, "Records")."""

from typing import Final

from cosign.records.campaign import Campaign
from cosign.records.claim import Claim
from cosign.records.collection import Collection, KeyDelivery
from cosign.records.cosignature import Cosignature
from cosign.records.enrolment import EnrolmentRequest, EnrolmentResponse, MembershipCertificate
from cosign.records.envelope import Envelope, Opening
from cosign.records.groups.evidence import RosterEvidence
from cosign.records.groups.grants import SlotGrant
from cosign.records.groups.publisher import Publisher
from cosign.records.groups.registered import RegisteredGroup
from cosign.records.groups.registrar import Registrar
from cosign.records.groups.roster import Roster
from cosign.records.groups.statements import EnrolmentStatement
from cosign.records.invitation import Invitation
from cosign.records.mailbox import Mailbox
from cosign.records.member_key import MemberKey
from cosign.records.names import NameAttestation, NameRequest
from cosign.records.open_cosignature import OpenCosignature
from cosign.records.round import Round, Trustee
from cosign.records.stamped import StampedRecord
from cosign.wire.record import Record

PUBLIC_RECORDS: Final[dict[str, type[Record]]] = {
    record.LABEL: record
    for record in (
        Registrar,
        RegisteredGroup,
        EnrolmentRequest,
        EnrolmentResponse,
        EnrolmentStatement,
        SlotGrant,
        MembershipCertificate,
        MemberKey,
        Collection,
        KeyDelivery,
        Publisher,
        Roster,
        RosterEvidence,
        Trustee,
        Round,
        Campaign,
        Cosignature,
        OpenCosignature,
        NameRequest,
        NameAttestation,
        Envelope,
        Opening,
        Invitation,
        Claim,
        Mailbox,
        StampedRecord,
    )
}
"""Record types by label."""
