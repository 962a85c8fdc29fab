"""What published letters of several groups have to have in common (docs/spec.md, "Joint letter").

The program that joins letters and the verifier make the same checks. Parts are read one
after another, and of the earlier ones only a few identifiers are remembered.
"""

from collections.abc import Iterable

from cosign.errors import MismatchError, naming
from cosign.records.campaign import Campaign, CampaignTerms, check_named
from cosign.records.round import DraftRound


class Joining:
    """Checks the rounds of a joint letter, one at a time.

    Attributes:
        campaigns: the terms of the campaigns, verified.

    Args:
        campaigns: of the file, in its order.

    Raises:
        VerificationError: a campaign is not signed by its organizer.
    """

    def __init__(self, campaigns: Iterable[Campaign]) -> None:
        verified = []
        for number, campaign in enumerate(campaigns, 1):
            with naming(f"campaign {number}"):
                verified.append(campaign.verify())
        self.campaigns: tuple[CampaignTerms, ...] = tuple(verified)
        self._rounds: dict[bytes, str] = {}
        self._groups: dict[bytes, str] = {}
        self._letter: tuple[bytes, str] | None = None
        self._organizers: set[bytes] = set()

    def add(self, round_: DraftRound, name: str) -> None:
        """Check a further round against those before and against the campaigns.

        Args:
            round_: verified.
            name: of the letter that it comes from, for errors: "letter 2", or a file.

        Raises:
            MismatchError: the round or group was there before, the letter is another one, or
                a campaign is about another letter or does not name the round with its group.
        """
        terms = round_.terms
        for kind, known, identifier in (
            ("round", self._rounds, round_.round_id),
            ("group", self._groups, terms.group_id),
        ):
            if identifier in known:
                raise MismatchError(
                    f"{name} is of the same {kind} as {known[identifier]}",
                    hint=f"leave one of them out: each {kind} is there once",
                )
            known[identifier] = name
        self._letter = self._letter or (terms.letter_id, name)
        letter_id, first = self._letter
        if terms.letter_id != letter_id:
            raise MismatchError(
                f"{name} has another text than {first}",
                hint="only letters with the same text, byte for byte, belong into one file",
            )
        for number, campaign in enumerate(self.campaigns, 1):
            with naming(f"campaign {number} and {name}"):
                check_named(campaign, round_)
        self._organizers.add(terms.organizer_key)

    def end(self) -> None:
        """Check that each campaign is by the organizer of one of the rounds.

        Otherwise a stranger could put a campaign of their own into a file, and a report would
        say in its words which other groups were asked.

        Raises:
            MismatchError: one is not.
        """
        for number, campaign in enumerate(self.campaigns, 1):
            if campaign.organizer_key not in self._organizers:
                raise MismatchError(
                    f"campaign {number} is by nobody who organized a letter of the file",
                    hint="leave it out, or join the letter of its organizer, too",
                )
