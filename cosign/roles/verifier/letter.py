"""The verifier's step: check a published letter offline (docs/spec.md, "Verifying").

It needs the file and, for trust, the group's fingerprint from a source other than the
file. The report is data, which :mod:`cosign.reports` renders. It always lists what was
*not* checked.
"""

from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final, Literal, NamedTuple

from cosign.errors import UsageError, VerificationError
from cosign.primitives.hashing import normalize_fingerprint
from cosign.primitives.progress import Progress, no_progress
from cosign.proofs.interface import Anonymity
from cosign.records.groups.facts import KeyKinds
from cosign.records.published import OpeningSummary, PublishedReader, sort_key
from cosign.records.round import VerifiedRound, verify_round
from cosign.roles.shared.counting import (
    Checked,
    Checks,
    Fault,
    NamedSigner,
    Tally,
    check_records,
)
from cosign.roles.verifier.time_stamps import FoundStamp, check_stamps
from cosign.words import phrase, some_of

if TYPE_CHECKING:
    from cosign.primitives.time_stamping import Roots

VALID, NOT_VALID, NOT_PINNED, BELOW_QUORUM = 0, 1, 3, 4
"""Exit codes of ``verify``; 2 is a usage error."""

PageState = Literal["genuine", "changed"]

_PROGRESS_STEP: Final = 100


@dataclass(frozen=True, slots=True)
class Combination:
    """Keys that the same registrars certified: their members hide only among each other.

    Attributes:
        registrars: the names of the registrars.
        keys: how many keys that signed were certified by exactly these registrars.
        at_most: the largest number of members whom all of them can have certified, or None
            if one of them has not stated how many certificates it issued.
        named: how many of the keys signed openly.
        others_at_most: the largest number of members among whom the others can be hidden:
            without those whose named keys one of these registrars certified; None as above.
    """

    registrars: tuple[str, ...]
    keys: int
    at_most: int | None
    named: int
    others_at_most: int | None


class Others(NamedTuple):
    """Those who can have made the cosignatures without a name.

    Attributes:
        at_most: the anonymity set less the keys that signed openly; None if it is unknown.
        key_kinds: how many of the listed keys are left, by kind; None where none are listed.
    """

    at_most: int | None
    key_kinds: KeyKinds | None


@dataclass(frozen=True, slots=True)
class Report:
    """What is true about a published letter, and what was not checked.

    Attributes:
        round: the verified round, with the letter, the group and the terms.
        pinned: whether the verifier named the group, by its fingerprint.
        anonymity_set: the largest number of members there can be, or None if it is unknown.
        cosigners: distinct members who signed and did not withdraw, as the proofs show.
        keys: membership keys that signed and did not withdraw; more than cosigners only
            where fewer than all registrars certify a member, so that one person could have
            several.
        withdrawn: keys with a withdrawal in the file.
        duplicates: records in the file beyond a key's first cosignature and first withdrawal.
        conflicts: keys that signed with different statements or names; each counts once, and
            none of its statements and names is in ``statements`` and ``names``.
        opening: what the organizer says about the envelopes; nobody else can check it.
        statements: public statements of those who are not in ``names``, in the order of the file.
        combinations: keys by the registrars that certified them, smallest ``at_most`` first;
            empty where a cosignature does not show which registrars did.
        not_checked: sentences about what this report does not show.
        page: if the letter was read from a web page, whether this is one that the package
            ships, but for the letter in it; else None.
        time_stamps: what the time stamps that travel with the file are worth.
        names: the members who signed openly, in the order of the file; they count among the
            keys, and are no part of the crowd.
    """

    round: VerifiedRound
    pinned: bool
    anonymity_set: int | None
    cosigners: int
    keys: int
    withdrawn: int
    duplicates: int
    conflicts: int
    opening: OpeningSummary
    statements: tuple[str, ...]
    combinations: tuple[Combination, ...]
    not_checked: tuple[str, ...]
    page: PageState | None = None
    time_stamps: tuple[FoundStamp, ...] = ()
    names: tuple[NamedSigner, ...] = ()

    @property
    def named(self) -> int:
        """How many of the keys signed openly."""
        return len(self.names)

    @property
    def others(self) -> Others:
        """Among whom those without a name are hidden; who signed openly is no part of it."""
        size, group = self.anonymity_set, self.round.group
        at_most = None if size is None else max(0, size - self.named)
        return Others(at_most, group.key_kinds_without(one.key for one in self.names if one.key))

    @property
    def anonymity(self) -> Anonymity:
        """Whether a computer could ever find out who signed; may depend on the key on a roster."""
        return self.round.group.anonymity

    @property
    def quorum_met(self) -> bool:
        """Whether at least as many members signed as the round asks for."""
        return self.cosigners >= self.round.terms.quorum

    @property
    def exit_code(self) -> int:
        """0 valid, pinned, quorum met; 3 not pinned; 4 pinned, below quorum."""
        if not self.pinned:
            return NOT_PINNED
        return VALID if self.quorum_met else BELOW_QUORUM

    @property
    def invalid(self) -> int:
        """Records in the file whose proof is false: none, since one makes the file not valid."""
        return 0


