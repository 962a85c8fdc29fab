"""Reading a round from its file, or from an invitation and its secret."""

from typing import TYPE_CHECKING

from cosign_cli.shared.errors import naming
from cosign_cli.shared.files import read_bytes
from cosign_cli.shared.prompts import ask_code

if TYPE_CHECKING:
    from cosign.records.invitation import Invitation
    from cosign.records.round import Round, VerifiedRound


def read_round(path: str, secret: str | None = None) -> "VerifiedRound":
    """Read and verify a round; errors name the file.

    Args:
        path: of a round, or of an invitation to one.
        secret: opens an invitation; if None, the person is asked for it.
    """
    from cosign import labels
    from cosign.records.invitation import Invitation
    from cosign.records.round import Round, verify_round
    from cosign.wire.record import label_of

    with naming(path):
        raw = read_bytes(path, max(Round.MAX_BYTES, Invitation.MAX_BYTES))
        if label_of(raw) == labels.INVITATION:
            return verify_round(_open_invitation(Invitation.from_bytes(raw), secret))
        return verify_round(Round.from_bytes(raw))


def _open_invitation(invitation: "Invitation", secret: str | None) -> "Round":
    from cosign.primitives.codes import decode_code
    from cosign.records.invitation import INVITATION_PREFIX, INVITATION_SECRET_BYTES
    from cosign.roles.organizer.invitations import open_invitation
    from cosign.secret import Secret

    code = secret or ask_code("secret")
    key = decode_code(code, INVITATION_SECRET_BYTES, INVITATION_PREFIX)
    return open_invitation(invitation, Secret(key))
