"""The memberships of a home."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cosign.records.secrets import MemberState
    from cosign.stores.home import Home


def load_member(home: "Home", group_id: bytes) -> "MemberState":
    """Return the membership that a home holds in a group.

    Raises:
        MissingError: it holds none.
    """
    from cosign.errors import MissingError
    from cosign.records.secrets import MemberState
    from cosign.stores.keys import MEMBER, member_name

    name = member_name(group_id)
    if name not in home.names(MEMBER):
        raise MissingError(
            "this home has no membership in the group",
            hint="run cosign-letter member enrol first, or name the right folder with --home",
        )
    return home.read(name, MemberState)
