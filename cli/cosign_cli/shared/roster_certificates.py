"""Membership certificates, from which a roster is made and which are the evidence for it."""

from typing import TYPE_CHECKING

from cosign_cli.shared.errors import naming
from cosign_cli.shared.files import read_record

if TYPE_CHECKING:
    from cosign.records.enrolment import MembershipCertificate


def read_certificates(paths: list[str], group_file: str) -> "list[MembershipCertificate]":
    """Read certificates of one slot and check the registrars' signatures on them.

    Args:
        paths: of the certificates.
        group_file: of the registered group whose registrars signed them.

    Raises:
        MismatchError: they are of different groups or slots.
        VerificationError: a signature is not valid.
    """
    from cosign.errors import MismatchError
    from cosign.records.enrolment import MembershipCertificate
    from cosign.records.groups.registered import RegisteredGroup

    if not paths:
        return []
    group = read_record(group_file, RegisteredGroup)
    found = [read_record(path, MembershipCertificate) for path in paths]
    for path, record in zip(paths, found, strict=True):
        if (record.group_id, record.slot) != (found[0].group_id, found[0].slot):
            raise MismatchError(
                f"{path}: this certificate is of another group or slot than {paths[0]}",
                hint="a person has a key in each slot: use certificates of one slot only",
            )
        with naming(path):
            record.verify(group)
    return found
