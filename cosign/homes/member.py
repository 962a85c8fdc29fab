"""Members: memberships and keys for rosters in a home (docs/spec.md, "Homes").

Not protected: a program that can read the unlocked home learns who signed.
"""

import contextlib
from collections.abc import Collection, Iterator
from concurrent.futures import Executor
from functools import partial
from typing import NamedTuple

from cosign.errors import CosignError, MissingError
from cosign.primitives.progress import Progress, no_progress
from cosign.proofs.ring.keys import MemberSecret
from cosign.quoting import quoted
from cosign.randomness import SYSTEM, Randomness
from cosign.records.enrolment import EnrolmentResponse
from cosign.records.groups.registered import RegisteredGroup
from cosign.records.member_key import MemberKey, MemberKeySecrets, make_member_key
from cosign.records.published import PublishedReader
from cosign.records.round import VerifiedRound
from cosign.records.secrets import MemberState
from cosign.roles.member.enrolment import join
from cosign.roles.member.forgetting import is_empty
from cosign.roles.member.kept import Member
from cosign.roles.member.receipts import Found, find, own_tags, require_counted
from cosign.secret import Secret
from cosign.stores.files import erase_file
from cosign.stores.home import Home
from cosign.stores.keys import (
    COLLECTION,
    MEMBER,
    Held,
    all_uses,
    credential_names,
    find_credential,
    find_membership,
    key_name,
    member_name,
    read_credential,
    ssh_credential,
)


@contextlib.contextmanager
def open_membership(home: Home, group: RegisteredGroup) -> Iterator[Member]:
    """Hold a home and open its membership of a group, to enrol or finish with it.

    A home that has none gets one; it is written with the first request.

    Args:
        home: of the member.
        group: to be a member of.

    Raises:
        BusyError: another process holds the home.
        PassphraseError, StorageError, MalformedError: the home cannot be opened.
    """
    home.describe(member_name(group.group_id), f"your membership in {quoted(group.name)}")
    with home.lock():
        try:
            held = find_membership(home, group.group_id)
        except MissingError:
            held = Held(home, member_name(group.group_id), join(group))
        yield Member(held)


class Waiting(NamedTuple):
    """A request for membership that the registrar has not answered yet.

    Attributes:
        group: to be a member of.
        registrar: the registrar's number in the group, from 0.
        request_id: 32 bytes; a relay finds the answer by it.
    """

    group: RegisteredGroup
    registrar: int
    request_id: bytes


def waiting_requests(home: Home, names: Collection[str] | None = None) -> list[Waiting]:
    """Return the requests of a home that wait for an answer.

    Args:
        home: of the member.
        names: of vault files of memberships; all of them if None.

    Raises:
        MissingError: there are none.
        PassphraseError, StorageError, MalformedError: a file cannot be opened.
    """
    looked_at = home.names(MEMBER) if names is None else names
    states = [home.read(name, MemberState) for name in looked_at]
    waiting = [
        Waiting(state.group, pending.registrar, pending.request.request_id)
        for state in states
        for pending in state.pending
    ]
    if not waiting:
        raise MissingError(
            "no request of this home is waiting for an answer",
            hint="run cosign-letter member enrol first",
        )
    return waiting


def finish_enrolment(home: Home, response: EnrolmentResponse) -> MemberState:
    """Unblind and verify a registrar's answer, and keep its certificates.

    Args:
        home: of the member.
        response: from the registrar.

    Returns:
        The membership with these certificates.

    Raises:
        BusyError: another process holds the home.
        MissingError: the home has no membership of the group.
        MismatchError, VerificationError, MalformedError: not an answer to a request of this
            home, or the registrar's signatures are not valid.
        PassphraseError, StorageError: the home cannot be opened or written.
    """
    with home.lock():
        member = Member(find_membership(home, response.group_id))
        member.finish(response)
        return member.membership


@contextlib.contextmanager
def open_member(
    home: Home,
    round_: VerifiedRound,
    *,
    ssh_seed: Secret | None = None,
    executor: Executor | None = None,
    progress: Progress = no_progress,
) -> Iterator[Member]:
    """Hold a home and open what signs in a round, to sign or withdraw with it.

    Args:
        home: of the member.
        round_: verified.
        ssh_seed: 32 bytes of an ssh key, to sign with it instead of a key of the home.
        executor: of threads or processes, for the proofs of large rosters; this thread if
            None. Secrets are given to threads only.
        progress: called with how much of a long proof is done, and of how much.

    Raises:
        BusyError: another process holds the home.
        MissingError, PassphraseError, StorageError, MalformedError: as for :func:`find_member`.
    """
    with home.lock():
        yield find_member(home, round_, ssh_seed=ssh_seed, executor=executor, progress=progress)


