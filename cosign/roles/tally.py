"""Verifying many cosignatures and counting distinct members (docs/spec.md, "Counting").

Publisher and verifier count with the same code. Work is cut into chunks that
any ``concurrent.futures.Executor`` may run; at most a few chunks are in flight,
so memory does not grow with the letter. Counting needs records in ascending
order, one member's side by side, and remembers one member at a time.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from itertools import islice
from typing import Final, NamedTuple

from cosign.errors import MalformedError
from cosign.proofs.membership import Action, MembershipVerifier
from cosign.records.cosignature import Cosignature

_IN_FLIGHT: Final = 6
"""Chunks handed out before the first answer is awaited: enough to keep workers busy."""


class Checked(NamedTuple):
    """What remains of a cosignature after verification.

    Attributes:
        tag: 32 bytes.
        action: ``cosign`` or ``withdraw``.
        statement: as in the record.
        vouchers: numbers of the registrars that the proof names.
    """

    tag: bytes
    action: Action
    statement: str
    vouchers: tuple[int, ...]


def check_chunk(
    verifier: MembershipVerifier, round_id: bytes, raw_records: list[bytes]
) -> list[Checked | None]:
    """Decode and verify records; None stands for a bad one. Runs in a worker process."""
    found: list[Checked | None] = [None] * len(raw_records)
    items, places = [], []
    for place, raw in enumerate(raw_records):
        try:
            record = Cosignature.from_bytes(raw)
            vouchers = verifier.vouchers(record.proof)
        except MalformedError:
            continue
        tag = verifier.tag(record.proof)
        found[place] = Checked(tag, record.action, record.statement, vouchers)
        items.append((record.binding(round_id), record.proof))
        places.append(place)
    for bad in verifier.verify_batch(items) if items else ():
        found[places[bad]] = None
    return found


def check_records(
    raw_records: Iterable[bytes],
    verifier: MembershipVerifier,
    round_id: bytes,
    executor: Executor | None = None,
) -> Iterator[tuple[bytes, Checked | None]]:
    """Verify a stream of records, in order, in bounded memory.

    Args:
        raw_records: encoded cosignatures.
        verifier: of the round.
        round_id: 32 bytes.
        executor: where the work is done; here and now if None.
    """
    stream = iter(raw_records)
    waiting: deque[tuple[list[bytes], Callable[[], list[Checked | None]]]] = deque()
    while True:
        chunk = list(islice(stream, verifier.batch_size))
        if chunk:
            waiting.append((chunk, _start(executor, verifier, round_id, chunk)))
        if not waiting:
            return
        if not chunk or executor is None or len(waiting) > _IN_FLIGHT:
            raws, result = waiting.popleft()
            yield from zip(raws, result(), strict=True)


def _start(
    executor: Executor | None, verifier: MembershipVerifier, round_id: bytes, chunk: list[bytes]
) -> Callable[[], list[Checked | None]]:
    if executor is None:
        return lambda: check_chunk(verifier, round_id, chunk)
    future: Future[list[Checked | None]] = executor.submit(check_chunk, verifier, round_id, chunk)
    return future.result


class Tally:
    """Counts distinct members from checked records in ascending order of tags.

    Attributes:
        cosigners: distinct members who signed and did not withdraw.
        withdrawn: members whose cosignature is here and who withdrew.
        duplicates: cosignatures beyond a member's first.
        conflicts: members who made several statements; they count once, silently.
        statements: public statements, in the order of the file.
        combinations: cosigners by the registrars that their proofs name.
    """

    def __init__(self) -> None:
        self.cosigners = self.withdrawn = self.duplicates = self.conflicts = 0
        self.statements: list[str] = []
        self.combinations: Counter[tuple[int, ...]] = Counter()
        self._member: list[Checked] = []

    def add(self, checked: Checked) -> None:
        """Count a record; all records of one tag have to come one after another."""
        if self._member and self._member[0].tag != checked.tag:
            self.finish()
        self._member.append(checked)

    def finish(self) -> None:
        """Close the last member; call it once after the last record."""
        member, self._member = self._member, []
        signed = [c for c in member if c.action == "cosign"]
        if not signed:
            return
        self.duplicates += len(signed) - 1
        if len(signed) < len(member):
            self.withdrawn += 1
            return
        self.cosigners += 1
        self.combinations[signed[0].vouchers] += 1
        texts = {c.statement for c in signed}
        if len(texts) > 1:
            self.conflicts += 1
        elif signed[0].statement:
            self.statements.append(signed[0].statement)