def verify_letter(
    stream: BinaryIO,
    *,
    pin: str | None = None,
    authorities: "Roots" = (),
    executor: Executor | None = None,
    progress: Progress = no_progress,
) -> Report:
    """Verify a published letter in one pass and in bounded memory, and return a report.

    Args:
        stream: the binary file, not armored; may be a pipe.
        pin: the group's fingerprint, with any spaces and dashes between its 60 digits,
            or None if the verifier does not know it.
        authorities: certificates of time stamp authorities that the verifier trusts.
        executor: where proofs are verified, such as a pool of processes or a cluster; in
            this thread if None.
        progress: called with the number of verified records and an estimate of all; while the
            keys of a large roster are checked and summed up, with those that are done.

    Raises:
        MalformedError: not a well-formed published letter.
        VerificationError: a signature, a proof or a count is false, or the letter is not by
            the group with this fingerprint.
        ThresholdError: too few registrars granted the slot, or too few publishers signed
            the roster.
        MismatchError: the file has parts that belong to different rounds or groups.
        UsageError: the pin is not a fingerprint.
    """
    expected = None if pin is None else normalize_fingerprint(pin)
    if pin is not None and expected is None:
        raise UsageError(
            "the pin is not a fingerprint of 60 digits",
            hint="copy all twelve groups of five digits",
        )
    reader = PublishedReader(stream)
    round_ = verify_round(reader.header.round)
    if expected not in {None, round_.group_fingerprint}:
        raise VerificationError(
            f"the letter is by the group {round_.group_fingerprint}, not by the one you pinned",
            hint="the digits are mistyped or a round's, or it is another group's letter; "
            "do not trust it",
        )
    return verify_records(
        reader,
        round_,
        pinned=pin is not None,
        authorities=authorities,
        executor=executor,
        progress=progress,
    )


def verify_records(
    reader: PublishedReader,
    round_: VerifiedRound,
    *,
    pinned: bool,
    authorities: "Roots" = (),
    executor: Executor | None = None,
    progress: Progress = no_progress,
) -> Report:
    """Verify what follows the header of a published letter, and return a report.

    Args:
        reader: of the letter, at its first record.
        round_: of the letter, verified.
        pinned: whether the verifier named the round's group.
        authorities: as in :func:`verify_letter`.
        executor: as there.
        progress: as there.

    Raises:
        MalformedError: not a well-formed published letter.
        VerificationError: a signature, a proof or a count is false.
    """
    tally = _count(reader, round_, executor, progress)
    round_.membership.check_counts(tally.by_registrar)
    opening = reader.header.opening
    return Report(
        round_,
        pinned,
        round_.membership.anonymity_set,
        tally.cosigners,
        tally.keys,
        tally.withdrawn,
        tally.duplicates,
        tally.conflicts,
        opening,
        tuple(tally.statements),
        tuple(_combinations(round_, tally)),
        tuple(_not_checked(round_, tally, pinned=pinned)),
        time_stamps=check_stamps(reader, authorities),
        names=tuple(tally.names),
    )


def _count(
    reader: PublishedReader,
    round_: VerifiedRound,
    executor: Executor | None,
    progress: Progress,
) -> Tally:
    tally = Tally()
    valid = read_valid(reader, round_, executor, progress)
    for number, (_raw, checked) in enumerate(valid, 1):
        if number % _PROGRESS_STEP == 0:
            progress(number, max(number, reader.header.opening.received))
        tally.add(checked)
    tally.finish()
    return tally


def read_valid(
    reader: PublishedReader,
    round_: VerifiedRound,
    executor: Executor | None = None,
    progress: Progress = no_progress,
) -> Iterator[tuple[bytes, Checked]]:
    """Yield each record of a published file and its content, verified and in order.

    Args:
        reader: of the file, at its first record.
        round_: the round of the file, verified.
        executor: where proofs are verified; in this thread if None.
        progress: told how many keys of a large roster are done.

    Raises:
        MalformedError: not a well-formed published letter.
        VerificationError: a record is not valid or out of order. This stops at the first
            such record, so a file with many bad records takes little more time than one
            with a single bad record.
    """
    verifier = round_.membership_verifier(executor, progress)
    checks = Checks(verifier, round_.round_id, first_only=True)
    last = b"", b""
    answers = check_records(reader.records(), checks, executor, progress)
    for number, (raw, checked) in enumerate(answers, 1):
        if isinstance(checked, Fault):
            false_name = checked is Fault.FALSE_NAME
            raise VerificationError(
                f"the name in record {number} is not proved to be its signer's"
                if false_name
                else f"record {number} is not a valid cosignature",
                hint="the file was changed, or published without verifying it; do not trust it",
            )
        key = sort_key(raw, checked.tag)
        if key <= last:
            raise VerificationError(
                f"record {number} is out of order or repeated",
                hint="this program sorts the records; another one made or changed this file",
            )
        last = key
        yield raw, checked


def _combinations(round_: VerifiedRound, tally: Tally) -> list[Combination]:
    """Return how the choice of registrars splits the members; empty if there is no choice."""
    group, membership = round_.group, round_.membership
    named = tally.named_by_registrar
    found = [
        Combination(
            group.registrar_names(certifiers),
            count,
            membership.combination_set(certifiers),
            tally.named_combinations[certifiers],
            membership.combination_set(certifiers, named),
        )
        for certifiers, count in sorted(tally.combinations.items())
        if group.splits
    ]
    return sorted(found, key=lambda c: (c.at_most is None, c.at_most or 0, c.keys))


def _not_checked(round_: VerifiedRound, tally: Tally, *, pinned: bool) -> Iterator[str]:
    group = round_.group
    role, _who, threshold, of, _basis = group.vouching
    some = some_of(threshold, of, role)
    if not pinned:
        yield phrase("not_checked.group")
    yield group.trust_sentence
    if group.splits:
        yield phrase("not_checked.splits", some=some)
    if round_.membership.anonymity_set is None:
        yield phrase("not_checked.size")
    yield phrase("not_checked.complete")
    yield phrase("not_checked.opening")
    yield phrase("not_checked.pressure")
    if tally.named:
        yield phrase(f"not_checked.names.{group.kind}", some=some)
    if not tally.named:
        yield phrase("not_checked.who")
    elif tally.named < tally.keys:
        yield phrase("not_checked.who_else")
