"""Inviting to a round whose letter is still confidential (docs/spec.md, "Invitations").

Not protected: a person who has both file and secret can read the letter.
"""

import hmac

from cosign import labels
from cosign.errors import MismatchError
from cosign.primitives import hpke
from cosign.primitives.codes import decode_code, encode_code
from cosign.primitives.hashing import H
from cosign.randomness import SYSTEM, Randomness
from cosign.records.invitation import INVITATION_PREFIX, INVITATION_SECRET_BYTES, Invitation
from cosign.records.round import Round, VerifiedRound
from cosign.secret import Secret
from cosign.wire.padding import pad_to_blocks, unpad_blocks


def invite(round_: VerifiedRound, randomness: Randomness = SYSTEM) -> tuple[Secret, Invitation]:
    """Encrypt a round under a fresh secret, and return both.

    Send them through two channels: each alone says nothing of the letter.

    Args:
        round_: verified.
        randomness: for the secret, 32 bytes.
    """
    secret = Secret(randomness(INVITATION_SECRET_BYTES))
    padded = pad_to_blocks(round_.round.to_bytes())
    # A zero nonce is safe: the secret is fresh, so its key encrypts once.
    ciphertext = hpke.encrypt_once(_key(secret), _associated(), padded)
    return secret, Invitation(_commit(secret), ciphertext)


def encode_secret(secret: Secret) -> str:
    """Return an invitation's secret as a code that people can copy; it shows the secret."""
    return encode_code(secret.reveal(), INVITATION_PREFIX)


def decode_secret(code: str) -> Secret:
    """Return the 32-byte secret that :func:`encode_secret` wrote as a code.

    Raises:
        UsageError: mistyped, or another kind of code.
    """
    return Secret(decode_code(code, INVITATION_SECRET_BYTES, INVITATION_PREFIX))


def open_invitation(invitation: Invitation, secret: Secret) -> Round:
    """Return the round in an invitation: well-formed, but not verified.

    Args:
        invitation: as it was received.
        secret: 32 bytes, from :func:`decode_secret`.

    Raises:
        MismatchError: the secret of another invitation.
        VerificationError: the invitation was changed.
        MalformedError: its content is not a round.
    """
    if not hmac.compare_digest(_commit(secret), invitation.commitment):
        raise MismatchError(
            "the secret has no typing error, but it belongs to another invitation",
            hint="ask for the secret that belongs to this file, or for the file that belongs to it",
        )
    padded = hpke.decrypt_once(_key(secret), _associated(), invitation.ciphertext)
    return Round.from_bytes(unpad_blocks(padded))


def _key(secret: Secret) -> Secret:
    return Secret(H(labels.INVITATION_KEY, secret.reveal())[: hpke.CONTENT_KEY_BYTES])


def _commit(secret: Secret) -> bytes:
    return H(labels.INVITATION_COMMITMENT, secret.reveal())


def _associated() -> bytes:
    return hpke.sealing_info(labels.SEAL_INVITATION)
