"""What a round knows about the members of its group (docs/spec.md, "Groups").

A group alone does not say how many members it has: registrars state that when
enrolment is over. A :class:`Membership` is a group together with the statements that a
round has, both verified, so that everything that depends on them is asked in one place.

Not protected: registrars can understate or overstate, within what the signed counts allow.
"""

from collections.abc import Mapping
from typing import Protocol


class Membership(Protocol):
    """A group's members as far as verified statements tell; made by ``Group.membership``."""

    @property
    def anonymity_set(self) -> int | None:
        """The largest number of members there can be; None while a registrar's count is missing."""

    def combination_set(self, vouchers: tuple[int, ...]) -> int | None:
        """Return how many members exactly these registrars can have certified, at most.

        Args:
            vouchers: numbers of registrars, from 0; empty for rosters.

        Returns:
            None where one of them made no statement.
        """

    def check_counts(self, by_registrar: Mapping[int, int]) -> None:
        """Check that no registrar certified more keys than it states.

        Args:
            by_registrar: how many distinct keys each registrar certified, by its number.

        Raises:
            VerificationError: one did.
        """
