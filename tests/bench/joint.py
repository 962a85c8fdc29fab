"""Verifying the letters of three groups in one file, over the same letters apart."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from cosign.joint_files import verify_joint, write_joint
from cosign.letter_files import verify_letter
from tests.bench.letters import make_letters
from tests.bench.measure import Result, ratio

GROUPS: Final = 3
COSIGNERS: Final = 5_000


def run(cosigners: int = COSIGNERS) -> Iterator[Result]:
    """Measure the one figure."""
    with tempfile.TemporaryDirectory() as name:
        letters = []
        for group in range(GROUPS):
            folder = Path(name) / str(group)
            folder.mkdir()
            letters.append(make_letters(folder, [cosigners])[cosigners])
        whole = Path(name) / "all.letter"
        write_joint(whole, letters)

        def together() -> None:
            if verify_joint(whole).total != GROUPS * cosigners:
                raise RuntimeError("the joint letter counts others")

        def apart() -> None:
            if sum(verify_letter(path).cosigners for path in letters) != GROUPS * cosigners:
                raise RuntimeError("the letters count others")

        yield Result("joint_verify_ratio", ratio(together, apart, 3), 1.05)
