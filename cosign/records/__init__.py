"""The records that are written to files or sent: frozen, with ``to_bytes`` and ``from_bytes``.

``from_bytes`` returns a record that is well-formed but not verified.
A namespace: names are loaded when they are first used.
"""

from typing import TYPE_CHECKING

from cosign.lazy import lazy_exports

if TYPE_CHECKING:
    from cosign.records.campaign import Campaign as Campaign
    from cosign.records.campaign import CampaignTerms as CampaignTerms
    from cosign.records.claim import Claim as Claim
    from cosign.records.collection import Collection as Collection
    from cosign.records.collection import KeyDelivery as KeyDelivery
    from cosign.records.cosignature import Cosignature as Cosignature
    from cosign.records.enrolment import EnrolmentRequest as EnrolmentRequest
    from cosign.records.enrolment import EnrolmentResponse as EnrolmentResponse
    from cosign.records.enrolment import MembershipCertificate as MembershipCertificate
    from cosign.records.envelope import Envelope as Envelope
    from cosign.records.envelope import OpenedShares as OpenedShares
    from cosign.records.envelope import Opening as Opening
    from cosign.records.groups.evidence import RosterEvidence as RosterEvidence
    from cosign.records.groups.grants import SlotGrant as SlotGrant
    from cosign.records.groups.group import Group as Group
    from cosign.records.groups.group import group_fingerprint as group_fingerprint
    from cosign.records.groups.group import group_from_bytes as group_from_bytes
    from cosign.records.groups.publisher import Publisher as Publisher
    from cosign.records.groups.registered import RegisteredGroup as RegisteredGroup
    from cosign.records.groups.registrar import Registrar as Registrar
    from cosign.records.groups.roster import Roster as Roster
    from cosign.records.groups.statements import EnrolmentStatement as EnrolmentStatement
    from cosign.records.invitation import Invitation as Invitation
    from cosign.records.key_file import KeyFile as KeyFile
    from cosign.records.letter import Letter as Letter
    from cosign.records.letter import watermarks as watermarks
    from cosign.records.member_key import MemberKey as MemberKey
    from cosign.records.member_key import MemberKeySecrets as MemberKeySecrets
    from cosign.records.member_key import make_member_key as make_member_key
    from cosign.records.names import NameAttestation as NameAttestation
    from cosign.records.names import NameRequest as NameRequest
    from cosign.records.open_cosignature import OpenCosignature as OpenCosignature
    from cosign.records.open_cosignature import PublicName as PublicName
    from cosign.records.published import PublishedReader as PublishedReader
    from cosign.records.round import DraftRound as DraftRound
    from cosign.records.round import Round as Round
    from cosign.records.round import Trustee as Trustee
    from cosign.records.round import VerifiedRound as VerifiedRound
    from cosign.records.round import verify_draft as verify_draft
    from cosign.records.round import verify_round as verify_round

__all__ = [
    "Campaign",
    "CampaignTerms",
    "Claim",
    "Collection",
    "Cosignature",
    "DraftRound",
    "EnrolmentRequest",
    "EnrolmentResponse",
    "EnrolmentStatement",
    "Envelope",
    "Group",
    "Invitation",
    "KeyDelivery",
    "KeyFile",
    "Letter",
    "MemberKey",
    "MemberKeySecrets",
    "MembershipCertificate",
    "NameAttestation",
    "NameRequest",
    "OpenCosignature",
    "OpenedShares",
    "Opening",
    "PublicName",
    "PublishedReader",
    "Publisher",
    "RegisteredGroup",
    "Registrar",
    "Roster",
    "RosterEvidence",
    "Round",
    "SlotGrant",
    "Trustee",
    "VerifiedRound",
    "group_fingerprint",
    "group_from_bytes",
    "make_member_key",
    "verify_draft",
    "verify_round",
    "watermarks",
]

if not TYPE_CHECKING:  # else mypy would take any name for an export
    __getattr__, __dir__ = lazy_exports(
        globals(),
        {
            "CampaignTerms": f"{__name__}.campaign",
            "Campaign": f"{__name__}.campaign",
            "Claim": f"{__name__}.claim",
            "Collection": f"{__name__}.collection",
            "Cosignature": f"{__name__}.cosignature",
            "DraftRound": f"{__name__}.round",
            "EnrolmentRequest": f"{__name__}.enrolment",
            "EnrolmentResponse": f"{__name__}.enrolment",
            "EnrolmentStatement": f"{__name__}.groups.statements",
            "Envelope": f"{__name__}.envelope",
            "Group": f"{__name__}.groups.group",
            "Invitation": f"{__name__}.invitation",
            "KeyDelivery": f"{__name__}.collection",
            "KeyFile": f"{__name__}.key_file",
            "Letter": f"{__name__}.letter",
            "MemberKey": f"{__name__}.member_key",
            "MemberKeySecrets": f"{__name__}.member_key",
            "MembershipCertificate": f"{__name__}.enrolment",
            "NameAttestation": f"{__name__}.names",
            "NameRequest": f"{__name__}.names",
            "OpenCosignature": f"{__name__}.open_cosignature",
            "OpenedShares": f"{__name__}.envelope",
            "Opening": f"{__name__}.envelope",
            "PublicName": f"{__name__}.open_cosignature",
            "PublishedReader": f"{__name__}.published",
            "Publisher": f"{__name__}.groups.publisher",
            "RegisteredGroup": f"{__name__}.groups.registered",
            "Registrar": f"{__name__}.groups.registrar",
            "Roster": f"{__name__}.groups.roster",
            "RosterEvidence": f"{__name__}.groups.evidence",
            "Round": f"{__name__}.round",
            "SlotGrant": f"{__name__}.groups.grants",
            "Trustee": f"{__name__}.round",
            "VerifiedRound": f"{__name__}.round",
            "group_fingerprint": f"{__name__}.groups.group",
            "group_from_bytes": f"{__name__}.groups.group",
            "make_member_key": f"{__name__}.member_key",
            "verify_draft": f"{__name__}.round",
            "verify_round": f"{__name__}.round",
            "watermarks": f"{__name__}.letter",
        },
    )
