"""Verifying many cosignatures and counting distinct members (docs/spec.md, "Counting").

Organizer and verifier count with the same code. Each record is decoded once, where its
proof is verified. Work is cut into chunks that any ``concurrent.futures.Executor`` may
run; a few for each worker are in flight, so memory does not grow with the letter. Counting
needs records in ascending order, one member's side by side, and remembers one member at a
time.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from cosign.errors import MalformedError, MismatchError
from cosign.primitives.parallel import batches, run_paired
from cosign.primitives.progress import Progress, no_progress
from cosign.proofs.interface import Action, MembershipVerifier
from cosign.records.cosignature import Cosignature
from cosign.records.open_cosignature import AnyCosignature, PublicName, cosignature_from_bytes


class Checked(NamedTuple):
    """What a valid cosignature says.

    Attributes:
        tag: 32 bytes.
        action: ``cosign`` or ``withdraw``.
        statement: as in the record.
        certifiers: numbers of the registrars that the proof names.
        name: what the signer is called; None if the record is anonymous.
        key: the signer's 32-byte key on the roster, where the record shows it.
    """

    tag: bytes
    action: Action
    statement: str
    certifiers: tuple[int, ...]
    name: PublicName | None = None
    key: bytes | None = None


class NamedSigner(NamedTuple):
    """A member who signed openly.

    Attributes:
        name, role: as in :class:`~cosign.records.open_cosignature.PublicName`.
        statement: their public statement; may be empty.
        key: their 32-byte key on the roster; None in a registered group.
    """

    name: str
    role: str
    statement: str
    key: bytes | None


class Fault(Enum):
    """Why a record is not counted."""

    MALFORMED = "it is not a well-formed cosignature"
    FALSE = "its proof is not valid"
    FALSE_NAME = "its name is not that of its key's owner, or the owner did not consent"
    NOT_PRIME_ORDER = "its tag is not a point of prime order"
    NOT_REACHED = "it was not verified, because a record before it is not valid"


@dataclass(frozen=True, slots=True)
class Checks:
    """How records are verified. Sent to worker processes, so it holds nothing secret.

    Attributes:
        verifier: of the round.
        round_id: 32 bytes.
        first_only: stop at the first record that is not valid.
        for_publication: also check that the tag is a point of prime order, so that all
            implementations of Ed25519 accept what is published (docs/adr/0009).
    """

    verifier: MembershipVerifier
    round_id: bytes
    first_only: bool = False
    for_publication: bool = False

    def run(
        self,
        raw_records: list[bytes],
        executor: Executor | None = None,
        progress: Progress = no_progress,
    ) -> list[Checked | Fault]:
        """Decode each record once, verify all proofs in one batch, and return a result for each."""
        found: list[Checked | Fault] = [Fault.NOT_REACHED] * len(raw_records)
        waiting = self._decode(raw_records, found)
        items = [(record.binding(self.round_id), record.proof) for _place, record in waiting]
        bad: tuple[int, ...] = ()
        if items:
            bad = self.verifier.verify_batch(
                items, first_only=self.first_only, executor=executor, progress=progress
            )
        for number in bad:
            found[waiting[number][0]] = Fault.FALSE
        reached = bad[0] if bad and self.first_only else len(waiting)
        valid = [(p, r) for p, r in waiting[:reached] if found[p] is Fault.NOT_REACHED]
        for place, record in valid:
            found[place] = self._checked(record)
            if self.first_only and found[place] is Fault.FALSE_NAME:
                return found
        if self.for_publication:
            tags = [self.verifier.tag(record.proof) for _place, record in valid]
            for number in self.verifier.find_wrong_orders(tags):
                found[valid[number][0]] = Fault.NOT_PRIME_ORDER
        return found

    def _decode(
        self, raw_records: list[bytes], found: list[Checked | Fault]
    ) -> list[tuple[int, AnyCosignature]]:
        """Return the well-formed records with their places; write down which are not."""
        decoded: list[tuple[int, AnyCosignature]] = []
        for place, raw in enumerate(raw_records):
            try:
                decoded.append((place, cosignature_from_bytes(raw)))
            except (MalformedError, MismatchError):
                found[place] = Fault.MALFORMED
                if self.first_only:
                    break
        return decoded

    def _checked(self, record: AnyCosignature) -> Checked | Fault:
        """Return what a record with a valid proof says, if its name, too, is proved."""
        tag, certifiers = self.verifier.tag(record.proof), self.verifier.certifiers(record.proof)
        if isinstance(record, Cosignature):
            return Checked(tag, record.action, record.statement, certifiers)
        naming, consent = record.naming(self.round_id), record.shown_consent
        if not self.verifier.is_named(naming, tag, consent, record.attestations):
            return Fault.FALSE_NAME
        name, key = record.public_name, record.key
        return Checked(tag, record.action, record.statement, certifiers, name, key)


def check_records(
    raw_records: Iterable[bytes],
    checks: Checks,
    executor: Executor | None = None,
    progress: Progress = no_progress,
) -> Iterator[tuple[bytes, Checked | Fault]]:
    """Verify a stream of records, in order, in bounded memory.

    Args:
        raw_records: encoded cosignatures.
        checks: how they are verified.
        executor: where records are verified, if there are enough; few are verified here, and
            only what they have in common is done by its workers. None for this thread alone.
        progress: told how much of that is done.

    Yields:
        The bytes of each record, and its content or why it is not counted.
    """
    verifier = checks.verifier
    chunks, worth = batches(raw_records, verifier.batch_size, executor, verifier.share_from)
    if worth is None:
        for raws in chunks:
            yield from zip(raws, checks.run(raws, executor, progress), strict=True)
        return
    tasks = ((raws,) for raws in chunks)
    for (raws,), found in run_paired(Checks.run, tasks, executor, shared=checks):
        yield from zip(raws, found, strict=True)


class Tally:
    """Counts distinct members in verified records, which come in ascending order of tags.

    Beside the statements, it remembers a few facts about the current tag, however many
    records there are.

    Args:
        keep_statements: whether the public statements and names are wanted.

    Attributes:
        records: how many records were added.
        keys: distinct tags that signed and did not withdraw.
        withdrawn: distinct tags that withdrew.
        duplicates: cosignatures beyond the first with the same tag, and withdrawals likewise.
        conflicts: tags that signed with different statements, or with different names; each
            counts once, and none of its statements and names is kept.
        named: tags that signed openly and did not withdraw, without those conflicts.
        statements: public statements of the others, in the order of the records; empty if
            not kept.
        names: who signed openly, in the order of the records; empty if not kept.
        combinations: how many tags were certified by the same registrars, by the numbers
            of these registrars in the tag's first record.
        named_combinations: how many of these are among ``named``.
    """

    def __init__(self, *, keep_statements: bool = True) -> None:
        self._keep_statements = keep_statements
        self.records = self.keys = self.withdrawn = self.duplicates = self.conflicts = 0
        self.named = 0
        self.statements: list[str] = []
        self.names: list[NamedSigner] = []
        self.combinations: Counter[tuple[int, ...]] = Counter()
        self.named_combinations: Counter[tuple[int, ...]] = Counter()
        self._first: dict[Action, Checked] = {}
        self._open: Checked | None = None
        self._conflict = False

    @property
    def by_registrar(self) -> Counter[int]:
        """The number of tags that each registrar certified, by the registrar's number."""
        return _by_registrar(self.combinations)

    @property
    def named_by_registrar(self) -> Counter[int]:
        """The number of these that are among ``named``."""
        return _by_registrar(self.named_combinations)

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
        if checked.name:
            self._open = self._open or checked
            self._conflict |= self._open.name != checked.name

    def finish(self) -> None:
        """Finish the current tag. The caller has to call this after the last record."""
        signed, withdrawn = self._first.get("cosign"), "withdraw" in self._first
        shown, conflict = self._open, self._conflict
        self._first, self._open, self._conflict = {}, None, False
        if withdrawn:
            self.withdrawn += 1
        elif signed:
            self.keys += 1
            self.combinations[signed.certifiers] += 1
            if conflict:
                self.conflicts += 1
            else:
                self.named_combinations[signed.certifiers] += shown is not None
                self._show(shown or signed)

    def _show(self, signed: Checked) -> None:
        """Count a name, and keep what a member says if it is wanted."""
        self.named += signed.name is not None
        if not self._keep_statements:
            return
        if signed.name:
            self.names.append(NamedSigner(*signed.name, signed.statement, signed.key))
        elif signed.statement:
            self.statements.append(signed.statement)


def _by_registrar(combinations: Counter[tuple[int, ...]]) -> Counter[int]:
    """Return how many of the tags in combinations each registrar certified."""
    counts: Counter[int] = Counter()
    for certifiers, count in combinations.items():
        counts.update(dict.fromkeys(certifiers, count))
    return counts
