"""A member whose credential is stored before a step's result is sent (docs/spec.md, "Homes").

The steps of a member are pure: each takes a credential and returns the new one together
with what is sent. If a program crashed after sending and before storing, a key could sign
in two rounds, or the blinding factors for a registrar's answer would be lost. Here storing
and returning are one call, in the safe order.

Not protected: two processes that use one credential at the same time. Hold the lock of the
place where it is stored, as ``cosign.homes.open_member`` does.
"""

from concurrent.futures import Executor
from dataclasses import replace
from typing import NamedTuple, Protocol

from cosign.primitives.progress import Progress, no_progress
from cosign.proofs.interface import DEFAULT_MIN_SET, Action, MembershipProver
from cosign.randomness import SYSTEM, Randomness
from cosign.records.claim import Claim
from cosign.records.credential import Credential
from cosign.records.enrolment import EnrolmentRequest, EnrolmentResponse, MembershipCertificate
from cosign.records.envelope import Envelope
from cosign.records.names import NameRequest
from cosign.records.open_cosignature import PublicName
from cosign.records.published import PublishedReader
from cosign.records.round import VerifiedRound
from cosign.records.secrets import MemberState, Use
from cosign.roles.member import signing
from cosign.roles.member.claiming import claim
from cosign.roles.member.enrolment import enrol, export_certificate, finish
from cosign.roles.member.forgetting import forget_keys, forget_round, forget_slot
from cosign.roles.member.naming import SigningName, request_name
from cosign.roles.member.receipts import encode_receipt, find, require_counted
from cosign.secret import Secret


class Kept(Protocol):
    """A credential and the place where it is kept, such as ``cosign.stores.keys.Held``."""

    @property
    def credential(self) -> Credential:
        """The credential as it was last written."""

    def write(self, credential: Credential) -> None:
        """Put a credential in place of the last one; it is durable when this returns."""


class Signed(NamedTuple):
    """What a signature leaves behind.

    Attributes:
        envelope: to give to the organizer or a relay.
        use: what was written down.
    """

    envelope: Envelope
    use: Use

    @property
    def receipt(self) -> str:
        """The code that finds the cosignature later; anyone who has it knows whose it is."""
        return encode_receipt(self.use.tag)


