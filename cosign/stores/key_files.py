"""Key files on the disk: a vault that moves between programs (docs/spec.md, "Key files").

It is a vault file like those of a home, but always bound to the same name, because people and
browsers rename what they download; and it takes less memory to open, because a phone has
little.

Not protected: each guess at the passphrase costs a quarter of what it costs for a home.
"""

from typing import Final

from cosign.errors import MalformedError, PassphraseError
from cosign.primitives import vault
from cosign.randomness import SYSTEM, Randomness
from cosign.records.key_file import KeyFile
from cosign.secret import Secret
from cosign.stores.vault_file import VaultFile

PORTABLE: Final = vault.Parameters(opslimit=3, memlimit=64 * 2**20)
"""The second recommended option of RFC 9106, section 4."""

MOST_MEMORY: Final = 256 * 2**20
"""Most memory that a key file may ask for, so that every page opens what a home wrote."""

_NAME: Final = "key-file"


def seal_key_file(
    record: KeyFile,
    passphrase: Secret,
    parameters: vault.Parameters = PORTABLE,
    randomness: Randomness = SYSTEM,
) -> VaultFile:
    """Encrypt a key file.

    Args:
        record: what it holds.
        passphrase: any bytes; a page can type those of UTF-8 only.
        parameters: what guessing the passphrase costs.
        randomness: for salt and nonce.

    Raises:
        MalformedError: the credentials are too many or too long for one file, or the passphrase
            is in UTF-16 or UTF-32.
        PassphraseError: there is too little memory to derive the key.
    """
    return VaultFile.seal(_NAME, record, passphrase, parameters, randomness)


def open_key_file(file: VaultFile, passphrase: Secret) -> KeyFile:
    """Decrypt a key file; the inverse of :func:`seal_key_file`.

    Args:
        file: as it was read; untrusted.
        passphrase: as given to :func:`seal_key_file`.

    Raises:
        PassphraseError: a wrong passphrase, or the file is under none.
        MalformedError: the file is damaged, or asks for more memory than a key file may.
    """
    if file.kind == "none":
        raise PassphraseError(
            "the file is under no passphrase",
            hint="no program writes such a key file: do not use it",
        )
    if file.memlimit > MOST_MEMORY:
        raise MalformedError(
            "a key file asks for more memory than is allowed",
            hint="make it with cosign-letter member export",
        )
    return file.open(_NAME, KeyFile, passphrase)
