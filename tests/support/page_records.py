"""What the page's engine reads, and what it made, by the library."""

from typing import Any, Final

import pytest

from cosign.primitives.vault import Parameters
from cosign.proofs.interface import Binding
from cosign.records.cosignature import Cosignature
from cosign.records.credential import Credential
from cosign.records.envelope import Envelope
from cosign.records.key_file import KeyFile
from cosign.records.open_cosignature import (
    OpenCosignature,
    cosignature_from_bytes,
)
from cosign.records.round import VerifiedRound
from cosign.roles.shared.sealing import recover
from cosign.secret import Secret
from cosign.stores.key_files import open_key_file, seal_key_file
from cosign.stores.vault_file import VaultFile
from tests.support.member_page import PASSPHRASE, ProblemError
from tests.support.world import (
    SIGN_MINUTE,
    World,
)

CHEAP: Final = Parameters(1, 8192)
SECRET: Final = Secret(PASSPHRASE.encode())


def sealed(*credentials: Credential) -> bytes:
    """Return a key file of the library with these."""
    return seal_key_file(KeyFile.of(credentials), SECRET, CHEAP).to_bytes()


def opened(raw: bytes) -> KeyFile:
    """Open a key file of the engine with the library."""
    return open_key_file(VaultFile.from_bytes(raw), SECRET)


def signing(**changes: Any) -> dict[str, Any]:
    """Return the options of a signature."""
    wanted = {"action": "cosign", "statement": "", "minSet": 1, "minute": SIGN_MINUTE}
    return wanted | changes


def refused(kind: str, words: str) -> Any:
    """Expect a refusal of this kind, with these words and a hint."""
    return pytest.raises(ProblemError, match=f"^{kind}: .*{words}")


def opened_by(
    world: World, round_: VerifiedRound, envelope: Envelope
) -> Cosignature | OpenCosignature:
    """Let trustees open an envelope."""
    found = world.openings([envelope], range(1, round_.terms.threshold + 1), round_)
    shares = {s.trustee: s.shares()[envelope.envelope_id] for s in found}
    return cosignature_from_bytes(recover(envelope, shares, round_.terms.threshold).record)


def is_valid(round_: VerifiedRound, record: Cosignature | OpenCosignature) -> bool:
    """Return whether a cosignature is valid in a round."""
    binding = Binding(round_.round_id, record.action, record.statement)
    return not round_.membership_verifier().verify_batch([(binding, record.proof)])


def cosigning(world: World, words: str) -> dict[str, Any]:
    """Return the arguments of a cosignature by the first member of a world."""
    return {
        "prover": world.prover(0),
        "round_": world.round,
        "uses": (),
        "statement": words,
        "minute": SIGN_MINUTE,
        "min_set": 1,
    }
