"""Entries of a roster, from what people hand in (docs/spec.md, "Rosters").

Members hand in keys that they made for rosters; lists of ssh keys exist already; and an
ssh key can vouch for a fresh one (docs/spec.md, "OpenSSH keys").

Not protected: a list of ssh keys says what its owner wrote into it.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from cosign.errors import MismatchError
from cosign.primitives.ssh.keys import PublicLine, read_public_lines
from cosign.primitives.ssh.signatures import verify_sshsig
from cosign.records.member_key import MemberKey
from cosign.roles.roster_publisher.roster import FRESH, Entry
from cosign.text.files import read_text
from cosign.words import counted

_NO_PROOFS: Final[Mapping[bytes, MemberKey]] = {}


def member_entry(record: MemberKey) -> Entry:
    """Return the entry of a key that a member made for rosters; it names no person.

    Raises:
        VerificationError: the maker of the record does not hold the key.
    """
    record.verify()
    return Entry((), FRESH, record.key)


def read_ssh_lines(raw: bytes) -> list[PublicLine]:
    """Return the keys in an ``authorized_keys`` or ``allowed_signers`` file.

    Raises:
        MalformedError: not UTF-8, or a line that is neither.
    """
    return read_public_lines(read_text(raw))


def verify_proof(record: MemberKey, signature: bytes) -> bytes:
    """Return the ssh key, 32 bytes, that vouches for a fresh key.

    Args:
        record: of the fresh key.
        signature: over its bytes, as ``ssh-keygen -Y sign`` writes it.

    Raises:
        VerificationError: the signature is false, or the maker of the record does not hold
            the fresh key.
        MalformedError: not a signature by an Ed25519 key.
    """
    record.verify()
    return verify_sshsig(signature, record.to_bytes())


def ssh_entries(
    lines: Iterable[PublicLine], proofs: Mapping[bytes, MemberKey] = _NO_PROOFS
) -> Iterator[Entry]:
    """Yield an entry for each line; a fresh key stands in place of the ssh key that vouches.

    Args:
        lines: of all lists of ssh keys.
        proofs: fresh keys by the ssh key of :func:`verify_proof`. Their lines come first, so
            that of several keys of one person the fresh one is chosen.

    Raises:
        MismatchError: an ssh key vouches for a fresh one, but no line lists it.
    """
    listed = list(lines)
    if unused := proofs.keys() - {line.key for line in listed if line.key}:
        raise MismatchError(
            f"{counted(len(unused), 'proof')} by ssh keys that no --ssh file lists",
            hint="add --ssh with the files that list them",
        )
    for line in sorted(listed, key=lambda line: line.key not in proofs):
        fresh = proofs.get(line.key) if line.key else None
        if fresh:
            yield Entry(line.names, FRESH, fresh.key)
        else:
            yield Entry(line.names, line.key_type, line.key)
