"""What a home holds as a member of a group."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cosign.records.secrets import MemberState
    from cosign.stores.home import Home


def load_member(home: "Home", group_id: bytes) -> "MemberState":
    """Open what this home holds for a group.

    Raises:
        MissingError: nothing.
    """
    from cosign.errors import MissingError
    from cosign.records.secrets import MemberState
    from cosign.stores.keys import MEMBER, member_name

    name = member_name(group_id)
    if name not in home.names(MEMBER):
        raise MissingError(
            "this home is no member of the group",
            hint="enrol with member enrol first, or name the right folder with --home",
        )
    return home.read(name, MemberState)
