"""Taking over what another copy of a member's keys did (docs/spec.md, "Key files").

A member may work with the command line and with the page. Each has a copy of the keys, and
neither knows what the other signed. Merging keeps every recorded use, so that no slot signs in
a second round, and keeps no key that one of the copies forgot.

Not protected: what a copy signs *after* it was merged.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from cosign.errors import MismatchError
from cosign.proofs.certificate import Endorsement
from cosign.records.member_key import MemberKeySecrets
from cosign.records.secrets import MemberState, Pending, Use
from cosign.roles.member.forgetting import blank_endorsement
from cosign.secret import Secret

C = TypeVar("C", MemberState, MemberKeySecrets)


def merge(own: C, other: C) -> C:
    """Return what two copies of one credential hold together.

    Args:
        own: the copy that goes on; its uses come first.
        other: another copy, of the same group or key.

    Raises:
        MismatchError: the copies hold different keys, or different requests to one registrar
            are under way.
        ValueError: they are no copies of one credential.
    """
    if isinstance(own, MemberState) and isinstance(other, MemberState):
        return _merge_memberships(own, other)
    if isinstance(own, MemberKeySecrets) and isinstance(other, MemberKeySecrets):
        return _merge_keys(own, other)
    raise ValueError("a membership and a key for rosters are no copies of one credential")


def _merge_memberships(own: MemberState, other: MemberState) -> MemberState:
    if own.group != other.group:
        raise ValueError("memberships in two groups are no copies of one credential")
    seeds = tuple(_seed(own, *pair) for pair in zip(own.seeds, other.seeds, strict=True))
    rows = zip(own.endorsements, other.endorsements, seeds, strict=True)
    endorsements = tuple(_endorsements((*a, *b), forgotten=seed is None) for a, b, seed in rows)
    certified = {e.registrar for e in endorsements[0]}
    pending = () if None in seeds else _pending(own, other, certified)
    # A copy that forgot a slot may have dropped its receipts: they must not come back.
    uses = tuple(u for u in _union(own.uses, other.uses) if _keeps(own, u) and _keeps(other, u))
    return replace(own, seeds=seeds, pending=pending, endorsements=endorsements, uses=uses)


def _keeps(state: MemberState, use: Use) -> bool:
    """Return whether a copy has this use, or still has the key, so that it did not drop the use."""
    return not use.slot or state.seeds[use.slot - 1] is not None or use in state.uses


def _seed(own: MemberState, one: Secret | None, other: Secret | None) -> Secret | None:
    if one is None or other is None:
        return None
    if one != other:
        raise MismatchError(
            f"the two hold different keys of the group {own.group.name!r}",
            hint="they are two memberships: keep both files, and sign a letter with one of them "
            "only",
        )
    return one


def _endorsements(rows: Iterable[Endorsement], *, forgotten: bool) -> tuple[Endorsement, ...]:
    found: dict[int, Endorsement] = {}
    for row in rows:
        # Both are valid; the smaller one is the same from either side.
        found[row.registrar] = min(row, found.get(row.registrar, row))
    ordered = [found[registrar] for registrar in sorted(found)]
    return tuple(map(blank_endorsement, ordered) if forgotten else ordered)


def _pending(own: MemberState, other: MemberState, certified: set[int]) -> tuple[Pending, ...]:
    rows = {p.registrar: p for p in own.pending if p.registrar not in certified}
    for row in other.pending:
        if row.registrar not in certified and rows.setdefault(row.registrar, row) != row:
            name = own.group.registrars[row.registrar].name
            raise MismatchError(
                f"the two have different requests to registrar {name!r} under way",
                hint="finish the one that was sent, then try again",
            )
    return tuple(rows.values())


def _merge_keys(own: MemberKeySecrets, other: MemberKeySecrets) -> MemberKeySecrets:
    if own.key != other.key:
        raise ValueError("two keys are no copies of one credential")
    forgot = [held for held in (own, other) if held.secret is None]
    secret = None if forgot else own.secret
    # Where one of them forgot the key, what it kept counts; an ssh key never had its secret here.
    uses = forgot[0].uses if len(forgot) == 1 else _union(own.uses, other.uses)
    return MemberKeySecrets(own.key, secret, uses)


def _union(own: tuple[Use, ...], other: tuple[Use, ...]) -> tuple[Use, ...]:
    return (*own, *(use for use in other if use not in own))