def find_member(
    home: Home,
    round_: VerifiedRound,
    *,
    ssh_seed: Secret | None = None,
    executor: Executor | None = None,
    progress: Progress = no_progress,
) -> Member:
    """Return what a home signs with in a round; enough for claims, which change nothing.

    Args:
        home: of the member.
        round_: verified.
        ssh_seed: 32 bytes of an ssh key, to sign with it instead of a key of the home.
        executor: of threads or processes, for the proofs of large rosters; this thread if
            None. Secrets are given to threads only.
        progress: called with how much of a long proof is done, and of how much.

    Raises:
        MissingError: the home has no key for the round.
        PassphraseError, StorageError, MalformedError: the home cannot be opened.
    """
    held = ssh_credential(home, ssh_seed) if ssh_seed else find_credential(home, round_)
    return Member(held, ssh_seed=ssh_seed, executor=executor, progress=progress)


def find_own(
    home: Home,
    round_: VerifiedRound,
    reader: PublishedReader,
    names: Collection[str] | None = None,
    *,
    progress: Progress = no_progress,
) -> Found:
    """Return what a published letter has of a home's cosignature.

    Args:
        home: that signed; it may have forgotten the key since.
        round_: of the letter, verified.
        reader: of the letter, at its first record.
        names: vault files to look into; all memberships and keys if None.
        progress: told how many records are read, and how many keys of a large roster are done.

    Raises:
        MissingError: the home remembers no signature in the round.
        VerificationError: the cosignature is not in the letter or was withdrawn, or the
            letter is not valid.
        MalformedError: the letter is cut or changed.
    """
    looked_at = credential_names(home) if names is None else names
    tags = own_tags(map(partial(read_credential, home), looked_at), round_)
    found = find(tags, round_, reader, progress=progress)
    require_counted(found)
    return found


def add_member_key(home: Home, randomness: Randomness = SYSTEM) -> MemberKey:
    """Make a key for rosters, keep it in a home, and return its public record.

    Args:
        home: of the member.
        randomness: for the seed, 32 bytes.

    Raises:
        BusyError: another process holds the home.
        PassphraseError, StorageError: the home cannot be written.
    """
    secret = MemberSecret.draw(randomness)
    record = make_member_key(secret, randomness)
    with home.lock():
        home.write(key_name(record.key), MemberKeySecrets(record.key, secret.to_bytes(), ()))
    return record


def signed_in(home: Home, round_id: bytes, names: Collection[str] | None = None) -> list[str]:
    """Return the names of vault files whose key signed or withdrew in a round.

    Args:
        home: of the member.
        round_id: 32 bytes.
        names: vault files to look into; all memberships and keys if None.

    Raises:
        PassphraseError, StorageError, MalformedError: a file cannot be opened.
    """
    looked_at = credential_names(home) if names is None else names
    return [
        name for name in looked_at if any(u.round_id == round_id for u in all_uses(home, [name]))
    ]


def signed_openly(home: Home, round_id: bytes, names: Collection[str] | None = None) -> bool:
    """Return whether a home signed in a round with a name.

    Args:
        home: of the member.
        round_id: 32 bytes.
        names: vault files to look into; all memberships and keys if None.

    Raises:
        PassphraseError, StorageError, MalformedError: a file cannot be opened.
    """
    looked_at = credential_names(home) if names is None else names
    return any(use.name for use in all_uses(home, looked_at) if use.round_id == round_id)


def forget(
    home: Home,
    names: Collection[str],
    round_id: bytes | None = None,
    *,
    slot: int = 0,
    keep_receipts: bool = False,
) -> None:
    """Erase keys and receipts for good (docs/spec.md, "Forgetting").

    What is left does not show whether a key had signed, also where it never did. Where there
    is nothing to erase, the home is locked all the same: a lock shows that a home was used.

    Args:
        home: of the member.
        names: of vault files, all of memberships or keys; of memberships if a slot is given.
        round_id: 32 bytes of the roster's round to forget; its keys stay.
        slot: from 1, the slot to forget, with all rounds in it; 0 for no single slot.
        keep_receipts: erase keys only, so that cosignatures can still be found.

    Raises:
        BusyError: another process holds the home.
        MissingError: a file is not there.
        MalformedError: the group has no such slot.
        PassphraseError, StorageError: the home cannot be opened or written.
        ValueError: receipts are kept of a round whose keys stay, so nothing would be erased.
    """
    if round_id is not None and not slot and keep_receipts:
        raise ValueError("forgetting a roster's round erases its receipts only")
    with home.lock():
        if round_id is None and not slot:
            _forget_deliveries(home, names)
        for name in names:
            if round_id is None and not slot and not keep_receipts:
                home.forget(name)
                continue
            member = Member(Held(home, name, read_credential(home, name)))
            if slot:
                member.forget_slot(slot, keep_receipts=keep_receipts)
            elif round_id is None:
                member.forget_keys()
            else:
                member.forget_round(round_id)
                if is_empty(member.credential):
                    home.forget(name)


def _forget_deliveries(home: Home, names: Collection[str]) -> None:
    """Erase the notes on which keys were handed in for which collections, for some vault files."""
    for path in home.folder.glob(f"{COLLECTION}*.member"):
        with contextlib.suppress(CosignError):
            if key_name(MemberKey.from_bytes(path.read_bytes()).key) in names:
                erase_file(path)
