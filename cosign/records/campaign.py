"""Campaigns: one letter in several rounds, one for each group (docs/spec.md, "Campaigns").

An organizer signs which groups are asked to cosign a letter, and in which rounds, so that
members of one group can see which others are asked.

Not protected: nothing shows when a campaign was made, or that no other group was asked. An
organizer can show different campaigns to different people. A group's name is only what the
organizer wrote, until the reader has that group's round.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, ClassVar, Final, NamedTuple

from cosign import labels
from cosign.errors import MalformedError, MismatchError, VerificationError
from cosign.primitives import ed25519
from cosign.primitives.hashing import IDENTIFIER_BYTES
from cosign.records.identified import Identified
from cosign.records.limits import NAME_LIMIT, Identifier, Key, Name, Signature
from cosign.records.round import DraftRound
from cosign.wire.codecs import Array, Bin, Row, Text
from cosign.wire.record import Embedded, Record

GROUP_LIMIT: Final = 16
"""Most groups that a campaign asks, and most letters in a joint file."""

LEAST_GROUPS: Final = 2


class AskedGroup(NamedTuple):
    """A group that is asked to cosign.

    Attributes:
        round_id, group_id: 32 bytes each.
        name: of the group.
    """

    round_id: bytes
    group_id: bytes
    name: str


_ASKED: Final = Row(
    (Bin(IDENTIFIER_BYTES), Bin(IDENTIFIER_BYTES), Text(NAME_LIMIT, least=1)), AskedGroup
)


@dataclass(frozen=True, slots=True)
class CampaignTerms(Identified):
    """What the organizer of a campaign signs.

    Attributes:
        title: a short name of the letter.
        letter_id: 32 bytes.
        organizer_key: the organizer's Ed25519 identity key, 32 bytes.
        rounds: the groups that are asked, strictly ascending by round_id.
    """

    LABEL: ClassVar[str] = labels.CAMPAIGN_TERMS
    IDENTIFIER_LABEL: ClassVar[str] = labels.CAMPAIGN_ID
    MAX_BYTES: ClassVar[int] = 400 + GROUP_LIMIT * 280

    title: Name
    letter_id: Identifier
    organizer_key: Key
    rounds: Annotated[tuple[AskedGroup, ...], Array(_ASKED, GROUP_LIMIT, least=LEAST_GROUPS)]

    @property
    def campaign_id(self) -> bytes:
        """The 32-byte identifier, which people compare: it commits to every round."""
        return self.identifier

    def check(self) -> None:
        """Check the key, the order of rounds, and that no group is asked twice."""
        ed25519.check_public_key(self.organizer_key)
        if any(a.round_id >= b.round_id for a, b in pairwise(self.rounds)):
            raise MalformedError("the rounds of a campaign do not ascend, or one is there twice")
        if len({asked.group_id for asked in self.rounds}) != len(self.rounds):
            raise MalformedError("a campaign asks one group twice")


@dataclass(frozen=True, slots=True)
class Campaign(Record):
    """Signed terms.

    Attributes:
        terms: what the organizer signed.
        signature: by ``organizer_key``, over the terms.
    """

    LABEL: ClassVar[str] = labels.CAMPAIGN
    MAX_BYTES: ClassVar[int] = CampaignTerms.MAX_BYTES + 100

    terms: Annotated[CampaignTerms, Embedded(CampaignTerms)]
    signature: Signature

    def verify(self) -> CampaignTerms:
        """Return the terms, if the organizer signed them.

        Raises:
            VerificationError: the signature is not valid.
        """
        parts = self.signature, labels.CAMPAIGN_SIGNATURE, self.terms.to_bytes()
        if not ed25519.is_valid_signature(self.terms.organizer_key, *parts):
            raise VerificationError(
                "the campaign is not signed by its organizer", hint="ask the organizer for it again"
            )
        return self.terms


def check_named(terms: CampaignTerms, round_: DraftRound) -> None:
    """Check that a campaign is about the letter of a round, and names the round and its group.

    Args:
        terms: verified.
        round_: verified; may be a draft.

    Raises:
        MismatchError: it does not.
    """
    if terms.letter_id != round_.terms.letter_id:
        raise MismatchError(
            "the campaign is about another letter", hint="ask the organizer which campaign it is"
        )
    named = [asked for asked in terms.rounds if asked.round_id == round_.round_id]
    if not named:
        raise MismatchError(
            "the campaign does not name the round", hint="ask the organizer which campaign it is"
        )
    if named != [AskedGroup(round_.round_id, round_.terms.group_id, round_.group.name)]:
        raise MismatchError(
            "the campaign names another group for the round",
            hint="its organizer stated what is not so; do not trust it",
        )
