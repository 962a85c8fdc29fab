"""Moving a member's keys between a home and the member's page (docs/spec.md, "Key files").

Not protected: after moving there are two copies of the keys, and what one of them signs the
other does not know until it is merged.
"""

from collections.abc import Collection

from cosign.errors import MissingError
from cosign.primitives import vault
from cosign.randomness import SYSTEM, Randomness
from cosign.records.credential import Credential
from cosign.records.key_file import KeyFile
from cosign.records.member_key import MemberKeySecrets
from cosign.records.secrets import MemberState
from cosign.roles.member.merging import merge
from cosign.secret import Secret
from cosign.stores.home import Home
from cosign.stores.key_files import PORTABLE, seal_key_file
from cosign.stores.keys import KEY, MEMBER, key_name, member_name, read_credential
from cosign.stores.vault_file import VaultFile


def export_keys(
    home: Home,
    passphrase: Secret | None = None,
    names: Collection[str] | None = None,
    *,
    parameters: vault.Parameters = PORTABLE,
    randomness: Randomness = SYSTEM,
) -> VaultFile:
    """Return a key file with the memberships and keys for rosters of a home.

    Args:
        home: of the member.
        passphrase: of the key file; that of the home if None.
        names: of vault files to take; all memberships and keys if None.
        parameters: what guessing the passphrase costs.
        randomness: for salt and nonce.

    Raises:
        BusyError: another process holds the home.
        MissingError: there are none.
        PassphraseError: the home is under no passphrase and none was given, or it cannot be
            opened.
        StorageError, MalformedError: a file cannot be opened, or they are too much for one
            key file.
    """
    with home.lock():
        looked_at = [*home.names(MEMBER), *home.names(KEY)] if names is None else names
        record = KeyFile.of(read_credential(home, name) for name in looked_at)
    if not record.credentials:
        raise MissingError(
            "this home holds no memberships and no keys",
            hint="use --home with the folder in which they were made",
        )
    chosen = passphrase or home.given_passphrase()
    return seal_key_file(record, chosen, parameters, randomness)


def import_keys(home: Home, record: KeyFile) -> list[str]:
    """Merge a key file into a home: every use is kept, and nothing that was forgotten.

    Args:
        home: of the member; made if there is none.
        record: from :func:`~cosign.stores.key_files.open_key_file`.

    Returns:
        The names of the vault files that were made or changed.

    Raises:
        BusyError: another process holds the home.
        MismatchError: the home has other keys of a group, or other requests under way; nothing
            was changed.
        PassphraseError, StorageError, MalformedError: the home cannot be opened or written.
    """
    with home.lock():
        held = {*home.names(MEMBER), *home.names(KEY)}
        changed: dict[str, Credential] = {}
        for state in record.memberships:
            name = member_name(state.group.group_id)
            old = home.read(name, MemberState) if name in held else None
            changed[name] = merge(old, state) if old else state
        for key in record.keys:
            name = key_name(key.key)
            before = home.read(name, MemberKeySecrets) if name in held else None
            changed[name] = merge(before, key) if before else key
        for name, credential in changed.items():
            home.write(name, credential)
    return list(changed)
