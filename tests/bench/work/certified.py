"""Verifying a letter with certified cosignatures; see :mod:`tests.bench.worker`."""

import io
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.bench.letters import make_letters
from tests.bench.worker import either

verify_letter = either("cosign.roles.verifier.letter", "cosign.roles.verifier").verify_letter


def prepare(count: str) -> Callable[[], object]:
    """Make a letter, in this build's own form.

    Args:
        count: how many cosigners it has.
    """
    size = int(count)
    with tempfile.TemporaryDirectory() as folder:
        raw = make_letters(Path(folder), [size])[size].read_bytes()

    def verify() -> None:
        assert verify_letter(io.BytesIO(raw)).cosigners == size

    return verify
