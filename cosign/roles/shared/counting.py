"""Verifying many cosignatures and counting distinct members (docs/spec.md, "Counting").

Publisher and verifier count with the same code. Work is cut into chunks that
any ``concurrent.futures.Executor`` may run; at most a few chunks are in flight,
so memory does not grow with the letter. Counting needs records in ascending
order, one member's side by side, and remembers one member at a time.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from functools import partial
from itertools import islice
from typing import Final, NamedTuple

from cosign.errors import MalformedError, MismatchError
from cosign.proofs.interface import Action, MembershipVerifier
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
    verifier: MembershipVerifier, round_id: bytes, raw_records: list[bytes], *, strict: bool = False
) -> list[Checked | None]:
    """Decode and verify records; None stands for a bad one. Runs in a worker process.

    Where it is ``strict``, None also stands for all behind the first bad one, whose
    proofs are then not looked at.
    """
    found: list[Checked | None] = [None] * len(raw_records)
    items, places = [], []
    for place, raw in enumerate(raw_records):
        try:
            record = Cosignature.from_bytes(raw)
            vouchers = verifier.vouchers(record.proof)
        except (MalformedError, MismatchError):
            continue
        tag = verifier.tag(record.proof)
        found[place] = Checked(tag, record.action, record.statement, vouchers)
        items.append((record.binding(round_id), record.proof))
        places.append(place)
    for bad in verifier.verify_batch(items, first_only=strict) if items else ():
        found[places[bad]] = None
    if strict and None in found:
        first = found.index(None)
        found[first:] = [None] * (len(found) - first)
    return found


def check_records(
    raw_records: Iterable[bytes],
    verifier: MembershipVerifier,
    round_id: bytes,
    executor: Executor | None = None,
    *,
    strict: bool = False,
) -> Iterator[tuple[bytes, Checked | None]]:
    """Verify a stream of records, in order, in bounded memory.

    Args:
        raw_records: encoded cosignatures.
        verifier: of the round.
        round_id: 32 bytes.
        executor: where the work is done; here and now if None.
        strict: the first bad record ends it; what comes after is not verified, and None.
    """
    stream = iter(raw_records)
    waiting: deque[tuple[list[bytes], Callable[[], list[Checked | None]]]] = deque()
    while True:
        chunk = list(islice(stream, verifier.batch_size))
        if chunk:
            waiting.append((chunk, _start(executor, verifier, round_id, chunk, strict=strict)))
        if not waiting:
            return
        if not chunk or executor is None or len(waiting) > _IN_FLIGHT:
            raws, result = waiting.popleft()
            yield from zip(raws, result(), strict=True)


def _start(
    executor: Executor | None,
    verifier: MembershipVerifier,
    round_id: bytes,
    chunk: list[bytes],
    *,
    strict: bool,
) -> Callable[[], list[Checked | None]]:
    work = partial(check_chunk, verifier, round_id, chunk, strict=strict)
    return executor.submit(work).result if executor else work


class Tally:
    """Counts distinct members in verified records, which come in ascending order of tags.

    It remembers a few facts about the current tag, however many records there are.

    Attributes:
        records: how many records were added.
        keys: distinct tags that signed and did not withdraw.
        withdrawn: distinct tags that withdrew.
        duplicates: cosignatures beyond the first with the same tag, and withdrawals likewise.
        conflicts: tags that signed with different statements; each counts once, and none of
            its statements is kept.
        statements: public statements, in the order of the records.
        combinations: how many tags were certified by the same registrars, by the numbers
            of these registrars in the tag's first record.
    """

    def __init__(self) -> None:
        self.records = self.keys = self.withdrawn = self.duplicates = self.conflicts = 0
        self.statements: list[str] = []
        self.combinations: Counter[tuple[int, ...]] = Counter()
        self._first: dict[Action, Checked] = {}
        self._conflict = False

    @property
    def by_registrar(self) -> Counter[int]:
        """The number of tags that each registrar certified, by the registrar's number."""
        counts: Counter[int] = Counter()
        for vouchers, count in self.combinations.items():
            counts.update(dict.fromkeys(vouchers, count))
        return counts

    @property
    def cosigners(self) -> int:
        """The number of distinct members that the proofs show (docs/spec.md, "Counting").

        If t of n registrars certify a key and t < n, one person can have two keys, certified
        by different registrars. But an honest registrar certifies each person once. If fewer
        than t registrars are dishonest, at least one of any t registrars is honest, and it
        certified as many people as tags. So the number of people is at least the t-th
        largest of the numbers of tags that the registrars certified (docs/adr/0013).
        """
        certified = sorted(self.by_registrar.values(), reverse=True)
        threshold = min(map(len, self.combinations), default=0)
        return certified[threshold - 1] if threshold else self.keys

    def add(self, checked: Checked) -> None:
        """Count a record. All records with one tag have to be added one after another."""
        if any(first.tag != checked.tag for first in self._first.values()):
            self.finish()
        self.records += 1
        first = self._first.setdefault(checked.action, checked)
        if first is not checked:
            self.duplicates += 1
            self._conflict |= first.statement != checked.statement

    def finish(self) -> None:
        """Finish the current tag. The caller has to call this after the last record."""
        signed, withdrawn = self._first.get("cosign"), "withdraw" in self._first
        conflict, self._first, self._conflict = self._conflict, {}, False
        if withdrawn:
            self.withdrawn += 1
        elif signed:
            self.keys += 1
            self.combinations[signed.vouchers] += 1
            if conflict:
                self.conflicts += 1
            elif signed.statement:
                self.statements.append(signed.statement)