class Member:
    """A member whose credential is kept somewhere.

    Args:
        kept: the credential, and how it is written.
        ssh_seed: 32 bytes of the ssh key that signs, if the credential is one.
        executor: of threads or processes, for the proofs of large rosters; this thread if
            None. Secrets are given to threads only.
        progress: told how much of a long proof is done.
    """

    def __init__(
        self,
        kept: Kept,
        *,
        ssh_seed: Secret | None = None,
        executor: Executor | None = None,
        progress: Progress = no_progress,
    ) -> None:
        self._kept, self._ssh_seed = kept, ssh_seed
        self._executor, self._progress = executor, progress

    @property
    def credential(self) -> Credential:
        """The credential as it was last written."""
        return self._kept.credential

    @property
    def membership(self) -> MemberState:
        """The credential, where it is the membership of a registered group.

        Raises:
            TypeError: it is a key for rosters, which has no slots.
        """
        if not isinstance(self.credential, MemberState):
            raise TypeError("a key for rosters has no slots: take the membership of a group")
        return self.credential

    def enrol(
        self, registrar: int, voucher: Secret, minute: int, randomness: Randomness = SYSTEM
    ) -> EnrolmentRequest:
        """Make a request to a registrar; see :func:`~enrolment.enrol`."""
        state, request = enrol(self.membership, registrar, voucher, minute, randomness)
        self._write(state)
        return request

    def finish(self, response: EnrolmentResponse) -> None:
        """Keep a registrar's answer; see :func:`~enrolment.finish`."""
        self._write(finish(self.membership, response))

    def export_certificate(self, slot: int) -> MembershipCertificate:
        """Return one slot's certificate for a roster, and spend the slot.

        See :func:`~enrolment.export_certificate`.
        """
        state, certificate = export_certificate(self.membership, slot)
        self._write(state)
        return certificate

    def sign(
        self,
        round_: VerifiedRound,
        *,
        statement: str = "",
        name: SigningName | None = None,
        minute: int,
        min_set: int = DEFAULT_MIN_SET,
        randomness: Randomness = SYSTEM,
    ) -> Signed:
        """Cosign a letter; the use of the key is written down before this returns.

        Args:
            round_: verified; its fingerprint should be compared with another member's.
            statement: published with the cosignature, at most 280 bytes of UTF-8.
            name: to sign openly, also after the round closed, if the member cosigned it before.
            minute: now, in minutes since 1970.
            min_set: the smallest crowd that the member accepts, as far as it is certain; 0 for
                any.
            randomness: for sealing.

        Raises:
            MissingError: the credential has no key for the round.
            WindowError: the round is not open.
            AnonymitySetError: too few people to hide among, or their number is not known.
            SlotError: the slot signed in another round, or this round has another statement,
                another name or a withdrawal by it.
            ThresholdError: too few registrars certified the key, or attest the name.
            MismatchError: an attestation of another key or name, or of another group.
            MalformedError: the statement may not stand in a record.
            VerificationError: the proof that was made is not valid; nothing was written.
        """
        return self._seal(round_, "cosign", statement, name, minute, min_set, randomness)

    def withdraw(
        self, round_: VerifiedRound, *, minute: int, randomness: Randomness = SYSTEM
    ) -> Signed:
        """Take a cosignature back for good; at any time after the round opened.

        Arguments and errors as in :meth:`sign`, but a withdrawal is made in any crowd.
        """
        return self._seal(round_, "withdraw", "", None, minute, 0, randomness)

    def request_name(
        self, round_: VerifiedRound, name: PublicName, registrar: int, challenge: str, minute: int
    ) -> NameRequest:
        """Ask a registrar to attest a name; see :func:`~naming.request_name`.

        Args:
            round_: in which the member means to sign openly, or signed.
            name: what the member wants to be called.
            registrar: who is asked, by its number from 0.
            challenge: the text that this registrar gave to the member.
            minute: now, in minutes since 1970.

        Raises:
            WindowError, SlotError: the member cannot sign the round with this name any more,
                so the registrar would learn whose the key is for nothing.
        """
        request = request_name(self.membership, round_.terms.slot, name, registrar, challenge)
        tag, uses = request.certificate.key, self.credential.uses
        signing.check_name_wanted(round_, tag, uses, name, minute)
        return request

    def certifiers(self, round_: VerifiedRound) -> tuple[int, ...]:
        """Return the registrars, by number from 0, that this member's cosignature shows.

        Raises:
            MissingError: the credential has no key for the round.
            ThresholdError: too few registrars certified the key.
        """
        return self._prover(round_).certifiers

    def claim(
        self, round_: VerifiedRound, reader: PublishedReader, text: str, *, reveal: bool = False
    ) -> Claim:
        """Prove to the person who set a challenge that a published cosignature is this member's.

        Args:
            round_: of the published letter, verified.
            reader: of that letter, at its first record.
            text: the challenge, 1 to 4,000 bytes of UTF-8.
            reveal: whether to show which key of the roster it is.

        Raises:
            VerificationError: the letter has no cosignature by this member that counts.
            RefusedError: a key is to be revealed in a registered group, which lists none.
            MalformedError: the challenge may not stand in a record, or the letter is damaged.
        """
        prover = self._prover(round_)
        found = find({prover.tag}, round_, reader, self._executor, self._progress)
        require_counted(found)
        return claim(prover, round_, text, found, reveal=reveal)

    def forget_keys(self) -> None:
        """Erase the keys and keep the receipts."""
        self._write(forget_keys(self.credential))

    def forget_slot(self, slot: int, *, keep_receipts: bool = False) -> None:
        """Erase the key of a slot and its receipts; see :func:`~forgetting.forget_slot`."""
        self._write(forget_slot(self.membership, slot, keep_receipts=keep_receipts))

    def forget_round(self, round_id: bytes) -> None:
        """Erase the receipt of a roster's round; see :func:`~forgetting.forget_round`."""
        self._write(forget_round(self.credential, round_id))

    def _seal(  # what cosigning and withdrawing differ in
        self,
        round_: VerifiedRound,
        action: Action,
        statement: str,
        name: SigningName | None,
        minute: int,
        min_set: int,
        randomness: Randomness,
    ) -> Signed:
        use, envelope = signing.cosign(
            self._prover(round_),
            round_,
            self.credential.uses,
            action=action,
            statement=statement,
            name=name,
            minute=minute,
            min_set=min_set,
            randomness=randomness,
            executor=self._executor,
            progress=self._progress,
        )
        if use not in self.credential.uses:
            self._write(replace(self.credential, uses=(*self.credential.uses, use)))
        return Signed(envelope, use)

    def _prover(self, round_: VerifiedRound) -> MembershipProver:
        return signing.make_prover(
            self.credential,
            round_,
            seed=self._ssh_seed,
            executor=self._executor,
            progress=self._progress,
        )

    def _write(self, credential: Credential) -> None:
        self._kept.write(credential)
