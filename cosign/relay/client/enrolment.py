"""A registrar's answer, fetched from a relay (docs/spec.md, "Relay").

Not protected: the relay learns that somebody at this network address asked for this answer.
"""

from cosign.records.enrolment import EnrolmentResponse
from cosign.records.groups.registered import RegisteredGroup
from cosign.relay.client.client import RelayClient
from cosign.relay.owners import registrar_address
from cosign.relay.shelves import RESPONSES


def fetch_response(
    client: RelayClient, group: RegisteredGroup, registrar: int, request_id: bytes
) -> EnrolmentResponse:
    """Return a registrar's answer to a request.

    A member of several groups takes a new client for each answer: over one connection the
    relay would see that they belong together.

    Args:
        client: connected to the relay.
        group: of the registrar.
        registrar: its number, from 0.
        request_id: of the request, 32 bytes.

    Raises:
        MissingError: the registrar has no mailbox there, or has not answered yet.
        RelayError, UnreachableError: the relay failed.
        MalformedError, MismatchError: not an answer.
    """
    terms = client.mailbox(registrar_address(group, registrar))
    return EnrolmentResponse.from_bytes(client.shelf(terms, RESPONSES).fetch(request_id))
