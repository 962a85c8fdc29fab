"""The organizer's steps: groups, rounds, invitations, publishing, late withdrawals.

A namespace: names are loaded when they are first used.
"""

from typing import TYPE_CHECKING

from cosign.lazy import lazy_exports

if TYPE_CHECKING:
    from cosign.roles.organizer.campaigns import make_campaign as make_campaign
    from cosign.roles.organizer.gaps import Gaps as Gaps
    from cosign.roles.organizer.gaps import find_gaps as find_gaps
    from cosign.roles.organizer.invitations import decode_secret as decode_secret
    from cosign.roles.organizer.invitations import encode_secret as encode_secret
    from cosign.roles.organizer.invitations import invite as invite
    from cosign.roles.organizer.invitations import open_invitation as open_invitation
    from cosign.roles.organizer.openings import ChosenOpenings as ChosenOpenings
    from cosign.roles.organizer.openings import choose_openings as choose_openings
    from cosign.roles.organizer.openings import own_key as own_key
    from cosign.roles.organizer.openings import read_opening as read_opening
    from cosign.roles.organizer.publishing import Publication as Publication
    from cosign.roles.organizer.publishing import merge_statements as merge_statements
    from cosign.roles.organizer.publishing import publish as publish
    from cosign.roles.organizer.rounds import Plan as Plan
    from cosign.roles.organizer.rounds import check_organizer as check_organizer
    from cosign.roles.organizer.rounds import complete_round as complete_round
    from cosign.roles.organizer.rounds import make_group as make_group
    from cosign.roles.organizer.rounds import make_organizer as make_organizer
    from cosign.roles.organizer.rounds import open_round as open_round
    from cosign.roles.organizer.withdrawals import Addition as Addition
    from cosign.roles.organizer.withdrawals import append_withdrawals as append_withdrawals
    from cosign.roles.shared.gathering import gather_envelopes as gather_envelopes

__all__ = [
    "Addition",
    "ChosenOpenings",
    "Gaps",
    "Plan",
    "Publication",
    "append_withdrawals",
    "check_organizer",
    "choose_openings",
    "complete_round",
    "decode_secret",
    "encode_secret",
    "find_gaps",
    "gather_envelopes",
    "invite",
    "make_campaign",
    "make_group",
    "make_organizer",
    "merge_statements",
    "open_invitation",
    "open_round",
    "own_key",
    "publish",
    "read_opening",
]

if not TYPE_CHECKING:  # else mypy would take any name for an export
    __getattr__, __dir__ = lazy_exports(
        globals(),
        {
            "make_campaign": f"{__name__}.campaigns",
            "Addition": f"{__name__}.withdrawals",
            "ChosenOpenings": f"{__name__}.openings",
            "Gaps": f"{__name__}.gaps",
            "Plan": f"{__name__}.rounds",
            "Publication": f"{__name__}.publishing",
            "append_withdrawals": f"{__name__}.withdrawals",
            "check_organizer": f"{__name__}.rounds",
            "choose_openings": f"{__name__}.openings",
            "complete_round": f"{__name__}.rounds",
            "decode_secret": f"{__name__}.invitations",
            "encode_secret": f"{__name__}.invitations",
            "find_gaps": f"{__name__}.gaps",
            "gather_envelopes": "cosign.roles.shared.gathering",
            "invite": f"{__name__}.invitations",
            "make_group": f"{__name__}.rounds",
            "make_organizer": f"{__name__}.rounds",
            "merge_statements": f"{__name__}.publishing",
            "open_invitation": f"{__name__}.invitations",
            "open_round": f"{__name__}.rounds",
            "own_key": f"{__name__}.openings",
            "publish": f"{__name__}.publishing",
            "read_opening": f"{__name__}.openings",
        },
    )
