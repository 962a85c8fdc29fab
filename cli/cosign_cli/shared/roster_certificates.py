"""Membership certificates, from which a roster is made and which are the evidence for it."""

from typing import TYPE_CHECKING

from cosign_cli.shared.files import read_record

if TYPE_CHECKING:
    from cosign.records.enrolment import MembershipCertificate


def read_certificates(paths: list[str], group_file: str) -> "list[MembershipCertificate]":
    """Read certificates of one slot, and check the registrars' signatures on them.

    Args:
        paths: of the certificates.
        group_file: of the registered group whose registrars signed them.
    """
    from cosign.records.enrolment import MembershipCertificate
    from cosign.records.groups.registered import RegisteredGroup
    from cosign.roles.roster_publisher import check_certificates

    if not paths:
        return []
    group = read_record(group_file, RegisteredGroup)
    sources = ((path, read_record(path, MembershipCertificate)) for path in paths)
    return check_certificates(group, sources)
