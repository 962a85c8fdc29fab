"""The trustee's step: decrypt its share of every envelope (docs/spec.md, "Opening").

Not protected: t trustees together can open envelopes before the round closes, with a
program that does not refuse it as this one does.
"""

from collections.abc import Iterable

from cosign import labels
from cosign.errors import MismatchError, VerificationError
from cosign.primitives import hpke
from cosign.randomness import SYSTEM, Randomness
from cosign.records.envelope import SHARE_BYTES, Envelope, OpenedShares, Opening
from cosign.records.round import Trustee, VerifiedRound
from cosign.records.secrets import SEED_BYTES, TrusteeSecrets
from cosign.roles.shared.gathering import gather_envelopes
from cosign.roles.shared.sealing import share_info
from cosign.secret import Secret

__all__ = ["gather_envelopes", "make_trustee", "open_shares"]


def make_trustee(name: str, randomness: Randomness = SYSTEM) -> TrusteeSecrets:
    """Make a trustee's sealing key, X-Wing, from 32 random bytes.

    Args:
        name: what people call the trustee, 1 to 200 bytes of UTF-8.
        randomness: where the seed comes from.
    """
    seed = Secret(randomness(SEED_BYTES))
    key = hpke.SealingSecretKey(seed).public_key
    return TrusteeSecrets(Trustee(name, key.to_bytes()), seed)


def trustee_number(round_: VerifiedRound, key: hpke.SealingSecretKey) -> int:
    """Return the number, from 1, of the trustee who has this key.

    Raises:
        MismatchError: the round does not name this key.
    """
    public = key.public_key.to_bytes()
    for number, trustee in enumerate(round_.terms.trustees, 1):
        if trustee.sealing_key == public:
            return number
    raise MismatchError(
        "you are not a trustee of this round",
        hint="use the home that made the key which you gave to the organizer",
    )


def opening_info(round_id: bytes, trustee: int) -> bytes:
    """Return the HPKE ``info`` under which an opening is sealed, 64 bytes."""
    return hpke.sealing_info(labels.SEAL_OPENING, round_id, trustee.to_bytes(8, "big"))


def open_shares(
    seed: Secret, round_: VerifiedRound, envelopes: Iterable[Envelope], minute: int
) -> Opening:
    """Decrypt this trustee's share of each envelope and seal them all to the organizer.

    An envelope whose share does not decrypt, or that has none for this trustee, has no
    entry in the opening.

    Args:
        seed: the trustee's X-Wing seed, 32 bytes.
        round_: verified.
        envelopes: of this round; byte-identical ones count once.
        minute: now, in minutes since 1970.

    Raises:
        WindowError: the round has not closed.
        MismatchError: the key is not a trustee's of this round, or an envelope is of
            another round.
    """
    round_.check_closed(minute)
    key = hpke.SealingSecretKey(seed)
    number = trustee_number(round_, key)
    info = share_info(round_.round_id, number)
    shares: dict[bytes, Secret] = {}
    for envelope in envelopes:
        if envelope.round_id != round_.round_id:
            raise MismatchError(
                "an envelope belongs to another round", hint="leave it out, then repeat"
            )
        for mine in envelope.shares[number - 1 : number]:
            share = _open(key, info, mine)
            if share:
                shares[envelope.envelope_id] = share
    opened = OpenedShares.of(round_.round_id, number, shares)
    organizer = hpke.SealingPublicKey.from_bytes(round_.terms.organizer_sealing_key)
    sealed = hpke.seal(organizer, opening_info(round_.round_id, number), opened.to_bytes())
    return Opening(round_.round_id, number, sealed)


def _open(key: hpke.SealingSecretKey, info: bytes, sealed: bytes) -> Secret | None:
    try:
        share = Secret(hpke.open_sealed(key, info, sealed))
    except VerificationError:
        return None
    return share if len(share) == SHARE_BYTES else None
