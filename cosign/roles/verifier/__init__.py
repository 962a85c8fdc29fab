"""The verifier's steps: check a published letter, and check a claim.

A namespace: names are loaded when they are first used.
"""

from typing import TYPE_CHECKING

from cosign.lazy import lazy_exports

if TYPE_CHECKING:
    from cosign.roles.shared.counting import NamedSigner as NamedSigner
    from cosign.roles.verifier.claim import VerifiedClaim as VerifiedClaim
    from cosign.roles.verifier.claim import verify_claim as verify_claim
    from cosign.roles.verifier.joint import InSeveral as InSeveral
    from cosign.roles.verifier.joint import JointReport as JointReport
    from cosign.roles.verifier.joint import verify_joint as verify_joint
    from cosign.roles.verifier.letter import BELOW_QUORUM as BELOW_QUORUM
    from cosign.roles.verifier.letter import NOT_PINNED as NOT_PINNED
    from cosign.roles.verifier.letter import NOT_VALID as NOT_VALID
    from cosign.roles.verifier.letter import VALID as VALID
    from cosign.roles.verifier.letter import Combination as Combination
    from cosign.roles.verifier.letter import Others as Others
    from cosign.roles.verifier.letter import Report as Report
    from cosign.roles.verifier.letter import verify_letter as verify_letter

__all__ = [
    "BELOW_QUORUM",
    "NOT_PINNED",
    "NOT_VALID",
    "VALID",
    "Combination",
    "InSeveral",
    "JointReport",
    "NamedSigner",
    "Others",
    "Report",
    "VerifiedClaim",
    "verify_claim",
    "verify_joint",
    "verify_letter",
]

if not TYPE_CHECKING:  # else mypy would take any name for an export
    __getattr__, __dir__ = lazy_exports(
        globals(),
        {
            "verify_joint": f"{__name__}.joint",
            "JointReport": f"{__name__}.joint",
            "InSeveral": f"{__name__}.joint",
            "NamedSigner": "cosign.roles.shared.counting",
            "BELOW_QUORUM": f"{__name__}.letter",
            "Combination": f"{__name__}.letter",
            "NOT_PINNED": f"{__name__}.letter",
            "NOT_VALID": f"{__name__}.letter",
            "Others": f"{__name__}.letter",
            "Report": f"{__name__}.letter",
            "VALID": f"{__name__}.letter",
            "VerifiedClaim": f"{__name__}.claim",
            "verify_claim": f"{__name__}.claim",
            "verify_letter": f"{__name__}.letter",
        },
    )
