"""The verifier's step for letters of several groups (docs/spec.md, "Verifying a joint letter").

Not protected: people who belong to several of the groups may be counted in each. That the
groups have no members in common is their word.
"""

from collections.abc import Callable, Collection, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from cosign.errors import MismatchError, UsageError, VerificationError, naming
from cosign.primitives.hashing import normalize_fingerprint
from cosign.primitives.progress import Progress, no_progress
from cosign.records.campaign import AskedGroup, CampaignTerms
from cosign.records.joint import JointReader
from cosign.records.letter import Letter
from cosign.records.published import PublishedReader
from cosign.records.round import VerifiedRound, verify_round
from cosign.roles.shared.counting import NamedSigner
from cosign.roles.shared.joining import Joining
from cosign.roles.verifier.letter import (
    BELOW_QUORUM,
    NOT_PINNED,
    VALID,
    PageState,
    Report,
    verify_records,
)
from cosign.words import phrase

if TYPE_CHECKING:
    from cosign.primitives.time_stamping import Roots


class InSeveral(NamedTuple):
    """A name, or a listed key, that signed openly in several letters.

    Attributes:
        name: as it is first written; of a key, the name that it has there.
        key: 32 bytes, if it is the key that is the same.
        letters: the numbers of the letters, from 1, ascending.
    """

    name: str
    key: bytes | None
    letters: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class JointReport:
    """What is true about a joint letter, and what was not checked.

    Attributes:
        letters: the report on each group's letter, in the order of the file.
        campaigns: what organizers of these letters signed about the groups that are asked.
        page: as in :class:`~cosign.roles.verifier.letter.Report`, for the whole file.
    """

    letters: tuple[Report, ...]
    campaigns: tuple[CampaignTerms, ...] = ()
    page: PageState | None = None

    @property
    def is_joint(self) -> bool:
        """Whether the file has the letters of several groups, or is a single letter."""
        return len(self.letters) > 1

    @property
    def letter(self) -> Letter:
        """The text that all of them signed."""
        return self.letters[0].round.letter

    @property
    def total(self) -> int:
        """The sum of cosigners; people in several of the groups may count in each."""
        return sum(report.cosigners for report in self.letters)

    @property
    def named(self) -> int:
        """The sum of keys that signed openly, with the same limit."""
        return sum(report.named for report in self.letters)

    @property
    def exit_code(self) -> int:
        """0 valid, all pinned, all quorums met; 3 one is not pinned; 4 one is below its quorum."""
        codes = {report.exit_code for report in self.letters}
        return next((c for c in (NOT_PINNED, BELOW_QUORUM) if c in codes), VALID)

    @property
    def asked_not_here(self) -> tuple[AskedGroup, ...]:
        """Groups that a campaign names, and of which the file has no letter; each once."""
        here = {report.round.round_id for report in self.letters}
        named = (asked for terms in self.campaigns for asked in terms.rounds)
        return tuple(dict.fromkeys(asked for asked in named if asked.round_id not in here))

    @property
    def same_names(self) -> tuple[InSeveral, ...]:
        """Names that are in several letters: they may be of one person, who counts in each."""
        return self._in_several(lambda signer: _compared(signer.name))

    @property
    def same_keys(self) -> tuple[InSeveral, ...]:
        """Listed keys that signed openly in several letters: one person, who counts in each."""
        return self._in_several(lambda signer: signer.key)

    def _in_several(
        self, same: Callable[[NamedSigner], str | bytes | None]
    ) -> tuple[InSeveral, ...]:
        first: dict[str | bytes, NamedSigner] = {}
        numbers: dict[str | bytes, list[int]] = {}
        for number, report in enumerate(self.letters, 1):
            for signer in report.names:
                if (value := same(signer)) is None:
                    continue
                first.setdefault(value, signer)
                places = numbers.setdefault(value, [])
                if places[-1:] != [number]:
                    places.append(number)
        return tuple(
            InSeveral(first[value].name, value if isinstance(value, bytes) else None, tuple(places))
            for value, places in numbers.items()
            if len(places) > 1
        )

    @property
    def not_checked(self) -> tuple[str, ...]:
        """Sentences about what the whole does not show; each letter's report has its own."""
        return tuple(self._not_checked())

    def _not_checked(self) -> Iterator[str]:
        yield phrase("not_checked.overlap")
        yield phrase(f"not_checked.asked.{'by_campaign' if self.campaigns else 'by_nobody'}")
        yield phrase("not_checked.other_letters")


def _compared(name: str) -> str:
    """Return a name as names are compared: A to Z small, each white space one blank."""
    return " ".join(name.encode().lower().decode().split())


def verify_joint(
    stream: BinaryIO,
    *,
    pins: Collection[str] = (),
    authorities: "Roots" = (),
    executor: Executor | None = None,
    progress: Progress = no_progress,
) -> JointReport:
    """Verify a joint letter in one pass and in bounded memory, and return a report.

    Args:
        stream: the binary file, not armored; may be a pipe.
        pins: fingerprints of the groups that the verifier knows; each has to be of a letter
            in the file.
        authorities: as in :func:`~cosign.roles.verifier.letter.verify_letter`.
        executor: as there.
        progress: as there; begins again for each letter.

    Raises:
        MalformedError: not a well-formed joint letter.
        VerificationError: a letter or a campaign is not valid, or none is by a pinned group.
        MismatchError: letters or campaigns that do not belong together.
        ThresholdError: too few registrars granted a slot to its round.
        UsageError: a pin is not a fingerprint.
    """
    expected = [_pin(pin) for pin in pins]
    reader = JointReader(stream)
    joining = Joining(reader.header.campaigns)
    letters = []
    for number, (round_id, part) in enumerate(reader.parts(), 1):
        name = f"letter {number}"
        with naming(name):
            published, round_ = _open_part(part, round_id)
        joining.add(round_, name)
        with naming(name):
            letters.append(
                verify_records(
                    published,
                    round_,
                    pinned=round_.group_fingerprint in expected,
                    authorities=authorities,
                    executor=executor,
                    progress=progress,
                )
            )
    joining.end()
    _check_pinned(expected, letters)
    return JointReport(tuple(letters), joining.campaigns)


def _open_part(part: BinaryIO, round_id: bytes) -> tuple[PublishedReader, VerifiedRound]:
    """Read a letter up to its records, and verify its round, which the file's header names."""
    published = PublishedReader(part)
    round_ = verify_round(published.header.round)
    if round_.round_id != round_id:
        raise MismatchError(
            "it is of another round than the file's header says",
            hint="the file was put together wrongly; do not trust it",
        )
    return published, round_


def _check_pinned(expected: list[str], letters: list[Report]) -> None:
    """Check that the file has a letter of each group that the verifier named."""
    here = {report.round.group_fingerprint for report in letters}
    for pin in expected:
        if pin not in here:
            raise VerificationError(
                f"no letter of the file is by the group {pin}, which you pinned",
                hint="the group is missing, or the digits are a round's; do not trust the file",
            )


def _pin(pin: str) -> str:
    """Return a fingerprint as it is written."""
    found = normalize_fingerprint(pin)
    if found is None:
        raise UsageError(
            "a pin is not a fingerprint of 60 digits",
            hint="copy all twelve groups of five digits",
        )
    return found
