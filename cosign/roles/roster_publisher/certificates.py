"""Membership certificates as evidence for a roster (docs/spec.md, "Rosters").

A member of a registered group can have the key of one slot listed on a roster, and the
registrars' signatures on it show that the key belongs to a person whom they checked.

Not protected: registrars can certify more keys than there are people.
"""

from collections.abc import Iterable

from cosign.errors import CosignError, MismatchError
from cosign.records.enrolment import MembershipCertificate
from cosign.records.groups.evidence import RosterEvidence
from cosign.records.groups.registered import RegisteredGroup
from cosign.records.groups.roster import Roster


def check_certificates(
    group: RegisteredGroup, sources: Iterable[tuple[str, MembershipCertificate]]
) -> list[MembershipCertificate]:
    """Return certificates of one slot, after checking the registrars' signatures on them.

    Args:
        group: whose registrars signed.
        sources: for each certificate its source, such as the name of its file, and itself.

    Raises:
        MismatchError: certificates of different groups or slots, or of another group.
        ThresholdError: too few registrars signed one.
        VerificationError: a signature is not valid. Every message begins with the source.
    """
    found: list[MembershipCertificate] = []
    first = ""
    for name, certificate in sources:
        first = first or name
        found.append(certificate)
        if (certificate.group_id, certificate.slot) != (found[0].group_id, found[0].slot):
            raise MismatchError(
                f"{name}: this certificate is of another group or slot than {first}",
                hint="a person has a key in each slot: use certificates of one slot only",
            )
        try:
            certificate.verify(group)
        except CosignError as e:
            e.name_source(name)
            raise
    return found


def make_evidence(
    roster: Roster, group: RegisteredGroup, certificates: Iterable[MembershipCertificate]
) -> RosterEvidence:
    """Return the evidence that registrars certified keys of a roster.

    Args:
        roster: that lists the keys.
        group: whose registrars certified them.
        certificates: one for each of these keys; identical keys count once.

    Raises:
        MismatchError: a certificate is of another slot than the first, or for a key that is
            not on the roster.
        ThresholdError: too few registrars certified a key.
        VerificationError: a certificate is not valid.
        MalformedError: there are none, or more than an evidence file can have.
    """
    by_key = {certificate.key: certificate for certificate in certificates}
    ordered = tuple(by_key[key] for key in sorted(by_key))
    evidence = RosterEvidence(roster.group_id, group, ordered)
    evidence.verify(roster)
    return evidence
