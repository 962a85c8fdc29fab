"""Vault files: one secret record each, as it is stored (docs/spec.md, "Vault").

A record is padded, so that the length of a file does not show what a member did, and
encrypted under a passphrase, or stored bare if its owner chose to have none. A file
is bound to its name and to the type of its record: a renamed one does not open.

Not protected: a bare file, against everyone who can read it; the length of the
record in blocks of 4096 bytes, and so roughly the size of a member's group.
"""

from dataclasses import dataclass, replace
from typing import Annotated, ClassVar, Final, Literal, Self, TypeVar

from cosign import labels
from cosign.errors import MalformedError, PassphraseError
from cosign.primitives import vault
from cosign.primitives.hashing import fingerprint
from cosign.proofs.ring.keys import SECRET_BYTES
from cosign.randomness import Randomness
from cosign.records.key_file import KeyFile
from cosign.records.member_key import MemberKeySecrets
from cosign.records.secrets import (
    SEED_BYTES,
    MemberState,
    OrganizerSecrets,
    RegistrarSecrets,
    TrusteeSecrets,
)
from cosign.secret import Secret
from cosign.wire.codecs import Bin, Choice, SecretBin, UInt
from cosign.wire.padding import BLOCK_BYTES, damaged, pad_to_blocks, unpad
from cosign.wire.record import Record

_LARGEST: Final = max(
    cls.MAX_BYTES
    for cls in (MemberKeySecrets, MemberState, OrganizerSecrets, RegistrarSecrets, TrusteeSecrets)
)
_RECORDS: Final[dict[str, type[Record]]] = {
    "key": MemberKeySecrets,
    "member": MemberState,
    "organizer": OrganizerSecrets,
    "registrar": RegistrarSecrets,
    "trustee": TrusteeSecrets,
}
"""What a vault file holds, by the first word of its name."""

_WORDS: Final = {
    "key": "a key for rosters",
    "member": "your membership in the group with this fingerprint",
    "organizer": "the organizer's keys",
    "registrar": "a registrar's keys",
    "trustee": "a trustee's key",
}
"""The same for people."""

_SHOWN: Final = 8
"""Characters of an identifier that tell two files of one kind apart."""
_GROUPS_SHOWN: Final = 2
"""As many groups of five digits of a fingerprint do so, too."""

