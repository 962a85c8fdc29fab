"""A registrar attests whose a membership key is (docs/spec.md, "Open names").

Not protected: the registrar learns which membership key is the person's. The program stores
no names; only the member gets the attestation.
"""

from cosign.records.claim import CHALLENGE
from cosign.records.groups.registered import RegisteredGroup
from cosign.records.names import NameAttestation, NameRequest
from cosign.roles.registrar.keys import RegistrarKeys


def attest_name(
    keys: RegistrarKeys, group: RegisteredGroup, request: NameRequest, challenge: str
) -> NameAttestation:
    """Verify a request, and sign that its key belongs to a person with this name and role.

    The registrar gave the challenge to a person whom it knows: call this only once it is
    certain that this person has the name and the role.

    Args:
        keys: of the registrar.
        group: of these keys.
        request: from the member.
        challenge: the text that the registrar gave to this person, 1 to 4,000 bytes of UTF-8.

    Raises:
        MismatchError: the request is of another group.
        VerificationError: it is not signed by the key, or for another registrar or challenge.
        ThresholdError: too few registrars certified the key.
        MalformedError: the challenge may not stand in a record.
    """
    CHALLENGE.read(challenge, "challenge")
    request.verify(group, keys.number, challenge)
    return keys.attest_name(request.owner)
