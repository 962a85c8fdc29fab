"""Sorted runs in a temporary file that nobody can read (docs/spec.md, "Files").

What is sorted before publication includes cosignatures that were withdrawn and must not
become known. So the file has no name, which leaves nothing behind however the process ends,
and each block of it is encrypted under a random key of its own, which only this process has
in its memory (docs/adr/0057). What a disk keeps of the file afterwards is noise.

Not protected: the length of the file shows about how much was sorted. Memory that the
system swaps out holds the keys.
"""

import contextlib
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, NamedTuple, Self, cast

from cosign.errors import StorageError, VerificationError
from cosign.primitives.hpke import CONTENT_KEY_BYTES, decrypt_once, encrypt_once
from cosign.randomness import SYSTEM, Randomness
from cosign.secret import Secret
from cosign.stores.files import TEMPORARY
from cosign.stores.system_errors import storage_errors
from cosign.wire.framing import FRAME_LENGTH_BYTES, frame

RUN_BYTES: Final = 2**23
"""A million cosignatures of the usual length make about 80 runs."""

BLOCK_BYTES: Final = 2**16
"""Bytes that are encrypted and read together."""


class _Block(NamedTuple):
    """Where a block is, and its key of 32 bytes."""

    start: int
    length: int
    key: Secret


class Spool:
    """Runs of byte strings in a temporary file, which is created when the first one comes.

    Args:
        folder: on a disk with room for the runs, such as that of the output.
        run_bytes: how much memory fills before it is stored as a run.
        block_bytes: how much of each run is in memory while runs are merged.
        randomness: for the keys.

    Attributes:
        run_bytes: the same.
    """

    def __init__(
        self,
        folder: Path,
        run_bytes: int = RUN_BYTES,
        block_bytes: int = BLOCK_BYTES,
        randomness: Randomness = SYSTEM,
    ) -> None:
        self.run_bytes = run_bytes
        self._block_bytes = block_bytes
        self._folder, self._randomness = folder, randomness
        self._runs: list[list[_Block]] = []
        self._open = contextlib.ExitStack()
        self._file: BinaryIO | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with contextlib.suppress(OSError):  # a full disk fails again, and nothing is to stay
            self._open.close()

    def store(self, run: Iterable[bytes]) -> int:
        """Write byte strings in this order, and return the number of the run.

        Raises:
            StorageError: the disk is full or fails.
        """
        blocks: list[_Block] = []
        self._runs.append(blocks)
        block = bytearray()
        with storage_errors(self._folder):
            for each in run:
                block += frame(each)
                if len(block) >= self._block_bytes:
                    blocks.append(self._write(bytes(block)))
                    block.clear()
            if block:
                blocks.append(self._write(bytes(block)))
            self._stream().flush()
        return len(self._runs) - 1

    def read(self, run: int) -> Iterator[bytes]:
        """Yield the byte strings of a run, read block by block.

        Raises:
            StorageError: the disk fails or has changed the file.
        """
        for block in self._runs[run]:
            yield from _strings(self._block(block))

    def _write(self, block: bytes) -> _Block:
        key = Secret(self._randomness(CONTENT_KEY_BYTES))
        encrypted = encrypt_once(key, b"", block)
        stream = self._stream()
        start = stream.seek(0, 2)
        stream.write(encrypted)
        return _Block(start, len(encrypted), key)

    def _block(self, block: _Block) -> bytes:
        with storage_errors(self._folder):
            self._stream().seek(block.start)
            encrypted = self._stream().read(block.length)
        try:
            return decrypt_once(block.key, b"", encrypted)
        except VerificationError as e:
            raise StorageError(
                f"{self._folder}: a temporary file does not hold what was written to it",
                hint="check the disk, then repeat the command",
            ) from e

    def _stream(self) -> BinaryIO:
        if self._file is None:
            # Without a name from the start where the system can do that, else from now on.
            made = tempfile.TemporaryFile(dir=self._folder, prefix=TEMPORARY)  # noqa: SIM115  # closed by __exit__
            self._file = cast("BinaryIO", self._open.enter_context(made))
        return self._file


def _strings(block: bytes) -> Iterator[bytes]:
    place = 0
    while place < len(block):
        start = place + FRAME_LENGTH_BYTES
        place = start + int.from_bytes(block[place:start], "big")
        yield block[start:place]
