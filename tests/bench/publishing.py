"""Publishing a registered round of 20,000 envelopes, compared with an earlier build.

From the bytes of envelopes and openings to those of the published letter, with a
threshold of two of three trustees, who all opened.

For each cosignature OpenSSL and libsodium verify an RSA and an Ed25519 signature and check
the order of a point. That is the same in both builds and more than half of the time of the
earlier one, so the ratio cannot come near a half.
"""

from collections.abc import Iterator
from typing import Final

from tests.bench.builds import NO_HISTORY, work_ratio
from tests.bench.measure import LeftOut, Result

ENVELOPES: Final = 20_000


def run() -> Iterator[Result | LeftOut]:
    """Compare the processor time with that of the previous build."""
    name = "publish_vs_previous"
    found = work_ratio("tests.bench.work.publish", str(ENVELOPES), repeat=9)
    yield LeftOut(name, NO_HISTORY) if found is None else Result(name, found, 0.75)
