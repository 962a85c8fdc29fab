"""The organizer's steps: groups, rounds, invitations, publishing, late withdrawals.

A namespace: names are loaded when they are first used.
"""

from typing import TYPE_CHECKING

from cosign.lazy import lazy_exports

if TYPE_CHECKING:
    from cosign.roles.organizer.invitations import invite as invite
    from cosign.roles.organizer.invitations import open_invitation as open_invitation
    from cosign.roles.organizer.publishing import Entry as Entry
    from cosign.roles.organizer.publishing import Opened as Opened
    from cosign.roles.organizer.publishing import Publication as Publication
    from cosign.roles.organizer.publishing import merge_statements as merge_statements
    from cosign.roles.organizer.publishing import open_envelopes as open_envelopes
    from cosign.roles.organizer.publishing import publish as publish
    from cosign.roles.organizer.publishing import valid_entries as valid_entries
    from cosign.roles.organizer.rounds import ORGANIZER_AS_TRUSTEE as ORGANIZER_AS_TRUSTEE
    from cosign.roles.organizer.rounds import Plan as Plan
    from cosign.roles.organizer.rounds import check_organizer as check_organizer
    from cosign.roles.organizer.rounds import make_group as make_group
    from cosign.roles.organizer.rounds import make_organizer as make_organizer
    from cosign.roles.organizer.rounds import open_round as open_round
    from cosign.roles.organizer.withdrawals import Addition as Addition
    from cosign.roles.organizer.withdrawals import append_withdrawals as append_withdrawals

__all__ = [
    "ORGANIZER_AS_TRUSTEE",
    "Addition",
    "Entry",
    "Opened",
    "Plan",
    "Publication",
    "append_withdrawals",
    "check_organizer",
    "invite",
    "make_group",
    "make_organizer",
    "merge_statements",
    "open_envelopes",
    "open_invitation",
    "open_round",
    "publish",
    "valid_entries",
]

if not TYPE_CHECKING:  # else mypy would take any name for an export
    __getattr__, __dir__ = lazy_exports(
        globals(),
        {
            "Addition": f"{__name__}.withdrawals",
            "Entry": f"{__name__}.publishing",
            "ORGANIZER_AS_TRUSTEE": f"{__name__}.rounds",
            "Opened": f"{__name__}.publishing",
            "Plan": f"{__name__}.rounds",
            "Publication": f"{__name__}.publishing",
            "append_withdrawals": f"{__name__}.withdrawals",
            "check_organizer": f"{__name__}.rounds",
            "invite": f"{__name__}.invitations",
            "make_group": f"{__name__}.rounds",
            "make_organizer": f"{__name__}.rounds",
            "merge_statements": f"{__name__}.publishing",
            "open_envelopes": f"{__name__}.publishing",
            "open_invitation": f"{__name__}.invitations",
            "open_round": f"{__name__}.rounds",
            "publish": f"{__name__}.publishing",
            "valid_entries": f"{__name__}.publishing",
        },
    )
