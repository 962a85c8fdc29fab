"""Entries of a roster, from what people hand in (docs/spec.md, "Rosters").

There are three sources: keys that members made for rosters and handed in, existing lists of
ssh keys, and fresh keys for which ssh keys vouch (docs/spec.md, "OpenSSH keys").

Not protected: whose the keys in a list of ssh keys are, is what the list's owner wrote.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final

from cosign.errors import MismatchError, VerificationError
from cosign.primitives.progress import Progress, no_progress
from cosign.primitives.ssh.lines import PublicLine, read_public_lines
from cosign.primitives.ssh.signatures import NAMESPACE, verify_sshsig
from cosign.records.limits import MEMBER_LIMIT
from cosign.records.member_key import MemberKey
from cosign.roles.roster_publisher.roster import FRESH, Entry
from cosign.text.files import read_legacy_text
from cosign.wire.armor import armor
from cosign.wire.record import name_of
from cosign.words import counted

SOURCE_LIMIT: Final = 1024 * MEMBER_LIMIT
"""Greatest length in bytes of a list of ssh keys: as many lines as a roster has keys, with
room for options and keys of RSA."""

_NO_PROOFS: Final[Mapping[bytes, MemberKey]] = {}


def member_entry(record: MemberKey) -> Entry:
    """Return the entry of a key that a member made for rosters; it names no person.

    Raises:
        VerificationError: the maker of the record does not hold the key.
    """
    record.verify()
    return Entry((), FRESH, record.key)


def read_ssh_lines(raw: bytes, progress: Progress = no_progress) -> list[PublicLine]:
    """Return the keys in an ``authorized_keys`` or ``allowed_signers`` file.

    Comments may be in any encoding that has ASCII in it, as for OpenSSH. Principals that are
    not UTF-8 are compared byte by byte.

    Args:
        raw: the file.
        progress: told how many lines are read.

    Raises:
        MalformedError: UTF-16, or a line that OpenSSH would not take.
    """
    return read_public_lines(read_legacy_text(raw), progress)


def verify_proof(record: MemberKey, signature: bytes) -> bytes:
    """Return the ssh key, 32 bytes, that vouches for a fresh key.

    Args:
        record: of the fresh key.
        signature: as ``ssh-keygen -Y sign`` writes it, over the record or its armor.

    Raises:
        VerificationError: the signature is false, or the maker of the record does not hold
            the fresh key.
        MalformedError: not a signature by an Ed25519 key.
    """
    record.verify()
    raw = record.to_bytes()
    armored = armor(name_of(record.LABEL), raw)
    # Each of the three says which record is meant, so none can be taken for another's.
    for signed in (armored, armored.replace(b"\n", b"\r\n")):
        try:
            return verify_sshsig(signature, signed)
        except VerificationError:
            continue
    return verify_sshsig(signature, raw)


def unlisted_proofs(lines: Iterable[PublicLine], proofs: Iterable[bytes]) -> list[bytes]:
    """Return the ssh keys that vouch for fresh ones, and that no line lists.

    Args:
        lines: of all lists of ssh keys.
        proofs: the ssh keys that vouch, 32 bytes each.
    """
    vouching = list(proofs)
    wanted = set(vouching)
    listed = {line.key for line in lines if line.key in wanted}
    return [key for key in vouching if key not in listed]


def ssh_entries(
    lines: Iterable[PublicLine],
    now: datetime,
    proofs: Mapping[bytes, MemberKey] = _NO_PROOFS,
) -> Iterator[Entry]:
    """Yield an entry for each line; a fresh key stands in place of the ssh key that vouches.

    Args:
        lines: of all lists of ssh keys.
        now: the time for which expiry and the like are judged, with the time zone in which
            dates without Z are meant.
        proofs: fresh keys by the ssh key of :func:`verify_proof`. Their lines come first, so
            that of several keys of one person the fresh one is chosen.

    Raises:
        MismatchError: an ssh key vouches for a fresh one, but no line lists it.
        ValueError: ``now`` has no time zone.
    """
    listed = list(lines)
    if unlisted := unlisted_proofs(listed, proofs):
        raise MismatchError(
            f"{counted(len(unlisted), 'proof')} by ssh keys that no line lists",
            hint="name the lists in which they stand",
        )
    del lines
    listed.sort(key=lambda line: line.key not in proofs)
    listed.reverse()
    while listed:  # of a million lines and entries, only one or the other are in memory
        line = listed.pop()
        fresh = proofs.get(line.key) if line.key else None
        yield Entry(
            line.names,
            FRESH if fresh else line.key_type,
            fresh.key if fresh else line.key,
            limit=line.limits.reason(NAMESPACE, now),
            ssh_key=line.key or line.blob.encode(errors="surrogateescape"),
        )
