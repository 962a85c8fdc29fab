"""Moving a member's keys between a home and the member's page (docs/spec.md, "Key files").

Not protected: moving makes a second copy of the keys, which does not know what the first
one signs until the two are merged.
"""

from collections.abc import Collection, Iterable, Mapping

from cosign.errors import MissingError
from cosign.primitives import vault
from cosign.proofs.ring.keys import MemberSecret
from cosign.randomness import SYSTEM, Randomness
from cosign.records.credential import Credential
from cosign.records.key_file import HandedIn, KeyFile
from cosign.records.member_key import MemberKey, MemberKeySecrets, make_member_key
from cosign.records.secrets import MemberState
from cosign.roles.member.merging import merge
from cosign.secret import Secret
from cosign.stores.handed_in import forget_note, note, noted
from cosign.stores.home import Home
from cosign.stores.key_files import PORTABLE, seal_key_file
from cosign.stores.keys import credential_names, key_name, member_name, read_credential
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
        looked_at = credential_names(home) if names is None else names
        credentials = [read_credential(home, name) for name in looked_at]
        record = KeyFile.of(credentials, _handed_in(home, credentials))
    if not record.credentials:
        raise MissingError(
            "this home holds no memberships and no keys",
            hint="use --home with the folder in which they were made",
        )
    chosen = passphrase or home.given_passphrase()
    return seal_key_file(record, chosen, parameters, randomness)


def _handed_in(home: Home, credentials: Collection[Credential]) -> list[HandedIn]:
    """Return for which collections keys were handed in, of the keys that are here."""
    here = {c.key for c in credentials if isinstance(c, MemberKeySecrets) and c.secret}
    rows = (HandedIn(name, member_key.key) for name, member_key in noted(home).items())
    return [row for row in rows if row.key in here]


def import_keys(home: Home, record: KeyFile, randomness: Randomness = SYSTEM) -> list[str]:
    """Merge a key file into a home: every use is kept, and nothing that was forgotten.

    Args:
        home: of the member; made if there is none.
        record: from :func:`~cosign.stores.key_files.open_key_file`.
        randomness: for proofs beside keys that were handed in.

    Returns:
        The names of the vault files that were made or changed.

    Raises:
        BusyError: another process holds the home.
        MismatchError: the home has other keys of a group, or other requests under way; nothing
            was changed.
        PassphraseError, StorageError, MalformedError: the home cannot be opened or written.
    """
    with home.lock():
        held = set(credential_names(home))
        changed: dict[str, Credential] = {}
        for state in record.memberships:
            name = member_name(state.group.group_id)
            old = home.read(name, MemberState) if name in held else None
            changed[name] = merge(old, state) if old else state
        for key in record.keys:
            name = key_name(key.key)
            before = home.read(name, MemberKeySecrets) if name in held else None
            changed[name] = merge(before, key) if before else key
        notes = noted(home)
        for name, credential in changed.items():
            home.write(name, credential)
        _note_again(home, notes, record.handed_in, changed.values(), randomness)
    return list(changed)


def _note_again(
    home: Home,
    notes: Mapping[bytes, MemberKey],
    handed_in: Iterable[HandedIn],
    changed: Iterable[Credential],
    randomness: Randomness,
) -> None:
    """Keep to the keys that either copy handed in, but for those that one of them forgot."""
    keys = [c for c in changed if isinstance(c, MemberKeySecrets)]
    secrets = {c.key: c.secret for c in keys if c.secret}
    forgotten = {c.key for c in keys} - set(secrets)
    gone = {name for name, old in notes.items() if old.key in forgotten}
    for collection_id in gone:
        forget_note(home, collection_id)
    for collection_id, key in handed_in:
        if collection_id not in set(notes) - gone and key in secrets:
            secret = MemberSecret.from_bytes(secrets[key])
            note(home, collection_id, make_member_key(secret, randomness))
