"""The organizer's step that names the groups that are asked (docs/spec.md, "Campaigns").

Not protected: an organizer can sign several campaigns for one letter.
"""

from collections.abc import Sequence

from cosign import labels
from cosign.errors import MismatchError, UsageError
from cosign.primitives import ed25519
from cosign.records.campaign import (
    GROUP_LIMIT,
    LEAST_GROUPS,
    AskedGroup,
    Campaign,
    CampaignTerms,
)
from cosign.records.round import DraftRound
from cosign.records.secrets import OrganizerSecrets
from cosign.roles.shared.joining import Joining


def make_campaign(
    secrets: OrganizerSecrets, rounds: Sequence[DraftRound], title: str | None = None
) -> Campaign:
    """Sign which groups are asked to cosign a letter.

    Args:
        secrets: of the organizer of at least one of the rounds.
        rounds: 2 to 16, verified; each may lack grants.
        title: a short name of the letter; that of the organizer's own first round if None.

    Raises:
        MismatchError: two rounds are the same, are of one group or of different letters, or
            the organizer opened none of them.
        UsageError: fewer than 2 or more than 16 rounds.
        MalformedError: a title that is not allowed.
    """
    if not LEAST_GROUPS <= len(rounds) <= GROUP_LIMIT:
        raise UsageError(
            f"a campaign asks {LEAST_GROUPS} to {GROUP_LIMIT} groups, not {len(rounds)}",
            hint="name the round of each group",
        )
    identity = ed25519.SigningKey(secrets.identity_seed)
    joining = Joining(())
    for number, round_ in enumerate(rounds, 1):
        joining.add(round_, f"round {number}")
    own = [round_ for round_ in rounds if round_.terms.organizer_key == identity.public_key]
    if not own:
        raise MismatchError(
            "this home opened none of the rounds",
            hint="an organizer of one of the rounds makes the campaign, in their own home",
        )
    asked = sorted(AskedGroup(r.round_id, r.terms.group_id, r.group.name) for r in rounds)
    chosen = own[0].terms.title if title is None else title
    letter_id = own[0].terms.letter_id
    terms = CampaignTerms(chosen, letter_id, identity.public_key, tuple(asked))
    signature = identity.sign(labels.CAMPAIGN_SIGNATURE, terms.to_bytes())
    return Campaign(terms, signature)