_ANY_SEED: Final = Secret(bytes(SEED_BYTES))
_ANY_SECRET: Final = Secret(bytes(SECRET_BYTES))

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class VaultFile(Record):
    """A secret record as it is stored.

    Attributes:
        kind: ``argon2id``, or ``none`` if the owner chose to have no passphrase.
        opslimit, memlimit, salt, nonce: of the vault; zeros for ``none``.
        content: the padded record, encrypted unless the kind is ``none``.
    """

    LABEL: ClassVar[str] = labels.VAULT
    MAX_BYTES: ClassVar[int] = _LARGEST + 2 * BLOCK_BYTES + 200

    kind: Annotated[Literal["argon2id", "none"], Choice(("argon2id", "none"))]
    opslimit: Annotated[int, UInt()]
    memlimit: Annotated[int, UInt()]
    salt: Annotated[bytes, Bin(vault.SALT_BYTES)]
    nonce: Annotated[bytes, Bin(vault.NONCE_BYTES)]
    content: Annotated[Secret, SecretBin(1, _LARGEST + 2 * BLOCK_BYTES + vault.TAG_BYTES)]

    def check(self) -> None:
        """Check that a bare file has one form."""
        parts = self.opslimit, self.memlimit, *self.salt, *self.nonce
        if self.kind == "none" and any(parts):
            raise MalformedError(
                "a secret file without a passphrase has the parts of an encrypted one",
                hint="the file is damaged or was made by a faulty program",
            )

    @classmethod
    def seal(
        cls,
        name: str,
        record: Record,
        passphrase: Secret | None,
        parameters: vault.Parameters,
        randomness: Randomness,
    ) -> Self:
        """Store a record under a passphrase, or bare if the passphrase is None.

        Args:
            name: of the file, without its suffix.
            record: any of the secret records.
            passphrase: any bytes.
            parameters: what guessing a passphrase costs.
            randomness: for salt and nonce.
        """
        content = Secret(_padded(record))
        if passphrase is None:
            return cls("none", 0, 0, bytes(vault.SALT_BYTES), bytes(vault.NONCE_BYTES), content)
        bound = _bound(name, record.LABEL)
        box = vault.seal_vault(passphrase, bound, content, parameters, randomness)
        return cls("argon2id", *box[:-1], Secret(box.ciphertext))

    def fits(self, name: str, record: type[Record], passphrase: Secret) -> bool:
        """Return whether a passphrase opens this file.

        Args:
            name: of the file, without its suffix.
            record: what is in it.
            passphrase: as for :meth:`open`.

        Raises:
            PassphraseError: there is too little memory to derive the key.
        """
        parts = self.opslimit, self.memlimit, self.salt, self.nonce, self.content.reveal()
        return vault.fits_vault(passphrase, _bound(name, record.LABEL), vault.VaultBox(*parts))

    def open(self, name: str, record: type[R], passphrase: Secret | None) -> R:
        """Return the record in a file; the inverse of :meth:`seal`.

        A bare file opens only without a passphrase: anyone who can write to the folder can
        make one, and an owner who has a passphrase must not use it.

        Raises:
            PassphraseError: a wrong passphrase, none where one is needed, or one for a bare file.
            MalformedError: the file is damaged.
            MismatchError: it has a record of another type.
        """
        content = self._decrypted(name, record.LABEL, passphrase)
        found = record.from_bytes(unpad(content))
        if _padded(found) != content:
            raise damaged()
        return found

    def _decrypted(self, name: str, label: str, passphrase: Secret | None) -> bytes:
        if self.kind == "none":
            if passphrase is not None:
                raise PassphraseError(
                    "the file is under no passphrase",
                    hint="if you chose that, add --no-passphrase; if not, someone else put the "
                    "file there",
                )
            return self.content.reveal()
        if passphrase is None:
            raise PassphraseError(
                "the file is under a passphrase", hint="leave --no-passphrase out"
            )
        parts = self.opslimit, self.memlimit, self.salt, self.nonce, self.content.reveal()
        return vault.open_vault(passphrase, _bound(name, label), vault.VaultBox(*parts)).reveal()


def record_of(name: str) -> type[Record]:
    """Return what a vault file of this name holds."""
    return _RECORDS[name.partition("-")[0]]


def words_for(name: str) -> str:
    """Return what a vault file of this name holds, for the question for its passphrase."""
    kind, _, identifier = name.partition("-")
    shown = identifier[:_SHOWN]
    if kind == "member" and identifier:
        # The group's name is in the file; its fingerprint is known outside.
        shown = " ".join(fingerprint(bytes.fromhex(identifier)).split(" ")[:_GROUPS_SHOWN])
    ended = f" ({shown}\u2026)" if shown else ""
    return _WORDS.get(kind, kind) + ended


def _bound(name: str, label: str) -> tuple[bytes, bytes]:
    return label.encode(), name.encode()


def _padded(record: Record) -> bytes:
    """Encode a record and pad it, so that its length shows neither uses nor forgotten seeds."""
    raw, silent = record.to_bytes(), _silent(record)
    if silent is record:
        return pad_to_blocks(raw)
    return pad_to_blocks(raw, grown=len(raw) - len(silent.to_bytes()))


def _silent(record: Record) -> Record:
    """Return a member's record as it would be with every key and without uses."""
    if isinstance(record, KeyFile):
        states = tuple(map(_silent_state, record.memberships))
        return KeyFile(states, tuple(map(_silent_key, record.keys)), record.handed_in)
    if isinstance(record, MemberState):
        return _silent_state(record)
    return _silent_key(record) if isinstance(record, MemberKeySecrets) else record


def _silent_state(state: MemberState) -> MemberState:
    return replace(state, seeds=(_ANY_SEED,) * len(state.seeds), uses=())


def _silent_key(record: MemberKeySecrets) -> MemberKeySecrets:
    return replace(record, secret=_ANY_SECRET, uses=())
