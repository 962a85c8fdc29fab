"""Registrars: keys, groups and ledgers in a home (docs/spec.md, "Ledger").

Not protected: an older copy of a home does not know who enrolled since.
"""

from functools import cached_property
from pathlib import Path

from cosign.errors import MissingError, WindowError
from cosign.homes.vouchers import VoucherSession
from cosign.primitives.progress import Progress, no_progress
from cosign.quoting import quoted
from cosign.records.enrolment import EnrolmentRequest, EnrolmentResponse
from cosign.records.groups.grants import SlotGrant
from cosign.records.groups.registered import RegisteredGroup
from cosign.records.groups.registrar import Registrar
from cosign.records.groups.statements import EnrolmentStatement
from cosign.records.limits import show_minute
from cosign.records.names import NameAttestation, NameRequest
from cosign.records.round import DraftRound
from cosign.records.secrets import RegistrarSecrets
from cosign.records.voucher import (
    decode_voucher,
    encode_voucher,
    registrars_of,
    voucher_tag,
)
from cosign.roles.registrar.granting import grant_slot
from cosign.roles.registrar.issuing import end_enrolment, issue
from cosign.roles.registrar.keys import (
    DEFAULT_BITS,
    DEFAULT_SLOTS,
    RegistrarKeys,
    make_registrar,
)
from cosign.roles.registrar.naming import attest_name
from cosign.secret import Secret
from cosign.stores.home import Home
from cosign.stores.keys import REGISTRAR, registrar_name


def add_registrar(
    home: Home,
    name: str,
    *,
    slots: int = DEFAULT_SLOTS,
    bits: int = DEFAULT_BITS,
    progress: Progress = no_progress,
) -> Registrar:
    """Make a registrar's keys for one group, keep them, and return their public record.

    Args:
        home: of the registrar.
        name: what people call it.
        slots: how many letters one enrolment serves.
        bits: length of the RSA moduli, 3072 or 4096.
        progress: called with how many RSA keys are made, and of how many.

    Raises:
        MalformedError: a name that may not stand in a record.
        ValueError: a number of slots or bits that the protocol does not allow.
        BusyError: another process holds the home.
        PassphraseError, StorageError: the home cannot be written.
    """
    secrets = make_registrar(name, slots=slots, bits=bits, progress=progress)
    kept = registrar_name(secrets.registrar.registrar_id)
    home.add(kept, secrets, f"registrar {quoted(name)}")
    return secrets.registrar


