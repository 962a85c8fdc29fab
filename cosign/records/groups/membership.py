"""The members of a round's group, as far as they are known (docs/spec.md, "Groups").

A group alone does not tell how many members it has: the registrars state their numbers
when enrolment is over. A :class:`Membership` is a group together with the statements in a
round. Both are verified.

Not protected: registrars can state too large or too small a number. Only a number smaller
than the number of keys that signed is noticed.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Protocol

from cosign.records.groups.facts import Admissions

NOBODY: Final[Mapping[int, int]] = MappingProxyType({})
"""No named keys, by any registrar."""


class Membership(Protocol):
    """A group with verified enrolment statements; made by ``Group.membership``."""

    @property
    def anonymity_set(self) -> int | None:
        """The largest possible number of members; None if a registrar's statement is missing."""

    @property
    def admissions(self) -> tuple[Admissions, ...]:
        """What the registrars who made a statement state, in their order; empty for rosters."""

    def combination_set(
        self, certifiers: tuple[int, ...], named: Mapping[int, int] = NOBODY
    ) -> int | None:
        """Return the largest number of members that all of these registrars can have certified.

        Args:
            certifiers: the numbers of the registrars, from 0; empty for rosters.
            named: how many keys whose owners signed openly each registrar certified, by its
                number, at most as many as it states; these members are left out.

        Returns:
            The number, or None if one of them made no statement.
        """

    def certain_set(self, certifiers: tuple[int, ...]) -> int | None:
        """Return how many members show exactly these registrars, the signer among them, at least.

        The number is right if the statements are true and if every member whom one of these
        registrars certified was certified by the others too.

        Args:
            certifiers: the numbers of the registrars, from 0; empty for rosters.

        Returns:
            The number, at least 1, or None if one of them, or one that is skipped, made no
            statement.
        """

    def check_counts(self, by_registrar: Mapping[int, int]) -> None:
        """Check that no registrar certified more keys than it states.

        Args:
            by_registrar: the number of distinct keys that each registrar certified, by the
                registrar's number from 0.

        Raises:
            VerificationError: a registrar certified more.
        """
