"""The vault files of a home: their names, and which one signs in a round (docs/spec.md, "Homes").

A membership is stored under its group's identifier, and every other secret under a hash of
its public key, so that the right file is found without opening the others.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from cosign import labels
from cosign.errors import MissingError
from cosign.primitives.ed25519 import SigningKey
from cosign.primitives.hashing import identifier
from cosign.quoting import quoted
from cosign.records.credential import Credential, listed_secret
from cosign.records.member_key import MemberKeySecrets
from cosign.records.round import VerifiedRound
from cosign.records.secrets import MemberState, Use
from cosign.secret import Secret
from cosign.stores.home import Home

MEMBER: Final = "member-"
KEY: Final = "key-"
REGISTRAR: Final = "registrar-"
TRUSTEE: Final = "trustee-"
ORGANIZER: Final = "organizer"
COLLECTION: Final = "collection-"

_SHORT_BYTES: Final = 8
"""Length of the hash in names of files of which a home has a few."""


def member_name(group_id: bytes) -> str:
    """Return the name of a membership's vault file, without its suffix."""
    return MEMBER + group_id.hex()


def key_name(key: bytes) -> str:
    """Return the name of a roster key's vault file, without its suffix."""
    return KEY + identifier(labels.MEMBER_KEY_ID, key).hex()


def collection_name(collection_id: bytes) -> str:
    """Return the name of a collection's files, without suffix: a ledger, or a member's key."""
    return COLLECTION + collection_id.hex()


def registrar_name(registrar_id: bytes) -> str:
    """Return the name of a registrar's vault file, without its suffix."""
    return REGISTRAR + registrar_id[:_SHORT_BYTES].hex()


def trustee_name(sealing_key: bytes) -> str:
    """Return the name of a trustee's vault file, without its suffix."""
    return TRUSTEE + identifier(labels.TRUSTEE_ID, sealing_key)[:_SHORT_BYTES].hex()


def credential_names(home: Home) -> list[str]:
    """List the vault files of a member's credentials: memberships, then keys for rosters."""
    return [*home.names(MEMBER), *home.names(KEY)]


@dataclass(slots=True)
class Held:
    """A credential and the vault file that it is stored in.

    Attributes:
        home: whose file it is.
        name: of the file, without its suffix.
        credential: as it was last read or written.
    """

    home: Home
    name: str
    credential: Credential

    def write(self, credential: Credential) -> None:
        """Replace the credential; the file is durable when this returns."""
        self.home.write(self.name, credential)
        self.credential = credential


def find_membership(home: Home, group_id: bytes) -> Held:
    """Find the membership of this home in a registered group.

    Args:
        home: of the member.
        group_id: 32 bytes.

    Raises:
        MissingError: there is none.
        PassphraseError, StorageError: as in :meth:`~cosign.stores.home.Home.read`.
    """
    name = member_name(group_id)
    if name not in home.names(MEMBER):
        raise MissingError(
            "this home has no membership in the group",
            hint="run cosign-letter member enrol first, or name the right folder with --home",
        )
    return Held(home, name, home.read(name, MemberState))


def find_credential(home: Home, round_: VerifiedRound) -> Held:
    """Find the credential with which this home signs in a round.

    Raises:
        MissingError: there is none.
        PassphraseError, StorageError: as in :meth:`~cosign.stores.home.Home.read`.
    """
    name, group = member_name(round_.terms.group_id), quoted(round_.group.name)
    home.describe(name, f"your membership in {group}")
    if name in home.names(MEMBER):
        return Held(home, name, home.read(name, MemberState))
    listed, names = round_.group.member_keys(), home.names(KEY)
    named = {name for key in listed if (name := key_name(key)) in names} if names else set()
    for name in names:
        # An ssh key that signed before has a file here too, without its secret.
        home.describe(name, f"your key on {group}")
        if name in named and (secrets := home.read(name, MemberKeySecrets)).secret:
            return Held(home, name, secrets)
    for name in home.names(MEMBER) if listed else ():
        state = home.read(name, MemberState)
        if listed_secret(state, listed):
            return Held(home, name, state)
    raise MissingError(
        "this home holds no membership in the round's group, and no key of it",
        hint="enrol, or have your key put on the roster; or name another --home or your --ssh-key",
    )


def ssh_credential(home: Home, seed: Secret) -> Held:
    """Return the credential of an ssh key, whose seed stays in its own file.

    Args:
        home: where the uses of the key are written down.
        seed: 32 bytes.
    """
    key = SigningKey(seed).public_key
    name = key_name(key)
    if name in home.names(KEY):
        return Held(home, name, home.read(name, MemberKeySecrets))
    return Held(home, name, MemberKeySecrets(key, None, ()))


def read_credential(home: Home, name: str) -> Credential:
    """Open the vault file of a membership or a roster key, by its name."""
    if name.startswith(MEMBER):
        return home.read(name, MemberState)
    return home.read(name, MemberKeySecrets)


def all_uses(home: Home, names: Iterable[str]) -> tuple[Use, ...]:
    """Return all uses that are stored in these files."""
    return tuple(use for name in names for use in read_credential(home, name).uses)