class RegistrarSession(VoucherSession):
    """A registrar at work: the keys of its home, the group and the ledger.

    Args:
        home: of the registrar.
        group: with the registrar in it.

    Attributes:
        home, group: as given.
        number: of the registrar in the group, from 0.

    Raises:
        MissingError: the home holds no registrar's keys of the group.
    """

    def __init__(self, home: Home, group: RegisteredGroup) -> None:
        self.home, self.group = home, group
        held = home.names(REGISTRAR)
        found = [r for r in group.registrars if registrar_name(r.registrar_id) in held]
        if not found:
            raise MissingError(
                "this home has no keys of a registrar of this group",
                hint="name the home of cosign-letter registrar keys with --home",
            )
        self._name = registrar_name(found[0].registrar_id)
        home.describe(self._name, f"registrar {quoted(found[0].name)}")
        self.number = group.registrars.index(found[0])

    @cached_property
    def keys(self) -> RegistrarKeys:
        """The private keys; the vault is opened when they are first needed."""
        return RegistrarKeys(self.home.read(self._name, RegistrarSecrets), self.group)

    @property
    def subject_id(self) -> bytes:
        """The group's identifier."""
        return self.group.group_id

    @property
    def ledger_path(self) -> Path:
        """See :class:`~cosign.homes.vouchers.VoucherSession`."""
        return self.home.path(self._name, ".sqlite")

    @property
    def ledger_key(self) -> Secret:
        """See :class:`~cosign.homes.vouchers.VoucherSession`."""
        return self.keys.ledger_key

    def nothing_yet(self) -> MissingError:
        """See :class:`~cosign.homes.vouchers.VoucherSession`."""
        return MissingError(
            "this registrar has written no vouchers yet",
            hint="run cosign-letter registrar vouch first",
        )

    def encode(self, voucher: Secret) -> str:
        """See :class:`~cosign.homes.vouchers.VoucherSession`."""
        return encode_voucher(self.group, self.number, voucher)

    def decode(self, code: str) -> Secret:
        """See :class:`~cosign.homes.vouchers.VoucherSession`."""
        return decode_voucher(self.group, code, self.number)[1]

    def fits_alone(self, voucher: Secret) -> bool:
        """See :class:`~cosign.homes.vouchers.VoucherSession`; one in 2^16 fits one more."""
        tag = voucher_tag(self.group.group_id, self.number, voucher)
        return registrars_of(self.group, voucher, tag) == [self.number]

    def before_vouchers(self) -> None:
        """Keep the group, by whose identifier requests are answered."""
        self.home.keep_group(self.group)

    def answer(self, request: EnrolmentRequest, minute: int) -> EnrolmentResponse:
        """Answer a request; see :func:`cosign.roles.registrar.issuing.issue`.

        Args:
            request: from a member.
            minute: now, in minutes since 1970.
        """
        with self.ledger() as ledger:
            return issue(self.keys, self.group, ledger, request, minute)

    def end_enrolment(self, minute: int, *, early: bool = False) -> EnrolmentStatement:
        """End enrolment for good and sign how many certificates were issued, on which evidence.

        Args:
            minute: now, in minutes since 1970.
            early: also before the enrolment window is over.

        Raises:
            WindowError: the window is not over, and ``early`` is not set.
            MissingError: no voucher was written yet.
        """
        if minute < self.group.enrol_closes and not early:
            raise WindowError(
                f"enrolment is open until {show_minute(self.group.enrol_closes)}",
                hint="wait, or close it now with --early: vouchers not used yet become worthless",
            )
        with self.ledger() as ledger:
            return end_enrolment(self.keys, ledger)

    def grant_slot(self, draft: DraftRound) -> SlotGrant:
        """Grant a round its slot; see :func:`cosign.roles.registrar.granting.grant_slot`.

        Args:
            draft: a round of the group.

        Raises:
            SlotError: the slot was granted to another round.
            MissingError: no voucher was written yet.
        """
        with self.ledger() as ledger:
            return grant_slot(self.keys, ledger, draft)

    def attest_name(self, request: NameRequest, challenge: str) -> NameAttestation:
        """Attest a member's name; see :func:`cosign.roles.registrar.naming.attest_name`.

        Args:
            request: from a member of the group.
            challenge: the text that the registrar gave to this person.
        """
        return attest_name(self.keys, self.group, request, challenge)


class Issuer:
    """Answers requests for every group that a home serves; opens each vault once.

    Args:
        home: of one or more registrars.
    """

    def __init__(self, home: Home) -> None:
        self._home = home
        self._open: dict[bytes, RegistrarSession] = {}

    def session(self, group_id: bytes) -> RegistrarSession:
        """Return the session of a group, with its keys loaded.

        Args:
            group_id: 32 bytes.

        Raises:
            MissingError: the home serves no such group.
            PassphraseError, StorageError, MalformedError: the home cannot be opened.
        """
        if group_id not in self._open:
            session = RegistrarSession(self._home, self._home.group(group_id))
            session.keys  # noqa: B018  # asks for the passphrase now, not at the first request
            self._open[group_id] = session
        return self._open[group_id]

    def answer(self, request: EnrolmentRequest, minute: int) -> EnrolmentResponse:
        """Answer a request for any group of the home; as :meth:`RegistrarSession.answer`."""
        return self.session(request.group_id).answer(request, minute)
