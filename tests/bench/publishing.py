"""Publishing a registered round of 20,000 envelopes, compared with an earlier build.

From the bytes of envelopes and openings to those of the published letter, with a
threshold of two of three trustees, who all opened.

For each cosignature OpenSSL and libsodium verify an RSA and an Ed25519 signature, which is more
than a third of the time of the earlier build. It also checked the order of each membership key
by itself, as the core in Python still does; the compiled core checks a thousand together.
"""

from collections.abc import Iterator
from typing import Final

from cosign.primitives.curve import choice
from tests.bench.builds import NO_HISTORY, work_ratio
from tests.bench.measure import LeftOut, Result

ENVELOPES: Final = 20_000
NAME: Final = "publish_vs_previous"


def run() -> Iterator[Result | LeftOut]:
    """Compare the processor time of each core with that of the previous build."""
    if choice.IS_NATIVE:
        yield _measured(NAME, "native", 0.75)
    else:
        yield LeftOut(NAME, "the compiled core is not installed: make native")
    yield _measured(f"{NAME}_python", "python", None)


def _measured(name: str, core: str, target: float | None) -> Result | LeftOut:
    found = work_ratio("tests.bench.work.publish", str(ENVELOPES), core=core, repeat=9)
    return LeftOut(name, NO_HISTORY) if found is None else Result(name, found, target)
